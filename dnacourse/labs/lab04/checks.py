"""The checks of lab 4, one for each exercise."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs.checking import (
    CheckFailed,
    TableToFillIn,
    call,
    check,
    describe,
    passed,
    plain,
    written_by_hand,
)
from dnacourse.labs.lab04 import mistakes as known
from dnacourse.labs.lab04 import recipes
from dnacourse.labs.lab04.data import HIDDEN, MEASURED, SEEDS, STOPPING, border_aurocs, few_borders
from dnacourse.labs.recipes import check_recipe

_SINGLE = 1e-5  # an answer may be computed in 32 bits
_SAME = 2e-4  # of an AUROC: with two threads sums are rounded otherwise, and training makes much of little
_NEAR = 0.002
Batches = list[list[int]]


def check_loss(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 1: cross-entropy of logits (N,) and labels (N,)."""
    rng = np.random.default_rng(0)
    cases = [
        (np.array([0.0, 2.0, -1.0]), np.array([1.0, 1.0, 0.0])),
        (rng.normal(size=50), rng.integers(0, 2, 50).astype(float)),
        (np.array([800.0, -800.0, 30.0]), np.array([1.0, 0.0, 1.0])),
        (np.array([800.0, -750.0]), np.array([0.0, 1.0])),
    ]
    returns = "one number for the whole batch: the mean"
    with np.errstate(all="ignore"):  # an overflow is named by the check, not by NumPy
        check(function, cases, known.loss_of, known.LOSSES, returns=returns, tolerance=_SINGLE)
        written_by_hand(function, *cases[0])
    passed("Exercise 1: a loss that stays finite however sure the model is.")


def check_gradient(function: Callable[..., tuple[npt.NDArray, float]]) -> None:
    """Exercise 2: the slopes of a neuron's loss along its weights (inputs,) and its bias."""
    rng = np.random.default_rng(1)
    cases = []
    for rows, columns in ((4, 2), (30, 3), (1, 1)):
        X, y = rng.normal(size=(rows, columns)), rng.integers(0, 2, rows).astype(float)
        cases.append((rng.normal(size=columns), 0.7, X, y))
    returns = "2 things, the slopes along w, (inputs,), and the slope along b"
    parts = ("the slopes along w", "the slope along b")
    check(function, cases, known.gradient, known.GRADIENTS, returns=returns, tolerance=_SINGLE, parts=parts)
    written_by_hand(function, *cases[0])
    passed("Exercise 2: the slopes of a neuron, equal to those of nudging.")


def check_batch_rows(function: Callable[[int, int, int], list[npt.NDArray]]) -> None:
    """Exercise 3: row numbers of mini-batches, each (size,)."""
    given = {
        arguments: _batches(function, *arguments)
        for arguments in ((200, 16, 1), (200, 16, 2), (10, 4, 0), (5, 9, 3), (64, 16, 4))
    }
    for arguments, batches in given.items():
        if fault := _fault_of(batches, *arguments):
            raise CheckFailed(f"{fault}\n  Seen in batch_rows{arguments}.")
    one, two = given[200, 16, 1], given[200, 16, 2]
    if one == two:
        raise CheckFailed(known.ALWAYS_THE_SAME)
    if one != _batches(function, 200, 16, 1):
        raise CheckFailed(known.NEVER_THE_SAME)
    written_by_hand(function, 10, 4, 0)
    passed("Exercise 3: every row once, in an order that the seed decides.")


def _batches(function: Callable[..., Any], n: int, size: int, seed: int) -> Batches:
    batches = plain(call(function, n, size, seed))
    if not isinstance(batches, list) or not all(isinstance(batch, list) for batch in batches):
        raise CheckFailed(
            f"Return a list of batches, each an array or a list of row numbers, not {describe(batches)}."
        )
    kinds = {type(row) for batch in batches for row in batch}
    if bool in kinds:
        raise CheckFailed(
            "Give row numbers, not yes or no for every row: np.flatnonzero turns the one into the other."
        )
    if list in kinds:
        raise CheckFailed("Each batch is one row of numbers, not rows in rows: make it flat.")
    if kinds - {int}:
        raise CheckFailed("Row numbers must be whole numbers: an array is not indexed by 2.0.")
    return batches


def _fault_of(batches: Batches, n: int, size: int, seed: int) -> str:
    """What is wrong with the batches of one call, or nothing."""
    if strange := [row for batch in batches for row in batch if not 0 <= row < n]:
        return f"There is no row {strange[0]}: {n} rows have the numbers 0 to {n - 1}."
    return _wrong_rows(batches, n, size) or _wrong_order(batches, n) or _wrong_lengths(batches, n, size)


def _wrong_rows(batches: Batches, n: int, size: int) -> str:
    times = Counter(row for batch in batches for row in batch)
    missing = [row for row in range(n) if not times[row]]
    twice = [row for row in range(n) if times[row] > 1]
    lengths = [len(batch) for batch in batches]
    if twice and missing and any(len(set(batch)) < len(batch) for batch in batches):
        return f"{known.DRAWN_AGAIN} Row {twice[0]} comes twice, row {missing[0]} never."
    if missing and not twice and lengths == [size] * (n // size):
        return f"{known.WHOLE_BATCHES_ONLY} {len(missing)} rows are missing."
    what = [f"row {row} comes more than once" for row in twice[:1]]
    what += [f"row {row} is missing" for row in missing[:1]]
    if not what:
        return ""
    return (
        f"Not every row comes once: {' and '.join(what)}; the batches have {describe(lengths)} rows. Take one order of all "
        "rows, and cut it from 0, size, 2 * size … on, each piece `size` long."
    )


def _wrong_order(batches: Batches, n: int) -> str:
    rows = [row for batch in batches for row in batch]
    if n >= 10 and rows == sorted(rows):
        return known.IN_ORDER
    filled = [batch for batch in batches if batch]
    if n >= 64 and len(filled) > 1 and all(max(batch) - min(batch) < len(batch) for batch in filled):
        return known.BATCHES_SHUFFLED
    return ""


def _wrong_lengths(batches: Batches, n: int, size: int) -> str:
    lengths = [len(batch) for batch in batches]
    if lengths[-1] == 0:
        return known.EMPTY_BATCH
    if lengths[:-1] == [size] * ((n - 1) // size):
        return ""
    return f"The batches have {describe(lengths)} rows: each holds {size}, the last what is left."


def check_backward(function: Callable[..., tuple[Any, ...]]) -> None:
    """Exercise 4: backpropagation through one hidden layer: slopes (inputs, hidden), (hidden,), (hidden,), one."""
    rng = np.random.default_rng(2)
    cases = []
    for rows, inputs, hidden in ((5, 3, 4), (20, 2, 6)):
        X, y = rng.normal(size=(rows, inputs)), rng.integers(0, 2, rows).astype(float)
        cases.append(
            (X, y, rng.normal(size=(inputs, hidden)), rng.normal(size=hidden), rng.normal(size=hidden), 0.3)
        )
    border = np.array([[1.0], [2.0]]), np.array([0.0, 1.0]), np.array([[1.0, -2.0]]), np.array([-1.0, 4.0])
    cases.append((*border, np.array([1.5, -1.0]), 0.2))  # of both neurons one row gives exactly 0
    returns = "4 things, the slopes along W, c, v and d, each of the shape of its weight"
    parts = [f"the slopes along {weight}" for weight in "Wcvd"]
    check(function, cases, known.backward, known.SLOPES, returns=returns, tolerance=_SINGLE, parts=parts)
    written_by_hand(function, *cases[0])
    passed("Exercise 4: backpropagation by hand. Autograd does nothing else.")


def check_stopped(function: Callable[[Sequence[float], int], tuple[int, int]]) -> None:
    """Exercise 5: early stopping."""
    returns = (
        "two numbers, the last epoch and the best (is one never set? The first epoch is better than none)"
    )
    check(function, STOPPING, known.stopped, known.STOPS, returns=returns)
    written_by_hand(function, *STOPPING[0])
    passed("Exercise 5: stopped in time, and the best epoch remembered.")


BORDERS = TableToFillIn(
    name="border_table",
    rows=HIDDEN,
    holds=f"a list of {len(SEEDS)} AUROCs, one for each seed, between 0 and 1 and not in percent",
    parts=("",) * len(SEEDS),
    between=(0, 1),
    tolerance=_SAME,
    measured=MEASURED["test"],
    roughly=_NEAR,
    mistakes=known.BORDER_ROWS,
    repeated="the same AUROC to the last digit: did each get its own seed, before it was made?",
    near=_NEAR,
    advice="Your function is right: fill the table in with what it gives for `lab04.splice()`, hidden 0 and 32, seeds 0, 1, 2.",
)


def check_border_table(recipe: Callable[[int, int, Any], float], answer: Any) -> None:
    """Exercise 7: neurons and networks on exon borders, three seeds each; the recipe first, on a few made-up rows."""
    BORDERS.filled_in(answer)
    check_recipe(
        recipe, [(0, 0, few_borders(0)), (32, 1, few_borders(1)), (5, 2, few_borders(2))],
        recipes.border_auroc, recipes.RECIPES, recipes.SEEDED_TOO_LATE, returns="one number, the AUROC on the test part",
    )  # fmt: skip
    BORDERS.check(answer, border_aurocs)
    passed("Exercise 7: the table is right. The claim beneath it is yours.")
