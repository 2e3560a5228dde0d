"""Probabilities as such: perplexity and calibration, for which ranking is not enough."""

import numpy as np
import numpy.typing as npt
import pandas as pd

_SMALLEST_PROBABILITY = 1e-12


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
    true, p = np.asarray(y_true), _checked_probabilities(probabilities)
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
    raise ValueError(
        f"y_true {true.shape} and probabilities {p.shape} fit neither (n,) and (n, classes) nor (n, tasks) twice"
    )


def _checked_probabilities(probabilities: npt.ArrayLike) -> npt.NDArray[np.float64]:
    p = np.asarray(probabilities, dtype=np.float64)
    if p.size and not (p.min() >= 0 and p.max() <= 1 + 1e-6):
        raise ValueError(
            f"probabilities must lie in 0..1; found {p.min():.3g}..{p.max():.3g}. Are these logits?"
        )
    return p


def _checked_classes(true: npt.NDArray, p: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    classes = true.astype(np.int64)
    if (classes != true).any() or classes.min() < 0 or classes.max() >= p.shape[1]:
        raise ValueError(
            f"classes must be whole numbers, 0 to {p.shape[1] - 1} for {p.shape[1]} columns; found "
            f"{np.unique(true)[[0, -1]]}. Leave rows with an unknown letter out"
        )
    if not np.allclose(p.sum(axis=1), 1, atol=1e-3):
        raise ValueError("the probabilities of the classes must sum to 1 in every row")
    return classes


def calibration(y_true: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> pd.DataFrame:
    """What was predicted against what happened, for one task.

    Returns:
        A row a bin of equal width that holds anything: `predicted`, the mean probability in it;
        `observed`, the share of positives; `count`.

    Raises:
        ValueError: a probability outside 0 to 1, several tasks, no rows, or no bin.
    """
    true, p = checked(y_true, _checked_probabilities(probabilities))
    if true.ndim != 1 or not len(true) or bins < 1:
        raise ValueError(f"calibration is of one task, (n,), in one bin or more; not {true.shape} in {bins}")
    bin_of = np.minimum((p * bins).astype(int), bins - 1)
    table = pd.DataFrame({"predicted": p, "observed": true, "bin": bin_of}).groupby("bin")
    return table.agg(
        predicted=("predicted", "mean"), observed=("observed", "mean"), count=("observed", "size")
    )


def calibration_error(y_true: npt.ArrayLike, probabilities: npt.ArrayLike, bins: int = 10) -> float:
    """Mean distance between predicted and observed, each bin weighted by its count (Naeini et al. 2015)."""
    table = calibration(y_true, probabilities, bins)
    return float(np.average((table["predicted"] - table["observed"]).abs(), weights=table["count"]))


def checked(y_true: npt.ArrayLike, y_score: npt.ArrayLike) -> tuple[npt.NDArray, npt.NDArray]:
    """Truth and predictions as arrays of one shape; infinite scores become the lowest and the highest rank.

    Raises:
        ValueError: the shapes differ, the truth is not 0 or 1, or a prediction is NaN.
    """
    true, score = np.asarray(y_true), np.asarray(y_score, dtype=np.float64)
    if true.shape != score.shape or true.ndim not in (1, 2):
        raise ValueError(f"truth {true.shape} and predictions {score.shape} must both be (n,) or (n, tasks)")
    if not np.isin(true, (0, 1)).all():
        raise ValueError(f"the truth must be 0 or 1; found {np.unique(true)[:5]}")
    if np.isnan(score).any():
        raise ValueError(f"{np.isnan(score).sum()} predictions are NaN")
    if np.isinf(score).any():  # the best hit of a motif in a sequence of unknown letters: the lowest rank
        finite = score[np.isfinite(score)]
        score = np.clip(score, finite.min(initial=0) - 1, finite.max(initial=0) + 1)
    return true.astype(np.int64), score
