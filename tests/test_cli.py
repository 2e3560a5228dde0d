import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dnacourse import jupyter
from dnacourse.cli import app
from dnacourse.datasets import cards

ROOT = Path(__file__).parents[1]
run = CliRunner().invoke


def test_start_hands_its_arguments_and_settings_to_jupyterlab(monkeypatch):
    calls = []

    def record(command, cwd, env):
        calls.append((command, cwd, env))
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(jupyter.subprocess, "run", record)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/the/users/own")
    result = run(app, ["start", "--no-browser", "--port", "8890"])
    command, cwd, env = calls[0]
    assert result.exit_code == 3
    assert command == [sys.executable, "-m", "jupyterlab", "README.md", "--no-browser", "--port", "8890"]
    assert cwd == ROOT
    ours, users = env["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert Path(ours, "labconfig", "default_setting_overrides.json").is_file() and users == "/the/users/own"


def test_start_outside_the_course_says_where_to_go(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(jupyter, "__file__", str(tmp_path / "a" / "b" / "c" / "jupyter.py"))
    result = run(app, ["start"])
    assert result.exit_code == 1 and "go into the folder you cloned the course to" in result.output


def test_the_course_is_found_from_any_folder_below_it(monkeypatch):
    assert jupyter.course_folder(ROOT / "lectures") == ROOT


def test_data_list_and_verify(tmp_path, monkeypatch):
    listed = run(app, ["data", "list"])
    assert listed.exit_code == 0 and "sars_cov_2" in listed.output and "4,641,652" in listed.output
    assert run(app, ["data", "verify"]).exit_code == 0
    shutil.copytree(cards.SETS, tmp_path / "sets")
    ecoli = tmp_path / "sets" / "ecoli"
    (ecoli / "genes.csv.gz").write_bytes(b"x")
    (ecoli / "genome.fa.gz").unlink()
    (ecoli / "genome.fa.gz").mkdir()
    (ecoli / "landmarks.csv.gz").unlink()
    monkeypatch.setattr(cards, "SETS", tmp_path / "sets")
    broken = run(app, ["data", "verify"])
    assert broken.exit_code == 1 and "OK    lambda" in broken.output
    failed = [line for line in broken.output.splitlines() if line.startswith("FAIL")]
    for line, problem in zip(
        failed, ["genome.fa.gz cannot be read", "is damaged", "is missing"], strict=True
    ):
        assert problem in line and "Restore it" in line


@pytest.mark.parametrize("arguments", [["grade", "lab99", "."], ["grade", "lab01", "no/such/folder"]])
def test_grade_without_lab_or_folder_says_so(arguments, monkeypatch):
    monkeypatch.chdir(ROOT)
    result = run(app, arguments)
    assert result.exit_code == 1 and ("no lab called" in result.output or "is no folder" in result.output)


def test_the_version_is_said():
    from importlib.metadata import version

    outcome = CliRunner().invoke(app, ["--version"])
    assert outcome.exit_code == 0 and outcome.output == f"dnacourse {version('dnacourse')}\n"
