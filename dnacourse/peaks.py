"""Peaks of a transcription factor with something to tell them from: shuffled peaks, or the rest of the genome."""

import numpy as np
import numpy.typing as npt

from dnacourse.datasets import Dataset, load
from dnacourse.negatives import dinucleotide_shuffle, match_gc
from dnacourse.sequence import LETTERS, Tokens
from dnacourse.similarity import shares_kmer
from dnacourse.splits import PARTS, as_given

MARGIN = 500
"""Letters around a peak from which no stretch is taken as unbound."""
SHARED = 25
"""As many letters in common are a repeat, not chance."""


def against_shuffles(name: str, random_state: int = 0) -> Dataset:
    """The peaks of a factor, and the same peaks shuffled so that neighbours stay as often beside each other.

    Args:
        name: "mafk" or "oct4".
        random_state: seed of the shuffles.

    Returns:
        `tokens` (2n, L), first the n peaks, then their shuffles; `labels` (2n,), 1 for a peak; `pairs` (2n,),
        one number for a peak and its shuffle, to draw them together; `split`, that of the peaks, each
        shuffle in the part of its peak.
    """
    peaks = load(name)
    shuffles = dinucleotide_shuffle(peaks.tokens, random_state)
    return _task(peaks, shuffles, peaks.split.part_of_rows())


def against_genome(name: str, random_state: int = 0, repeats: bool = False) -> Dataset:
    """The peaks of a factor, and stretches of chromosome 20 without one, of the same GC content.

    A fifth of the human genome is copies of a few repeats, so a stretch from anywhere may hold what a training
    row holds, too. A stretch for validation or test that shares 25 letters with a row of an earlier part, on
    either strand, is not taken.

    Args:
        name: "mafk" or "oct4".
        random_state: seed of the choice.
        repeats: take such stretches as well.

    Returns:
        As `against_shuffles`. The stretches are parted by where they lie (`chr20.regions`), and as many are
        taken for each part, of the same GC contents, as it has peaks. None lies within 500 letters of a peak.
    """
    peaks, parts = load(name), load(name).split.part_of_rows()
    stretches, seen = np.empty_like(peaks.tokens), np.empty_like(peaks.tokens[:0])
    for part in PARTS:
        rows = np.flatnonzero(parts == part)
        candidates = _stretches(peaks, part)
        if len(seen) and not repeats:
            candidates = candidates[~shares_kmer(candidates, seen, SHARED)]
        stretches[rows] = candidates[match_gc(_gc(candidates), _gc(peaks.tokens[rows]), random_state)]
        seen = np.concatenate([seen, peaks.tokens[rows], stretches[rows]])
    return _task(peaks, stretches, parts)


def _stretches(peaks: Dataset, part: str) -> Tokens:
    """All stretches of chromosome 20 from a part's region that are far from the peaks, (n, L)."""
    genome, length = load("chr20"), peaks.tokens.shape[1]
    (region,) = genome.regions[genome.regions["split"] == part].itertuples()
    there = peaks.table.loc[peaks.table["chromosome"] == "chr20", ["start", "end"]].to_numpy()
    starts = _free_starts(genome.tokens, region.start, region.end, length, there)
    return genome.tokens[starts[:, None] + np.arange(length)]


def _task(peaks: Dataset, others: Tokens, parts: npt.NDArray[np.str_]) -> Dataset:
    n = len(peaks.tokens)
    return Dataset(
        peaks.name,
        peaks.card,
        tokens=np.concatenate([peaks.tokens, others]),
        labels=np.repeat(np.array([1, 0], dtype=np.uint8), n),
        pairs=np.tile(np.arange(n), 2),
        split=as_given(np.tile(parts, 2)),
    )


def _free_starts(
    genome: Tokens, first: int, last: int, length: int, peaks: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Every so many letters a start, unless there is an unknown letter or a peak too near."""
    starts = np.arange(first, last - length + 1, length)
    unknown = np.concatenate([[0], np.cumsum(genome[first:last] >= len(LETTERS))])
    free = unknown[starts - first + length] == unknown[starts - first]
    for start, end in peaks:
        free &= (starts + length <= start - MARGIN) | (starts >= end + MARGIN)
    return starts[free]


def _gc(tokens: Tokens) -> npt.NDArray[np.float64]:
    """The share of G and C, (N,)."""
    return np.isin(tokens, (1, 2)).mean(axis=1)
