"""The chromosome of *Escherichia coli* K-12 MG1655 and its annotation."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_sequence, read_table

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (4641652,); `genes`, a row for each annotated CDS row; `rna_genes`, a row for each gene
    whose RNA is not translated; `landmarks`, oriC and dif."""
    return Dataset(
        "ecoli",
        tokens=read_sequence(HERE / "genome.fa.gz"),
        genes=read_table(HERE / "genes.csv.gz"),
        rna_genes=read_table(HERE / "rna_genes.csv.gz"),
        landmarks=read_table(HERE / "landmarks.csv.gz", index_col="name"),
    )
