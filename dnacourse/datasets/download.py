"""Downloads that resume, are checked before use, and say what to do when they fail."""

import contextlib
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pooch
import requests
import urllib3
from filelock import FileLock, Timeout
from tqdm import tqdm

from dnacourse.datasets.store import checksum

OFFLINE = "DNACOURSE_OFFLINE"
CACHE = "DNACOURSE_CACHE"
TRIES = 4
CONNECT_SECONDS, SILENCE_SECONDS = 10, 60
CHUNK = 1 << 16  # what an interruption loses at most
_RANGE_NOT_SATISFIABLE, _PARTIAL_CONTENT = 416, 206

Accept = Callable[[Path], None]


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
                    _download(path, urls, _Wanted(sha256, accept, size))
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
            record.write_text(found + "\n")
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


class _Wanted(NamedTuple):
    """What is known of a file before it is there."""

    sha256: str
    accept: Accept | None
    size: int

    def judge(self, file: Path) -> None:
        """Raises ValueError where this is not the file."""
        if self.sha256 and checksum(file) != self.sha256:
            raise ValueError("the file there is another one: its SHA-256 is not the expected")
        if not self.sha256 and self.accept:
            self.accept(file)

    def judge_size(self, found: int | None) -> None:
        """Raises ValueError where an address announces a file of another size."""
        if self.size and found is not None and found != self.size:
            raise ValueError(f"the file there is another one: {found:,} bytes, expected {self.size:,}")


class _Broken(requests.RequestException):
    """The connection broke, again and again."""


def _download(path: Path, urls: Sequence[str], wanted: _Wanted) -> None:
    part = path.with_name(path.name + ".part")
    if wanted.sha256 and part.exists() and checksum(part) == wanted.sha256:
        part.replace(path)  # all of it had arrived before the interruption
        return
    failures = []
    for url in urls:
        try:
            return _download_from(url, path, part, wanted)
        except (requests.RequestException, ValueError) as error:
            failures.append(f"  {url}\n    {_in_words(error)}".replace(str(part), path.name))
    raise DownloadFailed(
        "\n".join([f"{path.name} could not be downloaded:", *failures, _by_hand(path) + "."])
    )


def _download_from(url: str, path: Path, part: Path, wanted: _Wanted) -> None:
    before = part.stat().st_size if wanted.sha256 and part.exists() else 0
    if not wanted.sha256:
        part.unlink(missing_ok=True)  # nobody can tell of which file it is the beginning
    try:
        _Transfer(url, part, wanted).run()
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
        _Transfer(url, fresh, wanted).run()
        wanted.judge(fresh)
        fresh.replace(path)
        part.unlink()
    finally:
        fresh.unlink(missing_ok=True)


class _Transfer:
    """The bytes of one address on their way into a .part file, going on from what that holds.

    With a published checksum the whole is compared later, so any beginning may be tried. Without, a
    beginning is kept only if the server confirms, by If-Range, that its file is still the same.
    """

    def __init__(self, url: str, part: Path, wanted: _Wanted) -> None:
        self.url, self.part, self.wanted = url, part, wanted
        self.validator = ""

    def run(self) -> None:
        """Ask until all is there; give up after some tries in a row that brought nothing.

        Raises:
            ValueError: the address has another file, or one that nobody could tell from a part of it.
            requests.RequestException: it refuses, is silent, or breaks off.
        """
        idle, last = 0, ""
        while idle < TRIES:
            before = self._have()
            try:
                if self._get():
                    return
                last = "it gave a piece of the file"
            except (requests.HTTPError, requests.TooManyRedirects):
                raise
            except requests.RequestException as error:
                last = _in_words(error)
            idle = 0 if self._have() - before >= CHUNK else idle + 1
        raise _Broken(f"it broke off {TRIES} times, the last time after {self._have():,} bytes: {last}")

    def _have(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _get(self) -> bool:
        """One request; whether all is there."""
        if not self.wanted.sha256 and not self.validator:
            self.part.unlink(missing_ok=True)
        have, patience = self._have(), (CONNECT_SECONDS, SILENCE_SECONDS)
        with requests.get(self.url, headers=self._headers(have), stream=True, timeout=patience) as reply:
            if reply.status_code == _RANGE_NOT_SATISFIABLE:
                raise ValueError("what had arrived is no beginning of the file there")
            reply.raise_for_status()
            if reply.status_code == _PARTIAL_CONTENT:
                return self._append(reply, have)
            return self._begin_anew(reply, have)

    def _append(self, reply: requests.Response, have: int) -> bool:
        place = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", reply.headers.get("content-range", ""))
        if not place or int(place[1]) != have:
            raise ValueError("the server sent another piece of the file than it was asked for")
        total = int(place[3])
        self.wanted.judge_size(total)
        if not have:
            self._remember(reply)
        self._write(reply, self.part, have)
        return self._have() == total

    def _begin_anew(self, reply: requests.Response, have: int) -> bool:
        """The whole file comes, asked for or not; what is there is kept until more has arrived."""
        length = reply.headers.get("content-length")
        self.wanted.judge_size(int(length) if length else None)
        self._remember(reply)
        if not self.wanted.sha256 and not _says_where_it_ends(reply):
            raise ValueError("the server does not say how long the file is, so a cut would go unnoticed")
        target = self.part.with_suffix(".anew") if have and self.wanted.sha256 else self.part
        try:
            self._write(reply, target, 0)
            target.replace(self.part)
        finally:
            if target != self.part and target.exists():
                target.replace(self.part) if target.stat().st_size > have else target.unlink()
        return True

    def _remember(self, reply: requests.Response) -> None:
        self.validator = "" if self.wanted.sha256 else _validator(reply)

    def _headers(self, have: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        if have and self.validator:
            headers["If-Range"] = self.validator
        return headers

    def _write(self, reply: requests.Response, target: Path, have: int) -> None:
        length = int(reply.headers.get("content-length", 0))
        _make_room(self.part, length)
        bar = tqdm(
            total=have + length or None, initial=have, unit="B", unit_scale=True, desc=self.part.stem,
            disable=None, leave=False, file=sys.stderr,
        )  # fmt: skip
        with bar, target.open("ab" if have else "wb") as stream:
            try:
                # as sent: some servers call an archive's own gzip an encoding, to be undone on the way
                for chunk in reply.raw.stream(CHUNK, decode_content=False):
                    stream.write(chunk)
                    bar.update(len(chunk))
            except urllib3.exceptions.HTTPError as error:
                raise requests.ConnectionError(error) from error


def _validator(reply: requests.Response) -> str:
    """What a server can recognise its file by; a weak ETag does not vouch for every byte."""
    tag = reply.headers.get("etag", "")
    return tag if tag.startswith('"') else reply.headers.get("last-modified", "")


def _says_where_it_ends(reply: requests.Response) -> bool:
    chunked = "chunked" in reply.headers.get("transfer-encoding", "").lower()
    return chunked or "content-length" in reply.headers


def _make_room(part: Path, length: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if length > free:
        raise ValueError(
            f"{part.stem}: {length / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free in {part.parent}: "
            f"delete something, or set {CACHE} to a folder on another disk"
        )


def _in_words(error: Exception) -> str:
    """Why an address failed, in one line."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {CONNECT_SECONDS} seconds"
    if isinstance(error, requests.ReadTimeout):
        return f"the server was silent for {SILENCE_SECONDS} seconds"
    if isinstance(error, requests.ConnectionError):
        return f"no connection ({str(error)[:160]})"
    return str(error)
