"""What a newcomer installs: the lists agree, nothing of this machine is in the repository."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text())
CONDA_SPECS = [spec for spec in CONDA["dependencies"] if isinstance(spec, str)]
CONDA_NAMES = {"pytorch-cpu": "torch", "matplotlib-base": "matplotlib", "tensorflow-cpu": "tensorflow"}
TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()


def pip_ranges():
    requirements = [Requirement(text) for text in PROJECT["dependencies"]]
    names = {"tensorflow-cpu": "tensorflow"}
    return {names.get(r.name, r.name): set(map(str, r.specifier)) for r in requirements}


def conda_ranges():
    specs = [spec.split(maxsplit=1) for spec in CONDA_SPECS]
    from_pip = {
        r.name: set(map(str, r.specifier)) for r in map(Requirement, CONDA["dependencies"][-1]["pip"])
    }
    return from_pip | {
        CONDA_NAMES.get(name, name): set(rest[0].split(",")) if rest else set() for name, *rest in specs
    }


def test_conda_and_pip_ask_for_the_same():
    conda = conda_ranges()
    conda.pop("pip")
    assert conda.pop("python") == set(PROJECT["requires-python"].split(","))
    assert conda == pip_ranges()


@pytest.mark.parametrize("spec", CONDA_SPECS)
def test_conda_can_parse_every_spec(spec):
    assert rattler.MatchSpec(spec).name is not None


def test_every_requirement_has_an_exact_version_that_it_admits():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    pins = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins.items()}
    extras = [text for texts in PROJECT["optional-dependencies"].values() for text in texts]
    for requirement in map(Requirement, PROJECT["dependencies"] + extras):
        assert requirement.specifier.contains(pins[re.sub(r"[-_.]+", "-", requirement.name).lower()]), (
            requirement.name
        )
    assert not [version for version in pins.values() if "+" in version]


def test_every_base_dependency_is_used():
    modules = {"biopython": "Bio", "scikit-learn": "sklearn", "pillow": "PIL", "tensorflow-cpu": "tensorflow"}
    programs = {"jupyterlab", "ipykernel", "openpyxl"}  # run, not imported; openpyxl by pandas
    code = "\n".join(
        path.read_text() for folder in ("dnacourse", "manuscript") for path in (ROOT / folder).rglob("*.py")
    )
    for requirement in map(Requirement, PROJECT["dependencies"]):
        module = modules.get(requirement.name, requirement.name)
        assert requirement.name in programs or re.search(rf"\b(import|from) {module}\b", code), (
            requirement.name
        )


def test_importing_the_package_is_instant_and_loads_nothing():
    code = "import sys; before = set(sys.modules); import dnacourse; print(len(set(sys.modules) - before))"
    added = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(added) <= 3


def test_no_path_or_index_of_a_machine_is_in_any_tracked_file():
    # put together here, so that this file does not hold them
    needles = [
        str(ROOT),
        "/ro" + "ot/",
        "/ho" + "me/",
        "file:" + "//",
        "extra-" + "index-url",
        "python" + "hosted",
    ]
    needles += ["pypi" + ".org", "ipy" + "kernel_"]
    found = []
    for name in TRACKED:
        path = ROOT / name
        if not path.is_file() or path.suffix in (".gz", ".png", ".2bit"):
            continue
        text = path.read_text(encoding="utf-8")
        found += [f"{name}: {needle}" for needle in needles if needle in text]
    assert not found


def test_no_tracked_file_is_too_large():
    sizes = {name: (ROOT / name).stat().st_size for name in TRACKED if (ROOT / name).is_file()}
    assert not {name: size for name, size in sizes.items() if name.endswith(".ipynb") and size > 1.5e6}
    assert sum(sizes.values()) < 50e6


def test_package_files_stay_short():
    long = {
        p.name: n for p in (ROOT / "dnacourse").rglob("*.py") if (n := len(p.read_text().splitlines())) > 300
    }
    assert not long


def test_the_readme_shows_pictures_of_the_lectures():
    from tools import pictures

    readme = (ROOT / "README.md").read_text()
    for name, (notebook, alt) in pictures.PICTURES.items():
        assert (pictures.FOLDER / name).read_bytes() == pictures.picture(notebook, alt), name
        assert re.search(rf"!\[[^\]]{{40,}}\]\(docs/images/{name}\)", readme), name


def test_links_in_the_pages_lead_somewhere():
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_readme_has_the_table_of_lectures_that_their_heads_give():
    from tools.factory import check, readme

    assert check.stale_readme(ROOT) == []
    lectures = list((ROOT / "manuscript" / "lectures").glob("*.py"))
    assert len(readme.table(ROOT).splitlines()) == 2 + len(lectures)


def test_every_lab_has_a_test_of_its_checks():
    for path in (ROOT / "manuscript" / "labs").glob("*.py"):
        assert (ROOT / "tests" / f"test_{path.stem.split('_')[0]}.py").is_file(), path.stem


@pytest.mark.parametrize(
    "path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem
)
def test_what_the_servers_run_is_there(path):
    workflow = yaml.safe_load(path.read_text())
    jobs = workflow["jobs"].values()
    lines = [line for job in jobs for step in job["steps"] for line in step.get("run", "").splitlines()]
    targets = re.findall(r"^([\w./$()%-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert lines and all(job["timeout-minutes"] >= 120 for job in jobs)
    for line in lines:
        if line.startswith("make "):
            wanted = line.split()[1].replace(".venv/.installed-test", "$(VENV)/.installed-%")
            assert wanted in targets, line
        elif "-m tools.factory" in line:
            done = subprocess.run(
                [sys.executable, "-m", "tools.factory", "--help"], cwd=ROOT, capture_output=True, text=True
            )
            assert all(option in done.stdout for option in re.findall(r"--\w+", line)), line
        else:
            assert line.startswith("sudo apt-get"), line


def test_the_weekly_build_is_one_of_everything():
    weekly = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text())
    runs = [step.get("run", "") for step in weekly["jobs"]["laptop"]["steps"]]
    assert any(run.endswith("tools.factory --force") for run in runs) and "schedule" in weekly[True]
