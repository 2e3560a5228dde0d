"""Human chromosome 20 and what is annotated on it."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_table
from dnacourse.datasets.twobit import read_2bit

HERE = Path(__file__).parent
TABLES = ("genes", "exons", "introns", "tss", "cpg_islands", "dnase", "ctcf", "promoters", "regions")


def load() -> Dataset:
    """`tokens` (63025520,), and tables whose `start` and `end` are 0-based and half-open: `genes`, `exons`
    and `introns` (one transcript a gene), `tss` (a `position` and a strand), `cpg_islands`, `dnase` (with
    the number of `cell_types` a site is open in, of 85), `ctcf`, `promoters`; `regions`, the split."""
    tables = {name: read_table(HERE / f"{name}.csv.gz") for name in TABLES}
    return Dataset("chr20", tokens=read_2bit(HERE / "chr20.2bit")["chr20"], **tables)
