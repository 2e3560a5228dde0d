"""How the tests are shared out among pytest-xdist's workers."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import share

CONFTEST = Path(__file__).with_name("conftest.py")
COUNTING = ["n = 0"] + ["n += 1"] * 3 + ["assert n == 3"]


def test_a_share_is_a_file_or_one_test_that_executes_a_notebook():
    assert share("lectures/01_reading_dna.ipynb::Cell 3") == "lectures/01_reading_dna.ipynb"
    assert share("tests/test_kmers.py::test_a[b::c]") == "tests/test_kmers.py"
    one = "tests/test_notebooks.py::test_a_reproduction_runs_at_ci_scale[deepbind_vs_baselines]"
    assert share(one) == one


def three_notebooks(folder):
    """Notebooks whose cells need those before them, under these settings, and a table of how long each takes."""
    shutil.copy(CONFTEST, folder)
    for name in "abc":
        cells = [nbformat.v4.new_code_cell(source) for source in COUNTING]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")
    (folder / "durations.json").write_text('{"a.ipynb": 1, "b.ipynb": 20, "c.ipynb": 300, "d.ipynb": 4000}')
    (folder / "pytest.ini").write_text("[pytest]\n")


def test_a_notebook_stays_on_one_worker_the_longest_begins_and_the_table_is_made(tmp_path):
    three_notebooks(tmp_path)
    command = "-m pytest -v -n 2 --nbval-lax --nbval-current-env -p no:cacheprovider --measure-shares ."
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    said = subprocess.run(
        [sys.executable, *command.split()], cwd=tmp_path, env=outside, capture_output=True, text=True
    ).stdout
    assert "15 passed" in said, said
    runs = re.findall(r"^\[(gw\d)\].* PASSED (\w)\W+ipynb::Cell (\d)", said, flags=re.MULTILINE)
    for name in "abc":
        assert len({worker for worker, notebook, _ in runs if notebook == name}) == 1
        assert [int(cell) for _, notebook, cell in runs if notebook == name] == [0, 1, 2, 3, 4]
    first = {next(notebook for one, notebook, _ in runs if one == worker) for worker in ("gw0", "gw1")}
    assert first == {"b", "c"}
    table = json.loads((tmp_path / "durations.json").read_text())
    assert table.pop("d.ipynb") == 4000 and table["c.ipynb"] < 300
    assert list(table.values()) == sorted(table.values(), reverse=True)
