"""The lines of a text file that somebody else wrote, each looked at before it is used."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

_AS_IT_IS = "surrogateescape"  # a byte that is no UTF-8 becomes a letter of its own, to be found line by line
_NO_UTF8 = re.compile("[\udc80-\udcff]")


def text_lines(path: Path) -> Iterator[str]:
    """The lines of a text file in ASCII or UTF-8, plain or gzipped, any line ends, each ending with "\\n".

    Raises:
        FileNotFoundError: no such file.
        ValueError: a line is in another encoding, or is no text; it is named.
        EOFError, zlib.error, gzip.BadGzipFile: a gzipped file is cut short or damaged.
    """
    with path.open("rb") as stream:
        opened = gzip.open if stream.read(2) == b"\x1f\x8b" else open
    with opened(path, "rt", encoding="utf-8-sig", errors=_AS_IT_IS) as text:
        for number, line in enumerate(text, 1):
            if "\0" in line or not line.isascii():
                _check(line, f"{path}, line {number}")
            yield line


def _check(line: str, where: str) -> None:
    if "\0" in line:
        raise ValueError(
            f"{where}: there are bytes that are 0, so this is UTF-16, which Windows calls Unicode, or no text at all: "
            "save it as UTF-8"
        )
    if wrong := _NO_UTF8.search(line):
        byte = wrong[0].encode("utf-8", _AS_IT_IS)[0]
        raise ValueError(
            f"{where}: byte 0x{byte:02x} at position {wrong.start()} is no UTF-8; save the file as UTF-8 if it is text "
            "in another encoding, such as Latin-1"
        )
