"""Reading FASTA files, plain or gzipped, into tokens."""

import gzip
import zlib
from itertools import chain
from pathlib import Path

from Bio.SeqIO.FastaIO import SimpleFastaParser

from dnacourse.sequence import Tokens, encode


def read_fasta(path: str | Path, rna: bool = False) -> dict[str, Tokens]:
    """Read every record of a FASTA file.

    Args:
        path: the file; gzip is recognised by its first two bytes. Any line ends; blank lines and
            spaces within the sequence are skipped.
        rna: read U as T.

    Returns:
        Record name (the first word of its header) -> tokens (L,), in the order of the file.

    Raises:
        FileNotFoundError: no such file.
        ValueError: the file is cut short or no FASTA; two records share a name; a foreign letter
            (with file, record, letter and position).
    """
    path = Path(path)
    with path.open("rb") as stream:
        compressed = stream.read(2) == b"\x1f\x8b"
    records: dict[str, Tokens] = {}
    try:
        with (gzip.open if compressed else open)(path, "rt", encoding="utf-8-sig") as text:
            first = next((line for line in text if line.strip()), "")
            if first and not first.startswith(">"):
                raise ValueError(f"{path}: before the first line with > stands {first.strip()[:40]!r}")
            for header, letters in SimpleFastaParser(chain(filter(None, [first]), text)):
                name = header.split(maxsplit=1)[0] if header.strip() else ""
                if name in records:
                    raise ValueError(f"{path}: two records are called {name!r}")
                try:
                    records[name] = encode("".join(letters.split()), rna)
                except ValueError as error:
                    raise ValueError(f"{path}, record {name!r}: {error}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is cut short or damaged ({error}): fetch the file again") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path} is not a text file, so no FASTA") from error
    if not records:
        raise ValueError(f"{path} holds no FASTA record: the first must begin with a line >name")
    return records
