"""Checks of lab 03, the k-mer baseline."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs import lab03_mistakes as known
from dnacourse.labs.checks import (
    CheckFailed,
    as_list,
    call,
    check,
    describe,
    filled_in,
    passed,
    same,
    written_by_hand,
)
from dnacourse.labs.lab03_data import SETTINGS, Held, ecoli_gaps, ecoli_held, ecoli_promoters, fit, pum2_held

__all__ = ["SETTINGS", "Held", "ecoli_gaps", "ecoli_held", "ecoli_promoters", "fit", "pum2_held"]

TRUTH = [1, 0, 0, 1, 0, 1, 0, 0, 0, 0]
SCORES = [0.9, 0.8, 0.3, 0.7, 0.45, 0.2, 0.1, 0.35, 0.6, 0.05]
TUNED_ON = [(SETTINGS, 12), ([1.0, 3e-3, 1e-2, 3e-4], 20)]
"""Settings, and how many pieces of PUM2 one is taken of; the second shows whether `tune` uses what it is given."""
WEIGHTS = np.array([[-1.0, 1.5, 0.2], [0.5, -2.0, 0.1], [1.0, 0.5, -1.0], [-0.5, -0.25, 1.2]])


def check_count_words(function: Callable[[str, int], list[int]]) -> None:
    """Exercise 1: k-mer counts of one sequence."""
    cases = [("AAAA", 2), ("GATTACA", 1), ("ACGTNACGTA", 2), ("TTTTTTTGCAAC", 3), ("AC", 3), ("", 1)]
    check(function, cases, known.count_words, known.COUNTS, tidy=as_list)
    written_by_hand(function, *cases[0])
    passed("Exercise 1: every word at every place, and nothing that nobody knows.")


def check_f1(function: Callable[[Sequence[int], Sequence[int]], float]) -> None:
    """Exercise 2: F1 from truth and calls."""
    cases = [
        ([1, 1, 1, 0, 0, 0, 0, 0, 0, 0], [1, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
        ([1, 0, 0, 0, 1], [1, 1, 1, 1, 1]),
        ([1, 1, 0, 0], [0, 0, 0, 0]),
        ([0, 1, 1], [0, 1, 1]),
        ([0, 1, 0], [1, 0, 0]),
        ([0, 0], [0, 0]),
        ([1, 1, 1, 1, 0, 0], [1, 0, 0, 0, 0, 0]),
    ]
    check(function, cases, known.f1_of, known.F1S)
    written_by_hand(function, *cases[0], library="sklearn/metrics")
    passed("Exercise 2: F1, and 0 where nothing was hit.")


def check_auroc(function: Callable[[Sequence[int], Sequence[float]], float]) -> None:
    """Exercise 3: AUROC by comparing pairs, equal to scikit-learn's."""
    rng = np.random.default_rng(0)
    ties = rng.integers(0, 5, 60) / 5
    cases = [(TRUTH, SCORES), ([1, 0, 1, 0], [0.5, 0.5, 0.9, 0.1]), ([0, 0, 1], [-3.0, 2.0, 5.0])]
    cases.append(([1, 0, 0], [0.1, 0.9, 0.2]))  # below one half
    cases.append(((ties + rng.normal(0, 0.4, 60) > 0.5).astype(int).tolist(), ties.tolist()))
    check(function, cases, known.auroc, known.RANKS)
    written_by_hand(function, *cases[0], library="sklearn/metrics")
    passed("Exercise 3: AUROC, equal to scikit-learn's, ties and all.")


def check_average_precision(function: Callable[[Sequence[int], Sequence[float]], float]) -> None:
    """Exercise 4: AUPRC as average precision, equal to scikit-learn's."""
    rng = np.random.default_rng(1)
    cases = [(TRUTH, SCORES), ([0, 1], [0.9, 0.1]), ([1, 0, 0], [3.0, 2.0, -1.0])]
    cases.append((rng.integers(0, 2, 50).tolist(), rng.permutation(50).astype(float).tolist()))
    check(function, cases, known.average_precision, known.AREAS)
    written_by_hand(function, *cases[0], library="sklearn/metrics")
    passed("Exercise 4: average precision, equal to scikit-learn's.")


def check_best_score(function: Callable[[str, npt.NDArray], float]) -> None:
    """Exercise 5: the best place for a motif."""
    texts = ["GATTACAGGA", "CCAT", "GAT", "NGATN", "GANAT", "AC", "TTTTGAGACT", "ATCNNNNNCC"]
    cases = [(text, WEIGHTS) for text in texts]
    cases += [("ANA", WEIGHTS[:, :2]), ("GATTACA", WEIGHTS[:, :2]), ("CAT", WEIGHTS - 200)]
    check(function, cases, known.best_score, known.SITES)
    written_by_hand(function, texts[0], WEIGHTS)
    passed("Exercise 5: the classical rival, one motif at its best place.")


def check_tune(function: Callable[[Sequence[float], Held], tuple[float, float]]) -> None:
    """Exercise 6: choose on validation data, look at the test set once."""
    data = [pum2_held(step) for _, step in TUNED_ON]
    given = [_tuned_by(function, settings, held) for (settings, _), held in zip(TUNED_ON, data, strict=True)]
    right = [known.tune(settings, pum2_held(step)) for settings, step in TUNED_ON]
    wrong = [i for i, pair in enumerate(zip(given, right, strict=True)) if not _close(*pair)]
    if wrong:
        shown = f"tune({describe(list(TUNED_ON[wrong[0]][0]))}, …) gave {describe(given[wrong[0]])}"
        for mistake, diagnosis in known.TUNINGS.items():
            made = [mistake(settings, pum2_held(step)) for settings, step in TUNED_ON]
            if all(_close(*pair, 1e-6) for pair in zip(given, made, strict=True)):
                raise CheckFailed(f"{diagnosis}\n  {shown}.")
        if wrong == [1]:
            raise CheckFailed(
                f"{shown}, where {describe(right[1])} is right. Those are other settings and other data than before: does "
                "`tune` use what it is given, and no names from outside? Is C chosen by AUROC?"
            )
        raise CheckFailed(f"{shown}, which is not right yet.")
    opened = [held.opened for held in data]
    if max(opened) > 2:
        raise CheckFailed(
            f"The numbers are right, but the test part was opened {max(opened)} times: move it behind the loop. Who sees "
            "several test results before choosing has chosen on the test set."
        )
    if min(opened) == 0:
        raise CheckFailed(
            "The numbers are right, but `data.test` was not opened: use the data that `tune` is given, and no other."
        )
    passed("Exercise 6: chosen on validation data, told from the test set, which was opened at the end.")


def _tuned_by(function: Callable[..., Any], settings: Sequence[float], data: Held) -> list[Any]:
    # no argument goes through `call`, which would copy the data, and the copy would count the openings
    answer = as_list(call(lambda: function(list(settings), data)))
    if not isinstance(answer, list) or len(answer) != 2 or any(isinstance(one, str) for one in answer):
        raise CheckFailed(f"tune must return two numbers, C and the test AUROC, not {describe(answer)}.")
    return answer


def _close(answer: Sequence[Any], expected: Sequence[float], tolerance: float = 5e-4) -> bool:
    """The same C, and nearly the same AUROC: solvers differ a little between machines."""
    try:
        C, area = (float(np.squeeze(one)) for one in answer)
    except (TypeError, ValueError):
        return False
    return bool(np.isclose(C, expected[0]) and abs(area - expected[1]) < tolerance)


@cache
def promoter_table() -> dict[str, float]:
    """The right table of exercise 7."""
    tokens, labels, parts = ecoli_promoters()
    at = np.isin(tokens[parts[2]], (0, 3)).mean(axis=1)
    best, area = known.tune(SETTINGS, ecoli_held())
    return {"A and T": known.auroc(labels[parts[2]], at), "k-mers": area, "C": best}


def check_promoter_table(answer: Any) -> None:
    """Exercise 7: the ladder of E. coli promoters."""
    expected = promoter_table()
    filled_in("promoter_table", answer, expected)
    for name in expected:
        if np.size(answer[name]) != 1 or not np.issubdtype(np.asarray(answer[name]).dtype, np.number):
            raise CheckFailed(f"promoter_table[{name!r}] must be a number, not {describe(answer[name])}.")
    answer = {name: np.squeeze(np.asarray(answer[name])).item() for name in expected}
    if same(answer["A and T"], 1 - expected["A and T"]):
        raise CheckFailed("promoter_table['A and T'] is below one half: that is the AUROC of G and C.")
    for name in ("A and T", "k-mers"):
        if any(answer[name] == round(expected[name], digits) for digits in (1, 2, 3, 4)):
            raise CheckFailed(f"promoter_table[{name!r}] is rounded: put in the number as it was computed.")
    if not same(answer["A and T"], expected["A and T"]):
        raise CheckFailed(
            "promoter_table['A and T'] is not right yet: the share of A and T in each *test* window is the score."
        )
    if not _close((answer["C"], answer["k-mers"]), (expected["C"], expected["k-mers"])):
        raise CheckFailed(
            "promoter_table: C or the AUROC of the k-mers is not right yet. Both come from your `tune`, on `lab03.ecoli_held()`."
        )
    passed("Exercise 7: the table is right. The claim beneath it is yours.")
