"""Batches by index array: a batch is one read of many rows, never many reads of one."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import torch

from dnacourse.training import structures
from dnacourse.training.arrays import as_pair
from dnacourse.training.errors import TrainingError
from dnacourse.training.identity import Plain, identity
from dnacourse.training.rows import Arrays, Rows, as_rows


class Batch(NamedTuple):
    """What one process is given of one batch."""

    inputs: Any
    """tensor (n, …), or a structure of tensors"""
    labels: Any
    rows: int
    """rows of it that count"""
    whole: int
    """rows of the batch in all processes together"""


class Batches:
    """The rows in batches, in an order that depends only on the seed and the epoch's number.

    Args:
        rows: what is cut into batches.
        size: rows a batch, over all processes together.
        shuffle: a new order every epoch.
        seed: of the order, from 0 on.
        drop_last: leave out a last batch that is not full.

    Raises:
        TrainingError: there are no rows, no batch is full, or the seed is negative.
    """

    def __init__(
        self, rows: Rows, size: int = 64, shuffle: bool = False, seed: int = 0, drop_last: bool = False
    ) -> None:
        if size < 1 or size != int(size):
            raise TrainingError(f"a batch needs at least one row, so batch_size={size} is no size")
        if seed < 0:
            raise TrainingError(f"a seed is a number from 0 on, not {seed}")
        if not len(rows):
            raise TrainingError("there are no rows to learn from: was a split or a filter left with nothing?")
        self.rows, self.size, self.shuffle, self.seed = rows, int(size), shuffle, int(seed)
        self.used = len(rows) // self.size * self.size if drop_last else len(rows)
        if not self.used:
            raise TrainingError(
                f"{len(rows)} rows do not fill one batch of {size}: drop_last=True leaves nothing"
            )

    def __len__(self) -> int:
        return -(-self.used // self.size)

    @cached_property
    def identity(self) -> Plain:
        """What these rows are known by: arrays by all their values, other data by what they are made of."""
        rows = self.rows
        known = {"inputs": rows.inputs, "labels": rows.labels} if isinstance(rows, Arrays) else rows
        return {"rows": len(rows), "data": identity(known)}

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
            # A process without a row takes part with one that weighs nothing: the others wait for it.
            inputs, labels = self.rows[mine if len(mine) else batch[:1]]
            yield Batch(_tensors(inputs), _tensors(labels), len(mine), len(batch))


class Loader:
    """Another maker of batches, such as torch's DataLoader: anything that gives pairs, again in each epoch."""

    size = None

    def __init__(self, loader: Iterable[Any]) -> None:
        self.loader = loader

    def __len__(self) -> int:
        try:
            return len(self.loader)  # type: ignore[arg-type]
        except TypeError:  # it does not know
            return 0

    @cached_property
    def identity(self) -> Plain:
        """What the loader's data are known by, as far as that can be seen before it has given them."""
        return {"data": identity(self.loader)}

    def epoch(self, number: int = 0, first: int = 0, share: tuple[int, int] = (0, 1)) -> Iterator[Batch]:
        """The batches of an epoch; arguments as in `Batches.epoch`, but one process takes them all.

        Raises:
            TrainingError: there is more than one process, or the loader gave nothing, or no pairs.
        """
        if share[1] > 1:
            raise TrainingError(
                "several processes need arrays or a store, which fit can share out, in place of a loader"
            )
        given = 0
        for given, batch in enumerate(self.loader, start=1):
            if given > first:
                inputs, labels = map(_tensors, as_pair(batch))
                count = structures.count_rows(inputs, "inputs")
                yield Batch(inputs, labels, count, count)
        if not given:
            raise TrainingError(
                "the loader gave no batch: is its data set empty, does drop_last leave nothing, or is it an "
                "iterator that was used up? Pass something that can be gone through again in every epoch"
            )


def batches(data: Any, **options: Any) -> Batches | Loader:
    """Whatever may be trained on, as batches.

    Args:
        data: a pair (inputs, labels) of arrays or structures of arrays; one of torch's data sets; anything
            else with `len` and `[indices]`, such as a store; or a loader, which has its own batches.
        options: of `Batches`; a loader has no use for them.

    Raises:
        TrainingError: it is none of these; what to give instead is said.
    """
    if isinstance(data, Batches | Loader):
        return data
    rows = as_rows(data)
    return Loader(data) if rows is None else Batches(rows, **options)


def _tensors(value: Any) -> Any:
    return structures.each(torch.as_tensor, value)
