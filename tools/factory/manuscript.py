"""Manuscripts (jupytext py:percent) and what a notebook's text must be, given its manuscript.

    manuscript/notebooks/NAME.py  -> notebooks/NAME.ipynb                     executed by papermill
    manuscript/lectures/NAME.py   -> lectures/NAME.ipynb                      executed
    manuscript/labs/NAME.py       -> solutions/NAME.ipynb, labs/NAME.ipynb    executed, handed out

In a lab a cell header carries one of three short marks, which become nbgrader's metadata:
`# %% solution="ID"`, `# %% check="ID" points=5`, `# %% [markdown] answer="ID" points=5` (read by a teacher).
A lecture's first cell has its line for the README: `# %% [markdown] readme="what it is about"`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat
from nbformat.notebooknode import NotebookNode

from dnacourse.datasets import card
from dnacourse.reach import as_code

ROOT = Path(__file__).parents[2]
OUTPUT_FOLDERS = {"notebooks": "notebooks", "lectures": "lectures", "labs": "solutions"}
"""In the order in which they are built: lectures read what reproductions have measured."""
KERNEL = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
WORDS_A_MINUTE = 180
CODE_LINES_A_MINUTE = 12


MARKS = ("solution", "check", "answer")
README = "readme"
KNOWN_METADATA = {*MARKS, "points", "tags", README, "lines_to_next_cell"}


class ManuscriptError(Exception):
    """A manuscript cannot become a notebook; the message names the file, the cell and the remedy."""


@dataclass(frozen=True)
class Manuscript:
    """One manuscript under a course folder."""

    path: Path
    root: Path = ROOT

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def built(self) -> Path:
        return self.root / OUTPUT_FOLDERS[self.kind] / f"{self.name}.ipynb"

    @property
    def handed_out(self) -> Path | None:
        return self.root / "labs" / f"{self.name}.ipynb" if self.kind == "labs" else None

    def read(self) -> NotebookNode:
        """The manuscript as jupytext reads it, with a stable id for every cell."""
        notebook = jupytext.reads(self.path.read_text(encoding="utf-8"), fmt="py:percent")
        seen: dict[str, int] = {}
        for cell in notebook.cells:
            times = seen[cell.source] = seen.get(cell.source, 0) + 1
            key = f"{self.kind}/{self.name}/{cell.cell_type}/{times}/{cell.source}"
            cell.id = hashlib.sha256(key.encode()).hexdigest()[:12]
        return notebook

    def code(self) -> str:
        """All of its code as one Python text."""
        return as_code(cell.source for cell in self.read().cells if cell.cell_type == "code")

    def render(self, run_minutes: int) -> NotebookNode:
        """The notebook before it is executed: placeholders filled in, nbgrader's metadata spelled out."""
        notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
        source = self.read()
        values = placeholders(source, run_minutes)
        for cell in source.cells:
            try:
                metadata = _cell_metadata(dict(cell.metadata))
                text = fill(cell.source, values) if cell.cell_type == "markdown" else cell.source
            except ManuscriptError as error:
                first = (cell.source.splitlines() or ["(empty)"])[0]
                raise ManuscriptError(f"{self.path}, cell {first!r}: {error}") from None
            make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
            notebook.cells.append(make[cell.cell_type](text, id=cell.id, metadata=metadata))
        grade_ids = [c.metadata["nbgrader"]["grade_id"] for c in notebook.cells if "nbgrader" in c.metadata]
        if twice := {name for name in grade_ids if grade_ids.count(name) > 1}:
            raise ManuscriptError(f"{self.path}: two cells are marked {', '.join(sorted(twice))!r}")
        return notebook


def as_manuscript(cells: list[NotebookNode]) -> str:
    """Cells as the text of a manuscript: py:percent without jupytext's header, which would name versions."""
    metadata = {"jupytext": {"notebook_metadata_filter": "-all"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    return jupytext.writes(notebook, fmt="py:percent")


def manuscripts(root: Path = ROOT) -> list[Manuscript]:
    """All manuscripts of a course folder, in the order in which they are built."""
    return [
        Manuscript(path, root)
        for kind in OUTPUT_FOLDERS
        for path in sorted((root / "manuscript" / kind).glob("*.py"))
    ]


def fill(text: str, values: dict[str, str]) -> str:
    """Replace `{{name}}` by its value.

    Raises:
        ManuscriptError: a placeholder that does not exist.
    """
    unknown = set(re.findall(r"\{\{(\w+)\}\}", text)) - set(values)
    if unknown:
        raise ManuscriptError(f"no placeholder {{{{{unknown.pop()}}}}}; there are {', '.join(values)}")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], text)


def placeholders(notebook: NotebookNode, run_minutes: int) -> dict[str, str]:
    """`{{minutes}}`: how long it takes to read and to run; `{{data}}`: the cards of the data it loads."""
    run = "under a minute" if run_minutes <= 1 else f"about {run_minutes} minutes"
    minutes = f"{reading_minutes(notebook)} minutes to read, {run} to run on two CPU cores."
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    names = dict.fromkeys(re.findall(r"\bload\([\"'](\w+)[\"']\)", code))
    cards = [card(name) for name in names]
    data = "\n".join(
        f"- `{one.name}`: {one.what}. {one.accession}; {one.paper}. {one.licence}." for one in cards
    )
    return {"minutes": minutes, "data": data or "None."}


def reading_minutes(notebook: NotebookNode) -> int:
    """Minutes to read the prose at 180 words a minute and the code at 12 lines a minute, in fives."""
    words = sum(len(c.source.split()) for c in notebook.cells if c.cell_type == "markdown")
    lines = sum(c.source.count("\n") + 1 for c in notebook.cells if c.cell_type == "code")
    minutes = words / WORDS_A_MINUTE + lines / CODE_LINES_A_MINUTE
    return max(5, round(minutes / 5) * 5)


def _cell_metadata(metadata: dict) -> dict:
    """Replace the short marks `solution`, `check` and `answer` by nbgrader's metadata.

    Raises:
        ManuscriptError: a mark that does not exist, or a graded cell without points.
    """
    if unknown := set(metadata) - KNOWN_METADATA:
        raise ManuscriptError(
            f"unknown mark {unknown.pop()!r}; there are {', '.join(MARKS)}, points, tags and {README}"
        )
    for name in ("lines_to_next_cell", README):  # of no use to a reader
        metadata.pop(name, None)
    marks = [mark for mark in MARKS if mark in metadata]
    if not marks:
        return metadata
    mark = marks[0]
    nbgrader = {
        "grade_id": metadata.pop(mark),
        "grade": mark != "solution",
        "solution": mark != "check",
        "locked": mark == "check",
        "task": False,
        "schema_version": 3,
    }
    if nbgrader["grade"] and "points" not in metadata:
        raise ManuscriptError("a check or an answer needs points: write points=5 behind its name")
    if nbgrader["grade"]:
        nbgrader["points"] = metadata.pop("points")
    return {**metadata, "nbgrader": nbgrader}
