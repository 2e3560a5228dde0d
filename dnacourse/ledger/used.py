"""What a run uses: functions and values of its notebook, and through them parts of this package."""

import ast
import dataclasses
import linecache
import sys
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from dnacourse.ledger.contents import Contents, attributes
from dnacourse.reach import Package, Use, parsed, reached, read_code, short

PACKAGE = "dnacourse"
_ABOUT_A_CLASS = {
    "__doc__", "__module__", "__dict__", "__weakref__", "__firstlineno__", "__static_attributes__", "__qualname__",
    "__annotations__", "__annotate__", "__annotate_func__", "__annotations_cache__",
}  # fmt: skip
_BEHIND = (
    "__func__",
    "fget",
    "fset",
    "fdel",
    "func",
    "__wrapped__",
)  # methods, properties, what decorators wrap


def used_by(work: Any, package: Package) -> dict[str, str]:
    """Label -> digest of everything that the outcome of a call may depend on.

    Args:
        work: a function, a partial, a bound method, or an object that can be called.
        package: the files of this package, as they were when it was imported.

    Returns:
        The labels of `reach.reached` for the package, and the names of functions, classes and variables of
        the notebook.
    """
    search = _Search(work)
    own = {label: short(" ".join(digests).encode()) for label, digests in search.found.items()}
    return {**own, **reached(search.source(), package)}


class _Search:
    def __init__(self, work: Any) -> None:
        self.found: dict[str, list[str]] = {}
        self._contents = Contents(self._follow)
        self._lines: list[str] = []  # a small program that uses what is used of the package
        self._seen: dict[int, Any] = {}  # the objects themselves, so that no other gets their number
        self._module = getattr(_innermost(work), "__module__", None)
        if isinstance(work, FunctionType):
            self._definition(work)
        else:
            self._variable(f"{type(work).__name__} that was given", work)

    def source(self) -> str:
        return "\n".join([*dict.fromkeys(self._lines), f"_texts = {sorted(self._contents.texts)!r}"])

    def _variable(self, name: str, value: Any) -> None:
        self._found(name, self._contents.digest(value))

    def _found(self, label: str, digest: str) -> None:
        digests = self.found.setdefault(label, [])
        if digest not in digests:
            digests.append(digest)

    def _follow(self, value: Any) -> Iterator[bytes]:
        """What stands for a function, a class, a module, or an object of a kind that has no content."""
        if isinstance(value, ModuleType):
            yield value.__name__.encode()
            self._name(value, "_module", alone=True)
        elif isinstance(value, MethodType):
            yield from self._contents.of([value.__self__, value.__func__])
        elif isinstance(value, partial):
            yield from self._contents.of([value.args, value.keywords, value.func])
        elif isinstance(value, FunctionType | type):
            yield f"{value.__module__}.{value.__qualname__}".encode()
            self._definition(value)
        elif isinstance(wrapped := getattr(value, "__wrapped__", None), FunctionType):
            yield from self._follow(wrapped)  # what numba or a cache has made of a function
        elif hasattr(value, "identity"):
            yield from self._contents.of(value.identity())
        else:
            yield from self._object(value)

    def _object(self, value: Any) -> Iterator[bytes]:
        """An object counts by its attributes if its class can be read, and else by its name or its class's."""
        kind = type(value)
        yield f"{kind.__module__}.{kind.__qualname__} {getattr(value, '__qualname__', '')}".encode()
        if self._is_own(kind) or _is_of_package(kind) or dataclasses.is_dataclass(value):
            self._definition(kind)
            yield from self._contents.of(attributes(value))

    def _definition(self, value: FunctionType | type) -> None:
        if id(value) in self._seen:
            return
        self._seen[id(value)] = value
        if self._name(value, "_part", alone=True):
            if isinstance(value, FunctionType) and value.__closure__:
                self._variable(f"{value.__qualname__} holds", list(_closure(value).values()))
        elif self._is_own(value):
            if isinstance(value, type):
                self._class(value)
            else:
                self._function(value)

    def _name(self, value: Any, name: str, alone: bool = False) -> bool:
        """A line that gives something of the package this name, if it is of the package.

        Args:
            alone: no other line uses the name.
        """
        if not _is_of_package(value):
            return False
        if isinstance(value, ModuleType):
            self._lines.append(f"import {value.__name__} as {name}")
        else:
            self._lines.append(f"from {value.__module__} import {value.__qualname__.split('.')[0]} as {name}")
        if alone:
            self._lines.append(name)
        return True

    def _is_own(self, value: Any) -> bool:
        """Of the notebook, or of a file in its folder or below."""
        module = value.__name__ if isinstance(value, ModuleType) else str(getattr(value, "__module__", None))
        if module in (self._module, "__main__"):
            return True
        file = getattr(sys.modules.get(module), "__file__", None)
        installed = (sys.prefix, sys.base_prefix)
        return file is not None and not file.startswith(installed) and Path(file).is_relative_to(Path.cwd())

    def _class(self, value: type) -> None:
        kept = {name: one for name, one in vars(value).items() if name not in _ABOUT_A_CLASS}
        behind = [getattr(one, name, None) for one in kept.values() for name in _BEHIND]
        named = {name: one for name, one in kept.items() if not hasattr(one, "__get__")}
        methods = [one for one in [*kept.values(), *behind] if isinstance(one, FunctionType)]
        hints = {name: str(hint) for name, hint in vars(value).get("__annotations__", {}).items()}
        self._variable(value.__qualname__, [named, sorted(kept), hints, methods, list(value.__bases__)])

    def _function(self, function: FunctionType) -> None:
        node = _node_of(function.__code__)
        if node is None:
            self._variable(function.__qualname__, _written(function.__code__))
            uses = [Use("", (name,)) for name in _names(function.__code__)]
        else:
            code, text = read_code([node], ""), ast.unparse(node)
            self._found(function.__qualname__, code.digest)
            self._lines.append(text if isinstance(node, ast.stmt) else f"_ = {text}")
            uses = list(code.uses)
        if function.__defaults__ or function.__kwdefaults__:
            defaults = [function.__defaults__, function.__kwdefaults__]
            self._variable(f"defaults of {function.__qualname__}", defaults)
        there = {**function.__globals__, **_closure(function)}
        for use in sorted(uses, key=lambda one: one.names):
            if use.module.startswith(PACKAGE):
                continue  # an import within the function, which its text brings with it
            if use.module in sys.modules:
                self._used((use.module, *use.names), sys.modules[use.module], alone=False)
            elif use.names[0] in there:
                self._used(use.names, there[use.names[0]], alone=node is None)

    def _used(self, names: tuple[str, ...], value: Any, alone: bool) -> None:
        """A name from outside a function that it uses, with the attributes that it asks of it."""
        if isinstance(value, ModuleType | FunctionType | type) and self._name(value, names[0], alone):
            return
        if isinstance(value, ModuleType) and names[1:] and self._is_own(value):
            self._used(names[1:], getattr(value, names[1], None), alone)
        elif isinstance(value, FunctionType | type) and self._is_own(value):
            self._definition(value)
        else:
            self._variable(names[0], value)


def _innermost(work: Any) -> Any:
    """The function behind partials, methods and wrappers."""
    while True:
        for name in ("func", "__func__", "__wrapped__"):
            if hasattr(work, name):
                work = getattr(work, name)
                break
        else:
            return work


def _is_of_package(value: Any) -> bool:
    module = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    return str(module).split(".")[0] == PACKAGE


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # not set yet: a function that is named in itself
        return None


def _closure(function: FunctionType) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: _content(cell) for name, cell in cells}


@cache
def _tree(filename: str, text: str) -> ast.Module | None:
    try:
        return parsed(text, filename)
    except SyntaxError:
        return None


def _node_of(code: CodeType) -> ast.AST | None:
    """The syntax tree of a function, found by where its code stands in its cell or file; None without a source."""
    tree = _tree(code.co_filename, "".join(linecache.getlines(code.co_filename)))
    if tree is None:
        return None
    places = [place for place in code.co_positions() if None not in place and place[2:] != (0, 0)]
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, kinds)
        and getattr(node, "name", "<lambda>") == code.co_name
        and code.co_firstlineno in range(_first_line(node), (node.end_lineno or 0) + 1)
        and all(_lies_in(place, node) for place in places)
    ]
    return max(around, key=lambda node: (node.lineno, node.col_offset), default=None)


def _first_line(node: Any) -> int:
    return int(min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))]))


def _lies_in(place: Any, node: Any) -> bool:
    line, end_line, column, end_column = place
    begin, end = (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
    return bool(begin <= (line, column) and (end_line, end_column) <= end)


def _names(code: CodeType) -> set[str]:
    """The global names in a function, and in the functions inside it."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return {*code.co_names, *code.co_freevars}.union(*map(_names, inner))


def _written(code: CodeType) -> list[Any]:
    constants = [_written(one) if isinstance(one, CodeType) else repr(one) for one in code.co_consts]
    return [code.co_code, constants, code.co_names, code.co_varnames]
