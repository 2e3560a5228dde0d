"""What lies before the starts of transcription of *Drosophila melanogaster*."""

from pathlib import Path

import numpy as np
import pandas as pd

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.tables import read_table
from dnacourse.datasets.twobit import read_2bit
from dnacourse.sequence import Tokens, reverse_complement
from dnacourse.splits import as_given

HERE = Path(__file__).parent
LENGTH = 2000


def load() -> Dataset:
    """`tokens` (17167, 2000), each ending where transcription starts, on the strand of its gene; `table`
    with place, strand and transcripts; `split` by chromosome arm."""
    table = read_table(HERE / "promoters.csv.gz")
    tokens = pieces(table.pop("offset"), LENGTH)
    on_minus = (table["strand"] == "-").to_numpy()
    tokens[on_minus] = reverse_complement(tokens[on_minus])
    split = as_given(table["split"], table["chromosome"], "chromosome arm")
    return Dataset("fly_promoters", tokens=tokens, table=table, split=split)


def pieces(offsets: pd.Series, length: int) -> Tokens:
    """Stretches of the fly's regions, which lie end to end in one sequence: tokens (N, length).

    Args:
        offsets: where each begins, (N,).
        length: letters of each.
    """
    regions = read_2bit(HERE / "regions.2bit")["regions"]
    return np.lib.stride_tricks.sliding_window_view(regions, length)[offsets.to_numpy()]
