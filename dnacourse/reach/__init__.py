"""What a piece of code reaches in this package, and in what state it is: found by reading, nothing is run.

The notebook factory asks it which notebooks are stale, the ledger which runs no longer count; nothing else
decides. What is reached is told by definition: a function, a class, a name that is set. Its digest changes
with what it does, and not with a docstring, a comment, a hint of a type, its layout, or what stands beside it.

What it cannot see: a module that is imported under a name put together when the code runs, and what another
program does (`subprocess`).
"""

from pathlib import Path

from dnacourse.reach.changes import changes, in_words
from dnacourse.reach.modules import Package
from dnacourse.reach.names import Use, read_code
from dnacourse.reach.syntax import as_code, digest, parsed, short
from dnacourse.reach.walk import Walk

__all__ = [
    "Package", "Use", "as_code", "changes", "digest", "in_words", "parsed", "reached", "read_code", "short",
]  # fmt: skip


def reached(source: str, package: Path | Package, filename: str = "<notebook>") -> dict[str, str]:
    """What code reaches in the package, directly or through what it uses.

    Names are followed through imports, also relative ones and those within functions, and through what
    imports them on. `load("x")` reaches the card and the loader of a data set, `reproduced("y")` a result.
    Where such a name is no text, all texts in the code that are names of data sets (of results) count, and all
    data sets where there are none. A module that is handed on as a value is reached as a whole.

    Args:
        source: Python, such as `as_code` makes of a notebook's cells.
        package: the course folder; or its files as they were at some moment.
        filename: of the source, for errors.

    Returns:
        Label -> 16 hexadecimal digits, sorted. Labels are `dnacourse.kmers.count_kmers`; `dnacourse.cli
        (module)`, what a module does when it is imported; `dnacourse.training.loop.fit (text)`, where the code
        asks for it with `inspect.getsource`; `data ecoli`, a card; `result chromatin`.

    Raises:
        SyntaxError: the source, or a file that it reaches, is not Python; the error has the filename.
    """
    modules = package if isinstance(package, Package) else Package(package)
    return Walk(modules.with_notebook(source, filename)).run()
