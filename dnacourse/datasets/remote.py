"""Data sets that are downloaded by name, and sequences by their GenBank accession."""

import gzip
import re
import shutil
import tarfile
import tempfile
import tomllib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import numpy as np

from dnacourse.datasets.dataset import Dataset
from dnacourse.datasets.download import Accept, alone, cache_folder, check, fetch, usable
from dnacourse.datasets.fasta import read_fasta
from dnacourse.datasets.store import Description, read_cards
from dnacourse.sequence import Tokens, encode
from dnacourse.splits import as_given

_REMOTES = Path(__file__).parent / "remotes.toml"
ACCESSION = re.compile(r"(?:[A-Z]{2}_)?[A-Z]{0,6}\d{5,10}\.\d+")
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
    if name in read_cards():
        raise KeyError(f"{name} comes with the course: load({name!r}), nothing is downloaded")
    if name not in remotes:
        accession = f"; if {name} is an accession, write it in capitals with its version, such as U00096.3"
        raise KeyError(
            f"no data set {name!r} to download; there are {', '.join(remotes)}"
            + (accession if re.search(r"[A-Za-z]\d{5}", name) else "")
        )
    files = remotes[name].files
    return [
        fetch(path_of(name, filename), one.urls, one.sha256, _accept_for(filename), one.bytes)
        for filename, one in files.items()
    ]


def checks() -> dict[str, Callable[[], Path]]:
    """What has been downloaded, by its path in the cache, each with a call of `download.check`."""
    expected: dict[Path, tuple[str, Accept | None]] = {
        path_of(name, filename): (one.sha256, _accept_for(filename))
        for name, card in read_remotes().items()
        for filename, one in card.files.items()
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
    return _accept_archive if filename.endswith(".tar.gz") else None


def _accept_archive(path: Path) -> None:
    """Read it to its end, where gzip keeps the length and a checksum."""
    try:
        with tarfile.open(path, "r:gz") as tar:
            first = tar.next()
        with gzip.open(path) as stream:
            while stream.read(1 << 22):
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"the file is no gzipped tar archive, or damaged ({error})") from None
    if first is None:
        raise ValueError("the file is an archive with nothing in it")


def load_remote(name: str) -> Dataset:
    """`path` of the file; for the dashboard `sets`, name -> folder, for `read_dashboard_set`."""
    (path,) = get(name)
    card = read_remotes()[name]
    if name == "dashboard":
        folders = sorted(file.parent for file in _unpacked(path).rglob("train.fa"))
        return Dataset(name, card, path=path, sets={folder.name: folder for folder in folders})
    return Dataset(name, card, path=path)


def _unpacked(archive: Path) -> Path:
    """The folder an archive was unpacked to, with what the archive holds; else it is unpacked again."""
    folder = archive.with_name(archive.name.removesuffix(".tar.gz"))
    with usable(folder):
        if not _is_unpacked(archive, folder):
            with alone(archive):
                if not _is_unpacked(archive, folder):  # else another process did it
                    _unpack(archive, folder)
    return folder


def _is_unpacked(archive: Path, folder: Path) -> bool:
    with tarfile.open(archive) as tar:
        for member in tar:
            packed, path = tar.extractfile(member), folder / member.name
            if packed and not (path.is_file() and path.read_bytes() == packed.read()):
                return False
    return True


def _unpack(archive: Path, folder: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix=folder.name, dir=archive.parent) as scratch,
        tarfile.open(archive) as tar,
    ):
        whole = Path(scratch) / folder.name
        tar.extractall(whole, filter="data")
        if folder.exists():
            shutil.rmtree(folder)
        whole.rename(folder)


def read_dashboard_set(folder: str | Path) -> Dataset:
    """One of the 108 sets: `tokens` (N, 101), `labels` (N,), `split` as the files have it.

    The files look like FASTA, but the header is the label: `>1`, then the letters in one line.

    Raises:
        FileNotFoundError: train.fa, valid.fa or test.fa is not in the folder.
        ValueError: a file is empty or cut short, sequences differ in length, a label is neither 0 nor 1,
            or a letter is foreign (with the record).
    """
    tokens: list[Tokens] = []
    labels: list[int] = []
    parts: list[str] = []
    for part, filename in DASHBOARD_PARTS.items():
        path = Path(folder) / filename
        for number, (label, sequence) in enumerate(_dashboard_records(path)):
            if tokens and len(sequence) != len(tokens[0]):
                raise ValueError(
                    f"{path}, record {number}: {len(sequence)} letters, not {len(tokens[0])} as in the first: "
                    "the file is cut short or damaged"
                )
            tokens.append(sequence)
            labels.append(label)
            parts.append(part)
    card = read_remotes()["dashboard"]
    split = as_given(parts)
    return Dataset("dashboard", card, tokens=np.stack(tokens), labels=np.array(labels, np.uint8), split=split)


def _dashboard_records(path: Path) -> Iterator[tuple[int, Tokens]]:
    lines = path.read_text(encoding="utf-8").split()
    if not lines:
        raise ValueError(f"{path} is empty")
    if len(lines) % 2:
        raise ValueError(f"{path} is cut short: a label without its sequence at the end")
    for number, (header, letters) in enumerate(zip(lines[::2], lines[1::2], strict=True)):
        if header not in (">0", ">1"):
            raise ValueError(f"{path}, record {number}: the label is {header!r}, expected >0 or >1")
        try:
            yield int(header[1]), encode(letters)
        except ValueError as error:
            raise ValueError(f"{path}, record {number}: {error}") from None


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
