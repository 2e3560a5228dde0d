"""How good predictions are: ranking, thresholds, probabilities, and how sure one can be of each number.

Every metric takes the truth and the predictions for one task, (n,), or for many at once, (n, tasks), and
gives a number or an array (tasks,), and says with `higher_is_better` which way it goes. A task in which only
one class occurs has no answer: NaN, with a warning that names it. Scores may be infinite: the best hit of a
motif in a sequence of unknown letters is.
"""

import warnings
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from sklearn import metrics as sk

from dnacourse.intervals import Interval, interval, interval_of_difference
from dnacourse.probabilities import (
    OneClass,
    better_when,
    calibration,
    calibration_error,
    checked,
    numbers,
    perplexity,
)

__all__ = [
    "Interval", "OneClass", "auprc", "auroc", "best_threshold", "calibration", "calibration_error", "f1", "interval",
    "interval_of_difference", "mcc", "perplexity",
]  # fmt: skip


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
    return _each_task(sk.roc_auc_score, "AUROC", *with_ranks(y_true, y_score))


@better_when("higher")
def auprc(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> float | npt.NDArray[np.float64]:
    """Area under the precision-recall curve (average precision). Chance is the share of positives.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: any number that is higher where a positive is likelier, same shape.

    Returns:
        A number, or (tasks,). Raises as `auroc`.
    """
    return _each_task(sk.average_precision_score, "AUPRC", *with_ranks(y_true, y_score))


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
        with np.errstate(over="ignore"):
            rounded = least.astype(score.dtype)
        least = np.where(
            np.isinf(rounded), least, rounded
        )  # beyond the range of the scores it stays what it is
    return true, (score >= least).astype(np.int64)


def with_ranks(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """Truth and scores for whatever looks at their order alone, as scikit-learn's curves do.

    scikit-learn refuses infinite scores and subtracts scores from each other. So scores that are infinite, or
    too far apart for that, are replaced by their ranks, task by task; those that are equal share one.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: same shape.

    Returns:
        Both, in that shape. Raises as `auroc`.
    """
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
