"""Sets of short sequences with labels or measurements: binding sites, promoters, tracks, assays."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.store import FILES, read_table
from dnacourse.datasets.twobit import read_2bit
from dnacourse.sequence import Tokens, encode, reverse_complement
from dnacourse.splits import as_given

PROMOTER_LENGTH = 2000
CONTEXT_LENGTH = 1000
TRACKS = [
    f"{protein} {cell}" for protein in ("BEAF-32", "CTCF", "CP190", "Su(Hw)") for cell in ("Kc", "Mbn2")
]
SPLICE_CLASSES = ["EI", "IE", "N"]


def _encoded(filename: str) -> tuple[Tokens, pd.DataFrame]:
    """The column `sequence` of a table as tokens (N, L), and the other columns."""
    table = read_table(filename)
    return encode(table.pop("sequence").tolist()), table


def _pieces(offsets: pd.Series, length: int) -> Tokens:
    """Stretches of the fly's regions, which lie end to end in one sequence: (N, length)."""
    regions = read_2bit(FILES / "fly_promoters/regions.2bit")["regions"]
    return np.lib.stride_tricks.sliding_window_view(regions, length)[offsets.to_numpy()]


def load_fly_promoters() -> Dataset:
    """`tokens` (17167, 2000), each ending where transcription starts, on the strand of its gene; `table`
    with place, strand and transcripts; `split` by chromosome arm."""
    table = read_table("fly_promoters/promoters.csv.gz")
    tokens = _pieces(table.pop("offset"), PROMOTER_LENGTH)
    on_minus = (table["strand"] == "-").to_numpy()
    tokens[on_minus] = reverse_complement(tokens[on_minus])
    split = as_given(table["split"], table["chromosome"], "chromosome arm")
    return Dataset("fly_promoters", tokens=tokens, table=table, split=split)


def load_bushey_tracks() -> Dataset:
    """`tokens` (71622, 1000), 200-letter bins in their context; `labels` (71622, 8); `tracks`, the names
    of the eight columns; `table` with the place of each bin; `split` by chromosome arm."""
    table = read_table("bushey_tracks/bins.csv.gz", dtype=dict.fromkeys(TRACKS, np.uint8))
    labels = table[TRACKS].to_numpy()
    tokens = _pieces(table["offset"], CONTEXT_LENGTH)
    split = as_given(table["split"], table["chromosome"], "chromosome arm")
    table = table.drop(columns=[*TRACKS, "offset"])
    return Dataset("bushey_tracks", tokens=tokens, labels=labels, tracks=TRACKS, table=table, split=split)


def load_pum2() -> Dataset:
    """`tokens` (30069, 101), RNA written with T; `labels`, 1 where PUM2 binds; `table` with gene and
    distances to the ends of its transcript; `split` by chromosome."""
    tokens, table = _encoded("pum2/sites.csv.gz")
    split = as_given(table["split"], table["chromosome"], "chromosome")
    return Dataset("pum2", tokens=tokens, labels=_take_labels(table), table=table, split=split)


def load_oct4() -> Dataset:
    """`tokens` (3897, 200), peaks of Oct4; `table` with their places; `split` by chromosome."""
    return _peaks("oct4")


def load_mafk() -> Dataset:
    """`tokens` (3900, 200), peaks of MafK; `table` with their places; `split` by chromosome."""
    return _peaks("mafk")


def _peaks(name: str) -> Dataset:
    tokens, table = _encoded(f"gpl/{name}/peaks.csv.gz")
    split = as_given(table["split"], table["chromosome"], "chromosome")
    return Dataset(name, tokens=tokens, table=table, split=split)


def load_uci_splice() -> Dataset:
    """`tokens` (3190, 60); `labels`, 0 exon to intron, 1 intron to exon, 2 neither (`classes` has the
    names); `folds` (3190,), 0 to 9, for cross-validation: no two folds share 30 letters."""
    tokens, table = _encoded("uci_splice/junctions.csv.gz")
    labels = table["label"].map(SPLICE_CLASSES.index).to_numpy(np.uint8)
    return Dataset(
        "uci_splice", tokens=tokens, labels=labels, classes=SPLICE_CLASSES, folds=table["fold"].to_numpy()
    )


def load_pombe_half_life() -> Dataset:
    """`tokens`, a list of 3713 arrays of different lengths, 3' UTRs; `targets` (3713,), `hlt`; `table`
    with the transcripts; `folds` (3713,), 0 to 4, for cross-validation."""
    table = read_table("pombe_half_life/utrs.csv.gz")
    tokens = [encode(letters) for letters in table.pop("sequence")]
    targets, folds = table.pop("hlt").to_numpy(), table.pop("fold").to_numpy()
    return Dataset("pombe_half_life", tokens=tokens, targets=targets, table=table, folds=folds)


def load_mpsa() -> Dataset:
    """`tokens` (30483, 9), 5' splice sites, RNA written with T; `targets` (30483,), log10 of per cent
    spliced in where the consensus CAGGTAAGT is set to 100; `table` with the read counts behind them; `split`
    by chance, the authors'."""
    tokens, table = _encoded("mpsa/variants.csv.gz")
    targets = table.pop("log10_psi").to_numpy()
    return Dataset("mpsa", tokens=tokens, targets=targets, table=table, split=as_given(table["split"]))


def load_sortseq() -> Dataset:
    """`tokens` (50518, 75), variants of the lac promoter; `counts` (50518, 9), reads in each bin of
    fluorescence, dim to bright; `library_counts` (50518,), reads in what seems the library before sorting;
    `split` by chance, the authors'."""
    tokens, table = _encoded("sortseq/variants.csv.gz")
    reads = table[[f"bin_{i}" for i in range(10)]].to_numpy()
    split = as_given(table["split"])
    return Dataset("sortseq", tokens=tokens, counts=reads[:, 1:], library_counts=reads[:, 0], split=split)


def _take_labels(table: pd.DataFrame) -> npt.NDArray[np.uint8]:
    return table.pop("label").to_numpy(np.uint8)
