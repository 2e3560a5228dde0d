"""Whole genomes and pieces of genomes."""

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import FILES, read_table
from dnacourse.datasets.twobit import read_2bit
from dnacourse.sequence import Tokens


def _sequence(filename: str) -> Tokens:
    (tokens,) = read_fasta(FILES / filename).values()
    return tokens


def load_ecoli() -> Dataset:
    """`tokens` (4641652,); `genes`, a row for each annotated CDS row; `rna_genes`, a row for each gene
    whose RNA is not translated; `landmarks`, oriC and dif."""
    return Dataset(
        "ecoli",
        tokens=_sequence("ecoli/genome.fa.gz"),
        genes=read_table("ecoli/genes.csv.gz"),
        rna_genes=read_table("ecoli/rna_genes.csv.gz"),
        landmarks=read_table("ecoli/landmarks.csv.gz", index_col="name"),
    )


def load_lambda() -> Dataset:
    """`tokens` (48502,)."""
    return Dataset("lambda", tokens=_sequence("lambda/genome.fa.gz"))


def load_sars_cov_2() -> Dataset:
    """`tokens` (29903,), U written as T; `genes`, indexed by name."""
    return Dataset(
        "sars_cov_2",
        tokens=_sequence("sars_cov_2/genome.fa.gz"),
        genes=read_table("sars_cov_2/genes.csv.gz", index_col="gene"),
    )


def load_chr20_cdc25b() -> Dataset:
    """`tokens` (55000,); `exons` of the genes that lie inside, in coordinates of `tokens`; `genes` of
    the whole chromosome, in its own coordinates; `offset`, where the piece begins in them."""
    return Dataset(
        "chr20_cdc25b",
        tokens=_sequence("chr20_cdc25b/sequence.fa.gz"),
        exons=read_table("chr20_cdc25b/exons.csv.gz"),
        genes=read_table("chr20_cdc25b/genes.csv.gz", index_col="gene"),
        offset=3_755_000,
    )


def load_falciparum() -> Dataset:
    """`chromosomes`, name -> tokens; `table`, their lengths and the part of the split each belongs to."""
    return Dataset(
        "falciparum",
        chromosomes=read_2bit(FILES / "falciparum/genome.2bit"),
        table=read_table("falciparum/chromosomes.csv.gz", index_col="name"),
    )


CHR20_TABLES = ("genes", "exons", "introns", "tss", "cpg_islands", "dnase", "ctcf", "promoters", "regions")


def load_chr20() -> Dataset:
    """`tokens` (63025520,), and tables whose `start` and `end` are 0-based and half-open: `genes`, `exons`
    and `introns` (one transcript a gene), `tss` (a `position` and a strand), `cpg_islands`, `dnase` (with
    the number of `cell_types` a site is open in, of 85), `ctcf`, `promoters`; `regions`, the split."""
    tables = {name: read_table(f"chr20/{name}.csv.gz") for name in CHR20_TABLES}
    return Dataset("chr20", tokens=read_2bit(FILES / "chr20/chr20.2bit")["chr20"], **tables)
