import json
import socket
import subprocess
from collections import namedtuple

import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from dnacourse import doctor
from dnacourse.cli import app
from dnacourse.datasets import DamagedFile

Memory = namedtuple("Memory", "available")
Disk = namedtuple("Disk", "free")


def finding(topic):
    return next(one for one in doctor.examine() if one.topic == topic)


def test_a_healthy_installation_is_ok_line_by_line():
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert [line.split()[1] for line in lines] == list(doctor._LOOKS)
    assert all(line.startswith("OK") for line in lines)


def broken_memory(monkeypatch):
    monkeypatch.setattr(doctor.psutil, "virtual_memory", lambda: Memory(10**9))


def broken_disk(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: Disk(10**6))


def broken_python(monkeypatch):
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.9.1")


def broken_packages(monkeypatch):
    monkeypatch.setattr(
        doctor, "_package_problem", lambda r: "numpy is 1.0, not >=2.1" if r.name == "numpy" else None
    )


def broken_data(monkeypatch):
    def verify(name):
        raise DamagedFile("genome.fa.gz is damaged. Restore it: git checkout")

    monkeypatch.setattr(doctor, "verify", verify)


def broken_kernel(monkeypatch):
    monkeypatch.setattr(doctor.shutil, "which", lambda program: None)


def broken_port(monkeypatch):
    taken = socket.socket()
    taken.bind(("127.0.0.1", 0))
    taken.listen()
    monkeypatch.setattr(doctor, "_taken", taken, raising=False)
    port = taken.getsockname()[1]
    monkeypatch.setattr(doctor, "PORTS", range(port, port + 1))


@pytest.mark.parametrize(
    ("topic", "break_it", "remedy"),
    [
        ("Python", broken_python, "install one of these"),
        ("packages", broken_packages, "pip install -c constraints.txt"),
        ("memory", broken_memory, "close other programs"),
        ("disk", broken_disk, "delete something"),
        ("data", broken_data, "Restore it"),
        ("kernel", broken_kernel, "ipykernel install"),
        ("port", broken_port, "--port"),
    ],
)
def test_what_is_broken_fails_with_its_remedy(monkeypatch, topic, break_it, remedy):
    monkeypatch.setitem(doctor._LOOKS, "TensorFlow", lambda: (True, "not looked at here: it takes seconds"))
    break_it(monkeypatch)
    one = finding(topic)
    assert not one.ok and remedy in one.detail
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1 and "FAIL" in result.output


@pytest.mark.parametrize(
    ("kernel", "ok", "detail"),
    [
        ("python", True, "share"),
        ("/usr/bin/env", False, "runs /usr/bin/env, another Python: python -m ipykernel install"),
        ("/gone/python", False, "points to /gone/python, which is gone"),
        (None, False, "no kernel called python3"),
    ],
)
def test_the_kernel_must_run_this_python(monkeypatch, kernel, ok, detail):
    specs = {"python3": {"spec": {"argv": [kernel]}, "resource_dir": "share"}} if kernel else {}
    answer = subprocess.CompletedProcess([], 0, stdout=json.dumps({"kernelspecs": specs}))
    monkeypatch.setattr(doctor.subprocess, "run", lambda *_, **__: answer)
    found = doctor._look_at_kernel()
    assert found[0] == ok and detail in found[1]


def test_an_examination_that_fails_is_a_finding_too(monkeypatch):
    def crash():
        raise RuntimeError("boom")

    monkeypatch.setitem(doctor._LOOKS, "device", crash)
    assert "could not be examined: RuntimeError: boom" in finding("device").detail


def test_package_problems():
    assert doctor._package_problem(Requirement("numpy>=1")) is None
    assert doctor._package_problem(Requirement("numpy>=99")).startswith("numpy is ")
    assert (
        doctor._package_problem(Requirement("no-such-package-at-all"))
        == "no-such-package-at-all is not installed"
    )
