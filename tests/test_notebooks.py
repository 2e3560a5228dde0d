"""What every built notebook must have, and that a lab fails as handed out and passes once solved."""

import json
import os
import re
import subprocess
import sys

import nbformat
import numpy as np
import pytest
import torch
from nbclient import NotebookClient
from nbgrader.preprocessors import ClearHiddenTests

from tools.factory import check
from tools.factory.manuscript import ROOT, manuscripts

ALL = manuscripts()
LECTURES = [m for m in ALL if m.kind == "lectures"]
LABS = [m for m in ALL if m.kind == "labs"]
REPRODUCTIONS = [m for m in ALL if m.kind == "notebooks"]
HEAD = ("**The question.**", "**Afterwards you can**", "**Before you start.**", "**Time.**", "**Data.**")
PAPER = ("**The question.**", "**The paper", "**What is changed, and why.**", "**Time.**", "**Data.**")
SIGNS_OF_HASTE = (
    "In this section",
    "powerful",
    "crucial",
    "delve",
    "As we can see",
    "TODO",
    "FIXME",
    "placeholder",
)


def named(manuscript):
    return manuscript.name


def read(path):
    return nbformat.read(path, as_version=4)


def outputs(notebook):
    return [(cell, output) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def is_picture(output):
    return "<img" in output.get("data", {}).get("text/html", "")


def test_every_notebook_is_up_to_date():
    lines = check.problems()
    assert [line for line in lines if check.RUN_AGAIN not in line] == []
    if lines and "CI" not in os.environ:
        pytest.skip("you have run and saved these yourself: " + "; ".join(lines))
    assert lines == []


@pytest.mark.parametrize("manuscript", LECTURES + LABS, ids=named)
def test_the_head_says_what_a_reader_needs(manuscript):
    head = read(manuscript.built).cells[0].source
    assert head.startswith("# ")
    missing = [part for part in HEAD if part not in head]
    assert not missing, f"the first cell of {manuscript.path} lacks {missing}"
    objectives = re.findall(r"^\d\. ", head, flags=re.MULTILINE)
    assert 3 <= len(objectives) <= 5, "state 3 to 5 numbered objectives"
    assert re.search(r"\d+ minutes to read, (under a minute|about \d+ minutes) to run", head)
    assert re.search(r"^- `\w+`: .*doi:", head, flags=re.MULTILINE)


@pytest.mark.parametrize("manuscript", REPRODUCTIONS, ids=named)
def test_a_reproduction_names_its_paper_and_ends_in_a_report_of_three_seeds(manuscript):
    notebook = read(manuscript.built)
    head = notebook.cells[0].source
    missing = [part for part in PAPER if part not in head]
    assert not missing, f"the first cell of {manuscript.path} lacks {missing}"
    assert re.search(r"\d+ minutes to read, (under a minute|about \d+ minutes) to run", head)
    assert "doi.org/" in head and re.search(r"^- `\w+`: .*doi:", head, flags=re.MULTILINE)
    measured = notebook.metadata["dnacourse"]["results"]
    reports = [json.loads((ROOT / "results" / name).read_text(encoding="utf-8")) for name in measured]
    assert reports and all("reproduction" in one for one in reports)
    for one in reports:
        assert max(len(row["values"]) for row in one["rows"]) >= 3, "train each network with three seeds"
        assert any(len(row["values"]) == 1 for row in one["rows"]), "put a cheap model into the same table"


@pytest.mark.parametrize("manuscript", LECTURES, ids=named)
def test_a_lecture_begins_with_a_picture_and_ends_with_a_quiz(manuscript):
    cells = read(manuscript.built).cells
    first_code = next(cell for cell in cells if cell.cell_type == "code")
    assert cells.index(first_code) == 1 and any(map(is_picture, first_code.outputs))
    foot = cells[-1].source
    assert "## What you learned" in foot and "## Further reading" in foot and "](../labs/" in foot
    assert len(re.findall(r"^\*\*\d\.\*\*", foot, flags=re.MULTILINE)) == 5
    assert foot.count("<details>") >= 5 and foot.count("doi.org/") >= 3
    predictions = [cell for cell in cells if "**Predict, then run.**" in cell.source]
    assert len(predictions) >= 3, "ask at least three times: **Predict, then run.**"
    assert (manuscript.root / re.search(r"\]\(\.\./(labs/\S+?)\)", foot)[1]).is_file()


@pytest.mark.parametrize("manuscript", ALL, ids=named)
def test_every_figure_has_alternative_text_and_is_stored_once(manuscript):
    for cell, output in outputs(read(manuscript.built)):
        kinds = set(output.get("data", {}))
        assert not any(kind.startswith("image/") for kind in kinds), f"end it with plots.show:\n{cell.source}"
        if is_picture(output):
            assert kinds == {"text/html", "text/plain"}, cell.source
            assert len(output.metadata["alt"]) >= 20, cell.source
            assert re.fullmatch(
                r'<img alt="[^"]{20,}" src="data:image/png;base64,[^"]+"[^<>]*>', output.data["text/html"]
            )


@pytest.mark.parametrize("manuscript", ALL, ids=named)
def test_stored_outputs_are_quiet(manuscript):
    if not check.as_built(manuscript) and "CI" not in os.environ:
        pytest.skip("its outputs are yours: you have run and saved it")
    notebook = read(manuscript.built)
    assert manuscript.built.stat().st_size < 1.5e6
    assert "widgets" not in notebook.metadata
    for cell, output in outputs(notebook):
        assert output.output_type != "error", cell.source
        assert output.get("name") != "stderr", cell.source
        assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})
        assert "Warning" not in str(output.get("text", ""))
    numbers = [cell.execution_count for cell in notebook.cells if cell.cell_type == "code"]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("manuscript", ALL, ids=named)
def test_prose_and_cells_keep_to_the_house_style(manuscript):
    for cell in read(manuscript.built).cells:
        for phrase in SIGNS_OF_HASTE:
            assert phrase not in cell.source
        if cell.cell_type == "code":
            longest = 18 if manuscript.kind == "lectures" else 22  # elsewhere one may hold a whole answer
            lines = cell.source.splitlines()
            assert len(lines) <= longest and max(map(len, lines)) <= 110, cell.source


@pytest.mark.parametrize("manuscript", LECTURES, ids=named)
def test_some_printed_numbers_are_compared_with_the_stored_ones(manuscript):
    cells = [c for c in read(manuscript.built).cells if "nbval-check-output" in c.metadata.get("tags", [])]
    assert len(cells) >= 3, 'tag at least three cells "nbval-check-output"'
    assert all(output.output_type == "stream" for cell in cells for output in cell.outputs)


def execute(notebook, folder):
    """Run a notebook at ci scale; errors are kept in the cells."""
    client = NotebookClient(
        notebook,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute(env={**os.environ, "DNACOURSE_SCALE": "ci", "OMP_NUM_THREADS": "1"})
    return notebook


def is_answer(cell):
    return cell.metadata.get("nbgrader", {}).get("solution", False)


def checks(notebook):
    """grade_id -> name of the error of each automatic check, or None where it passed."""
    found = {}
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade") and not mark.get("solution"):
            errors = [output for output in cell.outputs if output.output_type == "error"]
            found[mark["grade_id"]] = errors[0].ename if errors else None
    return found


@pytest.mark.parametrize("manuscript", LABS, ids=named)
def test_a_lab_fails_check_by_check_as_handed_out(manuscript):
    results = checks(execute(read(manuscript.handed_out), manuscript.handed_out.parent))
    assert 4 <= len(results) <= 7
    assert set(results.values()) == {"CheckFailed"}


@pytest.mark.parametrize("manuscript", LABS, ids=named)
def test_a_lab_with_its_answers_is_the_solution_that_nbval_executes(manuscript):
    """So that the run of solutions/ shows that the handed-out lab passes once it is solved."""
    lab = read(manuscript.handed_out)
    solution, _ = ClearHiddenTests().preprocess(read(manuscript.built), {})
    answers = {cell.id: cell.source for cell in solution.cells if is_answer(cell)}
    assert all(cell.source != answers[cell.id] for cell in lab.cells if is_answer(cell))
    solved = [answers[cell.id] if is_answer(cell) else cell.source for cell in lab.cells]
    assert solved == [cell.source for cell in solution.cells]
    assert not re.search("raises.exception|nbval.skip", nbformat.writes(solution), flags=re.IGNORECASE)


@pytest.mark.parametrize("manuscript", LABS, ids=named)
def test_every_exercise_has_an_example_hints_and_a_check(manuscript):
    cells = read(manuscript.handed_out).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    exercises = re.split(r"^## Exercise ", text, flags=re.MULTILINE)[1:]
    assert 4 <= len(exercises) <= 7, "a lab has 4 to 7 headings ## Exercise N · Title (M minutes)"
    minutes = [int(re.search(r"\((\d+) minutes", exercise)[1]) for exercise in exercises]
    assert 45 <= sum(minutes) <= 90 and f"{sum(minutes)} minutes" in cells[0].source
    for exercise in exercises:
        assert "|---|" in exercise, "show an example of input and output in a table"
        assert [f"Hint {n}" in exercise for n in (1, 2, 3)] == [True] * 3
        assert exercise.count("<details>") == exercise.count("</details>") == 3
    assert len(checks(read(manuscript.built))) == len(exercises)


def test_nbgraders_validate_accepts_the_solution_and_not_the_stub():
    """For one lab: the others are executed as handed out above, and as solved by nbval."""

    def validate(path):
        command = [sys.executable, "-m", "nbgrader", "validate", str(path)]
        return subprocess.run(command, capture_output=True, text=True, cwd=path.parent)

    assert "Success! Your notebook passes all the tests." in validate(LABS[0].built).stdout
    assert "is not written yet" in validate(LABS[0].handed_out).stdout


@pytest.mark.parametrize("manuscript", REPRODUCTIONS, ids=named)
def test_a_reproduction_runs_at_ci_scale(manuscript):
    from tools.factory.build import execute_with_papermill

    executed = execute_with_papermill(manuscript.render(1), "ci", ROOT / "notebooks")
    assert all(output.output_type != "error" for _, output in outputs(executed))


def test_the_published_deepsea_is_trained_where_the_bundle_is(tmp_path, monkeypatch):
    """On a bundle of a few synthetic rows: the part of the notebook that its stored results leave out."""
    import dnacourse
    from dnacourse import metrics, scale, training
    from dnacourse.datasets import deepsea
    from dnacourse.models.deepsea import DeepSEA

    monkeypatch.setenv("DNACOURSE_SCALE", "ci")
    rng = np.random.default_rng(0)
    for name in ("train", "valid", "test"):
        tokens = rng.integers(0, 4, (12, 1000), dtype=np.uint8)
        labels = np.add.outer(np.arange(12), np.arange(919)) % 3 == 0  # both classes in each task
        deepsea.write_store(tokens, labels, tmp_path / name)
    (manuscript,) = [one for one in REPRODUCTIONS if one.name == "deepsea_danq_chromatin"]
    (cell,) = [cell for cell in manuscript.render(1).cells if "def published" in cell.source]
    names = {"np": np, "torch": torch, "stores": deepsea, "choose": scale.choose, "training": training,
             "metrics": metrics, "DeepSEA": DeepSEA, "dnacourse": dnacourse, "bundle": None}  # fmt: skip
    exec(cell.source, names)
    found = names["published"](tmp_path)
    assert set(found) == {"auroc", "auprc"} and 0 < found["auroc"] < 1
    assert (tmp_path / "deepsea.checkpoint").exists()
