"""Lab 04, from logistic regression to networks: the checks of its exercises, and exon borders in three parts."""

from dnacourse.labs.lab04.checks import (
    check_backward,
    check_batch_rows,
    check_border_table,
    check_gradient,
    check_loss,
    check_stopped,
)
from dnacourse.labs.lab04.data import LETTERS, SEEDS, splice
from dnacourse.labs.lab04.predicting import check_predict

__all__ = [
    "LETTERS", "SEEDS", "check_backward", "check_batch_rows", "check_border_table", "check_gradient", "check_loss",
    "check_predict", "check_stopped", "splice",
]  # fmt: skip
