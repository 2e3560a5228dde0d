"""Downloads that resume, are checked before use, and say what to do when they fail."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pooch
import requests
from tqdm import tqdm

from dnacourse.datasets.store import checksum

OFFLINE = "DNACOURSE_OFFLINE"
CACHE = "DNACOURSE_CACHE"
TRIES = 4
CONNECT_SECONDS, SILENCE_SECONDS = 10, 60
CHUNK = 1 << 16  # what an interruption loses at most
_RANGE_NOT_SATISFIABLE, _PARTIAL_CONTENT = 416, 206


class DownloadFailed(Exception):
    """A file could not be had; the message names each address, why it failed, and how to do it by hand."""


def cache_folder() -> Path:
    """Where downloads are kept: $DNACOURSE_CACHE, else the system's folder for caches."""
    return Path(os.environ.get(CACHE) or pooch.os_cache("dnacourse")).expanduser()


def fetch(
    path: Path,
    urls: Sequence[str],
    sha256: str = "",
    accept: Callable[[Path], None] | None = None,
) -> Path:
    """A file, downloaded if it is not there yet, and compared with its SHA-256 before every use.

    An interrupted download goes on where it stopped, from any of the addresses. Nothing stands at `path`
    before it is whole and right.

    Args:
        path: where the file is or shall be.
        urls: addresses, tried in order.
        sha256: expected checksum; where it is "" the first download's is stored beside the file.
        accept: raises ValueError where the content is not what was asked for; used without a checksum.

    Raises:
        DownloadFailed: no address gave the right file, there is no room for it, the network is not to be
            used ($DNACOURSE_OFFLINE), or a file that was right once has changed.
    """
    if path.exists():
        return _checked(path, sha256)
    by_hand = f"To do it by hand, download it elsewhere and put it at {path}"
    if os.environ.get(OFFLINE):
        raise DownloadFailed(f"{path.name} is not here and {OFFLINE} is set. {by_hand}, from {urls[0]}")
    path.parent.mkdir(parents=True, exist_ok=True)
    failures = []
    for url in urls:
        try:
            pooch.retrieve(
                url,
                known_hash=f"sha256:{sha256}" if sha256 else None,
                fname=path.name,
                path=path.parent,
                downloader=_ResumingDownload(path.with_name(path.name + ".part"), accept),
            )
            return _checked(path, sha256)
        except (requests.RequestException, ValueError, OSError) as error:
            failures.append(f"  {url}\n    {_in_words(error)}")
    raise DownloadFailed("\n".join([f"{path.name} could not be downloaded:", *failures, by_hand + "."]))


def stored_checksum(path: Path) -> Path:
    """The file beside a download that holds the checksum of its first appearance."""
    return path.with_name(path.name + ".sha256")


def _checked(path: Path, sha256: str) -> Path:
    record = stored_checksum(path)
    found = checksum(path)
    if not sha256 and not record.exists():
        record.write_text(found + "\n")
    expected = sha256 or record.read_text().strip()
    if found != expected:
        raise DownloadFailed(
            f"{path} has changed or is damaged: its SHA-256 is {found[:12]}…, not {expected[:12]}…. Delete it "
            f"(and {record.name} if there is one) to download it again"
        )
    return path


class _ResumingDownload:
    """A downloader for pooch that keeps what it has in a .part file and goes on from there."""

    def __init__(self, part: Path, accept: Callable[[Path], None] | None) -> None:
        self.part, self.accept = part, accept

    def __call__(self, url: str, output_file: str, _: Any, check_only: bool = False) -> None:
        for attempt in range(1, TRIES + 1):
            before = self._size()
            try:
                self._get(url)
                break
            except requests.RequestException as error:
                refused = isinstance(error, requests.HTTPError)
                if refused or (attempt == TRIES and self._size() == before):
                    raise
        else:
            raise requests.ConnectionError(
                f"the connection broke {TRIES} times, after {self._size():,} bytes"
            )
        if self.accept:
            try:
                self.accept(self.part)
            except ValueError:
                self.part.unlink()
                raise
        shutil.move(self.part, output_file)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _get(self, url: str) -> None:
        have = self._size()
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(
            url, headers=headers, stream=True, timeout=(CONNECT_SECONDS, SILENCE_SECONDS)
        ) as reply:
            if have and reply.status_code == _RANGE_NOT_SATISFIABLE:
                return  # nothing is missing: the checksum decides
            reply.raise_for_status()
            if reply.status_code != _PARTIAL_CONTENT:
                have = 0
            length = int(reply.headers.get("content-length", 0))
            _make_room(self.part, length)
            bar = tqdm(
                total=have + length or None, initial=have, unit="B", unit_scale=True, desc=self.part.stem,
                disable=None, leave=False, file=sys.stderr,
            )  # fmt: skip
            with bar, self.part.open("ab" if have else "wb") as stream:
                for chunk in reply.iter_content(CHUNK):
                    stream.write(chunk)
                    bar.update(len(chunk))


def _make_room(part: Path, length: int) -> None:
    free = shutil.disk_usage(part.parent).free
    if length > free:
        raise OSError(
            f"{length / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free in {part.parent}: "
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
    if "hash" in str(error).lower():
        return "the file there is another one: its SHA-256 is not the expected"
    with contextlib.suppress(AttributeError):
        return str(error.strerror or error)  # type: ignore[attr-defined]
    return str(error)
