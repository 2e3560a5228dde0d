"""Lab 02, sequences as numbers: the checks of its exercises, and three splits of two data sets."""

from dnacourse.labs.lab02.checks import (
    check_encode,
    check_gc_of_batch,
    check_leak_table,
    check_leaked,
    check_one_hot,
    check_other_strand,
    check_pad,
)
from dnacourse.labs.lab02.data import three_splits

__all__ = [
    "check_encode", "check_gc_of_batch", "check_leak_table", "check_leaked", "check_one_hot",
    "check_other_strand", "check_pad", "three_splits",
]  # fmt: skip
