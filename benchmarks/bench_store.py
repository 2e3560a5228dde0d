"""A random batch of 100 rows: our DeepSEA store beside h5py on a file laid out like train.mat."""

import os
import tempfile
from pathlib import Path

import h5py
import numpy as np
from _timing import best_of, report

from dnacourse.datasets.deepsea import convert

ROWS, LENGTH, TASKS, BATCH = 44_000, 1000, 919, 100  # a hundredth of train.mat
rng = np.random.default_rng(0)


def write(path: Path) -> None:
    """train.mat's layout: samples on the last axis, channels A, G, C, T."""
    with h5py.File(path, "w") as file:
        planes = file.create_dataset("trainxdata", (LENGTH, 4, ROWS), np.uint8)
        for letter in range(LENGTH):
            planes[letter] = np.arange(4)[:, None] == rng.integers(0, 4, ROWS)
        file["traindata"] = (rng.random((TASKS, ROWS)) < 0.02).astype(np.uint8)


def with_h5py(file: h5py.File, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tokens and labels of sorted rows, which h5py insists on."""
    planes = file["trainxdata"][:, :, rows]  # (letters, 4, rows)
    tokens = np.array([0, 2, 1, 3], np.uint8)[planes.argmax(axis=1)].T
    return tokens, file["traindata"][:, rows].T


with tempfile.TemporaryDirectory() as folder:
    write(Path(folder, "train.mat"))
    store = convert(Path(folder, "train.mat"), Path(folder, "store"), progress=False)
    batches = [np.sort(rng.choice(ROWS, BATCH, replace=False)) for _ in range(50)]
    with h5py.File(Path(folder, "train.mat")) as file:
        for ours, theirs in zip(store[batches[0]], with_h5py(file, batches[0]), strict=True):
            assert np.array_equal(ours, theirs)
        os.sync()  # what was written must be on disk before the clock starts
        ours_seconds = best_of(lambda: [store[rows] for rows in batches], 20) / len(batches)
        together = best_of(lambda: [with_h5py(file, rows) for rows in batches[:3]]) / 3
        singly = best_of(lambda: [with_h5py(file, slice(row, row + 1)) for row in batches[0]], 2)
        what = "random batch of 100 x 1,000 letters and 919 labels"
        report(what, ours_seconds, "h5py, sorted and read together", together)
        report(what, ours_seconds, "h5py, row by row as a DataLoader asks", singly)
