"""What the loaders share: tables and sequences out of the files beside them."""

from pathlib import Path
from typing import Any

import pandas as pd

from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import Tokens, encode


def read_table(path: Path, **options: Any) -> pd.DataFrame:
    """A table, a row a line of a .csv.gz file; the options are those of `pandas.read_csv`."""
    return pd.read_csv(path, **options)  # type: ignore[no-any-return]


def read_encoded(path: Path) -> tuple[Tokens, pd.DataFrame]:
    """The column `sequence` of a table as tokens (N, L), and the other columns, a row a sequence."""
    table = read_table(path)
    return encode(table.pop("sequence").tolist()), table


def read_sequence(path: Path) -> Tokens:
    """The letters of a FASTA file that holds one sequence, tokens (L,)."""
    (tokens,) = read_fasta(path).values()
    return tokens
