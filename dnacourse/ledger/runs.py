"""The runs of a notebook, a file each, found again by their settings and by what they use."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from dnacourse import files, interrupts, scale
from dnacourse.datasets.download import CACHE, cache_folder
from dnacourse.ledger.used import used_by
from dnacourse.plain import Plain, plain
from dnacourse.reach import Package, changes, in_words

RUNS = "DNACOURSE_RUNS"
KEEP, AGAIN = "keep", "again"
ROOT = Path(__file__).parents[2]


class NotKept(Exception):
    """A run is done, and what came out of it could not be written.

    Attributes:
        outcome: what the run gave. In a notebook: `import sys`, then `sys.last_value.outcome`.
    """

    def __init__(self, message: str, outcome: Any) -> None:
        super().__init__(message)
        self.outcome = outcome


class Ledger:
    """Keeps the outcome of each run under its settings, in the folder of downloads.

    A run is found again with the same settings and at the same scale, as long as nothing that it uses has
    changed what it does: its function; the functions and classes of the notebook that this one uses; numbers,
    text, arrays, tables, tensors and networks in its variables, by content; and what all these reach in this
    package (see `dnacourse.reach`). Docstrings, comments and what is new beside it do not count. Not seen are
    the versions of other packages, the state of random generators, the environment, files that the run reads
    by itself, and objects of other packages, but for their type.

    Where a run no longer counts, a line says what has changed, and it is done anew beside the old one.

    Args:
        name: of the notebook.
        keep: take runs over all the same, the newest with these settings, whatever has changed. So does
            DNACOURSE_RUNS=keep; DNACOURSE_RUNS=again does them anew without a line.

    Raises:
        ValueError: DNACOURSE_RUNS is something else.
    """

    def __init__(self, name: str, keep: bool = False) -> None:
        wish = os.environ.get(RUNS, "")
        if wish not in ("", KEEP, AGAIN):
            raise ValueError(f"{RUNS} is {wish!r}; it must be {KEEP} or {AGAIN}, or not be set")
        self.name = name
        self.folder = cache_folder() / "runs" / name
        self._keep = keep or wish == KEEP
        self._quiet = wish == AGAIN
        self._package = Package(ROOT)  # now, since it may be edited while the notebook runs

    def identity(self) -> str:
        """What it is known by where a run uses it: its name."""
        return self.name

    def once(self, settings: Mapping[str, Any], work: Callable[[Path], Mapping[str, Any]]) -> dict[str, Any]:
        """The outcome of a run: read, if it was done before, or else worked out and kept.

        Args:
            settings: what tells this run from all others; numbers, text, lists and arrays of them.
            work: called with a path for a checkpoint, which is deleted when the outcome is kept. Gives a
                dictionary of numbers, text, lists, arrays and tensors of any shape.

        Returns:
            What `work` gave, arrays and tuples as lists, and "seconds", how long it took from its (last)
            start; the same in the first call and in later ones.

        Raises:
            TypeError: something in the settings can be no part of a file; said before the work begins.
            OSError: the folder cannot be written to; said before the work begins.
            KeyboardInterrupt: Ctrl-C, also where `fit` has ended in order on it: nothing is kept but the checkpoint.
            NotKept: the outcome cannot be written. The error has it, and the checkpoint stays, so that the
                next call goes on from there.
        """
        about = [scale.current(), _name(work), plain(dict(settings), "settings")]
        parts = used_by(work, self._package)
        run, code = _key(about), _key(parts)
        path = self.folder / f"{run}-{code}.json"
        if not path.exists() and (older := self._newest(run)):
            if self._keep:
                return self._take_over(older, path, parts)
            self._say_what_changed(older, parts)
        if path.exists():
            return dict(_read(path)["outcome"])
        outcome = self._worked_out(work, path.with_suffix(".checkpoint"))
        return self._write(path, outcome, parts)

    def _worked_out(self, work: Callable[[Path], Any], checkpoint: Path) -> dict[str, Any]:
        try:
            files.try_writing(self.folder)
        except OSError as error:
            raise OSError(
                f"no run can be kept in {self.folder} ({error}): name another folder in {CACHE}"
            ) from None
        begin = time.monotonic()
        with interrupts.listening() as heard:
            outcome = work(checkpoint)
        if heard.requested:  # the training within has ended in order, but it is not done
            raise KeyboardInterrupt(
                "the run was interrupted: its checkpoint is kept, and the next call goes on"
            )
        seconds = time.monotonic() - begin
        if not isinstance(outcome, Mapping):
            kind = type(outcome).__name__
            raise NotKept(
                f"the run gave a {kind}, and not a dictionary; `.outcome` of this error is it", outcome
            )
        return {**outcome, "seconds": seconds}

    def _write(self, path: Path, outcome: dict[str, Any], parts: dict[str, str]) -> dict[str, Any]:
        try:
            kept = {"scale": scale.current(), "parts": parts, "outcome": plain(outcome, "outcome")}
            files.write_text(path, json.dumps(kept))
        except (TypeError, ValueError, OSError) as error:
            raise NotKept(
                f"{error}. So the outcome of this run cannot be kept in {path}; `.outcome` of this error is it, and "
                "the run's checkpoint, if it has one, stays for the next call",
                outcome,
            ) from error
        path.with_suffix(".checkpoint").unlink(missing_ok=True)
        return dict(_read(path)["outcome"])

    def _newest(self, run: str) -> Path | None:
        """The file of the same run with other code."""
        return max(self.folder.glob(f"{run}-*.json"), key=lambda path: path.stat().st_mtime_ns, default=None)

    def _take_over(self, older: Path, path: Path, parts: dict[str, str]) -> dict[str, Any]:
        kept = _read(older)
        over = sorted({*kept.get("kept_over", []), *changes(kept["parts"], parts)})
        files.write_text(path, json.dumps({**kept, "parts": parts, "kept_over": over}))
        return dict(kept["outcome"])

    def _say_what_changed(self, older: Path, parts: dict[str, str]) -> None:
        """A line, once."""
        if self._quiet:
            return
        self._quiet = True
        lost = self._count_lost(parts)
        runs, count, they = (
            ("1 run", "counts", "It is") if lost == 1 else (f"{lost} runs", "count", "They are")
        )
        print(
            f"{runs} of {self.name!r} no longer {count}: {in_words(changes(_read(older)['parts'], parts))}. "
            f"{they} done anew, and what was kept stays in {self.folder}. To take it over all the same, start again "
            f'with Ledger("{self.name}", keep=True) or {RUNS}={KEEP}.'
        )

    def _count_lost(self, parts: dict[str, str]) -> int:
        """How many runs at this scale have no file that agrees with the parts that they share."""
        counts: dict[str, bool] = {}
        for path in self.folder.glob("*-*.json"):
            kept = _read(path)
            if kept["scale"] == scale.current():
                run = path.name.partition("-")[0]
                agrees = all(parts.get(label, digest) == digest for label, digest in kept["parts"].items())
                counts[run] = counts.get(run, False) or agrees
        return sum(not agrees for agrees in counts.values())


def _read(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is damaged ({error}): delete it, and the run is done anew") from None


def _name(work: Any) -> str:
    while isinstance(work, partial):
        work = work.func
    return str(getattr(work, "__qualname__", type(work).__qualname__))


def _key(content: Plain | Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]
