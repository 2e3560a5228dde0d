"""Metrics as `fit` and `evaluate` are given them, and which way each of them goes."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy.typing as npt

from dnacourse.training.errors import TrainingError

Metric = Callable[[npt.NDArray, npt.NDArray], Any]
"""metric(labels, predictions), as those of `dnacourse.metrics`"""
Metrics = Mapping[str, Metric] | Iterable[Metric] | Metric | None

_UP, _DOWN = ("_score",), ("_loss", "_error")  # scikit-learn's convention


def named(metrics: Metrics) -> dict[str, Metric]:
    """Name -> metric, of a dictionary, of a list of functions, or of one function.

    Raises:
        TrainingError: something that is no function, or two of one name.
    """
    if metrics is None:
        return {}
    if isinstance(metrics, Mapping):
        found = dict(metrics)
    else:
        several = [metrics] if callable(metrics) else list(metrics)
        for one in several:
            if not callable(one):
                raise TrainingError(
                    f"a metric is a function of labels and predictions, not {one!r}: metrics={{'auroc': metrics.auroc}}"
                )
        found = {_name(one): one for one in several}
        if len(found) < len(several):
            raise TrainingError("two metrics have one name: give a dictionary, name -> metric")
    for name, one in found.items():
        if isinstance(one, type) or not callable(one):
            raise TrainingError(
                f"the metric {name!r} must be a function of labels and predictions, not {one!r}"
            )
    return found


def goes_up(column: str, metrics: Mapping[str, Metric]) -> bool | None:
    """Whether a higher value of a column of the history is better; None where nobody says.

    Losses go down. A metric says it with an attribute `higher_is_better`; scikit-learn's say it by their
    name, which ends in _score, _loss or _error.
    """
    if column in ("train_loss", "valid_loss"):
        return False
    metric = metrics.get(column.removeprefix("valid_"))
    said = getattr(metric, "higher_is_better", None)
    if said is not None:
        return bool(said)
    name = _name(metric) if metric else ""
    return True if name.endswith(_UP) else False if name.endswith(_DOWN) else None


def _name(metric: Any) -> str:
    return str(getattr(metric, "__name__", type(metric).__name__))
