"""The checks of lab 5, one for each exercise."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.datasets import Dataset
from dnacourse.labs.checking import CheckFailed, TableToFillIn, check, passed, written_by_hand
from dnacourse.labs.lab05 import mistakes as known
from dnacourse.labs.lab05 import recipes
from dnacourse.labs.lab05.data import CROSSED, MEASURED, NETWORKS, crossed_aurocs, few_sequences
from dnacourse.labs.recipes import check_recipe

_SINGLE = 1e-4  # an answer may be computed in 32 bits
_CLOSE = 0.003  # of an AUROC: with two threads sums are rounded otherwise, and training makes much of little
_ROUGHLY = 0.03  # of an AUROC: so far apart may two processors lie
_BOTH_STRANDS = "Scan the sequence, scan its reverse complement, and take the higher of the two best answers."
_STRETCHES = (
    "Of each sequence whose best answer is at least half of the best of all, take the stretch that gives it; count the "
    "letters at each place, and divide by the number of stretches."
)


def check_scan(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 1: a convolution by hand, of planes (4, L) and a kernel (4, w), to (L - w + 1,)."""
    rng = np.random.default_rng(0)
    cases = []
    for length, width in ((6, 3), (20, 5), (9, 1), (4, 4)):
        planes = np.eye(4)[rng.integers(0, 4, length)].T
        cases.append((planes, rng.integers(-30, 40, (4, width)) / 10))
    returns = "an array (L - w + 1,), an answer for each place"
    check(function, cases, known.scan, known.SCANS, returns=returns, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 1: the kernel's answer at every place where it fits.")


def check_pooled(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: threshold, rectifier, maximum, of answers (kernels, places), to (kernels,)."""
    rng = np.random.default_rng(1)
    cases = [(np.array([[-1.0, 4.0, 2.5], [0.5, -2.0, 1.5]]), np.array([1.0, 2.0]))]
    cases += [
        (rng.normal(0, 2, (5, 12)), rng.normal(0.5, 1.5, 5)),
        (np.full((2, 3), -1.0), np.array([-3.0, 0.5])),
    ]
    returns = "an array (kernels,), one number for each kernel"
    check(function, cases, known.pooled, known.POOLS, returns=returns, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 2: one number for each kernel: how far above its threshold it gets.")


def check_best_answer(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 3: a kernel (4, w) on both strands of tokens (L,)."""
    rng = np.random.default_rng(2)
    cases = [
        (rng.integers(0, 4, length, dtype=np.uint8), np.round(rng.normal(-0.4, 2, (4, width)), 1))
        for length, width in ((6, 3), (12, 4), (8, 8), (15, 3), (10, 5)) * 6
    ]
    cases.append((np.array([0, 0, 1], np.uint8), np.full((4, 2), -1.5)))
    check(
        function, cases, known.best_answer, known.STRANDS,
        returns="one number", tolerance=_SINGLE, question=_BOTH_STRANDS,
    )  # fmt: skip
    written_by_hand(function, *cases[0])
    passed("Exercise 3: the best answer on either strand.")


def check_sizes(function: Callable[[int, list], list]) -> None:
    """Exercise 4: shapes and parameters."""
    returns = "a list with a pair for each layer, its shape and its number of parameters"
    check(function, NETWORKS, known.sizes, known.SIZES, returns=returns)
    written_by_hand(function, *NETWORKS[0], allowed=("torch",))
    basset, deepsea = (sum(p for _, p in known.sizes(*network)) for network in NETWORKS[-2:])
    passed(
        f"Exercise 4: Basset has {basset:,} parameters without batch normalisation, DeepSEA {deepsea:,}, as published."
    )


def check_motif_of(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: the motif (4, w) of a kernel (4, w) in tokens (N, L)."""
    rng = np.random.default_rng(3)
    example = (
        np.array([[0, 1, 2], [3, 0, 1], [2, 2, 2]], np.uint8),
        np.array([[4.0, 0], [0, 2], [1, 0], [0, 0]]),
    )
    edge = (  # half of the best answer, and places that answer alike
        np.array([[0, 3, 0, 1], [3, 0, 1, 1], [3, 3, 2, 2]], np.uint8),
        np.array([[4.0, 0], [0, 0], [1, 0], [2, 0]]),
    )
    cases: list[tuple[Any, ...]] = [example, edge]
    for number, length, width in ((40, 30, 6), (25, 12, 4)):
        kernel = np.round(rng.normal(-0.5, 1.5, (4, width)), 2)
        tokens = rng.integers(0, 4, (number, length), dtype=np.uint8)
        tokens[: number // 3, 3 : 3 + width] = kernel.argmax(axis=0)
        cases.append((tokens, kernel))
    far = np.round(rng.normal(-0.5, 1.5, (4, 6)), 2)  # no sequence has its best word
    cases.append((rng.integers(0, 4, (30, 9), dtype=np.uint8), far))
    returns = "an array (4, w), a row for each letter"
    check(
        function, cases, known.motif_of, known.MOTIFS, returns=returns, tolerance=_SINGLE, question=_STRETCHES
    )
    written_by_hand(function, *cases[0])
    passed("Exercise 5: the stretches that a kernel answers to, as a motif.")


TABLE = TableToFillIn(
    name="crossed",
    rows=CROSSED,
    holds="an AUROC, between 0 and 1 and not in percent",
    between=(0, 1),
    tolerance=_CLOSE,
    measured=MEASURED["test"],
    roughly=_ROUGHLY,
    mistakes=known.CROSSED_ROWS,
    row_by_row=False,
    advice="Your function is right. Train once on each task, and test each model on the test part of both.",
)


def check_crossed(recipe: Callable[[Dataset], Any], answer: Any) -> None:
    """Exercise 6: trained against one kind of unbound sequences, tested against both; the recipe first, on made-up rows."""
    TABLE.filled_in(answer)
    cases = [(few_sequences(0),), (few_sequences(1),)]
    right, *wrong = (_answers_of(one) for one in (recipes.train_on, *recipes.RECIPES))
    mistakes = dict(zip(wrong, recipes.RECIPES.values(), strict=True))
    returns = "the trained model"
    check_recipe(_answers_of(recipe), cases, right, mistakes, recipes.SEEDED_TOO_LATE, returns=returns)
    TABLE.check(answer, crossed_aurocs)
    passed("Exercise 6: the table is right. The claim beneath it is yours.")


def _answers_of(recipe: Callable[[Dataset], Any]) -> Callable[[Dataset], list[float]]:
    """What the model that a recipe trains says to the sequences of its task, in a list (N,)."""

    @wraps(recipe)
    def answers(task: Dataset) -> list[float]:
        from torch import nn

        from dnacourse import training

        if not isinstance(model := recipe(task), nn.Module):
            raise CheckFailed(recipes.NO_MODEL)
        return np.ravel(training.predict(model, task.tokens)).tolist()

    return answers
