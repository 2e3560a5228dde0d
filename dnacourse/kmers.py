"""Counting k-mers, the words of k letters: the bag of words that every network must beat."""

from collections.abc import Sequence
from itertools import product

import numba
import numpy as np
import numpy.typing as npt

from dnacourse.sequence import LETTERS, Tokens, many_tokens, reverse_complement

KS = (1, 2, 3, 4, 5)
LONGEST = 10
_MOST_IN_UINT16 = np.iinfo(np.uint16).max


def kmer_names(ks: Sequence[int] = KS, canonical: bool = False) -> list[str]:
    """The k-mers in the order of the columns of `count_kmers`: by k as given, then by alphabet.

    Args:
        ks: lengths of the k-mers, each 1 to 10.
        canonical: only one of each pair of reverse complements, that which comes first in the alphabet.
    """
    _check(ks)
    names = ["".join(letters) for k in ks for letters in product(LETTERS, repeat=k)]
    return [name for name in names if name <= reverse_complement(name)] if canonical else names


def count_kmers(
    sequences: Sequence[str | Tokens] | Tokens, ks: Sequence[int] = KS, canonical: bool = False
) -> npt.NDArray[np.unsignedinteger]:
    """How often each k-mer stands in each sequence, overlaps counted.

    A k-mer with a letter other than A, C, G, T (an N, padding) is not counted.

    Args:
        sequences: N texts of any kind (see `sequence.encode`), or token arrays (L_i,), or one token array (N, L).
        ks: lengths of the k-mers, each 1 to 10.
        canonical: count a k-mer and its reverse complement as one, so that both strands of a sequence have
            the same counts. One that is its own reverse complement counts once at each place.

    Returns:
        (N, k-mers) array, named by `kmer_names(ks, canonical)`: for k = 1..5, 1,364 columns, or 692 canonical
        ones; uint16, or uint32 where a count does not fit.

    Raises:
        ValueError: a foreign letter (named with its position), a sequence that is missing, no k, one twice, or
            one out of range.
        TypeError: a single sequence instead of a list of them, or a single k.
    """
    _check(ks)
    tokens, edges = _end_to_end(many_tokens(sequences))
    longest = int(np.diff(edges).max(initial=0))
    dtype = np.uint16 if longest <= _MOST_IN_UINT16 else np.uint32
    counts = np.zeros((len(edges) - 1, sum(4**k for k in ks)), dtype=dtype)
    first_columns = np.cumsum([0] + [4**k for k in ks])[:-1]
    _count(tokens, edges, np.array(ks), first_columns, counts)
    if canonical:
        counts = _folded(counts, ks)
    if dtype == np.uint32 and counts.max(initial=0) <= _MOST_IN_UINT16:
        return counts.astype(np.uint16)
    return counts


def _folded(counts: npt.NDArray[np.unsignedinteger], ks: Sequence[int]) -> npt.NDArray[np.unsignedinteger]:
    """Counts (N, all k-mers) of both strands together, (N, canonical k-mers)."""
    column = {name: number for number, name in enumerate(kmer_names(ks))}
    names = kmer_names(ks, canonical=True)
    own = np.array([column[name] for name in names])
    other = np.array([column[reverse_complement(name)] for name in names])
    folded = counts[:, own]
    folded[:, own != other] += counts[:, other[own != other]]
    return folded


def _check(ks: Sequence[int]) -> None:
    if not isinstance(ks, Sequence | np.ndarray) or isinstance(ks, str):
        raise TypeError(f"ks must be a list of lengths: write ({ks},) for a single one")
    whole = all(isinstance(k, int | np.integer) and 1 <= k <= LONGEST for k in ks)
    if not len(ks) or not whole or len(set(ks)) < len(ks):
        raise ValueError(f"ks must be different numbers from 1 to {LONGEST}, at least one, not {tuple(ks)}")


def _end_to_end(sequences: Tokens | list[Tokens]) -> tuple[Tokens, npt.NDArray[np.int64]]:
    """All tokens in one array, and where each sequence begins and the last one ends, (N + 1,)."""
    if isinstance(sequences, np.ndarray):
        n, length = sequences.shape
        return sequences.reshape(-1), np.arange(n + 1, dtype=np.int64) * length
    edges = np.cumsum([0, *map(len, sequences)], dtype=np.int64)
    return np.concatenate(sequences) if sequences else np.empty(0, np.uint8), edges


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
