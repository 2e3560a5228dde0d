"""Numbers, text and lists as JSON has them, from what NumPy, pandas, torch and TensorFlow give."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

Plain = dict[str, Any] | list[Any] | str | int | float | bool | None


def plain(value: Any, place: str = "the value") -> Plain:
    """The same in dictionaries, lists, text, numbers, True, False and None.

    Arrays, tensors and Series of any shape and of any dtype of numbers, text or truth become numbers and
    (nested) lists of them, tuples become lists, and keys that are numbers text. NaN and infinities stay.

    Args:
        value: nested as one likes.
        place: what it is called in an error.

    Raises:
        TypeError: something else is in it; the message says where: `outcome["networks"][2] is a DeepBind`.
        ValueError: two keys of a dictionary become the same text.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, np.bool):
        return bool(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value)
    if isinstance(value, Mapping):
        return _plain_mapping(value, place)
    if isinstance(value, list | tuple | range):
        return [plain(one, f"{place}[{number}]") for number, one in enumerate(value)]
    if isinstance(value, np.ndarray) and value.dtype.kind in "biuf":
        return (value.astype(np.float64) if value.dtype.itemsize > 8 else value).tolist()  # type: ignore[no-any-return]
    for convert in ("tolist", "numpy"):  # torch, pandas and NumPy have the first, TensorFlow the second
        if hasattr(value, convert) and not isinstance(value, type | np.generic):
            return plain(getattr(value, convert)(), place)
    raise TypeError(
        f"{place} is a {type(value).__name__}, which is neither a number, text nor a list of them"
        + ('; of a table give table.to_dict("list")' if hasattr(value, "to_dict") else "")
    )


def number(value: Any, place: str) -> float:
    """One number, from Python, NumPy, torch or TensorFlow; an array of one number counts as it.

    Raises:
        TypeError: it is none.
        ValueError: it is NaN or infinite, or there are several.
    """
    found = plain(value, place)
    while isinstance(found, list) and len(found) == 1:
        found = found[0]
    if isinstance(found, list):
        raise ValueError(f"{place} is {len(found)} numbers, where one is expected")
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise TypeError(f"{place} is no number, but {found!r}")
    if not np.isfinite(found):
        raise ValueError(f"{place} is {found}")
    return float(found)


def _plain_mapping(value: Mapping[Any, Any], place: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, one in value.items():
        name = str(_key(key, place))
        if name in found:
            raise ValueError(f"{place} has two keys that are written {name!r}: name them apart")
        found[name] = plain(one, f"{place}[{name!r}]")
    return found


def _key(key: Any, place: str) -> Any:
    if isinstance(key, Iterable) and not isinstance(key, str):
        raise TypeError(f"{place} has the key {key!r}, a {type(key).__name__}: use text or numbers")
    return plain(key, f"a key of {place}")
