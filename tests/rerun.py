"""Names that a cell reads and a later cell sets anew: whoever goes back and runs the first again gets something else."""

import ast
import builtins
from collections.abc import Iterable

from dnacourse.reach import as_code


class _Names(ast.NodeVisitor):
    """Reads and sets of one cell at the top level; what a function or a comprehension binds stays its own."""

    def __init__(self) -> None:
        self.read: set[str] = set()
        self.set: set[str] = set()
        self.imported: set[str] = set()
        self._inner: list[set[str]] = []

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)
        elif node.id not in self.set and not any(node.id in names for names in self._inner):
            self.read.add(node.id)

    def _bind(self, name: str) -> None:
        (self._inner[-1] if self._inner else self.set).add(name)

    def _inside(self, bound: Iterable[str], nodes: Iterable[ast.AST]) -> None:
        self._inner.append(set(bound))
        for node in nodes:
            self.visit(node)
        self._inner.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._bind(node.name)
        self._function(node, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node, [node.body])

    def _function(self, node: ast.FunctionDef | ast.Lambda, body: list) -> None:
        for default in [*node.args.defaults, *filter(None, node.args.kw_defaults)]:
            self.visit(default)
        own = {one.arg for one in ast.walk(node.args) if isinstance(one, ast.arg)}
        for one in (inner for statement in body for inner in ast.walk(statement)):
            if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
                own.add(one.id)
            elif isinstance(one, ast.FunctionDef | ast.ClassDef):
                own.add(one.name)
        self._inside(own, body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name)
        self._inside((), [*node.bases, *node.body])

    def _comprehension(self, node) -> None:
        targets = [one.id for g in node.generators for one in ast.walk(g.target) if isinstance(one, ast.Name)]
        results = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._inside(targets, [*(part for g in node.generators for part in (g.iter, *g.ifs)), *results])

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_Assign(self, node: ast.Assign) -> None:
        for part in (node.value, *node.targets):  # the value is worked out first
            self.visit(part)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.visit(ast.Name(node.target.id, ast.Load()))
        self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self.visit(node.value)
        self.set.add(node.target.id)

    def visit_For(self, node: ast.For) -> None:
        for part in (node.iter, node.target, *node.body, *node.orelse):
            self.visit(part)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            name = (alias.asname or alias.name).partition(".")[0]
            self.imported.add(name)
            self._bind(name)

    visit_ImportFrom = visit_Import


def names_of(source: str) -> _Names:
    names = _Names()
    names.visit(ast.parse(as_code([source])))
    names.read -= set(dir(builtins))
    return names


def changed_later(notebook) -> list[str]:
    """A line for each cell that would read something else once a later cell has run."""
    cells = [(n, names_of(cell.source)) for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    lines = []
    for place, (number, cell) in enumerate(cells):
        for later, other in cells[place + 1 :]:
            if names := cell.read & (other.set - other.imported):
                lines.append(f"cell {number} reads {', '.join(sorted(names))}, which cell {later} sets anew")
    return lines
