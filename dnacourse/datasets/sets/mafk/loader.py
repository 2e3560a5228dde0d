"""Stretches of the human genome that the transcription factor MafK binds."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_encoded
from dnacourse.splits import as_given

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (3900, 200), peaks of MafK; `table` with their places; `split` by chromosome."""
    tokens, table = read_encoded(HERE / "peaks.csv.gz")
    split = as_given(table["split"], table["chromosome"], "chromosome")
    return Dataset("mafk", tokens=tokens, table=table, split=split)
