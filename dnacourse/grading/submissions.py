"""The notebooks that students handed in: finding them, and making them fit to be graded."""

import copy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode


class NotANotebook(Exception):
    """A submission cannot be read as a notebook."""


@dataclass(frozen=True)
class Submission:
    """One student's file."""

    student: str
    path: Path


def find_submissions(folder: Path) -> tuple[list[Submission], list[str]]:
    """Submissions in a folder, one file a student (NAME.ipynb) or one folder a student (NAME/…).

    Returns:
        The submissions sorted by student, and a line for each thing that was passed over.
    """
    found: dict[str, Path] = {}
    passed_over = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        files = sorted(path.rglob("*.ipynb")) if path.is_dir() else [path]
        files = [file for file in files if ".ipynb_checkpoints" not in file.parts]
        student = path.name if path.is_dir() else path.stem
        if len(files) != 1:
            passed_over.append(f"{path.name}: {len(files)} notebooks in it, one is expected")
        elif student in found:
            passed_over.append(f"{path.name}: there is another submission of {student}")
        else:
            found[student] = files[0]
    return [Submission(student, path) for student, path in found.items()], passed_over


def read_submission(path: Path) -> NotebookNode:
    """Read and validate a submitted notebook.

    Raises:
        NotANotebook: with the reason, in words for the teacher.
    """
    if path.suffix != ".ipynb":
        raise NotANotebook(f"{path.name} is not a notebook: the name must end in .ipynb")
    try:
        notebook = nbformat.read(path, as_version=4)
        nbformat.validate(notebook, relax_add_props=True)
    except Exception as error:  # nbformat raises many kinds for broken input
        reason = str(error).strip().splitlines() or [type(error).__name__]
        raise NotANotebook(f"{path.name} is not a notebook that can be read: {reason[0][:120]}") from error
    return notebook


def put_back_missing_cells(
    submitted: NotebookNode, handed_out: NotebookNode
) -> tuple[NotebookNode, list[str]]:
    """Restore the graded cells that a student deleted, each behind the graded cell that preceded it.

    Returns:
        The notebook, and the ids of the cells that were put back.
    """
    notebook = copy.deepcopy(submitted)
    put_back = []
    previous = -1
    for cell in handed_out.cells:
        grade_id = _grade_id(cell)
        if grade_id is None:
            continue
        places = [i for i, other in enumerate(notebook.cells) if _grade_id(other) == grade_id]
        if places:
            previous = places[0]
            continue
        previous += 1
        notebook.cells.insert(previous, copy.deepcopy(cell))
        put_back.append(grade_id)
    return notebook, put_back


def _grade_id(cell: NotebookNode) -> str | None:
    mark = cell.metadata.get("nbgrader")
    return mark.get("grade_id") if isinstance(mark, dict) else None
