"""Tensors alone, in tuples or in dictionaries: the same done to each, wherever it stands.

A model may read tokens and a mask, a sequence and a table; it may answer with a prediction and what led to
it. Here such a structure is a tuple, a named tuple or a dictionary of tensors or arrays, nested as one likes.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch
from torch import nn

from dnacourse.training.errors import TrainingError


def each(function: Callable[[Any], Any], value: Any) -> Any:
    """A structure with `function` done to each of its parts; None stays None.

    Args:
        function: takes and gives a tensor or an array.
        value: one of them, or a structure of them. A list counts as a tuple.
    """
    if value is None:
        return None
    if isinstance(value, Mapping):
        return {key: each(function, one) for key, one in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(each(function, one) for one in value))
    if isinstance(value, tuple | list):
        return tuple(each(function, one) for one in value)
    return function(value)


def parts(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Where each part of a structure stands, "[0]['mask']" say, and the part."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from parts(one, f"{place}[{key!r}]")
    elif isinstance(value, tuple | list):
        for number, one in enumerate(value):
            yield from parts(one, f"{place}[{number}]")
    elif value is not None:
        yield place, value


def count_rows(value: Any, what: str) -> int:
    """Rows of a structure, the length of all its parts.

    Args:
        value: arrays or tensors (N, …), or a structure of them.
        what: "inputs" or "labels", for the message.

    Raises:
        TrainingError: nothing is in it, a part is a single number, or the parts differ in length.
    """
    lengths = {}
    for place, one in parts(value):
        if not getattr(one, "ndim", 0):
            raise TrainingError(f"{what}{place} is one number, {one!r}: give one for each row")
        lengths[place] = len(one)
    if not lengths:
        raise TrainingError(f"there is nothing in the {what}")
    (first, rows), *others = lengths.items()
    for place, length in others:
        if length != rows:
            raise TrainingError(
                f"{what}{first} has {rows} rows, {what}{place} has {length}: each row needs one"
            )
    return rows


def first(outputs: Any) -> Any:
    """The prediction among what a model gives: the tensor itself, or the first part of a structure."""
    while isinstance(outputs, Mapping | tuple | list):
        outputs = next(iter(outputs.values() if isinstance(outputs, Mapping) else outputs), None)
    return outputs


def with_first(outputs: Any, prediction: Any) -> Any:
    """The same structure with another prediction in the first place."""
    done = False

    def put(value: Any) -> Any:
        nonlocal done
        if done:
            return value
        done = True
        return prediction

    return each(put, outputs)


def call(model: nn.Module, inputs: Any) -> Any:
    """The model's answer: a tuple becomes its arguments, a dictionary its arguments by name."""
    if isinstance(inputs, Mapping):
        return model(**inputs)
    return model(*inputs) if isinstance(inputs, tuple | list) else model(inputs)


def merged(function: Callable[[list[Any]], Any], values: list[Any]) -> Any:
    """Structures of one kind as one: `function` is given the parts that stand in the same place."""
    like = values[0]
    if like is None:
        return None
    if isinstance(like, Mapping):
        return {key: merged(function, [one[key] for one in values]) for key in like}
    if isinstance(like, tuple | list):
        whole = [merged(function, list(column)) for column in zip(*values, strict=True)]
        return type(like)(*whole) if hasattr(like, "_fields") else tuple(whole)
    return function(values)


def joined(batches: list[Any]) -> Any:
    """Batches of one structure, one behind the other: parts (n, …) become (N, …).

    Raises:
        TrainingError: what belongs to one row has another shape in another batch.
    """
    return merged(_one_behind_the_other, batches)


def _one_behind_the_other(pieces: list[torch.Tensor]) -> torch.Tensor:
    shapes = {tuple(one.shape[1:]) for one in pieces}
    if len(shapes) > 1:
        raise TrainingError(
            f"what the model gives for a row is {' here and '.join(map(str, sorted(shapes)))} there, as the batches "
            "were padded to different lengths: pad all of them to one length, Sequences(…, length=…)"
        )
    return torch.cat(pieces)
