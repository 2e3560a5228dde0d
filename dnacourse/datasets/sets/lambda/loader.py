"""The genome of bacteriophage lambda."""

from pathlib import Path

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_sequence

HERE = Path(__file__).parent


def load() -> Dataset:
    """`tokens` (48502,)."""
    return Dataset("lambda", tokens=read_sequence(HERE / "genome.fa.gz"))
