"""Rows of letters and labels on disk: four letters in a byte, eight labels in a byte, unknown letters in a list."""

import os
from pathlib import Path

import numba
import numpy as np
import numpy.typing as npt

from dnacourse.sequence import UNKNOWN, Tokens

Indices = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]
BASES, LABELS, UNKNOWNS = "bases.2bit", "labels.bits", "unknown.int64"
_SHIFTS = np.array([6, 4, 2, 0], dtype=np.uint8)
# The four tokens and the eight labels of each byte, as one number: a single look-up gives them all.
_LETTERS_OF_BYTE = ((np.arange(256)[:, None] >> _SHIFTS) & 3).astype(np.uint8).view(np.uint32)[:, 0]
_LABELS_OF_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1).view(np.uint64)[:, 0]


def pack(tokens: Tokens) -> npt.NDArray[np.uint8]:
    """Tokens (n, L) as bytes (n, ceil(L / 4)); the first letter in the highest bits, unknown ones as A."""
    padded = np.zeros((len(tokens), -(-tokens.shape[1] // 4) * 4), np.uint8)
    padded[:, : tokens.shape[1]] = np.where(tokens < UNKNOWN, tokens, 0)
    return (padded.reshape(len(tokens), padded.shape[1] // 4, 4) << _SHIFTS).sum(axis=2, dtype=np.uint8)


def check_labels(labels: npt.NDArray, place: str) -> Labels:
    """Labels as uint8, in the shape they have, such as (N, tasks).

    Raises:
        ValueError: one is neither 0 nor 1.
    """
    if not ((labels == 0) | (labels == 1)).all():
        raise ValueError(f"{place}: a label is neither 0 nor 1; leave rows without a label out")
    return labels.astype(np.uint8)


class PackedRows:
    """Rows on disk, to be read.

    Args:
        folder: holds the three files.
        rows: how many there are.
        length: letters of each.
        tasks: labels of each.
        unknowns: letters that are unknown, in all of them.

    Raises:
        ValueError: a file is shorter than it must be.
    """

    def __init__(self, folder: Path, rows: int, length: int, tasks: int, unknowns: int) -> None:
        self.length, self.tasks = length, tasks
        self._bases = _mapped(folder / BASES, (rows, _bytes_for(length, 4)), "u1")
        self._labels = _mapped(folder / LABELS, (rows, _bytes_for(tasks, 8)), "u1")
        self._unknown = _mapped(folder / UNKNOWNS, (unknowns, 2), "<i8")  # row, letter; by row

    def read(self, places: Indices) -> tuple[Tokens, Labels]:
        """Tokens (B, length) and labels (B, tasks) of these rows."""
        tokens = _unpacked(self._bases, places, _LETTERS_OF_BYTE, self.length)
        if len(self._unknown):
            first, behind = (np.searchsorted(self._unknown[:, 0], places, side) for side in ("left", "right"))
            for row in np.flatnonzero(first < behind):
                tokens[row, self._unknown[first[row] : behind[row], 1]] = UNKNOWN
        return tokens, _unpacked(self._labels, places, _LABELS_OF_BYTE, self.tasks)


def _unpacked(
    packed: npt.NDArray[np.uint8], places: Indices, of_byte: npt.NDArray, items: int
) -> npt.NDArray[np.uint8]:
    """The rows of `packed` at these places, `of_byte` in place of each byte, as (rows, items)."""
    rows = np.empty((len(places), packed.shape[1]), of_byte.dtype)
    _look_up(packed, places, of_byte, rows)
    return rows.view(np.uint8)[:, :items]


@numba.njit(cache=True)
def _look_up(packed, places, of_byte, rows):  # type: ignore[no-untyped-def]
    for row in range(len(places)):
        place = places[row]
        for column in range(packed.shape[1]):
            rows[row, column] = of_byte[packed[place, column]]


class PackedWriter:
    """Puts rows on disk, one slab behind the other; what stands behind the rows that are done is cut off.

    Args:
        folder: is there.
        length: letters of each row.
        tasks: labels of each row.
        done: rows that stay.
        unknowns: unknown letters in them.
    """

    def __init__(self, folder: Path, length: int, tasks: int, done: int = 0, unknowns: int = 0) -> None:
        self.folder, self.length, self.tasks = folder, length, tasks
        self.done, self.unknowns = done, unknowns
        for name, size in (
            (BASES, done * _bytes_for(length, 4)),
            (LABELS, done * _bytes_for(tasks, 8)),
            (UNKNOWNS, unknowns * 16),
        ):
            with (folder / name).open("ab") as file:
                file.truncate(size)

    def append(self, tokens: Tokens, labels: Labels) -> None:
        """Put rows, tokens (n, length) and labels (n, tasks), behind those that are there.

        Raises:
            OSError: there is no room. The rows before are unharmed.
        """
        unknown = (np.argwhere(tokens == UNKNOWN) + np.array([self.done, 0])).astype("<i8")
        for name, content in (
            (BASES, pack(tokens)),
            (LABELS, np.packbits(labels, axis=1)),
            (UNKNOWNS, unknown),
        ):
            try:
                with (self.folder / name).open("ab") as file:
                    file.write(np.ascontiguousarray(content).data)
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                raise OSError(
                    error.errno,
                    f"{error.strerror}: make room and call again, it goes on at row {self.done:,}",
                    str(self.folder / name),
                ) from None
        self.done += len(tokens)
        self.unknowns += len(unknown)

    def rows(self) -> PackedRows:
        """What is on disk so far: rows of tokens (n, length) and labels (n, tasks)."""
        return PackedRows(self.folder, self.done, self.length, self.tasks, self.unknowns)


def _bytes_for(items: int, in_a_byte: int) -> int:
    return -(-items // in_a_byte)


def _mapped(path: Path, shape: tuple[int, int], dtype: str) -> npt.NDArray:
    needed = shape[0] * shape[1] * np.dtype(dtype).itemsize
    size = path.stat().st_size if path.exists() else 0
    if size < needed:
        raise ValueError(
            f"{path} is cut short: {size:,} bytes, {needed:,} are needed. Delete the folder and convert again"
        )
    return np.asarray(np.memmap(path, dtype, "r", shape=shape)) if needed else np.empty(shape, dtype)
