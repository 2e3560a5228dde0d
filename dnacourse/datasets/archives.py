"""Archives in the cache: read to their end before they are accepted, and unpacked beside themselves."""

import gzip
import shutil
import tarfile
import tempfile
import zlib
from pathlib import Path

from dnacourse.datasets.download import alone, usable


def accept(path: Path) -> None:
    """Read a .tar.gz file to its end, where gzip keeps the length and a checksum.

    Raises:
        ValueError: it is no such archive, is damaged, or holds nothing.
    """
    try:
        with tarfile.open(path, "r:gz") as tar:
            first = tar.next()
        with gzip.open(path) as stream:
            while stream.read(1 << 22):
                pass
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"the file is no gzipped tar archive, or damaged ({error})") from None
    if first is None:
        raise ValueError("the file is an archive with nothing in it")


def unpacked(archive: Path) -> Path:
    """The folder a .tar.gz file was unpacked to, with what the archive holds; else it is unpacked again.

    Raises:
        DownloadFailed: the folder cannot be used; the message says what to do.
    """
    folder = archive.with_name(archive.name.removesuffix(".tar.gz"))
    with usable(folder):
        if not _is_unpacked(archive, folder):
            with alone(archive):
                if not _is_unpacked(archive, folder):  # else another process did it
                    _unpack(archive, folder)
    return folder


def _is_unpacked(archive: Path, folder: Path) -> bool:
    with tarfile.open(archive) as tar:
        for member in tar:
            packed, path = tar.extractfile(member), folder / member.name
            if packed and not (path.is_file() and path.read_bytes() == packed.read()):
                return False
    return True


def _unpack(archive: Path, folder: Path) -> None:
    with (
        tempfile.TemporaryDirectory(prefix=folder.name, dir=archive.parent) as scratch,
        tarfile.open(archive) as tar,
    ):
        whole = Path(scratch) / folder.name
        tar.extractall(whole, filter="data")
        if folder.exists():
            shutil.rmtree(folder)
        whole.rename(folder)
