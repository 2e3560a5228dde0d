"""Carry an edit made in a built notebook back into its manuscript."""

from difflib import SequenceMatcher
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from dnacourse import files
from tools.factory.build import hand_out, write
from tools.factory.fingerprints import source_fingerprint, text_fingerprint
from tools.factory.manuscript import MARKS, Manuscript, as_manuscript, placeholders


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
        Conflict: the manuscript changed since the build.
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
            f"{stored['manuscript']} changed since {notebook_path.name} was built; "
            "copy your edit elsewhere, run `make notebooks DISCARD=1`, and make it again"
        )
    source = manuscript.read()
    run_minutes = built.metadata["dnacourse"]["run_minutes"]
    rendered = manuscript.render(run_minutes)
    is_lab = notebook_path == manuscript.handed_out
    handed = hand_out(manuscript, run_minutes) if is_lab else rendered
    shown = {cell.id: cell.source for cell in handed.cells}
    hidden = {cell.id for cell in rendered.cells if shown[cell.id] != cell.source}
    merged, report = _merge(source, shown, hidden, notebook, placeholders(source, run_minutes), is_lab)
    files.write_text(manuscript.path, as_manuscript([cell for cell, _ in merged]))
    _mark_as_carried(notebook, notebook_path, manuscript, [identity for _, identity in merged])
    return report


def _mark_as_carried(
    notebook: NotebookNode, path: Path, manuscript: Manuscript, carried: list[str | None]
) -> None:
    """Give the cells the ids of the manuscript's, and store that their text is in it.

    Args:
        carried: for each cell of the manuscript the id it has in the notebook, None if it is not there.
    """
    now = manuscript.read().cells
    ids = {old: cell.id for old, cell in zip(carried, now, strict=True) if old is not None}
    for cell in notebook.cells:
        cell.id = ids.get(cell.id, cell.id)
    stored = notebook.metadata["dnacourse"]
    if "fixed_cells" in stored:
        stored["fixed_cells"] = [ids[old] for old in stored["fixed_cells"] if old in ids]
    stored["text"] = text_fingerprint(notebook, stored.get("fixed_cells"))
    stored["carried"] = source_fingerprint(manuscript)
    write(notebook, path)


def _merge(
    source: NotebookNode,
    shown: dict[str, str],
    hidden: set[str],
    edited: NotebookNode,
    values: dict[str, str],
    is_lab: bool,
) -> tuple[list[tuple[NotebookNode, str | None]], list[str]]:
    """Cells for the manuscript, each with its id in the notebook, and a line for each difference.

    Args:
        source: the manuscript.
        shown: cell id -> text of the notebook as it was built.
        hidden: ids of cells of which a handed-out lab shows only a part (answers, hidden tests).
        edited: the notebook as it is now.
        values: what stands for each placeholder.
        is_lab: the notebook is a handed-out lab, in which cells may have been added to work in.
    """
    originals = {cell.id: cell for cell in source.cells}
    merged: list[tuple[NotebookNode, str | None]] = []
    report = []
    for cell in edited.cells:
        original = originals.get(cell.id)
        if original is None:
            if is_lab:
                report.append(f"not carried, added in labs/ (add it in solutions/): {_first_line(cell)}")
            else:
                merged.append((_new_cell(cell), cell.id))
                report.append(f"added: {_first_line(cell)}")
            continue
        changed = cell.source != shown[cell.id]
        if cell.cell_type != original.cell_type and not _is_marked(original):
            original = _new_cell(cell)
            report.append(f"changed to {cell.cell_type}: {_first_line(cell)}")
        elif cell.cell_type != original.cell_type or (changed and cell.id in hidden):
            report.append(f"left alone, it is graded or the lab shows only a part of it: {_first_line(cell)}")
        elif changed:
            original.source = _unfill(cell.source, original.source, values)
            report.append(f"changed: {_first_line(cell)}")
        merged.append((original, cell.id))
    order = [cell.id for cell in edited.cells if cell.id in originals]
    report += [f"moved: {_first_line(originals[identity])}" for identity in _moved(list(originals), order)]
    for place, (identity, cell) in enumerate(originals.items()):
        if identity in order:
            continue
        if is_lab and identity in hidden:
            merged.insert(place, (cell, None))
            report.append(f"left alone, the lab shows only a part of it: {_first_line(cell)}")
        else:
            report.append(f"dropped: {_first_line(cell)}")
    return merged, report


def _is_marked(cell: NotebookNode) -> bool:
    return any(mark in cell.metadata for mark in MARKS)


def _moved(before: list[str], after: list[str]) -> list[str]:
    """Ids that stand in both but, in `after`, elsewhere among the others."""
    kept = [identity for identity in before if identity in after]
    blocks = SequenceMatcher(None, kept, after, autojunk=False).get_matching_blocks()
    in_place = {after[block.b + i] for block in blocks for i in range(block.size)}
    return [identity for identity in after if identity not in in_place]


def _first_line(cell: NotebookNode) -> str:
    return (cell.source.strip().splitlines() or ["(empty)"])[0][:60]


def _unfill(text: str, original: str, values: dict[str, str]) -> str:
    """Put the placeholders that the manuscript's cell had back where their values stand."""
    for name, value in values.items():
        if "{{" + name + "}}" in original:
            text = text.replace(value, "{{" + name + "}}", 1)
    return text


def _new_cell(cell: NotebookNode) -> NotebookNode:
    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    return make[cell.cell_type](cell.source)
