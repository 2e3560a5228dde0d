"""Keep the outputs of a built notebook over a change that is known to change none of them."""

from pathlib import Path

import nbformat
from nbformat.notebooknode import NotebookNode

from dnacourse.reach import changes
from tools.factory import check
from tools.factory.build import write
from tools.factory.fingerprints import reached_by, source_fingerprint, text_fingerprint
from tools.factory.manuscript import Manuscript, manuscripts

NOT_KNOWN = "what it reached when it was built, which was not stored"


def keep(path: Path, root: Path) -> list[str]:
    """Renew the hashes of a built notebook, and its text where the manuscript's has changed; execute nothing.

    Returns:
        A line for the notebook, and one for everything that has changed since its outputs were made.

    Raises:
        ValueError: it is no notebook that is built here, its code is not the manuscript's, or it is not as it
            was built.
    """
    manuscript = next((one for one in manuscripts(root) if one.built == path.resolve()), None)
    if manuscript is None or not path.exists():
        folders = "lectures/, solutions/ or notebooks/"
        raise ValueError(f"{path} is not kept: name a built notebook with a manuscript, in {folders}")
    built = nbformat.read(path, as_version=4)
    if problem := _problem(manuscript, built):
        raise ValueError(f"{problem}, so its outputs cannot be kept: run `make notebooks`")
    stored = built.metadata["dnacourse"]
    now = reached_by(manuscript)
    over = changes(stored["reached"], now) if "reached" in stored else [NOT_KNOWN]
    notebook = manuscript.render(stored["run_minutes"])
    for cell, done in zip(_code(notebook), _code(built), strict=True):
        cell.outputs, cell.execution_count = done.outputs, done.execution_count
    notebook.metadata["dnacourse"] = {
        **stored,
        "source": source_fingerprint(manuscript),
        "reached": now,
        "text": text_fingerprint(notebook),
        "kept": sorted({*stored.get("kept", []), *over}),
    }
    write(notebook, manuscript.built)
    name = manuscript.built.relative_to(root).as_posix()
    return [f"keeping the outputs of {name}", *(f"  over a change of {label}" for label in over)]


def _problem(manuscript: Manuscript, built: NotebookNode) -> str | None:
    name = manuscript.built.relative_to(manuscript.root).as_posix()
    if "run_minutes" not in built.metadata.get("dnacourse", {}):
        return f"{name} was not built by `make notebooks`"
    if check.edited(manuscript.built):
        return f"{name} was edited by hand"
    if not check.as_built(manuscript):
        return f"{name} {check.RUN_AGAIN}"
    if line := check.stale_measurements(manuscript, built.metadata["dnacourse"]):
        return line
    before, now = ([cell.source for cell in _code(one)] for one in (built, manuscript.render(run_minutes=1)))
    if before != now:
        return f"the code of {manuscript.path.relative_to(manuscript.root).as_posix()} has changed"
    return None


def _code(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]
