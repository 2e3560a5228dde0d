"""Splitting data into training, validation and test parts without letting the answers leak.

Each function returns a `Split`: three index arrays that together hold every row once, and `prove()`,
which works out again from the data that what the split promises is true.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, field

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from dnacourse.sequence import Tokens, as_tokens

Indices = npt.NDArray[np.int64]
PARTS = ("train", "validation", "test")
FRACTIONS = (0.8, 0.1, 0.1)
LONGEST_KMER = 31
_ROWS_AT_ONCE = 512


class PromiseBroken(Exception):
    """Two parts of a split share what they were to keep apart."""


@dataclass(frozen=True, repr=False)
class Split:
    """Row numbers for training, validation and test.

    `prove()` returns a sentence with the evidence, or raises `PromiseBroken`.
    """

    train: Indices
    validation: Indices
    test: Indices
    evidence: Callable[["Split"], str] = field(default=lambda split: "nothing more is promised")
    """Works out what the split promises besides: a sentence, or PromiseBroken."""

    def __repr__(self) -> str:
        return f"Split({', '.join(f'{part} {len(getattr(self, part)):,}' for part in PARTS)})"

    def prove(self) -> str:
        """Work out again that every row is in one part only, and what else the split promises.

        Raises:
            PromiseBroken: with the rows that break it.
        """
        rows = np.concatenate([self.train, self.validation, self.test])
        if len(np.unique(rows)) != len(rows):
            values, counts = np.unique(rows, return_counts=True)
            raise PromiseBroken(f"row {values[counts > 1][0]} is in two parts")
        if len(rows) and (rows.min() != 0 or rows.max() != len(rows) - 1):
            raise PromiseBroken(f"row {np.setdiff1d(np.arange(len(rows)), rows)[0]} is in no part")
        sizes = ", ".join(f"{part} {len(getattr(self, part)):,}" for part in PARTS)
        return f"{sizes}: each row once; {self.evidence(self)}."

    def held_to(self, other: "Split") -> "Split":
        """The same rows under the promise of another split of the same data, which `prove` then tests."""
        return Split(self.train, self.validation, self.test, other.evidence)

    def part_of_rows(self) -> npt.NDArray[np.str_]:
        """For each row the name of its part, array (n,)."""
        names = np.empty(sum(len(getattr(self, part)) for part in PARTS), dtype="<U10")
        for part in PARTS:
            names[getattr(self, part)] = part
        return names


def random(n: int, fractions: Sequence[float] = FRACTIONS, random_state: int = 0) -> Split:
    """Each row by chance: right only where no two rows have anything in common.

    Args:
        n: number of rows.
        fractions: of training, validation and test; they sum to 1.
        random_state: seed.
    """
    return by_group(np.arange(n), fractions, random_state)


def as_given(parts: npt.ArrayLike, groups: npt.ArrayLike | None = None, word: str = "group") -> Split:
    """A split that comes with the data.

    Args:
        parts: (n,), "train", "validation" or "test" for each row.
        groups: (n,), what the split is said to keep apart, its chromosomes say; None if it is by chance.
        word: what one of the groups is called.

    Raises:
        ValueError: a part of another name.
    """
    names = np.asarray(parts).astype(str)
    if strange := set(names.tolist()) - set(PARTS):
        raise ValueError(f"{strange.pop()!r} is none of the parts {', '.join(PARTS)}")
    train, validation, test = (names == part for part in PARTS)
    if groups is None:
        return Split(np.flatnonzero(train), np.flatnonzero(validation), np.flatnonzero(test))
    return _with_groups(train, validation, test, np.asarray(groups), word)


def by_chromosome(
    chromosomes: npt.ArrayLike, validation: Sequence[Hashable], test: Sequence[Hashable]
) -> Split:
    """Whole chromosomes for validation and test, all others for training.

    Args:
        chromosomes: (n,), of each row.
        validation: names of chromosomes.
        test: names of chromosomes.

    Raises:
        ValueError: a chromosome is named twice, or no row lies on it.
    """
    names = np.asarray(chromosomes)
    if both := set(validation) & set(test):
        raise ValueError(f"chromosome {both.pop()!r} is named for validation and for test")
    if missing := (set(validation) | set(test)) - set(names.tolist()):
        raise ValueError(
            f"no row lies on chromosome {missing.pop()!r}; there are {sorted(set(names.tolist()))}"
        )
    for_validation, for_test = np.isin(names, np.array(validation)), np.isin(names, np.array(test))
    return _with_groups(~(for_validation | for_test), for_validation, for_test, names, "chromosome")


def by_group(groups: npt.ArrayLike, fractions: Sequence[float] = FRACTIONS, random_state: int = 0) -> Split:
    """Whole groups (genes, families, patients) by chance, so that the parts come near the fractions.

    Args:
        groups: (n,), the group of each row.
        fractions: of the rows, for training, validation and test; they sum to 1.
        random_state: seed.

    Raises:
        ValueError: the fractions are not three numbers that sum to 1.
    """
    if len(fractions) != 3 or min(fractions) < 0 or not np.isclose(sum(fractions), 1):
        raise ValueError(f"fractions must be three numbers that sum to 1, not {tuple(fractions)}")
    _, group_of_row, sizes = np.unique(np.asarray(groups), return_inverse=True, return_counts=True)
    rng = np.random.default_rng(random_state)
    order = rng.permutation(len(sizes))
    order = order[np.argsort(-sizes[order], kind="stable")]  # big groups first: small ones fill the gaps
    wanted = np.array(fractions) * len(group_of_row)
    part_of_group = np.empty(len(sizes), dtype=np.int64)
    for group in order:
        part_of_group[group] = part = int(np.argmax(wanted))
        wanted[part] -= sizes[group]
    part_of_row = part_of_group[group_of_row]
    train, validation, test = (part_of_row == part for part in range(3))
    return _with_groups(train, validation, test, np.asarray(groups), "group")


def by_similarity(
    sequences: Sequence[str | Tokens] | Tokens,
    threshold: float = 0.3,
    k: int = 15,
    fractions: Sequence[float] = FRACTIONS,
    random_state: int = 0,
    both_strands: bool = True,
    sketch: float = 1.0,
) -> Split:
    """Clusters of similar sequences stay together, so no test sequence has a near copy in training.

    Two sequences are as similar as the share of k-mers of the smaller set that the other one has too
    (containment). Those above the threshold, and all that are joined through others, form a cluster.

    Args:
        sequences: strings, token arrays, or one array (n, L).
        threshold: similarity that must not be passed between parts, 0 to 1; at 0 no k-mer is shared.
        k: letters a k-mer, at most 31; those with N are left out.
        fractions: as in `by_group`.
        random_state: seed.
        both_strands: count a k-mer and its reverse complement as one.
        sketch: share of all k-mers to look at, chosen by a hash (FracMinHash, as in sourmash; Irber et
            al. 2022, doi:10.1101/2022.01.11.475838). 1 looks at all; `prove` always does.
    """
    clusters = similarity_clusters(sequences, threshold, k, both_strands, sketch)
    split = by_group(clusters, fractions, random_state)

    def evidence(split: Split) -> str:
        table = _kmer_table(sequences, k, both_strands, sketch=1.0)
        highest = 0.0
        parts = [getattr(split, part) for part in PARTS]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            for rows, columns, similarity in _overlaps(table, parts[one], parts[other]):
                highest = max(highest, similarity.max(initial=0))
                if highest > threshold:
                    worst = int(similarity.argmax())
                    raise PromiseBroken(
                        f"rows {rows[worst]} and {columns[worst]} are in different parts and share "
                        f"{highest:.2f} of their {k}-mers"
                    )
        return f"across parts at most {highest:.2f} of the {k}-mers are shared, the threshold is {threshold}"

    return Split(split.train, split.validation, split.test, evidence)


def similarity_clusters(
    sequences: Sequence[str | Tokens] | Tokens,
    threshold: float = 0.3,
    k: int = 15,
    both_strands: bool = True,
    sketch: float = 1.0,
) -> Indices:
    """The cluster of each sequence, array (n,); arguments as in `by_similarity`."""
    table = _kmer_table(sequences, k, both_strands, sketch)
    everything = np.arange(table.shape[0])
    found = [np.empty((2, 0), np.int64)]
    for rows, columns, similarity in _overlaps(table, everything, everything):
        found.append(np.stack([rows, columns])[:, similarity > threshold])
    rows, columns = np.concatenate(found, axis=1)
    graph = csr_array((np.ones(len(rows), bool), (rows, columns)), shape=(table.shape[0],) * 2)
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _with_groups(
    train: npt.NDArray[np.bool_],
    validation: npt.NDArray[np.bool_],
    test: npt.NDArray[np.bool_],
    groups: npt.NDArray,
    word: str,
) -> Split:
    def evidence(split: Split) -> str:
        parts = [set(groups[getattr(split, part)].tolist()) for part in PARTS]
        for one, other in ((0, 1), (0, 2), (1, 2)):
            if shared := parts[one] & parts[other]:
                raise PromiseBroken(f"{word} {shared.pop()!r} is in {PARTS[one]} and in {PARTS[other]}")
        return f"no {word} is in two parts ({' / '.join(f'{len(part):,}' for part in parts)})"

    return Split(np.flatnonzero(train), np.flatnonzero(validation), np.flatnonzero(test), evidence)


def _kmer_table(
    sequences: Sequence[str | Tokens] | Tokens, k: int, both_strands: bool, sketch: float
) -> csr_array:
    """Which k-mers each sequence has: (n, distinct k-mers) of ones.

    Raises:
        ValueError: k or `sketch` is out of its range.
    """
    if not 1 <= k <= LONGEST_KMER:
        raise ValueError(f"k must lie in 1..{LONGEST_KMER}, not {k}")
    if not 0 < sketch <= 1:
        raise ValueError(f"sketch is a share, above 0 and at most 1, not {sketch}")
    limit = np.uint64(min(int(sketch * 2**64), 2**64 - 1))
    codes = [np.unique(_kmer_codes(as_tokens(one), k, both_strands, limit)) for one in sequences]
    lengths = np.array([len(one) for one in codes], dtype=np.int64)
    distinct, columns = np.unique(
        np.concatenate(codes) if codes else np.empty(0, np.uint64), return_inverse=True
    )
    edges = np.concatenate([[0], np.cumsum(lengths)])
    return csr_array((np.ones(len(columns), np.int32), columns, edges), shape=(len(codes), len(distinct)))


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


def _overlaps(
    table: csr_array, rows: Indices, columns: Indices
) -> Iterator[tuple[Indices, Indices, npt.NDArray[np.float64]]]:
    """Pairs of sequences that share a k-mer, and the share of the smaller one's: a block at a time."""
    sizes = np.asarray(table.sum(axis=1))
    others = table[columns].T.tocsr()
    for first in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[first : first + _ROWS_AT_ONCE]
        shared = (table[block] @ others).tocoo()
        one, other = block[shared.coords[0]], columns[shared.coords[1]]
        yield one, other, shared.data / np.minimum(sizes[one], sizes[other])
