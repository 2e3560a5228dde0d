"""What a built notebook is compared by: hashes of its text, its outputs, its manuscript and what its code reaches."""

import hashlib
import json
from collections.abc import Container

from nbformat.notebooknode import NotebookNode

from dnacourse.reach import reached
from tools.factory.manuscript import Manuscript, ManuscriptError

NOTEBOOK = "<notebook>"  # the path of the manuscript would do, but Python then quotes the line from there


def source_fingerprint(manuscript: Manuscript) -> str:
    """SHA-256 of the manuscript."""
    return hashlib.sha256(manuscript.path.read_text(encoding="utf-8").encode()).hexdigest()


def reached_by(manuscript: Manuscript) -> dict[str, str]:
    """What the code of a manuscript reaches in the package, in the data sets and in the results, with hashes.

    Raises:
        ManuscriptError: its code, or a file that it reaches, is not Python.
    """
    try:
        return reached(manuscript.code(), manuscript.root, NOTEBOOK)
    except SyntaxError as error:
        file = manuscript.path if error.filename == NOTEBOOK else error.filename
        raise ManuscriptError(f"{file}: {error.msg}: {(error.text or '').strip()!r}") from None


def text_fingerprint(notebook: NotebookNode, ids: Container[str] | None = None) -> str:
    """SHA-256 of what a person can edit in the cells, or in those with one of `ids`: kind and text."""
    cells = [[c.cell_type, c.source] for c in notebook.cells if ids is None or c.id in ids]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def outputs_fingerprint(notebook: NotebookNode) -> str:
    """SHA-256 of everything that running the cells has left in them."""
    left = [[c.execution_count, c.outputs] for c in notebook.cells if c.cell_type == "code"]
    return hashlib.sha256(json.dumps(left, sort_keys=True).encode()).hexdigest()
