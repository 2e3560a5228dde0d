import json

import numpy as np
import pytest
import torch

from dnacourse import results
from dnacourse.metrics import Interval

RUNGS = {"GC content": Interval(0.61234, 0.6, 0.62), "k-mers": Interval(0.8, 0.78, 0.82)}
ABOUT = {
    "task": "Tell A from B",
    "data": "toy, 100 rows",
    "split": "By chance",
    "metric": "AUROC",
    "chance": 0.25,
}


def test_a_table_is_shown_and_nothing_written_unless_a_folder_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv(results.FOLDER, raising=False)
    monkeypatch.chdir(tmp_path)
    table = results.record("toy", RUNGS, **ABOUT)
    assert table["model"].tolist() == ["GC content", "k-mers"] and table["value"].tolist() == [0.6123, 0.8]
    assert list(tmp_path.iterdir()) == []


def test_what_is_recorded_is_read_and_shown_on_the_page(monkeypatch, tmp_path):
    monkeypatch.setenv(results.FOLDER, str(tmp_path))
    monkeypatch.setenv(results.NOTEBOOK, "lectures/03.ipynb")
    monkeypatch.setenv("DNACOURSE_SCALE", "laptop")
    results.record("toy", RUNGS, **ABOUT)
    found = results.read(tmp_path)
    assert list(found) == ["toy"] and found["toy"]["rows"][1] == {
        "model": "k-mers",
        "value": 0.8,
        "low": 0.78,
        "high": 0.82,
    }
    page = results.scoreboard(found)
    where = "[03](../lectures/03.ipynb), `laptop`"
    assert "## Tell A from B" in page
    assert (
        f"| chance | 0.250 | | |\n| GC content | 0.612 | 0.600 to 0.620 | {where} |\n"
        f"| k-mers | 0.800 | 0.780 to 0.820 | {where} |" in page
    )
    assert [path.name for path in tmp_path.iterdir()] == ["toy.json"]


def test_bad_names_and_damaged_files(monkeypatch, tmp_path):
    for name, rungs in (("../toy", RUNGS), ("Toy", RUNGS), ("toy", {})):
        with pytest.raises(ValueError, match="at least one rung"):
            results.record(name, rungs, **ABOUT)
    (tmp_path / "broken.json").write_text(json.dumps({"task": 1})[:-1])
    with pytest.raises(ValueError, match=r"broken\.json is damaged"):
        results.read(tmp_path)


def test_notebooks_that_measured_the_same_task_share_a_table(monkeypatch, tmp_path):
    monkeypatch.setenv(results.FOLDER, str(tmp_path))
    for number, name in enumerate(("toy", "toy_network"), start=3):
        monkeypatch.setenv(results.NOTEBOOK, f"lectures/0{number}.ipynb")
        results.record(name, RUNGS, **ABOUT)
    page = results.scoreboard(results.read(tmp_path))
    assert page.count("## Tell A from B") == page.count("| chance |") == 1
    assert page.index("[03]") < page.index("[04]") and page.count("| GC content |") == 2
    results.record("toy_other", RUNGS, **ABOUT | {"split": "By arm"})
    with pytest.raises(ValueError, match="was measured on different rows"):
        results.scoreboard(results.read(tmp_path))


def test_a_reproduction_stands_on_the_page_with_mean_and_spread(monkeypatch, tmp_path):
    monkeypatch.setenv(results.FOLDER, str(tmp_path))
    monkeypatch.setenv(results.NOTEBOOK, "notebooks/toy_paper.ipynb")
    monkeypatch.setenv("DNACOURSE_SCALE", "laptop")
    rows = [
        results.Reached("A or B", "k-mers", [0.8], "C chosen", 0.12),
        results.Reached("A or B", "network", [0.9, 0.92, 0.94], "16 kernels", 3.04, paper="0.95"),
    ]
    about = {"title": "Toy", "paper": "Nobody 2020", "metric": "AUROC", "hardware": "cpu"}
    table = results.report("toy_paper", rows, **about)
    assert table["mean"].tolist() == pytest.approx([0.8, 0.92]) and table["seeds"].tolist() == [1, 3]
    assert table["sd"].isna().tolist() == [True, False] and table["sd"][1] == pytest.approx(0.02)
    results.record("toy", RUNGS, **ABOUT)
    page = results.scoreboard(results.read(tmp_path))
    assert "| A or B | k-mers | none | 0.800 | 1 | C chosen | 0.1 |" in page
    assert "| A or B | network | 0.95 | 0.920 ± 0.020 | 3 | 16 kernels | 3.0 |" in page
    assert page.index("## Tell A from B") < page.index("## Reproduced: Toy")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileNotFoundError, match="open the notebook in the course's own folder"):
        results.reproduced("toy_paper")
    (tmp_path / "lectures").mkdir()
    (tmp_path / "results").mkdir()
    (tmp_path / "toy_paper.json").rename(tmp_path / "results" / "toy_paper.json")
    monkeypatch.chdir(tmp_path / "lectures")
    found = results.reproduced("toy_paper")
    assert found["value"].tolist() == [0.8, 0.9, 0.92, 0.94] and found["seed"].tolist() == [0, 0, 1, 2]
    with pytest.raises(ValueError, match="no values for network on A or B"):
        results.report("toy_paper", [rows[1]._replace(values=[])], **about)
    with pytest.raises(ValueError, match="at least one rung"):
        results.report("toy_paper", [], **about)


def test_numbers_of_numpy_and_torch_are_taken(monkeypatch, tmp_path):
    monkeypatch.setenv(results.FOLDER, str(tmp_path))
    rung = Interval(np.float32(0.5), torch.tensor(0.25), np.array([0.75]))
    results.record("toy", {"a": rung}, **ABOUT | {"chance": np.float64(0.25)})
    found = results.read(tmp_path)["toy"]
    assert (
        found["rows"] == [{"model": "a", "value": 0.5, "low": 0.25, "high": 0.75}] and found["chance"] == 0.25
    )
    about = {"title": "Toy", "paper": "Nobody 2020", "metric": "AUROC", "hardware": "cpu"}
    for values in (
        np.array([0.5, 0.25], np.float32),
        torch.tensor([0.5, 0.25]),
        (np.float64(0.5), torch.tensor(0.25)),
    ):
        table = results.report("paper", [results.Reached("A", "a", values, "s", torch.tensor(1.25))], **about)
        assert table["mean"].tolist() == [0.375] and table["seeds"].tolist() == [2]
        row = results.read(tmp_path)["paper"]["rows"][0]
        assert row["values"] == [0.5, 0.25] and row["minutes"] == 1.2


@pytest.mark.parametrize(
    ("rung", "error", "message"),
    [
        (Interval(float("nan"), 0.1, 0.2), ValueError, "value of a on Tell A from B is nan"),
        (Interval(0.1, np.float32("inf"), 0.2), ValueError, "low of a on Tell A from B is inf"),
        (Interval(0.1, 0.1, "0.2"), TypeError, "high of a on Tell A from B is no number, but '0.2'"),
        (Interval(True, 0.1, 0.2), TypeError, "value of a on Tell A from B is no number, but True"),
        (Interval(np.array([0.1, 0.2]), 0.1, 0.2), ValueError, "value of a on Tell A from B is 2 numbers"),
    ],
)
def test_a_value_that_is_no_number_is_named_with_its_model_and_task(rung, error, message):
    with pytest.raises(error, match=message):
        results.record("toy", {"a": rung}, **ABOUT)


def test_so_is_one_of_a_reproduction():
    about = {"title": "Toy", "paper": "Nobody 2020", "metric": "AUROC", "hardware": "cpu"}
    for values, minutes, error, message in (
        ([0.5, np.nan], 1, ValueError, "value 1 of a on A is nan"),
        ([None], 1, TypeError, "value 0 of a on A is no number, but None"),
        (0.5, 1, TypeError, "values of a on A are no list of numbers, one a seed, but 0.5"),
        ([object()], 1, TypeError, r"values of a on A\[0\] is a object"),
        ([0.5], float("inf"), ValueError, "minutes of a on A is inf"),
    ):
        with pytest.raises(error, match=message):
            results.report("toy", [results.Reached("A", "a", values, "s", minutes)], **about)


def test_a_folder_that_cannot_be_written_to_is_named(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(results.FOLDER, str(tmp_path / "file"))
    with pytest.raises(
        OSError, match=r"toy\.json cannot be written .*: name another folder in DNACOURSE_RESULTS"
    ):
        results.record("toy", RUNGS, **ABOUT)
