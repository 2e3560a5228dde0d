"""Python code without what changes nothing: docstrings, comments, layout, hints of types."""

import ast
import hashlib
import re
from collections.abc import Iterable, Sequence

RUN_AS_CODE = ("needs", "time", "capture")
_LEFT_OUT = ("ctx", "kind", "type_comment")


def parsed(text: str, filename: str) -> ast.Module:
    """The syntax tree of a file, without docstrings, overloads, hints of types, and what only a type checker reads.

    Raises:
        SyntaxError: the text is not Python; the error has the filename.
    """
    tree: ast.Module = _Plain().visit(ast.parse(text, filename))
    return tree


def digest(nodes: Sequence[ast.AST]) -> str:
    """What tells this code from any other: 16 hexadecimal digits, the same in all versions of Python."""
    return short("\n".join(map(_written, nodes)).encode())


def short(content: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256."""
    return hashlib.sha256(content).hexdigest()[:16]


def as_code(cells: Iterable[str]) -> str:
    """The code cells of a notebook as one Python text.

    `%%needs`, `%%time` and `%%capture` stand before code that is run, any other cell magic before a text.
    `%load_ext dnacourse.x` uses all of a module, `!dnacourse …` and `%run` all of the command line; other
    magics are left out.
    """
    return "\n".join(map(_cell_as_code, cells))


def _cell_as_code(cell: str) -> str:
    first, _, rest = cell.lstrip().partition("\n")
    if magic := re.match(r"%%(\w+)", first):
        if magic[1] not in RUN_AS_CODE:
            return ""
        uses = "import dnacourse.needs as _needs; _needs\n" if magic[1] == "needs" else ""
        return uses + _cell_as_code(rest)
    try:
        ast.parse(cell)
    except SyntaxError:
        return "\n".join(map(_line_as_code, cell.splitlines()))
    return cell


def _line_as_code(line: str) -> str:
    """A line of a cell that is not Python as it stands: magics become what they use of the package."""
    magic = re.match(r"(\s*)(?:!+|%(?=[a-z_]+(?:\s|$))|\?|[\w.]+\?)(.*)", line)
    if magic is None:
        return re.sub(r"^(\s*[\w, ]+=\s*)[%!].*", r"\1None", line)
    space, rest = magic.groups()
    if extension := re.match(r"load_ext\s+(dnacourse[\w.]*)", rest):
        return f"{space}import {extension[1]} as _extension; _extension"
    if re.match(r"run\b|\s*dnacourse\b", rest):
        return f"{space}import dnacourse.cli as _program; _program"
    return f"{space}pass"


class _Plain(ast.NodeTransformer):
    """Takes out what changes nothing when the code runs."""

    def __init__(self) -> None:
        self._in_class = False

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return None
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST | None:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST | None:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST | None:
        if any(chain(one)[-1:] == ("overload",) for one in node.decorator_list):
            return None
        node.returns = None
        arguments = node.args
        for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            one.annotation = None
        for several in (arguments.vararg, arguments.kwarg):
            if several:
                several.annotation = None
        return self._block(node, in_class=False)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        return self._block(node, in_class=True)

    def _block(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, in_class: bool) -> ast.AST:
        around, self._in_class = self._in_class, in_class
        self.generic_visit(node)
        self._in_class = around
        return node

    def generic_visit(self, node: ast.AST) -> ast.AST:
        super().generic_visit(node)
        if getattr(node, "body", None) == [] and not isinstance(node, ast.Module):
            node.body = [ast.Pass()]  # type: ignore[attr-defined]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if not self._in_class:  # where a dataclass makes something of it
            if node.value is None:
                return None
            plain = ast.Assign(targets=[node.target], value=node.value)
            return self.generic_visit(ast.copy_location(plain, node))
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> ast.AST | list[ast.stmt]:
        self.generic_visit(node)
        return node.orelse if chain(node.test)[-1:] == ("TYPE_CHECKING",) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        self.generic_visit(node)
        values: list[ast.expr] = []
        for one in node.values:
            if isinstance(one, ast.Constant) and values and isinstance(values[-1], ast.Constant):
                values[-1] = ast.copy_location(ast.Constant(str(values[-1].value) + str(one.value)), one)
            else:
                values.append(one)
        node.values = values
        return node


def chain(node: ast.AST) -> tuple[str, ...]:
    """`a.b.c` as ("a", "b", "c"); () for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return (node.id, *reversed(parts)) if isinstance(node, ast.Name) else ()


def _written(value: object) -> str:
    """A node as text. `ast.dump` differs between versions of Python: it writes empty fields or leaves them out."""
    if isinstance(value, ast.AST):
        fields = [
            f"{name}={_written(one)}"
            for name, one in ast.iter_fields(value)
            if name not in _LEFT_OUT and one is not None and one != []
        ]
        return f"{type(value).__name__}({', '.join(fields)})"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return repr(value)
