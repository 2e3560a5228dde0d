"""How often an exon is kept with each variant of the splice site behind it."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_encoded
from dnacourse.splits import as_given

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (30483, 9), 5' splice sites, RNA written with T; `targets` (30483,), log10 of per cent
    spliced in where the consensus CAGGTAAGT is set to 100; `table` with the read counts behind them; `split`
    by chance, the authors'."""
    tokens, table = read_encoded(HERE / "variants.csv.gz")
    targets = table.pop("log10_psi").to_numpy()
    return Dataset("mpsa", tokens=tokens, targets=targets, table=table, split=as_given(table["split"]))
