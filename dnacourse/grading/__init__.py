"""Grading a folder of submissions offline, with nbgrader's own commands."""

from dnacourse.grading.course import CannotGrade, grade

__all__ = ["CannotGrade", "grade"]
