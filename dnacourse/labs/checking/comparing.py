"""An answer in plain Python, whatever holds it, and whether it is the right one."""

from collections.abc import Collection, Iterator, Mapping
from math import inf, isinf, isnan
from numbers import Real
from typing import Any, SupportsFloat

import numpy as np

from dnacourse.texts import one_text

TOLERANCE = 1e-6
"""How far apart numbers may lie that are the same: an answer may be computed in 32 bits."""


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


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of numbers in lists in lists, such as (2, 8); () of a single one, or where rows differ in length."""
    if not isinstance(value, list) or not value:
        return ()
    if all(isinstance(part, Real) for part in value):
        return (len(value),)
    inner = {shape_of(part) for part in value}
    return (len(value), *inner.pop()) if len(inner) == 1 and () not in inner else ()


def unchanged(after: Any, before: Any) -> bool:
    """Whether what a function was given is still what it was: arrays to the last number, lists throughout."""
    if isinstance(before, np.ndarray):
        return after.dtype == before.dtype and np.array_equal(
            after, before, equal_nan=before.dtype.kind == "f"
        )
    if isinstance(before, list | tuple):
        return len(after) == len(before) and all(map(unchanged, after, before))
    if isinstance(before, dict):
        return after.keys() == before.keys() and all(unchanged(after[key], before[key]) for key in before)
    return not isinstance(before, str | int | float | set) or bool(after == before)
