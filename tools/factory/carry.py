"""Carry an edit made in a built notebook back into its manuscript."""

from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from tools.factory.build import hand_out, source_fingerprint, text_fingerprint, write
from tools.factory.manuscript import Manuscript, as_manuscript, placeholders


class Conflict(Exception):
    """Notebook and manuscript were both edited since the build."""


def carry(notebook_path: Path, root: Path) -> list[str]:
    """Write the edited text of a built notebook into its manuscript; outputs are not carried.

    In a handed-out lab the cells of which it shows only a part (answers, hidden tests) are left alone:
    the manuscript has the whole. Afterwards the notebook counts as carried, and is stale until it is built.

    Returns:
        A line for each cell that was changed, added, dropped or left alone.

    Raises:
        ValueError: the file is no notebook or was not built here, so it names no manuscript.
        Conflict: the manuscript or the package changed since the build.
    """
    try:
        notebook = nbformat.read(notebook_path, as_version=4)
    except nbformat.reader.NotJSONError:
        raise ValueError(f"{notebook_path} is not a notebook") from None
    stored = notebook.metadata.get("dnacourse", {})
    if "manuscript" not in stored:
        raise ValueError(f"{notebook_path} names no manuscript: it was not built by `make notebooks`")
    manuscript = Manuscript(root / stored["manuscript"], root)
    built = nbformat.read(manuscript.built, as_version=4)
    if source_fingerprint(manuscript) not in (built.metadata["dnacourse"]["source"], stored.get("carried")):
        raise Conflict(
            f"{stored['manuscript']} or the package changed since {notebook_path.name} was built; "
            "copy your edit elsewhere, run `make notebooks DISCARD=1`, and make it again"
        )
    source = manuscript.read()
    run_minutes = built.metadata["dnacourse"]["run_minutes"]
    rendered = manuscript.render(run_minutes)
    handed = hand_out(manuscript, run_minutes) if notebook_path == manuscript.handed_out else rendered
    before = {cell.id: cell.source for cell in handed.cells}
    cleared = {cell.id for cell in rendered.cells if before[cell.id] != cell.source}
    merged, report = _merge(source, before, cleared, notebook, placeholders(source, run_minutes))
    scratch = manuscript.path.with_suffix(".writing")
    scratch.write_text(as_manuscript(merged), encoding="utf-8")
    scratch.replace(manuscript.path)
    _mark_as_carried(notebook, notebook_path, manuscript)
    return report


def _mark_as_carried(notebook: NotebookNode, path: Path, manuscript: Manuscript) -> None:
    """Give the cells the ids of the manuscript's, and store that their text is in it."""
    ids = {}
    for cell, other in zip(notebook.cells, manuscript.read().cells, strict=True):
        ids[cell.id] = other.id
        cell.id = other.id
    stored = notebook.metadata["dnacourse"]
    if "fixed_cells" in stored:
        stored["fixed_cells"] = [ids[old] for old in stored["fixed_cells"] if old in ids]
    stored["text"] = text_fingerprint(notebook, stored.get("fixed_cells"))
    stored["carried"] = source_fingerprint(manuscript)
    write(notebook, path)


def _merge(
    source: NotebookNode,
    before: dict[str, str],
    cleared: set[str],
    edited: NotebookNode,
    values: dict[str, str],
) -> tuple[list[NotebookNode], list[str]]:
    """Cells for the manuscript: its own where nothing changed, the edited text where something did.

    Args:
        source: the manuscript.
        before: cell id -> text of the notebook as it was built.
        cleared: ids of cells of which a lab shows only a part (answers, hidden tests).
        edited: the notebook as it is now.
        values: what stands for each placeholder.
    """
    originals = {cell.id: cell for cell in source.cells}
    cells, report = [], []
    for cell in edited.cells:
        original = originals.pop(cell.id, None)
        if original is None:
            cells.append(_new_cell(cell))
            report.append(f"added: {_first_line(cell)}")
            continue
        if cell.source != before[cell.id] and cell.id in cleared:
            report.append(f"left alone, the lab shows only a part of it: {_first_line(cell)}")
        elif cell.source != before[cell.id]:
            original.source = _unfill(cell.source, values)
            report.append(f"changed: {_first_line(cell)}")
        cells.append(original)
    return cells, report + [f"dropped: {_first_line(cell)}" for cell in originals.values()]


def _first_line(cell: NotebookNode) -> str:
    return (cell.source.strip().splitlines() or ["(empty)"])[0][:60]


def _unfill(text: str, values: dict[str, str]) -> str:
    """Put the placeholders back where their values stand."""
    for name, value in values.items():
        text = text.replace(value, "{{" + name + "}}")
    return text


def _new_cell(cell: NotebookNode) -> NotebookNode:
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return make[cell.cell_type](cell.source)
