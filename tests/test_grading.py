"""A folder of submissions, good and bad, graded by nbgrader's own commands."""

import ast
import copy
import html
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from nbconvert.filters import markdown2html
from nbgrader.api import Gradebook

from dnacourse.grading import CannotGrade, course, grade, harmless, pages, sandbox
from dnacourse.grading.execute import ExecuteSubmission
from dnacourse.grading.submissions import (
    NotANotebook,
    Submission,
    as_handed_out,
    find_submissions,
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


def with_a_copied_cell():
    notebook = submission()
    place = next(i for i, cell in enumerate(notebook.cells) if mark(cell).get("grade_id") == "reading-frames")
    notebook.cells.insert(place + 1, copy.deepcopy(notebook.cells[place]))
    notebook.cells[place + 1].source = "def reading_frames(seq):\n    raise NotImplementedError"
    notebook.cells[place + 1].id = "a-copy"
    notebook.cells.insert(place + 2, nbformat.v4.new_code_cell(ANSWERS["reading-frames"]))
    return notebook


def with_odd_marks():
    notebook = submission()
    notebook.cells.insert(3, nbformat.v4.new_code_cell("1 + 1", metadata={"nbgrader": None}))
    return notebook


def with_a_lost_picture():
    notebook = submission()
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("![my drawing](attachment:nothing.png)"))
    return notebook


ATTACKS = {
    "an image": "<img src=x onerror=alert(1)>", "a drawing": "<svg onload=alert(1)></svg>",
    "a link": "[x](javascript:alert(1))", "a link in HTML": '<a href="JaVaScRiPt:alert(1)">x</a>',
    "a link in entities": '<a href="java&#115;cript:alert(1)">x</a>', "a link of entities": "[x](&#106;avascript:alert(1))", "an entity of an entity": "[x](&amp;#106;avascript:alert(1))", "a colon as entity": "[x](javascript&colon;alert(1))",
    "a frame": '<iframe src="//e.org"></iframe>',
    "a style": "<style>body{display:none}</style>", "a refresh": '<meta http-equiv=refresh content="0;url=//e.org">',
    "a page in a link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "a drawing as picture": '<img src="data:image/svg+xml;base64,AAAA">', "a picture elsewhere": '<img src="//e.org/x.png">',
    "an event": "<details open ontoggle=alert(1)>x</details>", "a form": "<form action=//e.org><button>x</button></form>",
    "a background": '<p style="background:url(//e.org)">x</p>',
}  # fmt: skip


def with_tricks():
    """No answer, checks that are not to run, a set-up of its own, and pages that would act in a browser."""
    notebook = copy.deepcopy(LAB)
    for cell in notebook.cells:
        if mark(cell).get("grade") and not mark(cell).get("solution"):
            cell.metadata["tags"] = ["skip-execution"]
        elif cell.cell_type == "code" and not mark(cell):
            cell.source = (
                "class lab01:\n    def __getattr__(self, name):\n        return print\nlab01 = lab01()"
            )
        elif mark(cell).get("grade_id") == "claim":
            cell.source = "\n\n".join(ATTACKS.values())
    shown = "from IPython.display import HTML, SVG, Javascript, display\n"
    shown += f"display(HTML({ATTACKS['an image']!r}), Javascript('alert(1)'), SVG('<svg onload=\"alert(1)\"></svg>'))"
    notebook.cells.append(nbformat.v4.new_code_cell(shown))
    return notebook


LOOP = "def codon_fractions(genes, code):\n    while True:\n        pass"
DEAF_LOOP = (
    "import time\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"
)
MEMORY = "def codon_fractions(genes, code):\n    return bytearray(6 << 30)"
CRASH = "def codon_fractions(genes, code):\n    import os\n\n    os._exit(3)"
FLOOD = "def codon_fractions(genes, code):\n    for _ in range(300):\n        print('A' * 1_000_000)\n    return {}"
DOOR = socket.create_server(("127.0.0.1", 0))  # a submission with a network can knock here
SPY = f"""
import os, resource, socket, shutil
seen = {{"secret": os.environ.get("A_SECRET"), "root": os.listdir({str(ROOT)!r}), "run": os.path.exists("/run")}}
seen["neighbours"] = [name for name in os.listdir("/tmp") if not name.startswith("dna-") and name not in {ROOT.parts!r}]
seen["limits"] = [resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE)]
seen["programs"] = len([name for name in os.listdir("/proc") if name.isdigit()])
seen["session"] = os.getsid(0) == os.getsid(os.getppid()) if os.getppid() else None
seen["sizes"] = [shutil.disk_usage(folder).total for folder in ("/tmp", "/dev/shm", os.path.expanduser("~"))]
seen["written"] = []
for folder in ({str(ROOT / "dnacourse")!r}, "/", "/usr", "/dev", "/etc"):
    try:
        open(folder + "/written-by-a-submission", "w")
        seen["written"].append(folder)
    except OSError:
        pass
try:
    socket.create_connection({DOOR.getsockname()!r}, timeout=2)
    seen["network"] = True
except OSError:
    seen["network"] = False
virus_table = seen
print("SEEN", seen)
"""
ODD_NAMES = ["-o'neill 名", "[ab]da ~ 50% <b>"]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("class") / "submissions"
    folder.mkdir()
    notebooks = {
        "ada": submission(),
        "blank": copy.deepcopy(LAB),
        "looper": submission(codon_fractions=LOOP),
        "deaf": submission(codon_fractions=DEAF_LOOP),
        "hungry": submission(codon_fractions=MEMORY),
        "crasher": submission(codon_fractions=CRASH),
        "flooder": submission(codon_fractions=FLOOD),
        "deleter": without_checks(),
        "copier": with_a_copied_cell(),
        "odd": with_odd_marks(),
        "pictures": with_a_lost_picture(),
        "mallory": with_tricks(),
        "spy": submission(virus_table=SPY),
    } | {name: submission() for name in ODD_NAMES}
    for name, notebook in notebooks.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    (folder / "ada.html").write_text("the same, printed")
    (folder / "zoe").mkdir()
    nbformat.write(
        submission(reading_frames="def reading_frames(seq):\n    return []"), folder / "zoe" / "my lab.ipynb"
    )
    (folder / "scrap.ipynb").write_text('{"cells": [')
    (folder / "essay.docx").write_bytes(b"PK")
    (folder / "nothing").mkdir()
    (folder / "thief.ipynb").symlink_to(folder / "ada.ipynb")
    out = folder.with_name("submissions-graded")
    out.mkdir()
    settings = course.CONFIG.replace("timeout = 60", "timeout = 10")
    (out / "nbgrader_config.py").write_text(settings)
    patch = pytest.MonkeyPatch()
    patch.setenv("A_SECRET", "the teacher's")
    patch.chdir(ROOT)
    try:
        table = grade("lab01", folder)
    finally:
        patch.undo()
    assert (out / "nbgrader_config.py").read_text() == settings, "a teacher's settings are left alone"
    return out, table.set_index("student")


def test_every_submission_has_a_row_and_a_page(graded):
    out, table = graded
    assert sorted(table.index) == sorted(
        [
            "ada",
            "blank",
            "looper",
            "deaf",
            "hungry",
            "crasher",
            "flooder",
            "deleter",
            "copier",
            "odd",
            "pictures",
            "mallory",
            "spy",
            "zoe",
            "scrap",
            "essay",
            "nothing",
            "thief",
            *ODD_NAMES,
        ]
    )
    assert (table["max_score"] == POINTS).all()
    assert all((out / page).is_file() for page in table["feedback"])
    saved = pd.read_csv(out / "grades.csv").set_index("student")
    assert saved["score"].to_dict() == table["score"].to_dict()
    assert in_the_gradebook(out) == {
        name: score
        for name, score in table["score"].items()
        if not table.loc[name, "note"].startswith("not graded")
    }
    assert max((out / page).stat().st_size for page in table["feedback"]) < 4e6


def in_the_gradebook(out):
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as gradebook:
        return {unquote(one.student.id): one.score for one in gradebook.assignment_submissions("lab01")}


def test_the_summary_links_every_page_and_shows_names_as_they_are(graded):
    out, table = graded
    summary = (out / "index.html").read_text()
    links = [unquote(link) for link in re.findall(r'href="([^"]+)"', summary)]
    assert links == list(table["feedback"])
    assert "ada.html: ada has a notebook" in summary and sandbox.isolation() in summary
    assert "50% &lt;b&gt;" in summary and "<b>" not in summary


def test_good_work_gets_its_points_and_the_claim_is_left_for_the_teacher(graded):
    _, table = graded
    assert all(table.loc[name, "score"] == POINTS - TO_BE_READ for name in ["ada", "odd", *ODD_NAMES])
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
        ("looper", 30, "a cell ran for too long"),
        ("deaf", 30, "a cell ran for too long"),
        ("hungry", 30, "a cell asked for too much memory"),
        ("crasher", 30, "a cell ended the Python process"),
        ("flooder", 30, "to be read by you: claim"),
        ("scrap", 0, "not graded: scrap.ipynb is not a notebook that can be read"),
        ("essay", 0, "not graded: essay.docx is not a notebook"),
        ("nothing", 0, "not graded: 0 notebooks in the folder nothing"),
        ("thief", 0, "not graded: thief.ipynb is a link"),
        ("deleter", POINTS - TO_BE_READ, "deleted and put back: check-reverse-complement"),
        ("mallory", 0, "changed and put back as handed out: cell"),
        ("copier", POINTS - TO_BE_READ, "copied, the first is graded: reading-frames"),
        ("pictures", POINTS - TO_BE_READ, "nbgrader could not write the feedback page"),
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
    outputs = [
        output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])
    ]
    seen = ast.literal_eval(next(o.text for o in outputs if o.get("text", "").startswith("SEEN"))[5:])
    assert seen["secret"] is None
    assert set(seen["root"]) <= {"dnacourse", ".venv"}, "neither solutions nor manuscripts nor .git"
    assert not seen["run"] and seen["neighbours"] == []
    assert seen["limits"] == [4 << 30, 600, sandbox.LARGEST_FILE]
    assert seen["programs"] <= 3 and seen["sizes"] == [sandbox.GIGABYTE // 4] * 3
    assert seen["written"] == [] and seen["network"] is False
    assert not (ROOT / "dnacourse" / "written-by-a-submission").exists()


def test_a_second_run_grades_anew_and_keeps_what_the_teacher_gave(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    folder, out = tmp_path / "class", tmp_path / "class-graded"
    folder.mkdir()
    for name in ("ada", "ben", "cy"):
        nbformat.write(submission(), folder / f"{name}.ipynb")
    grade("lab01", folder)
    with Gradebook(f"sqlite:///{out / 'gradebook.db'}") as gradebook:
        gradebook.find_grade("claim", "lab01_reading_dna", "lab01", "ada").manual_score = 4
        gradebook.db.commit()
    (folder / "ben.ipynb").write_text("{")
    (folder / "cy.ipynb").unlink()
    table = grade("lab01", folder).set_index("student")
    assert table["score"].to_dict() == {"ada": POINTS - 1, "ben": 0, "cy": POINTS - TO_BE_READ}
    assert "graded before, not in the folder now" in table.loc["cy", "note"]
    assert in_the_gradebook(out) == {"ada": POINTS - 1, "cy": POINTS - TO_BE_READ}
    assert not (out / "submitted" / "ben" / "lab01").exists()


def test_where_the_solution_itself_fails_nothing_is_graded(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    variant = submission(codon_fractions="def codon_fractions(genes, code):\n    return {}")
    source = tmp_path / "mine" / "lab01_reading_dna.ipynb"
    source.parent.mkdir()
    (tmp_path / "class").mkdir()
    nbformat.write(variant, source)
    nbformat.write(submission(), tmp_path / "class" / "ada.ipynb")
    with pytest.raises(CannotGrade, match="the solution itself fails check-codon-fractions"):
        grade("lab01", tmp_path / "class", source=source)
    assert not (tmp_path / "class-graded" / "grades.csv").exists()


def test_a_command_that_never_ends_costs_one_submission(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "SECONDS_A_COMMAND", 0.01)
    one = course.Course("lab01", ROOT / "solutions" / "lab01_reading_dna.ipynb", tmp_path)
    monkeypatch.setattr(one, "graded_cells", lambda: {"a": 5.0})
    monkeypatch.setattr(one, "_handed_out", lambda: LAB)
    monkeypatch.setattr(one, "_forget", lambda identity: None)
    row = one.grade_safely(Submission("ada", one.source))
    assert row["note"] == "not graded: did not finish within 0.01 seconds" and row["score"] == 0


def test_a_long_path_of_the_temporary_folder_does_not_matter(tmp_path, monkeypatch):
    long = tmp_path / ("long" * 20)
    long.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(long))
    manager = sandbox.SandboxedKernelManager()
    assert len(manager._scratch) < sandbox.LONGEST_SOCKET_FOLDER + 20


def test_the_walls_keep_a_submission_from_outliving_or_reaching_the_grader():
    command = sandbox.walls("/tmp/x")
    assert {"--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"} <= set(
        command
    )


def test_plain_nbgrader_works_in_the_course_folder(graded):
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


def test_finding_submissions(tmp_path):
    for path in (
        "ada.ipynb", "ada.html", "ben/._lab.ipynb", "ben/lab.ipynb", "ben/notes.pdf", "__MACOSX/ben/lab.ipynb", ".DS_Store",
        "cy.ipynb", "cy/lab.ipynb", "dee/one.ipynb", "dee/two.ipynb", "dee/.ipynb_checkpoints/one.ipynb", "eve/real/lab.ipynb",
    ):  # fmt: skip
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    (tmp_path / "fay").symlink_to(tmp_path / "ben")
    (tmp_path / "gus").mkdir()
    (tmp_path / "gus" / "lab.ipynb").symlink_to(tmp_path / "ada.ipynb")
    found, passed_over = find_submissions(tmp_path)
    files = {one.student: one.path and one.path.relative_to(tmp_path).as_posix() for one in found}
    assert files == {
        "ada": "ada.ipynb", "ben": "ben/lab.ipynb", "cy": None, "dee": None, "eve": "eve/real/lab.ipynb", "fay": None, "gus": None,
    }  # fmt: skip
    problems = {one.student: one.problem for one in found if one.problem}
    assert problems["cy"] == "handed in twice, as cy and cy.ipynb: leave one"
    assert problems["dee"] == "2 notebooks in the folder dee, one is expected"
    assert (
        problems["fay"] == "fay is a link, not a file"
        and problems["gus"] == "lab.ipynb is a link, not a file"
    )
    assert passed_over == ["ada.html: ada has a notebook"]


def test_identities_are_safe_and_differ():
    names = [*ODD_NAMES, "~", "ada", "ada ", "a/b", "%5Bab%5Dda", "Ünal"]
    identities = [Submission(name, None).identity for name in names]
    assert len(set(identities)) == len(names) and [unquote(one) for one in identities] == names
    assert identities[-1] == "Ünal" and not re.search(r"[\[\]~ */]", "".join(identities))


def test_reading_submissions(tmp_path):
    path = tmp_path / "ada.ipynb"
    path.write_text(nbformat.writes(LAB), encoding="utf-8-sig")
    assert len(read_submission(path).cells) == len(LAB.cells), "a byte-order mark does no harm"
    for text in ("", "x", "[]", '{"cells": 3}'):
        path.write_text(text)
        with pytest.raises(NotANotebook, match="not a notebook that can be read"):
            read_submission(path)


def graded_ids(notebook):
    return [mark(cell)["grade_id"] for cell in notebook.cells if mark(cell)]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def test_a_lab_that_is_whole_stays_as_it_is():
    notebook, notes = as_handed_out(submission(), LAB)
    assert sources(notebook) == sources(submission()) and notes == []
    assert [cell.metadata for cell in notebook.cells] == [cell.metadata for cell in LAB.cells]


def test_cells_are_put_back_in_their_places():
    notebook, notes = as_handed_out(without_checks(), LAB)  # the claim's cell is gone, too
    assert sources(notebook) == sources(submission(claim="*Your answer here.*"))
    assert len(notes) == 1 and notes[0].startswith("deleted and put back: check-reverse-complement, ")
    odd = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", metadata={"nbgrader": None})])
    for empty in (odd, nbformat.v4.new_notebook()):
        notebook, _ = as_handed_out(empty, LAB)
        assert sources(notebook)[-len(LAB.cells) :] == sources(LAB)


def test_a_copied_cell_becomes_an_ordinary_one():
    notebook, notes = as_handed_out(with_a_copied_cell(), LAB)
    assert graded_ids(notebook) == graded_ids(LAB) and notes == [
        "copied, the first is graded: reading-frames"
    ]
    place = next(i for i, cell in enumerate(notebook.cells) if mark(cell).get("grade_id") == "reading-frames")
    assert sources(notebook)[place + 2] == ANSWERS["reading-frames"], "and stands where it stood"


def test_what_is_no_answer_is_put_back_as_it_was_handed_out():
    notebook, notes = as_handed_out(with_tricks(), LAB)
    own = [cell for cell in notebook.cells if cell.id.startswith("own-")]
    kept = [cell for cell in notebook.cells if not cell.id.startswith("own-")]
    assert [cell.metadata for cell in kept] == [cell.metadata for cell in LAB.cells]
    changed = [one.source != two.source for one, two in zip(kept, LAB.cells, strict=True)]
    assert [mark(cell)["grade_id"] for cell, other in zip(kept, changed, strict=True) if other] == ["claim"]
    assert len(own) == 1 and own[0].metadata == {} and len(notes) == 1


def test_checks_that_were_edited_or_moved_are_noted():
    notebook = submission()
    place = next(
        i for i, cell in enumerate(notebook.cells) if mark(cell).get("grade_id") == "check-find-orfs"
    )
    notebook.cells[place].source = "pass"
    notebook.cells.append(notebook.cells.pop(place - 1))
    graded, notes = as_handed_out(notebook, LAB)
    assert sources(graded) == sources(submission())
    assert notes == [
        "changed and put back as handed out: check-find-orfs", "cells in another order, graded in that of the lab",
    ]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_a_browser_would_run_is_left_in_a_text(attack):
    text = harmless.harmless(f"Before. {ATTACKS[attack]} Behind.")
    assert text.startswith("Before. ") and text.endswith("Behind.")
    assert "e.org" not in re.sub(r"&lt;.*?&gt;", "", text), "nor is anything fetched"
    tags = re.findall(r"<[^>]*>", text)
    assert not any(re.search(r"(?i)\bon\w+\s*=|<script|svg|iframe|meta|form|url\(", tag) for tag in tags)
    rendered = html.unescape(markdown2html(text))  # as nbconvert shows it, which reads entities in links
    assert not re.search(r"(?i)(href|src)=\"\s*(java|vb)script\s*:", rendered)
    assert not re.search(r"(?i)(java|vb)script\s*:", text) and not re.search(r'(?i)href="\s*data:', text)


def test_honest_texts_keep_their_letters_tables_and_pictures():
    for text in ("1 < 2 & a > b", "`x <- 1`", "**0.84** of the pieces, *p* < 0.05", "$a < b$"):
        assert harmless.harmless(text) == text
    table = '<table class="dataframe"><tbody><tr><td align="right">1</td></tr></tbody></table>'
    assert harmless.harmless(table) == table
    picture = '<img alt="x" src="data:image/png;base64,iVBORw0KGgo=">'
    assert harmless.harmless(picture) == picture


def test_a_teachers_pages_hold_nothing_that_runs(graded):
    out, table = graded
    stored = nbformat.read(out / "autograded/mallory/lab01/lab01_reading_dna.ipynb", as_version=4)
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            assert set(output.get("data", {})) <= {"text/plain", "text/html", "image/png"}
            assert "onerror" not in output.get("data", {}).get("text/html", "")
    claim = next(cell.source for cell in stored.cells if mark(cell).get("grade_id") == "claim")
    assert claim == harmless.harmless("\n\n".join(ATTACKS.values())) and "&lt;svg" in claim
    page = (out / table.loc["mallory", "feedback"]).read_text()
    assert harmless.CSP in page and "<img src=x" not in page and "<svg onload" not in page
    assert all(harmless.CSP in (out / one).read_text() for one in table["feedback"])
    assert harmless.CSP in (out / "index.html").read_text()


class Kernel(ExecuteSubmission):
    timeout = 10


def run(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook, _ = Kernel().preprocess(nbformat.v4.new_notebook(cells=cells), {})
    return [[o.get("text") or o.ename for o in cell.outputs] for cell in notebook.cells]


def test_after_a_cell_that_kills_the_kernel_the_rest_goes_on():
    outputs = run("x = 1", "print(x)\nx = 2", "import os\nos._exit(1)", "print(x)")
    assert outputs[1] == ["1\n"] and outputs[2] == ["KernelDied"] and outputs[3] == ["2\n"]


def test_an_error_after_a_flood_of_output_still_fails_the_cell():
    outputs = run(
        "print('A' * 2_000_000)\nprint('B')", "print('A' * 2_000_000)\nraise KeyError('x' * 2_000_000)"
    )
    assert "the rest is not kept" in outputs[0][0] and len(outputs[0][0]) < 200
    assert outputs[1][-1] == "KeyError" and sum(map(len, outputs[1])) < 2000


def test_a_check_that_did_not_run_has_failed():
    cell = nbformat.v4.new_code_cell("1", metadata={"tags": ["skip-execution"], "nbgrader": {"grade": True}})
    notebook, _ = Kernel().preprocess(nbformat.v4.new_notebook(cells=[cell]), {})
    assert [output.ename for output in notebook.cells[0].outputs] == ["NotRun"]


def test_when_the_time_is_used_up_no_further_cell_is_begun(monkeypatch):
    monkeypatch.setattr(Kernel, "seconds_in_all", 0)
    assert run("print(1)") == [["NoTimeLeft"]]


def test_without_bubblewrap_the_page_says_what_is_open(monkeypatch):
    monkeypatch.setattr(sandbox, "bubblewrap_works", lambda: False)
    assert "COULD use the network" in sandbox.isolation()


def test_a_teachers_list_is_no_student_and_a_name_is_no_formula(tmp_path):
    nbformat.write(LAB, tmp_path / "ada.ipynb")
    for name in ("notes.txt", "class.csv"):
        (tmp_path / name).write_text("ada, ben")
    found, passed_over = find_submissions(tmp_path)
    assert [one.student for one in found] == ["ada"]
    assert passed_over == [
        f"{name}: no notebook, taken for a note of yours" for name in ("class.csv", "notes.txt")
    ]
    table = pd.DataFrame({"student": ["=1+1", "-o'neill", "ada"], "note": ["@SUM(1)", "", "x = 1"]})
    assert pages.no_formulas(table)["student"].tolist() == ["'=1+1", "-o'neill", "ada"]
    assert pages.no_formulas(table)["note"].tolist() == ["'@SUM(1)", "", "x = 1"]
