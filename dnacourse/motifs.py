"""Position weight matrices: from sites, from JASPAR, as log-odds, and run along sequences.

A matrix is (4, w), its rows in the order A, C, G, T, its columns the positions of the motif.
"""

import warnings
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt
from Bio import BiopythonWarning

from dnacourse.sequence import LETTERS, Tokens, as_tokens, checked_tokens, one_hot

Matrix = npt.NDArray[np.float64]
EVEN = (0.25, 0.25, 0.25, 0.25)
RELEASE = "JASPAR2024"


@dataclass(frozen=True)
class Motif:
    """A motif: how often each letter stands at each of its positions."""

    name: str
    identifier: str
    counts: Matrix

    def __repr__(self) -> str:
        return f"Motif({self.name}, {self.identifier}, {consensus(self.counts)})"


def matrix_from_sites(sites: Tokens, pseudocount: float = 1.0, background: npt.ArrayLike = EVEN) -> Matrix:
    """Probabilities of the letters at each position of aligned sites.

    Args:
        sites: (n, w), one row a site; unknown letters are not counted.
        pseudocount: sites' worth of background added to each column, so that no probability is 0.
        background: probabilities of A, C, G, T elsewhere, (4,).

    Returns:
        (4, w); columns sum to 1.

    Raises:
        ValueError: not (n, w), or nothing to count in a column and no pseudocount.
    """
    if np.ndim(sites) != 2:
        raise ValueError(f"expected sites (n, w), not {np.shape(sites)}")
    sites = np.asarray(sites)
    return probabilities(one_hot(sites).sum(axis=0, dtype=np.float64), pseudocount, background)


def probabilities(
    counts: npt.ArrayLike, pseudocount: float = 1.0, background: npt.ArrayLike = EVEN
) -> Matrix:
    """Counts (4, w) as probabilities; arguments and errors as in `matrix_from_sites`."""
    table, letters = _checked(counts), _background(background)
    if not (table >= 0).all() or not pseudocount >= 0:
        raise ValueError("counts and the pseudocount must be numbers from 0 on: are these log-odds already?")
    total = table.sum(axis=0) + pseudocount
    if (total <= 0).any():
        raise ValueError(f"nothing was counted at position {int(np.argmin(total))}: give a pseudocount")
    return (table + pseudocount * letters[:, None]) / total


def log_odds(matrix: npt.ArrayLike, background: npt.ArrayLike = EVEN) -> Matrix:
    """log2 of probability over background, in bits: what a letter adds to the score of a site.

    Raises:
        ValueError: columns do not sum to 1 (counts, perhaps), or a probability is 0.
    """
    table = _checked(matrix)
    if not np.allclose(table.sum(axis=0), 1):
        raise ValueError("the columns do not sum to 1: call probabilities(counts) first")
    if table.min() <= 0:
        raise ValueError("a probability is 0, its log-odds minus infinity: give a pseudocount")
    return np.log2(table / _background(background)[:, None])


def information(matrix: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Bits of information at each position, (w,): 2 where one letter is certain, 0 where all are alike."""
    table = _checked(matrix)
    table = table / table.sum(axis=0)
    logs = np.log2(table, out=np.zeros_like(table), where=table > 0)
    return 2 + (table * logs).sum(axis=0)


def reverse_complement_matrix(matrix: npt.ArrayLike) -> Matrix:
    """The matrix of the same motif on the other strand."""
    return _checked(matrix)[::-1, ::-1]


def consensus(matrix: npt.ArrayLike) -> str:
    """The likeliest letter at each position, in lower case where it has less than half of the weight."""
    table = _checked(matrix)
    shares = table.max(axis=0) / table.sum(axis=0)
    letters = [LETTERS[i] for i in table.argmax(axis=0)]
    return "".join(x if share >= 0.5 else x.lower() for x, share in zip(letters, shares, strict=True))


def scan(tokens: Tokens, weights: npt.ArrayLike, both_strands: bool = True) -> npt.NDArray[np.float32]:
    """The score of a motif at every position.

    Args:
        tokens: (N, L) or (L,). Where the motif would lie on an unknown letter or padding, the score is
            minus infinity.
        weights: log-odds (4, w).
        both_strands: at each position the higher of the two strands' scores.

    Returns:
        (N, L - w + 1) or (L - w + 1,), float32; position i is where the motif's left end lies.

    Raises:
        ValueError: the sequence is shorter than the motif, or a token lies outside 0..5.
    """
    table = _checked(weights).astype(np.float32)
    checked = as_tokens(tokens) if isinstance(tokens, str) else checked_tokens(tokens)
    if checked.ndim not in (1, 2):
        raise ValueError(f"expected tokens (L,) or (N, L), not {checked.shape}")
    rows = np.ascontiguousarray(np.atleast_2d(checked))
    if rows.shape[1] < table.shape[1]:
        raise ValueError(f"the sequences have {rows.shape[1]} letters, the motif has {table.shape[1]}")
    scores = _scan(rows, _by_position(table))
    if both_strands:
        np.maximum(scores, _scan(rows, _by_position(table[::-1, ::-1])), out=scores)
    result: npt.NDArray[np.float32] = scores if checked.ndim == 2 else scores[0]
    return result


def best_hit(tokens: Tokens, weights: npt.ArrayLike, both_strands: bool = True) -> npt.NDArray[np.float32]:
    """The highest score in each sequence, (N,): the classical one-motif classifier. Arguments as in `scan`."""
    best: npt.NDArray[np.float32] = np.atleast_2d(scan(tokens, weights, both_strands)).max(axis=1)
    return best


def jaspar(name: str, release: str = RELEASE) -> Motif:
    """A motif from JASPAR by its identifier (MA0139, MA0139.2) or by the name of the protein (CTCF).

    Args:
        name: identifier, with or without a version, or name. Of several versions the newest is given, of
            several motifs of one protein the one with the lowest number, the first that JASPAR had. Names in
            the same capitals come first (VSX2 is human, Vsx2 a fly's); where there are none, capitals do not
            count.
        release: of JASPAR, as pyjaspar names them.

    Raises:
        KeyError: no such motif (names that contain the text are listed), or no such release.
    """
    from pyjaspar import jaspar_releases, jaspardb

    if release not in jaspar_releases:
        raise KeyError(f"no release {release!r} of JASPAR here; there are {', '.join(jaspar_releases)}")
    if not name:
        raise KeyError("no name and no identifier of a motif was given")
    database = jaspardb(release=release)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BiopythonWarning)  # "zero motifs": said below, and in better words
        if name.upper().startswith(("MA", "UN")) and name[2:3].isdigit():
            found = database.fetch_motif_by_id(name.upper())
        else:
            motifs = database.fetch_motifs_by_name(name) or []
            motifs = [motif for motif in motifs if motif.name == name] or motifs
            first = min((motif.base_id for motif in motifs), default="")
            of_first = [motif for motif in motifs if motif.base_id == first]
            found = max(of_first, key=lambda motif: int(motif.version), default=None)
        if found is None:
            every = database.fetch_motifs(collection="CORE")
            near = sorted({motif.name for motif in every if name.lower() in motif.name.lower()})
            raise KeyError(f"no motif {name!r} in {release}; similar names: {', '.join(near[:10]) or 'none'}")
    counts = np.array([found.counts[letter] for letter in LETTERS], dtype=np.float64)
    return Motif(found.name, found.matrix_id, counts)


def _checked(matrix: npt.ArrayLike) -> Matrix:
    table = np.asarray(matrix, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] != len(LETTERS) or not table.shape[1]:
        raise ValueError(f"expected a matrix (4, w), rows A, C, G, T, not {table.shape}")
    return table


def _background(background: npt.ArrayLike) -> npt.NDArray[np.float64]:
    letters = np.asarray(background, dtype=np.float64)
    if letters.shape != (len(LETTERS),) or not np.isclose(letters.sum(), 1) or letters.min() <= 0:
        raise ValueError(f"background must be four probabilities above 0 that sum to 1, not {letters}")
    return letters


def _by_position(table: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """(w, 6): a row a position, with minus infinity for the tokens of unknown letters and padding."""
    never = np.full((table.shape[1], 2), -np.inf, dtype=np.float32)
    return np.ascontiguousarray(np.hstack([table.T, never]))


@numba.njit(cache=True)
def _scan(rows, weights):  # type: ignore[no-untyped-def]
    width = len(weights)
    scores = np.zeros((rows.shape[0], rows.shape[1] - width + 1), np.float32)
    for i in range(rows.shape[0]):
        for j in range(width):
            row, column = rows[i, j:], weights[j]
            for position in range(scores.shape[1]):
                scores[i, position] += column[row[position]]
    return scores
