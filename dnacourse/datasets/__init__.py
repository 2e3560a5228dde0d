"""Real data sets, offline: `load("ecoli")` gives arrays and tables, `catalog()` lists what there is."""

from collections.abc import Callable

import pandas as pd

from dnacourse.datasets import genomes, sequences
from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import Card, DamagedFile, card, read_cards, verify

__all__ = ["Card", "DamagedFile", "Dataset", "card", "catalog", "load", "read_fasta", "verify"]

_LOADERS: dict[str, Callable[[], Dataset]] = {
    "ecoli": genomes.load_ecoli,
    "lambda": genomes.load_lambda,
    "sars_cov_2": genomes.load_sars_cov_2,
    "chr20_cdc25b": genomes.load_chr20_cdc25b,
    "falciparum": genomes.load_falciparum,
    "chr20": genomes.load_chr20,
    "fly_promoters": sequences.load_fly_promoters,
    "bushey_tracks": sequences.load_bushey_tracks,
    "pum2": sequences.load_pum2,
    "oct4": sequences.load_oct4,
    "mafk": sequences.load_mafk,
    "uci_splice": sequences.load_uci_splice,
    "pombe_half_life": sequences.load_pombe_half_life,
    "mpsa": sequences.load_mpsa,
    "sortseq": sequences.load_sortseq,
}


def load(name: str) -> Dataset:
    """Load a data set by name; `catalog()` lists the names.

    Every file is checked against its SHA-256 before it is read.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        DamagedFile: a file is missing or changed; the message says how to restore it.
    """
    verify(name)
    return _LOADERS[name]()


def catalog() -> pd.DataFrame:
    """One row a data set, indexed by name: what it is, counts, source, accession, paper, licence,
    known faults, the recipe that built it, its files' checksums and their size in bytes."""
    from dnacourse.datasets.store import FILES

    rows = []
    for name, one in read_cards().items():
        sizes = [(FILES / file).stat().st_size for file in one.files if (FILES / file).exists()]
        rows.append({**vars(one), "name": name, "bytes": sum(sizes)})
    return pd.DataFrame(rows).set_index("name").rename(columns={"files": "checksums"})
