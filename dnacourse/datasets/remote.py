"""Data sets that are downloaded by name, and sequences by their GenBank accession."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from dnacourse.datasets import archives
from dnacourse.datasets.cards import card, names, to_download
from dnacourse.datasets.download import Accept, cache_folder, check, fetch
from dnacourse.datasets.fasta import read_fasta
from dnacourse.sequence import Tokens

ACCESSION = re.compile(r"(?:[A-Z]{2}_)?[A-Z]{0,6}\d{5,10}\.\d+")
GENBANK = (
    "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi?db=nuccore&rettype=fasta&retmode=text&id={accession}",
    "https://www.ebi.ac.uk/ena/browser/api/fasta/{accession}",
)


def path_of(name: str, filename: str) -> Path:
    """Where a file of a downloaded data set is, or will be."""
    return cache_folder() / name / filename


def get(name: str) -> list[Path]:
    """Download what is missing of a data set, check all of it, and return the paths.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        FaultyDataSet: its card cannot be read.
        DownloadFailed: see `download.fetch`.
    """
    if name not in names():
        accession = f"; if {name} is an accession, write it in capitals with its version, such as U00096.3"
        raise KeyError(
            f"no data set {name!r} to download; there are {', '.join(to_download())}"
            + (accession if re.search(r"[A-Za-z]\d{5}", name) else "")
        )
    one = card(name)
    if one.embedded:
        raise KeyError(f"{name} comes with the course: load({name!r}), nothing is downloaded")
    return [
        fetch(path_of(name, filename), file.urls, file.sha256, _accept_for(filename), file.bytes)
        for filename, file in one.files.items()
        if file.urls
    ]


def checks() -> dict[str, Callable[[], Path]]:
    """What has been downloaded, by its path in the cache, each with a call of `download.check`."""
    expected: dict[Path, tuple[str, Accept | None]] = {
        path_of(name, filename): (file.sha256, _accept_for(filename))
        for name in to_download()
        for filename, file in card(name).files.items()
        if file.urls
    }
    for path in sorted((cache_folder() / "genbank").glob("*.fa")):
        if ACCESSION.fullmatch(path.stem):
            expected[path] = ("", partial(_accept_sequence, path.stem))
    return {
        path.relative_to(cache_folder()).as_posix(): partial(check, path, *rest)
        for path, rest in expected.items()
        if path.exists()
    }


def _accept_for(filename: str) -> Accept | None:
    return archives.accept if filename.endswith(".tar.gz") else None


def load_genbank(accession: str) -> Tokens:
    """A sequence from GenBank, RefSeq or ENA, tokens (L,); downloaded once.

    Args:
        accession: with its version, as U00096.3, so that it is the same letters for ever.

    Raises:
        ValueError: not an accession with a version.
        DownloadFailed: see `download.fetch`.
    """
    if not ACCESSION.fullmatch(accession):
        raise ValueError(f"{accession!r} is no accession with a version, such as U00096.3")

    path = cache_folder() / "genbank" / f"{accession}.fa"
    urls = [url.format(accession=accession) for url in GENBANK]
    fetch(path, urls, accept=partial(_accept_sequence, accession))
    (tokens,) = read_fasta(path).values()
    return tokens


def _accept_sequence(accession: str, path: Path) -> None:
    records = read_fasta(path)
    name, tokens = next(iter(records.items()))
    if len(records) != 1 or accession not in name.split("|") or not len(tokens):
        found = ", ".join(f"{name} ({len(tokens):,} letters)" for name, tokens in records.items())
        raise ValueError(f"the file is not the one sequence {accession}, but holds {found[:80]}")
