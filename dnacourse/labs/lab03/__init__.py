"""Lab 03, the k-mer baseline: the checks of its exercises, and its data in three parts."""

from dnacourse.labs.lab03.checks import (
    check_auroc,
    check_average_precision,
    check_best_score,
    check_count_words,
    check_f1,
    check_promoter_table,
    check_tune,
)
from dnacourse.labs.lab03.data import (
    SETTINGS,
    WEIGHTS,
    Held,
    ecoli_gaps,
    ecoli_held,
    ecoli_promoters,
    fit,
    pum2_held,
)

__all__ = [
    "SETTINGS", "WEIGHTS", "Held", "check_auroc", "check_average_precision", "check_best_score", "check_count_words",
    "check_f1", "check_promoter_table", "check_tune", "ecoli_gaps", "ecoli_held", "ecoli_promoters", "fit", "pum2_held",
]  # fmt: skip
