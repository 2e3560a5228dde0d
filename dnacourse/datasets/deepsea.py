"""DeepSEA's training bundle, made into stores.

`convert` reads train.mat, valid.mat or test.mat once and writes a folder; `open_store` gives rows of it by
index array. The bundle is that of Zhou and Troyanskaya 2015 (doi:10.1038/nmeth.3547); other data of this
shape, (N, L) tokens and (N, tasks) labels, are put into the same form by `write_store`.
"""

import csv
import hashlib
import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd
from tqdm.auto import tqdm

from dnacourse.datasets.lines import text_lines
from dnacourse.datasets.matfiles import ROWS_AT_ONCE, MatFile, open_mat
from dnacourse.datasets.origin import FileOrigin, Note, Origin
from dnacourse.datasets.packed import Labels, PackedRows, PackedWriter, check_labels
from dnacourse.datasets.store import (
    ALL,
    HALVES,
    NEIGHBOURS,
    NONE,
    ONE_OF_EACH,
    Store,
    open_store,
    put_state,
    read_state,
)
from dnacourse.sequence import UNKNOWN, Tokens, reverse_complement

__all__ = ["Store", "convert", "open_store", "read_features", "write_store"]

_COLUMNS = {"cell": ("cell",), "mark": ("tf", "mark", "feature"), "treatment": ("treatment",)}
_HISTONE = r"H2A\.?Z|H[234][AB]?K\d+(?:ac|me\d?)?"


def write_store(tokens: Tokens, labels: npt.ArrayLike, folder: str | Path) -> Store:
    """Put arrays in memory into a store: the fly tracks, so that one lecture runs on either.

    Args:
        tokens: (N, L).
        labels: 0 or 1, (N, tasks).
        folder: is made.

    Raises:
        FileExistsError: the folder holds a store of other arrays.
        ValueError: the arrays do not fit each other.
    """
    source = _InMemory(np.asarray(tokens), np.asarray(labels))
    return _stored(lambda: source, source, Path(folder), progress=False)


def convert(mat: str | Path, folder: str | Path, progress: bool = True) -> Store:
    """Write train.mat (MATLAB v7.3), valid.mat or test.mat (v5) as a store.

    A file of v7.3 is read a slab of rows at a time, one of v5 as a whole. A conversion that was interrupted
    goes on when it is called again. The channels, A, G, C, T in the file, become tokens in the order A, C, G, T.
    What is in the folder stays valid as long as the file has the same content: where its size, times or inode
    are no longer those noted, all of it is read to see.

    Args:
        mat: holds one array …xdata, (any number of rows, 4, letters), and one …data, (rows, tasks).
        folder: is made. For train.mat 1.6 GB are needed, of which half is given back where the rows are
            pairs of strands.
        progress: show a bar.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: the file is no MATLAB file, is cut short, holds something else, or changes meanwhile.
        MemoryError: it is of v5, and its arrays do not fit into the free memory.
        FileExistsError: the folder holds the store of another file, or of this one before it was changed.
    """
    path = Path(mat)
    return _stored(partial(open_mat, path), FileOrigin(path), Path(folder), progress)


def read_features(path: str | Path) -> pd.DataFrame:
    """The table of DeepSEA's features, from its list of names or its supplement.

    Args:
        path: the list in the authors' program has a line for each feature, cell|mark|treatment
            (`8988T|DNase|None`); the supplement's table may be given as it was published, .xlsx, or as .csv or .tsv,
            with columns whose names begin with cell, and with TF, mark or feature, and with treatment. Above
            them there may be a title.

    Returns:
        A row a feature, in the order of the labels: cell, mark, treatment ("" for none), and kind: "DNase",
        "histone" or "TF".

    Raises:
        ValueError: a line without three parts or in another encoding, or a table without these columns.
    """
    path = Path(path)
    if path.suffix in (".csv", ".tsv", ".xlsx"):
        features = _features_in(_cells(path), path)
    else:
        lines = [line.strip() for line in text_lines(path) if line.strip()]
        parts = [line.split("|") for line in lines]
        if wrong := [line for line, three in zip(lines, parts, strict=True) if len(three) != 3]:
            raise ValueError(f"{path}: expected cell|mark|treatment, found {wrong[0]!r}")
        features = pd.DataFrame(parts, columns=list(_COLUMNS))
    features = features.map(str.strip).replace({"treatment": {"None": ""}})
    histone = features["mark"].str.fullmatch(_HISTONE)
    features["kind"] = np.select([features["mark"].eq("DNase"), histone], ["DNase", "histone"], "TF")
    return features


def _cells(path: Path) -> pd.DataFrame:
    """All cells of a table's first sheet as text, without a header.

    Raises:
        ValueError: it is no workbook.
    """
    if path.suffix == ".xlsx":
        try:
            return pd.read_excel(path, header=None, dtype=str, keep_default_na=False)
        except (BadZipFile, KeyError, ValueError) as error:
            raise ValueError(f"{path} is no .xlsx workbook, or is cut short: fetch it again") from error
    lines = csv.reader(text_lines(path), delimiter="," if path.suffix == ".csv" else "\t")
    return pd.DataFrame(list(lines), dtype=str).fillna("")


def _features_in(cells: pd.DataFrame, path: Path) -> pd.DataFrame:
    """The three columns below the first row that names them."""
    for row, names in enumerate(cells.to_numpy().tolist()):
        found = [_place(names, starts) for starts in _COLUMNS.values()]
        if None not in found:
            table = cells.iloc[row + 1 :, found].set_axis(list(_COLUMNS), axis=1)
            return table[table["cell"].str.strip() != ""].reset_index(drop=True)
    first = ", ".join(cells.iloc[0]) if len(cells) else "nothing"
    wanted = ", ".join(" or ".join(starts) for starts in _COLUMNS.values())
    raise ValueError(
        f"{path} has no row of columns whose names begin with {wanted}; its first row is: {first}"
    )


def _place(names: list[str], starts: tuple[str, ...]) -> int | None:
    """The first of the names that begins like this."""
    fits = [number for number, name in enumerate(names) if str(name).strip().lower().startswith(starts)]
    return fits[0] if fits else None


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
        self.tokens, self.labels = tokens.astype(np.uint8, copy=False), check_labels(labels, "the labels")
        (self.rows, self.length), self.tasks = tokens.shape, labels.shape[1]

    def read(self, first: int, behind: int) -> tuple[Tokens, Labels]:
        return self.tokens[first:behind], self.labels[first:behind]

    def note(self, before: Note | None = None) -> Note:
        digest = hashlib.sha256(f"{self.tokens.shape} {self.labels.shape}".encode())
        digest.update(np.ascontiguousarray(self.tokens).data)
        digest.update(np.ascontiguousarray(self.labels).data)
        return {"sha256": digest.hexdigest()}

    def looks_like(self, note: Note) -> bool:
        return True


def _stored(open_source: Callable[[], MatFile], origin: Origin, folder: Path, progress: bool) -> Store:
    """The store of a source, which is read as far as it is not in the folder yet."""
    finished = _own_state(folder, folder, origin)
    if finished is None:
        begun = _own_state(folder / ALL, folder, origin)
        note = begun["source"] if begun else origin.note()  # before anything is read
        with closing(open_source()) as source:
            state = begun or _begin(folder / ALL, source, note)
            finished = _write(source, folder, state, origin, progress)
    if finished["other_strands"] != NONE:
        shutil.rmtree(folder / ALL, ignore_errors=True)
    return Store(folder)


def _own_state(place: Path, folder: Path, origin: Origin) -> dict[str, Any] | None:
    """What is noted in a place of the folder, if it has rows; new times of the same content are noted, too.

    Raises:
        FileExistsError: it is noted of another source.
    """
    state = read_state(place)
    if state is None or not state["done"]:  # of a source that was refused at its first row
        return None
    found = origin.note(state["source"])
    if found["sha256"] != state["source"]["sha256"]:
        raise FileExistsError(
            f"{folder} holds the store of another file or of other arrays: choose another folder, or delete it"
        )
    if found != state["source"]:
        state["source"] = found
        put_state(place, state)
    return state


def _begin(folder: Path, source: MatFile, note: Note) -> dict[str, Any]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    sizes = {"rows": source.rows, "length": source.length, "tasks": source.tasks}
    in_pairs = source.rows > 0 and source.rows % 2 == 0
    state = {**sizes, "source": note, "done": 0, "unknowns": 0, HALVES: in_pairs, NEIGHBOURS: in_pairs}
    put_state(folder, state)
    return state


def _write(
    source: MatFile, folder: Path, state: dict[str, Any], origin: Origin, progress: bool
) -> dict[str, Any]:
    writer = PackedWriter(
        folder / ALL, source.length, source.tasks, done=state["done"], unknowns=state["unknowns"]
    )
    with tqdm(total=source.rows, initial=writer.done, unit="rows", disable=not progress, leave=False) as bar:
        while writer.done < source.rows:
            bar.update(_write_slab(source, writer, state))
            if not origin.looks_like(state["source"]):
                state["source"] = _same_content(origin, state["source"], folder)
            put_state(folder / ALL, state)
    state["source"] = _same_content(origin, state["source"], folder)
    return _finish(writer, folder, state)


def _same_content(origin: Origin, note: Note, folder: Path) -> Note:
    """What is to be noted of the source now.

    Raises:
        ValueError: it has changed, so the rows that were read are partly its old ones; they are taken away.
    """
    found = origin.note(note)
    if found["sha256"] != note["sha256"]:
        shutil.rmtree(folder / ALL, ignore_errors=True)
        raise ValueError(f"the file that {folder} is made from changed while it was read: convert it again")
    return found


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
    put_state(folder, state)
    return state
