"""Sequences to compare with: shuffled ones that keep the letters' neighbours, real ones that keep GC content."""

import numba
import numpy as np
import numpy.typing as npt

from dnacourse.probabilities import equal_bins, numbers
from dnacourse.sequence import LETTERS, Tokens, many_tokens


def dinucleotide_shuffle(tokens: Tokens, random_state: int = 0) -> Tokens:
    """Each sequence with its letters in another order, but every pair of neighbours as often as before.

    Every such order is equally likely (Altschul and Erickson 1985,
    doi:10.1093/oxfordjournals.molbev.a040370; the last exit from each letter is drawn by Wilson's loop-erased
    walk, 1996, doi:10.1145/237814.237880).

    Args:
        tokens: (N, L), letters 0 to 3; or N texts of one length.
        random_state: seed.

    Returns:
        uint8 (N, L). First and last letter stay where they are.

    Raises:
        ValueError: lengths differ, no token, or a letter is unknown or padding.
        TypeError: a single sequence, or neither letters nor whole numbers.
    """
    found = many_tokens(tokens)
    if len({*map(len, found)}) > 1:
        raise ValueError(
            "the sequences differ in length: shuffle those of one length together, as tokens (N, L)"
        )
    shuffled = np.array(found, dtype=np.uint8)
    if shuffled.size and shuffled.max() >= len(LETTERS):
        raise ValueError("unknown letters or padding cannot be shuffled: leave those sequences out first")
    rng = np.random.default_rng(random_state)
    for row in shuffled:
        if len(row) > 2:
            _shuffle(row, rng)
    return shuffled


@numba.njit(cache=True)
def _shuffle(letters, rng):  # type: ignore[no-untyped-def]
    """Walk through all pairs of neighbours once more, in another order (an Euler walk), in place."""
    last = letters[-1]
    exits = np.zeros((4, len(letters)), np.uint8)  # what follows each letter, (letter, its n-th time)
    counts = np.zeros(4, np.int64)
    for i in range(len(letters) - 1):
        exits[letters[i], counts[letters[i]]] = letters[i + 1]
        counts[letters[i]] += 1
    final = np.zeros(4, np.int64)
    reaches_end = np.zeros(4, np.bool_)
    reaches_end[last] = True
    for start in range(4):
        letter = start
        while counts[letter] and not reaches_end[letter]:
            final[letter] = rng.integers(0, counts[letter])
            letter = exits[letter, final[letter]]
        letter = start
        while counts[letter] and not reaches_end[letter]:
            reaches_end[letter] = True
            letter = exits[letter, final[letter]]
    for letter in range(4):
        free = counts[letter]
        if free and letter != last:  # the exit through which the walk leaves for good is taken last
            free -= 1
            exits[letter, free], exits[letter, final[letter]] = (
                exits[letter, final[letter]],
                exits[letter, free],
            )
        for i in range(free - 1, 0, -1):
            j = rng.integers(0, i + 1)
            exits[letter, i], exits[letter, j] = exits[letter, j], exits[letter, i]
    used = np.zeros(4, np.int64)
    for i in range(len(letters) - 1):
        letter = letters[i]
        letters[i + 1] = exits[letter, used[letter]]
        used[letter] += 1


def match_gc(
    candidates: npt.ArrayLike, targets: npt.ArrayLike, random_state: int = 0, bins: int = 50
) -> npt.NDArray[np.int64]:
    """Choose, for each target, another candidate with about the same GC content.

    Args:
        candidates: GC content of each candidate, (n,), 0 to 1.
        targets: GC content of what they are to be compared with, (m,).
        random_state: seed.
        bins: GC content counts as the same within a bin of this many between 0 and 1.

    Returns:
        Indices into `candidates`, (m,), none twice, in the order of `targets`.

    Raises:
        ValueError: too few candidates in some bin (it is named), a GC content that is none, arrays that are not
            (n,) and (m,), or no bin.
    """
    have, want = numbers(candidates, "candidates"), numbers(targets, "targets")
    for values in (have, want):
        if values.ndim != 1:
            raise ValueError(f"expected one GC content for each sequence, (n,), not {values.shape}")
        if not ((values >= 0) & (values <= 1)).all():
            raise ValueError("GC content is a share, 0 to 1: divide per cent by 100, and leave out NaN")
    bin_of = [equal_bins(values, bins) for values in (have, want)]
    rng = np.random.default_rng(random_state)
    chosen = np.empty(len(want), dtype=np.int64)
    for one in np.unique(bin_of[1]):
        pool, places = np.flatnonzero(bin_of[0] == one), np.flatnonzero(bin_of[1] == one)
        if len(pool) < len(places):
            raise ValueError(
                f"{len(places)} candidates with a GC content of {one / bins:.2f} to {(one + 1) / bins:.2f} are "
                f"needed and {len(pool)} are there: give more candidates, or fewer bins"
            )
        chosen[places] = rng.choice(pool, len(places), replace=False)
    return chosen
