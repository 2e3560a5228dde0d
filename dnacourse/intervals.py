"""How sure one can be of a measured value: intervals from resampled test sets."""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from dnacourse.groups import numbered
from dnacourse.probabilities import OneClass, checked

Metric = Callable[[npt.NDArray, npt.NDArray], float | npt.NDArray[np.float64]]


class Interval(NamedTuple):
    """A measured value and the interval that resampling gives it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


def interval(
    metric: Metric,
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    resamples: int = 500,
    random_state: int = 0,
) -> Interval:
    """A metric with its bootstrap interval (percentile method): how much it would vary with other test data.

    Args:
        metric: function of truth and scores, such as `auroc`; of many tasks the mean is taken.
        y_true: (n,) or (n, tasks).
        y_score: same shape.
        groups: (n,); rows of a group are drawn together, where they are no independent evidence
            (bins of one region, sites of one gene). Without it single rows are drawn. A drawn set in
            which a task lost its positives, or its negatives, is left out.
        confidence: share of the resampled values inside the interval.
        resamples: how many test sets to draw.
        random_state: seed.

    Raises:
        ValueError: shapes that differ, a group for more or fewer rows, NaN, a confidence that is no share, no
            rows, or no resamples.
    """
    true, score = checked(y_true, y_score)
    _check_resampling(len(true), confidence, resamples)
    whole = metric(true, score)
    values = _resampled(
        lambda rows: _mean_of_all(metric(true[rows], score[rows]), whole),
        len(true), groups, resamples, random_state,
    )  # fmt: skip
    return _as_interval(_mean(whole), values, confidence)


def interval_of_difference(
    metric: Metric,
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    y_other: npt.ArrayLike,
    *,
    groups: npt.ArrayLike | None = None,
    confidence: float = 0.95,
    resamples: int = 500,
    random_state: int = 0,
) -> Interval:
    """How much better the first scores are than the others, on the same rows; arguments as in `interval`.

    Both are measured on the same resampled rows, so the interval is much narrower than those of the two
    values would suggest. `y_other` has the shape of `y_score`.
    """
    true, score = checked(y_true, y_score)
    _, other = checked(y_true, y_other)
    _check_resampling(len(true), confidence, resamples)
    whole = metric(true, score)

    def difference(rows: npt.NDArray[np.int64]) -> float:
        one, two = (metric(true[rows], each[rows]) for each in (score, other))
        return _mean_of_all(one, whole) - _mean_of_all(two, whole)

    values = _resampled(difference, len(true), groups, resamples, random_state)
    return _as_interval(_mean(whole) - _mean(metric(true, other)), values, confidence)


def _check_resampling(rows: int, confidence: float, resamples: int) -> None:
    if not rows:
        raise ValueError("there are no rows to draw from")
    if not 0 < confidence < 1 or resamples < 1:
        raise ValueError(
            f"confidence is a share, 0.95 say, and resamples a number from 1 on; not {confidence} and {resamples}"
        )


def _resampled(
    measure: Callable[[npt.NDArray[np.int64]], float],
    n: int,
    groups: npt.ArrayLike | None,
    resamples: int,
    random_state: int,
) -> npt.NDArray[np.float64]:
    rng = np.random.default_rng(random_state)
    rows_of = None
    if groups is not None:
        group_of, _ = numbered(groups, "group")
        if len(group_of) != n:
            raise ValueError(
                f"there are {n} rows, but groups of shape {group_of.shape}: give one for each row"
            )
        rows_of = np.split(np.argsort(group_of, kind="stable"), np.cumsum(np.bincount(group_of))[:-1])
    values = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", OneClass)  # a drawn test set without positives is left out below
        for _ in range(resamples):
            if rows_of is None:
                rows = rng.integers(0, n, n)
            else:
                rows = np.concatenate([rows_of[i] for i in rng.integers(0, len(rows_of), len(rows_of))])
            values.append(measure(rows))
    return np.array(values)


def _as_interval(value: float, values: npt.NDArray[np.float64], confidence: float) -> Interval:
    tail = 50 * (1 - confidence)
    if np.isnan(values).all():
        return Interval(value, float("nan"), float("nan"))
    low, high = np.nanpercentile(values, [tail, 100 - tail])
    return Interval(value, float(low), float(high))


def _mean(value: float | npt.NDArray[np.float64]) -> float:
    values = np.atleast_1d(value)
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def _mean_of_all(value: float | npt.NDArray[np.float64], whole: float | npt.NDArray[np.float64]) -> float:
    """The mean over tasks, NaN if one is missing that all the data have: other tasks must not stand in for it."""
    return float("nan") if (np.isnan(value) & ~np.isnan(whole)).any() else _mean(value)
