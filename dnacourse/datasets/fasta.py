"""Reading FASTA files, plain or gzipped, into tokens."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from Bio.SeqIO.FastaIO import SimpleFastaParser

from dnacourse.alphabets import DNA, RNA, ForeignLetter, Tokens
from dnacourse.datasets.lines import text_lines


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
    records: dict[str, Tokens] = {}
    try:
        for header, letters in SimpleFastaParser(_from_the_first_record(text_lines(path), path)):
            name = header.split(maxsplit=1)[0] if header.strip() else ""
            if name in records:
                raise ValueError(f"{path}: two records are called {name!r}")
            records[name] = _encoded("".join(letters.split()), rna, f"{path}, record {name!r}")
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is cut short or damaged ({error}): fetch the file again") from error
    if not records:
        raise ValueError(f"{path} holds no FASTA record: the first must begin with a line >name")
    return records


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
