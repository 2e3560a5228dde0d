"""Which package files a manuscript uses, followed through their imports without running anything."""

import ast
import hashlib
from pathlib import Path

PACKAGE = "dnacourse"


def imported_modules(source: str) -> set[str]:
    """Dotted names of everything that the source imports from the package."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in names if name.split(".")[0] == PACKAGE}


def package_files(source: str, root: Path) -> list[Path]:
    """Files of the package that the source needs, sorted; data cards count as files of `datasets`."""
    found: set[Path] = set()
    todo = list(imported_modules(source))
    while todo:
        name = todo.pop()
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            path = root.joinpath(*parts[:depth])
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            if path.exists() and path not in found:
                found.add(path)
                todo += imported_modules(path.read_text(encoding="utf-8"))
    if any(path.parent.name == "datasets" for path in found):
        sets = root / PACKAGE / "datasets" / "sets"
        found |= {*sets.rglob("card.toml"), *sets.rglob("loader.py")}
    return sorted(found)


def fingerprint(manuscript: Path, code: str, root: Path) -> str:
    """SHA-256 over the manuscript and the package files that its code uses."""
    digest = hashlib.sha256()
    for path in [manuscript, *package_files(code, root)]:
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_text(encoding="utf-8").encode())
    return digest.hexdigest()
