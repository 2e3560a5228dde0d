"""A long notebook's memory: runs that are done are not done again when it is interrupted and started anew."""

import hashlib
import inspect
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from torch import Tensor

from dnacourse import scale
from dnacourse.datasets import Dataset
from dnacourse.datasets.download import cache_folder
from dnacourse.splits import Split

_ABOUT_A_CLASS = (
    "__doc__",
    "__module__",
    "__dict__",
    "__weakref__",
    "__firstlineno__",
    "__static_attributes__",
)

WITHOUT_NUMBERS = frozenset({"plots", "results", "ledger", "labs", "jupyter", "needs"})
"""Parts of the package that no outcome depends on."""


class Ledger:
    """Keeps the outcome of each run under its settings, in the folder of downloads.

    A run is found again only with the same settings, at the same scale, and while nothing has changed in its
    function, in the notebook's functions, numbers, text, arrays and tables that this one uses, and in the
    modules of this package that were imported when the ledger was made, but for those that draw and write.

    Args:
        name: of the notebook.
    """

    def __init__(self, name: str) -> None:
        self.folder = cache_folder() / "runs" / name
        self._code = _fingerprint()

    def once(self, settings: Mapping[str, Any], work: Callable[[Path], Mapping[str, Any]]) -> dict[str, Any]:
        """The outcome of a run: read, if it was done before, or else worked out and kept.

        Args:
            settings: what tells this run from all others; numbers and text.
            work: called with a path for a checkpoint, which is deleted when the run is done. Gives numbers,
                text and lists of them.

        Returns:
            What `work` gave, and "seconds", how long it took from its (last) start.
        """
        code = [self._code, *_code_of(work, set())]
        key = json.dumps([code, scale.current(), settings], sort_keys=True)
        path = self.folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json"
        if path.exists():
            return dict(json.loads(path.read_text(encoding="utf-8")))
        path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint, begin = path.with_suffix(".checkpoint"), time.monotonic()
        outcome = {**work(checkpoint), "seconds": time.monotonic() - begin}
        scratch = path.with_suffix(f".writing-{os.getpid()}")
        scratch.write_text(json.dumps(outcome), encoding="utf-8")
        scratch.replace(path)
        checkpoint.unlink(missing_ok=True)
        return outcome


def _fingerprint() -> str:
    """SHA-256 over the files of this package's modules that are imported."""
    package, names = __name__.partition(".")[0], [name.split(".") for name in sys.modules]
    loaded = [
        sys.modules[".".join(parts)]
        for parts in names
        if parts[0] == package and not WITHOUT_NUMBERS & set(parts[1:2])
    ]
    files = {module.__file__ for module in loaded if getattr(module, "__file__", None)}
    digest = hashlib.sha256()
    for path in sorted(Path(file) for file in files if file):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _code_of(value: Any, seen: set[int]) -> Iterator[str]:
    """The source of a function, and of what it uses of its own module; values as text, arrays as hashes."""
    if value is None or isinstance(value, int | float | str | range):
        yield repr(value)
    elif isinstance(value, np.ndarray | Tensor):
        yield _hash_of(np.asarray(value))
    elif isinstance(value, pd.DataFrame | pd.Series):
        yield value.to_csv()
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield repr(key)
            yield from _code_of(item, seen)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _code_of(item, seen)
    elif isinstance(value, set | frozenset):
        yield from sorted(map(repr, value))
    elif isinstance(value, partial):
        yield from _code_of((value.func, value.args, value.keywords), seen)
    elif id(value) not in seen:
        seen.add(id(value))
        if isinstance(value, FunctionType):
            yield from _code_of_function(value, seen)
        elif isinstance(value, type):
            yield from _code_of({k: v for k, v in vars(value).items() if k not in _ABOUT_A_CLASS}, seen)
        elif isinstance(value, Dataset | Split):
            yield from _code_of(vars(value), seen)


def _code_of_function(function: FunctionType, seen: set[int]) -> Iterator[str]:
    yield inspect.getsource(function)
    yield from _code_of((function.__defaults__, function.__kwdefaults__), seen)
    own = function.__globals__["__name__"]
    used = [function.__globals__.get(name) for name in sorted(_names(function.__code__))]
    used += [cell.cell_contents for cell in function.__closure__ or ()]
    for one in used:
        if not isinstance(one, FunctionType | type) or one.__module__ == own:
            yield from _code_of(one, seen)


def _hash_of(array: npt.NDArray) -> str:
    about = f"{array.dtype} {array.shape} "
    if array.dtype == object:
        return about + repr(array.tolist())
    return about + hashlib.sha256(np.ascontiguousarray(array).data).hexdigest()


def _names(code: CodeType) -> set[str]:
    """The global names in a function, and in the functions inside it."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*map(_names, inner))
