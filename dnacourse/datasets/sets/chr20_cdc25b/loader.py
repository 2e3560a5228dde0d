"""A piece of human chromosome 20 around the gene CDC25B."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_sequence, read_table

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (55000,); `exons` of the genes that lie inside, in coordinates of `tokens`; `genes` of
    the whole chromosome, in its own coordinates; `offset`, where the piece begins in them."""
    return Dataset(
        "chr20_cdc25b",
        tokens=read_sequence(HERE / "sequence.fa.gz"),
        exons=read_table(HERE / "exons.csv.gz"),
        genes=read_table(HERE / "genes.csv.gz", index_col="gene"),
        offset=3_755_000,
    )
