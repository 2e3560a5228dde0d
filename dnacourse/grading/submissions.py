"""The notebooks that students handed in: finding them, and making them fit to be graded."""

import copy
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

_RUBBISH = {"__MACOSX", ".ipynb_checkpoints"}


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
        A submission for every student, sorted; and a line for each file that was passed over because
        the same student has a notebook.
    """
    entries: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(folder.iterdir()):
        if not path.name.startswith(".") and path.name not in _RUBBISH:
            is_folder = path.is_dir() and not path.is_symlink()
            entries[path.name if is_folder else path.stem].append(path)
    found, passed_over = [], []
    for student, paths in sorted(entries.items()):
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


def with_graded_cells_once(
    submitted: NotebookNode, handed_out: NotebookNode
) -> tuple[NotebookNode, list[str], list[str]]:
    """Every graded cell exactly once.

    A deleted one is put back, behind the graded cell that preceded it. Of one that was copied the first
    is graded, and the copies become ordinary cells, as does a cell with marks that are not this lab's.

    Returns:
        The notebook, the ids of the cells that were put back, and those of the cells found copied.
    """
    notebook = copy.deepcopy(submitted)
    known = {_grade_id(cell) for cell in handed_out.cells} - {None}
    seen: set[str | None] = set()
    copied: set[str] = set()
    for cell in notebook.cells:
        grade_id = _grade_id(cell)
        if grade_id in known & seen:
            copied.add(str(grade_id))
        if grade_id in seen or grade_id not in known:
            cell.metadata.pop("nbgrader", None)
        seen.add(grade_id)
    put_back, previous = [], None
    for cell in handed_out.cells:
        grade_id = _grade_id(cell)
        if grade_id is None:
            continue
        if grade_id not in seen:
            now = [_grade_id(other) for other in notebook.cells]
            notebook.cells.insert(0 if previous is None else now.index(previous) + 1, copy.deepcopy(cell))
            put_back.append(grade_id)
        previous = grade_id
    return notebook, put_back, sorted(copied)


def _grade_id(cell: NotebookNode) -> str | None:
    mark = cell.metadata.get("nbgrader")
    grade_id = mark.get("grade_id") if isinstance(mark, dict) else None
    return grade_id if isinstance(grade_id, str) else None
