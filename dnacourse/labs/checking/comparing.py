"""An answer in plain Python, whatever holds it; whether it is the right one; where it first is not, in words."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from math import inf, isinf, isnan
from numbers import Real
from typing import Any, SupportsFloat

import numpy as np
import numpy.typing as npt

from dnacourse.sequence import decode
from dnacourse.texts import one_text

TOLERANCE = 1e-6
"""How far apart numbers may lie that are the same: an answer may be computed in 32 bits."""
_LONGEST_SHOWN = 160
_MOST_NUMBERS_SHOWN = 16
_MOST_LETTERS_SHOWN = 60
_MOST_THINGS_SHOWN = 4


def plain(answer: Any) -> Any:
    """An answer as numbers, strings, lists and dictionaries of Python's own, whatever holds it.

    Args:
        answer: a list, tuple, set or generator becomes a list; so does an array, a tensor, a column or a table
            of pandas or a sparse matrix of any shape, (N, 4, L) as lists in lists. What a masked array hides
            becomes NaN. Numbers of NumPy and of torch become int and float, a sequence of Biopython a str.
    """
    if answer is None or type(answer) in (str, bool, int, float) or isinstance(answer, type):
        return answer
    if isinstance(answer, np.ma.MaskedArray) and np.ma.is_masked(answer) and answer.dtype.kind in "biuf":
        return np.ma.filled(answer.astype(float), np.nan).tolist()
    if (text := one_text(answer)) is not None:
        return text
    if isinstance(answer, Mapping):
        return {key: plain(value) for key, value in answer.items()}
    for listed in (_by_itself, _as_array):
        if (found := listed(answer)) is not None:
            return found
    if isinstance(answer, Collection | Iterator):
        return [plain(part) for part in answer]
    return answer


def _by_itself(answer: Any) -> Any:
    """What `tolist` gives, which NumPy, pandas and torch have; objects in it are made plain as well."""
    for to_dense in ("toarray", "to_dense"):  # of SciPy's sparse matrices, of torch's sparse tensors
        if hasattr(answer, to_dense):
            answer = getattr(answer, to_dense)()
    if not hasattr(answer, "tolist"):
        return None
    found = answer.tolist()
    holds_objects = isinstance(found, list) and str(getattr(answer, "dtype", "object")) == "object"
    return plain(found) if holds_objects else found


def _as_array(answer: Any) -> Any:
    return plain(np.asarray(answer)) if hasattr(answer, "__array__") else None


def in_the_form_of(expected: Any, answer: Any) -> Any:
    """As `plain`, and a column of pandas for a dictionary, or an array of one for a number, is taken for one."""
    if isinstance(expected, dict) and hasattr(answer, "to_dict"):
        answer = answer.to_dict()
    answer = plain(answer)
    while isinstance(expected, Real) and isinstance(answer, list) and len(answer) == 1:
        (answer,) = answer
    return answer


def close(number: SupportsFloat, expected: SupportsFloat, tolerance: float = TOLERANCE) -> bool:
    """Equal but for `tolerance`, of large numbers for this share of them; NaN equals NaN, and infinity only itself."""
    one, other = _as_float(number), _as_float(expected)
    if isnan(other) or isinf(other):
        return one == other or (isnan(one) and isnan(other))
    return abs(one - other) <= tolerance * max(1.0, abs(other))


def _as_float(number: SupportsFloat) -> float:
    try:
        return float(number)
    except OverflowError:  # an int or a fraction of more than 308 digits
        return inf


def same(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Equality of two things that are `plain`: numbers are `close`, lists and dictionaries are so throughout."""
    if isinstance(expected, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == expected.keys()
            and all(same(answer[key], expected[key], tolerance) for key in expected)
        )
    if isinstance(expected, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(expected)
            and all(same(one, other, tolerance) for one, other in zip(answer, expected, strict=True))
        )
    if isinstance(expected, Real) and isinstance(answer, Real):
        return close(answer, expected, tolerance)
    return type(answer) is type(expected) and bool(answer == expected)


def same_form(answer: Any, expected: Any) -> bool:
    """Numbers, strings and dictionaries stand where they should, in lists of the right lengths."""
    if isinstance(expected, list):
        return (
            isinstance(answer, list)
            and len(answer) == len(expected)
            and all(map(same_form, answer, expected))
        )
    return isinstance(answer, Real if isinstance(expected, Real) else type(expected))


def difference(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> str:
    """Where an answer first departs from the one expected, both `plain`, in a sentence."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return _different_keys(answer, expected) or _different_value(answer, expected, tolerance)
    if isinstance(expected, list) and isinstance(answer, list):
        return (
            _different_shape(answer, expected)
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


def _different_length(answer: list, expected: list) -> str:
    if len(answer) == len(expected):
        return ""
    return f"you give {len(answer)} things, {describe(answer)}, but there are {len(expected)}: {describe(expected)}."


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


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of numbers in lists in lists, such as (2, 8); () of a single one, or where rows differ in length."""
    if not isinstance(value, list) or not value:
        return ()
    if all(isinstance(part, Real) for part in value):
        return (len(value),)
    inner = {shape_of(part) for part in value}
    return (len(value), *inner.pop()) if len(inner) == 1 and () not in inner else ()


def describe(value: Any) -> str:
    """A value in one short line; tokens as the letters they stand for, of a large array only what kind it is."""
    if isinstance(value, np.ndarray):
        if _are_tokens(value):
            letters = [decode(row) for row in np.atleast_2d(value)]
            return f"encode({(letters[0] if value.ndim == 1 else letters)!r})"
        if value.size > _MOST_NUMBERS_SHOWN:
            return f"<array {value.shape}>"
    if type(value) in (list, tuple) and any(isinstance(part, np.ndarray) for part in value):
        return f"[{', '.join(map(describe, value))}]"
    text = " ".join(repr(_rounded(value)).split())
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " …"


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
    """The call as a learner would write it, long arguments cut."""
    return f"{name_of(function)}({', '.join(map(describe, arguments))})"


def name_of(function: Callable[..., Any]) -> str:
    """What a learner calls the function."""
    return getattr(function, "__name__", "your function")
