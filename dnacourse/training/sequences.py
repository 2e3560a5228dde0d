"""Sequences of different lengths: padded batch by batch, with a mask of what is real."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.utils.data import default_collate

from dnacourse.alphabets import DNA, Alphabet
from dnacourse.training import structures
from dnacourse.training.arrays import as_arrays, as_pair
from dnacourse.training.errors import TrainingError


class Sequences:
    """Sequences of different lengths in memory; each batch is padded to its longest.

    A batch is ((tokens, mask), labels): tokens uint8 (N, L), mask bool (N, L), True on real letters.

    Args:
        sequences: N arrays of tokens (L_i,).
        labels: (N, …), or a structure of such; None for sequences that are only to be predicted.
        alphabet: whose padding is used.
        length: pad to this length; None pads to the longest of the batch.
        side: where the padding goes.

    Raises:
        TrainingError: there are more or fewer labels, or a sequence is longer than `length`.
        ValueError: a token outside the alphabet.
    """

    def __init__(
        self,
        sequences: Sequence[npt.NDArray],
        labels: Any = None,
        alphabet: Alphabet = DNA,
        length: int | None = None,
        side: Literal["right", "left"] = "right",
    ) -> None:
        self.sequences = [np.asarray(alphabet.check(one)) for one in sequences]
        self.collate = PadAndMask(alphabet, length, side)
        self.labels = as_arrays(labels, "labels")
        there = len(self) if labels is None else structures.count_rows(self.labels, "labels")
        if len(self) != there:
            raise TrainingError(f"there are {len(self)} sequences, but {there} labels: each needs one")
        if length is not None:
            self.collate.pad(self.sequences)  # so that one that is too long is found now

    def __len__(self) -> int:
        return len(self.sequences)

    def __getitem__(self, indices: Any) -> tuple[Any, Any]:
        rows = np.arange(len(self))[indices]
        padded = self.collate.pad([self.sequences[row] for row in rows])
        return padded, structures.each(lambda one: one[rows], self.labels)


@dataclass(frozen=True)
class PadAndMask:
    """Makes a batch of pairs (tokens (L_i,), label): ((tokens, mask), labels), as `Sequences` does.

    For torch's loaders, `DataLoader(rows, collate_fn=PadAndMask())`; it can be sent to other processes.

    Args:
        alphabet: whose padding is used.
        length: pad to this length; None pads to the longest of the batch.
        side: where the padding goes.
    """

    alphabet: Alphabet = DNA
    length: int | None = None
    side: Literal["right", "left"] = "right"

    def __post_init__(self) -> None:
        if self.side not in ("right", "left"):
            raise ValueError(f'side must be "right" or "left", not {self.side!r}')

    def __call__(self, samples: Sequence[Any]) -> tuple[tuple[Tensor, Tensor], Any]:
        """A batch of N samples."""
        pairs = [as_pair(sample) for sample in samples]
        tokens, mask = self.pad([np.asarray(tokens) for tokens, _ in pairs])
        return (torch.as_tensor(tokens), torch.as_tensor(mask)), default_collate(
            [label for _, label in pairs]
        )

    def pad(self, sequences: Sequence[npt.NDArray]) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
        """Tokens (L_i,) as one array (N, L), and the mask (N, L).

        Raises:
            TrainingError: one is longer than `length`, or has several axes.
        """
        for row, one in enumerate(sequences):
            if one.ndim != 1:
                raise TrainingError(f"a sequence is tokens (L,), and number {row} is {one.shape}")
        lengths = np.array([len(one) for one in sequences], dtype=np.int64)
        length = int(lengths.max(initial=0)) if self.length is None else self.length
        if lengths.max(initial=0) > length:
            row = int(lengths.argmax())
            raise TrainingError(
                f"sequence {row} of these has {lengths[row]} letters, more than length={length}: cut it first"
            )
        tokens = np.full((len(sequences), length), self.alphabet.pad, dtype=np.uint8)
        for place, one in zip(tokens, sequences, strict=True):
            start = length - len(one) if self.side == "left" else 0
            place[start : start + len(one)] = one
        columns = np.arange(length)
        if self.side == "left":
            columns = columns[::-1]
        return tokens, columns < lengths[:, None]
