"""Build notebooks from manuscripts: execute, tidy, write; and hand out the labs."""

import hashlib
import json
import math
import os
import re
import tempfile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells

from dnacourse import files, results, scale
from dnacourse.grading.course import CODE_STUB, TEXT_STUB
from tools.factory.fingerprints import outputs_fingerprint, reached_by, source_fingerprint, text_fingerprint
from tools.factory.manuscript import Manuscript, ManuscriptError

CELL_TIMEOUT_SECONDS = 1200
SETTINGS = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
RUNS = {"DNACOURSE_RUNS": "again"}  # so that a ledger says nothing in a stored output
COST = """import pathlib, re, resource, sys
own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime)
status = pathlib.Path("/proc/self/status")  # where it is, for ru_maxrss there counts the parent's memory, too
if status.exists():
    print(int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) * 1024)
else:
    print(own.ru_maxrss * (1 if sys.platform == "darwin" else 1024))"""
WIDGET = "application/vnd.jupyter.widget-view+json"


def build(manuscript: Manuscript, at: str = "laptop") -> Path:
    """Execute a manuscript and write its notebook; the stored hashes let `check` compare later.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; nothing is written.
        ManuscriptError: marks or placeholders are wrong, a cell left something on standard error (a
            warning, say), or a picture has no alternative text; nothing is written.
        OSError: the notebook or its results cannot be written; said before a cell is executed.
    """
    source, reached = source_fingerprint(manuscript), reached_by(manuscript)
    if manuscript.kind == "labs":
        hand_out(manuscript, run_minutes=1)  # so that a lab that cannot be handed out is not half built
    files.try_writing(manuscript.built.parent)
    if (manuscript.root / "results").exists():
        files.try_writing(manuscript.root / "results")
    with tempfile.TemporaryDirectory() as scratch:
        executed, cost = execute(manuscript, at, Path(scratch) if at != "ci" else None)
        measured = {path.name: path.read_bytes() for path in sorted(Path(scratch).glob("*.json"))}
    run_minutes = math.ceil(cost.seconds / 60)
    notebook = manuscript.render(run_minutes)
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = tidy_outputs(done.outputs, manuscript, cell.source)
            cell.execution_count = done.execution_count
    notebook.metadata["dnacourse"] = {
        "manuscript": manuscript.path.relative_to(manuscript.root).as_posix(),
        "scale": at,
        "run_minutes": run_minutes,
        "memory_gb": math.ceil(cost.memory / 1e8) / 10,
        "source": source,
        "reached": reached,
        "text": text_fingerprint(notebook),
        "outputs": outputs_fingerprint(notebook),
        "results": {name: hashlib.sha256(content).hexdigest() for name, content in measured.items()},
    }
    for name, content in measured.items():
        files.write_bytes(manuscript.root / "results" / name, content)
    write(notebook, manuscript.built)
    return manuscript.built


class Cost(NamedTuple):
    """What a notebook takes.

    Attributes:
        seconds: of one processor, so that other work on the machine does not count.
        memory: the most that its kernel held, in bytes.
    """

    seconds: float
    memory: int


def execute(manuscript: Manuscript, at: str, measured: Path | None) -> tuple[NotebookNode, Cost]:
    """Run all cells in a fresh kernel, in the folder that the notebook will lie in.

    Args:
        manuscript: what to run.
        at: the scale.
        measured: folder for the results that it records; they are not kept if None.

    Returns:
        The notebook with its outputs, and what they took.
    """
    notebook = manuscript.render(run_minutes=1)
    notebook.cells.append(nbformat.v4.new_code_cell(COST))
    manuscript.built.parent.mkdir(parents=True, exist_ok=True)
    environment = {**RUNS, **os.environ, **SETTINGS, scale.VARIABLE: at}
    environment |= {
        results.FOLDER: str(measured or ""),
        results.NOTEBOOK: manuscript.built.relative_to(manuscript.root).as_posix(),
    }
    if manuscript.kind == "notebooks":
        return _without_cost(execute_with_papermill(notebook, at, manuscript.built.parent, environment))
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(manuscript.built.parent)}},
    )
    return _without_cost(client.execute(env=environment))


def _without_cost(executed: NotebookNode) -> tuple[NotebookNode, Cost]:
    """Take the last cell out again, and what it says."""
    seconds, memory = executed.cells.pop().outputs[0].text.split()
    return executed, Cost(float(seconds), int(memory))


def execute_with_papermill(
    notebook: NotebookNode, at: str, folder: Path, environment: dict[str, str] | None = None
) -> NotebookNode:
    """Run a reproduction with the parameter `scale`; papermill's own cell is taken out again."""
    with tempfile.TemporaryDirectory() as scratch, mock.patch.dict(os.environ, environment or {}):
        source, target = Path(scratch, "in.ipynb"), Path(scratch, "out.ipynb")
        nbformat.write(notebook, source)
        papermill.execute_notebook(
            source, target, {"scale": at}, kernel_name="python3", cwd=folder, progress_bar=False
        )
        executed = nbformat.read(target, as_version=4)
    executed.cells = [c for c in executed.cells if "injected-parameters" not in c.metadata.get("tags", [])]
    for number, cell in enumerate((c for c in executed.cells if c.cell_type == "code"), start=1):
        cell.execution_count = number  # as if the cell that is gone had never been there
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = number
    return executed


def tidy_outputs(outputs: list[NotebookNode], manuscript: Manuscript, source: str) -> list[NotebookNode]:
    """Keep what reads well without a kernel: no live widgets, no noise, no run-to-run differences."""
    kept = []
    for output in outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise ManuscriptError(
                f"{manuscript.path}: this cell wrote to standard error:\n{source}\n---\n{output.text}"
            )
        if _is_picture_without_text(output):
            raise ManuscriptError(
                f"{manuscript.path}: a picture has no alternative text: "
                f"end its cell with plots.show(fig, alt=…), not plt.show():\n{source}"
            )
        if WIDGET in output.get("data", {}):
            continue
        output.get("metadata", {}).pop("papermill", None)
        kept.append(output)
    return kept


def _is_picture_without_text(output: NotebookNode) -> bool:
    """Whether a reader who cannot see it is told nothing of a picture."""
    data = output.get("data", {})
    if any(kind.startswith("image/") for kind in data) and not output.metadata.get("alt"):
        return True
    pictures = re.findall(r"<img\b[^>]*>", data.get("text/html", ""))
    return any(not re.search(r"""\salt=("[^"]+"|'[^']+')""", picture) for picture in pictures)


def hand_out(manuscript: Manuscript, run_minutes: int | None = None) -> NotebookNode:
    """The lab as students get it, made by nbgrader's own preprocessors; the result is deterministic.

    Args:
        manuscript: of a lab.
        run_minutes: for the head; as measured when the solution was built, if None.

    Raises:
        ManuscriptError: nbgrader finds a solution or a hidden test that does not end, say.
    """
    if run_minutes is None:
        run_minutes = nbformat.read(manuscript.built, as_version=4).metadata["dnacourse"]["run_minutes"]
    notebook = manuscript.render(run_minutes)
    resources: dict = {}
    for preprocessor in (
        ClearSolutions(code_stub={"python": CODE_STUB}, text_stub=TEXT_STUB),
        LockCells(),
        ClearHiddenTests(),
        ComputeChecksums(),
    ):
        try:
            notebook, resources = preprocessor.preprocess(notebook, resources)
        except RuntimeError as error:
            raise ManuscriptError(f"{manuscript.path}: {error}") from None
    fixed = [c.id for c in notebook.cells if not c.metadata.get("nbgrader", {}).get("solution")]
    notebook.metadata["dnacourse"] = {
        "manuscript": manuscript.path.relative_to(manuscript.root).as_posix(),
        "fixed_cells": fixed,
        "text": text_fingerprint(notebook, fixed),
        "whole": hashlib.sha256(json.dumps(notebook.cells, sort_keys=True).encode()).hexdigest(),
    }
    return notebook


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook so that the same content gives the same bytes."""
    nbformat.validate(notebook)
    files.write_text(path, as_text(notebook))


def write_scoreboard(page: Path, folder: Path) -> None:
    """Make the page from all results."""
    files.write_text(page, results.scoreboard(results.read(folder)))


def as_text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
