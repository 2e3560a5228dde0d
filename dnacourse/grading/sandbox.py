"""The kernel that runs a student's code: limits everywhere, bubblewrap's walls where it is installed.

What is limited: memory, CPU time, the size of a file written; on Linux and macOS.
With bubblewrap besides: no network; of the file system only the system's programs, Python and this
package, all read-only; a scratch home in memory, of limited size; no other processes visible.
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
from traitlets import Float

GIGABYTE = 1 << 30
LARGEST_FILE = GIGABYTE
HOME = "/student"
SYSTEM = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/nix/store"]
SETTINGS = [
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "fonts",
    "localtime",
    "passwd",
    "group",
]
LONGEST_SOCKET_FOLDER = 60  # the path of a Unix socket may have 107 characters
KEPT_VARIABLES = ("PATH", "LANG", "LC_ALL", "VIRTUAL_ENV", "DNACOURSE_SCALE", "JPY_PARENT_PID", "SYSTEMROOT")


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


def walls(scratch: str) -> list[str]:
    """The bubblewrap command in front of a kernel: what it may see, and that it may write nowhere else.

    Args:
        scratch: the folder that holds the kernel's sockets, shared with the process outside.
    """
    python = {sys.prefix, sys.base_prefix, str(Path(__file__).parents[1])}
    python |= {path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")}
    command = ["bwrap", "--proc", "/proc", "--dev", "/dev"]
    for folder in ("/tmp", "/dev/shm", HOME):
        command += ["--size", str(GIGABYTE // 4), "--tmpfs", folder]
    for folder in [*SYSTEM, *(f"/etc/{name}" for name in SETTINGS), *sorted(python)]:
        command += ["--ro-bind-try", folder, folder]
    command += ["--bind", scratch, scratch, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME]
    command += ["--unshare-net", "--unshare-pid", "--unshare-ipc", "--die-with-parent", "--new-session"]
    return [*command, "--unsetenv", "JPY_PARENT_PID"]


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap is installed, new enough (0.7), and allowed to make its walls here."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        return (
            subprocess.run([*walls(scratch), sys.executable, "-c", ""], capture_output=True).returncode == 0
        )


def isolation() -> str:
    """A sentence for the teacher: what protects this machine from the submissions."""
    if bubblewrap_works():
        return (
            "Each submission ran with limits on memory and time, without network, and saw nothing of your disk but "
            "Python and the course's package: see docs/teaching.md for what is not isolated."
        )
    if sys.platform == "win32":
        return "Each submission ran in a process and home of its own with a time limit, and with NO other isolation."
    return (
        "Each submission ran with limits on memory and time and a scratch home, but it COULD use the network, and read and "
        "write wherever you can: install bubblewrap (Linux), or grade in a virtual machine."
    )


class SandboxedKernelManager(AsyncKernelManager):
    """Starts a kernel under limits, and inside bubblewrap where it works. nbgrader_config.py names it."""

    memory_gb = Float(4.0, help="address space of the kernel").tag(config=True)
    cpu_seconds = Float(600.0, help="CPU time of the kernel, all cells together").tag(config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        short = (
            "/tmp" if len(tempfile.gettempdir()) > LONGEST_SOCKET_FOLDER and Path("/tmp").is_dir() else None
        )
        self._scratch = tempfile.mkdtemp(prefix="dna-", dir=short)
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
        return [*walls(self._scratch), *command] if bubblewrap_works() else command

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        home = HOME if bubblewrap_works() else self._scratch
        environment = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
        own = dict.fromkeys(("HOME", "TMPDIR", "TEMP", "TMP", "IPYTHONDIR", "MPLCONFIGDIR"), home)
        options["env"] = {**environment, **own, "OMP_NUM_THREADS": "1", "NBGRADER_EXECUTION": "autograde"}
        options["cwd"] = self._scratch
        await super()._async_launch_kernel(kernel_cmd, **options)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            shutil.rmtree(self._scratch, ignore_errors=True)

    _launch_kernel = _async_launch_kernel
    cleanup_resources = _async_cleanup_resources
