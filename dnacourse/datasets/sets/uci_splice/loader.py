"""Borders between exons and introns of primates."""

from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_encoded

HERE = Path(__file__).parent
CLASSES = ("EI", "IE", "N")


def load() -> Dataset:
    """`tokens` (3190, 60); `labels` (3190,), 0 exon to intron, 1 intron to exon, 2 neither (`classes` has
    the names); `folds` (3190,), 0 to 9, for cross-validation: no two folds share 30 letters."""
    tokens, table = read_encoded(HERE / "junctions.csv.gz")
    labels = table["label"].map(CLASSES.index).to_numpy(np.uint8)
    folds = table["fold"].to_numpy()
    return Dataset("uci_splice", tokens=tokens, labels=labels, classes=list(CLASSES), folds=folds)
