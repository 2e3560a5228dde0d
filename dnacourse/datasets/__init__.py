"""Real data sets, offline: `load("ecoli")` gives arrays and tables, `catalog()` lists what there is."""

from collections.abc import Callable

import pandas as pd

from dnacourse.datasets import genomes, sequences
from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import Card, DamagedFile, card, read_cards, verify
from dnacourse.datasets.twobit import read_2bit
from dnacourse.sequence import Tokens

__all__ = [
    "Card", "DamagedFile", "Dataset", "card", "catalog", "load", "load_genbank", "read_2bit", "read_fasta", "verify",
]  # fmt: skip

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

    Every file is checked against its SHA-256 before it is read. One that does not come with the course
    is downloaded the first time.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        DamagedFile: an embedded file is missing or changed; the message says how to restore it.
        DownloadFailed: a download failed; the message says why, and where to put the file by hand.
    """
    if name in _LOADERS:
        verify(name)
        return _LOADERS[name]()
    from dnacourse.datasets import remote  # what downloads needs is imported only by those who download

    if name in remote.read_remotes():
        return remote.load_remote(name)
    known = ", ".join([*sorted(_LOADERS), *remote.read_remotes()])
    raise KeyError(f"no data set {name!r}; there are {known}")


def load_genbank(accession: str) -> Tokens:
    """A sequence by its GenBank accession with version (U00096.3), tokens (L,); downloaded once.

    Raises:
        ValueError: not an accession with a version.
        DownloadFailed: a download failed; the message says why, and where to put the file by hand.
    """
    from dnacourse.datasets import remote

    return remote.load_genbank(accession)


def catalog() -> pd.DataFrame:
    """One row a data set, indexed by name: what it is, counts, source, accession, paper, licence, split,
    known faults, the recipe that built it, its files' checksums, their size in bytes, and whether it is
    `embedded` (else `load` downloads it)."""
    from dnacourse.datasets.remote import read_remotes
    from dnacourse.datasets.store import FILES

    rows = []
    for name, one in read_cards().items():
        sizes = [(FILES / file).stat().st_size for file in one.files if (FILES / file).exists()]
        rows.append(
            {**vars(one), "name": name, "embedded": True, "checksums": one.files, "bytes": sum(sizes)}
        )
    for name, far in read_remotes().items():
        checksums = {filename: file.sha256 for filename, file in far.files.items()}
        size = sum(file.bytes for file in far.files.values())
        row = {**vars(far), "recipe": "", "embedded": False, "checksums": checksums, "bytes": size}
        rows.append({**row, "name": name})
    return pd.DataFrame(rows).set_index("name").drop(columns="files")
