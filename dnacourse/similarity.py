"""Which sequences are alike, by the k-mers they share."""

from collections.abc import Iterator, Sequence

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dnacourse.sequence import PAD, Tokens, many_tokens, reverse_complement

Indices = npt.NDArray[np.int64]
Sequences = Sequence[str | Tokens] | Tokens
LONGEST_KMER = 31
_ROWS_AT_ONCE = 512


def similarity_clusters(
    sequences: Sequences,
    threshold: float = 0.3,
    k: int = 15,
    both_strands: bool = True,
    sketch: float = 1.0,
) -> Indices:
    """The cluster of each sequence, array (n,); arguments and errors as in `splits.by_similarity`."""
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold is a share, 0 to 1, not {threshold}")
    tokens = many_tokens(sequences)
    table = kmer_table(tokens, k, both_strands, sketch)
    everything = np.arange(table.shape[0])
    found = [np.empty((2, 0), np.int64)]
    for same in same_text(tokens, table, both_strands).values():
        found.append(np.array([same, same[:1] * len(same)]))
    for rows, columns, similarity in overlaps(table, everything, everything):
        found.append(np.stack([rows, columns])[:, similarity > threshold])
    rows, columns = np.concatenate(found, axis=1)
    graph = csr_array((np.ones(len(rows), bool), (rows, columns)), shape=(table.shape[0],) * 2)
    return connected_components(graph, directed=False)[1].astype(np.int64)


def shares_kmer(
    sequences: Sequences, others: Sequences, k: int = 15, both_strands: bool = True
) -> npt.NDArray[np.bool_]:
    """Which sequences have a k-mer that stands in one of the others, array (n,).

    Args:
        sequences: n texts of any kind (see `sequence.encode`), token arrays (L_i,), or one token array (n, L).
        others: likewise, m of them.
        k: letters a k-mer, 1 to 31.
        both_strands: look for the reverse complement as well.

    Raises:
        ValueError: k is out of its range, or a sequence is missing.
    """
    there = _distinct_kmers(many_tokens(others), k, both_strands)
    known = np.unique(np.concatenate([*there, [np.uint64(2**64 - 1)]]))  # no k-mer has so high a number
    asked = _distinct_kmers(many_tokens(sequences), k, both_strands)
    return np.array([(known[np.searchsorted(known, codes)] == codes).any() for codes in asked], dtype=bool)


def same_text(
    sequences: Tokens | list[Tokens], table: csr_array, both_strands: bool
) -> dict[bytes, list[int]]:
    """The rows of each text among the sequences that have no k-mer; tokens (n, L), or n of (L_i,)."""
    rows: dict[bytes, list[int]] = {}
    for row in np.flatnonzero(np.diff(table.indptr) == 0).tolist():
        tokens = sequences[row][sequences[row] != PAD]
        text = tokens.tobytes()
        if both_strands:
            text = min(text, reverse_complement(tokens).tobytes())
        rows.setdefault(text, []).append(row)
    return rows


def kmer_table(sequences: Tokens | list[Tokens], k: int, both_strands: bool, sketch: float) -> csr_array:
    """Which k-mers each sequence has: (n, distinct k-mers) of ones.

    Args:
        sequences: tokens (n, L), or n of (L_i,).
        k: letters a k-mer.
        both_strands: count a k-mer and its reverse complement as one.
        sketch: share of all k-mers to look at.

    Raises:
        ValueError: k or `sketch` is out of its range.
    """
    codes = _distinct_kmers(sequences, k, both_strands, sketch)
    lengths = np.array([len(one) for one in codes], dtype=np.int64)
    distinct, columns = np.unique(
        np.concatenate(codes) if codes else np.empty(0, np.uint64), return_inverse=True
    )
    edges = np.concatenate([[0], np.cumsum(lengths)])
    return csr_array((np.ones(len(columns), np.int32), columns, edges), shape=(len(codes), len(distinct)))


def _distinct_kmers(
    sequences: Tokens | list[Tokens], k: int, both_strands: bool, sketch: float = 1.0
) -> list[npt.NDArray[np.uint64]]:
    """The k-mers of each sequence as numbers, in their order, each once."""
    if not isinstance(k, int | np.integer) or not 1 <= k <= LONGEST_KMER:
        raise ValueError(f"k must lie in 1..{LONGEST_KMER}, a whole number, not {k!r}")
    if not 0 < sketch <= 1:
        raise ValueError(f"sketch is a share, above 0 and at most 1, not {sketch}")
    limit = np.uint64(min(int(sketch * 2**64), 2**64 - 1))
    return [np.unique(_kmer_codes(one, k, both_strands, limit)) for one in sequences]


@numba.njit(cache=True)
def _kmer_codes(tokens, k, both_strands, limit):  # type: ignore[no-untyped-def]
    """The k-mers of one sequence as 2-bit numbers, those whose hash lies within `limit`."""
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    mask = (one << np.uint64(2 * k)) - one
    top = np.uint64(2 * (k - 1))
    kept = np.empty(len(tokens), np.uint64)
    count, known = 0, 0
    forward, reverse = np.uint64(0), np.uint64(0)
    for token in tokens:
        if token > 3:
            known = 0
            continue
        letter = np.uint64(token)
        forward = ((forward << two) | letter) & mask
        reverse = (reverse >> two) | ((three - letter) << top)
        known += 1
        if known >= k:
            code = min(forward, reverse) if both_strands else forward
            mixed = (code ^ (code >> np.uint64(31))) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            if mixed ^ (mixed >> np.uint64(31)) <= limit:
                kept[count] = code
                count += 1
    return kept[:count]


def overlaps(
    table: csr_array, rows: Indices, columns: Indices
) -> Iterator[tuple[Indices, Indices, npt.NDArray[np.float64]]]:
    """Pairs of sequences that share a k-mer, and the share of the smaller one's, (pairs,) each: a block at a time.

    Args:
        table: from `kmer_table`.
        rows: of the table, (m,).
        columns: rows of the table to compare them with, (n,).
    """
    sizes = np.asarray(table.sum(axis=1))
    others = table[columns].T.tocsr()
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[first : first + _ROWS_AT_ONCE]
        shared = (table[block] @ others).tocoo()
        one, other = block[shared.coords[0]], columns[shared.coords[1]]
        yield one, other, shared.data / np.minimum(sizes[one], sizes[other])
