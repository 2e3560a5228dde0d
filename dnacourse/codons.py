"""Codons and the amino acids they stand for."""

from collections.abc import Iterable
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
from Bio.Data import CodonTable
from Bio.Seq import Seq

from dnacourse.sequence import PAD, Tokens, as_tokens, decode, many_tokens
from dnacourse.texts import letters_or_numbers, one_text

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


def checked_codons(codons: Iterable[str]) -> list[str]:
    """The codons in upper case.

    Raises:
        ValueError: a text instead of a list, or something that is no codon.
    """
    if (text := one_text(codons)) is not None or not isinstance(codons, Iterable):
        codon = codons if text is None else text
        raise ValueError(f'expected a list of codons: write ("{codon}",), not "{codon}"')
    upper = [str(codon).upper() for codon in codons]
    if wrong := [codon for codon in upper if codon not in CODONS]:
        raise ValueError(f"{wrong[0]!r} is no codon: write three of the letters A, C, G, T")
    return upper


def translate(seq: str | Tokens, table: int = 11, to_stop: bool = False) -> str:
    """Amino acids of the codons of `seq`, in one-letter code, "*" for a stop and "X" for unknown.

    Args:
        seq: text or tokens (L,), read from its first letter; one or two letters left over are dropped.
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


def codon_counts(seq: str | Tokens) -> npt.NDArray[np.int64]:
    """How often each of the 64 codons (in the order of `CODONS`, AAA to TTT) stands in frame in `seq`.

    Codons with an unknown letter, and one or two letters left over, are not counted.

    Args:
        seq: text or tokens (L,), read from its first letter.

    Returns:
        int64 (64,).

    Raises:
        ValueError: a foreign letter, an array that is not (L,), or padding before a letter.
    """
    tokens = as_tokens(seq).astype(np.int64)
    if (np.diff((tokens == PAD).astype(np.int8)) < 0).any():
        raise ValueError("padding before a letter shifts the frame: cut it off first, tokens[tokens != PAD]")
    codons = tokens[: len(tokens) // 3 * 3].reshape(-1, 3)
    codons = codons[(codons < 4).all(axis=1)]
    return np.bincount(codons @ np.array([16, 4, 1]), minlength=64)


def codon_usage(sequences: str | Tokens | Iterable[str | Tokens], table: int = 11) -> pd.DataFrame:
    """How often each codon is used, in one coding sequence or in many together.

    Args:
        sequences: one coding sequence, text or tokens (L,); or many, also as tokens (N, L). Each is read in
            frame from its first letter.
        table: NCBI translation table, for the amino acids.

    Returns:
        A DataFrame indexed by codon (64 rows): `amino_acid`, `count`, `per_thousand` (of all codons)
        and `fraction` (of the codons for the same amino acid; NaN where that amino acid is absent).

    Raises:
        ValueError: a foreign letter, a sequence that is missing, or no such table.
    """
    found = letters_or_numbers(sequences)
    one = isinstance(found, str) or (isinstance(found, np.ndarray) and found.ndim == 1)
    counts = sum(map(codon_counts, [as_tokens(found)] if one else many_tokens(found)), np.zeros(64, np.int64))
    code = _genetic_code(table)
    usage = pd.DataFrame(
        {"amino_acid": [code[codon] for codon in CODONS], "count": counts},
        index=pd.Index(CODONS, name="codon"),
    )
    usage["per_thousand"] = usage["count"] * 1000 / max(int(counts.sum()), 1)
    usage["fraction"] = usage["count"] / usage.groupby("amino_acid")["count"].transform("sum")
    return usage
