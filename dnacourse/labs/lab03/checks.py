"""Checks of lab 03, the k-mer baseline."""

from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

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
from dnacourse.labs.lab03 import mistakes as known
from dnacourse.labs.lab03.data import CALLED, LADDER, SCORES, TRUTH, TUNED_ON, WEIGHTS, Held, made_up_held

_CLOSE = 5e-4  # of an AUROC: solvers differ a little between machines


def check_count_words(function: Callable[[str, int], list[int]]) -> None:
    """Exercise 1: k-mer counts of one sequence."""
    cases = [("AAAA", 2), ("GATTACA", 1), ("ACGTNACGTA", 2), ("TTTTTTTGCAAC", 3), ("AC", 3), ("", 1)]
    check(function, cases, known.count_words, known.COUNTS, returns="a list of 4**k counts")
    written_by_hand(function, *cases[0])
    passed("Exercise 1: every word at every place, and nothing that nobody knows.")


def check_f1(function: Callable[[Sequence[int], Sequence[int]], float]) -> None:
    """Exercise 2: F1 from truth and calls."""
    check(function, CALLED, known.f1_of, known.F1S, returns="one number")
    written_by_hand(function, *CALLED[0])
    passed("Exercise 2: F1, and 0 where nothing was hit.")


def check_auroc(function: Callable[[Sequence[int], Sequence[float]], float]) -> None:
    """Exercise 3: AUROC by comparing pairs, equal to scikit-learn's."""
    rng = np.random.default_rng(0)
    ties = rng.integers(0, 5, 60) / 5
    cases = [(TRUTH, SCORES), ([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1]), ([0, 0, 1], [-3.0, 2.0, 5.0])]
    cases.append(([1, 0, 0], [0.1, 0.9, 0.2]))  # below one half
    cases.append(((ties + rng.normal(0, 0.4, 60) > 0.5).astype(int).tolist(), ties.tolist()))
    check(function, cases, known.auroc, known.RANKS, returns="one number")
    written_by_hand(function, *cases[0])
    passed("Exercise 3: AUROC, equal to scikit-learn's, ties and all.")


def check_average_precision(function: Callable[[Sequence[int], Sequence[float]], float]) -> None:
    """Exercise 4: AUPRC as average precision, equal to scikit-learn's."""
    rng = np.random.default_rng(1)
    cases = [(TRUTH, SCORES), ([0, 1], [0.9, 0.1]), ([1, 0, 0], [3.0, 2.0, -1.0])]
    cases.append((rng.integers(0, 2, 50).tolist(), rng.permutation(50).astype(float).tolist()))
    check(function, cases, known.average_precision, known.AREAS, returns="one number")
    written_by_hand(function, *cases[0])
    passed("Exercise 4: average precision, equal to scikit-learn's.")


def check_best_score(function: Callable[[str, npt.NDArray], float]) -> None:
    """Exercise 5: the best place for a motif (4, w)."""
    texts = ["GATTACAGGA", "CCAT", "GAT", "NGATN", "GANAT", "AC", "TTTTGAGACT", "ATCNNNNNCC"]
    cases = [(text, WEIGHTS) for text in texts]
    cases += [("ANA", WEIGHTS[:, :2]), ("GATTACA", WEIGHTS[:, :2]), ("CAT", WEIGHTS - 200)]
    check(function, cases, known.best_score, known.SITES, returns="one number")
    written_by_hand(function, texts[0], WEIGHTS)
    passed("Exercise 5: the classical rival, one motif at its best place.")


def check_tune(function: Callable[[Sequence[float], Held], tuple[float, float]]) -> None:
    """Exercise 6: choose on validation data, features (N, columns) and labels (N,), look at the test set once."""
    data = [made_up_held(number) for _, number in TUNED_ON]
    given = [_tuned_by(function, settings, held) for (settings, _), held in zip(TUNED_ON, data, strict=True)]
    right = [known.tune(settings, made_up_held(number)) for settings, number in TUNED_ON]
    wrong = [i for i, pair in enumerate(zip(given, right, strict=True)) if not _close(*pair)]
    if wrong:
        raise CheckFailed(_what_is_wrong(given, right, wrong))
    _fail_unless_opened_at_the_end([held.opened for held in data])
    passed("Exercise 6: chosen on validation data, told from the test set, which was opened at the end.")


def _what_is_wrong(given: list[list[float]], right: list[tuple[float, float]], wrong: list[int]) -> str:
    shown = f"tune({describe(TUNED_ON[wrong[0]][0])}, …) gave {describe(given[wrong[0]])}"
    for mistake, diagnosis in known.TUNINGS.items():
        made = [mistake(settings, made_up_held(number)) for settings, number in TUNED_ON]
        if all(_close(*pair, 1e-6) for pair in zip(given, made, strict=True)):
            return f"{diagnosis}\n  {shown}."
    if 0 in wrong:
        return f"{shown}, which is not right yet."
    return (
        f"{shown}, where {describe(right[wrong[0]])} is right. Those are other settings and other data than before: does "
        "`tune` use what it is given, and no names from outside? Is C chosen by AUROC?"
    )


def _fail_unless_opened_at_the_end(times: list[int]) -> None:
    if max(times) > 2:
        raise CheckFailed(
            f"The numbers are right, but the test part was opened {max(times)} times: move it behind the loop. Who sees "
            "several test results before choosing has chosen on the test set."
        )
    if min(times) == 0:
        raise CheckFailed(
            "The numbers are right, but `data.test` was not opened: use the data that `tune` is given, and no other."
        )


def _tuned_by(function: Callable[..., Any], settings: Sequence[float], data: Held) -> list[float]:
    # not copied: the copy would count the openings
    answer = plain(call(function, list(settings), data, copied=False))
    if isinstance(answer, list) and len(answer) == 2:
        numbers = [in_the_form_of(0.0, one) for one in answer]
        if all(isinstance(one, Real) for one in numbers):
            return numbers
    raise CheckFailed(f"tune must return two numbers, C and the test AUROC, not {describe(answer)}.")


def _close(answer: Sequence[float], expected: Sequence[float], tolerance: float = _CLOSE) -> bool:
    """The same C, and nearly the same AUROC."""
    C, area = answer
    return bool(np.isclose(C, expected[0]) and abs(area - expected[1]) < tolerance)


PROMOTERS = TableToFillIn(
    name="promoter_table",
    rows=LADDER,
    tolerance={"A and T": 1e-6, "k-mers": _CLOSE, "C": 1e-6},
    mistakes=known.PROMOTER_ROWS,
    advice={
        "A and T": "The share of A and T in each *test* window is the score.",
        "k-mers": "It comes with C from your `tune`, on `lab03.ecoli_held()`.",
        "C": "It comes with the AUROC of the k-mers from your `tune`, on `lab03.ecoli_held()`.",
    },
)


def check_promoter_table(answer: Any) -> None:
    """Exercise 7: the ladder of E. coli promoters."""
    PROMOTERS.check(answer, known.promoter_table)
    passed("Exercise 7: the table is right. The claim beneath it is yours.")
