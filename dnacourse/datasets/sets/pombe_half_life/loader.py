"""How long the mRNA of each gene of fission yeast lasts, and its 3' end."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_table
from dnacourse.sequence import encode

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens`, a list of 3713 arrays of different lengths, 3' UTRs; `targets` (3713,), `hlt`; `table`
    with the transcripts; `folds` (3713,), 0 to 4, for cross-validation."""
    table = read_table(HERE / "utrs.csv.gz")
    tokens = [encode(letters) for letters in table.pop("sequence")]
    targets, folds = table.pop("hlt").to_numpy(), table.pop("fold").to_numpy()
    return Dataset("pombe_half_life", tokens=tokens, targets=targets, table=table, folds=folds)
