"""The checks of lab 5, one for each exercise."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs import lab05_mistakes as known
from dnacourse.labs.checks import CheckFailed, check, describe, filled_in, passed, written_by_hand
from dnacourse.labs.lab05_data import crossed_aurocs, oct4_tasks

__all__ = ["oct4_tasks"]
_SINGLE = 1e-4  # an answer may be computed in 32 bits
_CLOSE = 0.01  # of an AUROC: processors round differently, and training makes much of little
_SCAN = "If you use your `scan`: is exercise 1 ticked?"
BASSET = [("conv", 300, 19), ("pool", 3), ("conv", 200, 11), ("pool", 4), ("conv", 200, 7), ("pool", 4),
          ("flatten",), ("dense", 1000), ("dense", 1000), ("dense", 164)]  # fmt: skip
DEEPSEA = [("conv", 320, 8), ("pool", 4), ("conv", 480, 8), ("pool", 4), ("conv", 960, 8), ("flatten",),
           ("dense", 925), ("dense", 919)]  # fmt: skip


def check_scan(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 1: a convolution by hand."""
    rng = np.random.default_rng(0)
    cases = []
    for length, width in ((6, 3), (20, 5), (9, 1), (4, 4)):
        planes = np.eye(4)[rng.integers(0, 4, length)].T
        cases.append((planes, rng.integers(-30, 40, (4, width)) / 10))
    check(function, cases, known.scan, known.SCANS, tidy=_as_nested_list, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 1: the kernel's answer at every place where it fits.")


def check_pooled(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: threshold, rectifier, maximum."""
    rng = np.random.default_rng(1)
    cases = [(np.array([[-1.0, 4.0, 2.5], [0.5, -2.0, 1.5]]), np.array([1.0, 2.0]))]
    cases += [
        (rng.normal(0, 2, (5, 12)), rng.normal(0.5, 1.5, 5)),
        (np.full((2, 3), -1.0), np.array([-3.0, 0.5])),
    ]
    check(function, cases, known.pooled, known.POOLS, tidy=_as_nested_list, tolerance=_SINGLE)
    written_by_hand(function, *cases[0])
    passed("Exercise 2: one number for each kernel: how far above its threshold it gets.")


def check_best_answer(function: Callable[[npt.NDArray, npt.NDArray], float]) -> None:
    """Exercise 3: a kernel on both strands."""
    rng = np.random.default_rng(2)
    cases = [
        (rng.integers(0, 4, length, dtype=np.uint8), np.round(rng.normal(-0.4, 2, (4, width)), 1))
        for length, width in ((6, 3), (12, 4), (8, 8), (15, 3), (10, 5)) * 6
    ]
    cases.append((np.array([0, 0, 1], np.uint8), np.full((4, 2), -1.5)))
    check(
        function, cases, known.best_answer, known.STRANDS, tidy=_as_number, tolerance=_SINGLE, question=_SCAN
    )
    written_by_hand(function, *cases[0])
    passed("Exercise 3: the best answer on either strand.")


def check_sizes(function: Callable[[int, list], list]) -> None:
    """Exercise 4: shapes and parameters."""
    cases = [
        (20, [("conv", 8, 5), ("pool", 3), ("flatten",), ("dense", 2)]),
        (101, [("conv", 16, 24), ("conv", 4, 3), ("pool", 4), ("flatten",), ("dense", 10), ("dense", 1)]),
        (21, [("conv", 2, 5), ("pool", 3), ("pool", 3), ("flatten",), ("dense", 1)]),
        (600, BASSET),
        (1000, DEEPSEA),
    ]
    check(function, cases, known.sizes, known.SIZES, tidy=_as_nested_list)
    written_by_hand(function, *cases[0])
    basset, deepsea = (sum(p for _, p in known.sizes(n, layers)) for n, layers in cases[3:])
    passed(
        f"Exercise 4: Basset has {basset:,} parameters without batch normalisation, DeepSEA {deepsea:,}, as published."
    )


def check_motif_of(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: the motif of a kernel."""
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
    check(
        function, cases, known.motif_of, known.MOTIFS, tidy=_as_nested_list, tolerance=_SINGLE, question=_SCAN
    )
    written_by_hand(function, *cases[0])
    passed("Exercise 5: the stretches that a kernel answers to, as a motif.")


def check_crossed(answer: Any) -> None:
    """Exercise 6: trained against one kind of unbound sequences, tested against both."""
    right = crossed_aurocs()
    filled_in("crossed", answer, right["test"])
    given = {key: _as_number(answer[key]) for key in right["test"]}

    def is_close(expected: dict[tuple[str, str], float]) -> bool:
        return all(abs(given[key] - value) <= _CLOSE for key, value in expected.items())

    test = right["test"]
    if not is_close(test):
        if any(not 0 <= value <= 1 for value in given.values()):
            raise CheckFailed(
                "An AUROC lies between 0 and 1; yours do not. Give it as it is, not in percent."
            )
        for part in ("train", "validation"):
            if is_close(right[part]):
                raise CheckFailed(
                    f"Those are the AUROCs on the {part} parts. The table is about the test parts."
                )
        if is_close({(judged, learnt): value for (learnt, judged), value in test.items()}):
            raise CheckFailed('The two names have changed places: ("trained against", "tested against").')
        if is_close({(a, b): test[a, a] for a, b in test}):
            raise CheckFailed(
                "Each network is tested against its own kind in both places. Change the task at the test."
            )
        if is_close({(a, b): test[b, b] for a, b in test}):
            raise CheckFailed(
                "Each task is tested with the network that was trained on it, whatever the first name says. Keep the "
                "network while you change the task at the test."
            )
        if is_close({key: 1 - value for key, value in test.items()}):
            raise CheckFailed("Those are turned over: 1 minus the AUROC. Labels first, then scores.")
        key = max(given, key=lambda key: abs(given[key] - right["test"][key]))
        raise CheckFailed(
            f"crossed[{key!r}] is {describe(round(given[key], 4))}, which is not right yet. Follow the recipe to the "
            "letter: seed before the model is made, kernels, optimizer, rate, epochs, and a new model for each kind."
        )
    passed("Exercise 6: the table is right. The claim beneath it is yours.")


def _as_number(answer: Any) -> float:
    try:
        return float(np.squeeze(answer))
    except (TypeError, ValueError):
        raise CheckFailed(f"Give one number, not {describe(answer)}.") from None


def _as_nested_list(answer: Any) -> Any:
    """Arrays, tensors, tuples and lists alike as nested lists of numbers."""
    if hasattr(answer, "tolist"):
        return answer.tolist()
    return [_as_nested_list(part) for part in answer] if isinstance(answer, list | tuple) else answer
