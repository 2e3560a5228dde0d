"""The modules of the package as they stand in their files: what each defines, imports and does when imported."""

import ast
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from dnacourse.reach.names import Code, Target, bound_names, imported_modules, imports, read_code
from dnacourse.reach.syntax import chain, parsed, short

PACKAGE = "dnacourse"
NOTEBOOK = ""
"""Stands for the code that asks, where a module is named."""

Compound = (
    ast.If | ast.For | ast.AsyncFor | ast.While | ast.With | ast.AsyncWith | ast.Try | ast.TryStar | ast.Match
)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Module:
    """One file, read and not run.

    Attributes:
        definitions: the statements behind each name of its own; none where a statement of `body` sets it.
        imports: where the names that it imports lead.
        stars: the modules all of whose names it imports.
        imported: the modules that are imported with it.
        body: what it does when it is imported besides defining things.
        decorated: each definition with a decorator's name; the decorator may do something with it at once.

    Raises:
        SyntaxError: the file is not Python; the error has its name.
    """

    def __init__(self, package: str, text: str, filename: str) -> None:
        self.package, self.text = package, text
        self.definitions: dict[str, list[ast.stmt]] = {}
        self.imports: dict[str, list[Target]] = {}
        self.stars: list[str] = []
        self.imported: list[str] = []
        self.body: list[ast.stmt] = []
        self.decorated: list[tuple[str, tuple[str, ...]]] = []
        self._codes: dict[str, Code] = {}
        self._tree = parsed(text, filename)
        for statement in self._tree.body:
            self._add(statement)

    def _add(self, statement: ast.stmt) -> None:
        if isinstance(statement, ast.Import | ast.ImportFrom):
            self._add_import(statement)
        elif isinstance(statement, Definition):
            self.definitions.setdefault(statement.name, []).append(statement)
            called = [one.func if isinstance(one, ast.Call) else one for one in statement.decorator_list]
            self.decorated += [(statement.name, chain(one)) for one in called if chain(one)]
        elif names := _assigned(statement):
            for name in names:
                self.definitions.setdefault(name, []).append(statement)
        else:
            self.body.append(statement)
            for name in bound_names([statement], self.package):
                self.definitions.setdefault(name, [])
            for node in ast.walk(statement) if isinstance(statement, Compound) else ():
                if isinstance(node, ast.Import | ast.ImportFrom):
                    self._add_import(node)

    def _add_import(self, statement: ast.Import | ast.ImportFrom) -> None:
        self.imported += imported_modules(statement, self.package)
        for name, target in imports(statement, self.package):
            if target.names == ("*",):
                self.stars.append(target.module)
            else:
                self.imports.setdefault(name, []).append(target)

    def code(self, name: str) -> Code:
        """What stands behind one of its names."""
        if name not in self._codes:
            self._codes[name] = read_code(self.definitions[name], self.package)
        return self._codes[name]

    @cached_property
    def body_code(self) -> Code:
        """What it does when it is imported."""
        return read_code(self.body, self.package)

    @cached_property
    def whole_code(self) -> Code:
        """All that stands in it."""
        return read_code(self._tree.body, self.package)

    def source(self, names: tuple[str, ...]) -> str:
        """The text of a definition, or of one within a class, as `inspect.getsource` shows it."""
        nodes: list[ast.stmt] = self.definitions[names[0]]
        for name in names[1:]:
            inside = [one for node in nodes if isinstance(node, ast.ClassDef) for one in node.body]
            nodes = [one for one in inside if isinstance(one, Definition) and one.name == name] or nodes
        return "\n".join(ast.get_source_segment(self.text, node) or "" for node in nodes)


def _assigned(statement: ast.stmt) -> list[str]:
    """The names that a plain assignment sets; none if it sets anything else, such as an entry of a table."""
    match statement:
        case ast.Assign(targets=targets):
            pass
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            targets = [target]
        case _:
            return []
    names = []
    todo = list(targets)
    while todo:
        match todo.pop():
            case ast.Name(id=name):
                names.append(name)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                todo += parts
            case ast.Starred(value=value):
                todo.append(value)
            case _:
                return []
    return names


@lru_cache(maxsize=2000)
def _read(package: str, text: str, filename: str) -> Module:
    return Module(package, text, filename)


class Package:
    """All modules under a course folder, as their files are at this moment.

    Args:
        root: holds the folder `dnacourse`, and `results`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, tuple[str, str, str]] = {}  # module -> package, text, filename
        for path in sorted((root / PACKAGE).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            self._files[name] = ".".join(parts[:-1]), path.read_text(encoding="utf-8"), str(path)

    def with_notebook(self, source: str, filename: str) -> "Package":
        """The same modules, with the code of a notebook beside them."""
        other = object.__new__(Package)
        other.root = self.root
        other._files = {**self._files, NOTEBOOK: ("", source, filename)}
        return other

    def module(self, name: str) -> Module | None:
        """One of the modules; None if it is none of the package.

        Raises:
            SyntaxError: its file is not Python; the error names it.
        """
        return _read(*self._files[name]) if name in self._files else None

    def find(
        self, module: str, names: tuple[str, ...], passed: frozenset[Target] = frozenset()
    ) -> Iterator[Target]:
        """Where names lead, through whatever imports them on.

        Yields:
            The module and the names of a definition in it, or a module itself; nothing where it is none of
            the package.
        """
        here = self.module(module)
        step = Target(module, names[:1])
        if here is None or step in passed:
            return
        if not names:
            yield step
            return
        name, submodule = names[0], f"{module}.{names[0]}"
        if name in here.definitions:
            yield Target(module, names)
        for target in here.imports.get(name, ()):
            if submodule == ".".join(
                [target.module, *target.names]
            ):  # a package that imports a module of its own
                yield from self.find(submodule, names[1:])
            else:
                yield from self.find(target.module, target.names + names[1:], passed | {step})
        if name not in here.definitions and name not in here.imports:
            yield from self._find_unnamed(module, names, passed | {step})

    def _find_unnamed(
        self, module: str, names: tuple[str, ...], passed: frozenset[Target]
    ) -> Iterator[Target]:
        """Where a name leads that nothing in the module sets or imports under this name."""
        here, submodule = self.module(module), f"{module}.{names[0]}"
        if submodule in self._files:
            yield from self.find(submodule, names[1:])
        elif here:
            for star in here.stars:
                yield from self.find(star, names, passed)
            if "__getattr__" in here.definitions:
                yield Target(module, ("__getattr__",))

    def data_sets(self) -> list[str]:
        """The names of the data sets that lie under the course folder."""
        return sorted(
            path.parent.name for path in (self.root / PACKAGE / "datasets/sets").glob("*/card.toml")
        )

    def results(self) -> list[str]:
        """The names of the results that lie under the course folder."""
        return sorted(path.stem for path in (self.root / "results").glob("*.json"))


def digest_of_file(path: Path) -> str:
    """What tells the content of a file from any other; "missing" if there is no file."""
    return short(path.read_bytes()) if path.is_file() else "missing"
