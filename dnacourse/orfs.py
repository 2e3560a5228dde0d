"""Reading frames, open reading frames (ORFs) and GC content; the codons themselves are in `codons`.

Coordinates are 0-based and half-open, on the forward strand, for both strands alike: the letters of
an ORF are `seq[start:end]`, and on "-" their reverse complement. The stop codon is included, as in GFF.
"""

from collections.abc import Iterable, Sequence

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd

from dnacourse.codons import CODONS, checked_codons, codon_counts, codon_usage, genetic_code, translate
from dnacourse.sequence import Tokens, as_tokens, decode, encode, reverse_complement
from dnacourse.texts import letters_or_numbers

__all__ = [
    "CODONS",
    "codon_counts",
    "codon_positions",
    "codon_usage",
    "find_orfs",
    "gc_content",
    "gc_skew",
    "genetic_code",
    "orf_letters",
    "translate",
]

_START, _STOP = 1, 2


def _codon_kinds(starts: Iterable[str], table: int) -> npt.NDArray[np.uint8]:
    """(64,) array: for each codon in the order of `CODONS`, 1 a start, 2 a stop, 0 neither."""
    code = genetic_code(table)
    kinds = np.array([_STOP if code[codon] == "*" else 0 for codon in CODONS], dtype=np.uint8)
    for codon in checked_codons(starts):
        if code[codon] == "*":
            raise ValueError(f"{codon} is a stop codon in translation table {table}, not a start")
        kinds[CODONS.index(codon)] = _START
    return kinds


@numba.njit(cache=True)
def _scan(tokens, kinds, min_length):  # type: ignore[no-untyped-def]
    """One pass over both strands and all six frames: lists of start, end and strand (0 is "+").

    The codon that ends at a position is a 6-bit number, kept by shifting two bits in: from the right
    for the forward strand, and from the left, complemented, for the reverse strand.
    Forward, an ORF runs from the first start since the last stop to the next stop. Reverse, the walk
    meets the stop first, so the ORF runs from that stop up to the last start before the next stop.
    """
    starts, ends, strands = [], [], []
    forward_start = np.full(3, -1, np.int64)
    reverse_stop = np.full(3, -1, np.int64)
    reverse_end = np.full(3, -1, np.int64)
    forward, reverse, known = 0, 0, 0
    length = len(tokens)
    for position in range(length):
        token = tokens[position]
        if token > 3:
            known = 0
            continue
        forward = ((forward << 2) | token) & 63
        reverse = (reverse >> 2) | ((3 - token) << 4)
        known += 1
        if known < 3:
            continue
        codon_start = position - 2
        frame = codon_start % 3

        kind = kinds[forward]
        if kind == 1 and forward_start[frame] < 0:
            forward_start[frame] = codon_start
        elif kind == 2:
            first = forward_start[frame]
            if first >= 0 and position + 1 - first >= min_length:
                starts.append(first)
                ends.append(position + 1)
                strands.append(0)
            forward_start[frame] = -1

        kind = kinds[reverse]
        if kind == 1:
            reverse_end[frame] = position + 1
        elif kind == 2:
            stop = reverse_stop[frame]
            if stop >= 0 and reverse_end[frame] - stop >= min_length:
                starts.append(stop)
                ends.append(reverse_end[frame])
                strands.append(1)
            reverse_stop[frame] = codon_start
            reverse_end[frame] = -1
    for frame in range(3):
        stop = reverse_stop[frame]
        if stop >= 0 and reverse_end[frame] - stop >= min_length:
            starts.append(stop)
            ends.append(reverse_end[frame])
            strands.append(1)
    return np.array(starts, np.int64), np.array(ends, np.int64), np.array(strands, np.int64)


def find_orfs(
    seq: str | bytes | Tokens,
    starts: Sequence[str] = ("ATG",),
    min_length: int = 90,
    table: int = 11,
) -> pd.DataFrame:
    """All complete open reading frames on both strands.

    An ORF begins at the first start codon after the previous stop codon of its frame (or after the
    end of the sequence) and ends with the next in-frame stop codon. A codon with N, or any other
    ambiguous letter, is neither a start nor a stop. The sequence is taken as linear.

    Args:
        seq: text, or tokens (L,).
        starts: codons that may begin an ORF.
        min_length: shortest ORF to report, in nucleotides, the stop codon counted.
        table: NCBI translation table that says which codons are stops.

    Returns:
        A DataFrame sorted by start, one row an ORF: `start`, `end` (0-based, half-open, on the
        forward strand, stop codon included), `strand` ("+" or "-"), and `frame`, 0, 1 or 2: how many
        letters lie, modulo 3, between the 5' end of that strand and the ORF.

    Raises:
        ValueError: a foreign letter in `seq`; a start that is no codon or is a stop; no such table;
            a negative `min_length`.
        TypeError: many sequences, neither text nor tokens, or a `min_length` that is no whole number.
    """
    _check_whole(min_length, "min_length")
    if min_length < 0:
        raise ValueError(f"min_length is a number of nucleotides, so not {min_length}")
    tokens = as_tokens(seq)
    start, end, strand = _scan(tokens, _codon_kinds(starts, table), min_length)
    orfs = pd.DataFrame(
        {
            "start": start,
            "end": end,
            "strand": np.array(["+", "-"], dtype=object)[strand],
            "frame": np.where(strand == 0, start, len(tokens) - end) % 3,
        }
    )
    return orfs.sort_values(["start", "end", "strand"], ignore_index=True)


def codon_positions(seq: str | Tokens, codons: Sequence[str]) -> dict[tuple[str, int], npt.NDArray[np.int64]]:
    """Where given codons stand, in each of the six reading frames.

    Args:
        seq: text or tokens (L,).
        codons: for example the three stops.

    Returns:
        (strand, frame) -> sorted array of the codon's leftmost position on the forward strand, for
        strand "+" and "-" and frame 0, 1, 2 as in `find_orfs`.

    Raises:
        ValueError: a foreign letter in `seq`, or something among `codons` that is no codon.
    """
    tokens = as_tokens(seq)
    wanted = {"+": encode("".join(checked_codons(codons))).reshape(-1, 3)}
    wanted["-"] = reverse_complement(wanted["+"])
    windows = np.empty((0, 3), np.uint8)
    if len(tokens) >= 3:
        windows = np.lib.stride_tricks.sliding_window_view(tokens, 3)
    positions = {}
    for strand, patterns in wanted.items():
        hits = [(windows == pattern).all(axis=-1) for pattern in patterns]
        at = np.flatnonzero(np.any(hits, axis=0))
        frames = at % 3 if strand == "+" else (len(tokens) - at) % 3
        positions.update({(strand, frame): at[frames == frame] for frame in range(3)})
    return positions


def orf_letters(seq: str | Tokens, start: int, end: int, strand: str) -> str:
    """The letters of one ORF or gene, 5' to 3' on its own strand, stop codon included.

    Args:
        seq: text or tokens (L,).
        start: 0-based.
        end: the position behind its last letter.
        strand: "+" or "-".

    Raises:
        ValueError: the interval is not inside the sequence, a letter in it is foreign, or the strand is
            neither "+" nor "-".
        TypeError: many sequences, neither text nor tokens, or a place that is no whole number.
    """
    _check_whole(start, "start")
    _check_whole(end, "end")
    found = letters_or_numbers(seq)
    whole = found if isinstance(found, str) or getattr(found, "ndim", 0) == 1 else as_tokens(found)
    if not 0 <= start <= end <= len(whole):
        raise ValueError(f"{start}..{end} is not inside a sequence of {len(whole)} letters")
    if strand not in ("+", "-"):
        raise ValueError(f'strand must be "+" or "-", not {strand!r}')
    letters = decode(as_tokens(whole[start:end]))
    return letters if strand == "+" else reverse_complement(letters)


def gc_content(seq: str | Tokens, window: int | None = None) -> float | npt.NDArray[np.float64]:
    """Share of G and C among the letters that are known; NaN where there are none.

    Args:
        seq: text or tokens (L,).
        window: None for one number; else a value for each consecutive window of that many letters,
            array (L // window,); a shorter rest at the end is dropped.

    Raises:
        ValueError: a foreign letter, an array that is not (L,), or a window below 1.
        TypeError: many sequences, neither text nor tokens, or a window that is no whole number.
    """
    gc, at = _counts(seq, window, ((1, 2), (0, 3)))
    return _ratio(gc, gc + at, window)


def gc_skew(seq: str | Tokens, window: int | None = None) -> float | npt.NDArray[np.float64]:
    """(G - C) / (G + C); NaN where there is neither. Arguments and errors as in `gc_content`.

    On most bacterial chromosomes the sign changes at the origin and at the terminus of replication
    (Lobry 1996, doi:10.1093/oxfordjournals.molbev.a025626).
    """
    g, c = _counts(seq, window, ((2,), (1,)))
    return _ratio(g - c, g + c, window)


def _counts(seq, window, groups):  # type: ignore[no-untyped-def]
    tokens = as_tokens(seq)
    if window is None:
        rows = tokens[None, :]
    else:
        _check_whole(window, "window")
        if window < 1:
            raise ValueError(f"window must be at least 1 letter, not {window}")
        rows = tokens[: len(tokens) // window * window].reshape(-1, window)
    return [sum((rows == token).sum(axis=1) for token in group) for group in groups]


def _check_whole(number: int, name: str) -> None:
    if not isinstance(number, int | np.integer):
        raise TypeError(f"{name} is a whole number, not {number!r}")


def _ratio(part, whole, window):  # type: ignore[no-untyped-def]
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio if window is not None else float(ratio[0])
