"""A course folder for nbgrader, filled from a folder of submissions, graded, and summed up."""

import contextlib
import html
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pandas as pd
from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook, MissingEntry

from dnacourse.grading.execute import DIED, HUNG, NO_TIME
from dnacourse.grading.pages import forbid_scripts, no_formulas, write_page, write_summary
from dnacourse.grading.submissions import (
    NotANotebook,
    Submission,
    as_handed_out,
    find_submissions,
    read_submission,
)
from dnacourse.jupyter import CourseNotFound, course_folder

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError"
TEXT_STUB = "*Your answer here.*"

CONFIG = f"""\
# Written by `dnacourse grade`, which leaves it alone afterwards: change what you like, delete it to have
# it written anew. Plain nbgrader commands in this folder use it too.
c = get_config()
c.CourseDirectory.course_id = "dnacourse"
c.ClearSolutions.code_stub = {{"python": {CODE_STUB!r}}}
c.ClearSolutions.text_stub = {TEXT_STUB!r}
c.Autograde.autograde_preprocessors = [
    "dnacourse.grading.execute.ExecuteSubmission",
    "dnacourse.grading.harmless.HarmlessSubmission",
    "nbgrader.preprocessors.IgnorePattern",
    "nbconvert.preprocessors.ClearMetadataPreprocessor",
    "nbgrader.preprocessors.LimitOutput",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ExecuteSubmission.timeout = 60  # seconds a cell
c.ExecuteSubmission.seconds_in_all = 600
c.ExecuteSubmission.kernel_manager_class = "dnacourse.grading.sandbox.SandboxedKernelManager"
c.SandboxedKernelManager.memory_gb = 4.0
"""
SECONDS_A_COMMAND = 900
LIMITS_HIT = {
    HUNG: "a cell ran for too long",
    DIED: "a cell ended the Python process: it crashed, or used too much memory or time",
    NO_TIME: "the time for the whole notebook was used up",
    "MemoryError": "a cell asked for too much memory",
}
TRIAL = "trial-run-of-the-solution"


class CannotGrade(Exception):
    """Nothing was graded: the lab, the folder or the source notebook is not as it should be."""


class _NotGraded(Exception):
    """One submission cannot be graded."""


def grade(lab: str, folder: Path, out: Path | None = None, source: Path | None = None) -> pd.DataFrame:
    """Grade every submission in a folder.

    Args:
        lab: `lab01`, or the whole name of a lab.
        folder: submissions, NAME.ipynb or NAME/anything.ipynb.
        out: nbgrader course folder to write; `folder` + "-graded" if None. In one from an earlier run
            each submission in `folder` is graded anew; points that you gave by hand stay.
        source: the lab with its solutions; the course's own if None. A teacher's variant may hold
            hidden tests.

    Returns:
        One row a submission, and one for each student graded in `out` before who is not in `folder` now:
        student, score, max_score, a column for each check, note, feedback. The same is written to
        `out`/grades.csv, and the scores are those of `out`/gradebook.db.

    Raises:
        CannotGrade: no such folder or lab, no submissions, nbgrader cannot read the source, or the
            solution itself does not pass here.
    """
    if not folder.is_dir():
        raise CannotGrade(f"{folder} is no folder: give the one with the submissions in it")
    source = source or find_source(lab)
    submissions, passed_over = find_submissions(folder)
    if not submissions:
        raise CannotGrade(f"no submissions in {folder}: it must hold NAME.ipynb or NAME/anything.ipynb")
    course = Course(lab, source, (out or folder.with_name(folder.name + "-graded")).resolve())
    course.prepare()
    course.try_the_solution()
    rows = [course.grade_safely(submission) for submission in submissions]
    rows += course.graded_before({submission.identity for submission in submissions})
    table = pd.DataFrame(
        rows, columns=["student", "score", "max_score", *course.graded_cells(), "note", "feedback"]
    )
    no_formulas(table).to_csv(course.root / "grades.csv", index=False)
    write_summary(course.root / "index.html", lab, table, passed_over)
    return table


def find_source(lab: str) -> Path:
    """The lab with its solutions in the course folder.

    Raises:
        CannotGrade: no course folder here, or no lab or more than one of that name.
    """
    try:
        solutions = course_folder() / "solutions"
    except CourseNotFound as error:
        raise CannotGrade(str(error)) from None
    matches = [
        path
        for path in sorted(solutions.glob("*.ipynb"))
        if path.stem == lab or path.stem.split("_")[0] == lab
    ]
    if len(matches) != 1:
        known = ", ".join(path.stem.split("_")[0] for path in sorted(solutions.glob("*.ipynb")))
        raise CannotGrade(f"no lab called {lab!r}; there are {known}")
    return matches[0]


class Course:
    """An nbgrader course folder with one assignment."""

    def __init__(self, lab: str, source: Path, root: Path) -> None:
        self.lab, self.source, self.root = lab, source, root
        self.notebook = source.stem

    def prepare(self) -> None:
        """Write configuration and source, and let nbgrader make the assignment and the gradebook."""
        target = self.root / "source" / self.lab
        target.mkdir(parents=True, exist_ok=True)
        if not self.source.exists():
            raise CannotGrade(f"{self.source} does not exist: give the lab with its solutions")
        shutil.copy(self.source, target / f"{self.notebook}.ipynb")
        config = self.root / "nbgrader_config.py"
        if not config.exists():
            config.write_text(CONFIG, encoding="utf-8")
        run = self._nbgrader("generate_assignment", "--force")
        if run.returncode:
            raise CannotGrade(
                f"nbgrader cannot make the assignment from {self.source}:\n{_last_lines(run.stderr)}"
            )

    def try_the_solution(self) -> None:
        """Grade the solution first: where it fails, no student can pass.

        Raises:
            CannotGrade: a check does not accept the solution in this environment.
        """
        row = self.grade_safely(Submission(TRIAL, self.source))
        failed = [name for name, points in self.graded_cells().items() if row.get(name) not in (None, points)]
        page = self.root / row["feedback"]
        if row["note"].startswith("not graded") or failed:
            reason = f"fails {', '.join(failed)}: read {page}" if failed else f"was {row['note']}"
            raise CannotGrade(f"nothing was graded, because the solution itself {reason}")
        self._forget(TRIAL)
        with self._gradebook() as gradebook:
            gradebook.remove_student(TRIAL)

    def grade_safely(self, submission: Submission) -> dict:
        """Grade one submission; whatever is wrong with it, the row says so, and the others are graded."""
        try:
            return self._grade(submission)
        except (NotANotebook, _NotGraded) as error:
            return self._not_graded(submission, str(error))
        except Exception as error:  # a submission can be broken in ways nobody has thought of
            return self._not_graded(submission, f"{type(error).__name__}: {error}")

    def _grade(self, submission: Submission) -> dict:
        if submission.path is None:
            raise _NotGraded(submission.problem)
        notebook, notes = as_handed_out(read_submission(submission.path), self._handed_out())
        target = self.root / "submitted" / submission.identity / self.lab
        target.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target / f"{self.notebook}.ipynb")
        self._feedback(submission.identity).unlink(missing_ok=True)
        run = self._nbgrader("autograde", "--force", f"--student={submission.identity}")
        if run.returncode:
            raise _NotGraded(_reason(run.stderr))
        self._nbgrader("generate_feedback", "--force", f"--student={submission.identity}")
        if self._feedback(submission.identity).exists():
            forbid_scripts(self._feedback(submission.identity))
        return self._row(submission.student, submission.identity, notes)

    def graded_before(self, now: set[str]) -> list[dict]:
        """Rows of the students in the gradebook whose identity is not among `now`."""
        with self._gradebook() as gradebook:
            known = {one.student.id for one in gradebook.assignment_submissions(self.lab)}
        return [
            self._row(unquote(identity), identity, ["graded before, not in the folder now"])
            for identity in sorted(known - now)
        ]

    def _row(self, student: str, identity: str, notes: list[str]) -> dict:
        """What the gradebook holds of a student, and what there is to say about it."""
        with self._gradebook() as gradebook:
            submission = gradebook.find_submission(self.lab, identity)
            grades = {grade.name: grade for grade in submission.notebooks[0].grades}
            score = float(submission.score)
            to_read = [name for name, grade in grades.items() if grade.needs_manual_grade]
            points = {
                name: None if name in to_read else float(grades[name].score) for name in self.graded_cells()
            }
        notes = notes + ([f"to be read by you: {', '.join(to_read)}"] if to_read else [])
        notes += self._limits_hit(identity)
        page = self._feedback(identity)
        if not page.exists():
            notes.append("nbgrader could not write the feedback page")
            text = f"Graded: {score:g} points. nbgrader could not write this page; open the notebook in autograded/."
            write_page(page, f"{self.lab}, {student}", f"<p>{text}</p>")
        most = sum(self.graded_cells().values())
        feedback = page.relative_to(self.root).as_posix()
        return {
            "student": student, "score": score, "max_score": most, **points, "note": "; ".join(notes), "feedback": feedback,
        }  # fmt: skip

    def _limits_hit(self, identity: str) -> list[str]:
        """Cells that ran out of time or memory, told from their outputs."""
        path = self.root / "autograded" / identity / self.lab / f"{self.notebook}.ipynb"
        if not path.exists():
            return []
        errors = " ".join(
            f"{output.ename} {output.evalue}"
            for cell in nbformat.read(path, as_version=4).cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        )
        return [text for name, text in LIMITS_HIT.items() if name in errors]

    def _not_graded(self, submission: Submission, reason: str) -> dict:
        """No points, no trace in the gradebook of an earlier submission, and a page that says why."""
        self._forget(submission.identity)
        page = self._feedback(submission.identity)
        text = f"<p>Not graded: {html.escape(reason)}.</p>"
        write_page(page, f"{self.lab}, {submission.student}", text)
        return {
            "student": submission.student, "score": 0.0, "max_score": sum(self.graded_cells().values()),
            "note": f"not graded: {reason}", "feedback": page.relative_to(self.root).as_posix(),
        }  # fmt: skip

    def _forget(self, identity: str) -> None:
        """Remove a student's earlier submission to this lab and what was made of it."""
        for step in ("submitted", "autograded", "feedback"):
            shutil.rmtree(self.root / step / identity / self.lab, ignore_errors=True)
        with self._gradebook() as gradebook, contextlib.suppress(MissingEntry):
            gradebook.remove_submission(self.lab, identity)

    def _feedback(self, identity: str) -> Path:
        return self.root / "feedback" / identity / self.lab / f"{self.notebook}.html"

    def _gradebook(self) -> Gradebook:
        return Gradebook(f"sqlite:///{self.root / 'gradebook.db'}")

    def _handed_out(self) -> NotebookNode:
        return nbformat.read(self.root / "release" / self.lab / f"{self.notebook}.ipynb", as_version=4)

    def graded_cells(self) -> dict[str, float]:
        """Points of each graded cell, in the order of the notebook."""
        marks = [cell.metadata.get("nbgrader", {}) for cell in self._handed_out().cells]
        return {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}

    def _nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess:
        arguments = [sys.executable, "-m", "nbgrader", command, self.lab, *options]
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        try:
            return subprocess.run(
                arguments,
                cwd=self.root,
                env={**os.environ, "PATH": programs},  # nbgrader calls alembic by name
                capture_output=True,
                text=True,
                timeout=SECONDS_A_COMMAND,
            )
        except subprocess.TimeoutExpired:
            raise _NotGraded(f"did not finish within {SECONDS_A_COMMAND} seconds") from None


def _reason(log: str) -> str:
    """The exception that stopped nbgrader, from its log."""
    errors = [line for line in log.splitlines() if re.match(r"[\w.]*(Error|Exception|Entry)\b", line)]
    return (errors or [_last_lines(log, 1) or "nbgrader could not grade it"])[-1]


def _last_lines(text: str, count: int = 5) -> str:
    return "\n".join([line for line in text.strip().splitlines() if line.strip()][-count:])
