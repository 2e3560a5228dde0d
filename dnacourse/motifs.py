"""Position weight matrices: from sites, from JASPAR, as log-odds, and run along sequences.

A matrix is (4, w), its rows in the order A, C, G, T, its columns the positions of the motif.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from dnacourse.jaspar_releases import RELEASE, found_in_jaspar
from dnacourse.matrices import (
    Matrix,
    are_many,
    are_probabilities,
    checked_background,
    checked_matrices,
    checked_matrix,
    shares_of_letters,
)
from dnacourse.motif_scan import best_scores, scores
from dnacourse.sequence import (
    LETTERS,
    Tokens,
    as_tokens,
    checked_tokens,
    many_tokens,
    one_hot,
    reverse_complement,
)
from dnacourse.texts import letters_or_numbers

EVEN = (0.25, 0.25, 0.25, 0.25)


@dataclass(frozen=True)
class Motif:
    """A motif: how often each letter stands at each of its positions, `counts` (4, w).

    Raises:
        ValueError: counts are not (4, w), below 0, or all 0 at a position.
        TypeError: counts are no numbers.
    """

    name: str
    identifier: str
    counts: Matrix

    def __post_init__(self) -> None:
        shares_of_letters(self.counts)

    def __repr__(self) -> str:
        return f"Motif({self.name}, {self.identifier}, {consensus(self.counts)})"


def matrix_from_sites(sites: Any, pseudocount: float = 1.0, background: npt.ArrayLike = EVEN) -> Matrix:
    """Probabilities of the letters at each position of aligned sites.

    Args:
        sites: (n, w), one row a site, or n texts; unknown letters are not counted.
        pseudocount: sites' worth of background added to each column, so that no probability is 0.
        background: probabilities of A, C, G, T elsewhere, (4,).

    Returns:
        (4, w); columns sum to 1.

    Raises:
        ValueError: not (n, w), or nothing to count in a column and no pseudocount.
        TypeError: neither letters nor tokens.
    """
    rows = _one_or_many(sites)
    if rows.ndim != 2:
        raise ValueError(f"expected sites (n, w), not {rows.shape}")
    return probabilities(one_hot(rows).sum(axis=0, dtype=np.float64), pseudocount, background)


def probabilities(
    counts: npt.ArrayLike, pseudocount: float = 1.0, background: npt.ArrayLike = EVEN
) -> Matrix:
    """Counts (4, w) as probabilities (4, w); pseudocount and background as in `matrix_from_sites`.

    Raises:
        ValueError: not (4, w), numbers below 0, probabilities already (with a pseudocount, the default, they would
            be taken for a single site), nothing counted at a position and no pseudocount.
        TypeError: no numbers.
    """
    table, letters = checked_matrix(counts, "counts"), checked_background(background)
    if not 0 <= pseudocount < np.inf:
        raise ValueError(f"the pseudocount must be a number from 0 on, not {pseudocount}")
    if pseudocount and are_probabilities(table):
        raise ValueError(
            "these are probabilities already, their columns sum to 1: leave this step out, or give counts, "
            "matrix * n of n sites, to add a pseudocount"
        )
    total = table.sum(axis=0) + pseudocount
    if (total <= 0).any():
        raise ValueError(f"nothing was counted at position {int(np.argmin(total))}: give a pseudocount")
    return (table + pseudocount * letters[:, None]) / total


def log_odds(matrix: npt.ArrayLike, background: npt.ArrayLike = EVEN) -> Matrix:
    """log2 of probability over background, in bits: what a letter adds to the score of a site.

    Args:
        matrix: probabilities (4, w).
        background: probabilities of A, C, G, T elsewhere, (4,).

    Returns:
        (4, w).

    Raises:
        ValueError: not (4, w), columns do not sum to 1 (counts, perhaps), or a probability is 0.
        TypeError: no numbers.
    """
    table = checked_matrix(matrix, "probabilities")
    if table.min() <= 0:
        raise ValueError("a probability is 0, its log-odds minus infinity: give a pseudocount")
    return np.log2(table / checked_background(background)[:, None])


def information(matrix: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Bits of information at each position, (w,): 2 where one letter is certain, 0 where all are alike.

    Args:
        matrix: counts or probabilities (4, w).

    Raises:
        ValueError: not (4, w), a column of zeros, or numbers below 0 (log-odds, perhaps).
        TypeError: no numbers.
    """
    table = shares_of_letters(matrix)
    logs = np.log2(table, out=np.zeros_like(table), where=table > 0)
    return 2 + (table * logs).sum(axis=0)


def reverse_complement_matrix(matrix: npt.ArrayLike) -> Matrix:
    """The matrix (4, w) of the same motif on the other strand, (4, w), whatever its numbers are.

    Raises:
        ValueError: not (4, w), or a number is not finite.
        TypeError: no numbers.
    """
    return checked_matrix(matrix)[::-1, ::-1]


def consensus(matrix: npt.ArrayLike) -> str:
    """The likeliest letter at each position, in lower case where it has less than half of the weight.

    Args:
        matrix: counts or probabilities (4, w); w letters come back. Of letters that are alike, the first.

    Raises:
        ValueError: not (4, w), a column of zeros, or numbers below 0 (log-odds, perhaps).
        TypeError: no numbers.
    """
    table = shares_of_letters(matrix)
    letters = [LETTERS[i] for i in table.argmax(axis=0)]
    return "".join(
        x if share >= 0.5 else x.lower() for x, share in zip(letters, table.max(axis=0), strict=True)
    )


def scan(tokens: Any, weights: npt.ArrayLike, both_strands: bool = True) -> npt.NDArray[np.float32]:
    """The score of a motif at every position.

    A score is a sum of float32 numbers, of words of up to six letters first and then of the words: with w columns
    it may differ from the exact sum by w times 6e-8 of the sum of the columns' largest weights.

    Args:
        tokens: (N, L) or (L,), or texts. Where the motif would lie on an unknown letter or padding, the score is
            minus infinity.
        weights: (4, w), log-odds or a kernel of a network.
        both_strands: at each position the higher of the two strands' scores.

    Returns:
        (N, L - w + 1) or (L - w + 1,), float32; position i is where the motif's left end lies.

    Raises:
        ValueError: the sequence is shorter than the motif, a token lies outside 0..5, or the weights are not
            (4, w), not finite, or counts or probabilities (see `matrices.checked_matrix`).
        TypeError: neither letters nor tokens, or no numbers for weights.
    """
    table = checked_matrix(weights, "weights").astype(np.float32)
    rows = _one_or_many(tokens)
    _refuse_short(rows, table.shape[1])
    found = scores(np.atleast_2d(rows), table, both_strands)
    return found if rows.ndim == 2 else found[0]


def best_hit(
    tokens: Any, weights: npt.ArrayLike | Sequence[npt.ArrayLike], both_strands: bool = True
) -> npt.NDArray[np.float32]:
    """The highest score in each sequence: the classical one-motif classifier, or many of them at once.

    It is the maximum of `scan`, to the last bit, without a table of all scores. Many motifs at once take a fraction
    of the time that they take one by one.

    Args:
        tokens: (N, L), or texts; one sequence (L,) counts as N = 1.
        weights: (4, w); or many motifs, a list of (4, w_i) or an array (motifs, 4, w).
        both_strands: the higher of the two strands' scores.

    Returns:
        (N,), float32; (N, motifs) for many.

    Raises:
        ValueError: as for `scan`; of many motifs, the one that is wrong is named. Or no motif.
        TypeError: as for `scan`.
    """
    rows, many = np.atleast_2d(_one_or_many(tokens)), are_many(weights)
    tables = checked_matrices(weights, "weights") if many else [checked_matrix(weights, "weights")]
    _refuse_short(rows, max(table.shape[1] for table in tables))
    best = best_scores(rows, [table.astype(np.float32) for table in tables], both_strands)
    return best if many else best[:, 0]


class BestPlaces(NamedTuple):
    """Where in each sequence a motif fits best.

    Attributes:
        tokens: (N, L), each sequence on the strand on which the motif is.
        starts: (N,), where it begins on that strand; the first place of equal ones, the given strand first.
        scores: (N,), float32, as `best_hit` gives them but for rounding.
    """

    tokens: Tokens
    starts: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]


def best_places(tokens: Any, weights: npt.ArrayLike) -> BestPlaces:
    """The best place of a motif in each sequence, on either strand, with the sequences turned to that strand.

    Args:
        tokens: (N, L), or texts; one sequence (L,) counts as N = 1.
        weights: (4, w), log-odds or a kernel of a network.

    Raises:
        ValueError: as for `scan`.
        TypeError: as for `scan`.
    """
    rows = np.atleast_2d(_one_or_many(tokens))
    strands = np.stack([rows, reverse_complement(rows)])
    found = np.stack([scan(one, weights, both_strands=False) for one in strands])  # (2, N, places)
    better, each = found.max(axis=2).argmax(axis=0), np.arange(len(rows))
    answers = found[better, each]
    return BestPlaces(strands[better, each], answers.argmax(axis=1), answers.max(axis=1))


def _refuse_short(rows: Tokens, width: int) -> None:
    if rows.shape[-1] < width:
        raise ValueError(f"the sequences have {rows.shape[-1]} letters, the motif has {width}")


def _one_or_many(sequences: Any) -> Tokens:
    """Tokens (L,) of one sequence or (N, L) of many, from letters or from tokens, checked."""
    found = letters_or_numbers(sequences)
    if isinstance(found, str):
        return as_tokens(found)
    rows = checked_tokens(found) if isinstance(found, np.ndarray) else many_tokens(found)
    if isinstance(rows, list):
        lengths = [len(row) for row in rows] or [0]
        if min(lengths) < max(lengths):
            raise ValueError(
                f"the sequences have {min(lengths)} to {max(lengths)} letters: pad them to one length first"
            )
        rows = np.array(rows, dtype=np.uint8).reshape(len(rows), max(lengths))
    if rows.ndim not in (1, 2):
        raise ValueError(f"expected tokens (L,) or (N, L), not {rows.shape}")
    return np.ascontiguousarray(rows)


def jaspar(name: str, release: str = RELEASE) -> Motif:
    """A motif from JASPAR by its identifier (MA0139, MA0139.2) or by the name of the protein (CTCF).

    Args:
        name: identifier, with or without a version, or name. Of several versions the newest is given, of
            several motifs of one protein the one with the lowest number, the first that JASPAR had. Names in
            the same capitals come first (VSX2 is human, Vsx2 a fly's); where there are none, capitals do not
            count.
        release: of JASPAR, as pyjaspar names them.

    Returns:
        The motif, its counts (4, w).

    Raises:
        KeyError: no such identifier (the versions that there are are listed), no such name (names that contain
            the text are listed), or no such release.
        TypeError: the name is no text.
    """
    return motif_of(found_in_jaspar(name, release))


def motif_of(found: Any) -> Motif:
    """What pyjaspar found as a `Motif`, its counts (4, w)."""
    counts = np.array([found.counts[letter] for letter in LETTERS], dtype=np.float64)
    return Motif(found.name, found.matrix_id, counts)
