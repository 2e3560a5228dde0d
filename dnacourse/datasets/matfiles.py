"""Reading DeepSEA's MATLAB files.

train.mat is MATLAB v7.3, which is HDF5: h5py reads it a slab of rows at a time. valid.mat and test.mat are v5,
which scipy reads as a whole: 2.3 GB for test.mat's 455,024 rows of 1,000 letters and 919 labels, a byte each.
Both hold one-hot sequences (rows, 4, letters), channels A, G, C, T, and labels (rows, tasks), by columns.
"""

import math
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt
import psutil
import scipy.io

from dnacourse.datasets.packed import Labels, check_labels
from dnacourse.sequence import UNKNOWN, Tokens

ROWS_AT_ONCE = 8192
MOST_ROWS_AT_ONCE = 65536
MOST_OF_FREE_MEMORY = 0.75
_CHANNELS = np.array([0, 2, 1, 3], dtype=np.uint8)  # tokens of A, G, C, T
_BYTES = {"logical": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "single": 4, "int32": 4, "uint32": 4,
          "double": 8, "int64": 8, "uint64": 8}  # fmt: skip
"""of a number, by what MATLAB calls its class"""


class MatFile:
    """The two arrays of such a file.

    Attributes:
        rows, length, tasks: their sizes.
        rows_at_once: how many rows are read together with least waste.
    """

    rows: int
    length: int
    tasks: int
    rows_at_once = ROWS_AT_ONCE

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        """Tokens (n, length) and labels (n, tasks) of the rows from `first` to before `behind`."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""


def open_mat(path: str | Path) -> MatFile:
    """Open a file of either version.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it is no MATLAB file, is cut short, or does not hold the two arrays.
        MemoryError: it is of version 5, and its arrays do not fit into the free memory.
    """
    with Path(path).open("rb") as file:
        start = file.read(128)
    if start.startswith(b"MATLAB 5.0") and start[124:128] == b"\x00\x01IM":
        return _Version5(Path(path))
    try:
        return _Version73(Path(path))
    except (OSError, RuntimeError, KeyError) as error:  # h5py's, of a file that is damaged
        raise ValueError(
            f"{path} is no MATLAB file of version 5 or 7.3, or it is cut short or damaged ({error})"
        ) from None


def tokens_of(planes: npt.NDArray, place: str) -> Tokens:
    """Tokens (…) of one-hot planes (4, …) in the order A, G, C, T; four zeros are an unknown letter.

    Raises:
        ValueError: a column holds more than one 1, or something else than 0 and 1.
    """
    if not ((planes == 0) | (planes == 1)).all():
        raise ValueError(f"{place}: the sequences are no zeros and ones, or the file is damaged")
    ones = planes.sum(axis=0, dtype=np.uint8)
    if ones.max(initial=0) > 1:
        raise ValueError(
            f"{place}: a letter has more than one 1 among its four channels; this is no one-hot array, or the file is damaged"
        )
    tokens = np.tensordot(_CHANNELS, planes, axes=1).astype(np.uint8)
    tokens[ones == 0] = UNKNOWN
    return tokens


def _pair(names: Iterable[str], path: Path) -> tuple[str, str]:
    """The names of the sequences and of their labels: trainxdata and traindata."""
    names = list(names)
    for name in names:
        if name.endswith("xdata") and name[:-5] + "data" in names:
            return name, name[:-5] + "data"
    raise ValueError(
        f"{path} holds {', '.join(names) or 'nothing'}, and not two arrays like trainxdata and traindata"
    )


def _check_shapes(path: Path, sequences: tuple[int, ...], labels: tuple[int, ...]) -> None:
    if len(sequences) != 3 or sequences[1] != 4 or len(labels) != 2 or sequences[0] != labels[0]:
        raise ValueError(
            f"{path}: expected (rows, 4, letters) and (rows, tasks), found {sequences} and {labels}"
        )


class _ByColumns(MatFile):
    """Both versions have the rows run fastest, so the axes are taken the other way round.

    Args:
        path: the file.
        sequences: (letters, 4, rows), an array or an HDF5 data set.
        labels: (tasks, rows), likewise.
    """

    def __init__(self, path: Path, sequences: Any, labels: Any) -> None:
        _check_shapes(path, sequences.shape[::-1], labels.shape[::-1])
        self.path, self._sequences, self._labels = path, sequences, labels
        (self.length, _, self.rows), self.tasks = sequences.shape, len(labels)

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        try:
            planes, labels = self._sequences[:, :, first:behind], self._labels[:, first:behind]
        except (OSError, RuntimeError) as error:
            raise ValueError(
                f"{self.path} cannot be read from row {first:,} on: {error}. Download it again"
            ) from None
        tokens = tokens_of(planes.swapaxes(0, 1), f"{self.path}, rows {first:,} to {behind:,}")
        return np.ascontiguousarray(tokens.T), check_labels(np.ascontiguousarray(labels.T), str(self.path))


class _Version73(_ByColumns):
    """Stays on the disk, a slab of rows at a time is read."""

    def __init__(self, path: Path) -> None:
        self._file = h5py.File(path)
        arrays = {name: one for name, one in self._file.items() if isinstance(one, h5py.Dataset)}
        sequences, labels = _pair(arrays, path)
        super().__init__(path, arrays[sequences], arrays[labels])
        if chunks := self._sequences.chunks:  # a chunk that lies across two slabs is unpacked twice
            self.rows_at_once = min(-(-ROWS_AT_ONCE // chunks[2]) * chunks[2], MOST_ROWS_AT_ONCE)

    def close(self) -> None:
        self._file.close()


class _Version5(_ByColumns):
    """Comes into memory: scipy reads an array as a whole only."""

    def __init__(self, path: Path) -> None:
        arrays = _scipy(scipy.io.whosmat, path)
        found = {name: (shape, kind) for name, shape, kind in arrays if kind in _BYTES}
        sequences, labels = _pair(found, path)
        _check_shapes(path, found[sequences][0], found[labels][0])
        _check_memory(path, found[sequences], found[labels])
        read = _scipy(scipy.io.loadmat, path, variable_names=[sequences, labels])
        super().__init__(path, read[sequences].T, read[labels].T)


def _scipy(read: Callable[..., Any], path: Path, **options: Any) -> Any:
    """What a function of scipy reads; a damaged file makes it raise almost anything, or warn."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", scipy.io.matlab.MatReadWarning)
        try:
            return read(path, **options)
        except MemoryError:
            raise
        except Exception as error:
            raise ValueError(f"{path} is damaged ({error}): download it again") from None


def _check_memory(path: Path, *arrays: tuple[tuple[int, ...], str]) -> None:
    """See that arrays of these shapes and classes fit: at most so much, for MATLAB may keep a double in a byte.

    Raises:
        MemoryError: they do not.
    """
    needed = sum(math.prod(shape) * _BYTES[kind] for shape, kind in arrays)
    free = psutil.virtual_memory().available
    if needed > MOST_OF_FREE_MEMORY * free:
        raise MemoryError(
            f"{path} needs {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB are free: close other programs "
            "and notebooks, or convert it on a larger machine and copy the folder of the store"
        )
