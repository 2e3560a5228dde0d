"""The course as a web site: `make site`. Notebooks are shown with their stored outputs, not run."""

import shutil
from pathlib import Path

HERE = Path(__file__).parent
for folder in ("lectures", "labs", "notebooks"):  # Sphinx reads only what lies below it
    shutil.copytree(HERE.parent / folder, HERE / folder, dirs_exist_ok=True)

project = "dnacourse"
author = "The dnacourse founders"
extensions = ["myst_nb"]
html_theme = "sphinx_book_theme"
html_title = "dnacourse"
nb_execution_mode = "off"
nb_mime_priority_overrides = [("html", "text/html", 0)]
myst_enable_extensions = ["dollarmath"]
exclude_patterns = ["_build", "jupyter_execute", "**.ipynb_checkpoints"]
suppress_warnings = ["myst.header", "myst.xref_missing", "mystnb.unknown_mime_type"]
