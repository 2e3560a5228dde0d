"""Downloads that resume, are checked before use, and say what to do when they fail."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pooch
import requests
from filelock import FileLock, Timeout

from dnacourse.datasets.cards import checksum
from dnacourse.datasets.transfer import CACHE, Accept, Transfer, Wanted, in_words
from dnacourse.files import write_text

OFFLINE = "DNACOURSE_OFFLINE"


class DownloadFailed(Exception):
    """A file could not be had; the message says why, and how to mend it or how to do it by hand."""


def cache_folder() -> Path:
    """Where downloads are kept: $DNACOURSE_CACHE, else the system's folder for caches.

    Raises:
        DownloadFailed: $DNACOURSE_CACHE names the home of somebody who is not there.
    """
    folder = os.environ.get(CACHE) or pooch.os_cache("dnacourse")
    try:
        return Path(folder).expanduser()
    except RuntimeError:
        raise DownloadFailed(f"{CACHE} is {folder}, and there is no such home: name a folder") from None


def fetch(
    path: Path, urls: Sequence[str], sha256: str = "", accept: Accept | None = None, size: int = 0
) -> Path:
    """A file, downloaded if it is not there yet, and compared with its SHA-256 before every use.

    An interrupted download goes on where it stopped: with a published checksum from any address and in
    a later run, without one only from the same server, and only if that vouches for the same file.
    What has arrived is kept until the whole is there, whatever an address answers. Nothing stands at
    `path` before it is whole and right. Of several processes one downloads.

    Args:
        path: where the file is or shall be.
        urls: addresses, tried in order.
        sha256: published checksum; where it is "" the first file's is stored beside it.
        accept: raises ValueError where the content is not what was asked for; used without a checksum.
        size: its bytes, where they are known; a file of another size is not begun. 0: not known.

    Raises:
        DownloadFailed: no address gave the right file, there is no room for it, its folder cannot be
            used, the network is not to be used ($DNACOURSE_OFFLINE), or see `check`.
    """
    with usable(path):
        if not path.exists():
            if _offline():
                raise DownloadFailed(
                    f"{path.name} is not here and {OFFLINE} is set. {_by_hand(path)}, from {urls[0]}"
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            with alone(path):
                if not path.exists():  # else it came while this process waited
                    _download(path, urls, Wanted(sha256, accept, size))
    return check(path, sha256, accept)


def check(path: Path, sha256: str = "", accept: Accept | None = None) -> Path:
    """Compare a file with its published SHA-256, else with the one stored when it was first accepted.

    Raises:
        DownloadFailed: the file has changed, is not what was asked for, or cannot be read.
    """
    record = stored_checksum(path)
    with usable(path):
        found = checksum(path)
        expected = sha256 or (_recorded(record) if record.exists() else "")
    if not expected:
        _accept_first(path, accept)
        with contextlib.suppress(OSError):  # a shared cache may be read-only: its files are good all the same
            write_text(record, found + "\n")
    elif found != expected:
        raise DownloadFailed(
            f"{path} has changed or is damaged: its SHA-256 is {found[:12]}…, not {expected[:12]}…. Delete it "
            f"(and {record.name} if there is one) to download it again"
        )
    return path


def _recorded(record: Path) -> str:
    """The checksum in a file as `sha256sum` writes it, or with nothing else in it."""
    first = record.read_bytes().decode("ascii", "replace").split()[:1]
    if not first or not re.fullmatch("[0-9a-fA-F]{64}", first[0]):
        raise DownloadFailed(f"{record} holds no SHA-256: delete it, and the next use makes it anew")
    return first[0].lower()


def stored_checksum(path: Path) -> Path:
    """The file beside a download that holds the checksum of its first appearance."""
    return path.with_name(path.name + ".sha256")


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Let one process at a time work on a file of the cache; a second says that it waits, and waits."""
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        print(f"waiting for another program that fetches {path.name}", file=sys.stderr, flush=True)
        lock.acquire()  # the system opens the lock of a program that has died
    try:
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def usable(path: Path) -> Iterator[None]:
    """Where a file of the cache or its folder cannot be used, say what to do.

    Raises:
        DownloadFailed: the operating system refused something.
    """
    try:
        yield
    except OSError as error:
        raise DownloadFailed(
            f"{path} cannot be used: {error.filename or path}: {error.strerror or error}. Remove what is in "
            f"the way, or set {CACHE} to a folder that you may write to"
        ) from error


def _offline() -> bool:
    return os.environ.get(OFFLINE, "").strip().lower() not in ("", "0", "false", "no")


def _by_hand(path: Path) -> str:
    return f"To do it by hand, download it elsewhere and put it at {path}"


def _accept_first(path: Path, accept: Accept | None) -> None:
    try:
        if accept:
            accept(path)
    except ValueError as error:
        raise DownloadFailed(f"{path}: {error}. Delete it to download it again") from None


def _download(path: Path, urls: Sequence[str], wanted: Wanted) -> None:
    part = path.with_name(path.name + ".part")
    if wanted.sha256 and part.exists() and checksum(part) == wanted.sha256:
        part.replace(path)  # all of it had arrived before the interruption
        return
    failures = []
    for url in urls:
        try:
            return _download_from(url, path, part, wanted)
        except (requests.RequestException, ValueError) as error:
            failures.append(f"  {url}\n    {in_words(error)}".replace(str(part), path.name))
    raise DownloadFailed(
        "\n".join([f"{path.name} could not be downloaded:", *failures, _by_hand(path) + "."])
    )


def _download_from(url: str, path: Path, part: Path, wanted: Wanted) -> None:
    before = part.stat().st_size if wanted.sha256 and part.exists() else 0
    if not wanted.sha256:
        part.unlink(missing_ok=True)  # nobody can tell of which file it is the beginning
    try:
        Transfer(url, part, wanted).run()
        wanted.judge(part)
    except ValueError:
        if not part.exists() or not before:
            part.unlink(missing_ok=True)
            raise
        os.truncate(part, min(before, part.stat().st_size))
    else:
        part.replace(path)
        return
    fresh = path.with_name(path.name + ".fresh")  # what was there before may be the beginning of another file
    fresh.unlink(missing_ok=True)
    try:
        Transfer(url, fresh, wanted).run()
        wanted.judge(fresh)
        fresh.replace(path)
        part.unlink()
    finally:
        fresh.unlink(missing_ok=True)
