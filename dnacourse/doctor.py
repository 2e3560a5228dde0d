"""Is everything in place? One finding a line, each with a remedy where something is wrong."""

import importlib.metadata
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
from packaging.requirements import Requirement

from dnacourse.datasets import DamagedFile, FaultyDataSet, cards, verify

GIGABYTE = 1e9
LEAST_MEMORY_GB, LEAST_DISK_GB = 4, 1
PORTS = range(8888, 8988)


@dataclass(frozen=True)
class Finding:
    """What was looked at, whether it is in order, and what was seen or what to do."""

    topic: str
    ok: bool
    detail: str


def examine() -> Iterator[Finding]:
    """All findings, in the order a broken machine is best mended."""
    for topic, look in _LOOKS.items():
        try:
            ok, detail = look()
        except Exception as error:  # a doctor that dies tells the patient nothing
            ok, detail = False, f"could not be examined: {type(error).__name__}: {error}"
        yield Finding(topic, ok, detail)


def _look_at_python() -> tuple[bool, str]:
    needed = importlib.metadata.metadata("dnacourse")["Requires-Python"]
    version = platform.python_version()
    if Requirement(f"python {needed.replace(' ', '')}").specifier.contains(version):
        return True, version
    return False, f"{version}, but the course needs {needed}: install one of these and make a new environment"


def _look_at_packages() -> tuple[bool, str]:
    wanted = [Requirement(text) for text in importlib.metadata.requires("dnacourse") or []]
    wanted = [r for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    bad = [problem for r in wanted if (problem := _package_problem(r))]
    if bad:
        remedy = "in the course folder run: pip install -c constraints.txt -e ."
        return False, f"{'; '.join(bad)}: {remedy}"
    return True, f"all {len(wanted)} that every lecture needs"


def _package_problem(requirement: Requirement) -> str | None:
    version = _installed_version(requirement.name)
    if version is None and requirement.name in ("tensorflow-cpu", "tensorflow"):
        version = _installed_version("tensorflow")  # what conda's tensorflow-cpu is called inside
        if version is None:
            return None  # the course runs without it, and the line on TensorFlow says so
    if version is None:
        return f"{requirement.name} is not installed"
    if not requirement.specifier.contains(version, prereleases=True):
        return f"{requirement.name} is {version}, not {requirement.specifier}"
    return None


def _installed_version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _look_at_device() -> tuple[bool, str]:
    import torch

    device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
    return True, f"{device.type}; torch {torch.__version__}"


def _look_at_tensorflow() -> tuple[bool, str]:
    code = "import tensorflow; print(tensorflow.__version__)"
    quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=quiet)
    if run.returncode:
        last = (run.stderr.strip().splitlines() or ["no message"])[-1]
        return True, f"does not load ({last}); the cells that need it say so and are skipped"
    return True, run.stdout.strip()


def _look_at_threads() -> tuple[bool, str]:
    setting = os.environ.get("OMP_NUM_THREADS", "not set")
    return True, f"{os.cpu_count()} CPU cores; OMP_NUM_THREADS is {setting}"


def _look_at_memory() -> tuple[bool, str]:
    free = psutil.virtual_memory().available / GIGABYTE
    if free < LEAST_MEMORY_GB:
        return False, f"{free:.1f} GB free, {LEAST_MEMORY_GB} are needed: close other programs or notebooks"
    return True, f"{free:.1f} GB free"


def _look_at_disk() -> tuple[bool, str]:
    free = shutil.disk_usage(Path.cwd()).free / GIGABYTE
    if free < LEAST_DISK_GB:
        return False, f"{free:.1f} GB free here, {LEAST_DISK_GB} is needed: delete something first"
    return True, f"{free:.1f} GB free here"


def _look_at_data() -> tuple[bool, str]:
    names = cards.embedded()
    for name in names:
        try:
            verify(name)
        except (DamagedFile, FaultyDataSet) as error:
            return False, str(error)
    return True, f"{', '.join(names)}: every checksum is right"


def _look_at_kernel() -> tuple[bool, str]:
    command = [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"]
    run = subprocess.run(command, capture_output=True, text=True)
    specs = json.loads(run.stdout)["kernelspecs"] if run.returncode == 0 else {}
    if "python3" not in specs:
        return False, "no kernel called python3: run: python -m ipykernel install --sys-prefix"
    program = specs["python3"]["spec"]["argv"][0]
    found = shutil.which(program)
    if found is None:
        return (
            False,
            f"the kernel python3 points to {program}, which is gone: python -m ipykernel install --sys-prefix",
        )
    if Path(found).parent.resolve() != Path(sys.executable).parent.resolve() and program != "python":
        return (
            False,
            f"the kernel python3 runs {found}, another Python: python -m ipykernel install --sys-prefix",
        )
    return True, specs["python3"]["resource_dir"]


def _look_at_port() -> tuple[bool, str]:
    for port in PORTS:
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
            return True, f"{port} is free for JupyterLab"
    return (
        False,
        f"none free in {PORTS.start}..{PORTS.stop - 1}: close some servers, or start with --port NUMBER",
    )


_LOOKS: dict[str, Callable[[], tuple[bool, str]]] = {
    "Python": _look_at_python,
    "packages": _look_at_packages,
    "device": _look_at_device,
    "TensorFlow": _look_at_tensorflow,
    "threads": _look_at_threads,
    "memory": _look_at_memory,
    "disk": _look_at_disk,
    "data": _look_at_data,
    "kernel": _look_at_kernel,
    "port": _look_at_port,
}
