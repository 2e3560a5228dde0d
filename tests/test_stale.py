"""What goes stale with which change, what can be kept over it, and the README's table: on a course folder of its own."""

import ast
import shutil

import nbformat
import pytest
import typer
from typer.testing import CliRunner

from tools.factory import build, check, readme
from tools.factory.__main__ import main
from tools.factory.keep import NOT_KNOWN, keep
from tools.factory.manuscript import ROOT, ManuscriptError, manuscripts

MANUSCRIPTS = {
    "notebooks/paper.py": """# %% tags=["parameters"]
scale = None

# %%
import os

from dnacourse import results

row = results.Reached("A or B", "toy", [0.5], "none", 0.1)
results.report("toy", [row], title="T", paper="P", metric="AUROC", hardware="H")
print(os.environ["DNACOURSE_RUNS"])
""",
    "lectures/01_letters.py": """# %% [markdown] readme="letters; and what they are"
# # 1 · Letters
#
# **Time.** {{minutes}}
#
# **Data.**
# {{data}}

# %%
from dnacourse.datasets import load
from dnacourse.orfs import gc_content

phage = load("lambda")
print(round(gc_content(phage.tokens), 3))
""",
    "lectures/02_words.py": """# %% [markdown] readme="words"
# # 2 · Words
#
# **Time.** {{minutes}}

# %%
from dnacourse import kmers, plots, results

print(results.reproduced("toy")["value"].tolist())
print(kmers.count_kmers(["ACGT"], (1,)), plots.colours("ACGT"))

# %%
# %load_ext dnacourse.needs

# %%
# %%needs numpy
from dnacourse.codons import translate

print(translate("ATGTAA"))
""",
    "labs/lab01_letters.py": """# %% [markdown]
# # Lab 1 · Letters
#
# **Time.** 45 minutes. {{minutes}}

# %% solution="ex1"
def double(x):
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %%
from dnacourse.sequence import decode

print(decode([double(1)]))
""",
}
LETTERS, WORDS = "lectures/01_letters.ipynb", "lectures/02_words.ipynb"
LAB, PAPER = "solutions/lab01_letters.ipynb", "notebooks/paper.ipynb"
BUILT = (PAPER, LETTERS, WORDS, LAB)
PAGE = f"# A course\n\n{readme.BEGIN}\n{readme.END}\n\nAnd more.\n"


@pytest.fixture(scope="module")
def built_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    for name, text in MANUSCRIPTS.items():
        (folder / "manuscript" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "manuscript" / name).write_text(text)
    without = shutil.ignore_patterns("__pycache__", "*.gz", "*.2bit")
    shutil.copytree(ROOT / "dnacourse", folder / "dnacourse", ignore=without)
    (folder / "README.md").write_text(PAGE)
    status, said = command(folder)
    assert status == 0, said
    return folder


@pytest.fixture
def course(built_once, tmp_path):
    return shutil.copytree(built_once, tmp_path / "course")


def command(course, *arguments):
    app = typer.Typer()
    app.command()(main)
    result = CliRunner().invoke(app, [*arguments, "--root", str(course)])
    return result.exit_code, result.output


def replace(course, name, old, new):
    path = course / name
    text = path.read_text()
    assert old in text, name
    path.write_text(text.replace(old, new, 1))


def add(course, name, text):
    path = course / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text((path.read_text() if path.exists() else "") + text)


def rewrite(course, name):
    """Lay a file out in another way, without its comments."""
    path = course / name
    path.write_text(ast.unparse(ast.parse(path.read_text())))


def change(course, name, function):
    """Let a function do something more."""
    path = course / name
    lines, tree = path.read_text().splitlines(), ast.parse(path.read_text())
    node = next(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name == function)
    last = node.body[-1]
    lines.insert(last.lineno - 1, " " * last.col_offset + "something_more = True")
    path.write_text("\n".join(lines) + "\n")


def test_reproductions_are_built_first_and_a_ledger_is_told_to_be_quiet(course):
    assert [m.built.relative_to(course).as_posix() for m in manuscripts(course)] == list(BUILT)
    assert nbformat.read(course / PAPER, as_version=4).cells[1].outputs[0].text == "again\n"
    assert command(course, "--check") == (0, "every notebook is up to date\n")
    assert command(course) == (0, "")


DISTURB_NOTHING = {
    "a docstring": lambda c: replace(c, "dnacourse/sequence.py", '"""Turn letters', '"""Make of letters'),
    "the docstring of a module": lambda c: replace(c, "dnacourse/sequence.py", '"""', '"""Better. '),
    "a comment": lambda c: add(c, "dnacourse/kmers.py", "\n# a comment\n"),
    "another layout": lambda c: [rewrite(c, f"dnacourse/{one}.py") for one in ("kmers", "sequence", "orfs")],
    "a new function": lambda c: add(c, "dnacourse/kmers.py", "\n\ndef fold(counts):\n    return counts\n"),
    "another function": lambda c: change(c, "dnacourse/sequence.py", "windows"),
    "a new plot": lambda c: add(c, "dnacourse/plots/pie.py", "def pie(ax):\n    return ax\n"),
    "its re-export": lambda c: add(
        c, "dnacourse/plots/__init__.py", "\nfrom dnacourse.plots.pie import pie\n"
    ),
    "a new lab": lambda c: add(c, "dnacourse/labs/lab77/__init__.py", "def check(answer):\n    return 1\n"),
    "a new data set": lambda c: [
        add(c, "dnacourse/datasets/sets/new/card.toml", 'what = "new"\n'),
        add(c, "dnacourse/datasets/sets/new/loader.py", "def load():\n    return 1\n"),
    ],
    "a comment on a card": lambda c: replace(
        c, "dnacourse/datasets/sets/lambda/card.toml", "what", "# x\nwhat"
    ),
    "the card of other data": lambda c: replace(
        c, "dnacourse/datasets/sets/ecoli/card.toml", "what = ", 'paper = "x"\nwhat = '
    ),
}


def test_what_disturbs_nothing(course):
    for name, disturb in DISTURB_NOTHING.items():
        disturb(course)
        assert check.problems(course) == [], name


@pytest.mark.parametrize(
    ("disturb", "changed", "stale"),
    [
        (lambda c: change(c, "dnacourse/kmers.py", "count_kmers"), "dnacourse.kmers.count_kmers", {WORDS}),
        (lambda c: change(c, "dnacourse/plots/palette.py", "colours"), "dnacourse.plots.palette.colours", {WORDS}),
        (lambda c: change(c, "dnacourse/codons.py", "translate"), "dnacourse.codons.translate", {WORDS}),
        (lambda c: change(c, "dnacourse/sequence.py", "decode"), "dnacourse.sequence.decode", {WORDS, LAB}),
        (lambda c: change(c, "dnacourse/orfs.py", "gc_content"), "dnacourse.orfs.gc_content", {LETTERS}),
        (
            lambda c: replace(c, "dnacourse/datasets/sets/lambda/card.toml", 'what = "', 'what = "Now t'),
            "data lambda",
            {LETTERS},
        ),
        (
            lambda c: change(c, "dnacourse/datasets/sets/lambda/loader.py", "load"),
            "dnacourse.datasets.sets.lambda.loader.load",
            {LETTERS},
        ),
        (
            lambda c: add(c, "dnacourse/kmers.py", "\nnumba.set_num_threads(1)\n"),
            "dnacourse.kmers (module)",
            {WORDS},
        ),
    ],
)  # fmt: skip
def test_exactly_the_notebooks_that_reach_a_change_are_named(course, disturb, changed, stale):
    disturb(course)
    found = dict(line.split(": ", 1) for line in check.problems(course))
    assert found == dict.fromkeys(stale, f"{changed} has changed: run `make notebooks`")


def test_a_changed_result_is_named_by_what_measured_it_and_by_what_reads_it(course):
    replace(course, "results/toy.json", "0.5", "0.6")
    found = check.problems(course)
    assert found[0] == f"results/toy.json is not what {PAPER} measured: run `make notebooks`"
    assert found[1] == f"{WORDS}: result toy has changed: run `make notebooks`"


def test_several_changes_are_named_and_the_rest_counted(course):
    for name in ("one_hot", "many_tokens", "decode"):
        change(course, "dnacourse/sequence.py", name)
    for name in ("count_kmers", "_count"):
        change(course, "dnacourse/kmers.py", name)
    (line,) = (line for line in check.problems(course) if line.startswith(WORDS))
    assert line == (
        f"{WORDS}: dnacourse.kmers._count, dnacourse.kmers.count_kmers, dnacourse.sequence.decode and "
        "1 more have changed: run `make notebooks`"
    )


def test_a_package_file_that_is_not_python_is_named(course):
    add(course, "dnacourse/orfs.py", "\ndef f(:\n")
    problems = check.problems(course)
    assert len(problems) == 1 and "dnacourse/orfs.py: invalid syntax: 'def f(:'" in problems[0]


def outputs(path):
    return [cell.get("outputs") for cell in nbformat.read(path, as_version=4).cells]


def test_outputs_are_kept_over_a_change_that_changes_none(course):
    change(course, "dnacourse/orfs.py", "gc_content")
    replace(course, "manuscript/lectures/01_letters.py", "1 · Letters", "1 · All the letters")
    before = outputs(course / LETTERS)
    status, said = command(course, "--keep", str(course / LETTERS))
    assert (status, said) == (
        0,
        f"keeping the outputs of {LETTERS}\n  over a change of dnacourse.orfs.gc_content\n",
    )
    notebook = nbformat.read(course / LETTERS, as_version=4)
    assert outputs(course / LETTERS) == before and "All the letters" in notebook.cells[0].source
    assert notebook.metadata["dnacourse"]["kept"] == ["dnacourse.orfs.gc_content"]
    assert check.problems(course) == [readme.problem(course)], "the README's row has the new title"
    change(course, "dnacourse/sequence.py", "as_tokens")
    keep(course / LETTERS, course)
    notebook = nbformat.read(course / LETTERS, as_version=4)
    assert len(notebook.metadata["dnacourse"]["kept"]) == 2, "what was kept before is not forgotten"
    lecture = next(m for m in manuscripts(course) if m.built == course / LETTERS)
    build.build(lecture)
    assert "kept" not in nbformat.read(course / LETTERS, as_version=4).metadata["dnacourse"]


def test_outputs_are_not_kept_where_they_may_be_others(course):
    path, manuscript = course / LETTERS, course / "manuscript/lectures/01_letters.py"
    text, built = manuscript.read_text(), path.read_bytes()
    manuscript.write_text(text.replace("phage.tokens), 3", "phage.tokens), 4"))
    with pytest.raises(ValueError, match=r"the code of manuscript/lectures/01_letters\.py has changed"):
        keep(path, course)
    manuscript.write_text(text)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].outputs[0].text = "0.9\n"
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="was run again"):
        keep(path, course)
    notebook.cells[1].source = "print(0.9)"
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="was edited by hand"):
        keep(path, course)
    path.write_bytes(built)
    replace(course, "results/toy.json", "0.5", "0.6")
    with pytest.raises(ValueError, match=r"toy\.json is not what notebooks/paper\.ipynb measured"):
        keep(course / PAPER, course)
    status, said = command(course, "--keep", str(course / "labs" / "lab01_letters.ipynb"))
    assert status == 1 and "name a built notebook with a manuscript, in lectures/, solutions/" in said
    del notebook.metadata["dnacourse"]
    nbformat.write(notebook, path)
    with pytest.raises(ValueError, match="was not built by `make notebooks`"):
        keep(path, course)
    assert path.read_bytes() != built


def test_a_notebook_that_does_not_say_what_it_reached_is_stale_and_can_be_kept(course):
    notebook = nbformat.read(course / LAB, as_version=4)
    del notebook.metadata["dnacourse"]["reached"]
    nbformat.write(notebook, course / LAB)
    assert check.problems(course) == [f"{LAB} is older than its manuscript: run `make notebooks`"]
    assert keep(course / LAB, course)[1] == f"  over a change of {NOT_KNOWN}"
    assert check.problems(course) == []


def test_the_readme_has_a_row_for_every_lecture(course):
    page = course / "README.md"
    needed = {
        name: nbformat.read(course / name, as_version=4).metadata["dnacourse"]["memory_gb"]
        for name in (LETTERS, WORDS)
    }
    assert all(0 < memory < 1 for memory in needed.values())
    rows = f"""{readme.HEADER}
| 1 | [Letters](lectures/01_letters.ipynb): letters; and what they are | [lab 1](labs/lab01_letters.ipynb), 45 minutes | 5 minutes | under a minute | {needed[LETTERS]:.1f} GB |
| 2 | [Words](lectures/02_words.ipynb): words |  | 5 minutes | under a minute | {needed[WORDS]:.1f} GB |
"""
    assert page.read_text() == PAGE.replace(readme.END, rows + readme.END)
    assert "readme" not in nbformat.read(course / LETTERS, as_version=4).cells[0].metadata
    page.write_text(page.read_text().replace("45 minutes", "54 minutes"))
    (line,) = check.problems(course)
    assert line == "README.md does not have the table of lectures that their heads give: run `make notebooks`"
    assert command(course) == (0, "writing README.md\n") and check.problems(course) == []
    page.write_text("# A course\n")
    assert "README.md has no place for the table of lectures" in check.problems(course)[0]
    assert command(course)[0] == 1 and page.read_text() == "# A course\n"


def test_a_lecture_says_what_it_is_about(course):
    replace(course, "manuscript/lectures/02_words.py", ' readme="words"', "")
    with pytest.raises(ManuscriptError, match="say in the header of its first cell what it is about"):
        readme.table(course)
    assert "02_words.py: say in the header" in check.problems(course)[-1]


def test_what_cannot_be_written_is_said_before_anything_is_executed(course, monkeypatch):
    monkeypatch.setattr(build, "execute", lambda *_: pytest.fail("executed"))
    shutil.rmtree(course / "results")
    (course / "results").write_text("a file where a folder should be")
    status, said = command(course, "--force", "01_letters")
    assert status == 1 and "results" in said
