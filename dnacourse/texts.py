"""What counts as one sequence, and what as many: decided here, for every function that takes sequences."""

import sys
from collections.abc import Iterable, Mapping, Set
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = list[str | npt.NDArray]

_KINDS_OF_TEXT = "OUST"  # NumPy's: objects, str, bytes, strings of any length


def letters_or_numbers(value: Any) -> str | npt.NDArray | Rows:
    """One sequence of letters, an array of numbers, or many sequences, whatever holds them.

    Args:
        value: one sequence of letters is a str, bytes or bytearray, NumPy's str_ or bytes_, an array of no
            dimension that holds one of them, and Biopython's Seq, MutableSeq and SeqRecord. Many are a list,
            tuple, generator, Series or array (N,) of them, or of token arrays. Numbers are an array or a list
            of whole numbers.

    Returns:
        A str for one sequence of letters; an array for numbers, tokens (L,) or (N, L) say; a list for many.

    Raises:
        ValueError: one of many is missing, or Biopython knows how long a sequence is and not its letters.
        TypeError: none of these: None, a number, a dictionary, a set, a table; or such a thing among many.
    """
    if type(value) is str or (type(value) is list and are_texts(value)):
        return value
    if isinstance(value, np.ndarray) and value.ndim and value.dtype.kind not in _KINDS_OF_TEXT:
        return value
    text = one_text(value)
    if text is not None:
        return text
    _refuse_what_is_no_list(value)
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        if array.ndim and array.dtype.kind not in _KINDS_OF_TEXT:
            return array
        value = array if array.ndim == 1 else value
    if not isinstance(value, Iterable) or getattr(value, "ndim", 1) != 1:
        raise TypeError(f"expected one sequence or many, and this is {_in_words(value)}")
    rows = list(value)
    if are_texts(rows):
        return rows
    if rows and all(isinstance(row, int | np.integer) and not isinstance(row, bool) for row in rows):
        return np.array(rows)
    return [_row(one, row) for row, one in enumerate(rows)]


def many(sequences: Any) -> Rows | npt.NDArray:
    """Many sequences: a list of str and token arrays (L_i,), or one array of tokens (N, L).

    Raises:
        ValueError: a sequence is missing, or an array has more than two dimensions.
        TypeError: a single sequence in place of many, or neither; see `letters_or_numbers`.
    """
    found = letters_or_numbers(sequences)
    if isinstance(found, str) or (found is not None and getattr(found, "ndim", 2) == 1 and len(found)):
        raise TypeError("expected many sequences, not one: write [sequence] for a single one")
    if isinstance(found, np.ndarray) and found.ndim == 1:
        return []
    if isinstance(found, np.ndarray) and found.ndim != 2:
        raise ValueError(f"expected many sequences, tokens (N, L), not {found.shape}")
    return found


def one_text(value: Any) -> str | None:
    """The letters of one sequence, or None if `value` is anything else; what counts says `letters_or_numbers`.

    Raises:
        ValueError: Biopython knows how long the sequence is, and not its letters.
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bytes | bytearray):
        return value.decode("latin-1")
    if isinstance(value, np.ndarray) and value.ndim == 0 and value.dtype.kind in _KINDS_OF_TEXT:
        return one_text(value.item())
    return _biopython_text(value)


def are_texts(rows: list) -> bool:
    """Whether each of a list, at least one, is a str; in a way that takes no time for a million of them."""
    return {*map(type, rows)} == {str}


def _biopython_text(value: Any) -> str | None:
    """The letters, if it is one of Biopython's; where nobody has imported Biopython, none can be."""
    records, sequences = sys.modules.get("Bio.SeqRecord"), sys.modules.get("Bio.Seq")
    if records and isinstance(value, records.SeqRecord):
        value = value.seq
    if not sequences or not isinstance(value, sequences.Seq | sequences.MutableSeq):
        return None
    try:
        return bytes(value).decode("latin-1")
    except sequences.UndefinedSequenceError:
        raise ValueError(
            f"of this sequence only its length is known, {len(value):,}, and no letters"
        ) from None


def _refuse_what_is_no_list(value: Any) -> None:
    if isinstance(value, Mapping):
        raise TypeError("sequences in a dictionary have names: give its values, list(sequences.values())")
    if isinstance(value, Set):
        raise TypeError("sequences in a set have no order: give a list")
    if hasattr(value, "columns"):
        raise TypeError('a table is no list of sequences: give one of its columns, table["sequence"] say')


def _row(one: Any, row: int) -> str | npt.NDArray:
    """One of many: letters, or numbers as an array."""
    text = one_text(one)
    if text is not None:
        return text
    if _is_missing(one):
        raise ValueError(f"sequence {row} is missing ({one}): leave the row out")
    if isinstance(one, list | tuple) or hasattr(one, "__array__"):
        array = np.asarray(one)
        if array.ndim and array.dtype.kind not in _KINDS_OF_TEXT:
            return array
    raise TypeError(f"sequence {row} is {_in_words(one)}, and neither letters nor tokens")


def _is_missing(one: Any) -> bool:
    return (
        one is None or type(one).__name__ in ("NAType", "NaTType") or (isinstance(one, float) and one != one)
    )


def _in_words(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, int | float | complex | np.generic):
        return f"a number ({value})"
    return f"a {type(value).__name__}" + (f" of shape {value.shape}" if hasattr(value, "shape") else "")
