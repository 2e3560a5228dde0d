"""Whatever holds numbers, as arrays that torch can take; or told in a sentence what to give instead."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor

from dnacourse.training.errors import TrainingError

_WIDER = {"uint16": np.int32, "uint32": np.int64}  # torch can do little with these
_INPUTS, _LABELS = ("inputs",), ("labels", "label")


def names_labels(value: Any) -> bool:
    """Whether this is a dictionary or a named tuple that says which part of it the labels are."""
    names = value if isinstance(value, Mapping) else getattr(value, "_fields", ())
    return any(name in names for name in _LABELS)


def as_pair(batch: Any) -> tuple[Any, Any]:
    """Inputs and labels of a pair, a dictionary or a named tuple.

    A dictionary or named tuple must have `labels` (or `label`); its inputs are `inputs`, or else all the rest.

    Raises:
        TrainingError: it is none of these.
    """
    if isinstance(batch, tuple) and names_labels(batch):
        batch = batch._asdict()  # type: ignore[attr-defined]
    if isinstance(batch, Mapping):
        label = next((name for name in _LABELS if name in batch), None)
        if label is None or len(batch) < 2:
            raise TrainingError(
                f'a dictionary must have "labels" and inputs, and this has only {", ".join(map(str, batch))}'
            )
        rest = {name: one for name, one in batch.items() if name != label}
        return rest["inputs"] if list(rest) == list(_INPUTS) else rest, batch[label]
    if isinstance(batch, tuple | list) and len(batch) == 2:
        return batch[0], batch[1]
    what = f"{len(batch)} things" if isinstance(batch, tuple | list) else f"a {type(batch).__name__}"
    raise TrainingError(
        f"a batch, or a sample, must be a pair (inputs, labels) or a dictionary with labels, not {what}: several inputs "
        "go into a tuple of their own, ((tokens, mask), labels)"
    )


def as_arrays(value: Any, what: str) -> Any:
    """A structure of arrays that torch can take; a list is one array, and so is a tuple of numbers.

    Raises:
        TrainingError: see `as_array`.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: as_arrays(one, f"{what}[{key!r}]") for key, one in value.items()}
    if isinstance(value, tuple) and not all(
        isinstance(one, bool | int | float | np.generic) for one in value
    ):
        parts = [as_arrays(one, f"{what}[{number}]") for number, one in enumerate(value)]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return as_array(value, what)


def as_array(value: Any, what: str) -> npt.NDArray | Tensor:
    """An array of numbers (N, …) that torch can take, or the tensor itself.

    Args:
        value: an array, a tensor, a column, a table, a nested list of numbers.
        what: "inputs" or "labels", for the message.

    Raises:
        TrainingError: text, rows of different lengths, missing or masked values.
    """
    if isinstance(value, Tensor):
        return value.detach()
    if isinstance(value, np.ma.MaskedArray):
        raise TrainingError(
            f"the {what} are a masked array, whose mask would be lost: leave those rows out first"
        )
    if hasattr(value, "toarray"):
        raise TrainingError(f"the {what} are a sparse matrix: give {what}.toarray()")
    try:
        array = np.asarray(value)
    except ValueError:
        array = np.empty(0, object)
    if array.dtype.kind in "USO":
        raise TrainingError(_no_numbers(value, array, what))
    if array.dtype.kind not in "biuf":
        raise TrainingError(f"the {what} are {array.dtype}: give numbers")
    if array.dtype == np.uint64:
        raise TrainingError(
            f"the {what} are uint64, which torch cannot compute with: give {what}.astype(np.int64)"
        )
    return array.astype(_WIDER.get(array.dtype.name, array.dtype.newbyteorder("=")), copy=False)


def _no_numbers(value: Any, array: npt.NDArray, what: str) -> str:
    cells = list(value) if isinstance(value, Sequence) else array.ravel().tolist()
    if array.dtype.kind in "US" or (cells and isinstance(cells[0], str | bytes)):
        give = (
            "sequence.encode(texts) makes tokens of them"
            if what.startswith("inputs")
            else "give numbers, (labels == 'yes').astype(np.uint8) say"
        )
        return f"the {what} are text: {give}"
    lengths = {len(one) for one in cells if hasattr(one, "__len__")}
    if len(lengths) > 1:
        return (
            f"the rows of the {what} have {min(lengths)} to {max(lengths)} columns or letters: for sequences of "
            "different lengths give Sequences(sequences, labels), which pads them"
        )
    missing = sum(one is None or one != one for one in array.ravel().tolist())
    return f"the {what} are objects, not numbers" + (
        f"; {missing} are missing: leave those rows out" if missing else ""
    )
