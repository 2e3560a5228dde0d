"""Whole genomes and pieces of genomes."""

import pandas as pd

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import FILES
from dnacourse.sequence import Tokens


def _sequence(filename: str) -> Tokens:
    (tokens,) = read_fasta(FILES / filename).values()
    return tokens


def _table(filename: str, **options: object) -> pd.DataFrame:
    return pd.read_csv(FILES / filename, **options)  # type: ignore[call-overload, no-any-return]


def load_ecoli() -> Dataset:
    """`tokens` (4641652,); `genes`, a row for each annotated CDS row; `landmarks`, oriC and dif."""
    return Dataset(
        "ecoli",
        tokens=_sequence("ecoli/genome.fa.gz"),
        genes=_table("ecoli/genes.csv.gz"),
        landmarks=_table("ecoli/landmarks.csv.gz", index_col="name"),
    )


def load_lambda() -> Dataset:
    """`tokens` (48502,)."""
    return Dataset("lambda", tokens=_sequence("lambda/genome.fa.gz"))


def load_sars_cov_2() -> Dataset:
    """`tokens` (29903,), U written as T; `genes`, indexed by name."""
    return Dataset(
        "sars_cov_2",
        tokens=_sequence("sars_cov_2/genome.fa.gz"),
        genes=_table("sars_cov_2/genes.csv.gz", index_col="gene"),
    )


def load_chr20_cdc25b() -> Dataset:
    """`tokens` (55000,); `exons` of the genes that lie inside, in coordinates of `tokens`; `genes` of
    the whole chromosome, in its own coordinates; `offset`, where the piece begins in them."""
    return Dataset(
        "chr20_cdc25b",
        tokens=_sequence("chr20_cdc25b/sequence.fa.gz"),
        exons=_table("chr20_cdc25b/exons.csv.gz"),
        genes=_table("chr20_cdc25b/genes.csv.gz", index_col="gene"),
        offset=3_755_000,
    )
