"""Reading frames, codons and open reading frames (ORFs).

Coordinates are 0-based and half-open, on the forward strand, for both strands alike: the letters of
an ORF are `seq[start:end]`, and on "-" their reverse complement. The stop codon is included, as in GFF.
"""

import operator
from collections.abc import Iterable, Sequence
from functools import cache

import numba
import numpy as np
import numpy.typing as npt
import pandas as pd
from Bio.Data import CodonTable
from Bio.Seq import Seq

from dnacourse.sequence import PAD, Tokens, as_tokens, decode, encode, reverse_complement

_START, _STOP = 1, 2
CODONS = [a + b + c for a in "ACGT" for b in "ACGT" for c in "ACGT"]


def genetic_code(table: int = 11) -> dict[str, str]:
    """Codon -> amino acid, "*" for stop, from NCBI's translation table of that number.

    Raises:
        ValueError: there is no such table, or in it a codon is now a stop and now an amino acid, as
            the codons around it decide (27, 28 and 31).
    """
    return dict(_genetic_code(table))


@cache
def _genetic_code(table: int) -> dict[str, str]:
    code = CodonTable.unambiguous_dna_by_id.get(table)
    if code is None:
        known = ", ".join(map(str, sorted(CodonTable.unambiguous_dna_by_id)))
        raise ValueError(f"no NCBI translation table {table}; there are {known}")
    if both := sorted(set(code.stop_codons) & set(code.forward_table)):
        raise ValueError(
            f"in NCBI translation table {table} {', '.join(both)} is now a stop and now an amino acid, "
            "so a codon alone does not say where a protein ends; such tables cannot be used here"
        )
    return {codon: code.forward_table.get(codon, "*") for codon in CODONS}


def _codon_kinds(starts: Iterable[str], table: int) -> npt.NDArray[np.uint8]:
    """(64,) array: for each codon in the order of `CODONS`, 1 a start, 2 a stop, 0 neither."""
    code = _genetic_code(table)
    kinds = np.array([_STOP if code[codon] == "*" else 0 for codon in CODONS], dtype=np.uint8)
    for codon in _checked_codons(starts):
        if code[codon] == "*":
            raise ValueError(f"{codon} is a stop codon in translation table {table}, not a start")
        kinds[CODONS.index(codon)] = _START
    return kinds


def _checked_codons(codons: Iterable[str]) -> list[str]:
    """The codons in upper case.

    Raises:
        ValueError: a text instead of a list, or something that is no codon.
    """
    if isinstance(codons, str):
        raise ValueError(f'expected a list of codons: write ("{codons}",), not "{codons}"')
    upper = [codon.upper() for codon in codons]
    if wrong := [codon for codon in upper if codon not in CODONS]:
        raise ValueError(f"{wrong[0]!r} is no codon: write three of the letters A, C, G, T")
    return upper


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
        TypeError: `min_length` is not a whole number.
    """
    if operator.index(min_length) < 0:
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
    wanted = {"+": encode("".join(_checked_codons(codons))).reshape(-1, 3)}
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

    Raises:
        ValueError: the interval is not inside the sequence, a letter in it is foreign, or the strand is
            neither "+" nor "-".
    """
    if not 0 <= start <= end <= len(seq):
        raise ValueError(f"{start}..{end} is not inside a sequence of {len(seq)} letters")
    if strand not in ("+", "-"):
        raise ValueError(f'strand must be "+" or "-", not {strand!r}')
    letters = decode(as_tokens(seq[start:end]))
    return letters if strand == "+" else reverse_complement(letters)


def translate(seq: str | Tokens, table: int = 11, to_stop: bool = False) -> str:
    """Amino acids of the codons of `seq`, in one-letter code, "*" for a stop and "X" for unknown.

    Args:
        seq: text or tokens, read from its first letter; one or two letters left over are dropped.
        table: NCBI translation table. A start codon other than ATG is translated as it is written,
            not as the methionine that the ribosome puts there.
        to_stop: end before the first stop codon.

    Raises:
        ValueError: a foreign letter, padding, or no such table.
    """
    _genetic_code(table)
    tokens = as_tokens(seq)
    if (tokens == PAD).any():
        raise ValueError("there is padding in the tokens: cut it off first, tokens[tokens != PAD]")
    letters = decode(tokens)
    whole = letters[: len(letters) // 3 * 3]
    return str(Seq(whole).translate(table=table, to_stop=to_stop))


def gc_content(seq: str | Tokens, window: int | None = None) -> float | npt.NDArray[np.float64]:
    """Share of G and C among the letters that are known; NaN where there are none.

    Args:
        seq: text or tokens (L,).
        window: None for one number; else a value for each consecutive window of that many letters,
            array (L // window,); a shorter rest at the end is dropped.
    """
    gc, at = _counts(seq, window, ((1, 2), (0, 3)))
    return _ratio(gc, gc + at, window)


def gc_skew(seq: str | Tokens, window: int | None = None) -> float | npt.NDArray[np.float64]:
    """(G - C) / (G + C); NaN where there is neither. `window` as in `gc_content`.

    On most bacterial chromosomes the sign changes at the origin and at the terminus of replication
    (Lobry 1996, doi:10.1093/oxfordjournals.molbev.a025626).
    """
    g, c = _counts(seq, window, ((2,), (1,)))
    return _ratio(g - c, g + c, window)


def _counts(seq, window, groups):  # type: ignore[no-untyped-def]
    tokens = as_tokens(seq)
    if window is None:
        rows = tokens[None, :]
    elif window < 1:
        raise ValueError(f"window must be at least 1 letter, not {window}")
    else:
        rows = tokens[: len(tokens) // window * window].reshape(-1, window)
    return [sum((rows == token).sum(axis=1) for token in group) for group in groups]


def _ratio(part, whole, window):  # type: ignore[no-untyped-def]
    ratio = np.full(len(whole), np.nan)
    np.divide(part, whole, out=ratio, where=whole > 0)
    return ratio if window is not None else float(ratio[0])


def codon_counts(seq: str | Tokens) -> npt.NDArray[np.int64]:
    """How often each of the 64 codons (in the order of `CODONS`, AAA to TTT) stands in frame in `seq`.

    Codons with an unknown letter, and one or two letters left over, are not counted. Array (64,).
    """
    tokens = as_tokens(seq).astype(np.int64)
    codons = tokens[: len(tokens) // 3 * 3].reshape(-1, 3)
    codons = codons[(codons < 4).all(axis=1)]
    return np.bincount(codons @ np.array([16, 4, 1]), minlength=64)


def codon_usage(sequences: str | Tokens | Iterable[str | Tokens], table: int = 11) -> pd.DataFrame:
    """How often each codon is used, in one coding sequence or in many together.

    Args:
        sequences: coding sequences, each read in frame from its first letter.
        table: NCBI translation table, for the amino acids.

    Returns:
        A DataFrame indexed by codon (64 rows): `amino_acid`, `count`, `per_thousand` (of all codons)
        and `fraction` (of the codons for the same amino acid; NaN where that amino acid is absent).
    """
    one = isinstance(sequences, str) or (isinstance(sequences, np.ndarray) and sequences.dtype != object)
    counts = sum(map(codon_counts, [sequences] if one else sequences), np.zeros(64, np.int64))  # type: ignore[arg-type, list-item]
    code = _genetic_code(table)
    usage = pd.DataFrame(
        {"amino_acid": [code[codon] for codon in CODONS], "count": counts},
        index=pd.Index(CODONS, name="codon"),
    )
    usage["per_thousand"] = usage["count"] * 1000 / max(int(counts.sum()), 1)
    usage["fraction"] = usage["count"] / usage.groupby("amino_acid")["count"].transform("sum")
    return usage
