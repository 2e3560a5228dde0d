"""The genome of *Plasmodium falciparum*."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_table
from dnacourse.datasets.twobit import read_2bit

HERE = Path(__file__).parent


def load() -> Dataset:
    """`chromosomes`, name -> tokens (L,); `table`, their lengths and the part of the split each belongs to."""
    return Dataset(
        "falciparum",
        chromosomes=read_2bit(HERE / "genome.2bit"),
        table=read_table(HERE / "chromosomes.csv.gz", index_col="name"),
    )
