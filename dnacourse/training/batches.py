"""Batches by index array: a batch is one read of many rows, never many reads of one."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
import torch
from torch import Tensor

from dnacourse.training.errors import TrainingError


class Rows(Protocol):
    """What can be trained on: `len(rows)`, and `rows[indices]` for the inputs and labels of many rows."""

    def __len__(self) -> int: ...
    def __getitem__(self, indices: Any, /) -> tuple[Any, Any]: ...


class Arrays:
    """Inputs and labels in memory.

    Args:
        inputs: (N, …), tokens uint8 (N, L) most often.
        labels: (N, …).

    Raises:
        TrainingError: they differ in the number of rows.
    """

    def __init__(self, inputs: Any, labels: Any) -> None:
        if len(inputs) != len(labels):
            raise TrainingError(
                f"there are {len(inputs)} inputs, but {len(labels)} labels: each row needs one"
            )
        self.inputs, self.labels = np.asarray(inputs), np.asarray(labels)

    def __len__(self) -> int:
        return len(self.inputs)

    def __getitem__(self, indices: Any) -> tuple[np.ndarray, np.ndarray]:
        return self.inputs[indices], self.labels[indices]


class Batch(NamedTuple):
    """What one process is given of one batch."""

    inputs: Tensor
    labels: Tensor
    rows: int
    """rows of it that count"""
    weight: float
    """factor for its loss, so that the mean over processes is the mean over the whole batch's rows"""


class Batches:
    """The rows in batches, in an order that depends only on the seed and the epoch's number.

    Args:
        rows: what is cut into batches.
        size: rows a batch, over all processes together.
        shuffle: a new order every epoch.
        seed: of the order.
        drop_last: leave out a last batch that is not full.

    Raises:
        TrainingError: there are no rows, or no batch is full.
    """

    def __init__(
        self, rows: Rows, size: int = 64, shuffle: bool = False, seed: int = 0, drop_last: bool = False
    ) -> None:
        if size < 1:
            raise TrainingError(f"a batch needs at least one row, so batch_size={size} is no size")
        if not len(rows):
            raise TrainingError("there are no rows to learn from: was a split or a filter left with nothing?")
        self.rows, self.size, self.shuffle, self.seed = rows, int(size), shuffle, int(seed)
        self.used = len(rows) // size * size if drop_last else len(rows)
        if not self.used:
            raise TrainingError(
                f"{len(rows)} rows do not fill one batch of {size}: drop_last=True leaves nothing"
            )

    def __len__(self) -> int:
        return -(-self.used // self.size)

    @cached_property
    def digest(self) -> str:
        """A hash of all rows in memory; of a store's, of some here and there."""
        rows = self.rows
        if isinstance(rows, Arrays):
            parts = rows.inputs, rows.labels
        else:
            parts = rows[np.unique(np.linspace(0, len(rows) - 1, 64).astype(int))]
        digest = hashlib.sha256()
        for part in parts:
            digest.update(np.ascontiguousarray(part).data)
        return digest.hexdigest()

    def epoch(self, number: int = 0, first: int = 0, share: tuple[int, int] = (0, 1)) -> Iterator[Batch]:
        """The batches of an epoch.

        Args:
            number: of the epoch.
            first: batches to leave out, done before an interruption.
            share: number of this process, and how many there are; each takes its part of every batch.
        """
        order = np.arange(len(self.rows))
        if self.shuffle:
            np.random.default_rng((self.seed, number)).shuffle(order)
        process, processes = share
        for start in range(first * self.size, self.used, self.size):
            batch = order[start : min(start + self.size, self.used)]
            mine = batch[process::processes]
            count = len(mine)
            # A process without a row takes part with one that weighs nothing: the others wait for it.
            yield _batch(*self.rows[mine if count else batch[:1]], count, count * processes / len(batch))


class Loader:
    """Another maker of batches, such as torch's DataLoader: anything that gives pairs, again in each epoch."""

    size = None

    def __init__(self, loader: Iterable[tuple[Any, Any]]) -> None:
        self.loader = loader

    def __len__(self) -> int:
        try:
            return len(self.loader)  # type: ignore[arg-type]
        except TypeError:  # it does not know
            return 0

    digest = ""
    """Nothing is known of a loader's data before it has given them."""

    def epoch(self, number: int = 0, first: int = 0, share: tuple[int, int] = (0, 1)) -> Iterator[Batch]:
        """The batches of an epoch; arguments as in `Batches.epoch`, but one process takes them all.

        Raises:
            TrainingError: there is more than one process, or the loader gave nothing.
        """
        if share[1] > 1:
            raise TrainingError(
                "several processes need arrays or a store, which fit can share out, in place of a loader"
            )
        given = 0
        for given, (inputs, labels) in enumerate(self.loader, start=1):
            if given > first:
                yield _batch(inputs, labels, len(inputs), 1.0)
        if not given:
            raise TrainingError(
                "the loader gave no batch: is its data set empty, does drop_last leave nothing, or is it an "
                "iterator that was used up? Pass something that can be gone through again in every epoch"
            )


def batches(data: Any, **options: Any) -> Batches | Loader:
    """Whatever may be trained on, as batches.

    Args:
        data: a pair (inputs, labels) of arrays; or anything with `len` and `[indices]`, such as a store; or
            a loader, which has its own batches.
        options: of `Batches`; a loader has no use for them.
    """
    if isinstance(data, Batches | Loader):
        return data
    if isinstance(data, tuple) or (isinstance(data, list) and all(hasattr(one, "shape") for one in data)):
        if len(data) != 2:
            raise TrainingError(f"data must be a pair, (inputs, labels), and these are {len(data)} arrays")
        return Batches(Arrays(*data), **options)
    if hasattr(data, "__getitem__") and not isinstance(data, list):
        return Batches(data, **options)
    if isinstance(data, Iterable):
        return Loader(data)
    raise TrainingError(
        f"data must be a pair (inputs, labels), a store or a loader, not {type(data).__name__}"
    )


def _batch(inputs: Any, labels: Any, rows: int, weight: float) -> Batch:
    return Batch(torch.as_tensor(inputs), torch.as_tensor(labels), rows, weight)
