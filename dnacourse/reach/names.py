"""Which names a piece of code takes from outside itself."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from dnacourse.reach.syntax import chain, digest

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Target(NamedTuple):
    """Where an imported name leads: to a module, or to what stands in it under these names."""

    module: str
    names: tuple[str, ...] = ()


class Use(NamedTuple):
    """A name with the attributes that are asked of it: of `orfs.find_orfs(…)` ("orfs", "find_orfs").

    Attributes:
        module: in which to look for it; "" for the one in which the code stands.
        names: one behind the other.
        text: the first argument where it is called with one in quotation marks: `load("ecoli")`.
        shown: the code asks for its source text.
    """

    module: str
    names: tuple[str, ...]
    text: str | None = None
    shown: bool = False


@dataclass(frozen=True)
class Code:
    """What the rest of the course needs to know of some statements.

    Attributes:
        digest: what they do, in hexadecimal.
        uses: the names they take from outside.
        imported: the modules they import when they run.
        strings: the texts in them.
    """

    digest: str
    uses: tuple[Use, ...]
    imported: tuple[str, ...]
    strings: frozenset[str]


def read_code(nodes: Sequence[ast.AST], package: str) -> Code:
    """Look through statements from the top of a module.

    Args:
        nodes: as `syntax.parsed` gives them.
        package: from which their relative imports start.
    """
    visitor = _Visitor(package)
    for node in nodes:
        visitor.visit(node)
    uses = tuple(dict.fromkeys(visitor.uses))
    return Code(digest(nodes), uses, tuple(visitor.imported), frozenset(visitor.strings))


def imports(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, Target]]:
    """The names that an import binds, with what is behind them; "*" for all names of a module."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or name, Target(name)
        return
    parents = package.split(".")[: -node.level + 1 or None] if node.level else []
    module = ".".join([*parents, *filter(None, [node.module])])
    for alias in node.names:
        yield alias.asname or alias.name, Target(module, (alias.name,))


def imported_modules(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[str]:
    """The modules that an import runs; some of those named may be no modules."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    for _, target in imports(node, package):
        yield target.module
        yield ".".join([target.module, *target.names])


def bound_names(nodes: Sequence[ast.AST], package: str) -> dict[str, list[Target]]:
    """The names that statements bind where they stand, with what is behind those that are imported."""
    bound: dict[str, list[Target]] = {}
    elsewhere: set[str] = set()
    for node in _without_inner_scopes(nodes):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name, target in imports(node, package):
                bound.setdefault(name, []).append(target)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            elsewhere.update(node.names)
        elif own := _bound_name(node):
            bound.setdefault(own, [])
    return {name: targets for name, targets in bound.items() if name not in elsewhere}


def _bound_name(node: ast.AST) -> str | None:
    match node:
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            return name
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return node.name
        case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
            return name
        case ast.MatchMapping(rest=name):
            return name
        case ast.arg(arg=name):
            return name
    return None


def _without_inner_scopes(nodes: Sequence[ast.AST]) -> Iterator[ast.AST]:
    todo = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, Function | ast.ClassDef | Comprehension):
            todo.extend(ast.iter_child_nodes(node))


class _Visitor(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self.package = package
        self.uses: list[Use] = []
        self.imported: list[str] = []
        self.strings: set[str] = set()
        self._scopes: list[dict[str, list[Target]]] = []  # the innermost last; no target: a variable

    def _use(self, names: tuple[str, ...], text: str | None = None, shown: bool = False) -> None:
        for scope in reversed(self._scopes):
            if names[0] in scope:
                found = [Use(one.module, one.names + names[1:], text, shown) for one in scope[names[0]]]
                self.uses += found
                return
        self.uses.append(Use("", names, text, shown))

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._use((node.id,))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if names := chain(node):
            self._use(names)
        else:
            self.visit(node.value)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self.strings.add(node.value)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self._use((node.target.id,))
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        names = chain(node.func)
        if names:
            self._use(names, _first_text(node))
        else:
            self.visit(node.func)
        for argument in [*node.args, *(one.value for one in node.keywords)]:
            shown = chain(argument)
            if shown and names[-1:] in (("getsource",), ("getsourcelines",)):
                self._use(shown, shown=True)
            self.visit(argument)

    def visit_Import(self, node: ast.Import) -> None:
        self.imported += imported_modules(node, self.package)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self.imported += imported_modules(node, self.package)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node, node.decorator_list, node.body)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node, node.decorator_list, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node, [], [node.body])

    def _function(self, node: Function, decorators: list[ast.expr], body: Sequence[ast.AST]) -> None:
        defaults = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        for one in [*decorators, *defaults]:
            self.visit(one)
        self._inside(bound_names([*_parameters(node.args), *body], self.package), body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for one in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(one)
        bound = bound_names(node.body, self.package)  # but methods do not see the names of their class
        self._inside({name: targets for name, targets in bound.items() if targets}, node.body)

    def _comprehension(self, node: Comprehension) -> None:
        first = node.generators[0]
        self.visit(first.iter)  # the only part that is worked out outside
        result = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        inside = [*result, *first.ifs, *node.generators[1:]]
        self._inside(bound_names([one.target for one in node.generators], self.package), inside)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def _inside(self, scope: dict[str, list[Target]], nodes: Sequence[ast.AST]) -> None:
        self._scopes.append(scope)
        for node in nodes:
            self.visit(node)
        self._scopes.pop()


def _parameters(arguments: ast.arguments) -> list[ast.arg]:
    several = [one for one in (arguments.vararg, arguments.kwarg) if one]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *several]


def _first_text(node: ast.Call) -> str | None:
    """The first argument, or that called `name`, if it is a text."""
    given = node.args[:1] or [one.value for one in node.keywords if one.arg == "name"]
    match given:
        case [ast.Constant(value=str(text))]:
            return text
    return None
