"""Is this still what a store was made from? Size, times and inode of the file say so; where they differ, a hash does."""

import time
from pathlib import Path
from typing import Any, Protocol

from dnacourse.datasets.cards import checksum

Note = dict[str, Any]
"""What is noted of a source: its SHA-256, and of a file its size, times and inode, and when it was looked at."""

TICK_NANOSECONDS = 2_000_000_000
"""The coarsest clock of a file system in use (FAT): within it a file may change twice at one time."""


class Origin(Protocol):
    """What rows are read from."""

    def note(self, before: Note | None = None) -> Note:
        """What tells its content from any other; `before` itself where it is surely the same."""

    def looks_like(self, note: Note) -> bool:
        """Whether it seems to be what is noted, at a glance."""


class FileOrigin:
    """A file that rows are read from."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def note(self, before: Note | None = None) -> Note:
        """What tells the file's content from any other; all of it is read unless it is surely the one noted.

        Args:
            before: what was noted of it, if anything was.

        Returns:
            `before` where size, both times and inode are the same, and the times lay long enough back when it
            was noted; else all of it anew.

        Raises:
            FileNotFoundError: there is no such file.
        """
        if before and self.looks_like(before) and _is_settled(before):
            return before
        now = time.time_ns()
        return {**self._looks(), "looked_at_ns": now, "sha256": checksum(self.path)}

    def looks_like(self, note: Note) -> bool:
        """Whether size, both times and inode are those noted."""
        return self._looks().items() <= note.items()

    def _looks(self) -> Note:
        found = self.path.stat()
        return {
            "size": found.st_size,
            "mtime_ns": found.st_mtime_ns,
            "ctime_ns": found.st_ctime_ns,
            "inode": found.st_ino,
        }


def _is_settled(note: Note) -> bool:
    """Whether the file could not change once more after the look without a change of its times."""
    return bool(max(note["mtime_ns"], note["ctime_ns"]) + TICK_NANOSECONDS < note["looked_at_ns"])
