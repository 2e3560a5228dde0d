"""Counting k-mers, the words of k letters: the bag of words that every network must beat."""

from collections.abc import Sequence
from itertools import product

import numba
import numpy as np
import numpy.typing as npt

from dnacourse.sequence import LETTERS, Tokens, as_tokens, encode

KS = (1, 2, 3, 4, 5)
LONGEST = 10
_MOST_IN_UINT16 = np.iinfo(np.uint16).max


def kmer_names(ks: Sequence[int] = KS) -> list[str]:
    """The k-mers in the order of the columns of `count_kmers`: by k as given, then by alphabet."""
    _check(ks)
    return ["".join(letters) for k in ks for letters in product(LETTERS, repeat=k)]


def count_kmers(
    sequences: Sequence[str | Tokens] | Tokens, ks: Sequence[int] = KS
) -> npt.NDArray[np.unsignedinteger]:
    """How often each k-mer stands in each sequence, overlaps counted, on the strand that is given.

    A k-mer with a letter other than A, C, G, T (an N, padding) is not counted.

    Args:
        sequences: N strings, or token arrays (L_i,), or one token array (N, L).
        ks: lengths of the k-mers, each 1 to 10.

    Returns:
        (N, sum of 4**k) array, 1,364 columns for k = 1..5, named by `kmer_names(ks)`; uint16, or uint32
        where a count does not fit.

    Raises:
        ValueError: a foreign letter (named with its position), no k, one twice, or one out of range.
        TypeError: a single string instead of a list of them, or a single k.
    """
    _check(ks)
    if isinstance(sequences, str | bytes):
        raise TypeError("sequences must be a list: write [sequence] for a single one")
    tokens, edges = _end_to_end(sequences if isinstance(sequences, np.ndarray) else list(sequences))
    longest = int(np.diff(edges).max(initial=0))
    dtype = np.uint16 if longest <= _MOST_IN_UINT16 else np.uint32
    counts = np.zeros((len(edges) - 1, sum(4**k for k in ks)), dtype=dtype)
    first_columns = np.cumsum([0] + [4**k for k in ks])[:-1]
    _count(tokens, edges, np.array(ks), first_columns, counts)
    if dtype == np.uint32 and counts.max(initial=0) <= _MOST_IN_UINT16:
        return counts.astype(np.uint16)
    return counts


def _check(ks: Sequence[int]) -> None:
    if not isinstance(ks, Sequence | np.ndarray):
        raise TypeError(f"ks must be a list of lengths: write ({ks},) for a single one")
    if not len(ks) or len(set(ks)) < len(ks) or min(ks) < 1 or max(ks) > LONGEST:
        raise ValueError(f"ks must be different numbers from 1 to {LONGEST}, at least one, not {tuple(ks)}")


def _end_to_end(sequences: Sequence[str | Tokens] | Tokens) -> tuple[Tokens, npt.NDArray[np.int64]]:
    """All tokens in one array, and where each sequence begins and the last one ends."""
    if len(sequences) and isinstance(sequences[0], str) and len({len(text) for text in sequences}) == 1:
        sequences = encode(sequences)  # type: ignore[arg-type]
    if isinstance(sequences, np.ndarray) and sequences.ndim == 2:
        n, length = sequences.shape
        return as_tokens(sequences.reshape(-1)), np.arange(n + 1, dtype=np.int64) * length
    arrays = [as_tokens(one) for one in sequences]
    edges = np.cumsum([0] + [len(one) for one in arrays])
    return np.concatenate(arrays) if arrays else np.empty(0, np.uint8), edges


@numba.njit(cache=True)
def _count(tokens, edges, ks, first_columns, counts):  # type: ignore[no-untyped-def]
    """Each token shifts two bits into a number whose last 2k bits are the k-mer that ends there."""
    for row in range(len(edges) - 1):
        code, known = 0, 0
        for token in tokens[edges[row] : edges[row + 1]]:
            if token > 3:
                known = 0
                continue
            code = (code << 2) | token
            known += 1
            for i in range(len(ks)):
                if known >= ks[i]:
                    counts[row, first_columns[i] + (code & ((1 << (2 * ks[i])) - 1))] += 1
