"""A cell magic for what some machines lack: `%%needs tensorflow` skips the cell and says why."""

import importlib.util

from IPython.core.interactiveshell import InteractiveShell

REMEDIES = {
    "tensorflow": "install it with `pip install tensorflow` (no release for Python 3.14 or Macs with Intel processors)"
}


def missing(modules: list[str]) -> list[str]:
    """Those of the modules that are not installed; nothing is imported."""
    return [module for module in modules if importlib.util.find_spec(module) is None]


def load_ipython_extension(shell: InteractiveShell) -> None:
    """`%load_ext dnacourse.needs` makes `%%needs MODULE …` known to a notebook."""

    def needs(line: str, cell: str) -> None:
        absent = missing(line.split())
        if absent:
            advice = "; ".join(REMEDIES.get(name, f"install it with `pip install {name}`") for name in absent)
            print(
                f"This cell needs {' and '.join(absent)}, which is not installed here, so it is skipped: {advice}."
            )
            return
        shell.run_cell(cell).raise_error()

    shell.magics_manager.register_function(needs, magic_kind="cell", magic_name="needs")
