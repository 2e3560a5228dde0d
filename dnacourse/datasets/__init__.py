"""Real data sets, offline: `load("ecoli")` gives arrays and tables, `catalog()` lists what there is."""

import importlib
import warnings
from collections.abc import Callable

import pandas as pd

from dnacourse.datasets import cards
from dnacourse.datasets.cards import Card, DamagedFile, FaultyDataSet, card, verify
from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.twobit import read_2bit
from dnacourse.sequence import Tokens

__all__ = [
    "Card", "DamagedFile", "Dataset", "FaultyDataSet", "card", "catalog", "load", "load_genbank", "read_2bit",
    "read_fasta", "verify",
]  # fmt: skip


def load(name: str) -> Dataset:
    """Load a data set by name; `catalog()` lists the names.

    Every file is checked against its SHA-256 before it is read. One that does not come with the course
    is downloaded the first time.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        DamagedFile: an embedded file is missing or changed; the message says how to restore it.
        DownloadFailed: a download failed; the message says why, and where to put the file by hand.
        FaultyDataSet: a data set that somebody has added is not complete; the message says what is missing.
    """
    verify(name)
    data = _loader(name)()
    if not isinstance(data, Dataset) or data.name != name:
        raise FaultyDataSet(
            f"data set {name!r}: load() of its loader.py gives {data!r:.60}, and not Dataset({name!r}, …)"
        )
    return data


def _loader(name: str) -> Callable[[], Dataset]:
    """The function `load` of the data set's folder, whose modules are imported only now."""
    path = cards.SETS / name / "loader.py"
    if not name.isidentifier():
        raise FaultyDataSet(f"data set {name!r}: rename its folder, with letters, digits and _ only")
    if not path.is_file():
        raise FaultyDataSet(f"data set {name!r}: there is no {path}")
    loader = importlib.import_module(f"dnacourse.datasets.sets.{name}.loader")
    if not callable(getattr(loader, "load", None)):
        raise FaultyDataSet(f"data set {name!r}: there is no function load() in {path}")
    return loader.load  # type: ignore[no-any-return]


def load_genbank(accession: str) -> Tokens:
    """A sequence by its GenBank accession with version (U00096.3), tokens (L,); downloaded once.

    Raises:
        ValueError: not an accession with a version.
        DownloadFailed: a download failed; the message says why, and where to put the file by hand.
    """
    from dnacourse.datasets import remote  # what downloads need is imported only by those who download

    return remote.load_genbank(accession)


def catalog() -> pd.DataFrame:
    """One row a data set, indexed by name, first those that come with the course: what it is, counts, source,
    accession, paper, licence, split, known faults, the recipe that built it, the data sets whose files it
    uses, too, its own files' checksums, their size in bytes, and whether it is `embedded` (else `load`
    downloads it). A data set whose card cannot be read is left out with a warning."""
    rows = []
    for name in [*cards.embedded(), *cards.to_download()]:
        try:
            rows.append(_row(card(name)))
        except FaultyDataSet as error:
            warnings.warn(str(error), stacklevel=2)
    return pd.DataFrame(rows).set_index("name").drop(columns="files")


def _row(one: Card) -> dict[str, object]:
    """What the catalog says of one data set."""
    paths = {filename: cards.SETS / one.name / filename for filename in one.files}
    sizes = [
        file.bytes if file.urls else paths[filename].stat().st_size
        for filename, file in one.files.items()
        if file.urls or paths[filename].exists()
    ]
    checksums = {filename: file.sha256 for filename, file in one.files.items()}
    return {**vars(one), "embedded": one.embedded, "checksums": checksums, "bytes": sum(sizes)}
