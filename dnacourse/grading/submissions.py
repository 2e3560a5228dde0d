"""The notebooks that students handed in: finding them, and making them fit to be graded."""

import copy
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

_RUBBISH = {"__MACOSX", ".ipynb_checkpoints"}
_NOTES_OF_A_TEACHER = {".txt", ".csv", ".md", ".xlsx"}


class NotANotebook(Exception):
    """A submission cannot be read as a notebook."""


@dataclass(frozen=True)
class Submission:
    """One student's file, or why there is none to grade."""

    student: str
    path: Path | None
    problem: str = ""

    @property
    def identity(self) -> str:
        """The student's name with every character that nbgrader or a shell may trip over as %XX."""
        return re.sub(
            r"[^\w.-]", lambda letter: "".join(f"%{byte:02X}" for byte in letter[0].encode()), self.student
        )


def find_submissions(folder: Path) -> tuple[list[Submission], list[str]]:
    """Submissions in a folder, one file a student (NAME.ipynb) or one folder a student (NAME/…).

    Hidden files and what operating systems and Jupyter leave behind are not looked at. A link is never
    followed: it could hand in somebody else's work.

    Returns:
        A submission for every student, sorted; and a line for each file that was passed over: because the
        same student has a notebook, or because it is a list or a note and no lab.
    """
    entries: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and path.name not in _RUBBISH:
            is_folder = path.is_dir() and not path.is_symlink()
            entries[path.name if is_folder else path.stem].append(path)
    found, passed_over = [], []
    for student, paths in sorted(entries.items()):
        if all(path.is_file() and path.suffix.lower() in _NOTES_OF_A_TEACHER for path in paths):
            passed_over += [f"{path.name}: no notebook, taken for a note of yours" for path in paths]
            continue
        chosen = [path for path in paths if path.is_dir() or path.suffix == ".ipynb"] or paths
        passed_over += [f"{path.name}: {student} has a notebook" for path in paths if path not in chosen]
        found.append(_submission_of(student, chosen))
    return found, passed_over


def _submission_of(student: str, paths: list[Path]) -> Submission:
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        return Submission(student, None, f"handed in twice, as {names}: leave one")
    (path,) = paths
    files = _notebooks_in(path) if path.is_dir() and not path.is_symlink() else [path]
    if len(files) != 1:
        return Submission(student, None, f"{len(files)} notebooks in the folder {path.name}, one is expected")
    if any(part.is_symlink() for part in (files[0], *files[0].parents) if part.is_relative_to(path)):
        return Submission(student, None, f"{files[0].name} is a link, not a file")
    return Submission(student, files[0])


def _notebooks_in(folder: Path) -> list[Path]:
    return [
        path
        for path in sorted(folder.rglob("*.ipynb"))
        if not any(part.startswith(".") or part in _RUBBISH for part in path.relative_to(folder).parts)
    ]


def read_submission(path: Path) -> NotebookNode:
    """Read and validate a submitted notebook.

    Raises:
        NotANotebook: with the reason, in words for the teacher.
    """
    if path.suffix != ".ipynb":
        raise NotANotebook(f"{path.name} is not a notebook: the name must end in .ipynb")
    try:
        notebook = nbformat.reads(path.read_text(encoding="utf-8-sig"), as_version=4)
        nbformat.validate(notebook, relax_add_props=True)
    except Exception as error:  # nbformat raises many kinds for broken input
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise NotANotebook(f"{path.name} is not a notebook that can be read: {reason[0][:120]}") from error
    return notebook


def as_handed_out(submitted: NotebookNode, handed_out: NotebookNode) -> tuple[NotebookNode, list[str]]:
    """The lab as it was handed out, with the student's answers in it and the cells that the student added.

    Whatever is no answer, a check, the set-up, a text, is that of the hand-out, source and metadata; so are the
    metadata of the answers (a tag may tell Jupyter not to run a cell). Of an answer that was copied the first
    counts. All other cells of the student stand where they stood, behind the cell of the hand-out before them,
    without metadata.

    Returns:
        The notebook, and notes for the teacher: what was deleted, changed, copied, or in another order.
    """
    places = _places(submitted, handed_out)
    first: dict[int, NotebookNode] = {}
    added: dict[int, list[NotebookNode]] = defaultdict(list)
    copied, before = set(), -1
    for cell, place in zip(submitted.cells, places, strict=True):
        if place is None or place in first:
            copied |= {place} if place is not None else set()
            added[before].append(_ordinary(cell))
        else:
            first[place], before = cell, place
    notebook = copy.deepcopy(handed_out)
    notebook.cells = list(added[-1])
    for place, original in enumerate(handed_out.cells):
        notebook.cells += [_filled_in(original, first.get(place)), *added[place]]
    return notebook, _notes(handed_out.cells, first, copied)


def _places(submitted: NotebookNode, handed_out: NotebookNode) -> list[int | None]:
    """For each submitted cell its place in the hand-out, by nbgrader's name for it, its id or its text."""
    by_name = {_grade_id(cell): place for place, cell in enumerate(handed_out.cells) if _grade_id(cell)}
    unnamed = [(place, cell) for place, cell in enumerate(handed_out.cells) if not _grade_id(cell)]
    by_id = {cell.get("id"): place for place, cell in unnamed}
    by_source = {cell.source.strip(): place for place, cell in unnamed}  # an old Jupyter gives cells new ids
    return [
        by_name.get(_grade_id(cell), by_id.get(cell.get("id"), by_source.get(cell.source.strip())))
        for cell in submitted.cells
    ]


def _filled_in(original: NotebookNode, submitted: NotebookNode | None) -> NotebookNode:
    """A cell of the hand-out, with the student's answer if it is one for answers."""
    cell = copy.deepcopy(original)
    if submitted is not None and _is_answer(original):
        cell.source = submitted.source
        if "attachments" in submitted and cell.cell_type == "markdown":
            cell.attachments = submitted.attachments
    return cell


def _ordinary(cell: NotebookNode) -> NotebookNode:
    """A cell of the student's own: it is run, and counts for nothing."""
    own = copy.deepcopy(cell)
    own.metadata = NotebookNode()
    own.id = f"own-{uuid.uuid4().hex[:12]}"
    return own


def _notes(originals: list[NotebookNode], first: dict[int, NotebookNode], copied: set[int]) -> list[str]:
    def names(places: Iterable[int]) -> str:
        return ", ".join(_grade_id(originals[place]) or f"cell {place + 1}" for place in sorted(places))

    code = [place for place, cell in enumerate(originals) if _grade_id(cell) or cell.cell_type == "code"]
    deleted = [place for place in code if place not in first]
    changed = [
        place for place, cell in first.items()
        if place in code and not _is_answer(originals[place]) and cell.source.strip() != originals[place].source.strip()
    ]  # fmt: skip
    order = [place for place in first if place in code]
    return [
        *([f"deleted and put back: {names(deleted)}"] if deleted else []),
        *([f"changed and put back as handed out: {names(changed)}"] if changed else []),
        *([f"copied, the first is graded: {names(copied)}"] if copied else []),
        *(["cells in another order, graded in that of the lab"] if order != sorted(order) else []),
    ]


def _is_answer(cell: NotebookNode) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get("solution"))


def _grade_id(cell: NotebookNode) -> str | None:
    mark = cell.metadata.get("nbgrader")
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return grade_id if isinstance(grade_id, str) else None
