"""Reading FASTA files, plain or gzipped, into tokens."""

import gzip
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from Bio.SeqIO.FastaIO import SimpleFastaParser

from dnacourse.alphabets import DNA, RNA, ForeignLetter, Tokens

_AS_IT_IS = "surrogateescape"  # a byte that is no UTF-8 becomes a letter of its own, to be found line by line
_NO_UTF8 = re.compile("[\udc80-\udcff]")


def read_fasta(path: str | Path, rna: bool = False) -> dict[str, Tokens]:
    """Read every record of a FASTA file.

    Args:
        path: the file, in ASCII or UTF-8; gzip is recognised by its first two bytes. Any line ends; blank lines
            and spaces within the sequence are skipped.
        rna: read U as T.

    Returns:
        Record name (the first word of its header) -> tokens (L,), in the order of the file.

    Raises:
        FileNotFoundError: no such file.
        ValueError: the file is cut short or no FASTA; a line is in another encoding; two records share a name;
            a foreign letter (with file, record, letter and position).
    """
    path = Path(path)
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    records: dict[str, Tokens] = {}
    try:
        with (gzip.open if compressed else open)(path, "rt", encoding="utf-8-sig", errors=_AS_IT_IS) as text:
            for header, letters in SimpleFastaParser(_from_the_first_record(_lines(text, path), path)):
                name = header.split(maxsplit=1)[0] if header.strip() else ""
                if name in records:
                    raise ValueError(f"{path}: two records are called {name!r}")
                records[name] = _encoded("".join(letters.split()), rna, f"{path}, record {name!r}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is cut short or damaged ({error}): fetch the file again") from error
    if not records:
        raise ValueError(f"{path} holds no FASTA record: the first must begin with a line >name")
    return records


def _lines(text: Iterable[str], path: Path) -> Iterator[str]:
    """The lines, each looked at: text, and in UTF-8.

    Raises:
        ValueError: the line that is not is named.
    """
    for number, line in enumerate(text, 1):
        if "\0" in line:
            raise ValueError(
                f"{path}, line {number}: every other byte is 0, so this is UTF-16, which Windows calls Unicode, or no "
                "text at all: save it as UTF-8"
            )
        if not line.isascii() and (wrong := _NO_UTF8.search(line)):
            byte = wrong[0].encode("utf-8", _AS_IT_IS)[0]
            raise ValueError(
                f"{path}, line {number}: byte 0x{byte:02x} at position {wrong.start()} is no UTF-8; save the file as "
                "UTF-8 if it is text in another encoding, such as Latin-1"
            )
        yield line


def _from_the_first_record(lines: Iterator[str], path: Path) -> Iterator[str]:
    first = next((line for line in lines if line.strip()), "")
    if first and not first.startswith(">"):
        raise ValueError(f"{path}: before the first line with > stands {first.strip()[:40]!r}")
    return chain(filter(None, [first]), lines)


def _encoded(letters: str, rna: bool, where: str) -> Tokens:
    try:
        return (RNA if rna else DNA).encode(letters)
    except ForeignLetter as error:
        remedy = ", or read_fasta(path, rna=True) reads U as T" if error.letter in ("U", "u") else ""
        raise ValueError(f"{where}: {error}{remedy}") from None
