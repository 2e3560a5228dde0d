"""DNA letters, tokens and one-hot planes, and the ways between them.

A token is a uint8: A, C, G, T are 0, 1, 2, 3; every other IUPAC letter is 4 (`UNKNOWN`) and padding
is 5 (`PAD`). A one-hot array has its four channels in the order A, C, G, T; 4 and 5 are four zeros.
The numbers are those of `alphabets.DNA`; RNA and proteins are beside it.
"""

from collections.abc import Sequence
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from dnacourse.alphabets import DNA, RNA, ForeignLetter, Tokens
from dnacourse.texts import letters_or_numbers, many

LETTERS, UNKNOWN, PAD = DNA.letters, DNA.unknown, DNA.pad


def encode(seq: Any, rna: bool = False) -> Tokens:
    """Turn letters into tokens.

    Args:
        seq: the letters, upper or lower case, of one sequence; or N sequences of one length L. One is a str,
            bytes, or what NumPy and Biopython have for it (Seq, SeqRecord); N are a list, a column of a table,
            an array of strings.
        rna: read U as T. Without it a U is an error.

    Returns:
        uint8 array (L,), or (N, L) for a list: A, C, G, T = 0..3, any other IUPAC code = 4.

    Raises:
        ValueError: a letter is none of these (it is named, with its position), one of N sequences is missing,
            or they differ in length.
        TypeError: no letters: numbers, None, a dictionary, a table.
    """
    try:
        return (RNA if rna else DNA).encode(seq)
    except ForeignLetter as error:
        raise _rna_offered(error) from None


def _rna_offered(error: ForeignLetter) -> ForeignLetter:
    """The error about a U with what the functions that can read it have for it."""
    if error.letter not in ("U", "u"):
        return error
    return ForeignLetter(f"{error}, or pass rna=True to read U as T", error.letter, error.place)


def as_tokens(seq: Any) -> Tokens:
    """Tokens (L,) of one sequence from letters or from tokens, checked: what every function that takes either calls.

    Args:
        seq: letters as in `encode`, or tokens (L,).

    Raises:
        ValueError: a foreign letter, a token above 5, or an array that is not 1-D.
        TypeError: many sequences, neither letters nor tokens, or an array whose dtype is not an integer (a
            one-hot array, most often).
    """
    found = letters_or_numbers(seq)
    if isinstance(found, str):
        return DNA.encode(found)
    if isinstance(found, list) and found:
        raise TypeError(f"expected one sequence, and these are {len(found)}: take one after the other")
    tokens = DNA.check(found)  # type: ignore[arg-type]
    if tokens.ndim != 1:
        raise ValueError(f"expected one sequence, tokens of shape (L,), not {tokens.shape}")
    return tokens


def many_tokens(sequences: Any) -> Tokens | list[Tokens]:
    """Tokens of many sequences from letters or from tokens, checked: what every function that takes many calls.

    Args:
        sequences: N of what `as_tokens` takes, or one array of tokens (N, L).

    Returns:
        One array (N, L) where the letters or tokens came so, or the texts have one length; else N of (L_i,).

    Raises:
        ValueError: a sequence is missing or has a foreign letter or token; it is named.
        TypeError: a single sequence in place of many, or neither.
    """
    found = many(sequences)
    if isinstance(found, np.ndarray):
        return DNA.check(found)
    if found and all(isinstance(one, str) for one in found) and len(set(map(len, found))) == 1:
        return DNA.encode(found)
    return [_named(row, one) for row, one in enumerate(found)]


def _named(row: int, one: str | npt.NDArray) -> Tokens:
    try:
        return as_tokens(one)
    except (ValueError, TypeError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"sequence {row}: {error}") from None


def checked_tokens(tokens: npt.ArrayLike) -> Tokens:
    """Tokens of any shape as uint8 of that shape, (L,) or (N, L) say, after a look at their values.

    Raises:
        ValueError: a value outside 0..5, named with its place.
        TypeError: a dtype that is not an integer.
    """
    return DNA.check(tokens)


def decode(tokens: npt.ArrayLike) -> str:
    """Turn tokens (L,) back into upper-case letters; 4 becomes N and 5, padding, a dash.

    Raises:
        ValueError: the array is not 1-D or holds a value outside 0..5.
        TypeError: a dtype that is not an integer.
    """
    return DNA.decode(tokens)


def one_hot(tokens: npt.ArrayLike) -> Tokens:
    """Four planes of zeros and ones, in the order A, C, G, T.

    Args:
        tokens: (L,) or (N, L), values 0..5.

    Returns:
        uint8 (4, L) or (N, 4, L). Columns of 4 (unknown) and 5 (padding) are all zero.

    Raises:
        ValueError: another number of dimensions, or a value outside 0..5.
        TypeError: a dtype that is not an integer.
    """
    return DNA.one_hot(tokens)


def windows(tokens: Tokens, starts: npt.ArrayLike, length: int) -> Tokens:
    """A window of each sequence, padding where it hangs over an end.

    Args:
        tokens: (N, L).
        starts: where each window begins, (N,); below 0 it begins before the sequence.
        length: letters a window.

    Returns:
        (N, length) tokens.

    Raises:
        ValueError: not one start for each sequence.
    """
    first = np.asarray(starts)
    if tokens.ndim != 2 or first.shape != (len(tokens),):
        raise ValueError(f"expected tokens (N, L) and starts (N,), not {tokens.shape} and {first.shape}")
    places = first[:, None] + np.arange(length)
    inside = (places >= 0) & (places < tokens.shape[1])
    cut = np.take_along_axis(tokens, np.where(inside, places, 0), axis=1)
    return np.where(inside, cut, np.uint8(PAD))


@overload
def reverse_complement(seq: str, rna: bool = False) -> str: ...
@overload
def reverse_complement(seq: Tokens, rna: bool = False) -> Tokens: ...
def reverse_complement(seq: Any, rna: bool = False) -> str | Tokens:
    """The other strand, read in its own 5' to 3' direction.

    Args:
        seq: one text, of any kind that `encode` takes (case is kept, IUPAC codes are complemented: R becomes
            Y), or tokens (..., L), reversed along the last axis. An array (4, L) is taken for four sequences:
            for one-hot planes there is `reverse_complement_one_hot`.
        rna: the text is RNA: A pairs with U.

    Returns:
        A str for text; uint8 (..., L) for tokens.

    Raises:
        ValueError: a foreign letter, named with its position, or a token outside 0..5.
        TypeError: many texts, or neither text nor tokens.
    """
    try:
        return (RNA if rna else DNA).reverse_complement(seq)
    except ForeignLetter as error:
        raise _rna_offered(error) from None


def reverse_complement_one_hot(planes: npt.ArrayLike) -> npt.NDArray:
    """The other strand of a one-hot array (..., 4, L): both axes reversed, since A, C, G, T backwards
    is T, G, C, A. The result has the same shape; of an array it is a view.

    Raises:
        ValueError: the axis before the last does not have 4 channels.
    """
    array = np.asarray(planes)
    if array.ndim < 2 or array.shape[-2] != len(LETTERS):
        raise ValueError(f"expected (..., 4, L) with channels A, C, G, T, not {array.shape}")
    return array[..., ::-1, ::-1]


def pad(
    sequences: Sequence[Tokens],
    length: int | None = None,
    side: Literal["right", "left"] = "right",
) -> tuple[Tokens, npt.NDArray[np.bool_]]:
    """Put sequences of different lengths into one array.

    Args:
        sequences: N token arrays (L_i,), or texts.
        length: columns of the result; the longest sequence if None.
        side: where the padding goes.

    Returns:
        tokens uint8 (N, length), filled with `PAD`, and mask bool (N, length), True on real letters.

    Raises:
        ValueError: a sequence is longer than `length`, `length` is negative or no whole number, or `side` is
            neither "right" nor "left".
        TypeError: a single sequence in place of many.
    """
    if side not in ("right", "left"):
        raise ValueError(f'side must be "right" or "left", not {side!r}')
    arrays = many_tokens(sequences)
    longest = max(map(len, arrays), default=0)
    length = longest if length is None else _whole(length)
    if longest > length:
        row = next(i for i, tokens in enumerate(arrays) if len(tokens) > length)
        raise ValueError(
            f"sequence {row} has {len(arrays[row])} letters, more than length={length}: cut it first"
        )
    padded = np.full((len(arrays), length), PAD, dtype=np.uint8)
    for place, tokens in zip(padded, arrays, strict=True):
        start = length - len(tokens) if side == "left" else 0
        place[start : start + len(tokens)] = tokens
    return padded, padded != PAD


def _whole(length: int) -> int:
    if not isinstance(length, int | np.integer) or length < 0:
        raise ValueError(f"length must be a whole number from 0 on, not {length!r}")
    return int(length)
