"""The README's table of lectures, made from the heads of the built notebooks."""

import re
from pathlib import Path

import nbformat

from dnacourse import files
from tools.factory.manuscript import README, Manuscript, ManuscriptError, manuscripts

BEGIN = "<!-- The table of lectures is made by `make notebooks`, from the notebooks' heads. -->"
END = "<!-- End of the table of lectures. -->"
NO_PLACE = f"README.md has no place for the table of lectures, between {BEGIN} and {END}"
HEADER = "| | Lecture | Lab | To read | To run | Memory |\n|---|---|---|---|---|---|"
_PLACE = re.compile(f"({re.escape(BEGIN)}\n).*?({re.escape(END)})", flags=re.DOTALL)


def page(root: Path) -> Path:
    """The README of a course folder."""
    return root / "README.md"


def table(root: Path) -> str:
    """A row for every lecture that is built: number, title, what it is about, its lab, minutes, memory.

    Raises:
        ManuscriptError: a lecture does not say what it is about, or its head says no minutes.
    """
    lectures = [one for one in manuscripts(root) if one.kind == "lectures" and one.built.exists()]
    labs = {one.name.partition("_")[0]: one for one in manuscripts(root) if one.kind == "labs"}
    rows = [_row(one, labs.get(f"lab{one.name.partition('_')[0]}")) for one in lectures]
    return "\n".join([HEADER, *rows])


def _row(lecture: Manuscript, lab: Manuscript | None) -> str:
    about = lecture.read().cells[0].metadata.get(README)
    if not about:
        raise ManuscriptError(
            f'{lecture.path}: say in the header of its first cell what it is about: # %% [markdown] {README}="…"'
        )
    title = _in_head(lecture, lecture.built, r"^# (?:\d+ · )?(.*)")[0]
    read, run = _in_head(lecture, lecture.built, r"(\d+) minutes to read, (.+?) to run")
    memory = nbformat.read(lecture.built, as_version=4).metadata["dnacourse"].get("memory_gb")
    number = int(lecture.name.partition("_")[0])
    link = f"[{title}]({lecture.built.relative_to(lecture.root).as_posix()}): {about}"
    needed = f"{memory:.1f} GB" if memory else ""
    return f"| {number} | {link} | {_cell(lab, number)} | {read} minutes | {run} | {needed} |"


def _cell(lab: Manuscript | None, number: int) -> str:
    if lab is None or lab.handed_out is None or not lab.handed_out.exists():
        return ""
    (minutes,) = _in_head(lab, lab.handed_out, r"\*\*Time\.\*\* (\d+) minutes")
    return f"[lab {number}]({lab.handed_out.relative_to(lab.root).as_posix()}), {minutes} minutes"


def _in_head(manuscript: Manuscript, notebook: Path, pattern: str) -> tuple[str, ...]:
    head = nbformat.read(notebook, as_version=4).cells[0].source
    found = re.search(pattern, head, flags=re.MULTILINE)
    if found is None:
        raise ManuscriptError(f"{manuscript.path}: nothing in its first cell looks like {pattern!r}")
    return found.groups()


def problem(root: Path) -> str | None:
    """What is wrong with the README's table, or None; a course folder without a README has none."""
    if not page(root).exists():
        return None
    text = page(root).read_text(encoding="utf-8")
    if not _PLACE.search(text):
        return NO_PLACE
    if text != _with_table(text, table(root)):
        return "README.md does not have the table of lectures that their heads give: run `make notebooks`"
    return None


def write(root: Path) -> None:
    """Put the table in its place.

    Raises:
        ValueError: the README has no place for it.
    """
    text = page(root).read_text(encoding="utf-8")
    if not _PLACE.search(text):
        raise ValueError(NO_PLACE)
    files.write_text(page(root), _with_table(text, table(root)))


def _with_table(text: str, rows: str) -> str:
    return _PLACE.sub(lambda place: f"{place[1]}{rows}\n{place[2]}", text)
