"""The embedded files: their cards, their checksums, and the check that comes before every use."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

FILES = Path(__file__).parent / "files"
_CARDS = Path(__file__).parent / "cards.toml"


class DamagedFile(Exception):
    """An embedded file is missing or is not, byte for byte, the one its card describes."""


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a data set is, where it comes from, and what is wrong with it."""

    name: str
    what: str
    counts: str
    source: str
    accession: str
    paper: str
    licence: str
    split: str
    faults: str


@dataclass(frozen=True, kw_only=True)
class Card(Description):
    """The card of an embedded data set."""

    recipe: str
    files: dict[str, str] = field(repr=False)
    """path under `datasets/files` -> SHA-256"""


@cache
def read_cards() -> dict[str, Card]:
    """All cards by the name of the data set."""
    cards = tomllib.loads(_CARDS.read_text(encoding="utf-8"))
    return {name: Card(name=name, **card) for name, card in cards.items()}


def read_table(filename: str, **options: Any) -> pd.DataFrame:
    """An embedded table, by its path under `datasets/files`."""
    return pd.read_csv(FILES / filename, **options)  # type: ignore[no-any-return]


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(name: str) -> None:
    """Check every file of a data set.

    Raises:
        KeyError: no data set of that name.
        DamagedFile: files are missing, unreadable or changed; the message has a line a file, with how to
            restore it.
    """
    files = card(name).files.items()
    problems = [found for filename, expected in files if (found := _problem(FILES / filename, expected))]
    if problems:
        raise DamagedFile("\n".join(problems))


def _problem(path: Path, expected: str) -> str:
    """What is wrong with a file and how to restore it; "" where nothing is."""
    try:
        found = checksum(path)
    except FileNotFoundError:
        problem = "is missing"
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    else:
        if found == expected:
            return ""
        problem = f"is damaged: its SHA-256 is {found[:12]}…, its card says {expected[:12]}…"
    return (
        f"{path} {problem}. Restore it: in a git checkout with `git checkout -- {path}`, "
        "else by installing dnacourse again with `pip install --force-reinstall --no-deps`."
    )


def card(name: str) -> Card:
    """The card of one data set.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
    """
    cards = read_cards()
    if name not in cards:
        raise KeyError(f"no data set {name!r}; there are {', '.join(sorted(cards))}")
    return cards[name]
