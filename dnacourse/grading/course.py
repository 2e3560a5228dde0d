"""A course folder for nbgrader, filled from a folder of submissions, graded, and summed up."""

import html
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
from nbformat.notebooknode import NotebookNode

from dnacourse.grading.sandbox import isolation
from dnacourse.grading.submissions import (
    NotANotebook,
    Submission,
    find_submissions,
    put_back_missing_cells,
    read_submission,
)
from dnacourse.jupyter import CourseNotFound, course_folder

SECONDS_A_CELL = 60
SECONDS_A_SUBMISSION = 600
MEMORY_GB = 4
CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError"
TEXT_STUB = "*Your answer here.*"

CONFIG = """\
# Written by `dnacourse grade`. Plain nbgrader commands in this folder use it too.
c = get_config()
c.CourseDirectory.course_id = "dnacourse"
c.CourseDirectory.root = {root!r}
c.ClearSolutions.code_stub = {{"python": {code_stub!r}}}
c.ClearSolutions.text_stub = {text_stub!r}
c.Execute.timeout = {seconds}
c.Execute.kernel_manager_class = "dnacourse.grading.sandbox.SandboxedKernelManager"
c.SandboxedKernelManager.memory_gb = {memory}
c.SandboxedKernelManager.hidden = {hidden!r}
"""


class CannotGrade(Exception):
    """Nothing was graded: the lab, the folder or the source notebook is not as it should be."""


def grade(lab: str, folder: Path, out: Path | None = None, source: Path | None = None) -> pd.DataFrame:
    """Grade every submission in a folder.

    Args:
        lab: `lab01`, or the whole name of a lab.
        folder: submissions, NAME.ipynb or NAME/anything.ipynb.
        out: nbgrader course folder to write; `folder` + "-graded" if None. One from an earlier run is
            used again, and its grades are replaced.
        source: the lab with its solutions; the course's own if None. A teacher's variant may hold
            hidden tests.

    Returns:
        One row a submission: student, score, max_score, a column for each check, note, feedback.
        The same is written to `out`/grades.csv.

    Raises:
        CannotGrade: no such folder or lab, no submissions, or nbgrader cannot read the source.
    """
    if not folder.is_dir():
        raise CannotGrade(f"{folder} is no folder: give the one with the submissions in it")
    source = source or find_source(lab)
    submissions, passed_over = find_submissions(folder)
    if not submissions:
        raise CannotGrade(f"no submissions in {folder}: it must hold NAME.ipynb or NAME/anything.ipynb")
    course = Course(
        lab, source, (out or folder.with_name(folder.name + "-graded")).resolve(), folder.resolve()
    )
    course.prepare()
    rows = [course.grade_safely(submission) for submission in submissions]
    table = pd.DataFrame(rows)
    table.to_csv(course.root / "grades.csv", index=False)
    course.write_summary(table, passed_over)
    return table


def find_source(lab: str) -> Path:
    """The lab with its solutions in the course folder.

    Raises:
        CannotGrade: no course folder here, or no lab or more than one of that name.
    """
    try:
        solutions = course_folder() / "solutions"
    except CourseNotFound as error:
        raise CannotGrade(str(error)) from None
    matches = [
        path
        for path in sorted(solutions.glob("*.ipynb"))
        if path.stem == lab or path.stem.split("_")[0] == lab
    ]
    if len(matches) != 1:
        known = ", ".join(path.stem.split("_")[0] for path in sorted(solutions.glob("*.ipynb")))
        raise CannotGrade(f"no lab called {lab!r}; there are {known}")
    return matches[0]


class Course:
    """An nbgrader course folder with one assignment."""

    def __init__(self, lab: str, source: Path, root: Path, submissions: Path) -> None:
        self.lab, self.source, self.root, self.submissions = lab, source, root, submissions
        self.notebook = source.stem

    def prepare(self) -> None:
        """Write configuration and source, and let nbgrader make the assignment and the gradebook."""
        target = self.root / "source" / self.lab
        target.mkdir(parents=True, exist_ok=True)
        if not self.source.exists():
            raise CannotGrade(f"{self.source} does not exist: give the lab with its solutions")
        shutil.copy(self.source, target / f"{self.notebook}.ipynb")
        hidden = [str(self.root), str(self.submissions), str(self.source.resolve().parent)]
        manuscripts = self.source.resolve().parents[1] / "manuscript"
        hidden += [str(manuscripts)] if manuscripts.is_dir() else []
        config = CONFIG.format(
            root=str(self.root),
            code_stub=CODE_STUB,
            text_stub=TEXT_STUB,
            seconds=SECONDS_A_CELL,
            memory=float(MEMORY_GB),
            hidden=hidden,
        )
        (self.root / "nbgrader_config.py").write_text(config, encoding="utf-8")
        run = self._nbgrader("generate_assignment", "--force")
        if run.returncode:
            raise CannotGrade(
                f"nbgrader cannot make the assignment from {self.source}:\n{_last_lines(run.stderr)}"
            )

    def grade_safely(self, submission: Submission) -> dict:
        """Grade one submission; whatever is wrong with it, the others are graded too."""
        try:
            return self.grade_one(submission)
        except Exception as error:  # a submission can be broken in ways nobody has thought of
            row = {
                "student": submission.student,
                "score": 0.0,
                "max_score": sum(self._graded_cells().values()),
            }
            return self._not_graded(row, f"{type(error).__name__}: {error}")

    def grade_one(self, submission: Submission) -> dict:
        """Grade one submission; whatever it does, the row says how it went."""
        row = {"student": submission.student, "score": 0.0, "max_score": sum(self._graded_cells().values())}
        try:
            notebook = read_submission(submission.path)
        except NotANotebook as error:
            return self._not_graded(row, str(error))
        notebook, put_back = put_back_missing_cells(notebook, self._handed_out())
        target = self.root / "submitted" / submission.student / self.lab
        target.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, target / f"{self.notebook}.ipynb")
        try:
            run = self._nbgrader("autograde", "--force", f"--student={submission.student}")
        except subprocess.TimeoutExpired:
            return self._not_graded(row, f"did not finish within {SECONDS_A_SUBMISSION} seconds")
        if run.returncode:
            return self._not_graded(row, _reason(run.stderr))
        self._nbgrader("generate_feedback", "--force", f"--student={submission.student}")
        notes = [f"deleted and put back: {', '.join(put_back)}"] if put_back else []
        return self._scores(row, notes)

    def write_summary(self, table: pd.DataFrame, passed_over: list[str]) -> None:
        """index.html: the grades, links to the feedback, and what was not isolated."""
        shown = table.copy()
        shown["feedback"] = [f'<a href="{html.escape(path)}">feedback</a>' for path in table["feedback"]]
        for column in ("student", "note"):
            shown[column] = shown[column].map(html.escape)
        lines = "".join(f"<li>{html.escape(line)}</li>" for line in passed_over)
        text = f"<p>{isolation()}</p>" + (f"<p>Passed over:</p><ul>{lines}</ul>" if lines else "")
        body = shown.to_html(index=False, escape=False, na_rep="")
        _write_page(self.root / "index.html", f"Grades of {self.lab}", text + body)

    def _scores(self, row: dict, notes: list[str]) -> dict:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{self.root / 'gradebook.db'}") as gradebook:
            submission = gradebook.find_submission(self.lab, row["student"])
            grades = {grade.name: grade for grade in submission.notebooks[0].grades}
            row["score"] = float(submission.score)
            manual = [name for name, grade in grades.items() if grade.needs_manual_grade]
            checks = {
                name: float(grades[name].auto_score or 0)
                for name in self._graded_cells()
                if name not in manual
            }
        notes += [f"to be read by you: {', '.join(manual)}"] if manual else []
        notes += self._limits_hit(row["student"])
        feedback = f"feedback/{row['student']}/{self.lab}/{self.notebook}.html"
        return {**row, **checks, "note": "; ".join(notes), "feedback": feedback}

    def _limits_hit(self, student: str) -> list[str]:
        """Cells that ran out of time or memory, told from their outputs."""
        path = self.root / "autograded" / student / self.lab / f"{self.notebook}.ipynb"
        errors = " ".join(
            f"{output.ename} {output.evalue}"
            for cell in nbformat.read(path, as_version=4).cells
            for output in cell.get("outputs", [])
            if output.output_type == "error"
        )
        notes = {"CellTimeoutError": f"a cell ran for more than {SECONDS_A_CELL} seconds",
                 "MemoryError": f"a cell asked for more than {MEMORY_GB} GB of memory"}  # fmt: skip
        return [text for name, text in notes.items() if name in errors]

    def _not_graded(self, row: dict, reason: str) -> dict:
        page = self.root / "feedback" / row["student"] / self.lab / f"{self.notebook}.html"
        page.parent.mkdir(parents=True, exist_ok=True)
        _write_page(page, f"{self.lab}, {row['student']}", f"<p>Not graded: {html.escape(reason)}.</p>")
        feedback = page.relative_to(self.root).as_posix()
        return {**row, "note": f"not graded: {reason}", "feedback": feedback}

    def _handed_out(self) -> NotebookNode:
        return nbformat.read(self.root / "release" / self.lab / f"{self.notebook}.ipynb", as_version=4)

    def _graded_cells(self) -> dict[str, float]:
        """Points of each graded cell, in the order of the notebook."""
        marks = [cell.metadata.get("nbgrader", {}) for cell in self._handed_out().cells]
        return {mark["grade_id"]: float(mark["points"]) for mark in marks if mark.get("grade")}

    def _nbgrader(self, command: str, *options: str) -> subprocess.CompletedProcess:
        arguments = [sys.executable, "-m", "nbgrader", command, self.lab, *options]
        programs = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        return subprocess.run(
            arguments,
            cwd=self.root,
            env={**os.environ, "PATH": programs},  # nbgrader calls alembic by name
            capture_output=True,
            text=True,
            timeout=SECONDS_A_SUBMISSION,
        )


def _reason(log: str) -> str:
    """Why nbgrader could not grade a submission, from its log."""
    if "DeadKernelError" in log or "Kernel died" in log:
        return "its code ended the Python process: it crashed, or went over the limit of memory or time"
    return _last_lines(log, 1) or "nbgrader could not grade it"


def _last_lines(text: str, count: int = 5) -> str:
    return "\n".join([line for line in text.strip().splitlines() if line.strip()][-count:])


def _write_page(path: Path, title: str, body: str) -> None:
    style = "body{font-family:sans-serif;margin:2em}td,th{padding:.3em .8em;text-align:left}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{html.escape(title)}</title><style>{style}</style>'
    path.write_text(f"{head}<h1>{html.escape(title)}</h1>{body}</html>\n", encoding="utf-8")
