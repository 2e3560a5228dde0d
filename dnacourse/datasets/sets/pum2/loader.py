"""Pieces of human RNA that the protein Pumilio 2 binds, and pieces that it does not."""

from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_encoded
from dnacourse.splits import as_given

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (30069, 101), RNA written with T; `labels` (30069,), 1 where PUM2 binds; `table` with gene
    and distances to the ends of its transcript; `split` by chromosome."""
    tokens, table = read_encoded(HERE / "sites.csv.gz")
    labels = table.pop("label").to_numpy(np.uint8)
    split = as_given(table["split"], table["chromosome"], "chromosome")
    return Dataset("pum2", tokens=tokens, labels=labels, table=table, split=split)
