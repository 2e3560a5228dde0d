"""DNA letters, tokens and one-hot planes, and the ways between them.

A token is a uint8: A, C, G, T are 0, 1, 2, 3; every other IUPAC letter is 4 (`UNKNOWN`) and padding
is 5 (`PAD`). A one-hot array has its four channels in the order A, C, G, T; 4 and 5 are four zeros.
"""

from collections.abc import Sequence
from typing import Literal, overload

import numpy as np
import numpy.typing as npt

Tokens = npt.NDArray[np.uint8]

LETTERS = "ACGT"
UNKNOWN = 4
PAD = 5

_AMBIGUITY_CODES = "RYSWKMBDHVN"
_FOREIGN = 255
_ROWS_AT_ONCE = 256  # a list is encoded in blocks that fit in the processor's cache
_CHANNELS = np.arange(len(LETTERS), dtype=np.uint8)[:, None]
_DECODE = (LETTERS + "N-").encode()
_COMPLEMENT = np.array([3, 2, 1, 0, UNKNOWN, PAD], dtype=np.uint8)


def _encoding_table(rna: bool) -> bytes:
    table = bytearray([_FOREIGN]) * 256
    for letter in _AMBIGUITY_CODES:
        table[ord(letter)] = table[ord(letter.lower())] = UNKNOWN
    for token, letter in enumerate(LETTERS):
        table[ord(letter)] = table[ord(letter.lower())] = token
    if rna:
        table[ord("U")] = table[ord("u")] = LETTERS.index("T")
    return bytes(table)


_ENCODE = {rna: _encoding_table(rna) for rna in (False, True)}


def _complement_table(rna: bool) -> dict[int, int]:
    letters, partners = "ACGTRYSWKMBDHVN", "TGCAYRSWMKVHDBN"
    if rna:
        letters, partners = letters.replace("T", "U"), partners.replace("T", "U")
    return str.maketrans(letters + letters.lower(), partners + partners.lower())


_COMPLEMENT_LETTERS = {rna: _complement_table(rna) for rna in (False, True)}


def _foreign_letter(seq: str, position: int, rna: bool) -> ValueError:
    """The error for the letter that is not DNA at `position`."""
    letter = seq[position]
    message = f"letter {letter!r} at position {position} (counted from 0) is not a DNA letter"
    if letter in "Uu" and not rna:
        message += ": this looks like RNA, so pass rna=True to read U as T"
    elif letter.isspace():
        message += ": remove white space and line ends first"
    else:
        message += f": allowed are A, C, G, T and the IUPAC codes {', '.join(_AMBIGUITY_CODES)}"
    return ValueError(message)


def encode(seq: str | bytes | Sequence[str], rna: bool = False) -> Tokens:
    """Turn letters into tokens.

    Args:
        seq: the letters, upper or lower case; or a list of N strings of one length L.
        rna: read U as T. Without it a U is an error.

    Returns:
        uint8 array (L,), or (N, L) for a list: A, C, G, T = 0..3, any other IUPAC code = 4.

    Raises:
        ValueError: a letter is none of these (it is named, with its position), or the strings
            of a list differ in length.
    """
    if isinstance(seq, str | bytes | bytearray):
        return _encode_text(seq, rna)
    seq = list(seq)
    lengths = {len(text) for text in seq}
    if len(lengths) > 1:
        raise ValueError(
            f"the {len(seq)} sequences have {min(lengths)} to {max(lengths)} letters; for lengths "
            "that differ use pad([encode(s) for s in sequences])"
        )
    tokens = np.empty((len(seq), lengths.pop() if lengths else 0), dtype=np.uint8)
    for first in range(0, len(seq), _ROWS_AT_ONCE):
        rows = seq[first : first + _ROWS_AT_ONCE]
        letters = "".join(rows).encode("latin-1", errors="replace").translate(_ENCODE[rna])
        tokens[first : first + len(rows)] = np.frombuffer(letters, np.uint8).reshape(
            len(rows), tokens.shape[1]
        )
    if tokens.size and tokens.max() == _FOREIGN:
        row = int(np.argmax((tokens == _FOREIGN).any(axis=1)))
        position = int(np.argmax(tokens[row] == _FOREIGN))
        raise ValueError(f"sequence {row}: {_foreign_letter(seq[row], position, rna)}")
    return tokens


def _encode_text(seq: str | bytes | bytearray, rna: bool) -> Tokens:
    text = seq.encode("latin-1", errors="replace") if isinstance(seq, str) else bytes(seq)
    tokens = np.frombuffer(bytearray(text.translate(_ENCODE[rna])), dtype=np.uint8)
    if tokens.size and tokens.max() == _FOREIGN:
        letters = seq if isinstance(seq, str) else text.decode("latin-1")
        raise _foreign_letter(letters, int(np.argmax(tokens == _FOREIGN)), rna)
    return tokens


def as_tokens(seq: str | bytes | Tokens) -> Tokens:
    """Tokens (L,) from text or from tokens, checked: what every function that takes either calls.

    Raises:
        ValueError: a foreign letter, a token above 5, or an array that is not 1-D.
        TypeError: an array whose dtype is not an integer (a one-hot array, most often).
    """
    if isinstance(seq, str | bytes | bytearray):
        return _encode_text(seq, rna=False)
    tokens = checked_tokens(seq)
    if tokens.ndim != 1:
        raise ValueError(f"expected one sequence, tokens of shape (L,), not {tokens.shape}")
    return tokens


def checked_tokens(tokens: npt.ArrayLike) -> Tokens:
    """Tokens of any shape as uint8, after a look at their values.

    Raises:
        ValueError: a value outside 0..5.
        TypeError: a dtype that is not an integer.
    """
    array = np.asarray(tokens)
    if array.size == 0:
        return array.astype(np.uint8)
    if not np.issubdtype(array.dtype, np.integer):
        raise TypeError(f"tokens must be integers 0..5, not {array.dtype}: call encode(text) first")
    if array.max() > PAD or (array.dtype.kind == "i" and array.min() < 0):
        raise ValueError(f"tokens must lie in 0..5; found {array.min()}..{array.max()}")
    return array.astype(np.uint8, copy=False)


@overload
def decode(tokens: Tokens) -> str: ...
@overload
def decode(tokens: list[int]) -> str: ...
def decode(tokens):  # type: ignore[no-untyped-def]
    """Turn tokens (L,) back into upper-case letters; 4 becomes N and 5, padding, a dash.

    Raises:
        ValueError: the array is not 1-D or holds a value outside 0..5.
    """
    array = checked_tokens(tokens)
    if array.ndim != 1:
        raise ValueError(f"expected one sequence, tokens of shape (L,), not {array.shape}")
    return array.tobytes().translate(_DECODE.ljust(256, b"?")).decode()


def one_hot(tokens: Tokens) -> Tokens:
    """Four planes of zeros and ones, in the order A, C, G, T.

    Args:
        tokens: (L,) or (N, L), values 0..5.

    Returns:
        uint8 (4, L) or (N, 4, L). Columns of 4 (unknown) and 5 (padding) are all zero.

    Raises:
        ValueError: another number of dimensions, or a value outside 0..5.
    """
    tokens = checked_tokens(tokens)
    if tokens.ndim not in (1, 2):
        raise ValueError(f"expected tokens (L,) or (N, L), not {tokens.shape}")
    return np.equal(tokens[..., None, :], _CHANNELS).view(np.uint8)


@overload
def reverse_complement(seq: str, rna: bool = False) -> str: ...
@overload
def reverse_complement(seq: Tokens, rna: bool = False) -> Tokens: ...
def reverse_complement(seq: str | Tokens, rna: bool = False) -> str | Tokens:
    """The other strand, read in its own 5' to 3' direction.

    Args:
        seq: text (case is kept, IUPAC codes are complemented: R becomes Y), or tokens (..., L),
            reversed along the last axis. An array (4, L) is taken for four sequences: for one-hot
            planes there is `reverse_complement_one_hot`.
        rna: the text is RNA: A pairs with U.

    Raises:
        ValueError: a foreign letter, named with its position.
    """
    if isinstance(seq, str):
        _encode_text(seq, rna)
        if rna:
            seq = seq.replace("T", "U").replace("t", "u")
        return seq.translate(_COMPLEMENT_LETTERS[rna])[::-1]
    return _COMPLEMENT[checked_tokens(seq)[..., ::-1]]


def reverse_complement_one_hot(planes: npt.NDArray) -> npt.NDArray:
    """The other strand of a one-hot array (..., 4, L): both axes reversed, since A, C, G, T backwards
    is T, G, C, A. The result is a view.

    Raises:
        ValueError: the axis before the last does not have 4 channels.
    """
    if planes.ndim < 2 or planes.shape[-2] != len(LETTERS):
        raise ValueError(f"expected (..., 4, L) with channels A, C, G, T, not {planes.shape}")
    return planes[..., ::-1, ::-1]


def pad(
    sequences: Sequence[Tokens],
    length: int | None = None,
    side: Literal["right", "left"] = "right",
) -> tuple[Tokens, npt.NDArray[np.bool_]]:
    """Put sequences of different lengths into one array.

    Args:
        sequences: N token arrays (L_i,).
        length: columns of the result; the longest sequence if None.
        side: where the padding goes.

    Returns:
        tokens uint8 (N, length), filled with `PAD`, and mask bool (N, length), True on real letters.

    Raises:
        ValueError: a sequence is longer than `length`, `length` is negative, or `side` is neither
            "right" nor "left".
    """
    if side not in ("right", "left"):
        raise ValueError(f'side must be "right" or "left", not {side!r}')
    arrays = [as_tokens(tokens) for tokens in sequences]
    longest = max((len(tokens) for tokens in arrays), default=0)
    length = longest if length is None else length
    if length < 0:
        raise ValueError(f"length must not be negative, as {length} is")
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
