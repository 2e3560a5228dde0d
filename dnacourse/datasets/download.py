"""Downloads that resume, are checked before use, and say what to do when they fail."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

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
    """Where downloads are kept: $DNACOURSE_CACHE, else the system's folder for caches."""
    return Path(os.environ.get(CACHE) or pooch.os_cache("dnacourse")).expanduser()


def fetch(path: Path, urls: Sequence[str], sha256: str = "", accept: Accept | None = None) -> Path:
    """A file, downloaded if it is not there yet, and compared with its SHA-256 before every use.

    An interrupted download goes on where it stopped: with a published checksum from any address and in
    a later run, without one only from the same server, and only if that vouches for the same file.
    Nothing stands at `path` before it is whole and right. Of several processes one downloads.

    Args:
        path: where the file is or shall be.
        urls: addresses, tried in order.
        sha256: published checksum; where it is "" the first file's is stored beside it.
        accept: raises ValueError where the content is not what was asked for; used without a checksum.

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
                    _download(path, urls, sha256, accept)
    return check(path, sha256, accept)


def check(path: Path, sha256: str = "", accept: Accept | None = None) -> Path:
    """Compare a file with its published SHA-256, else with the one stored when it was first accepted.

    Raises:
        DownloadFailed: the file has changed, is not what was asked for, or cannot be read.
    """
    record = stored_checksum(path)
    with usable(path):
        found = checksum(path)
        expected = sha256 or (record.read_text().strip() if record.exists() else "")
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
        print(
            f"waiting for another program that fetches {path.name} (if there is none, delete {lock.lock_file})",
            file=sys.stderr,
            flush=True,
        )
        lock.acquire()
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


def _download(path: Path, urls: Sequence[str], sha256: str, accept: Accept | None) -> None:
    failures = []
    for url in urls:
        try:
            return _download_from(url, path, sha256, accept)
        except (requests.RequestException, ValueError) as error:
            failures.append(f"  {url}\n    {_in_words(error)}")
    raise DownloadFailed(
        "\n".join([f"{path.name} could not be downloaded:", *failures, _by_hand(path) + "."])
    )


def _download_from(url: str, path: Path, sha256: str, accept: Accept | None) -> None:
    part = path.with_name(path.name + ".part")
    resumed = bool(sha256) and part.exists()
    _Transfer(url, part, bool(sha256)).run()
    try:
        _judge(part, sha256, accept)
    except ValueError:
        part.unlink()
        if not resumed:
            raise
        return _download_from(url, path, sha256, accept)  # the beginning may have been another file's
    part.replace(path)


def _judge(part: Path, sha256: str, accept: Accept | None) -> None:
    if sha256 and checksum(part) != sha256:
        raise ValueError("the file there is another one: its SHA-256 is not the expected")
    if not sha256 and accept:
        accept(part)


class _Transfer:
    """The bytes of one address on their way into a .part file, going on from what that holds.

    With `known`, the whole is compared with a checksum later, so any beginning may be tried. Without, a
    beginning is kept only if the server confirms, by If-Range, that its file is still the same.
    """

    def __init__(self, url: str, part: Path, known: bool) -> None:
        self.url, self.part, self.known = url, part, known
        self.validator = ""

    def run(self) -> None:
        for attempt in range(1, TRIES + 1):
            before = self._size()
            try:
                return self._get()
            except requests.HTTPError:
                raise
            except requests.RequestException:
                if attempt == TRIES and self._size() == before:
                    raise
        raise requests.ConnectionError(f"the connection broke {TRIES} times, after {self._size():,} bytes")

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _get(self) -> None:
        if not self.known and not self.validator:
            self.part.unlink(missing_ok=True)  # nobody can tell of which file it is the beginning
        have, patience = self._size(), (CONNECT_SECONDS, SILENCE_SECONDS)
        with requests.get(self.url, headers=self._headers(have), stream=True, timeout=patience) as reply:
            if have and _is_of_another_file(reply, have):
                self.part.unlink()
                return self._get()
            if have and reply.status_code == _RANGE_NOT_SATISFIABLE:
                return None  # nothing is missing
            reply.raise_for_status()
            if reply.status_code != _PARTIAL_CONTENT:
                have, self.validator = 0, "" if self.known else _validator(reply)
            if not self.known and not _says_where_it_ends(reply):
                raise ValueError("the server does not say how long the file is, so a cut would go unnoticed")
            return self._write(reply, have)

    def _headers(self, have: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        if have and self.validator:
            headers["If-Range"] = self.validator
        return headers

    def _write(self, reply: requests.Response, have: int) -> None:
        length = int(reply.headers.get("content-length", 0))
        _make_room(self.part, length)
        bar = tqdm(
            total=have + length or None, initial=have, unit="B", unit_scale=True, desc=self.part.stem,
            disable=None, leave=False, file=sys.stderr,
        )  # fmt: skip
        with bar, self.part.open("ab" if have else "wb") as stream:
            try:
                # as sent: some servers call an archive's own gzip an encoding, to be undone on the way
                for chunk in reply.raw.stream(CHUNK, decode_content=False):
                    stream.write(chunk)
                    bar.update(len(chunk))
            except urllib3.exceptions.HTTPError as error:
                raise requests.ConnectionError(error) from error


def _is_of_another_file(reply: requests.Response, have: int) -> bool:
    """The answer to a request for the rest does not fit the beginning."""
    place = reply.headers.get("content-range", "")
    if reply.status_code == _RANGE_NOT_SATISFIABLE:
        return place != f"bytes */{have}"
    return reply.status_code == _PARTIAL_CONTENT and not place.startswith(f"bytes {have}-")


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
        raise DownloadFailed(
            f"{part.stem}: {length / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free in {part.parent}: "
            f"delete something, or set {CACHE} to a folder on another disk"
        )


def _in_words(error: Exception) -> str:
    """Why an address failed, in one line."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"the server answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout):
        return f"the server was silent for {SILENCE_SECONDS} seconds"
    if isinstance(error, requests.ConnectionError):
        return f"no connection ({str(error)[:160]})"
    return str(error)
