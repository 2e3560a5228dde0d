"""What is stale, and what was edited in a built notebook, found without executing anything."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat

from dnacourse import results
from dnacourse.grading.course import CODE_STUB, TEXT_STUB
from dnacourse.reach import changes, in_words
from tools.factory import readme
from tools.factory.build import hand_out
from tools.factory.fingerprints import outputs_fingerprint, reached_by, source_fingerprint, text_fingerprint
from tools.factory.manuscript import OUTPUT_FOLDERS, ROOT, Manuscript, ManuscriptError, manuscripts

CARRY = "carry the edit back with `make notebooks CARRY={path}`, or drop all such edits with `make notebooks DISCARD=1`"
SCOREBOARD = "docs/scoreboard.md"
RUN_AGAIN = "was run again since it was built, so its outputs are others"


def edited(path: Path) -> bool:
    """Whether the text of a built notebook was changed since it was built.

    In a handed-out lab, answers and cells that a student added do not count.
    """
    notebook = nbformat.read(path, as_version=4)
    stored = notebook.metadata.get("dnacourse", {})
    return stored.get("text") != text_fingerprint(notebook, stored.get("fixed_cells"))


def holds_answers(path: Path) -> bool:
    """Whether somebody has worked in a handed-out lab: an answer, or a cell of their own."""
    if not path.exists():
        return False
    notebook = nbformat.read(path, as_version=4)
    fixed = notebook.metadata.get("dnacourse", {}).get("fixed_cells", [])
    own = [cell.source.strip() for cell in notebook.cells if cell.id not in fixed]
    return any(text and CODE_STUB.split()[-1] not in text and TEXT_STUB not in text for text in own)


def edits(manuscript: Manuscript) -> list[str]:
    """A line for each built notebook of the manuscript that somebody edited by hand."""
    paths = [p for p in (manuscript.built, manuscript.handed_out) if p and p.exists() and edited(p)]
    names = [p.relative_to(manuscript.root).as_posix() for p in paths]
    return [f"{name} was edited by hand: {CARRY.format(path=name)}" for name in names]


def stale(manuscript: Manuscript) -> str | None:
    """Why the executed notebook must be built again, or None."""
    name = manuscript.built.relative_to(manuscript.root).as_posix()
    if not manuscript.built.exists():
        return f"{name} is missing: run `make notebooks`"
    built = nbformat.read(manuscript.built, as_version=4)
    stored = built.metadata.get("dnacourse", {})
    if stored.get("source") != source_fingerprint(manuscript) or "reached" not in stored:
        return f"{name} is older than its manuscript: run `make notebooks`"
    if changed := changes(stored["reached"], reached_by(manuscript)):
        return f"{name}: {in_words(changed)}: run `make notebooks`"
    if stored.get("text") != text_fingerprint(manuscript.render(stored["run_minutes"])):
        return f"{name} does not hold the manuscript's text: run `make notebooks`"
    if line := stale_measurements(manuscript, stored):
        return f"{line}: run `make notebooks`"
    if not as_built(manuscript):
        return f"{name} {RUN_AGAIN}: run `make notebooks`"
    return None


def stale_measurements(manuscript: Manuscript, stored: Mapping[str, Any]) -> str | None:
    """Which of the results that the notebook measured is another now, or None."""
    for filename, checksum in stored.get("results", {}).items():
        path = manuscript.root / "results" / filename
        if not path.exists() or hashlib.sha256(path.read_bytes()).hexdigest() != checksum:
            name = manuscript.built.relative_to(manuscript.root).as_posix()
            return f"results/{filename} is not what {name} measured"
    return None


def as_built(manuscript: Manuscript) -> bool:
    """Whether the outputs are those of the build, and not of a reader who ran the notebook and saved it."""
    built = nbformat.read(manuscript.built, as_version=4)
    return bool(built.metadata["dnacourse"].get("outputs") == outputs_fingerprint(built))


def stale_hand_out(manuscript: Manuscript) -> str | None:
    """Why the handed-out lab must be written again, or None."""
    path = manuscript.handed_out
    if path is None or not manuscript.built.exists():
        return None
    if path.exists():
        handed_out = nbformat.read(path, as_version=4).metadata.get("dnacourse")
        if handed_out == hand_out(manuscript).metadata["dnacourse"]:
            return None
    return f"{path.relative_to(manuscript.root).as_posix()} is not the lab of its manuscript: run `make notebooks`"


def orphans(root: Path = ROOT) -> list[str]:
    """Built notebooks that no manuscript stands behind."""
    known = {p for m in manuscripts(root) for p in (m.built, m.handed_out)}
    folders = {*OUTPUT_FOLDERS.values(), "labs"}
    found = [path for folder in sorted(folders) for path in sorted((root / folder).glob("*.ipynb"))]
    return [
        f"{path.relative_to(root).as_posix()} has no manuscript: write one or delete it"
        for path in found
        if path not in known
    ]


def stale_results(root: Path = ROOT) -> list[str]:
    """Results that no notebook measured, and a scoreboard that does not show those there are."""
    measured: set[str] = set()
    for manuscript in manuscripts(root):
        if manuscript.built.exists():
            stored = nbformat.read(manuscript.built, as_version=4).metadata.get("dnacourse", {})
            measured |= set(stored.get("results", {}))
    lines = [
        f"results/{path.name} was measured by no notebook: delete it"
        for path in sorted((root / "results").glob("*.json"))
        if path.name not in measured
    ]
    page = root / SCOREBOARD
    expected = results.scoreboard(results.read(root / "results"))
    if measured and (not page.exists() or page.read_text(encoding="utf-8") != expected):
        lines.append(f"{SCOREBOARD} does not show what is in results/: run `make notebooks`")
    return lines


def problems(root: Path = ROOT) -> list[str]:
    """Everything that is not as the manuscripts say, a line each."""
    lines = []
    for manuscript in manuscripts(root):
        try:
            found = [stale(manuscript), stale_hand_out(manuscript)]
            lines += edits(manuscript) or [line for line in found if line]
        except ManuscriptError as error:
            lines.append(str(error))
    return list(dict.fromkeys(lines + orphans(root) + stale_results(root) + stale_readme(root)))


def stale_readme(root: Path = ROOT) -> list[str]:
    """What is wrong with the README's table of lectures."""
    try:
        return list(filter(None, [readme.problem(root)]))
    except ManuscriptError as error:
        return [str(error)]
