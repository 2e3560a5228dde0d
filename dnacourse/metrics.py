"""How good predictions are: ranking, thresholds, probabilities, and how sure one can be of each number.

Every metric takes the truth and the predictions for one task, (n,), or for many at once, (n, tasks), and
gives a number or an array (tasks,), and says with `higher_is_better` which way it goes. A task in which only
one class occurs has no answer: NaN, with a warning that names it. Scores may be infinite: the best hit of a
motif in a sequence of unknown letters is.
"""

import warnings
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn import metrics as sk

from dnacourse.probabilities import better_when, calibration, calibration_error, checked, numbers, perplexity

__all__ = [
    "Interval", "OneClass", "auprc", "auroc", "best_threshold", "calibration", "calibration_error", "f1", "interval",
    "interval_of_difference", "mcc", "perplexity",
]  # fmt: skip

Metric = Callable[[npt.NDArray, npt.NDArray], float | npt.NDArray[np.float64]]


class OneClass(UserWarning):
    """A metric is NaN, because only one class occurs."""


class Interval(NamedTuple):
    """A measured value and the interval that resampling gives it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@better_when("higher")
def auroc(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float | npt.NDArray[np.float64]:
    """Area under the ROC curve: how often a positive outranks a negative. 0.5 is chance.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: any number that is higher where a positive is likelier, same shape.

    Returns:
        A number, or (tasks,).

    Raises:
        ValueError: shapes that differ, a truth that is not 0 or 1, or a score that is NaN or no number.
    """
    return _each_task(sk.roc_auc_score, "AUROC", *_with_ranks(y_true, y_score))


@better_when("higher")
def auprc(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float | npt.NDArray[np.float64]:
    """Area under the precision-recall curve (average precision). Chance is the share of positives.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: any number that is higher where a positive is likelier, same shape.

    Returns:
        A number, or (tasks,). Raises as `auroc`.
    """
    return _each_task(sk.average_precision_score, "AUPRC", *_with_ranks(y_true, y_score))


@better_when("higher")
def f1(
    y_true: npt.ArrayLike, y_score: npt.ArrayLike, threshold: npt.ArrayLike = 0.5
) -> float | npt.NDArray[np.float64]:
    """Harmonic mean of precision and recall, calling positive what scores at least the threshold.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: scores or probabilities, same shape.
        threshold: one for all tasks, or (tasks,). It is compared in the precision of the scores, so that a
            score printed as 0.7 is called at 0.7, in float32 too.

    Returns:
        A number, or (tasks,).

    Raises:
        ValueError: as `auroc`, or a threshold that is NaN or one for another number of tasks.
    """
    score = lambda true, called: sk.f1_score(true, called, zero_division=0.0)  # noqa: E731
    return _each_task(score, "F1", *_with_calls(y_true, y_score, threshold))


@better_when("higher")
def mcc(
    y_true: npt.ArrayLike, y_score: npt.ArrayLike, threshold: npt.ArrayLike = 0.5
) -> float | npt.NDArray[np.float64]:
    """Matthews' correlation of calls and truth: 1 perfect, 0 chance. Arguments, shapes and errors as in `f1`."""
    return _each_task(sk.matthews_corrcoef, "MCC", *_with_calls(y_true, y_score, threshold))


def best_threshold(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float:
    """The threshold with the highest F1, to be found on validation data and used on test data, for one task.

    It is the lowest score that is called, as it is; of several that are as good, the lowest. So `f1` with it is
    the F1 that was found, and so it is with the number as it is printed.

    Args:
        y_true: 0 or 1, (n,).
        y_score: scores or probabilities, (n,).

    Raises:
        ValueError: as `auroc`, several tasks, or no positive is there.
    """
    true, score = checked(y_true, y_score)
    if true.ndim != 1:
        raise ValueError(
            f"best_threshold is of one task, (n,), not {true.shape}: give one column, [:, 0] say"
        )
    if not true.any():
        raise ValueError("best_threshold needs at least one positive")
    values, place = np.unique(score, return_inverse=True)
    called, hits = (np.bincount(place, weights)[::-1].cumsum()[::-1] for weights in (None, true))
    best: float = values[np.argmax(2 * hits / (called + true.sum()))].item()
    return best


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
        if pd.isna(np.asarray(groups)).any():
            raise ValueError("a row has no group, but NaN: give it one, or leave the row out")
        try:
            _, group_of = np.unique(np.asarray(groups), return_inverse=True)
        except TypeError:
            raise ValueError(
                "groups of several kinds have no order: give all as text, or all as numbers"
            ) from None
        if group_of.shape != (n,):
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


def _with_calls(
    y_true: npt.ArrayLike, y_score: npt.ArrayLike, threshold: npt.ArrayLike
) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """Truth and calls, 1 where a score is at least the threshold."""
    true, score = checked(y_true, y_score)
    least = numbers(threshold, "thresholds")
    if np.isnan(least).any() or (least.ndim and least.shape != score.shape[1:]):
        raise ValueError(
            f"a threshold is a number, or one for each task, {score.shape[1:]}; not {threshold!r}"
        )
    if score.dtype.kind == "f":
        with np.errstate(over="ignore"):  # beyond the scores' range is infinite, which calls the same
            least = least.astype(score.dtype)
    return true, (score >= least).astype(np.int64)


def _with_ranks(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """Truth and scores; in place of scores that scikit-learn cannot subtract from each other their ranks, task by task."""
    true, score = checked(y_true, y_score)
    if not len(true):
        return true, score
    with np.errstate(all="ignore"):
        if np.isfinite(np.ptp(score, axis=0)).all():
            return true, score
    ranks = np.empty(score.shape, np.int64)
    for column, rank in zip(_columns(score), _columns(ranks), strict=True):
        rank[:] = np.unique(column, return_inverse=True)[1]
    return true, ranks


def _columns(array: npt.NDArray) -> npt.NDArray:
    """(tasks, n) of (n,) or (n, tasks), a view."""
    return np.atleast_2d(array.T)


def _each_task(
    metric: Callable[[npt.NDArray, npt.NDArray], float], name: str, true: npt.NDArray, score: npt.NDArray
) -> float | npt.NDArray[np.float64]:
    both = [len(np.unique(column)) == 2 for column in _columns(true)]
    if not all(both):
        which = (
            "the truth holds" if true.ndim == 1 else f"tasks {np.flatnonzero(~np.array(both)).tolist()} hold"
        )
        warnings.warn(f"{name} is NaN: {which} one class only", OneClass, stacklevel=3)
    pairs = zip(_columns(true), _columns(score), both, strict=True)
    values = [metric(one, other) if fine else np.nan for one, other, fine in pairs]
    return np.array(values, dtype=np.float64) if true.ndim == 2 else float(values[0])
