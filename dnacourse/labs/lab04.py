"""The checks of lab 4, one for each exercise."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs import lab04_mistakes as known
from dnacourse.labs.checks import (
    CheckFailed,
    as_list,
    call,
    check,
    describe,
    filled_in,
    passed,
    plain,
    written_by_hand,
)
from dnacourse.labs.lab04_data import LETTERS, SEEDS, border_aurocs, splice

__all__ = ["LETTERS", "SEEDS", "splice"]
_SINGLE = 1e-5  # an answer may be computed in 32 bits
_SAME = 2e-4  # of an AUROC: with two threads sums are rounded otherwise, and training makes much of little
_NEAR = 0.002


def check_loss(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 1: cross-entropy of logits."""
    rng = np.random.default_rng(0)
    cases = [
        (np.array([0.0, 2.0, -1.0]), np.array([1.0, 1.0, 0.0])),
        (rng.normal(size=50), rng.integers(0, 2, 50).astype(float)),
        (np.array([800.0, -800.0, 30.0]), np.array([1.0, 0.0, 1.0])),
        (np.array([800.0, -750.0]), np.array([0.0, 1.0])),
    ]
    with np.errstate(all="ignore"):  # an overflow is named by the check, not by NumPy
        check(function, cases, known.loss_of, known.LOSSES, tidy=_as_float, tolerance=_SINGLE)
        written_by_hand(function, *cases[0])
    passed("Exercise 1: a loss that stays finite however sure the model is.")


def check_gradient(function: Callable[..., tuple[npt.NDArray, float]]) -> None:
    """Exercise 2: the slopes of a neuron's loss."""
    rng = np.random.default_rng(1)
    cases = []
    for rows, columns in ((4, 2), (30, 3), (1, 1)):
        X, y = rng.normal(size=(rows, columns)), rng.integers(0, 2, rows).astype(float)
        cases.append((rng.normal(size=columns), 0.7, X, y))
    check(
        function,
        cases,
        known.gradient,
        known.GRADIENTS,
        tidy=_as_lists(2, "the slopes along w, and the slope along b"),
        tolerance=_SINGLE,
    )
    written_by_hand(function, *cases[0])
    passed("Exercise 2: the slopes of a neuron, equal to those of nudging.")


def check_batch_rows(function: Callable[[int, int, int], list[npt.NDArray]]) -> None:
    """Exercise 3: row numbers of mini-batches."""
    given = {
        (n, size, seed): _batches(function, n, size, seed)
        for n, size, seed in ((200, 16, 1), (200, 16, 2), (10, 4, 0), (5, 9, 3))
    }
    mistakes = list(known.BATCHES.values())
    for (n, size, seed), batches in given.items():
        rows = [row for batch in batches for row in batch]
        lengths, whole = [len(batch) for batch in batches], n // size * size
        shown = f"batch_rows({n}, {size}, {seed})"
        if strange := [row for row in rows if not 0 <= row < n]:
            raise CheckFailed(
                f"There is no row {strange[0]}: {n} rows have the numbers 0 to {n - 1}. Seen in {shown}."
            )
        missing = sorted(set(range(n)) - set(rows))
        twice = sorted({row for row in rows if rows.count(row) > 1})
        if twice and missing and any(len(set(batch)) < len(batch) for batch in batches):
            raise CheckFailed(
                f"{mistakes[1]}\n  Seen in {shown}: row {twice[0]} comes twice, row {missing[0]} never."
            )
        if not twice and lengths == [size] * (n // size) and len(rows) == whole < n:
            raise CheckFailed(f"{mistakes[2]}\n  Seen in {shown}: {n - whole} rows are missing.")
        if twice or missing:
            what = [f"row {twice[0]} comes more than once"] * bool(twice) + [
                f"row {missing[0]} is missing"
            ] * bool(missing)
            raise CheckFailed(
                f"In {shown} {' and '.join(what)}; the batches have {describe(lengths)} rows. Every row comes once: one "
                "order of all rows, cut from 0, size, 2 * size … on, each piece `size` long."
            )
        if n >= 10 and rows == sorted(rows):
            raise CheckFailed(mistakes[0])
        if n >= 64 and len(batches) > 1 and all(max(batch) - min(batch) < len(batch) for batch in batches):
            raise CheckFailed(mistakes[5])
        if lengths[:-1] != [size] * ((n - 1) // size):
            raise CheckFailed(
                f"{shown} gave batches of {describe(lengths)}: each holds {size}, the last what is left."
            )
    one, two = given[200, 16, 1], given[200, 16, 2]
    if one == two:
        raise CheckFailed(mistakes[3])
    if one != _batches(function, 200, 16, 1):
        raise CheckFailed(mistakes[4])
    written_by_hand(function, 10, 4, 0)
    passed("Exercise 3: every row once, in an order that the seed decides.")


def check_backward(function: Callable[..., tuple[Any, ...]]) -> None:
    """Exercise 4: backpropagation through one hidden layer."""
    rng = np.random.default_rng(2)
    cases = []
    for rows, inputs, hidden in ((5, 3, 4), (20, 2, 6)):
        X, y = rng.normal(size=(rows, inputs)), rng.integers(0, 2, rows).astype(float)
        cases.append(
            (X, y, rng.normal(size=(inputs, hidden)), rng.normal(size=hidden), rng.normal(size=hidden), 0.3)
        )
    check(
        function,
        cases,
        known.backward,
        known.SLOPES,
        tidy=_as_lists(4, "the slopes along W, c, v and d"),
        tolerance=_SINGLE,
    )
    written_by_hand(function, *cases[0])
    passed("Exercise 4: backpropagation by hand. Autograd does nothing else.")


def check_stopped(function: Callable[[Sequence[float], int], tuple[int, int]]) -> None:
    """Exercise 5: early stopping."""
    high = [1.5, 1.4, 1.3, 1.2]
    losses = [0.9, 0.7, 0.6, 0.65, 0.62, 0.61, 0.5, 0.4]
    cases = [
        (high, 2), (losses, 3), (losses, 4), (losses, 1), ([0.5, 0.5, 0.5, 0.4], 2), ([0.5, 0.4, 0.3], 2), ([0.3, 0.6, 0.5, 0.4, 0.35, 0.2], 3),
        ([0.8], 1), ([0.5, 0.9, 0.4, 0.9, 0.9, 0.1], 2), ([0.5, 0.4, 0.45], 3), ([0.2, 0.6, 0.5], 4),
    ]  # fmt: skip
    check(function, cases, known.stopped, known.STOPS, tidy=_as_pair)
    written_by_hand(function, *cases[0])
    passed("Exercise 5: stopped in time, and the best epoch remembered.")


def check_border_table(answer: Any) -> None:
    """Exercise 6: neurons and networks on exon borders, three seeds each."""
    filled_in("border_table", answer, border_aurocs())
    for name, right in border_aurocs().items():
        given = as_list(answer[name])
        if not isinstance(given, list) or len(given) != len(SEEDS):
            raise CheckFailed(
                f"border_table[{name!r}] must be a list of {len(SEEDS)} AUROCs, one for each seed, not {describe(given)}."
            )
        values = [_number(value) for value in given]
        if any(values == [round(value, digits) for value in right["test"]] for digits in (1, 2, 3)):
            raise CheckFailed(f"border_table[{name!r}] is rounded: put in the numbers as they were computed.")
        if len(set(values)) == 1:
            raise CheckFailed(
                f"The {name} have the same AUROC to the last digit: did each get its own seed, before it was made?"
            )
        if _all_close(values, right["test"], _SAME):
            continue
        if _all_close(values, right["validation"], _SAME):
            raise CheckFailed(
                "Those are the AUROCs on the validation part. The table is about the test part."
            )
        if _all_close([1 - value for value in values], right["test"], _NEAR):
            raise CheckFailed(
                "Those are below one half: labels and scores have changed places, or the score is that of 'no border'."
            )
        if _all_close(sorted(values), sorted(right["test"]), _SAME):
            raise CheckFailed(
                f"border_table[{name!r}] holds the right values in another order: seed 0, 1, 2."
            )
        near = (
            "near, but not what the recipe gives"
            if _all_close(values, right["test"], _NEAR)
            else "not right yet"
        )
        raise CheckFailed(
            f"border_table[{name!r}] is {describe([round(value, 4) for value in values])}, which is {near}. Follow the "
            "recipe to the letter: layers, Adam (not AdamW), rate, epochs, batch size, and the seed in both places."
        )
    passed("Exercise 6: the table is right. The claim beneath it is yours.")


def _number(value: Any) -> float:
    try:
        if isinstance(value, str):
            raise TypeError
        return float(np.squeeze(value))
    except (TypeError, ValueError):
        raise CheckFailed(f"An AUROC must be a number, not {describe(value)}.") from None


def _all_close(values: Sequence[float], expected: Sequence[float], tolerance: float) -> bool:
    return bool(np.allclose(values, expected, rtol=0, atol=tolerance))


def _as_float(answer: Any) -> float:
    """A number, or an array of one number.

    Raises:
        CheckFailed: something else.
    """
    try:
        if isinstance(answer, str):
            raise TypeError
        return float(np.squeeze(plain(answer)))
    except (TypeError, ValueError):
        raise CheckFailed(
            f"The loss is one number for the whole batch, not {describe(answer)}. Take the mean."
        ) from None


def _as_lists(parts: int, what: str) -> Callable[[Any], list[Any]]:
    def tidy(answer: Any) -> list[Any]:
        answer = as_list(answer)
        if not isinstance(answer, list) or len(answer) != parts:
            raise CheckFailed(f"Return {what}: {parts} things. You returned {describe(answer)}.")
        try:
            return [np.round(np.asarray(plain(part), dtype=float), 12).tolist() for part in answer]
        except (TypeError, ValueError):
            raise CheckFailed(
                f"Return {what}: numbers and arrays of numbers, not {describe(answer)}."
            ) from None

    return tidy


def _as_pair(answer: Any) -> tuple[int, int]:
    answer = as_list(answer)
    if not isinstance(answer, list) or len(answer) != 2:
        raise CheckFailed(f"Return two numbers, the last epoch and the best, not {describe(answer)}.")
    last, best = map(plain, answer)
    if not all(isinstance(one, int | float) and one == one and one == int(one) for one in (last, best)):
        raise CheckFailed(
            f"Return two whole numbers, the last epoch and the best, not {describe([last, best])}. (Is one of them never "
            "set? The first epoch is better than none.)"
        )
    return int(last), int(best)


def _batches(function: Callable[..., Any], n: int, size: int, seed: int) -> list[list[int]]:
    answer = as_list(call(function, n, size, seed))
    if not isinstance(answer, list) or not all(np.ndim(batch) == 1 for batch in answer):
        raise CheckFailed(
            f"Return a list of batches, each an array or a list of row numbers, not {describe(answer)}."
        )
    if any(isinstance(row, bool | np.bool_) for batch in answer for row in batch):
        raise CheckFailed(
            "Give row numbers, not yes or no for every row: np.flatnonzero turns the one into the other."
        )
    rows = [[row.item() if hasattr(row, "item") else row for row in batch] for batch in answer]
    if any(not isinstance(row, int) for batch in rows for row in batch):
        raise CheckFailed("Row numbers must be whole numbers: an array is not indexed by 2.0.")
    return rows
