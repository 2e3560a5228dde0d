"""Checks of lab 02, sequences as numbers."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse import splits
from dnacourse.datasets import load
from dnacourse.labs import lab02_mistakes as known
from dnacourse.labs.checks import CheckFailed, call, check, describe, filled_in, passed, same, written_by_hand
from dnacourse.sequence import PAD, decode

TEXTS = [("GATTACA",), ("acgtnACGTN",), ("NNANN",), ("T",), ("",)]
TOKENS = [
    (np.array([[0, 1, 2], [3, 4, PAD]], np.uint8),),
    (np.array([[2, 2, 0, 1, 3, 4, PAD]], np.uint8),),
    (np.array([[3, 1, 1], [1, 0, 2], [4, 4, 0], [0, 0, 0]], np.uint8),),
]
SEQUENCES = [np.array([0, 1, 2], np.uint8), np.array([3, 4], np.uint8), np.array([2, 1, 0, 3, 3], np.uint8), np.empty(0, np.uint8)]  # fmt: skip


def _as_nested_list(answer: Any) -> Any:
    """Arrays and nested lists alike as nested lists of numbers, so that they can be compared."""
    if isinstance(answer, np.ndarray | np.generic):
        return answer.tolist()
    if isinstance(answer, list | tuple):
        return [_as_nested_list(part) for part in answer]
    return answer


def _listed(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *arguments: _as_nested_list(function(*arguments))


def _compare(function: Callable[..., Any], cases: Any, right: Callable[..., Any], mistakes: Any) -> None:
    check(function, cases, _listed(right), mistakes, tidy=_as_nested_list)


def _is_array(answer: Any, dtype: type[np.generic], what: str, why: str) -> None:
    """Fail unless right numbers come as an array of this type."""
    name = dtype.__name__
    if not isinstance(answer, np.ndarray):
        raise CheckFailed(
            f"{what} are right, but come as a {type(answer).__name__}: make an array of {name}."
        )
    if answer.dtype != dtype:
        raise CheckFailed(
            f"{what}: the numbers are right, but of type {answer.dtype}. Make it {name}: {why}."
        )


def check_encode(function: Callable[[str], npt.NDArray]) -> None:
    """Exercise 1: text to tokens."""
    _compare(function, TEXTS, known.encode, known.TOKENS)
    for text in ("ACGT", ""):
        _is_array(call(function, text), np.uint8, f"The tokens of {text!r}", "a byte each, never negative")
    written_by_hand(function, "ACGTN")
    passed("Exercise 1: letters to tokens, a byte each.")


def check_one_hot(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: tokens to planes."""
    _compare(function, TOKENS, known.one_hot, known.PLANES)
    written_by_hand(function, *TOKENS[0])
    passed("Exercise 2: four planes for each sequence, and nothing where nothing is known.")


def check_other_strand(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 3: the reverse complement of planes."""
    cases = [(known.one_hot(tokens),) for (tokens,) in TOKENS]
    _compare(function, cases, known.other_strand, known.STRANDS)
    written_by_hand(function, *cases[0])
    passed("Exercise 3: the other strand of a whole batch.")


def check_pad(function: Callable[[list[npt.NDArray], int], tuple[npt.NDArray, npt.NDArray]]) -> None:
    """Exercise 4: a padded batch."""
    cases = [(SEQUENCES[:2], 3), (SEQUENCES, 4), (SEQUENCES, 7), (SEQUENCES[3:], 2)]
    _compare(function, cases, known.pad, known.BATCHES)
    tokens, mask = call(function, SEQUENCES[:2], 3)
    _is_array(tokens, np.uint8, "The tokens", "a byte each, never negative")
    _is_array(mask, np.bool_, "The mask", "so that ~mask and tokens[mask] work")
    written_by_hand(function, *cases[0])
    passed("Exercise 4: sequences of all lengths in one array, and a mask that remembers.")


def check_gc_of_batch(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: GC content of each row."""
    uneven = ([0, 0, 0, 3], [1, 1, 0], [2, 3, 3, 3], [0, 2, 2, 2, 1])  # of each letter another number
    more = [*SEQUENCES, *(np.array(one, np.uint8) for one in ([4, 4], [1, 4, 0, 2], *uneven))]
    cases = [known.pad(SEQUENCES[:2], 3), known.pad(more, 6)]
    tokens, mask = known.pad(more, 7)
    cases.append((np.where(mask, tokens, 2).astype(np.uint8), mask))  # filled as another program might
    with np.errstate(all="ignore"):  # 0 / 0 gives the NaN that is asked for
        _compare(function, cases, known.gc_of_batch, known.CONTENTS)
        written_by_hand(function, *cases[0])
    passed("Exercise 5: GC content of every row, whatever its length.")


def check_leaked(function: Callable[[list[str], list[str], int], float]) -> None:
    """Exercise 6: the share of test sequences that share a word with training."""
    cases = [
        (["ACGTACGGTT", "TTTTCCCCAA"], ["GGTACGGTAA", "CATCATCATC", "CCCCAATTTT"], 5),
        (["ACGTNNNNAC"], ["GGTNNNNACC", "TTTTTTTTTT"], 4),
        (["GATTACAGAT"], ["TGATTACAGA", "CCCATTACCC", "GATTACAGAT", "GGGGGGGGGG"], 6),
        (["AAAACCCCGG", "CTCTCTCTCT"], ["TTTTTTCCGG", "GAGAGAGAGA"], 4),
        (["CCCCCAAACC", "GTTTCCCCCC"], ["TTAACCGTTT", "GGGGGGGGGG"], 8),
        (["CCCCCCCCAAAC", "GTTTCCCCCCCC"], ["TTAAACGTTAAT", "GAGAGAGAGAGA"], 7),
        (["ACGTACGTAC"], ["TTTACGTACG", "TTTACGTACG", "CACACACACA"], 6),
        (["ACGTACGGTN", "NTTTTCCAAG"], ["NACGTACGNN", "CCTTTTCCNN", "NNNNNNNNNN"], 6),
        (["AAAAAAAAAC"], ["GGGGGGGGGC"], 5),
        (["ACGTTGGCAT"], ["ACGTTCCCCC", "TACGTTCCCC"], 5),
        (["CCCCCAAAGG"], ["TTTTTAAAGG", "GTGTGTGTGT"], 5),
        (["ACGNTACC"], ["TTACGTAC", "GGGGGGGG"], 5),
        (["ACGTTNCCCCC"], ["AACGTTGGG", "GGGGGGGGG"], 5),
        (["ACNGGTTGG"], ["GGTTGCCCC", "AAAAAAAAA"], 5),
        (["AAACCCGGGT", "CCCCCCCCCC", "TTTTTTTTTT"], ["CCCGGGTAAA"], 7),
    ]
    check(function, cases, known.leaked, known.LEAKS)
    written_by_hand(function, *cases[0])
    passed("Exercise 6: a measure for leaks.")


@cache
def three_splits() -> dict[str, tuple[list[str], list[str], int]]:
    """Name -> training sequences, test sequences, word length: the three splits of exercise 7."""
    splice, pum2 = load("uci_splice"), load("pum2")
    texts = [decode(row) for row in splice.tokens]
    by_chance = splits.random(len(texts), (0.8, 0.0, 0.2))
    sites = [decode(row) for row in pum2.tokens]
    rows = {
        "splice by chance": (texts, by_chance.train, by_chance.test, 30),
        "splice by fold": (texts, np.flatnonzero(splice.folds > 1), np.flatnonzero(splice.folds <= 1), 30),
        "pum2 as given": (sites, pum2.split.train, pum2.split.test, 40),
    }
    return {
        name: ([t[i] for i in train], [t[i] for i in test], k) for name, (t, train, test, k) in rows.items()
    }


@cache
def leak_table() -> dict[str, float]:
    """The right table of exercise 7."""
    return {name: known.leaked(*split) for name, split in three_splits().items()}


def check_leak_table(answer: Any) -> None:
    """Exercise 7: three splits measured."""
    expected = leak_table()
    filled_in("leak_table", answer, expected)
    for name, right in expected.items():
        train, test, k = three_splits()[name]
        given = answer[name]
        if same(given, right):
            continue
        if same(given, round(right, 3)) or same(given, round(right, 2)):
            raise CheckFailed(f"leak_table[{name!r}] is rounded: give it as it is.")
        if same(given, 100 * right) or same(given, right * len(test)):
            raise CheckFailed(
                f"leak_table[{name!r}]: give a share between 0 and 1, not per cent and not a number of sequences."
            )
        if same(given, known.leaked(test, train, k)):
            raise CheckFailed(f"leak_table[{name!r}]: training and test have changed places.")
        for other in {30, 40} - {k}:
            if same(given, known.leaked(train, test, other)):
                raise CheckFailed(
                    f"leak_table[{name!r}]: that is for words of {other} letters, this split comes with {k}."
                )
        raise CheckFailed(f"leak_table[{name!r}] is {describe(given)}, which is not right yet.")
    passed("Exercise 7: the table is right. The claim beneath it is yours.")
