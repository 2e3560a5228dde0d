"""Build notebooks from manuscripts: execute, tidy, write; and hand out the labs."""

import hashlib
import json
import math
import os
import re
import tempfile
import time
from collections.abc import Container
from pathlib import Path
from unittest import mock

import nbformat
import papermill
from nbclient import NotebookClient
from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import ClearHiddenTests, ClearSolutions, ComputeChecksums, LockCells

from dnacourse import results, scale
from dnacourse.grading.course import CODE_STUB, TEXT_STUB
from tools.factory.dependencies import fingerprint
from tools.factory.manuscript import Manuscript, ManuscriptError

CELL_TIMEOUT_SECONDS = 1200
SETTINGS = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
WIDGET = "application/vnd.jupyter.widget-view+json"


def code_of(notebook: NotebookNode) -> str:
    """All code of a notebook, without lines that only IPython understands."""
    cells = [c.source for c in notebook.cells if c.cell_type == "code" and not c.source.startswith("%%")]
    return re.sub(r"^[%!].*$", "", "\n".join(cells), flags=re.MULTILINE)


def source_fingerprint(manuscript: Manuscript) -> str:
    """SHA-256 over the manuscript and the package files it uses.

    Raises:
        ManuscriptError: its code is not Python.
    """
    try:
        return fingerprint(manuscript.path, code_of(manuscript.read()), manuscript.root)
    except SyntaxError as error:
        raise ManuscriptError(f"{manuscript.path}: {error.msg}: {(error.text or '').strip()!r}") from None


def text_fingerprint(notebook: NotebookNode, ids: Container[str] | None = None) -> str:
    """SHA-256 of what a person can edit in the cells, or in those with one of `ids`: kind and text."""
    cells = [[c.cell_type, c.source] for c in notebook.cells if ids is None or c.id in ids]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def outputs_fingerprint(notebook: NotebookNode) -> str:
    """SHA-256 of everything that running the cells has left in them."""
    left = [[c.execution_count, c.outputs] for c in notebook.cells if c.cell_type == "code"]
    return hashlib.sha256(json.dumps(left, sort_keys=True).encode()).hexdigest()


def build(manuscript: Manuscript, at: str = "laptop") -> Path:
    """Execute a manuscript and write its notebook; the stored hashes let `check` compare later.

    Raises:
        nbclient.exceptions.CellExecutionError: a cell failed; nothing is written.
        ManuscriptError: marks or placeholders are wrong, a cell left something on standard error (a
            warning, say), or a picture has no alternative text; nothing is written.
    """
    source = source_fingerprint(manuscript)
    if manuscript.kind == "labs":
        hand_out(manuscript, run_minutes=1)  # so that a lab that cannot be handed out is not half built
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        executed = execute(manuscript, at, Path(scratch) if at != "ci" else None)
        measured = {path.name: path.read_bytes() for path in sorted(Path(scratch).glob("*.json"))}
    run_minutes = math.ceil((time.monotonic() - begin) / 60)
    notebook = manuscript.render(run_minutes)
    for cell, done in zip(notebook.cells, executed.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = tidy_outputs(done.outputs, manuscript, cell.source)
            cell.execution_count = done.execution_count
    notebook.metadata["dnacourse"] = {
        "manuscript": manuscript.path.relative_to(manuscript.root).as_posix(),
        "scale": at,
        "run_minutes": run_minutes,
        "source": source,
        "text": text_fingerprint(notebook),
        "outputs": outputs_fingerprint(notebook),
        "results": {name: hashlib.sha256(content).hexdigest() for name, content in measured.items()},
    }
    for name, content in measured.items():
        (manuscript.root / "results").mkdir(exist_ok=True)
        (manuscript.root / "results" / name).write_bytes(content)
    write(notebook, manuscript.built)
    return manuscript.built


def execute(manuscript: Manuscript, at: str, measured: Path | None) -> NotebookNode:
    """Run all cells in a fresh kernel, in the folder that the notebook will lie in.

    Args:
        manuscript: what to run.
        at: the scale.
        measured: folder for the results that it records; they are not kept if None.
    """
    notebook = manuscript.render(run_minutes=1)
    manuscript.built.parent.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, **SETTINGS, scale.VARIABLE: at}
    environment |= {
        results.FOLDER: str(measured or ""),
        results.NOTEBOOK: manuscript.built.relative_to(manuscript.root).as_posix(),
    }
    if manuscript.kind == "notebooks":
        return execute_with_papermill(notebook, at, manuscript.built.parent, environment)
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(manuscript.built.parent)}},
    )
    return client.execute(env=environment)


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
        if "image/png" in output.get("data", {}) and "alt" not in output.metadata:
            raise ManuscriptError(
                f"{manuscript.path}: a picture has no alternative text: "
                f"end its cell with plots.show(fig, alt=…), not plt.show():\n{source}"
            )
        if WIDGET in output.get("data", {}):
            continue
        output.get("metadata", {}).pop("papermill", None)
        kept.append(output)
    return kept


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
    """Write a notebook so that the same content gives the same bytes, and never half a file."""
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".writing")
    scratch.write_text(as_text(notebook), encoding="utf-8")
    scratch.replace(path)


def write_scoreboard(page: Path, folder: Path) -> None:
    """Make the page from all results."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(results.scoreboard(results.read(folder)), encoding="utf-8")


def as_text(notebook: NotebookNode) -> str:
    return nbformat.writes(notebook, version=4).rstrip("\n") + "\n"
