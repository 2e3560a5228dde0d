"""The notebook factory on a course folder of its own: build, check, carry back, hand out."""

import shutil

import nbformat
import pytest
import typer
from nbclient.exceptions import CellExecutionError
from typer.testing import CliRunner

from tools.factory import build, check
from tools.factory.__main__ import main
from tools.factory.carry import Conflict, carry
from tools.factory.manuscript import ROOT, Manuscript, ManuscriptError, as_manuscript, manuscripts

LECTURE = """# %% [markdown]
# # A lecture
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
from dnacourse.orfs import gc_content
from dnacourse.datasets import load

phage = load("lambda")
print(round(gc_content(phage.tokens), 3))
"""
LAB = """# %% [markdown]
# # A lab

# %% solution="ex1"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% check="check-ex1" points=5
assert double(2) == 4
### BEGIN HIDDEN TESTS
assert double(3) == 6
### END HIDDEN TESTS

# %% [markdown] answer="claim" points=2
# Twice is twice.
"""
REPRODUCTION = """# %% tags=["parameters"]
scale = None

# %%
from dnacourse.scale import use

print(use(scale))
"""


def make_course(folder):
    for kind, name, text in (
        ("lectures", "01_a", LECTURE),
        ("labs", "lab01_a", LAB),
        ("notebooks", "table", REPRODUCTION),
    ):
        (folder / "manuscript" / kind).mkdir(parents=True)
        (folder / "manuscript" / kind / f"{name}.py").write_text(text)
    without = shutil.ignore_patterns("__pycache__", "*.gz", "*.2bit")
    shutil.copytree(ROOT / "dnacourse", folder / "dnacourse", ignore=without)


@pytest.fixture
def course(tmp_path):
    """A course folder of three manuscripts."""
    make_course(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    make_course(folder)
    for manuscript in manuscripts(folder):
        build.build(manuscript)
        if manuscript.handed_out:
            build.write(build.hand_out(manuscript), manuscript.handed_out)
    return folder


@pytest.fixture
def built(built_once, tmp_path):
    """The same, built; a copy for each test."""
    return shutil.copytree(built_once, tmp_path / "course")


def the(course, kind):
    return next(m for m in manuscripts(course) if m.kind == kind)


def edit(path, index, text):
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[index].source = text
    nbformat.write(notebook, path)


def test_what_is_not_built_is_missing(course):
    assert [line.split(" is ")[0] for line in check.problems(course)] == [
        "notebooks/table.ipynb",
        "lectures/01_a.ipynb",
        "solutions/lab01_a.ipynb",
    ]


def test_every_way_to_be_stale(built):
    course = built
    assert check.problems(course) == []

    lecture = the(course, "lectures")
    first = lecture.built.read_bytes()
    build.build(lecture)
    assert lecture.built.read_bytes() == first, "building again changes no byte"

    lecture.path.write_text(LECTURE.replace("# # A lecture", "# # A better lecture"))
    assert "is older than its manuscript" in check.problems(course)[0]
    build.build(lecture)

    edit(lecture.built, 1, "print(1)")
    assert (
        "was edited by hand: carry the edit back with `make notebooks CARRY=lectures/01_a.ipynb`"
        in check.problems(course)[0]
    )
    build.build(lecture)

    lab = the(course, "labs")
    edit(lab.handed_out, 0, "# Another lab")
    assert "labs/lab01_a.ipynb was edited by hand" in check.problems(course)[0]
    build.write(build.hand_out(lab), lab.handed_out)
    lab.path.write_text(LAB.replace("points=5", "points=6"))
    build.build(lab)
    assert check.problems(course) == [
        "labs/lab01_a.ipynb is not the lab of its manuscript: run `make notebooks`"
    ]
    lab.handed_out.unlink()
    assert "labs/lab01_a.ipynb is not the lab of its manuscript" in check.problems(course)[0]

    lab.path.unlink()
    assert "has no manuscript" in check.problems(course)[0]


def test_outputs_that_are_not_those_of_the_build_are_noticed(built):
    lecture = the(built, "lectures")
    notebook = nbformat.read(lecture.built, as_version=4)
    notebook.cells[1].outputs[0].text = "0.999\n"
    nbformat.write(notebook, lecture.built)
    assert not check.as_built(lecture)
    assert any("01_a.ipynb was run again" in line for line in check.problems(built))
    build.build(lecture)
    assert check.as_built(lecture)


def test_a_text_that_is_not_the_manuscripts_is_noticed_though_its_hashes_agree(built):
    lecture = the(built, "lectures")
    notebook = nbformat.read(lecture.built, as_version=4)
    notebook.cells[0].source = "# Something else"
    notebook.metadata["dnacourse"]["text"] = build.text_fingerprint(notebook)
    nbformat.write(notebook, lecture.built)
    assert "does not hold the manuscript's text" in check.stale(lecture)


def test_a_lab_without_manuscript_is_an_orphan(built):
    lab = the(built, "labs")
    shutil.copy(lab.handed_out, lab.handed_out.with_name("lab99_lost.ipynb"))
    assert check.problems(built) == ["labs/lab99_lost.ipynb has no manuscript: write one or delete it"]


def test_two_cells_with_the_same_text_have_ids_of_their_own(course):
    lecture = the(course, "lectures")
    lecture.path.write_text(LECTURE + "\n# %%\nprint(1)\n\n# %%\nprint(1)\n")
    ids = [cell.id for cell in lecture.read().cells]
    assert len(set(ids)) == len(ids) == 4


def test_a_notebook_is_written_whole_or_not_at_all(built, monkeypatch):
    lecture = the(built, "lectures")
    before = lecture.built.read_bytes()
    monkeypatch.setattr(build.Path, "replace", lambda *_: 1 / 0)  # the power goes at the last moment
    with pytest.raises(ZeroDivisionError):
        build.build(lecture)
    assert lecture.built.read_bytes() == before


def test_the_scale_reaches_the_kernel_of_a_lecture(course):
    lecture = the(course, "lectures")
    lecture.path.write_text(LECTURE + "\n# %%\nfrom dnacourse.scale import use\n\nprint(use(None))\n")
    build.build(lecture, at="ci")
    assert nbformat.read(lecture.built, as_version=4).cells[2].outputs[0].text == "ci\n"


def command(course, *arguments):
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, [*arguments, "--root", str(course)])
    return result.exit_code, result.output


def test_the_command_builds_what_is_stale_and_says_so(course):
    status, said = command(course, "--check")
    assert status == 1 and "lectures/01_a.ipynb is missing" in said
    status, said = command(course)
    assert status == 0 and said.splitlines() == [
        "building notebooks/table.ipynb",
        "building lectures/01_a.ipynb",
        "building solutions/lab01_a.ipynb",
        "writing labs/lab01_a.ipynb",
    ]
    assert command(course, "--check") == (0, "every notebook is up to date\n")
    assert command(course) == (0, "")
    assert command(course, "--force", "table") == (0, "building notebooks/table.ipynb\n")
    status, said = command(course, "tabel")
    assert status == 1 and "no manuscript called tabel" in said


def test_the_command_refuses_where_work_would_be_lost(built):
    lecture, lab = the(built, "lectures"), the(built, "labs")
    edit(lecture.built, 1, "print(1)")
    status, said = command(built)
    assert status == 1 and "lectures/01_a.ipynb was edited by hand" in said
    assert nbformat.read(lecture.built, as_version=4).cells[1].source == "print(1)"
    status, said = command(built, "--carry", str(lecture.built))
    assert (status, said) == (0, "changed: print(1)\n") and "print(1)" in lecture.path.read_text()
    edit(lecture.built, 1, "print(2)")
    assert command(built, "--discard")[0] == 0
    assert nbformat.read(lecture.built, as_version=4).cells[1].source == "print(1)"
    edit(lab.handed_out, 1, "def double(x):\n    return x + x")
    lab.path.write_text(LAB.replace("points=5", "points=6"))
    status, said = command(built)
    assert status == 1 and "labs/lab01_a.ipynb holds answers" in said
    assert "return x + x" in lab.handed_out.read_text()
    lab.handed_out.rename(built / "mine.ipynb")
    assert command(built)[0] == 0 and command(built, "--check")[0] == 0


def test_results_are_those_of_the_notebooks_and_the_page_shows_them(course):
    lecture = the(course, "lectures")
    measure = """
# %%
from dnacourse import results
from dnacourse.metrics import Interval

rungs = {"guess": Interval(0.5, 0.4, 0.6)}
results.record("toy", rungs, task="T", data="D", split="S", metric="AUROC", chance=0.5)
"""
    lecture.path.write_text(LECTURE + measure)
    build.build(lecture, at="ci")
    assert not (course / "results").exists(), "a run at ci scale measures nothing"
    build.build(lecture)
    path, page = course / "results" / "toy.json", course / "docs" / "scoreboard.md"
    assert '"notebook": "lectures/01_a.ipynb"' in path.read_text()
    status, said = command(course)
    assert status == 0 and "writing docs/scoreboard.md" in said and "| guess | 0.500 |" in page.read_text()
    assert command(course, "--check")[0] == 0
    page.write_text(page.read_text().replace("0.500", "0.999"))
    assert "docs/scoreboard.md does not show what is in results/" in command(course, "--check")[1]
    assert command(course)[0] == 0
    path.write_text(path.read_text().replace("0.5", "0.9"))
    assert "results/toy.json is not what lectures/01_a.ipynb measured" in command(course, "--check")[1]
    assert command(course)[0] == 0 and command(course, "--check")[0] == 0
    path.with_name("other.json").write_text(path.read_text())
    assert "results/other.json was measured by no notebook" in command(course, "--check")[1]


def test_a_lecture_shows_its_times_and_data_and_has_outputs(built):
    lecture = the(built, "lectures")
    notebook = nbformat.read(lecture.built, as_version=4)
    head = notebook.cells[0].source
    assert (
        "5 minutes to read, under a minute to run" in head and "`lambda`:" in head and "NC_001416.1" in head
    )
    assert notebook.cells[1].outputs[0].text == "0.499\n"
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in lecture.read().cells]


def test_the_scale_reaches_a_reproduction_as_papermill_parameter(course):
    reproduction = the(course, "notebooks")
    build.build(reproduction, at="ci")
    notebook = nbformat.read(reproduction.built, as_version=4)
    assert notebook.cells[1].outputs[0].text == "ci\n"
    assert len(notebook.cells) == 2 and "papermill" not in str(notebook)


def test_a_failing_cell_leaves_the_old_notebook(built):
    lecture = the(built, "lectures")
    before = lecture.built.read_bytes()
    lecture.path.write_text(LECTURE + "\n# %%\n1 / 0\n")
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        build.build(lecture)
    lecture.path.write_text(LECTURE + '\n# %%\nimport warnings\n\nwarnings.warn("noise")\n')
    with pytest.raises(ManuscriptError, match="wrote to standard error"):
        build.build(lecture)
    lecture.path.write_text(
        LECTURE + "\n# %%\nimport matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()\n"
    )
    with pytest.raises(ManuscriptError, match=r"plots\.show\(fig, alt=…\)"):
        build.build(lecture)
    picture = "\n# %%\nfrom IPython.display import HTML\n\nHTML('<p><img src=\"a.png\"></p>')\n"
    lecture.path.write_text(LECTURE + picture)
    with pytest.raises(ManuscriptError, match=r"plots\.show\(fig, alt=…\)"):
        build.build(lecture)
    assert lecture.built.read_bytes() == before


def test_live_widgets_do_not_get_into_a_stored_notebook(course):
    lecture = the(course, "lectures")
    lecture.path.write_text(LECTURE + "\n# %%\nimport ipywidgets\n\nipywidgets.IntSlider()\n")
    build.build(lecture)
    assert "widget" not in str(nbformat.read(lecture.built, as_version=4).cells[2].outputs)


def test_hand_out_is_nbgraders_and_always_the_same(course):
    lab = the(course, "labs")
    build.build(lab)
    first, second = build.as_text(build.hand_out(lab)), build.as_text(build.hand_out(lab))
    assert first == second
    notebook = nbformat.reads(first, as_version=4)
    sources = "\n".join(cell.source for cell in notebook.cells)
    assert "return 2 * x" not in sources and "double(3)" not in sources and "Twice" not in sources
    assert "raise NotImplementedError" in sources and "assert double(2) == 4" in sources
    assert notebook.cells[2].metadata.editable is False and notebook.cells[2].metadata.nbgrader.points == 5
    assert notebook.cells[2].metadata.nbgrader.checksum


def test_a_students_answers_are_no_edit(built):
    lab = the(built, "labs")
    notebook = nbformat.read(lab.handed_out, as_version=4)
    notebook.cells[1].source = "def double(x):\n    return x + x"
    notebook.cells.append(nbformat.v4.new_code_cell("double(5)"))
    assert not check.holds_answers(lab.handed_out)
    nbformat.write(notebook, lab.handed_out)
    assert check.problems(built) == []
    assert check.holds_answers(lab.handed_out), "so a changed lab is not written over it"


def test_carry_takes_an_edit_back_and_keeps_the_placeholders(built):
    lecture = the(built, "lectures")
    notebook = nbformat.read(lecture.built, as_version=4)
    notebook.cells[0].source = notebook.cells[0].source.replace("# A lecture", "# A lecture, mended")
    notebook.cells.insert(1, nbformat.v4.new_markdown_cell("A new paragraph."))
    nbformat.write(notebook, lecture.built)
    assert carry(lecture.built, built) == ["changed: # A lecture, mended", "added: A new paragraph."]
    text = lecture.path.read_text()
    assert text == LECTURE.replace("# # A lecture", "# # A lecture, mended").replace(
        "# %%\nfrom", "# %% [markdown]\n# A new paragraph.\n\n# %%\nfrom"
    )
    assert check.edits(lecture) == [] and "is older than" in check.problems(built)[0]
    edit(lecture.built, 1, "A newer paragraph.")
    assert carry(lecture.built, built) == ["changed: A newer paragraph."], "again, without building between"
    build.build(lecture)
    assert check.problems(built) == []


def test_carry_from_a_lab_keeps_the_solutions(built):
    lab = the(built, "labs")
    notebook = nbformat.read(lab.handed_out, as_version=4)
    notebook.cells[0].source = "# A clearer lab"
    notebook.cells[1].source = "def double(x):\n    return 0"
    nbformat.write(notebook, lab.handed_out)
    assert carry(lab.handed_out, built) == [
        "changed: # A clearer lab",
        "left alone, it is graded or the lab shows only a part of it: def double(x):",
    ]
    assert lab.path.read_text() == LAB.replace("# # A lab", "# # A clearer lab")
    assert check.edits(lab) == []
    assert "return 0" in lab.handed_out.read_text()


def test_carry_from_a_lab_leaves_out_what_a_learner_added_and_keeps_deleted_answers(built):
    lab = the(built, "labs")
    notebook = nbformat.read(lab.handed_out, as_version=4)
    notebook.cells[0].source = "# A clearer lab"
    del notebook.cells[1]
    notebook.cells.insert(1, nbformat.v4.new_code_cell("double(21)"))
    nbformat.write(notebook, lab.handed_out)
    assert carry(lab.handed_out, built) == [
        "changed: # A clearer lab",
        "not carried, added in labs/ (add it in solutions/): double(21)",
        "left alone, the lab shows only a part of it: def double(x):",
    ]
    assert lab.path.read_text() == LAB.replace("# # A lab", "# # A clearer lab")
    assert "double(21)" in lab.handed_out.read_text() and check.edits(lab) == []


def test_carry_sees_a_changed_kind_a_moved_cell_and_a_dropped_one(course):
    lecture = the(course, "lectures")
    lecture.path.write_text(
        LECTURE + "\n# %% [markdown]\n# Plain words.\n\n# %%\nprint(7)\n\n# %%\nprint(8)\n"
    )
    build.build(lecture)
    notebook = nbformat.read(lecture.built, as_version=4)
    words = notebook.cells[2]
    notebook.cells[2] = nbformat.v4.new_code_cell("print('words')", id=words.id)
    notebook.cells[3], notebook.cells[1] = notebook.cells[1], notebook.cells[3]
    del notebook.cells[4]
    nbformat.write(notebook, lecture.built)
    report = carry(lecture.built, course)
    assert "changed to code: print('words')" in report and "dropped: print(8)" in report
    assert sum(line.startswith("moved: ") for line in report) in (1, 2)
    sources = [cell.source for cell in lecture.read().cells]
    assert sources[1:3] == ["print(7)", "print('words')"] and lecture.read().cells[2].cell_type == "code"
    assert check.edits(lecture) == []


def test_carry_puts_placeholders_only_where_they_were(course):
    lecture = the(course, "lectures")
    plain = LECTURE.replace('from dnacourse.datasets import load\n\nphage = load("lambda")\n', "").replace(
        "phage.tokens", '"ACGT"'
    )
    lecture.path.write_text(plain + '\n# %%\nprint("nothing")\n')
    build.build(lecture)
    notebook = nbformat.read(lecture.built, as_version=4)
    assert "**Data.**\nNone." in notebook.cells[0].source
    notebook.cells[0].source += "\n\nNone. At all."
    notebook.cells[2].source = 'print("None.")'
    nbformat.write(notebook, lecture.built)
    carry(lecture.built, course)
    assert lecture.read().cells[2].source == 'print("None.")'
    assert lecture.read().cells[0].source.endswith("{{data}}\n\nNone. At all.")


def test_carry_refuses_when_both_were_edited(built):
    lecture = the(built, "lectures")
    edit(lecture.built, 1, "print(1)")
    lecture.path.write_text(LECTURE + "\n# %%\nprint(2)\n")
    with pytest.raises(Conflict, match="copy your edit elsewhere"):
        carry(lecture.built, built)
    assert lecture.path.read_text().endswith("print(2)\n")


@pytest.mark.parametrize("path", sorted((ROOT / "manuscript").rglob("*.py")), ids=lambda p: p.stem)
def test_every_manuscript_is_written_as_jupytext_writes_it(path):
    text = path.read_text(encoding="utf-8")
    assert as_manuscript(Manuscript(path).read().cells) == text


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("# %% [markdown]\n# {{minuets}}\n", "no placeholder {{minuets}}; there are minutes, data"),
        (
            '# %% solutoin="x"\npass\n',
            "unknown mark 'solutoin'; there are solution, check, answer, points, tags and readme",
        ),
        ('# %% check="x"\npass\n', "needs points: write points=5"),
        ('# %% check="x" points=5\npass\n\n# %% solution="x"\npass\n', "two cells are marked 'x'"),
        ('# %% solution="x"\n### BEGIN SOLUTION\npass\n', "no end solution statement found"),
        ("# %%\nif x =\n", "invalid syntax: 'if x ='"),
    ],
)
def test_a_wrong_manuscript_is_named_with_its_remedy(built, cell, message):
    lab = the(built, "labs")
    before = lab.built.read_bytes()
    lab.path.write_text(LAB + "\n" + cell)
    with pytest.raises(ManuscriptError) as failure:
        build.build(lab)
    assert message in str(failure.value) and "lab01_a.py" in str(failure.value)
    assert lab.built.read_bytes() == before
    assert any("lab01_a" in line for line in check.problems(built)), "the check survives it too"
