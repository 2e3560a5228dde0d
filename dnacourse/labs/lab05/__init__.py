"""Lab 05, convolutions find motifs: the checks of its exercises, and Oct4 against two rivals."""

from dnacourse.labs.lab05.checks import (
    check_best_answer,
    check_crossed,
    check_motif_of,
    check_pooled,
    check_scan,
    check_sizes,
)
from dnacourse.labs.lab05.data import oct4_tasks

__all__ = [
    "check_best_answer", "check_crossed", "check_motif_of", "check_pooled", "check_scan", "check_sizes", "oct4_tasks",
]  # fmt: skip
