"""Data sets that are downloaded by name, and sequences by their GenBank accession."""

import re
import tarfile
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.download import cache_folder, fetch
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import Description
from dnacourse.sequence import Tokens, encode, pad
from dnacourse.splits import as_given

_REMOTES = Path(__file__).parent / "remotes.toml"
ACCESSION = re.compile(r"[A-Z]{1,6}_?\d{5,10}\.\d+")
GENBANK = (
    "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/efetch.fcgi?db=nuccore&rettype=fasta&retmode=text&id={accession}",
    "https://www.ebi.ac.uk/ena/browser/api/fasta/{accession}",
)
DASHBOARD_PARTS = {"train": "train.fa", "validation": "valid.fa", "test": "test.fa"}


@dataclass(frozen=True)
class RemoteFile:
    """A file and where it can be had."""

    bytes: int
    sha256: str
    urls: list[str]


@dataclass(frozen=True, kw_only=True)
class RemoteCard(Description):
    """The card of a data set to download."""

    files: dict[str, RemoteFile] = field(repr=False)


@cache
def read_remotes() -> dict[str, RemoteCard]:
    """The cards of all data sets that can be downloaded, by name."""
    cards = {}
    for name, fields in tomllib.loads(_REMOTES.read_text(encoding="utf-8")).items():
        files = {filename: RemoteFile(**entry) for filename, entry in fields.pop("files").items()}
        cards[name] = RemoteCard(name=name, files=files, **fields)
    return cards


def path_of(name: str, filename: str) -> Path:
    """Where a file of a downloaded data set is, or will be."""
    return cache_folder() / name / filename


def get(name: str) -> list[Path]:
    """Download what is missing of a data set, check all of it, and return the paths.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        DownloadFailed: see `download.fetch`.
    """
    remotes = read_remotes()
    if name not in remotes:
        raise KeyError(f"no data set {name!r} to download; there are {', '.join(remotes)}")
    files = remotes[name].files
    return [fetch(path_of(name, filename), one.urls, one.sha256) for filename, one in files.items()]


def load_remote(name: str) -> Dataset:
    """`path` of the file; for the dashboard `sets`, name -> folder, for `read_dashboard_set`."""
    (path,) = get(name)
    card = read_remotes()[name]
    if name == "dashboard":
        folders = sorted(file.parent for file in _unpacked(path).rglob("train.fa"))
        return Dataset(name, card, path=path, sets={folder.name: folder for folder in folders})
    return Dataset(name, card, path=path)


def _unpacked(archive: Path) -> Path:
    """The folder an archive was unpacked to; a half-unpacked one is never left there."""
    folder = archive.with_name(archive.name.removesuffix(".tar.gz"))
    if not folder.exists():
        scratch = archive.with_name(folder.name + ".unpacking")
        with tarfile.open(archive) as tar:
            tar.extractall(scratch, filter="data")
        scratch.rename(folder)
    return folder


def read_dashboard_set(folder: str | Path) -> Dataset:
    """One of the 108 sets: `tokens` (N, 101), `labels` (N,), `split` as the files have it.

    The files look like FASTA, but the header is the label: `>1`, then the letters in one line.

    Raises:
        FileNotFoundError: train.fa, valid.fa or test.fa is not in the folder.
        ValueError: a file is cut short, a label is neither 0 nor 1, or a letter is foreign (with the line).
    """
    sequences, labels, parts = [], [], []
    for part, filename in DASHBOARD_PARTS.items():
        path = Path(folder) / filename
        lines = path.read_text(encoding="utf-8").split()
        if len(lines) % 2:
            raise ValueError(f"{path} is cut short: a label without its sequence at the end")
        for number, (header, letters) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
            if header not in (">0", ">1"):
                raise ValueError(f"{path}, record {number}: the label is {header!r}, expected >0 or >1")
            try:
                sequences.append(encode(letters))
            except ValueError as error:
                raise ValueError(f"{path}, record {number}: {error}") from None
            labels.append(int(header[1]))
            parts.append(part)
    tokens, _ = pad(sequences)
    card = read_remotes()["dashboard"]
    return Dataset("dashboard", card, tokens=tokens, labels=np.array(labels, np.uint8), split=as_given(parts))


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

    def accept(path: Path) -> None:
        records = read_fasta(path)
        if len(records) != 1 or accession not in next(iter(records)):
            raise ValueError(f"the answer is not the one sequence {accession}, but {', '.join(records)[:80]}")

    path = cache_folder() / "genbank" / f"{accession}.fa"
    fetch(path, [url.format(accession=accession) for url in GENBANK], accept=accept)
    (tokens,) = read_fasta(path).values()
    return tokens
