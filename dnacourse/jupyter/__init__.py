"""Opening JupyterLab on the course's front page."""

import os
import subprocess
import sys
from pathlib import Path

SETTINGS = Path(__file__).parent
FRONT_PAGE = "README.md"


class CourseNotFound(Exception):
    """No course folder, the one with lectures/ in it, is at hand."""


def course_folder(start: Path | None = None) -> Path:
    """The folder that holds lectures/ and README.md: here, a folder above, or where the package lies.

    Raises:
        CourseNotFound: none of them is it.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents, Path(__file__).resolve().parents[2]):
        if (folder / "lectures").is_dir() and (folder / FRONT_PAGE).is_file():
            return folder
    raise CourseNotFound(
        f"no lectures/ in {here} or above it: go into the folder you cloned the course to, and run this again"
    )


def start(arguments: list[str]) -> int:
    """Run JupyterLab on the front page until it is closed; return its exit status.

    The course's settings (Markdown shown rendered, news off) are added to Jupyter's search path for
    this run only; nothing of the user's own configuration is changed.
    """
    folder = course_folder()
    path = os.pathsep.join(filter(None, [str(SETTINGS), os.environ.get("JUPYTER_CONFIG_PATH")]))
    command = [sys.executable, "-m", "jupyterlab", FRONT_PAGE, *arguments]
    print("JupyterLab opens in your browser; stop it here with Ctrl-C twice.", flush=True)
    try:
        return subprocess.run(command, cwd=folder, env={**os.environ, "JUPYTER_CONFIG_PATH": path}).returncode
    except KeyboardInterrupt:
        return 0
