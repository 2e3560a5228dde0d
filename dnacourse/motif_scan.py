"""Motifs' scores along sequences, word by word: the inside of `motifs.scan` and `motifs.best_hit`.

Letter by letter, a motif of twelve columns costs twelve look-ups at each place, and as many for the other strand.
Here the columns are cut into blocks of at most six, and a table is made for each block: what every word of so many
letters adds to the score. Twelve columns are two blocks, so two look-ups. A word is a number, its letters the
digits to the base 4, and one number more stands for all words with an unknown letter or padding.

The tables hold complex numbers: the real part is for the score on the strand as given, the imaginary part for the
other one. So one look-up and one addition serve both strands.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from dnacourse.sequence import UNKNOWN, Tokens

LONGEST_WORD = 6  # the tables of two blocks, 64 KB, stay in the processor's cache
_STRETCH = 2048  # places looked at together, so that what is kept for each stays there too
_TOGETHER = 32  # motifs looked up together, so many that their tables stay in the cache, too
_FEW = 4  # fewer than these are looked up one by one: their eight strands are one step of the processor

Scores = npt.NDArray[np.float32]


class Blocks(NamedTuple):
    """Motifs of one width, cut into two blocks or more, all of `letters` columns.

    `starts` (blocks,) says where in the motif each begins; `tables` (blocks, 4**letters + 1, motifs), complex64,
    what each word adds on the one strand and on the other. The last word is the one with unknown letters: minus
    infinity.
    """

    width: int
    letters: int
    starts: npt.NDArray[np.int64]
    tables: npt.NDArray[np.complex64]


def scores(rows: Tokens, weights: Scores, both_strands: bool) -> Scores:
    """The score of one motif (4, w) at every place, the higher of the strands': rows (N, L) give (N, L - w + 1)."""
    return _scores(rows, _of_one(_in_blocks(weights[None], both_strands)))


def best_scores(rows: Tokens, weights: list[Scores], both_strands: bool) -> Scores:
    """The highest score in each row of motifs (4, w_i), (N, motifs), without a table of all scores.

    The blocks are added in their order here and there, so this is the maximum of `scores` to the last bit.
    """
    best = np.empty((len(rows), len(weights)), dtype=np.float32)
    for numbers in _of_one_width(weights):
        group = np.stack([weights[number] for number in numbers])
        if len(group) < _FEW:
            for number, one in zip(numbers, group, strict=True):
                best[:, number] = _best_of_one(rows, _of_one(_in_blocks(one[None], both_strands)))
        else:
            best[:, numbers] = _best_of_group(rows, group, both_strands)
    return best


def _best_of_group(rows: Tokens, group: Scores, both_strands: bool) -> Scores:
    """The highest scores of motifs of one width, (motifs, 4, w), looked up together: (N, motifs)."""
    filled = np.concatenate(
        [group, np.zeros_like(group[: -len(group) % _FEW])]
    )  # to whole steps of eight lanes
    blocks = _in_blocks(filled, both_strands)
    lanes = _best_of_many(rows, blocks._replace(tables=blocks.tables.view(np.float32)))
    return lanes.reshape(len(rows), len(filled), 2).max(axis=2)[:, : len(group)]


def _of_one_width(weights: list[Scores]) -> Iterator[list[int]]:
    """Numbers of motifs of one width, at most as many at a time as are looked up together."""
    for width in sorted({one.shape[1] for one in weights}):
        numbers = [number for number, one in enumerate(weights) if one.shape[1] == width]
        yield from (numbers[i : i + _TOGETHER] for i in range(0, len(numbers), _TOGETHER))


def _of_one(blocks: Blocks) -> Blocks:
    """The blocks of a single motif, tables (blocks, words)."""
    return blocks._replace(tables=blocks.tables[:, :, 0].copy())


def _in_blocks(weights: Scores, both_strands: bool) -> Blocks:
    """Cut motifs (motifs, 4, w) into blocks. The last ones are pushed back so that they end with the motif; a column
    that lies in two blocks is counted in the first of them. Without the other strand, the one stands for both."""
    number, _, width = weights.shape
    count = max(2, -(-width // LONGEST_WORD))
    letters = -(-width // count)
    starts = np.minimum(np.arange(count) * letters, width - letters)
    strands = np.empty((width, 4, number), dtype=np.complex64)
    strands.real = weights.T
    strands.imag = (weights[:, ::-1, ::-1] if both_strands else weights).T
    tables = np.full((count, 4**letters + 1, number), complex(-np.inf, -np.inf), dtype=np.complex64)
    for block, start in enumerate(starts):
        words = np.zeros((1, number), dtype=np.complex64)
        for column in range(start, start + letters):
            added = strands[column] if column >= block * letters else np.zeros_like(strands[column])
            words = (words[:, None] + added).reshape(-1, number)
        tables[block, :-1] = words
    return Blocks(width, letters, starts, tables)


@numba.njit(cache=True)
def _scores(rows, blocks):  # type: ignore[no-untyped-def]
    """Tables (blocks, words) of one motif: (N, L - w + 1)."""
    width, _, starts, tables = blocks
    places = rows.shape[1] - width + 1
    result = np.empty((len(rows), places), np.float32)
    words, sums = _buffers(width)
    first, second = words[0, starts[-2] :], words[0, starts[-1] :]
    one, two = tables[-2], tables[-1]
    for row in range(len(rows)):
        for begin in range(0, places, _STRETCH):
            here = result[row, begin : begin + _STRETCH]
            _all_but_two(rows[row, begin:], len(here), blocks, words, sums)
            for i in range(len(here)):
                score = sums[i] + one[first[i]] + two[second[i]]
                here[i] = score.real if score.real > score.imag else score.imag
    return result


@numba.njit(cache=True)
def _best_of_one(rows, blocks):  # type: ignore[no-untyped-def]
    """Tables (blocks, words) of one motif: (N,)."""
    width, _, starts, tables = blocks
    places = rows.shape[1] - width + 1
    result = np.empty(len(rows), np.float32)
    words, sums = _buffers(width)
    first, second = words[0, starts[-2] :], words[0, starts[-1] :]
    one, two = tables[-2], tables[-1]
    for row in range(len(rows)):
        forward = backward = np.float32(-np.inf)
        for begin in range(0, places, _STRETCH):
            n = min(_STRETCH, places - begin)
            _all_but_two(rows[row, begin:], n, blocks, words, sums)
            for i in range(n):
                score = sums[i] + one[first[i]] + two[second[i]]
                forward = score.real if score.real > forward else forward
                backward = score.imag if score.imag > backward else backward
        result[row] = max(forward, backward)
    return result


@numba.njit(cache=True)
def _best_of_many(rows, blocks):  # type: ignore[no-untyped-def]
    """Tables (blocks, words, lanes), a lane a strand of a motif: (N, lanes).

    A word is read once for all motifs, and the processor adds eight lanes in one step.
    """
    width, letters, starts, tables = blocks
    places, lanes = rows.shape[1] - width + 1, tables.shape[2]
    result = np.empty((len(rows), lanes), np.float32)
    words = np.empty((2, _STRETCH + width), np.uint16)
    sums, best, better = np.zeros(lanes, np.float32), np.empty(lanes, np.float32), np.empty(lanes, np.float32)
    word, last = words[0], len(starts) - 2
    for row in range(len(rows)):
        best[:] = -np.inf
        for begin in range(0, places, _STRETCH):
            n = min(_STRETCH, places - begin)
            _read_words(rows[row, begin:], n + width - letters, letters, words)
            for i in range(n):
                if last:
                    sums[:] = 0
                for block in range(last):
                    one = tables[block, word[i + starts[block]]]
                    for lane in range(lanes):
                        sums[lane] += one[lane]
                one, two = tables[last, word[i + starts[last]]], tables[last + 1, word[i + starts[last + 1]]]
                for lane in range(lanes):
                    score, known = sums[lane] + one[lane] + two[lane], best[lane]
                    better[lane] = score if score > known else known  # into `best` itself it would be slow
                best, better = better, best
        result[row] = best
    return result


@numba.njit(cache=True)
def _buffers(width):  # type: ignore[no-untyped-def]
    """Room for the words and the letters of a stretch, (2, places and the motif's width), and for its sums."""
    return np.empty((2, _STRETCH + width), np.uint16), np.zeros(_STRETCH, np.complex64)


@numba.njit(cache=True)
def _all_but_two(tokens, n, blocks, words, sums):  # type: ignore[no-untyped-def]
    """Read the words of a stretch of n places, and sum up what all blocks but the last two add at each.

    Most motifs have two blocks, and their sums stay 0: the callers add the last two while they look at the scores.
    """
    width, letters, starts, tables = blocks
    _read_words(tokens, n + width - letters, letters, words)
    if len(starts) > 2:
        sums[:n] = 0
    others = len(starts) - 2
    for block in range(0, others - 1, 2):
        first, second = words[0, starts[block] :], words[0, starts[block + 1] :]
        one, two = tables[block], tables[block + 1]
        for i in range(n):
            sums[i] = sums[i] + one[first[i]] + two[second[i]]
    if others % 2:
        word, table = words[0, starts[others - 1] :], tables[others - 1]
        for i in range(n):
            sums[i] = sums[i] + table[word[i]]


@numba.njit(cache=True)
def _read_words(tokens, n, length, words):  # type: ignore[no-untyped-def]
    """The word of `length` letters that begins at each of n places, into words[0].

    A letter is shifted in behind each word, again and again: the word times 4, and the next letter. One loop does
    one thing, so that the compiler does it for many places in one step.
    """
    word, letter = words[0], words[1]
    none = np.uint16(4**length)
    some_unknown = False
    for i in range(n + length - 1):
        token = np.uint16(tokens[i])
        letter[i] = token if token < UNKNOWN else none
    for i in range(n + length - 1):
        some_unknown |= letter[i] == none
    for i in range(n):
        word[i] = letter[i]
    for step in range(1, length):
        following = letter[step:]
        for i in range(n):
            word[i] = np.uint16(word[i] * np.uint16(4)) + following[i]
        if some_unknown:  # at most 5 times 4**length, so nothing overflows before it is brought back
            for i in range(n):
                word[i] = min(word[i], none)
