"""Sequences and labels on disk, small enough to keep and fast enough to draw batches from."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from dnacourse.datasets.packed import Indices, Labels, PackedRows
from dnacourse.files import write_text
from dnacourse.sequence import Tokens, reverse_complement

STATE = "store.json"
ALL, ONE_OF_EACH = "rows", "one-of-each-pair"
HALVES, NEIGHBOURS, NONE = "halves", "neighbours", "none"
_NOTED = {"rows", "length", "tasks", "done", "unknowns"}


class Store:
    """Sequences and labels on disk, by index array.

    Attributes:
        length: letters of a sequence.
        tasks: labels of a row.
        other_strands: "halves" if the second half of the rows holds the other strands of the first, row by
            row; "neighbours" if every odd row holds that of the row before; else "none". Of such pairs only
            one is on disk, and the other is worked out.

    Raises:
        FileNotFoundError: there is none, or its conversion was interrupted.
        ValueError: a file of it is cut short.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        state = read_state(self.folder)
        if state is None:
            begun = read_state(self.folder / ALL)
            what = f"holds {begun['done']:,} of {begun['rows']:,} rows" if begun else "is no store"
            raise FileNotFoundError(f"{folder} {what}: call convert, which goes on where it stopped")
        self.rows, self.length, self.tasks = state["rows"], state["length"], state["tasks"]
        self.other_strands, self._sha256 = state["other_strands"], state["source"]["sha256"]
        part, rows = (ALL, self.rows) if self.other_strands == NONE else (ONE_OF_EACH, self.rows // 2)
        self._packed = PackedRows(self.folder / part, rows, self.length, self.tasks, state["unknowns"])

    def __reduce__(self) -> tuple[Any, ...]:
        return Store, (self.folder,)  # another process opens the files, and no copy is sent

    def identity(self) -> str:
        """What the rows are known by, wherever the folder is: the SHA-256 of what they were made from."""
        return str(self._sha256)

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        strands = "" if self.other_strands == NONE else f", other strands in {self.other_strands}"
        return f"Store({self.rows:,} rows x {self.length:,} letters, {self.tasks} tasks{strands})"

    def __getitem__(self, indices: Any) -> tuple[Tokens, Labels]:
        """Tokens uint8 (B, length) and labels uint8 (B, tasks) of the rows: an index array, a mask or a slice.

        Raises:
            IndexError: a row that is not there.
        """
        rows = self._as_rows(indices)
        if self.other_strands == HALVES:
            places, turned = rows % (self.rows // 2), rows >= self.rows // 2
        elif self.other_strands == NEIGHBOURS:
            places, turned = rows // 2, rows % 2 == 1
        else:
            return self._packed.read(rows)
        tokens, labels = self._packed.read(places)
        tokens[turned] = reverse_complement(tokens[turned])
        return tokens, labels

    def __getitems__(self, indices: Sequence[int]) -> tuple[Tokens, Labels]:
        """The same, for torch's DataLoader: give it `collate_fn=training.as_batch`."""
        return self[np.asarray(indices)]

    def _as_rows(self, indices: Any) -> Indices:
        if isinstance(indices, slice):
            return np.arange(self.rows)[indices]
        given = np.atleast_1d(np.asarray(indices))
        if given.size and not (given.dtype == bool or np.issubdtype(given.dtype, np.integer)):
            raise IndexError(f"rows are asked for by whole numbers or a mask, not by {given.dtype}")
        if given.dtype == bool:
            if len(given) != self.rows:
                raise IndexError(f"the mask has {len(given):,} rows, the store {self.rows:,}")
            return np.flatnonzero(given)
        if given.size and (given.min() < -self.rows or given.max() >= self.rows):
            raise IndexError(
                f"the store has {self.rows:,} rows; asked for {given.min():,} to {given.max():,}"
            )
        return given.astype(np.int64) % max(self.rows, 1)


def open_store(folder: str | Path) -> Store:
    """A store that `deepsea.convert` or `deepsea.write_store` has written; raises what `Store` does."""
    return Store(folder)


def read_state(folder: Path) -> dict[str, Any] | None:
    """What a folder notes of its rows; None if it notes nothing.

    Raises:
        ValueError: the note is damaged.
    """
    path = folder / STATE
    if not path.exists():
        return None
    with suppress(ValueError):
        state: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if _is_note(state):
            return state
    raise ValueError(
        f"{path} is damaged, or of an earlier version of the course: delete the folder and convert again"
    )


def _is_note(state: Any) -> bool:
    if not isinstance(state, dict) or not isinstance(state.get("source"), dict):
        return False
    return "sha256" in state["source"] and state.keys() >= _NOTED


def put_state(folder: Path, state: dict[str, Any]) -> None:
    """Note what the rows in a folder are."""
    write_text(folder / STATE, json.dumps(state, indent=1) + "\n")
