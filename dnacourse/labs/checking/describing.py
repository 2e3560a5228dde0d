"""What a learner is shown: a value in a short line, a call as they write it, where an answer first departs."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from dnacourse.labs.checking.comparing import TOLERANCE, close, same, shape_of
from dnacourse.sequence import decode

_LONGEST_SHOWN = 160
_MOST_NUMBERS_SHOWN = 16
_MOST_LETTERS_SHOWN = 60
_MOST_THINGS_SHOWN = 4


def difference(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> str:
    """Where an answer first departs from the one expected, both `plain`, in a sentence."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return _different_keys(answer, expected) or _different_value(answer, expected, tolerance)
    if isinstance(expected, list) and isinstance(answer, list):
        return (
            _different_shape(answer, expected)
            or _different_letters(answer, expected)
            or _different_length(answer, expected)
            or _different_place(answer, expected, tolerance)
        )
    return f"you give {describe(answer)}, but {describe(expected)} is right."


def _different_keys(answer: dict, expected: dict) -> str:
    missing, extra = (
        sorted(one, key=str) for one in (set(expected) - set(answer), set(answer) - set(expected))
    )
    parts = [f"{key!r} is missing" for key in missing[:1]]
    parts += [f"{key!r} does not belong there" for key in extra[:1]]
    return f"your dictionary has the wrong keys: {' and '.join(parts)}." if parts else ""


def _different_value(answer: dict, expected: dict, tolerance: float) -> str:
    key = next(key for key in expected if not same(answer[key], expected[key], tolerance))
    return f"you give {describe(answer[key])} for {key!r}, but {describe(expected[key])} is right."


def _different_shape(answer: list, expected: list) -> str:
    """Of arrays with two or more dimensions."""
    given, right = shape_of(answer), shape_of(expected)
    if not given or not right or given == right or len(given) == len(right) == 1:
        return ""
    return f"you give an array of shape {given}, but shape {right} is right."


def _different_letters(answer: list, expected: list) -> str:
    """Of planes, which are read more easily as letters."""
    given, right = letters_of(answer), letters_of(expected)
    if given is None or right is None or given == right:
        return ""
    if isinstance(given, str) or isinstance(right, str):
        return f"you give the planes of {given!r}, but those of {right!r} are right."
    row, pair = next(
        (row, pair) for row, pair in enumerate(zip(given, right, strict=True)) if pair[0] != pair[1]
    )
    return f"sequence {row}, counted from 0, is {pair[0]!r} in your planes, but {pair[1]!r} is right."


def _different_length(answer: list, expected: list) -> str:
    if len(answer) == len(expected):
        return ""
    given, right = describe(answer), describe(expected)
    if max(len(given), len(right)) >= _LONGEST_SHOWN:
        return f"you give {len(answer)} things, but there are {len(expected)}."
    return f"you give {len(answer)} things, {given}, but there are {len(expected)}: {right}."


def _different_place(answer: list, expected: list, tolerance: float) -> str:
    if len(expected) <= _MOST_THINGS_SHOWN and max(len(repr(answer)), len(repr(expected))) <= _LONGEST_SHOWN:
        return f"you give {describe(answer)}, but {describe(expected)} is right."
    if len(shape_of(expected)) > 1 and shape_of(answer) == shape_of(expected):
        return _different_number(np.array(answer), np.array(expected), tolerance)
    place = next(i for i, one in enumerate(expected) if not same(answer[i], one, tolerance))
    if isinstance(expected[place], list):
        inner = difference(answer[place], expected[place], tolerance)
        return f"at place {place}, counted from 0, {inner}"
    return (
        f"you give {describe(answer[place])} at place {place}, counted from 0, but {describe(expected[place])} is "
        "right."
    )


def _different_number(answer: npt.NDArray, expected: npt.NDArray, tolerance: float) -> str:
    """Of two arrays of one shape, whatever it is."""
    place = next(
        i for i in np.ndindex(expected.shape) if not close(answer[i].item(), expected[i].item(), tolerance)
    )
    return (
        f"your array of shape {expected.shape} has {describe(answer[place].item())} at {list(place)}, but "
        f"{describe(expected[place].item())} is right."
    )


def describe(value: Any) -> str:
    """A value in one short line; tokens as the letters they stand for, of a large array only what kind it is."""
    if isinstance(value, np.ndarray):
        if _are_tokens(value):
            letters = [decode(row) for row in np.atleast_2d(value)]
            return f"encode({(letters[0] if value.ndim == 1 else letters)!r})"
        if (found := letters_of(value)) is not None:
            return f"planes of {found!r}"
        if value.size > _MOST_NUMBERS_SHOWN:
            return f"<array {value.shape}>"
    if isinstance(value, dict) and any(isinstance(part, tuple) for part in value.values()):
        return f"{{{', '.join(f'{key!r}: …' for key in value)}}}"
    if type(value) in (list, tuple) and any(isinstance(part, np.ndarray) for part in value):
        return f"[{', '.join(map(describe, value))}]"
    text = " ".join(repr(_rounded(value)).split())
    if len(text) > _MOST_LETTERS_SHOWN and not isinstance(
        value, str | int | float | list | tuple | dict | set | np.ndarray
    ):
        return f"<{type(value).__name__}>"
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " …"


def letters_of(value: Any) -> str | list[str] | None:
    """The letters that one-hot planes (4, L) or (N, 4, L) stand for, a column of zeros as N; None of anything else."""
    try:
        planes = np.asarray(value)
    except ValueError:  # rows of different lengths
        return None
    if planes.ndim not in (2, 3) or planes.shape[-2] != 4 or planes.dtype.kind not in "iuf":
        return None
    if not 8 <= planes.size <= 4 * _MOST_LETTERS_SHOWN or not np.isin(planes, (0, 1)).all():
        return None
    there = planes.sum(axis=-2)
    if (there > 1).any() or not there.any():
        return None
    tokens = np.where(there == 1, planes.argmax(axis=-2), 4).astype(np.uint8)
    letters = [decode(row) for row in np.atleast_2d(tokens)]
    return letters[0] if planes.ndim == 2 else letters


def _are_tokens(array: npt.NDArray) -> bool:
    """Tokens of known letters and N, (L,) or (N, L), and not too many to be read."""
    short = array.dtype == np.uint8 and array.ndim in (1, 2) and array.size <= _MOST_LETTERS_SHOWN
    return bool(short and (array <= 4).all())


def _rounded(value: Any) -> Any:
    """-0.29999999999999998 as -0.3, in lists and tuples too."""
    if isinstance(value, float):
        return round(value, 10)
    return type(value)(map(_rounded, value)) if type(value) in (list, tuple) else value


def describe_call(function: Callable[..., Any], arguments: Iterable[Any]) -> str:
    """The call as a learner would write it, long arguments cut; of several long arrays only the shapes."""
    arguments = list(arguments)
    shown = ", ".join(map(describe, arguments))
    if len(shown) > _LONGEST_SHOWN:
        shown = ", ".join(map(_shape_or_value, arguments))
    return f"{name_of(function)}({shown})"


def _shape_or_value(value: Any) -> str:
    is_large = isinstance(value, np.ndarray) and value.size > _MOST_THINGS_SHOWN and not _are_tokens(value)
    return f"<array {value.shape}>" if is_large else describe(value)


def name_of_argument(function: Callable[..., Any], place: int) -> str:
    """What a learner calls what is handed in at a place, counted from 0."""
    try:
        name = list(inspect.signature(function).parameters)[place]
    except (ValueError, TypeError, IndexError):
        return "what it is given"
    return f"`{name}`"


def name_of(function: Callable[..., Any]) -> str:
    """What a learner calls the function."""
    return getattr(function, "__name__", "your function")
