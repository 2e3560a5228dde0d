"""Where arrays pass, the docstrings say their shapes."""

import ast
import re

import pytest

from tools.factory.manuscript import ROOT

PACKAGE = ROOT / "dnacourse"
ROOMS = {
    "letters and scores": [
        path
        for path in sorted(PACKAGE.glob("*.py"))
        if path.stem not in ("cli", "doctor", "ledger", "results")
    ],
    "data sets": sorted((PACKAGE / "datasets").glob("*.py")),
    "models": [*sorted((PACKAGE / "models").glob("*.py")), *sorted((PACKAGE / "keras_models").glob("*.py"))],
    "training": sorted((PACKAGE / "training").glob("*.py")),
    "plots": sorted((PACKAGE / "plots").glob("*.py")),
    "labs": sorted((PACKAGE / "labs").rglob("*.py")),
}
ARRAYS = re.compile(r"NDArray|ArrayLike|Tensor\b|Tokens|Matrix|Indices|Labels|Part\b|Sequences\b|Rows\b")
SHAPE = re.compile(r"\((?:…|[\w*/+ .^-]{1,30})(?:, ?(?:…|[\w*/+ .^-]{0,30}))+\)")
ELSEWHERE = re.compile(r"(?:as|of|for|in|see) (?:in |for |of )?`[\w.]+`")


def functions(path):
    """Name, node and docstring of the public functions and methods that take or give arrays."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in tree.body:
        inner = node.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_") else []
        about = ast.get_docstring(node) or "" if inner else ""
        for one in [node, *inner]:
            if isinstance(one, ast.FunctionDef) and not one.name.startswith("_"):
                arguments = [*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs]
                hints = [argument.annotation for argument in arguments] + [one.returns]
                if any(hint is not None and ARRAYS.search(ast.unparse(hint)) for hint in hints):
                    yield one.name, (ast.get_docstring(one) or "") + (about if one is not node else "")


def says_shapes(docstring):
    return bool(SHAPE.search(docstring) or ELSEWHERE.search(docstring))


@pytest.mark.parametrize("room", ROOMS)
def test_shapes_are_said(room):
    found = {f"{path.stem}.{name}": says_shapes(doc) for path in ROOMS[room] for name, doc in functions(path)}
    silent = [name for name, said in found.items() if not said]
    assert found and len(silent) <= 0.05 * len(found), (
        f"{len(silent)} of {len(found)} say no shape: {', '.join(silent)}"
    )


def test_a_shape_is_recognised():
    assert all(
        map(
            says_shapes,
            ["tokens (N, L)", "(n,)", "float32 (N, 4, L)", "(L - w + 1,)", "as in `scan`", "(…, 4, L)"],
        )
    )
    assert not any(map(says_shapes, ["an array", "rows (of it)", "the letters"]))
