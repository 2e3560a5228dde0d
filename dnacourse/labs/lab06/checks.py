"""The checks of lab 6, one for each exercise."""

import warnings
from collections.abc import Callable
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.exceptions import UndefinedMetricWarning

from dnacourse.labs.checking import (
    CheckFailed,
    TableToFillIn,
    call,
    check,
    describe,
    in_the_form_of,
    passed,
    plain,
    written_by_hand,
)
from dnacourse.labs.lab06 import mistakes as known
from dnacourse.labs.lab06 import recipes
from dnacourse.labs.lab06.data import KINDS, MEASURED, SEEDS, few_bins, shared_auprcs
from dnacourse.labs.recipes import check_recipe

_SINGLE = 1e-5  # an answer may be computed in 32 bits
_SAME = 5e-4  # of an AUPRC: with two threads sums are rounded otherwise; seeds lie further apart than that
_NEAR = 0.004
ALLOWED = ("numpy", "sklearn", "torch")
_EACH_TASK = "an array (tasks,), one number for each task"


def check_loss(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 1: cross-entropy of many tasks, logits and labels (N, tasks), with labels missing."""
    rng = np.random.default_rng(0)
    cases = []
    for rows, tasks, missing in ((4, 3, 0.0), (50, 5, 0.3), (30, 4, 0.1)):
        y = rng.integers(0, 2, (rows, tasks)).astype(float)
        y[rng.random((rows, tasks)) < missing * np.arange(1, tasks + 1) / tasks] = np.nan
        cases.append((rng.normal(0, 2, (rows, tasks)), y))
    cases.append((np.array([[800.0, -800.0], [2.0, 1.0]]), np.array([[1.0, 0.0], [0.0, np.nan]])))
    cases.append((np.array([[800.0, -750.0], [2.0, 30.0]]), np.array([[0.0, 1.0], [np.nan, 1.0]])))
    with np.errstate(all="ignore"):
        check(function, cases, known.loss_of, known.LOSSES, returns="one number", tolerance=_SINGLE)
        written_by_hand(function, *cases[0], allowed=ALLOWED)
    passed("Exercise 1: each label counts once, and what was not measured counts nothing.")


def check_aurocs(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: an AUROC for each task, (tasks,), of labels and probabilities (N, tasks)."""
    rng = np.random.default_rng(1)
    y = (rng.random((60, 5)) < [0.5, 0.3, 0.0, 0.1, 1.0]).astype(int)
    p = np.round(np.clip(0.25 * y + rng.random((60, 5)) * 0.7, 0, 1), 2)
    square = (rng.random((6, 6)) < 0.5).astype(int), rng.random((6, 6))
    cases = [(y, p), square]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        check(function, cases, known.aurocs_of, known.AUROCS, returns=_EACH_TASK, tolerance=_SINGLE)
    if any(issubclass(one.category, UndefinedMetricWarning) for one in said):
        raise CheckFailed(
            "The numbers are right, but scikit-learn warns: it was asked for the AUROC of a task with one class. Look "
            "at the labels first, and do not ask it."
        )
    written_by_hand(function, *cases[0], allowed=ALLOWED)
    passed("Exercise 2: an AUROC for each task that has one.")


def check_thresholds(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 3: a threshold for each task, (tasks,). Any with the best F1 is right."""
    cases = []
    for seed, shares in ((2, [0.5, 0.2, 0.05, 0.3]), (3, [0.4, 0.1, 0.02, 0.2])):
        rng = np.random.default_rng(seed)
        y = (rng.random((200, 4)) < shares).astype(int)
        p = np.round(1 / (1 + np.exp(-(1.2 * y - 1.5 + rng.normal(size=y.shape)))), 3)
        cases.append((y, p))
    # rare labels, and no probability above 0.01; the best threshold is the highest, and the lowest
    cases.append((cases[1][0], cases[1][1] / 100))
    cases.append((np.array([[0, 1], [0, 1], [1, 1]]), np.array([[0.2, 0.3], [0.1, 0.4], [0.7, 0.2]])))
    given = [plain(call(function, *case)) for case in cases]
    reached = [_f1s(case, answer) for case, answer in zip(cases, given, strict=True)]
    best = [_f1s(case, known.thresholds_of(*case)) for case in cases]
    if not all(np.allclose(one, other) for one, other in zip(reached, best, strict=True)):
        check(function, cases, known.thresholds_of, known.THRESHOLDS, returns=_EACH_TASK, tolerance=_SINGLE)
    written_by_hand(function, *cases[0], allowed=ALLOWED)
    passed("Exercise 3: a threshold for each task, the best by F1 on the data it is chosen on.")


def _f1s(case: tuple[npt.NDArray, npt.NDArray], thresholds: Any) -> list[float]:
    """F1 of each task at the learner's thresholds; -1 for each where they are no list of that length."""
    y, p = case
    if not isinstance(thresholds, list) or len(thresholds) != y.shape[1]:
        return [-1.0] * y.shape[1]
    numbers = [in_the_form_of(0.0, one) for one in thresholds]
    if strange := [one for one in numbers if not isinstance(one, Real)]:
        raise CheckFailed(f"Each threshold is one number, not {describe(strange[0])}.")
    called = p >= np.array(numbers, float)
    f1 = 2 * (y * called).sum(axis=0) / np.maximum(y.sum(axis=0) + called.sum(axis=0), 1)
    return [float(one) for one in f1]


def check_perplexity(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 4: the geometric mean of the tasks' perplexities, of labels and probabilities (N, tasks)."""
    rng = np.random.default_rng(4)
    cases = [(np.array([[1.0, 0.0]]), np.array([[0.5, 0.5]]))]
    cases += [
        (rng.integers(0, 2, (n, t)).astype(float), rng.uniform(0.02, 0.98, (n, t)))
        for n, t in ((20, 3), (50, 6))
    ]
    rare = (rng.random((40, 2)) < 0.05).astype(float)  # and the model knows that they are
    cases.append((rare, 10 ** rng.uniform(-9, -2, rare.shape)))
    check(function, cases, known.perplexity_of, known.PERPLEXITIES, returns="one number", tolerance=_SINGLE)
    written_by_hand(function, *cases[0], allowed=ALLOWED)
    passed("Exercise 4: between how many equally likely answers the model is in doubt.")


def check_tokens(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: the layout of DeepSEA's bundle, planes (L, 4, N), to tokens (N, L)."""
    rng = np.random.default_rng(5)
    cases = []
    for length, rows in ((7, 3), (12, 5)):
        channels = rng.integers(0, 4, (length, rows))
        x = np.zeros((length, 4, rows), np.uint8)
        x[np.arange(length)[:, None], channels, np.arange(rows)] = 1
        x[rng.integers(0, length, 2), :, rng.integers(0, rows, 2)] = 0
        cases.append((x,))
    check(function, cases, known.tokens_of, known.BUNDLES, returns="an array of tokens, (N, L)")
    written_by_hand(function, *cases[0], allowed=ALLOWED)
    passed("Exercise 5: samples first, letters in the course's order, the unknown kept unknown.")


SHARED = TableToFillIn(
    name="shared",
    rows=KINDS,
    holds=f"a list of {len(SEEDS)} mean AUPRCs, one number for each seed: over the tracks, take the mean",
    parts=("",) * len(SEEDS),
    between=(0, 1),
    tolerance=_SAME,
    measured=MEASURED["test", "auprc"],
    roughly=_NEAR,
    mistakes=known.SHARED_ROWS,
    row_by_row=False,
    repeated="the same number twice. Is your function called with seed 0 and then with seed 1?",
    near=_NEAR,
    advice="Your function is right: fill the table in with what it gives for `lab06.fly()`, seed 0 and then seed 1.",
)


def check_shared(recipe: Callable[[str, int, Any], float], answer: Any) -> None:
    """Exercise 6: one network for eight tracks, or eight networks; the recipe first, on a few made-up rows."""
    SHARED.filled_in(answer)
    check_recipe(
        recipe, [(KINDS[0], 0, few_bins(0)), (KINDS[0], 1, few_bins(1)), (KINDS[1], 1, few_bins(1))],
        recipes.mean_auprc, recipes.RECIPES, recipes.SEEDED_TOO_LATE, returns="one number, the mean AUPRC on the test part",
    )  # fmt: skip
    SHARED.check(answer, shared_auprcs)
    passed("Exercise 6: the table is right. The claim beneath it is yours.")
