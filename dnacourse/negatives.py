"""Sequences to compare with: shuffled ones that keep the letters' neighbours, real ones that keep GC content."""

import numpy as np
import numpy.typing as npt
import torch
from tangermeme.ersatz import dinucleotide_shuffle as _shuffle

from dnacourse.sequence import LETTERS, Tokens, one_hot

_ROWS_AT_ONCE = 2048


def dinucleotide_shuffle(tokens: Tokens, random_state: int = 0) -> Tokens:
    """Each sequence with its letters in another order, but every pair of neighbours as often as before.

    Done by tangermeme (Euler walks; Altschul and Erickson 1985, doi:10.1093/oxfordjournals.molbev.a040370).

    Args:
        tokens: (N, L), letters 0 to 3.
        random_state: seed.

    Returns:
        (N, L). First and last letter stay where they are.

    Raises:
        ValueError: not (N, L), or a letter is unknown or padding.
    """
    if tokens.ndim != 2:
        raise ValueError(f"expected tokens (N, L), not {tokens.shape}")
    if tokens.size and tokens.max() >= len(LETTERS):
        raise ValueError("unknown letters or padding cannot be shuffled: leave those sequences out first")
    shuffled = np.empty_like(tokens)
    for first in range(0, len(tokens), _ROWS_AT_ONCE):
        block = slice(first, first + _ROWS_AT_ONCE)
        planes = torch.from_numpy(one_hot(tokens[block]).astype(np.int8))
        shuffled[block] = _shuffle(planes, n=1, random_state=random_state + first)[:, 0].argmax(dim=1).numpy()
    return shuffled


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
        ValueError: too few candidates in some bin (it is named).
    """
    have, want = np.asarray(candidates, dtype=np.float64), np.asarray(targets, dtype=np.float64)
    bin_of = [np.minimum((values * bins).astype(int), bins - 1) for values in (have, want)]
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
