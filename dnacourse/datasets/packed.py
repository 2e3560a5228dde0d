"""Rows of letters and labels on disk: four letters in a byte, eight labels in a byte, unknown letters in a list."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from dnacourse.sequence import UNKNOWN, Tokens

Indices = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint8]
BASES, LABELS, UNKNOWNS = "bases.2bit", "labels.bits", "unknown.int64"
_SHIFTS = np.array([6, 4, 2, 0], dtype=np.uint8)
# The four tokens of each byte, as one number of 32 bits: a single look-up gives all four.
_LETTERS_OF_BYTE = ((np.arange(256)[:, None] >> _SHIFTS) & 3).astype(np.uint8).view(np.uint32)[:, 0]


def pack(tokens: Tokens) -> npt.NDArray[np.uint8]:
    """Tokens (n, L) as bytes (n, ceil(L / 4)); the first letter in the highest bits, unknown ones as A."""
    padded = np.zeros((len(tokens), -(-tokens.shape[1] // 4) * 4), np.uint8)
    padded[:, : tokens.shape[1]] = np.where(tokens < UNKNOWN, tokens, 0)
    return (padded.reshape(len(tokens), padded.shape[1] // 4, 4) << _SHIFTS).sum(axis=2, dtype=np.uint8)


class PackedRows:
    """A folder of packed rows.

    Args:
        folder: holds the three files.
        rows: how many there are.
        length: letters of each.
        tasks: labels of each.
        writable: open them to be written; files that are not there are made.

    Raises:
        ValueError: a file is shorter than so many rows need.
    """

    def __init__(self, folder: Path, rows: int, length: int, tasks: int, writable: bool = False) -> None:
        self.folder, self.rows, self.length, self.tasks = folder, rows, length, tasks
        self._bases = self._map(BASES, -(-length // 4), writable)
        self._labels = self._map(LABELS, -(-tasks // 8), writable)
        if writable:
            (folder / UNKNOWNS).touch()
        self._unknown = np.fromfile(folder / UNKNOWNS, np.int64).reshape(-1, 2)  # row, letter; by row

    def _map(self, name: str, width: int, writable: bool) -> npt.NDArray[np.uint8]:
        path = self.folder / name
        if writable and not path.exists():
            with path.open("wb") as file:
                file.truncate(self.rows * width)
        if (size := path.stat().st_size) < self.rows * width:
            raise ValueError(
                f"{path} is cut short: {size:,} bytes, {self.rows * width:,} are needed. Convert again"
            )
        return np.memmap(path, np.uint8, "r+" if writable else "r", shape=(self.rows, width))

    def read(self, places: Indices) -> tuple[Tokens, Labels]:
        """Tokens (B, length) and labels (B, tasks) of these rows."""
        tokens: Tokens = np.take(_LETTERS_OF_BYTE, self._bases[places], mode="clip").view(np.uint8)
        tokens = tokens[:, : self.length]
        if len(self._unknown):
            first, behind = (np.searchsorted(self._unknown[:, 0], places, side) for side in ("left", "right"))
            for row in np.flatnonzero(first < behind):
                tokens[row, self._unknown[first[row] : behind[row], 1]] = UNKNOWN
        return tokens, np.unpackbits(self._labels[places], axis=1, count=self.tasks)

    def write(self, first: int, tokens: Tokens, labels: Labels) -> None:
        """Put rows on disk, from row `first` on; what stands there, or behind it, is forgotten."""
        self._bases[first : first + len(tokens)] = pack(tokens)
        self._labels[first : first + len(tokens)] = np.packbits(labels, axis=1)
        unknown = np.argwhere(tokens == UNKNOWN) + np.array([first, 0])
        self._unknown = np.concatenate([self._unknown[self._unknown[:, 0] < first], unknown])
        for mapped in (self._bases, self._labels):
            mapped.flush()  # type: ignore[attr-defined]
        self._unknown.tofile(self.folder / UNKNOWNS)
