"""Right answers to lab 02, likely wrong ones as functions that are wrong in one way, and what to say to each."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse import sequence
from dnacourse.sequence import PAD, Tokens

Batch = tuple[Tokens, npt.NDArray[np.bool_]]


def encode(text: str) -> Tokens:
    """The right answer to exercise 1: tokens (L,) of a text."""
    return np.array([max("ACGTN".find(letter), -1) % 5 for letter in text.upper()], dtype=np.uint8)


def _in_order(letters: str) -> Callable[[str], Tokens]:
    return lambda text: np.array([(letters + "N").index(x) for x in text.upper()], dtype=np.uint8)


def _without_n(text: str) -> Tokens:
    return encode(text.upper().replace("N", ""))


TOKENS: dict[Callable[..., Any], str] = {
    _without_n: "The N is gone, so every letter behind it has moved. N is a letter of its own: token 4.",
    lambda text: np.where(encode(text) == 4, 0, encode(text)): "N became 0, and 0 is A. Give it 4.",
    lambda text: np.where(encode(text) == 4, 255, encode(text)): "N became 255: `find` gives -1 where it finds nothing, and a byte of -1 is 255. Look the letter up in \"ACGTN\".",
    lambda text: np.array(["ACGTN".find(x) for x in text]).astype(np.uint8): "A small letter became 255: `find` gives -1 where it finds nothing, and a byte of -1 is 255. Make all letters capitals first.",
    lambda text: np.array(["ACGT".find(x) for x in text]).astype(np.uint8): "N and small letters became 255: `find` gives -1 where it finds nothing, and a byte of -1 is 255. Make all letters capitals, and look them up in \"ACGTN\".",
    lambda text: np.where(encode(text) == 4, -1, encode(text).astype(int)): "N became -1: `find` gives that where it finds nothing. Look the letter up in \"ACGTN\".",
    lambda text: encode(text) + 1: "Tokens count from 0: A is 0.",
    lambda text: np.array([max("ACGTN".find(x), -1) % 5 for x in text]): "Small letters count as N. They are letters like "
    "capitals, only marked as a repeat.",
    _in_order("ACTG"): "G and T have changed places: the order is A, C, G, T.",
    _in_order("AGCT"): "C and G have changed places: the order is A, C, G, T.",
    _in_order("ATCG"): "The order of the letters is A, C, G, T.",
    _in_order("ATGC"): "The order of the letters is A, C, G, T.",
}  # fmt: skip


def one_hot(tokens: Tokens) -> npt.NDArray:
    """The right answer to exercise 2: planes (N, 4, L) of tokens (N, L)."""
    return (tokens[:, None, :] == np.arange(4)[:, None]).astype(np.uint8)


def _with_n_as(value: float) -> Callable[[Tokens], npt.NDArray]:
    return lambda t: np.where((t == 4)[:, None, :], value, one_hot(t).astype(float))


PLANES: dict[Callable[..., Any], str] = {
    lambda t: one_hot(t).transpose(0, 2, 1): "The shape is (N, L, 4): the four answers stand side by side. Here the planes come before the "
    "positions, (N, 4, L).",
    lambda t: one_hot(t % 4): "`t % 4` makes an A of N, token 4, and a C of the filling, token 5. Their columns are four zeros.",
    lambda t: one_hot(t)[:, [0, 2, 1, 3]]: "The planes of C and G have changed places: the order is A, C, G, T.",
    lambda t: one_hot(t)[:, [0, 3, 1, 2]]: "The planes are in another order than A, C, G, T.",
    lambda t: one_hot(t).transpose(2, 1, 0): "The shape is (L, 4, N). The sequences come first: (N, 4, L).",
    lambda t: one_hot(t).transpose(1, 2, 0): "The shape is (4, L, N). The sequences come first: (N, 4, L).",
    lambda t: one_hot(t).transpose(1, 0, 2): "The shape is (4, N, L). The sequences come first: (N, 4, L).",
    lambda t: one_hot(np.where(t > 3, 0, t)): "Unknown letters and padding have become A. Their column is four zeros.",
    lambda t: one_hot(np.where(t > 3, 3, t)): "Unknown letters and padding have become T. Their column is four zeros.",
    lambda t: one_hot(np.where(t == PAD, 0, t)): "Padding has become A. Its column is four zeros, like that of N.",
    lambda t: one_hot(np.where(t == 4, 0, t)): "N has become A. Its column is four zeros.",
    _with_n_as(0.25): "N became a quarter in each plane. That is used too, but here an unknown letter is four zeros.",
    _with_n_as(1): "N became a one in every plane: all four letters at once. It is four zeros.",
    lambda t: (t[:, None, :] == np.arange(5)[:, None]).astype(int): "There are five planes: N has got one. Four is enough, N is four zeros.",
    lambda t: (t[:, None, :] == np.arange(6)[:, None]).astype(int): "There are six planes: N and padding have got one each. Four is enough.",
    lambda t: 1 - one_hot(t): "Zeros and ones have changed places.",
    lambda t: one_hot(t).transpose(0, 2, 1).reshape(len(t), 4, -1): "The shape is right, but `reshape` moves nothing: it cuts the same row of numbers anew. Stack along axis=1, or use np.moveaxis.",
    lambda t: np.eye(6)[t][..., :4]: "The shape is (N, L, 4): the four answers stand side by side. Here the planes come before the "
    "positions, (N, 4, L).",
}  # fmt: skip


def other_strand(planes: npt.NDArray) -> npt.NDArray:
    """The right answer to exercise 3: planes (N, 4, L) to planes (N, 4, L)."""
    return planes[:, ::-1, ::-1]


def _swapped_through_views(planes: npt.NDArray) -> npt.NDArray:
    swapped = planes.copy()
    swapped[:, 0], swapped[:, 3] = swapped[:, 3], swapped[:, 0]
    swapped[:, 1], swapped[:, 2] = swapped[:, 2], swapped[:, 1]
    return swapped


STRANDS: dict[Callable[..., Any], str] = {
    lambda p: p[:, :, ::-1]: "That is the sequence read backwards. Each letter must also become its partner.",
    lambda p: p[:, ::-1]: "Each letter has its partner, but the reading has not been turned round.",
    lambda p: p[::-1, ::-1, ::-1]: "The order of the sequences is turned round as well: leave the first axis alone.",
    lambda p: p[::-1, :, ::-1]: "You turned the sequences and the places. The axes are (N, 4, L): turn the second, the letters, and the third, the places.",
    lambda p: p.transpose(0, 2, 1)[:, ::-1, ::-1]: "The axes have changed places: keep (N, 4, L).",
    lambda p: p[:, [1, 0, 3, 2], ::-1]: "The partners are wrong: A faces T and C faces G, so rows 0 and 3 change places, and 1 and 2.",
    lambda p: p[:, [2, 3, 0, 1], ::-1]: "The partners are wrong: A faces T and C faces G, so rows 0 and 3 change places, and 1 and 2.",
    lambda p: p[::-1]: "Only the order of the sequences is turned round. The first axis counts sequences.",
    lambda p: p[::-1, ::-1]: "The axes are (N, 4, L). You turned the first two, the sequences and the planes.",
    lambda p: p: "That is the same strand.",
    lambda p: _swapped_through_views(p)[:, :, ::-1]: "Two planes are the same now. A slice of an array is a view of it: the first assignment overwrote what the second was to copy. "
    "Turn the axis round instead, [:, ::-1].",
    lambda p: _swapped_through_views(p): "Two planes are the same now. A slice of an array is a view of it: the first assignment overwrote what the second was to copy. "
    "Turn the axis round instead, [:, ::-1].",
    lambda p: 1 - p[:, ::-1, ::-1]: "Zeros and ones have changed places.",
}  # fmt: skip


def pad(sequences: Sequence[Tokens], length: int) -> Batch:
    """The right answer to exercise 4: tokens and mask, both (N, length), of N sequences (L_i,)."""
    return sequence.pad([tokens[:length] for tokens in sequences], length)


def _filled(value: int) -> Callable[..., Batch]:
    def fill(sequences: Sequence[Tokens], length: int) -> Batch:
        tokens, mask = pad(sequences, length)
        return np.where(mask, tokens, value).astype(np.uint8), mask

    return fill


def _kept_ends(sequences: Sequence[Tokens], length: int) -> Batch:
    return sequence.pad([tokens[max(0, len(tokens) - length) :] for tokens in sequences], length)


def _left(sequences: Sequence[Tokens], length: int) -> Batch:
    return sequence.pad([tokens[:length] for tokens in sequences], length, side="left")


def _to_the_longest(sequences: Sequence[Tokens], length: int) -> Batch:
    return sequence.pad([tokens[:length] for tokens in sequences])


def _zeros_and_what_is_not(sequences: Sequence[Tokens], length: int) -> Batch:
    tokens, _ = _filled(0)(sequences, length)
    return tokens, tokens != 0


BATCHES: dict[Callable[..., Any], str] = {
    _zeros_and_what_is_not: "The filling is 0, and 0 is A: every A has become filling, and the mask is False on it. Fill with 5.",
    lambda s, n: (_filled(4)(s, n)[0], _filled(4)(s, n)[0] != 4): "The filling is 4, which means a letter nobody could read, and the mask is False on every N. Fill with 5.",
    _filled(0): "The filling is 0, and 0 is A: a model will see a tail of A. Fill with 5.",
    _filled(4): "The filling is 4, which means a letter nobody could read. There is no letter here: fill with 5.",
    lambda s, n: (pad(s, n)[0], ~pad(s, n)[1]): "The mask is upside down: True belongs on letters.",
    lambda s, n: (pad(s, n)[0], pad(s, n)[0] < 4): "The mask is False on N. N is a place of the sequence, though its letter is unknown: the mask is "
    "False on filling only.",
    lambda s, n: (pad(s, n)[0], np.ones_like(pad(s, n)[1])): "The mask is True everywhere. It must be False where a row was filled up.",
    lambda s, n: pad(s, n)[::-1]: "The two arrays have changed places: first the tokens, then the mask.",
    lambda s, n: pad(s, n)[0]: "Only one array came back. Return two: the tokens and the mask.",
    _kept_ends: "A sequence that is too long has lost its beginning. Keep the first letters, `[:length]`.",
    _left: "The filling stands on the left. Put it behind the letters.",
    _to_the_longest: "The rows are as long as the longest sequence. They must have `length` columns.",
}  # fmt: skip


def gc_of_batch(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """The right answer to exercise 5: shares (N,) of tokens and a mask, both (N, L)."""
    known = mask & (tokens < 4)
    gc, number = (known & np.isin(tokens, (1, 2))).sum(axis=1), known.sum(axis=1)
    return np.divide(gc, number, out=np.full(len(tokens), np.nan), where=number > 0)


def _gc_over(count: Callable[..., npt.NDArray]) -> Callable[..., npt.NDArray]:
    def share(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> npt.NDArray:
        number = np.broadcast_to(count(tokens, mask), len(tokens)).astype(float)
        gc = (mask & np.isin(tokens, (1, 2))).sum(axis=1)
        return np.divide(gc, number, out=np.full(len(tokens), np.nan), where=number > 0)

    return share


def _without_the_mask(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> npt.NDArray:
    return gc_of_batch(tokens, np.ones_like(mask))


def _brackets_missing(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> npt.NDArray:
    number = ((mask & tokens) < 4).sum(axis=1)
    return np.isin(tokens, (1, 2)).sum(axis=1) / number


def _share_of(letters: tuple[int, ...]) -> Callable[..., npt.NDArray]:
    def share(tokens: Tokens, mask: npt.NDArray[np.bool_]) -> npt.NDArray:
        known = mask & (tokens < 4)
        number = known.sum(axis=1)
        counted = (known & np.isin(tokens, letters)).sum(axis=1)
        return np.divide(counted, number, out=np.full(len(tokens), np.nan), where=number > 0)

    return share


CONTENTS: dict[Callable[..., Any], str] = {
    _share_of((0, 1)): "That is the share of A and C, tokens 0 and 1. C and G are tokens 1 and 2.",
    _share_of((0, 2)): "That is the share of A and G, tokens 0 and 2. C and G are tokens 1 and 2.",
    _share_of((2, 3)): "That is the share of G and T, tokens 2 and 3. C and G are tokens 1 and 2.",
    _share_of((1, 3)): "That is the share of C and T, tokens 1 and 3. C and G are tokens 1 and 2.",
    _share_of((1,)): "Only C is counted, not G.",
    _without_the_mask: "You did not use the mask. The last batch was filled with other numbers than 5, and the filling is counted as letters. Count only where the mask is True.",
    lambda t, m: np.isin(t, (1, 2)).sum(axis=1) / (m & (t < 4)).sum(axis=1): "G and C are counted on the filling too: the mask is used below the line, not above. Count G and C only where the mask is True.",
    lambda t, m: (m & np.isin(t, (1, 2))).sum(axis=0) / (m & (t < 4)).sum(axis=0): "That is one number for each place. Sum along each row, axis=1: one for each sequence.",
    lambda t, m: (m & np.isin(t, (1, 2))).sum() / (m & (t < 4)).sum(): "One number for the whole batch came back. Give one for each row.",
    _brackets_missing: "You divide by all places, the filling among them, so short sequences seem poor in G and C. Divide by the letters that are known. (If you wrote `mask & tokens < 4`: it is read as `(mask & tokens) < 4`, which is always True. Write `mask & (tokens < 4)`.)",
    _gc_over(lambda t, m: t.shape[1]): "You divide by all places, the filling among them, so short sequences seem poor in G and C. Divide by the letters.",
    _gc_over(lambda t, m: m.sum(axis=1)): "You divide by all letters, N among them. An N may be a G: divide by the letters that are known.",
    _gc_over(lambda t, m: (t != 4).sum(axis=1)): "N is left out of the count, but the filling is not. Divide by the letters that are known.",
    lambda t, m: np.nan_to_num(gc_of_batch(t, m)): "A row without one known letter has no GC content: NaN, not 0. A zero would say that it is all A and T.",
    lambda t, m: 1 - gc_of_batch(t, m): "That is the share of A and T.",
    lambda t, m: np.nanmean(gc_of_batch(t, m)): "One number for the whole batch came back. Give one for each row.",
    lambda t, m: 100 * gc_of_batch(t, m): "Give shares between 0 and 1, not per cent.",
    lambda t, m: (t == 2).sum(axis=1) / np.maximum((m & (t < 4)).sum(axis=1), 1): "Only G is counted, not C.",
}  # fmt: skip
