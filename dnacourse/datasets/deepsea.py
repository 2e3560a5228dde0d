"""DeepSEA's training bundle on disk, small enough to keep and fast enough to draw batches from.

`convert` reads train.mat, valid.mat or test.mat once and writes a folder; `open_store` gives rows of it by
index array. The bundle is that of Zhou and Troyanskaya 2015 (doi:10.1038/nmeth.3547); other data of this
shape, (N, L) tokens and (N, tasks) labels, are put into the same form by `write_store`.
"""

import hashlib
import json
import shutil
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm.auto import tqdm

from dnacourse.datasets.matfiles import ROWS_AT_ONCE, MatFile, open_mat
from dnacourse.datasets.packed import Indices, Labels, PackedRows, PackedWriter, check_labels
from dnacourse.sequence import UNKNOWN, Tokens, reverse_complement

STATE = "store.json"
ALL, ONE_OF_EACH = "rows", "one-of-each-pair"
_COLUMNS = {"cell": ("cell",), "mark": ("tf", "mark", "feature"), "treatment": ("treatment",)}
_HISTONE = r"H2A\.?Z|H[234][AB]?K\d+(?:ac|me\d?)?"
HALVES, NEIGHBOURS, NONE = "halves", "neighbours", "none"


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
        state = _state(self.folder)
        if state is None:
            begun = _state(self.folder / ALL)
            what = f"holds {begun['done']:,} of {begun['rows']:,} rows" if begun else "is no store"
            raise FileNotFoundError(f"{folder} {what}: call convert, which goes on where it stopped")
        self.rows, self.length, self.tasks = state["rows"], state["length"], state["tasks"]
        self.other_strands = state["other_strands"]
        part, rows = (ALL, self.rows) if self.other_strands == NONE else (ONE_OF_EACH, self.rows // 2)
        self._packed = PackedRows(self.folder / part, rows, self.length, self.tasks, state["unknowns"])

    def __reduce__(self) -> tuple[Any, ...]:
        return Store, (self.folder,)  # another process opens the files, and no copy is sent

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
        """The same, for torch's DataLoader: give it `collate_fn=lambda batch: batch`."""
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
    """A store that `convert` or `write_store` has written; raises what `Store` does."""
    return Store(folder)


def write_store(tokens: Tokens, labels: npt.ArrayLike, folder: str | Path) -> Store:
    """Put arrays in memory into a store: the fly tracks, so that one lecture runs on either.

    Args:
        tokens: (N, L).
        labels: 0 or 1, (N, tasks).
        folder: is made.

    Raises:
        FileExistsError: the folder holds a store of another size.
        ValueError: the arrays do not fit each other.
    """
    return _write(_InMemory(np.asarray(tokens), np.asarray(labels)), Path(folder), progress=False)


def convert(mat: str | Path, folder: str | Path, progress: bool = True) -> Store:
    """Write train.mat (MATLAB v7.3), valid.mat or test.mat (v5) as a store.

    The file is read once, a slab at a time. A conversion that was interrupted goes on when it is called
    again. The channels, A, G, C, T in the file, become tokens in the order A, C, G, T.

    Args:
        mat: holds one array …xdata, (any number of rows, 4, letters), and one …data, (rows, tasks).
        folder: is made. For train.mat 1.6 GB are needed, of which half is given back where the rows are
            pairs of strands.
        progress: show a bar.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is no MATLAB file, is cut short, or holds something else.
        FileExistsError: the folder holds the store of another file.
    """
    with closing(open_mat(mat)) as source:
        return _write(source, Path(folder), progress)


def read_features(path: str | Path) -> pd.DataFrame:
    """The table of DeepSEA's features, from its list of names or its supplement.

    Args:
        path: the list in the authors' program has a line for each feature, cell|mark|treatment
            (`8988T|DNase|None`); the supplement's table may be given as .csv or .tsv with columns whose names
            begin with cell, and with TF, mark or feature, and with treatment.

    Returns:
        A row a feature, in the order of the labels: cell, mark, treatment ("" for none), and kind: "DNase",
        "histone" or "TF".

    Raises:
        ValueError: a line without three parts, or a table without these columns.
    """
    path = Path(path)
    if path.suffix in (".csv", ".tsv"):
        table = pd.read_csv(
            path, sep="," if path.suffix == ".csv" else "\t", dtype=str, keep_default_na=False
        )
        features = pd.DataFrame({name: _column(table, starts, path) for name, starts in _COLUMNS.items()})
    else:
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        parts = [line.split("|") for line in lines]
        if wrong := [line for line, three in zip(lines, parts, strict=True) if len(three) != 3]:
            raise ValueError(f"{path}: expected cell|mark|treatment, found {wrong[0]!r}")
        features = pd.DataFrame(parts, columns=list(_COLUMNS))
    features = features.map(str.strip).replace({"treatment": {"None": ""}})
    histone = features["mark"].str.fullmatch(_HISTONE)
    features["kind"] = np.select([features["mark"].eq("DNase"), histone], ["DNase", "histone"], "TF")
    return features


def _column(table: pd.DataFrame, starts: tuple[str, ...], path: Path) -> pd.Series:
    for name in table:
        if name.strip().lower().startswith(starts):
            return table[name]
    raise ValueError(f"{path} has the columns {', '.join(table)}; none begins with {' or '.join(starts)}")


class _InMemory(MatFile):
    def __init__(self, tokens: Tokens, labels: npt.NDArray) -> None:
        if tokens.ndim != 2 or labels.ndim != 2 or len(tokens) != len(labels):
            raise ValueError(
                f"expected tokens (N, L) and labels (N, tasks), not {tokens.shape} and {labels.shape}"
            )
        if not np.issubdtype(tokens.dtype, np.integer) or tokens.min(initial=0) < 0:
            raise ValueError(f"tokens are whole numbers from 0 to 4, not {tokens.dtype}")
        if tokens.max(initial=0) > UNKNOWN:
            raise ValueError(
                "padding cannot be stored: cut the sequences to one length, or mark it unknown, 4"
            )
        labels = check_labels(labels, "the labels")
        self.tokens, self.labels = tokens, labels
        (self.rows, self.length), self.tasks = tokens.shape, labels.shape[1]

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        return self.tokens[first:behind], self.labels[first:behind]

    def fingerprint(self) -> str:
        digest = hashlib.sha256(np.ascontiguousarray(self.tokens).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        return digest.hexdigest()


def _write(source: MatFile, folder: Path, progress: bool) -> Store:
    sizes = {"length": source.length, "tasks": source.tasks}
    identity = {"rows": source.rows, **sizes, "source": source.fingerprint()}
    finished = _state(folder)
    state = finished or _state(folder / ALL) or _begin(folder / ALL, identity)
    if any(state[name] != value for name, value in identity.items()):
        raise FileExistsError(
            f"{folder} holds the store of another file: choose another folder, or delete it"
        )
    if not finished:
        writer = PackedWriter(folder / ALL, **sizes, done=state["done"], unknowns=state["unknowns"])
        with tqdm(
            total=source.rows, initial=writer.done, unit="rows", disable=not progress, leave=False
        ) as bar:
            while writer.done < source.rows:
                bar.update(_write_slab(source, writer, state))
                _put_state(folder / ALL, state)
        state = _finish(writer, folder, state)
    if state["other_strands"] != NONE:
        shutil.rmtree(folder / ALL, ignore_errors=True)
    return Store(folder)


def _begin(folder: Path, identity: dict[str, Any]) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    in_pairs = identity["rows"] > 0 and identity["rows"] % 2 == 0
    state = {**identity, "done": 0, "unknowns": 0, HALVES: in_pairs, NEIGHBOURS: in_pairs}
    _put_state(folder, state)
    return state


def _write_slab(source: MatFile, writer: PackedWriter, state: dict[str, Any]) -> int:
    """Put the next rows on disk; how many."""
    first, behind = writer.done, min(writer.done + source.rows_at_once, source.rows)
    tokens, labels = source.read(first, behind)
    writer.append(tokens, labels)
    for layout in (HALVES, NEIGHBOURS):
        state[layout] = state[layout] and _are_other_strands(
            layout, source.rows, writer.rows(), first, tokens, labels
        )
    state["done"], state["unknowns"] = writer.done, writer.unknowns
    return behind - first


def _are_other_strands(
    layout: str, every: int, rows: PackedRows, first: int, tokens: Tokens, labels: Labels
) -> bool:
    """Do these rows hold, where the layout says so, the other strands of rows before them?"""
    number = np.arange(first, first + len(tokens))
    if layout == HALVES:
        later, partner = number >= every // 2, number - every // 2
    else:
        later, partner = number % 2 == 1, number - 1
    before, labels_before = rows.read(partner[later])
    return bool(
        (labels_before == labels[later]).all() and (reverse_complement(before) == tokens[later]).all()
    )


def _finish(writer: PackedWriter, folder: Path, state: dict[str, Any]) -> dict[str, Any]:
    """Keep one of each pair of strands, if the rows are such pairs, and say what is in the folder."""
    layout = next((name for name in (HALVES, NEIGHBOURS) if state[name]), NONE)
    kept = writer
    if layout != NONE:
        half, step = writer.done // 2, 1 if layout == HALVES else 2
        (folder / ONE_OF_EACH).mkdir(exist_ok=True)
        kept, rows = PackedWriter(folder / ONE_OF_EACH, writer.length, writer.tasks), writer.rows()
        for first in range(0, half, ROWS_AT_ONCE):
            kept.append(*rows.read(step * np.arange(first, min(first + ROWS_AT_ONCE, half))))
    state = {**state, "other_strands": layout, "unknowns": kept.unknowns}
    _put_state(folder, state)
    return state


def _state(folder: Path) -> dict[str, Any] | None:
    path = folder / STATE
    try:
        return json.loads(path.read_text()) if path.exists() else None
    except ValueError:
        raise ValueError(f"{path} is damaged: delete the folder and convert again") from None


def _put_state(folder: Path, state: dict[str, Any]) -> None:
    scratch = folder / (STATE + ".writing")
    scratch.write_text(json.dumps(state, indent=1) + "\n")
    scratch.replace(folder / STATE)
