"""Checks of lab 02, sequences as numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs.checking import (
    CheckFailed,
    CountedText,
    Steps,
    TableToFillIn,
    call,
    check,
    passed,
    written_by_hand,
)
from dnacourse.labs.lab02 import leaks
from dnacourse.labs.lab02 import mistakes as known
from dnacourse.labs.lab02.data import SEQUENCES, SETS, SPLITS, TEXTS, TOKENS, UNEVEN


def _is_array(answer: Any, dtype: type[np.generic], what: str, why: str, kinds: str = "") -> None:
    """Fail unless right numbers come as an array of this type, or of one of these kinds of NumPy's, of whatever shape."""
    name = dtype.__name__
    if not isinstance(answer, np.ndarray):
        raise CheckFailed(
            f"{what} are right, but come as a {type(answer).__name__}: make an array of {name}."
        )
    if answer.dtype != dtype and answer.dtype.kind not in kinds:
        raise CheckFailed(
            f"{what}: the numbers are right, but of type {answer.dtype}. Make it {name}: {why}."
        )


def check_encode(function: Callable[[str], npt.NDArray]) -> None:
    """Exercise 1: text to tokens (L,)."""
    check(
        function, TEXTS, known.encode, known.TOKENS, returns="an array of tokens, (L,), one for each letter"
    )
    for text in ("ACGT", ""):
        _is_array(call(function, text), np.uint8, f"The tokens of {text!r}", "a byte each, never negative")
    written_by_hand(function, "ACGTN")
    passed("Exercise 1: letters to tokens, a byte each.")


def check_one_hot(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 2: tokens (N, L) to planes (N, 4, L)."""
    check(function, TOKENS, known.one_hot, known.PLANES, returns="an array of planes, (N, 4, L)")
    written_by_hand(function, *TOKENS[0])
    passed("Exercise 2: four planes for each sequence, and nothing where nothing is known.")


def check_other_strand(function: Callable[[npt.NDArray], npt.NDArray]) -> None:
    """Exercise 3: the reverse complement of planes (N, 4, L)."""
    cases = [(known.one_hot(tokens),) for (tokens,) in TOKENS]
    check(function, cases, known.other_strand, known.STRANDS, returns="an array of planes, (N, 4, L)")
    written_by_hand(function, *cases[0])
    passed("Exercise 3: the other strand of a whole batch.")


def check_pad(function: Callable[[list[npt.NDArray], int], tuple[npt.NDArray, npt.NDArray]]) -> None:
    """Exercise 4: sequences (L_i,) to a padded batch and its mask, both (N, length)."""
    cases = [(SEQUENCES[:2], 3), (SEQUENCES, 4), (SEQUENCES, 7), (SEQUENCES[3:], 2)]
    returns = "two arrays (N, length): the tokens, and the mask"
    check(function, cases, known.pad, known.BATCHES, returns=returns)
    tokens, mask = call(function, SEQUENCES[:2], 3)
    _is_array(tokens, np.uint8, "The tokens", "whole numbers", kinds="iu")
    _is_array(mask, np.bool_, "The mask", "so that ~mask and tokens[mask] work")
    written_by_hand(function, *cases[0])
    passed("Exercise 4: sequences of all lengths in one array, and a mask that remembers.")


def check_gc_of_batch(function: Callable[[npt.NDArray, npt.NDArray], npt.NDArray]) -> None:
    """Exercise 5: GC content (N,) of the rows of a batch and its mask, both (N, L)."""
    more = [*SEQUENCES, *UNEVEN]
    cases = [known.pad(SEQUENCES[:2], 3), known.pad(more, 6)]
    tokens, mask = known.pad(more, 7)
    cases.append((np.where(mask, tokens, 2).astype(np.uint8), mask))  # filled as another program might
    with np.errstate(all="ignore"):  # 0 / 0 gives the NaN that is asked for
        check(
            function, cases, known.gc_of_batch, known.CONTENTS, returns="an array (N,), a share for each row"
        )
        written_by_hand(function, *cases[0])
    passed("Exercise 5: GC content of every row, whatever its length.")


def check_leaked(function: Callable[[list[str], list[str], int], float]) -> None:
    """Exercise 6: the share of test sequences that share a word with training."""
    check(function, SETS, leaks.leaked, leaks.LEAKS, returns="one number, the share of the test sequences")
    _look_up_in_a_set(function)
    written_by_hand(function, *SETS[0])
    passed("Exercise 6: a measure for leaks.")


def _look_up_in_a_set(function: Callable[[list[str], list[str], int], float]) -> None:
    """Count the comparisons of letters on more sequences; raises CheckFailed as soon as there are too many."""
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ACGT"), 40)) for _ in range(80)]
    steps = Steps(most=10 * 80 * 21, said=leaks.COMPARED_ONE_BY_ONE)
    train, test = ([CountedText(text, steps) for text in half] for half in (texts[:40], texts[40:]))
    call(function, train, test, 20, copied=False)


LEAKED = TableToFillIn(
    name="leak_table",
    rows=SPLITS,
    holds="a share between 0 and 1, not per cent and not a number of sequences",
    between=(0, 1),
    mistakes=leaks.SPLIT_ROWS,
)


def check_leak_table(answer: Any) -> None:
    """Exercise 7: three splits measured."""
    LEAKED.check(answer, leaks.leak_table)
    passed("Exercise 7: the table is right. The claim beneath it is yours.")
