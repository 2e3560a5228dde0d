"""Carry an edit made in a built notebook back into its manuscript."""

from pathlib import Path

import jupytext
import nbformat
from nbformat.notebooknode import NotebookNode

from tools.factory.build import source_fingerprint
from tools.factory.manuscript import Manuscript, placeholders

MANUSCRIPT_FORMAT = "py:percent"


class Conflict(Exception):
    """Notebook and manuscript were both edited since the build."""


def carry(notebook_path: Path, root: Path) -> list[str]:
    """Write the edited text of a built notebook into its manuscript; outputs are not carried.

    In a handed-out lab the cells that hold an answer are left alone: the manuscript has the solution.

    Returns:
        A line for each cell that was changed, added, dropped or left alone.

    Raises:
        ValueError: the notebook was not built here, so it names no manuscript.
        Conflict: the manuscript changed since the build.
    """
    notebook = nbformat.read(notebook_path, as_version=4)
    stored = notebook.metadata.get("dnacourse", {})
    if "manuscript" not in stored:
        raise ValueError(f"{notebook_path} names no manuscript: it was not built by `make notebooks`")
    manuscript = Manuscript(root / stored["manuscript"], root)
    built = nbformat.read(manuscript.built, as_version=4)
    if built.metadata["dnacourse"]["source"] != source_fingerprint(manuscript):
        raise Conflict(
            f"{stored['manuscript']} or the package changed since {notebook_path.name} was built; "
            "copy your edit elsewhere, run `make notebooks DISCARD=1`, and make it again"
        )
    source = manuscript.read()
    run_minutes = built.metadata["dnacourse"]["run_minutes"]
    merged, report = _merge(source, manuscript.render(run_minutes), notebook, run_minutes)
    source.cells = merged
    text = jupytext.writes(source, fmt=MANUSCRIPT_FORMAT)
    scratch = manuscript.path.with_suffix(".writing")
    scratch.write_text(text, encoding="utf-8")
    scratch.replace(manuscript.path)
    return report


def _merge(
    source: NotebookNode, rendered: NotebookNode, edited: NotebookNode, run_minutes: int
) -> tuple[list[NotebookNode], list[str]]:
    """Cells for the manuscript: its own where nothing changed, the edited text where something did."""
    originals = {cell.id: cell for cell in source.cells}
    texts = {cell.id: cell.source for cell in rendered.cells}
    values = placeholders(source, run_minutes)
    cells, report = [], []
    for cell in edited.cells:
        original = originals.pop(cell.id, None)
        first = (cell.source.strip().splitlines() or ["(empty)"])[0][:60]
        if original is None:
            cells.append(_new_cell(cell))
            report.append(f"added: {first}")
            continue
        is_answer = "solution" in original.metadata and cell.metadata.get("nbgrader", {}).get("checksum")
        if cell.source != texts[cell.id] and is_answer:
            report += [] if "NotImplementedError" in cell.source else [f"answer left alone: {first}"]
        elif cell.source != texts[cell.id]:
            original.source = _unfill(cell.source, values)
            report.append(f"changed: {first}")
        cells.append(original)
    report += [f"dropped: {cell.source.splitlines()[0][:60]}" for cell in originals.values() if cell.source]
    return cells, report


def _unfill(text: str, values: dict[str, str]) -> str:
    """Put the placeholders back where their values stand."""
    for name, value in values.items():
        text = text.replace(value, "{{" + name + "}}")
    return text


def _new_cell(cell: NotebookNode) -> NotebookNode:
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return make[cell.cell_type](cell.source)
