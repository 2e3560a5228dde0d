"""A folder of submissions, good and bad, graded by nbgrader's own commands."""

import copy
import socket
import sys

import nbformat
import pandas as pd
import pytest

from dnacourse.grading import CannotGrade, course, grade, sandbox
from dnacourse.grading.submissions import (
    NotANotebook,
    find_submissions,
    put_back_missing_cells,
    read_submission,
)
from tools.factory.manuscript import ROOT

LAB = nbformat.read(ROOT / "labs/lab01_reading_dna.ipynb", as_version=4)
SOLUTION = nbformat.read(ROOT / "solutions/lab01_reading_dna.ipynb", as_version=4)
POINTS = 40.0
TO_BE_READ = 5.0


def mark(cell):
    return cell.metadata.get("nbgrader", {})


ANSWERS = {mark(cell)["grade_id"]: cell.source for cell in SOLUTION.cells if mark(cell).get("solution")}


def submission(**answers):
    notebook = copy.deepcopy(LAB)
    for cell in notebook.cells:
        if mark(cell).get("solution"):
            grade_id = mark(cell)["grade_id"]
            cell.source = answers.get(grade_id.replace("-", "_"), ANSWERS[grade_id])
    return notebook


def without_checks():
    notebook = submission()
    notebook.cells = [cell for cell in notebook.cells if not mark(cell).get("grade")]
    return notebook


LOOP = "def codon_fractions(genes, code):\n    while True:\n        pass"
MEMORY = "def codon_fractions(genes, code):\n    return bytearray(64 << 30)"
CRASH = "import os\n\nos._exit(3)"
DOOR = socket.create_server(("127.0.0.1", 0))  # a submission with a network can knock here
SPY = f"""
import os, socket
seen = [len(os.listdir({str(ROOT / "solutions")!r})), len(os.listdir({str(ROOT / "manuscript")!r}))]
try:
    open({str(ROOT / "dnacourse" / "written-by-a-submission")!r}, "w")
except OSError:
    seen.append("read-only")
try:
    socket.create_connection({DOOR.getsockname()!r}, timeout=2)
    seen.append("network")
except OSError as error:
    seen.append("no network")
seen.append(os.path.expanduser("~"))
virus_table = seen
virus_table
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "submissions"
    folder.mkdir()
    notebooks = {
        "ada": submission(),
        "blank": copy.deepcopy(LAB),
        "looper": submission(codon_fractions=LOOP),
        "hungry": submission(codon_fractions=MEMORY),
        "crasher": submission(codon_fractions=CRASH),
        "deleter": without_checks(),
        "spy": submission(virus_table=SPY),
    }
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    nbformat.write(submission(), folder / "-o'neill 名.ipynb")
    (folder / "zoe").mkdir()
    nbformat.write(
        submission(reading_frames="def reading_frames(seq):\n    return []"), folder / "zoe" / "my lab.ipynb"
    )
    (folder / "scrap.ipynb").write_text('{"cells": [')
    (folder / "essay.docx").write_bytes(b"PK")
    (folder / "nothing").mkdir()
    patch = pytest.MonkeyPatch()
    patch.setattr(course, "SECONDS_A_CELL", 15)
    patch.chdir(ROOT)
    try:
        table = grade("lab01", folder)
    finally:
        patch.undo()
    return folder.with_name("submissions-graded"), table.set_index("student")


def test_every_submission_has_a_row_and_a_page(graded):
    out, table = graded
    assert list(table.index) == sorted(
        [
            "ada",
            "blank",
            "looper",
            "hungry",
            "crasher",
            "deleter",
            "spy",
            "zoe",
            "scrap",
            "essay",
            "-o'neill 名",
        ]
    )
    assert (table["max_score"] == POINTS).all()
    assert all((out / page).is_file() for page in table["feedback"])
    saved = pd.read_csv(out / "grades.csv").set_index("student")
    assert saved["score"].to_dict() == table["score"].to_dict()
    summary = (out / "index.html").read_text()
    assert "nothing: 0 notebooks in it" in summary and sandbox.isolation() in summary


def test_good_work_gets_its_points_and_the_claim_is_left_for_the_teacher(graded):
    _, table = graded
    assert table.loc["ada", "score"] == table.loc["-o'neill 名", "score"] == POINTS - TO_BE_READ
    assert table.loc["ada", "note"] == "to be read by you: claim"
    assert table.loc["blank", "score"] == 0 and table.loc["blank", "note"] == "", (
        "an empty claim needs no reader"
    )


def test_one_wrong_answer_costs_its_own_points(graded):
    out, table = graded
    assert table.loc["zoe", "score"] == POINTS - TO_BE_READ - 5
    assert table.loc["zoe", "check-reading-frames"] == 0 and table.loc["zoe", "check-find-orfs"] == 10
    assert "Only the strand itself" not in (out / table.loc["zoe", "feedback"]).read_text()
    assert "is right." in (out / table.loc["zoe", "feedback"]).read_text()


@pytest.mark.parametrize(
    ("student", "score", "note"),
    [
        ("looper", 30, "a cell ran for more than 15 seconds"),
        ("hungry", 30, "a cell asked for more than 4 GB of memory"),
        ("crasher", 0, "not graded: its code ended the Python process"),
        ("scrap", 0, "not graded: scrap.ipynb is not a notebook that can be read"),
        ("essay", 0, "not graded: essay.docx is not a notebook"),
        ("deleter", POINTS - TO_BE_READ, "deleted and put back: check-reverse-complement"),
    ],
)
def test_a_bad_submission_costs_only_its_own_grade_and_says_why(graded, student, score, note):
    _, table = graded
    assert table.loc[student, "score"] == score
    assert note in table.loc[student, "note"]


@pytest.mark.skipif(not sandbox.bubblewrap_works(), reason="bubblewrap is not installed or not allowed here")
def test_the_sandbox_has_walls(graded):
    out, _ = graded
    path = out / "autograded" / "spy" / "lab01" / "lab01_reading_dna.ipynb"
    cell = next(
        c for c in nbformat.read(path, as_version=4).cells if mark(c).get("grade_id") == "virus-table"
    )
    seen = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
    assert seen.startswith("[0, 0, 'read-only', 'no network'"), seen
    assert "/dna-" in seen, "the home is a scratch folder"
    assert not (ROOT / "dnacourse" / "written-by-a-submission").exists()


def test_plain_nbgrader_works_in_the_course_folder(graded):
    import os
    import subprocess
    from pathlib import Path

    out, _ = graded
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["nbgrader", "autograde", "lab01", "--student", "ada", "--force"]
    run = subprocess.run(
        command, cwd=out, env={**os.environ, "PATH": programs}, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr


def test_a_teachers_variant_with_hidden_tests(tmp_path, monkeypatch):
    variant = copy.deepcopy(SOLUTION)
    for cell in variant.cells:
        if mark(cell).get("grade_id") == "check-reverse-complement":
            cell.source += '\n### BEGIN HIDDEN TESTS\nassert reverse_complement("ACGTN") == "NACGT"\n### END HIDDEN TESTS'
    source = tmp_path / "mine" / "lab01_reading_dna.ipynb"
    source.parent.mkdir()
    nbformat.write(variant, source)
    folder = tmp_path / "handed-in"
    folder.mkdir()
    special = 'def reverse_complement(seq):\n    if seq == "ACGTN":\n        return "caught"\n' + "\n".join(
        ANSWERS["reverse-complement"].splitlines()[1:]
    )
    nbformat.write(submission(reverse_complement=special), folder / "eve.ipynb")
    table = grade("lab01", folder, out=tmp_path / "graded", source=source).set_index("student")
    assert table.loc["eve", "check-reverse-complement"] == 0
    assert "HIDDEN" not in (tmp_path / "graded/release/lab01/lab01_reading_dna.ipynb").read_text()


def test_what_cannot_be_graded_at_all(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    with pytest.raises(CannotGrade, match="is no folder"):
        grade("lab01", tmp_path / "none")
    with pytest.raises(CannotGrade, match="no submissions in"):
        grade("lab01", tmp_path)
    with pytest.raises(CannotGrade, match=r"no lab called 'lab77'; there are lab01"):
        grade("lab77", tmp_path)


def test_finding_and_reading_submissions(tmp_path):
    (tmp_path / "ada.ipynb").write_text("x")
    (tmp_path / "ada").mkdir()
    nbformat.write(LAB, tmp_path / "ada" / "a.ipynb")
    (tmp_path / ".DS_Store").write_text("x")
    found, passed_over = find_submissions(tmp_path)
    assert [one.student for one in found] == ["ada"] and passed_over == [
        "ada.ipynb: there is another submission of ada"
    ]
    with pytest.raises(NotANotebook, match="not a notebook that can be read"):
        read_submission(tmp_path / "ada.ipynb")


def test_cells_are_put_back_in_their_places():
    notebook, put_back = put_back_missing_cells(without_checks(), LAB)
    assert [mark(c)["grade_id"] for c in notebook.cells if mark(c)] == [
        mark(c)["grade_id"] for c in LAB.cells if mark(c)
    ]
    assert len(put_back) == 7
    odd = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", metadata={"nbgrader": None})])
    assert len(put_back_missing_cells(odd, LAB)[1]) == 13
    notebook, put_back = put_back_missing_cells(nbformat.v4.new_notebook(), LAB)
    assert [mark(c)["grade_id"] for c in notebook.cells] == [
        mark(c)["grade_id"] for c in LAB.cells if mark(c)
    ]


def test_without_bubblewrap_the_page_says_what_is_open(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    assert "COULD use the network" in sandbox.isolation()
