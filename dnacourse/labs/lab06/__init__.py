"""Lab 06, many labels at once: the checks of its exercises, and bins of the fly's genome with eight labels."""

from dnacourse.labs.lab06.checks import (
    check_aurocs,
    check_loss,
    check_perplexity,
    check_shared,
    check_thresholds,
    check_tokens,
)
from dnacourse.labs.lab06.data import fly

__all__ = [
    "check_aurocs", "check_loss", "check_perplexity", "check_shared", "check_thresholds", "check_tokens", "fly",
]  # fmt: skip
