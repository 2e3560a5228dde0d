"""The kernel that runs a student's code: limits everywhere, bubblewrap's walls where it is installed.

What is limited: memory, CPU time, the size of a file written; on Linux and macOS.
With bubblewrap besides: no network; the whole file system read-only but for a scratch home; the course
folder with the gradebook, the other submissions and the solutions hidden; no other processes visible.
What is never isolated: the student's code and the check run in one Python process, so code written
to deceive the check can.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets import Float, List, Unicode

GIGABYTE = 1 << 30
LARGEST_FILE = GIGABYTE


def run_limited(memory_bytes: int, cpu_seconds: int, command: list[str]) -> None:
    """Set the limits on this process, then become `command`."""
    import resource

    limits = {
        "RLIMIT_AS": memory_bytes,
        "RLIMIT_CPU": cpu_seconds,
        "RLIMIT_FSIZE": LARGEST_FILE,
        "RLIMIT_CORE": 0,
    }
    for name, limit in limits.items():
        _, hard = resource.getrlimit(getattr(resource, name))
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(getattr(resource, name), (limit, limit))
        except (ValueError, OSError) as error:  # macOS refuses some
            print(f"limit {name} not set: {error}", file=sys.stderr)
    os.execvp(command[0], command)


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is installed and allowed to make its walls here."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    walls = [
        "bwrap",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--unshare-net",
        "--unshare-pid",
    ]
    return subprocess.run([*walls, "true"], capture_output=True).returncode == 0


def isolation() -> str:
    """A sentence for the teacher: what protects this machine from the submissions."""
    if bubblewrap_works():
        return "Each submission ran with limits on memory and time, without network, and could read your disk but write only to memory and a scratch folder: see docs/teaching.md for what is not isolated."
    if sys.platform == "win32":
        return "Each submission ran in a process and home of its own with a time limit, and with NO other isolation."
    return (
        "Each submission ran with limits on memory and time and a scratch home, but it COULD use the network and write "
        "wherever you can: install bubblewrap (Linux), or grade in a virtual machine."
    )


class SandboxedKernelManager(AsyncKernelManager):
    """Starts a kernel under limits, and inside bubblewrap where it works. nbgrader_config.py names it."""

    memory_gb = Float(4.0, help="address space of the kernel").tag(config=True)
    cpu_seconds = Float(600.0, help="CPU time of the kernel, all cells together").tag(config=True)
    hidden = List(Unicode(), help="folders that a submission must not see").tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._scratch = tempfile.mkdtemp(prefix="dna-")
        if bubblewrap_works():
            self.transport = "ipc"  # a kernel without network talks through files
            self.connection_file = str(Path(self._scratch, "kernel.json"))
            self.ip = str(Path(self._scratch, "k"))

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The kernel's command line, behind the limits and the walls."""
        command = super().format_kernel_cmd(extra_arguments)
        if sys.platform == "win32":
            return command
        if self.kernel_spec is not None:
            self.kernel_spec.interrupt_mode = "message"  # a signal would hit the wall, not the kernel
        code = "import sys; from dnacourse.grading.sandbox import run_limited as r; r(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])"
        limits = [str(int(self.memory_gb * GIGABYTE)), str(int(self.cpu_seconds))]
        command = [sys.executable, "-c", code, *limits, *command]
        return [*self._walls(), *command] if bubblewrap_works() else command

    def _walls(self) -> list[str]:
        walls = ["bwrap", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
        visible = [Path(sys.prefix), Path(sys.base_prefix), Path(__file__).parents[1]]
        for folder in ["/tmp", *self.hidden]:
            walls += ["--tmpfs", folder]
            for path in visible:  # hiding a folder must not hide the Python that runs in it
                if path.is_relative_to(folder):
                    walls += ["--ro-bind", str(path), str(path)]
        walls += ["--bind", self._scratch, self._scratch, "--chdir", self._scratch]
        walls += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"]
        return [*walls, "--unsetenv", "JPY_PARENT_PID"]

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        keep = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "DNACOURSE_SCALE", "JPY_PARENT_PID", "SYSTEMROOT")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), self._scratch)
        options["env"] = {**environment, **own, "OMP_NUM_THREADS": "1", "NBGRADER_EXECUTION": "autograde"}
        options["cwd"] = self._scratch
        await super()._async_launch_kernel(kernel_cmd, **options)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._scratch, ignore_errors=True)

    _launch_kernel = _async_launch_kernel
    cleanup_resources = _async_cleanup_resources
