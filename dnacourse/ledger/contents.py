"""What a value holds, in bytes: the same for equal values in every session, others for any other value."""

import dataclasses
import datetime
import decimal
import enum
import fractions
import hashlib
import pathlib
import types
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from torch import Tensor, nn

from dnacourse.datasets import Dataset
from dnacourse.splits import PARTS, Split

AS_WRITTEN = (
    bool, int, float, complex, str, bytes, bytearray, range, slice, types.NoneType, types.EllipsisType,
    datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, decimal.Decimal, fractions.Fraction,
    pathlib.PurePath, uuid.UUID, np.generic, np.dtype, torch.dtype, torch.device, pd.Timestamp, pd.Timedelta,
)  # fmt: skip


class Contents:
    """Goes through values.

    Args:
        follow: called for functions, classes, modules and objects of other kinds; what it gives stands for them.

    Attributes:
        texts: all text on the way.
    """

    def __init__(self, follow: Callable[[Any], Iterator[bytes]]) -> None:
        self.follow = follow
        self.texts: set[str] = set()
        self._inside: set[int] = set()
        self._digests: dict[int, tuple[Any, str]] = {}  # with the value, so that no other gets its number

    def digest(self, value: Any) -> str:
        """16 hexadecimal digits for what a value holds; worked out once for each object."""
        if id(value) not in self._digests:
            digest = hashlib.sha256()
            for part in self.of(value):
                digest.update(len(part).to_bytes(8, "big") + part)
            self._digests[id(value)] = value, digest.hexdigest()[:16]
        return self._digests[id(value)][1]

    def of(self, value: Any) -> Iterator[bytes]:
        """What a value holds; of one that holds itself, only once."""
        if isinstance(value, str):
            self.texts.add(value)
        if isinstance(value, AS_WRITTEN) and not isinstance(value, enum.Enum):
            yield f"{type(value).__name__} {value!r}".encode()
        elif id(value) not in self._inside:
            self._inside.add(id(value))
            yield from self._of_larger(value)
            self._inside.discard(id(value))

    def _of_larger(self, value: Any) -> Iterator[bytes]:
        if isinstance(value, np.ma.MaskedArray):
            yield from self._of_items("masked", [value.data, np.ma.getmaskarray(value)])
        elif isinstance(value, np.ndarray):
            yield from self._of_array(value)
        elif isinstance(value, Tensor):
            yield from _of_tensor(value)
        elif isinstance(value, pd.DataFrame | pd.Series | pd.Index):
            yield from self._of_table(value)
        elif isinstance(value, pd.api.extensions.ExtensionArray):
            yield from self._of_table(pd.Series(value))
        elif isinstance(value, Mapping):
            yield from self._of_items(type(value).__name__, [item for pair in value.items() for item in pair])
        elif isinstance(value, tuple | list | deque):
            yield from self._of_items(type(value).__name__, value)
        elif isinstance(value, set | frozenset):
            yield from sorted(self.digest(one).encode() for one in value)
        elif isinstance(value, enum.Enum):
            yield f"{type(value).__qualname__}.{value.name}".encode()
        elif isinstance(value, nn.Module):
            yield f"{value!r} training={value.training}".encode()
            yield from self.of(value.state_dict())
            yield from self.follow(type(value))
        elif isinstance(value, Dataset):
            yield from self.of({name: one for name, one in vars(value).items() if name != "card"})
        elif isinstance(value, Split):
            yield from self.of([getattr(value, part) for part in PARTS])
        else:
            yield from self.follow(value)

    def _of_items(self, kind: str, items: Any) -> Iterator[bytes]:
        yield f"{kind} {len(items)}".encode()
        for one in items:
            yield from self.of(one)

    def _of_array(self, array: npt.NDArray) -> Iterator[bytes]:
        yield f"array {array.dtype} {array.shape}".encode()
        if array.dtype.hasobject:
            yield from self.of(array.tolist())
        else:
            yield hashlib.sha256(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data).digest()

    def _of_table(self, table: pd.DataFrame | pd.Series | pd.Index) -> Iterator[bytes]:
        yield f"{type(table).__name__} {table.shape}".encode()
        if isinstance(table, pd.DataFrame):
            yield from self.of(table.columns)
            columns = [table.iloc[:, number] for number in range(table.shape[1])]
        else:
            yield from self.of(table.name)
            columns = [table]
        if not isinstance(table, pd.Index):
            yield from self.of(table.index)
        for column in columns:
            yield str(column.dtype).encode()
            values = np.asarray(column)
            is_text = values.dtype == object and pd.api.types.infer_dtype(column, skipna=False) == "string"
            yield from self.of(
                pd.util.hash_array(values) if is_text else values
            )  # much faster than text by text


def _of_tensor(tensor: Tensor) -> Iterator[bytes]:
    yield f"tensor {tensor.dtype} {tuple(tensor.shape)}".encode()
    values = tensor.detach().cpu()
    if values.layout != torch.strided:
        values = values.to_dense()
    values = values.resolve_conj().resolve_neg().contiguous().reshape(-1)
    yield hashlib.sha256(values.view(torch.uint8).numpy().data).digest()


def attributes(value: Any) -> dict[str, Any]:
    """What an object holds in its attributes, also in those of slots and of a frozen dataclass."""
    slots = [name for one in type(value).__mro__ for name in getattr(one, "__slots__", ())]
    fields = [one.name for one in dataclasses.fields(value)] if dataclasses.is_dataclass(value) else []
    names = dict.fromkeys([*getattr(value, "__dict__", {}), *slots, *fields])
    return {name: getattr(value, name) for name in names if hasattr(value, name) and name != "__weakref__"}
