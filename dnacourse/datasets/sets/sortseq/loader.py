"""How brightly the cells of each variant of the lac promoter glow."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_encoded
from dnacourse.splits import as_given

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (50518, 75), variants of the lac promoter; `counts` (50518, 9), reads in each bin of
    fluorescence, dim to bright; `library_counts` (50518,), reads in what seems the library before sorting;
    `split` by chance, the authors'."""
    tokens, table = read_encoded(HERE / "variants.csv.gz")
    reads = table[[f"bin_{i}" for i in range(10)]].to_numpy()
    split = as_given(table["split"])
    return Dataset("sortseq", tokens=tokens, counts=reads[:, 1:], library_counts=reads[:, 0], split=split)
