"""The bytes of one address on their way to the disk: going on where they broke off, losing nothing that came."""

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import requests
import urllib3
from tqdm import tqdm

from dnacourse.datasets.cards import checksum

CACHE = "DNACOURSE_CACHE"
TRIES = 4
CONNECT_SECONDS, SILENCE_SECONDS = 10, 60
CHUNK = 1 << 16  # what an interruption loses at most
_RANGE_NOT_SATISFIABLE, _PARTIAL_CONTENT = 416, 206

Accept = Callable[[Path], None]


class Wanted(NamedTuple):
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


class Transfer:
    """The bytes of one address on their way into a .part file, going on from what that holds.

    With a published checksum the whole is compared later, so any beginning may be tried. Without, a
    beginning is kept only if the server confirms, by If-Range, that its file is still the same.
    """

    def __init__(self, url: str, part: Path, wanted: Wanted) -> None:
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
                last = in_words(error)
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


def in_words(error: Exception) -> str:
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
