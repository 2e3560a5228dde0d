"""Probabilities as such: perplexity and calibration, for which ranking is not enough; and the look at numbers first."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

_SMALLEST_PROBABILITY = 1e-12
AnyMetric = TypeVar("AnyMetric", bound=Callable[..., Any])


class OneClass(UserWarning):
    """A metric is NaN, because only one class occurs."""


def better_when(direction: Literal["higher", "lower"]) -> Callable[[AnyMetric], AnyMetric]:
    """Gives a metric the attribute `higher_is_better`, by which it says which way it goes."""

    def say(metric: AnyMetric) -> AnyMetric:
        metric.higher_is_better = direction == "higher"  # type: ignore[attr-defined]
        return metric

    return say


@better_when("lower")
def perplexity(y_true: npt.ArrayLike, probabilities: npt.ArrayLike) -> float | npt.NDArray[np.float64]:
    """exp of the mean -log of the probability that was given to what happened. 1 is certainty.

    Args:
        y_true: classes (n,), such as the next letter, 0 to 3; or yes and no for each task, (n, tasks).
        probabilities: (n, classes), then the result is a number between 1 and, for an even guess, the
            number of classes; or (n, tasks), the probability of yes, then the result is (tasks,), and
            its geometric mean is the perplexity that Zhang and Kamath report (CS224d, 2016).

    Raises:
        ValueError: shapes that fit neither case, a class that is none, or probabilities that are none.
    """
    true, p = numbers(y_true, "truth"), _checked_probabilities(probabilities).astype(np.float64)
    if not p.size:
        raise ValueError("there are no predictions to measure")
    if true.ndim == 1 and p.ndim == 2 and len(true) == len(p):
        happened = p[np.arange(len(true)), _checked_classes(true, p)]
        return float(np.exp(-np.log(np.maximum(happened, _SMALLEST_PROBABILITY)).mean()))
    if true.ndim == 2 and true.shape == p.shape:
        happened = np.where(checked(true, p)[0] == 1, p, 1 - p)
        result: npt.NDArray[np.float64] = np.exp(
            -np.log(np.maximum(happened, _SMALLEST_PROBABILITY)).mean(axis=0)
        )
        return result
    hint = ". For classes give y_true[:, 0]" if true.ndim == 2 and true.shape[1] == 1 else ""
    raise ValueError(
        f"y_true {true.shape} and probabilities {p.shape} fit neither (n,) and (n, classes) nor (n, tasks) twice{hint}"
    )


def _checked_probabilities(probabilities: npt.ArrayLike) -> npt.NDArray:
    p = numbers(probabilities, "predictions")
    if np.isnan(p).any():
        raise ValueError(f"{np.isnan(p).sum()} predictions are NaN")
    if p.size and not (p.min() >= 0 and p.max() <= 1 + 1e-6):
        raise ValueError(
            f"probabilities must lie in 0..1; found {p.min():.3g}..{p.max():.3g}. Are these logits?"
        )
    return p


def _checked_classes(true: npt.NDArray, p: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    if not (np.isin(true, np.arange(p.shape[1]))).all():
        raise ValueError(
            f"classes must be whole numbers, 0 to {p.shape[1] - 1} for {p.shape[1]} columns; found "
            f"{np.unique(true)[[0, -1]]}. Leave rows with an unknown letter out"
        )
    if not np.allclose(p.sum(axis=1), 1, atol=1e-3):
        raise ValueError("the probabilities of the classes must sum to 1 in every row")
    return true.astype(np.int64)


def calibration(y_true: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> pd.DataFrame:
    """What was predicted against what happened, for one task.

    Args:
        y_true: 0 or 1, (n,).
        probabilities: of 1, (n,).
        bins: of equal width between 0 and 1, see `equal_bins`.

    Returns:
        A row a bin of equal width that holds anything: `predicted`, the mean probability in it;
        `observed`, the share of positives; `count`.

    Raises:
        ValueError: a probability outside 0 to 1, several tasks, no rows, or no bin.
    """
    true, p = checked(y_true, _checked_probabilities(probabilities))
    if true.ndim != 1 or not len(true):
        raise ValueError(f"calibration is of one task, (n,), with one row or more; not {true.shape}")
    table = pd.DataFrame({"predicted": p.astype(np.float64), "observed": true, "bin": equal_bins(p, bins)})
    return table.groupby("bin").agg(
        predicted=("predicted", "mean"), observed=("observed", "mean"), count=("observed", "size")
    )


@better_when("lower")
def calibration_error(y_true: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> float:
    """Mean distance between predicted and observed, each bin weighted by its count (Naeini et al. 2015).

    Arguments, (n,) each, and errors as in `calibration`.
    """
    table = calibration(y_true, probabilities, bins)
    return float(np.average((table["predicted"] - table["observed"]).abs(), weights=table["count"]))


def equal_bins(shares: npt.ArrayLike, bins: int) -> npt.NDArray[np.int64]:
    """The bin of each share, bins of equal width between 0 and 1; an edge belongs to the bin above it, 1 to the last.

    A share is compared with the edges, in its own precision: 0.29 of 100 bins belongs to bin 29, though
    0.29 * 100 is 28.999999999999996.

    Args:
        shares: (n,), 0 to 1.
        bins: how many.

    Returns:
        int64 (n,), 0 to bins - 1.

    Raises:
        ValueError: `bins` is no whole number from 1 on.
    """
    if not isinstance(bins, int | np.integer) or bins < 1:
        raise ValueError(f"bins must be a whole number from 1 on, not {bins!r}")
    values = np.asarray(shares)
    edges = np.arange(bins) / bins
    if values.dtype.kind == "f":
        edges = edges.astype(values.dtype)
    return np.searchsorted(edges, values, side="right").astype(np.int64) - 1


def numbers(values: npt.ArrayLike, what: str) -> npt.NDArray:
    """An array of numbers: floats and whole numbers as they are, yes and no as 0 and 1, text that is numbers as floats.

    Args:
        values: of any shape: an array, a list, a column or table of pandas.
        what: they are, for the message.

    Returns:
        Of the shape of `values`.

    Raises:
        ValueError: something that is no number, or rows of different lengths.
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError(f"the {what} make no array: rows of one length are needed") from None
    if array.dtype.kind in "fiu":
        return array
    if array.dtype.kind == "b":
        return array.astype(np.int64)
    flat = array.ravel().tolist()
    wrong = [one for one in flat if not _is_number(one)] if array.dtype.kind in "OUST" else flat
    if wrong:
        raise ValueError(f"the {what} must be numbers, and {wrong[0]!r} is none")
    return array.astype(np.float64)


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return value is None  # NumPy's NaN, for which each caller has words of its own
    return True


def checked(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[npt.NDArray[np.int64], npt.NDArray]:
    """Truth and predictions as arrays of one shape, the predictions in the type that they came in.

    Args:
        y_true: 0 or 1, (n,) or (n, tasks).
        y_score: numbers, infinite ones too, same shape.

    Raises:
        ValueError: the shapes differ, the truth is not 0 or 1, or a prediction is NaN or no number.
    """
    true, score = numbers(y_true, "truth"), numbers(y_score, "predictions")
    if true.shape != score.shape or true.ndim not in (1, 2):
        raise ValueError(
            f"truth {true.shape} and predictions {score.shape} must both be (n,) or (n, tasks)"
            + _one_task(true, score)
        )
    if not np.isin(true, (0, 1)).all():
        raise ValueError(f"the truth must be 0 or 1; found {np.unique(true)[:5]}")
    if np.isnan(score).any():
        raise ValueError(f"{np.isnan(score).sum()} predictions are NaN")
    return true.astype(np.int64), score


def _one_task(true: npt.NDArray, score: npt.NDArray) -> str:
    """The remedy where one of the two is (n, 1) and the other (n,)."""
    for name, one, other in (("the truth", true, score), ("the predictions", score, true)):
        if one.ndim == 2 and one.shape[1] == 1 and other.shape == one.shape[:1]:
            return f". This is one task: give the first column of {name}, [:, 0]"
    return ""
