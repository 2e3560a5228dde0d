"""Ctrl-C, and a notebook's Stop, at a moment when it does no harm."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether somebody has asked to stop since the block began."""

    def __init__(self) -> None:
        self.requested = False


_told: list[Interrupt] = []


@contextmanager
def deferred() -> Iterator[Interrupt]:
    """Within this block the first Ctrl-C only takes note; a second one interrupts at once, as ever.

    Python hands signals to the main thread alone, so in another thread nothing is deferred; nor where the
    program ignores them, as in the background of a shell.
    """
    mine = Interrupt()
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield mine
        return

    def note(number: int, frame: FrameType | None) -> None:
        if mine.requested:
            raise KeyboardInterrupt
        for one in (*_told, mine):
            one.requested = True

    signal.signal(signal.SIGINT, note)
    try:
        yield mine
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def listening() -> Iterator[Interrupt]:
    """Within this block hear of a Ctrl-C that a `deferred` block inside it has taken."""
    mine = Interrupt()
    _told.append(mine)
    try:
        yield mine
    finally:
        _told.remove(mine)
