"""The data sets, a folder each: their cards, their checksums, and the check that comes before every use.

A folder in `sets/` with `card.toml` and `loader.py` is a data set, and no list names it. The card says where
it comes from and what is wrong with it, and holds the SHA-256 of every file beside it.
"""

import hashlib
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, get_origin, get_type_hints

SETS = Path(__file__).parent / "sets"


class DamagedFile(Exception):
    """An embedded file is missing or is not, byte for byte, the one its card describes."""


class FaultyDataSet(Exception):
    """The folder of a data set lacks its card or its loader, or one of them is not as it must be."""


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of a data set.

    Attributes:
        sha256: its checksum in hexadecimal; "" where nobody has published one: then the first download
            counts, and every later use is compared with that.
        urls: the addresses it is downloaded from, tried in order; none if it comes with the course.
        bytes: the size of a file to download; 0 where it is not known.
    """

    sha256: str
    urls: list[str] = field(default_factory=list)
    bytes: int = 0


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a data set is, where it comes from, and what is wrong with it.

    Attributes:
        name: that of its folder.
        recipe: the program that built its files, from the top of the repository; "" where they are
            downloaded as they are.
        uses: other data sets whose files its loader reads, too.
        files: by file name.
    """

    name: str
    what: str
    counts: str
    source: str
    accession: str
    paper: str
    licence: str
    split: str
    faults: str
    recipe: str = ""
    uses: list[str] = field(default_factory=list)
    files: dict[str, File] = field(repr=False)

    @property
    def embedded(self) -> bool:
        """Whether all of it comes with the course; else `load` downloads it."""
        return not any(file.urls for file in self.files.values())


def names() -> list[str]:
    """The names of all data sets, in alphabetical order; the card of one may be faulty."""
    return sorted(folder.name for folder in SETS.iterdir() if folder.is_dir() and _holds_files(folder))


def _holds_files(folder: Path) -> bool:
    """Git leaves behind a folder that has only Python's cache in it."""
    return any(path.is_file() and not path.name.startswith(".") for path in folder.iterdir())


def embedded() -> list[str]:
    """The names of the data sets that come with the course, and of those whose card cannot be read."""
    return [name for name in names() if not _is_to_download(name)]


def to_download() -> list[str]:
    """The names of the data sets that are downloaded."""
    return [name for name in names() if _is_to_download(name)]


def _is_to_download(name: str) -> bool:
    try:
        return not card(name).embedded
    except FaultyDataSet:
        return False


def card(name: str) -> Card:
    """The card of one data set.

    Raises:
        KeyError: no data set of that name; the message lists those there are.
        FaultyDataSet: there is no card, it is no TOML, or a key is missing or unknown.
    """
    if name not in names():
        raise KeyError(f"no data set {name!r}; there are {', '.join(names())}")
    return _read(SETS / name)


@cache
def _read(folder: Path) -> Card:
    path = folder / "card.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FaultyDataSet(f"data set {folder.name!r}: there is no {path}") from None
    except ValueError as error:
        raise FaultyDataSet(f"data set {folder.name!r}: {path} is no TOML: {error}") from None
    _check_keys(Card, content, folder.name, path)
    files = {filename: _file(entry, filename, path) for filename, entry in content.pop("files").items()}
    return Card(name=folder.name, files=files, **content)


def _file(entry: Any, filename: str, path: Path) -> File:
    """A file that comes with the course has only its checksum on the card, any other a table."""
    described = entry if isinstance(entry, dict) else {"sha256": entry}
    _check_keys(File, described, path.parent.name, path, f" of {filename}")
    return File(**described)


def _check_keys(kind: type, given: dict[str, Any], name: str, path: Path, of: str = "") -> None:
    known = {one.name: one for one in fields(kind) if one.name != "name"}  # the folder has the name
    needed = [key for key, one in known.items() if one.default is MISSING and one.default_factory is MISSING]
    problems = [f"{key}{of} is missing" for key in needed if key not in given]
    problems += [f"{key}{of} is unknown" for key in given if key not in known]
    kinds = {key: get_origin(hint) or hint for key, hint in get_type_hints(kind).items()}
    problems += [
        f"{key}{of} is no {kinds[key].__name__}, but {value!r}"
        for key, value in given.items()
        if key in known and not isinstance(value, kinds[key])
    ]
    if problems:
        raise FaultyDataSet(f"data set {name!r}: in {path}, {'; '.join(problems)}")


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def verify(name: str) -> None:
    """Check every file of a data set that comes with the course, and those of the data sets it uses.

    Raises:
        KeyError: no data set of that name.
        FaultyDataSet: its card, or that of one it uses, cannot be read, or is not there.
        DamagedFile: files are missing, unreadable or changed; the message has a line a file, with how to
            restore it.
    """
    uses = card(name).uses
    if unknown := sorted(set(uses) - set(names())):
        raise FaultyDataSet(f"data set {name!r} uses {', '.join(unknown)}, and there is no such data set")
    problems = []
    for one in [name, *uses]:
        files = [(filename, file) for filename, file in card(one).files.items() if not file.urls]
        problems += [_problem(SETS / one / filename, file.sha256) for filename, file in files]
    if problems := list(filter(None, problems)):
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
