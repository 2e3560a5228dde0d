"""What the prose of a notebook says, its cells have shown; and a cell that is run again says the same."""

from pathlib import Path

import nbformat
import pytest
from claims import unfounded
from rerun import changed_later

from tools.factory.manuscript import ROOT, manuscripts

RESULTS = {path.stem: path.read_text(encoding="utf-8") for path in Path(ROOT / "results").glob("*.json")}
MEASURE = [one for one in manuscripts() if one.kind in ("lectures", "notebooks")]


def notebook(*cells):
    made = []
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            source, printed = cell
            outputs = [nbformat.v4.new_output("stream", name="stdout", text=printed)]
            made.append(nbformat.v4.new_code_cell(source, outputs=outputs))
    return nbformat.v4.new_notebook(cells=made)


@pytest.mark.parametrize("manuscript", MEASURE, ids=lambda one: one.name)
def test_each_measured_figure_in_the_prose_stands_in_an_output(manuscript):
    assert unfounded(nbformat.read(manuscript.built, as_version=4), RESULTS) == []


@pytest.mark.parametrize(
    "manuscript", [one for one in MEASURE if one.kind == "lectures"], ids=lambda one: one.name
)
def test_no_cell_reads_what_a_later_one_changes(manuscript):
    assert changed_later(nbformat.read(manuscript.built, as_version=4)) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("It reaches 0.84.", []), ("It reaches 0.843, or 84 %.", []), ("It reaches 0.85.", ["'0.85'"]),
        ("It reaches 0.8427.", ["'0.8427'"]), ("Of 13,231 bins.", []), ("Of 13,232 bins.", ["'13,232'"]),
        ("Of some 13,200 bins.", []), ("A rate of 0.003 and a threshold of 60 %.", []), ("It loses 61 %.", ["'61 %'"]),
        ("Smith (2019) has 0.91.", []), ("It takes 4.4 million letters.", []), ("`x = 0.77` and $y = 0.66$", []),
        ("**1.** One has 0.91.\n<details><summary>Answer</summary>0.92</details>", ["'0.92'"]),
        ("It gains −0.017.", []), ("The paper's 0.945 and 0.5", ["'0.945'"]),
    ],
)  # fmt: skip
def test_a_figure_is_looked_for_at_the_precision_it_is_given_with(text, wrong):
    cells = ("rate, share = 0.003, 0.6", "AUROC 0.8431 of 13,231 bins, -0.0172 and 0.5"), text
    assert [line.split(" in: ")[0] for line in unfounded(notebook(*cells), {})] == wrong


def test_a_bound_in_an_assertion_is_not_a_measurement():
    cells = ("assert abs(value - 0.93) < 0.01", "AUROC 0.8431"), "It reaches 0.93."
    assert [line.split(" in: ")[0] for line in unfounded(notebook(*cells), {})] == ["'0.93'"]


def test_a_figure_may_stand_in_a_result_and_the_text_of_a_picture_needs_its_figures():
    read = ('found = results.reproduced("chromatin")', "")
    assert unfounded(notebook(read, "It has 0.811."), {"chromatin": '{"value": 0.8114}'}) == []
    assert unfounded(notebook(("1", ""), "It has 0.811."), {"chromatin": '{"value": 0.8114}'}) != []
    drawn = notebook(("1", ""))
    html = {"text/html": '<img alt="It rises to 0.77" src="data:1234">'}
    drawn.cells[0].outputs = [nbformat.v4.new_output("display_data", html)]
    assert [line.split(" in: ")[0] for line in unfounded(drawn, {})] == ["'0.77'"]


@pytest.mark.parametrize(
    ("first", "later", "clash"),
    [
        ("print(x)", "x = 1", True), ("x = 0\nprint(x)", "x = 1", False), ("print(x)", "for x in []: pass", True),
        ("def f(): return x", "x, y = 1, 2", True), ("def f(x): return x", "x = 1", False),
        ("y = [x for x in z]", "x = 1", False), ("y = [x for x in x]", "x = 1", False), ("print(np)", "import numpy as np", False),
        ("x += 1", "x = 2", True), ("print(x)", "def f(x): x = 1", False), ("print(x)", "y = lambda x: x", False),
        ("%%needs tensorflow\nprint(x)", "x = 1", True), ("print(f)", "def f(): pass", True),
    ],
)  # fmt: skip
def test_what_a_later_cell_changes_is_found(first, later, clash):
    assert bool(changed_later(notebook((first, ""), (later, "")))) == clash
