"""Splitting data into training, validation and test parts without letting the answers leak.

Each function returns a `Split`: three index arrays that together hold every row once, and `prove()`,
which works out again from the data that what the split promises is true.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from dnacourse.groups import is_list, name_of, numbered, one_for_each_row
from dnacourse.sequence import many_tokens
from dnacourse.similarity import Indices, Sequences, kmer_table, overlaps, same_text, similarity_clusters

PARTS = ("train", "validation", "test")
PAIRS = ((0, 1), (0, 2), (1, 2))
FRACTIONS = (0.8, 0.1, 0.1)


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
    rows: int | None = None
    """How many rows the data has; None if nobody said."""

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
        count = rows.max(initial=-1) + 1 if self.rows is None else self.rows
        if len(strange := np.setdiff1d(rows, np.arange(count))):
            raise PromiseBroken(f"there is no row {strange[0]} among the {count:,} of the data")
        if len(missing := np.setdiff1d(np.arange(count), rows)):
            raise PromiseBroken(f"row {missing[0]} is in no part")
        sizes = ", ".join(f"{part} {len(getattr(self, part)):,}" for part in PARTS)
        empty = [part for part in PARTS if not len(getattr(self, part))]
        sizes += (
            f" ({' and '.join(empty)} EMPTY: the groups are too large, or the rows too few)" if empty else ""
        )
        return f"{sizes}: each row once; {self.evidence(self)}."

    def held_to(self, other: "Split") -> "Split":
        """The same rows under the promise of another split of the same data, which `prove` then tests."""
        return Split(self.train, self.validation, self.test, other.evidence, other.rows)

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
        parts: "train", "validation" or "test" for each row, (n,).
        groups: (n,), what the split is said to keep apart, its chromosomes say; None if it is by chance.
        word: what one of the groups is called.

    Raises:
        ValueError: a part of another name, a row without a group, not as many groups as parts, or an array that
            is not (n,).
    """
    names = np.asarray(parts).astype(str)
    if names.ndim != 1:
        raise ValueError(f"expected one part for each row, (n,), not an array of shape {names.shape}")
    if strange := set(names.tolist()) - set(PARTS):
        raise ValueError(f"{strange.pop()!r} is none of the parts {', '.join(PARTS)}")
    train, validation, test = (names == part for part in PARTS)
    if groups is None:
        return Split(np.flatnonzero(train), np.flatnonzero(validation), np.flatnonzero(test), rows=len(names))
    codes, known = numbered(groups, word)
    if len(codes) != len(names):
        raise ValueError(f"there are {len(names)} parts but {len(codes)} {word}s: each row has one of both")
    return _with_groups(train, validation, test, codes, known, word)


def by_chromosome(
    chromosomes: npt.ArrayLike, validation: Sequence[Hashable], test: Sequence[Hashable]
) -> Split:
    """Whole chromosomes for validation and test, all others for training.

    Names may be text or numbers: 20 and "20" are the same chromosome.

    Args:
        chromosomes: of each row, (n,).
        validation: names of chromosomes.
        test: names of chromosomes.

    Raises:
        ValueError: a chromosome is named twice, no row lies on it, a row has none, or a name in place of a list.
    """
    codes, known = numbered(map(name_of, one_for_each_row(chromosomes, "chromosome")), "chromosome")
    if not is_list(validation) or not is_list(test):
        raise ValueError(f"validation and test are lists of names: write [{validation!r}] and [{test!r}]")
    parts = [[name_of(name) for name in part] for part in (validation, test)]
    if both := set(parts[0]) & set(parts[1]):
        raise ValueError(f"chromosome {both.pop()!r} is named for validation and for test")
    if missing := [name for name in parts[0] + parts[1] if name not in known]:
        raise ValueError(
            f"no row lies on chromosome {missing[0]!r}; there are {', '.join(map(repr, known[:40]))}"
        )
    for_validation, for_test = (np.isin(codes, [known.index(name) for name in part]) for part in parts)
    return _with_groups(~(for_validation | for_test), for_validation, for_test, codes, known, "chromosome")


def by_group(
    groups: Iterable[Hashable], fractions: Sequence[float] = FRACTIONS, random_state: int = 0
) -> Split:
    """Whole groups (genes, families, patients) by chance, so that the parts come near the fractions.

    Args:
        groups: the group of each of the n rows: a name, a number, a tuple.
        fractions: of the rows, for training, validation and test; they sum to 1.
        random_state: seed.

    Raises:
        ValueError: the fractions are not three numbers that sum to 1, a row has no group, or the groups are a
            table or one text.
    """
    if np.shape(fractions) != (3,) or min(fractions) < 0 or not np.isclose(sum(fractions), 1):
        raise ValueError(f"fractions must be three numbers that sum to 1, not {fractions}")
    group_of_row, known = numbered(groups, "group")
    sizes = np.bincount(group_of_row, minlength=len(known))
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
    return _with_groups(train, validation, test, group_of_row, known, "group")


def by_similarity(
    sequences: Sequences,
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
    Sequences too short to have a k-mer, or too full of N, are alike only where they are the same.

    Args:
        sequences: n texts of any kind (see `sequence.encode`), token arrays (L_i,), or one array (n, L).
        threshold: similarity that must not be passed between parts, 0 to 1; at 0 no k-mer is shared.
        k: letters a k-mer, at most 31; those with N are left out.
        fractions: as in `by_group`.
        random_state: seed.
        both_strands: count a k-mer and its reverse complement as one.
        sketch: share of all k-mers to look at, chosen by a hash (FracMinHash, as in sourmash; Irber et
            al. 2022, doi:10.1101/2022.01.11.475838). 1 looks at all; `prove` always does.

    Raises:
        ValueError: threshold, k, sketch or the fractions are out of their range, a letter is foreign, or a
            sequence is missing.
        TypeError: a single sequence in place of many, or neither.
    """
    tokens = many_tokens(sequences)
    clusters = similarity_clusters(tokens, threshold, k, both_strands, sketch)
    split = by_group(clusters, fractions, random_state)
    too_short = "; sequences without a {k}-mer ({count:,}) stay together where they are the same"

    def evidence(split: Split) -> str:
        table = kmer_table(tokens, k, both_strands, sketch=1.0)
        highest = 0.0
        parts = [getattr(split, part) for part in PARTS]
        for one, other in PAIRS:
            for rows, columns, similarity in overlaps(table, parts[one], parts[other]):
                highest = max(highest, similarity.max(initial=0))
                if highest > threshold:
                    worst = int(similarity.argmax())
                    raise PromiseBroken(
                        f"rows {rows[worst]} and {columns[worst]} are in different parts and share "
                        f"{highest:.2f} of their {k}-mers"
                    )
        same = same_text(tokens, table, both_strands)
        for alike in same.values():
            if len(set(split.part_of_rows()[alike])) > 1:
                raise PromiseBroken(f"rows {alike[:9]} have the same letters and are not in one part")
        unjudged = too_short.format(k=k, count=sum(map(len, same.values()))) if same else ""
        return (
            f"across parts at most {highest:.2f} of the {k}-mers are shared, the threshold is {threshold}"
            + unjudged
        )

    return Split(split.train, split.validation, split.test, evidence, split.rows)


def _with_groups(
    train: npt.NDArray[np.bool_],
    validation: npt.NDArray[np.bool_],
    test: npt.NDArray[np.bool_],
    codes: Indices,
    known: list[Hashable],
    word: str,
) -> Split:
    def evidence(split: Split) -> str:
        parts = [set(codes[getattr(split, part)].tolist()) for part in PARTS]
        for one, other in PAIRS:
            if shared := parts[one] & parts[other]:
                raise PromiseBroken(
                    f"{word} {known[shared.pop()]!r} is in {PARTS[one]} and in {PARTS[other]}"
                )
        return f"no {word} is in two parts ({' / '.join(f'{len(part):,}' for part in parts)})"

    first, second, third = map(np.flatnonzero, (train, validation, test))
    return Split(first, second, third, evidence, len(codes))
