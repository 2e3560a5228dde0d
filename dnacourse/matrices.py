"""What a matrix of a motif is: counts, probabilities or weights, looked at in one place.

A matrix is (4, w), its rows in the order A, C, G, T, its columns the positions of the motif.
"""

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from dnacourse.sequence import LETTERS

Matrix = npt.NDArray[np.float64]
Meaning = Literal["numbers", "counts", "probabilities", "weights"]

_TURNED = "this matrix lies on its side, letters along its columns: give its transpose, matrix.T"
_HIGHEST_SUM = float(np.finfo(np.float32).max) / 2


def checked_matrix(matrix: Any, meaning: Meaning = "numbers") -> Matrix:
    """A matrix as float64, after a look at whether it is what it is meant to be: what every function that takes one calls.

    Args:
        matrix: (4, w).
        meaning: "numbers" may be any; "counts" are from 0 on, and whatever is in proportion to them is taken, too;
            "probabilities" are from 0 on and sum to 1 in each column; "weights" are added up to a score. Weights
            may be any numbers, those of a network's kernel too. So only what can hardly be meant is refused: no
            number is negative, not all are 0 or 1 (a word, letter for letter), and either the columns have one
            sum, as probabilities and counts have, or the numbers are whole, several in a column, as counts are.

    Returns:
        (4, w), float64.

    Raises:
        TypeError: no numbers.
        ValueError: another shape; NaN or infinity; not what is meant. It says what to do about it.
    """
    table = _numbers(matrix)
    if table.ndim != 2 or table.shape[0] != len(LETTERS) or not table.shape[1]:
        turned = f": {_TURNED}" if table.ndim == 2 and table.shape[1] == len(LETTERS) else ""
        raise ValueError(f"expected a matrix (4, w), rows A, C, G, T, not {table.shape}{turned}")
    _refuse_what_is_not_finite(table)
    if meaning in ("counts", "probabilities"):
        _refuse_negative(table)
        _refuse_a_square_on_its_side(table)
    if meaning == "probabilities":
        _refuse_other_sums(table)
    if meaning == "weights":
        _refuse_counts_and_probabilities(table)
    return table


def checked_matrices(matrices: Any, meaning: Meaning = "numbers") -> list[Matrix]:
    """Many matrices, each (4, w_i), as float64: `checked_matrix` of each, and an error says which it is.

    Args:
        matrices: a list of them, an array (matrices, 4, w), or a dictionary of them by their names.
        meaning: as for `checked_matrix`.
    """
    names = matrices.items() if isinstance(matrices, Mapping) else enumerate(matrices)
    return [_named(name, one, meaning) for name, one in names]


def are_many(matrices: Any) -> bool:
    """Whether these are many matrices (4, w_i), in a list or an array (matrices, 4, w), and not a single one.

    Raises:
        ValueError: an empty list.
    """
    if not isinstance(matrices, list | tuple):
        return np.ndim(matrices) == 3
    if not matrices:
        raise ValueError("there is no matrix in this list")
    first = matrices[0]
    return np.ndim(first[0]) == 1 if isinstance(first, list | tuple) and first else np.ndim(first) == 2


def shares_of_letters(matrix: Any) -> Matrix:
    """Counts or probabilities (4, w) as shares (4, w) that sum to 1 in each column; nothing is added to them.

    Raises:
        ValueError: a column of zeros, and what `checked_matrix` refuses.
    """
    table = checked_matrix(matrix, "counts")
    total = table.sum(axis=0)
    if (total == 0).any():
        raise ValueError(f"nothing was counted at position {int(np.argmin(total))}: leave the position out")
    return table / total


def are_probabilities(table: Matrix) -> bool:
    """Whether the columns of a matrix (4, w) sum to 1 and are not the counts of a single site."""
    return bool(_sum_to_one(table).all() and (table >= 0).all() and not _are_whole(table))


def checked_background(background: Any) -> npt.NDArray[np.float64]:
    """Probabilities of A, C, G, T elsewhere, (4,), as float64.

    Raises:
        TypeError: no numbers.
        ValueError: not four, not above 0, or not 1 in sum.
    """
    letters = _numbers(background, "four probabilities")
    if letters.shape != (len(LETTERS),) or not np.isclose(letters.sum(), 1) or letters.min() <= 0:
        raise ValueError(f"background must be four probabilities above 0 that sum to 1, not {letters}")
    return letters


def _named(name: Any, matrix: Any, meaning: Meaning) -> Matrix:
    try:
        return checked_matrix(matrix, meaning)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"matrix {name!r}: {error}") from None


def _numbers(given: Any, expected: str = "a matrix of numbers (4, w)") -> npt.NDArray[np.float64]:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        counts = ": give its counts" if hasattr(given, "counts") else ""
        raise TypeError(
            f"expected {expected}, rows A, C, G, T, and no {type(given).__name__} {given!r:.60}{counts}"
        ) from None


def _refuse_what_is_not_finite(table: Matrix) -> None:
    places = np.argwhere(~np.isfinite(table))
    if not len(places):
        return
    row, column = places[0]
    what = f"{table[row, column]} for {LETTERS[row]} at position {column}"
    if np.isneginf(table[row, column]):
        raise ValueError(f"{what}: the logarithm of a probability of 0, perhaps? give a pseudocount")
    raise ValueError(f"{what}: every number of a matrix must be finite")


def _refuse_negative(table: Matrix) -> None:
    if (table < 0).any():
        row, column = np.argwhere(table < 0)[0]
        raise ValueError(
            f"{table[row, column]:g} for {LETTERS[row]} at position {column}: counts and probabilities are numbers "
            "from 0 on; are these log-odds already?"
        )


def _refuse_a_square_on_its_side(table: Matrix) -> None:
    """Four rows and four columns: only the sums can tell, alike in columns of counts and of probabilities."""
    columns, rows = table.sum(axis=0), table.sum(axis=1)
    if table.shape == (4, 4) and _are_alike(rows) and not _are_alike(columns):
        raise ValueError(f"the four rows sum to {rows[0]:g} each, and the columns do not: {_TURNED}")


def _refuse_other_sums(table: Matrix) -> None:
    right = _sum_to_one(table)
    if not right.all():
        column = int(np.argmin(right))
        raise ValueError(
            f"the columns do not sum to 1: position {column} has {table[:, column].sum():g}. "
            "If these are counts, call probabilities(counts) first"
        )


def _refuse_counts_and_probabilities(table: Matrix) -> None:
    if np.abs(table).max(axis=0).sum() > _HIGHEST_SUM:
        raise ValueError("scores are float32, and the sum of these weights does not fit: make them smaller")
    if (table < 0).any() or np.isin(table, (0, 1)).all():
        return
    if _sum_to_one(table).all():
        raise ValueError(
            "these are probabilities, and scores are added up: give log_odds(matrix). "
            "(To add up probabilities none the less, give matrix - 0.25, which takes w / 4 from each score)"
        )
    several = (table > 0).sum(axis=0).max() > 1
    one_sum = table.shape[1] > 1 and _are_alike(table.sum(axis=0)) and table.max() > 1
    if several and (_are_whole(table) or one_sum):
        raise ValueError("these are counts, and scores are added up: give log_odds(probabilities(counts))")


def _sum_to_one(table: Matrix) -> npt.NDArray[np.bool_]:
    """(w,), for each column."""
    return np.isclose(table.sum(axis=0), 1)


def _are_alike(sums: npt.NDArray[np.float64]) -> bool:
    return bool(np.allclose(sums, sums[0]))


def _are_whole(table: Matrix) -> bool:
    return bool((table == np.round(table)).all())
