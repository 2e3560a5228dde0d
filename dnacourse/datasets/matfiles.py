"""Reading DeepSEA's MATLAB files in bounded memory, whatever their size.

train.mat is MATLAB v7.3, which is HDF5; valid.mat and test.mat are v5, which scipy reads as a whole only.
Both hold one-hot sequences (rows, 4, letters), channels A, G, C, T, and labels (rows, tasks), by columns.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import h5py
import numpy as np
import numpy.typing as npt

from dnacourse.datasets.packed import Labels, check_labels
from dnacourse.sequence import UNKNOWN, Tokens

ROWS_AT_ONCE = 8192
MOST_ROWS_AT_ONCE = 65536
_CHANNELS = np.array([0, 2, 1, 3], dtype=np.uint8)  # tokens of A, G, C, T
_CHUNK = 1 << 20
_PIECES, _PIECE = 64, 1 << 16
_NUMBERS = {1: "i1", 2: "u1", 3: "<i2", 4: "<u2", 5: "<i4", 6: "<u4", 7: "<f4", 9: "<f8", 12: "<i8",
            13: "<u8"}  # fmt: skip
"""by type code"""
_MATRIX, _COMPRESSED = 14, 15
_NUMERIC = range(6, 16)  # classes of array: doubles to 64-bit integers


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

    def fingerprint(self) -> str:
        """What tells this source from another of the same size."""
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file."""


def fingerprint_of(path: Path) -> str:
    """A hash of a file's size and of pieces from all over it: the whole would take minutes."""
    size = path.stat().st_size
    digest = hashlib.sha256(b"%d" % size)
    with path.open("rb") as file:
        for piece in range(_PIECES):
            file.seek(max(size - _PIECE, 0) * piece // (_PIECES - 1))
            digest.update(file.read(_PIECE))
    return digest.hexdigest()


def open_mat(path: str | Path) -> MatFile:
    """Open a file of either version.

    Raises:
        FileNotFoundError: it is not there.
        ValueError: it is no MATLAB file, is cut short, or does not hold the two arrays.
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


def _pair(names: dict[str, Any], path: Path) -> tuple[str, str]:
    """The names of the sequences and of their labels: trainxdata and traindata."""
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


class _Version73(MatFile):
    """HDF5 has the axes the other way round: (letters, 4, rows) and (tasks, rows)."""

    def __init__(self, path: Path) -> None:
        self.path, self._file = path, h5py.File(path)
        arrays = {name: one for name, one in self._file.items() if isinstance(one, h5py.Dataset)}
        sequences, labels = _pair(arrays, path)
        self._sequences, self._labels = arrays[sequences], arrays[labels]
        _check_shapes(path, self._sequences.shape[::-1], self._labels.shape[::-1])
        self.length, _, self.rows = self._sequences.shape
        self.tasks = len(self._labels)
        if chunks := self._sequences.chunks:  # a chunk that lies across two slabs is unpacked twice
            self.rows_at_once = min(-(-ROWS_AT_ONCE // chunks[2]) * chunks[2], MOST_ROWS_AT_ONCE)

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        try:
            planes, labels = self._sequences[:, :, first:behind], self._labels[:, first:behind]
        except (OSError, RuntimeError) as error:
            raise ValueError(
                f"{self.path} cannot be read from row {first:,} on: {error}. Download it again"
            ) from None
        tokens = tokens_of(planes.swapaxes(0, 1), f"{self.path}, rows {first:,} to {behind:,}")
        return np.ascontiguousarray(tokens.T), check_labels(np.ascontiguousarray(labels.T), str(self.path))

    def fingerprint(self) -> str:
        return fingerprint_of(self.path)

    def close(self) -> None:
        self._file.close()


class _Version5(MatFile):
    """The rows run fastest, so the whole is unpacked once, a letter of all rows at a time, and kept small."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shapes: dict[str, tuple[int, ...]] = {}
        kept: dict[str, npt.NDArray[np.uint8]] = {}
        with path.open("rb") as file:
            for name, shape, numbers in _arrays(file, path):
                shapes[name] = shape
                if name.endswith("xdata") and len(shape) == 3 and shape[1] == 4:
                    kept[name] = self._letters(shape, numbers)
                elif name.endswith("data") and len(shape) == 2:
                    kept[name] = self._label_bits(shape, numbers)
                numbers.stream.finish()
        sequences, labels = _pair(shapes, path)
        _check_shapes(path, shapes[sequences], shapes[labels])
        (self.rows, _, self.length), self.tasks = shapes[sequences], shapes[labels][1]
        self._letter_pairs, self._bits = kept[sequences], kept[labels]

    def _letters(self, shape: tuple[int, ...], numbers: "_Numbers") -> npt.NDArray[np.uint8]:
        """Two letters a byte, (letters / 2, rows): five tokens do not fit into two bits."""
        rows, _, length = shape
        pairs = np.zeros((-(-length // 2), rows), np.uint8)
        for letter in range(length):
            planes = numbers.take(4 * rows).reshape(4, rows)
            tokens = tokens_of(planes, f"{self.path}, letter {letter}")
            pairs[letter // 2] |= tokens << (4 * (letter % 2))
        return pairs

    def _label_bits(self, shape: tuple[int, ...], numbers: "_Numbers") -> npt.NDArray[np.uint8]:
        """Eight tasks a byte, (tasks / 8, rows)."""
        rows, tasks = shape
        bits = np.zeros((-(-tasks // 8), rows), np.uint8)
        for task in range(tasks):
            bits[task // 8] |= check_labels(numbers.take(rows), str(self.path)) << (task % 8)
        return bits

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        pairs, bits = self._letter_pairs[:, first:behind].T, self._bits[:, first:behind].T
        tokens = np.stack([pairs & 15, pairs >> 4], axis=2).reshape(behind - first, 2 * pairs.shape[1])[
            :, : self.length
        ]
        labels = np.unpackbits(np.ascontiguousarray(bits), axis=1, count=self.tasks, bitorder="little")
        return np.ascontiguousarray(tokens), labels

    def fingerprint(self) -> str:
        return fingerprint_of(self.path)


class _Stream:
    """The bytes of one element, unpacked if need be, a piece at a time."""

    def __init__(self, file: BinaryIO, path: Path, size: int, packed: bool) -> None:
        self.file, self.path, self.left = file, path, size
        self.unpack = zlib.decompressobj() if packed else None
        self.waiting = b""

    def take(self, count: int) -> bytes:
        """The next `count` bytes.

        Raises:
            ValueError: the file ends before, or is damaged.
        """
        pieces = [self.waiting]
        have = len(self.waiting)
        while have < count:
            pieces.append(self._more(count - have))
            have += len(pieces[-1])
        whole = b"".join(pieces)
        self.waiting = whole[count:]
        return whole[:count]

    def _more(self, wanted: int) -> bytes:
        if self.unpack and self.unpack.unconsumed_tail:
            packed = self.unpack.unconsumed_tail
        else:
            packed = self.file.read(min(_CHUNK, self.left))
            self.left -= len(packed)
            if not packed:
                raise ValueError(f"{self.path} is cut short: download it again")
        try:
            return self.unpack.decompress(packed, max(wanted, 1)) if self.unpack else packed
        except zlib.error as error:
            raise ValueError(f"{self.path} is damaged ({error}): download it again") from None

    def finish(self) -> None:
        """Read on to the end of the element: only there zlib compares its checksum.

        Raises:
            ValueError: the file is cut short or damaged.
        """
        while self.unpack and not self.unpack.eof:
            self._more(_CHUNK)

    def element(self) -> tuple[int, int, bytes]:
        """Type, size, and, of a small element, the data that stands in its tag."""
        kind, size = struct.unpack("<II", tag := self.take(8))
        return (kind & 0xFFFF, kind >> 16, tag[4:]) if kind >> 16 else (kind, size, b"")

    def value(self) -> bytes:
        """The data of the next element, which is short."""
        _, size, inside = self.element()
        return inside[:size] if inside else self.take(-(-size // 8) * 8)[:size]


class _Numbers:
    """The numbers of an array, in the order of the file."""

    def __init__(self, stream: _Stream) -> None:
        self.kind, _, inside = stream.element()
        self.stream = stream
        if inside:
            self.stream.waiting = inside + self.stream.waiting

    def take(self, count: int) -> npt.NDArray:
        """The next so many."""
        if self.kind not in _NUMBERS:
            raise ValueError(f"{self.stream.path}: numbers of type {self.kind} are not read here")
        dtype = np.dtype(_NUMBERS[self.kind])
        return np.frombuffer(self.stream.take(count * dtype.itemsize), dtype)


def _arrays(file: BinaryIO, path: Path) -> Iterator[tuple[str, tuple[int, ...], _Numbers]]:
    """Name, shape and numbers of each numeric array of a version 5 file, one after the other."""
    place = 128
    while True:
        file.seek(place)
        tag = file.read(8)
        if not tag:
            return
        if len(tag) < 8:
            raise ValueError(f"{path} is cut short: download it again")
        kind, size = struct.unpack("<II", tag)
        stream = _Stream(file, path, size, kind == _COMPRESSED)
        if kind == _COMPRESSED:
            kind, _, _ = stream.element()
        place += 8 + size
        if kind == _MATRIX:
            if stream.value()[0] not in _NUMERIC:
                continue  # text, cells, structures, sparse matrices: none of the two arrays
            shape = tuple(np.frombuffer(stream.value(), "<i4").tolist())
            yield stream.value().decode("ascii", "replace"), shape, _Numbers(stream)
