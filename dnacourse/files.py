"""Writing a file whole or not at all: the one way, for every file that this package writes."""

import glob
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any


@contextmanager
def whole(path: str | Path, mode: str = "wb") -> Iterator[IO[Any]]:
    """A stream for the new content of a file, which takes its place only when all of it is on the disk.

    If the block raises, or the program is killed, what stood at `path` is as it was. What a killed program
    left behind is taken away by the next that writes there.

    Args:
        path: the file; folders on the way to it are made.
        mode: "wb", or "w" for text in UTF-8.

    Raises:
        OSError: the disk is full, or the place cannot be written to.
        ValueError: another mode.
    """
    if mode not in ("wb", "w"):
        raise ValueError(f'mode must be "wb" or "w", not {mode!r}')
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f"{glob.escape(path.name)}.*.writing"):
        if not _is_running(left):
            left.unlink(missing_ok=True)
    scratch = path.with_name(f"{path.name}.{os.getpid()}.writing")
    text: dict[str, Any] = {"encoding": "utf-8", "newline": "\n"} if mode == "w" else {}
    try:
        with scratch.open(mode, **text) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        scratch.replace(path)
    finally:
        with suppress(OSError):
            scratch.unlink(missing_ok=True)


def write_text(path: str | Path, text: str) -> None:
    """A text file, whole or not at all, in UTF-8 with "\\n" as line ends; raises as `whole`."""
    with whole(path, "w") as stream:
        stream.write(text)


def write_bytes(path: str | Path, content: bytes) -> None:
    """A file of bytes, whole or not at all; raises as `whole`."""
    with whole(path) as stream:
        stream.write(content)


def try_writing(folder: str | Path) -> None:
    """Write a few letters in a folder and take them away: to be told before long work, and not after it.

    Raises:
        OSError: as `whole`.
    """
    trial = Path(folder) / f"trial-{os.getpid()}"
    write_text(trial, "Can this folder be written to?")
    trial.unlink()


def _is_running(scratch: Path) -> bool:
    """Whether the program that a scratch file is named after is still there."""
    number = scratch.name.split(".")[-2]
    if not number.isdigit():
        return False
    import psutil

    return int(number) != os.getpid() and psutil.pid_exists(int(number))
