"""Lab 01, reading DNA: the checks of its exercises, and the rows of its example."""

from dnacourse.labs.lab01.checks import (
    check_codon_fractions,
    check_find_orfs,
    check_reading_frames,
    check_reverse_complement,
    check_score_calls,
    check_virus_table,
)
from dnacourse.labs.lab01.data import CALLS, GENES

__all__ = [
    "CALLS", "GENES", "check_codon_fractions", "check_find_orfs", "check_reading_frames",
    "check_reverse_complement", "check_score_calls", "check_virus_table",
]  # fmt: skip
