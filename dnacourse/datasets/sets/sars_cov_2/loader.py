"""The first published genome of SARS-CoV-2 and its genes."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_sequence, read_table

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (29903,), U written as T; `genes`, indexed by name."""
    return Dataset(
        "sars_cov_2",
        tokens=read_sequence(HERE / "genome.fa.gz"),
        genes=read_table(HERE / "genes.csv.gz", index_col="gene"),
    )
