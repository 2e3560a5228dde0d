"""The checks of lab 6, one for each exercise."""

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import UndefinedMetricWarning

from dnacourse.labs import lab06_mistakes as known
from dnacourse.labs.checks import (
    CheckFailed,
    as_list,
    call,
    check,
    describe,
    filled_in,
    passed,
    written_by_hand,
)
from dnacourse.labs.lab06_data import KINDS, SEEDS, TRACKS, fly, measured

__all__ = ["fly"]
_SINGLE = 1e-5  # an answer may be computed in 32 bits
_SAME = 5e-4  # of an AUPRC: with two threads sums are rounded otherwise; seeds lie further apart than that
_NEAR = 0.004


def check_loss(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 1: cross-entropy of many tasks, with labels missing."""
    rng = np.random.default_rng(0)
    cases = []
    for rows, tasks, missing in ((4, 3, 0.0), (50, 5, 0.3), (30, 4, 0.1)):
        y = rng.integers(0, 2, (rows, tasks)).astype(float)
        y[rng.random((rows, tasks)) < missing * np.arange(1, tasks + 1) / tasks] = np.nan
        cases.append((rng.normal(0, 2, (rows, tasks)), y))
    cases.append((np.array([[800.0, -800.0], [2.0, 1.0]]), np.array([[1.0, 0.0], [0.0, np.nan]])))
    cases.append((np.array([[800.0, -750.0], [2.0, 30.0]]), np.array([[0.0, 1.0], [np.nan, 1.0]])))
    with np.errstate(all="ignore"):
        check(function, cases, known.loss_of, known.LOSSES, tidy=_as_number, tolerance=_SINGLE)
        written_by_hand(function, *cases[0])
    passed("Exercise 1: each label counts once, and what was not measured counts nothing.")


def check_aurocs(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: an AUROC for each task."""
    rng = np.random.default_rng(1)
    y = (rng.random((60, 5)) < [0.5, 0.3, 0.0, 0.1, 1.0]).astype(int)
    p = np.round(np.clip(0.25 * y + rng.random((60, 5)) * 0.7, 0, 1), 2)
    square = (rng.random((6, 6)) < 0.5).astype(int), rng.random((6, 6))
    cases = [(y, p), square]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check(function, cases, known.aurocs_of, known.AUROCS, tidy=_as_flat, tolerance=_SINGLE)
    if any(issubclass(one.category, UndefinedMetricWarning) for one in said):
        raise CheckFailed(
            "The numbers are right, but scikit-learn warns: it was asked for the AUROC of a task with one class. Look "
            "at the labels first, and do not ask it."
        )
    written_by_hand(function, *cases[0])
    passed("Exercise 2: an AUROC for each task that has one.")


def check_thresholds(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 3: a threshold for each task. Any with the best F1 is right."""
    cases = []
    for seed, shares in ((2, [0.5, 0.2, 0.05, 0.3]), (3, [0.4, 0.1, 0.02, 0.2])):
        rng = np.random.default_rng(seed)
        y = (rng.random((200, 4)) < shares).astype(int)
        p = np.round(1 / (1 + np.exp(-(1.2 * y - 1.5 + rng.normal(size=y.shape)))), 3)
        cases.append((y, p))
    # rare labels, and no probability above 0.01; the best threshold is the highest, and the lowest
    cases.append((cases[1][0], cases[1][1] / 100))
    cases.append((np.array([[0, 1], [0, 1], [1, 1]]), np.array([[0.2, 0.3], [0.1, 0.4], [0.7, 0.2]])))
    given = [_as_flat(call(function, *case)) for case in cases]
    reached = [_f1s(case, answer) for case, answer in zip(cases, given, strict=True)]
    best = [_f1s(case, known.thresholds_of(*case)) for case in cases]
    if not all(np.allclose(one, other) for one, other in zip(reached, best, strict=True)):
        check(function, cases, known.thresholds_of, known.THRESHOLDS, tidy=_as_flat, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 3: a threshold for each task, the best by F1 on the data it is chosen on.")


def _f1s(case: tuple[npt.NDArray, npt.NDArray], thresholds: Any) -> list[float]:
    """F1 of each task at the learner's thresholds; -1 for each where they are no list of that length."""
    y, p = case
    if not isinstance(thresholds, list) or len(thresholds) != y.shape[1]:
        return [-1.0] * y.shape[1]
    try:
        called = p >= np.array([float(np.squeeze(value)) for value in thresholds])
    except (TypeError, ValueError):
        raise CheckFailed(f"Each threshold is one number, not {describe(thresholds[0])}.") from None
    return [
        float(v) for v in 2 * (y * called).sum(axis=0) / np.maximum(y.sum(axis=0) + called.sum(axis=0), 1)
    ]


def check_perplexity(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 4: the geometric mean of the tasks' perplexities."""
    rng = np.random.default_rng(4)
    cases = [(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))]
    cases += [
        (rng.integers(0, 2, (n, t)).astype(float), rng.uniform(0.02, 0.98, (n, t)))
        for n, t in ((20, 3), (50, 6))
    ]
    rare = (rng.random((40, 2)) < 0.05).astype(float)  # and the model knows that they are
    cases.append((rare, 10 ** rng.uniform(-9, -2, rare.shape)))
    check(function, cases, known.perplexity_of, known.PERPLEXITIES, tidy=_as_number, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 4: between how many equally likely answers the model is in doubt.")


def check_tokens(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: the layout of DeepSEA's bundle."""
    rng = np.random.default_rng(5)
    cases = []
    for length, rows in ((7, 3), (12, 5)):
        channels = rng.integers(0, 4, (length, rows))
        x = np.zeros((length, 4, rows), np.uint8)
        x[np.arange(length)[:, None], channels, np.arange(rows)] = 1
        x[rng.integers(0, length, 2), :, rng.integers(0, rows, 2)] = 0
        cases.append((x,))
    check(function, cases, known.tokens_of, known.BUNDLES, tidy=_as_flat)
    written_by_hand(function, *cases[0])
    passed("Exercise 5: samples first, letters in the course's order, the unknown kept unknown.")


def check_shared(answer: Any) -> None:
    """Exercise 6: one network for eight tracks, or eight networks."""
    filled_in("shared", answer, KINDS)
    given = {kind: _values(answer[kind], kind) for kind in KINDS}
    right = measured()

    def is_close(expected: Mapping[str, Sequence[float]], tolerance: float = _SAME) -> bool:
        return all(np.allclose(given[kind], expected[kind], rtol=0, atol=tolerance) for kind in KINDS)

    one_for_both = [kind for kind in KINDS if given[kind][0] == given[kind][1]]
    if not is_close(right["test", "auprc"]):
        if one_for_both:
            raise CheckFailed(
                f"shared[{one_for_both[0]!r}] has the same number twice. Give the mean over the tracks for each seed: is "
                "the second run really made with seed 1, in `manual_seed` and in `fit`?"
            )
        for (part, metric), values in right.items():
            if is_close(values):
                what = f"the {metric.upper()}s" if metric != "pooled" else "AUPRCs over all labels together"
                raise CheckFailed(
                    f"Those are {what} on the {part} part. The table is about the test part, and the AUPRC of each track, "
                    "of which the mean is taken."
                )
        test = right["test", "auprc"]
        if is_close({kind: values[::-1] for kind, values in test.items()}):
            raise CheckFailed("The values are right, in another order: seed 0, then seed 1.")
        if is_close(dict(zip(KINDS, (test[kind] for kind in KINDS[::-1]), strict=True))):
            raise CheckFailed("The two kinds have changed places.")
        kind = max(KINDS, key=lambda kind: np.abs(np.subtract(given[kind], test[kind])).max())
        shown = f"shared[{kind!r}] is {describe([round(value, 4) for value in given[kind]])}"
        if is_close(test, _NEAR):
            raise CheckFailed(
                f"{shown}, which is near, but not what the recipe gives. Is `torch.manual_seed(seed)` right before *each* "
                "network, the eight too? `seed=seed` in `fit`? Adam, and not AdamW? The values not rounded?"
            )
        raise CheckFailed(
            f"{shown}, which is not right yet. Follow the recipe to the letter: training part, seed before each network and "
            "in fit, layers, rate, epochs; the mean of the eight tracks' AUPRCs on the test part."
        )
    passed("Exercise 6: the table is right. The claim beneath it is yours.")


def _values(value: Any, kind: str) -> list[float]:
    given = as_list(value)
    if not isinstance(given, list) or len(given) != len(SEEDS):
        raise CheckFailed(
            f"shared[{kind!r}] must be a list of {len(SEEDS)} mean AUPRCs, one for each seed, not {describe(given)}."
        )
    if any(np.size(one) == TRACKS for one in given):
        raise CheckFailed(f"shared[{kind!r}] has an AUPRC for each track. Take their mean, for each seed.")
    numbers = [_as_number(one) for one in given]
    if any(isinstance(one, list) for one in numbers):
        raise CheckFailed(f"shared[{kind!r}] must hold one number for each seed, not {describe(given)}.")
    return numbers


def _as_number(answer: Any) -> Any:
    """A number; a list of several is left for the diagnoses."""
    if hasattr(answer, "tolist"):
        answer = answer.tolist()
    if isinstance(answer, list) and len(answer) == 1:
        return _as_number(answer[0])
    if isinstance(answer, str) or not isinstance(answer, int | float | list):
        raise CheckFailed(f"Give one number, not {describe(answer)}.")
    return answer


def _as_flat(answer: Any) -> Any:
    """Arrays, tensors and tuples as nested lists."""
    if hasattr(answer, "tolist"):
        return answer.tolist()
    return [_as_flat(part) for part in answer] if isinstance(answer, list | tuple) else answer
