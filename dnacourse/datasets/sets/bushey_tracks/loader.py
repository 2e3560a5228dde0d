"""Where insulator proteins bind before the genes of *Drosophila melanogaster*."""

from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.sets.fly_promoters.loader import pieces
from dnacourse.datasets.tables import read_table
from dnacourse.splits import as_given

HERE = Path(__file__).parent
CONTEXT_LENGTH = 1000
PROTEINS, CELLS = ("BEAF-32", "CTCF", "CP190", "Su(Hw)"), ("Kc", "Mbn2")


def load() -> Dataset:
    """`tokens` (71622, 1000), 200-letter bins in their context; `labels` (71622, 8); `tracks`, the names
    of the eight columns; `table` with the place of each bin; `split` by chromosome arm."""
    tracks = [f"{protein} {cell}" for protein in PROTEINS for cell in CELLS]
    table = read_table(HERE / "bins.csv.gz", dtype=dict.fromkeys(tracks, np.uint8))
    labels = table[tracks].to_numpy()
    tokens = pieces(table["offset"], CONTEXT_LENGTH)
    split = as_given(table["split"], table["chromosome"], "chromosome arm")
    table = table.drop(columns=[*tracks, "offset"])
    return Dataset("bushey_tracks", tokens=tokens, labels=labels, tracks=tracks, table=table, split=split)
