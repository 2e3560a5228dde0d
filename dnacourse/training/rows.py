"""Rows to learn from: arrays in memory, a store, one of torch's data sets."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
import torch
from torch.utils.data import Dataset, default_collate

from dnacourse.training import structures
from dnacourse.training.arrays import as_arrays, as_pair, names_labels
from dnacourse.training.errors import TrainingError


class Rows(Protocol):
    """What can be trained on: `len(rows)`, and `rows[indices]` for the inputs and labels of many rows."""

    def __len__(self) -> int: ...
    def __getitem__(self, indices: Any, /) -> tuple[Any, Any]: ...


class Arrays:
    """Inputs and labels in memory.

    Args:
        inputs: (N, …), tokens uint8 (N, L) most often; or a tuple or dictionary of arrays, (N, …) each.
        labels: (N, …), or a structure likewise; None for rows that are only to be predicted.

    Raises:
        TrainingError: they differ in the number of rows, or are no arrays of numbers.
    """

    def __init__(self, inputs: Any, labels: Any) -> None:
        self.inputs, self.labels = as_arrays(inputs, "inputs"), as_arrays(labels, "labels")
        self._rows = structures.count_rows(self.inputs, "inputs")
        if labels is not None:
            there = structures.count_rows(self.labels, "labels")
            if self._rows != there:
                raise TrainingError(f"there are {self._rows} inputs, but {there} labels: each row needs one")

    def __len__(self) -> int:
        return self._rows

    def __getitem__(self, indices: Any) -> tuple[Any, Any]:
        return tuple(structures.each(lambda one: one[indices], value) for value in (self.inputs, self.labels))  # type: ignore[return-value]


class Samples:
    """One of torch's data sets, or a part of one, by index array: samples are collated as torch does.

    Args:
        dataset: `len`, and `[i]` for a pair, a dictionary or a named tuple of inputs and labels. Where it has
            `__getitems__`, that is asked for all rows of a batch at once.
        collate: makes a batch of a list of samples.
    """

    def __init__(self, dataset: Any, collate: Callable[[list[Any]], Any] = default_collate) -> None:
        self.dataset, self.collate = dataset, collate

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, indices: Any) -> tuple[Any, Any]:
        rows = np.atleast_1d(indices).tolist()
        at_once = getattr(self.dataset, "__getitems__", None)
        found = at_once(rows) if at_once else [self.dataset[row] for row in rows]
        return as_pair(self._collated(found) if isinstance(found, list) else found)

    def _collated(self, samples: list[Any]) -> Any:
        try:
            return self.collate(samples)
        except RuntimeError as error:
            if "stack expects each tensor to be equal size" in str(error) or "resize storage" in str(error):
                raise TrainingError(
                    "the samples of a batch differ in length: pad them, with Sequences(sequences, labels) or "
                    "DataLoader(…, collate_fn=PadAndMask())"
                ) from error
            raise


def as_batch(batch: Any) -> Any:
    """What it is given: `collate_fn` for a loader over rows that come as a whole batch, such as a store's."""
    return batch


def as_rows(data: Any) -> Rows | None:
    """Data that can be asked for rows, inputs and labels (N, …), or None for a loader, which cannot.

    Raises:
        TrainingError: it is neither; what to give is said.
    """
    if isinstance(data, str | bytes):
        raise TrainingError(_no_rows(data))
    if isinstance(data, tuple) or (isinstance(data, list) and len(data) == 2 and _is_array(data[0])):
        if names_labels(data):
            return Arrays(*as_pair(data))
        if len(data) != 2:
            raise TrainingError(
                f"data must be a pair, (inputs, labels), and these are {len(data)} arrays: several inputs go into a "
                "tuple of their own, ((tokens, mask), labels)"
            )
        return Arrays(*data)
    if isinstance(data, Mapping):
        return Arrays(*as_pair(data))
    if isinstance(data, torch.utils.data.TensorDataset):
        *inputs, labels = data.tensors
        return Arrays(inputs[0] if len(inputs) == 1 else tuple(inputs), labels)
    if isinstance(data, torch.utils.data.IterableDataset | list):
        return None
    if isinstance(data, Dataset):
        return Samples(data)
    if hasattr(data, "dtype"):
        raise TrainingError(f"this is one array, {tuple(data.shape)}: data must be a pair, (inputs, labels)")
    if not hasattr(data, "__iter__") and not hasattr(data, "__getitem__"):
        raise TrainingError(_no_rows(data))
    return data if hasattr(data, "__getitem__") and hasattr(data, "__len__") else None


def _no_rows(data: Any) -> str:
    if hasattr(data, "tokens"):
        return (
            f"{getattr(data, 'name', 'this')} is a whole data set: give the rows and labels of a part of it, "
            "(data.tokens[rows], data.labels[rows])"
        )
    return f"data must be a pair (inputs, labels), a store or a loader, not {type(data).__name__}"


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") or isinstance(value, tuple | Mapping)
