"""From a piece of code to everything that it reaches in the package."""

import json
import tomllib
from collections import deque
from pathlib import Path

from dnacourse.reach.modules import NOTEBOOK, Package, digest_of_file
from dnacourse.reach.names import Code, Target, Use
from dnacourse.reach.syntax import short

DATA = "dnacourse.datasets"
LOAD = f"{DATA}.load"
NAME_A_CARD = {f"{DATA}.cards.card", f"{DATA}.cards.verify", f"{DATA}.remote.get"}
LIST_CARDS = {f"{DATA}.catalog", *(f"{DATA}.cards.{name}" for name in ("names", "embedded", "to_download"))}
REPRODUCED = "dnacourse.results.reproduced"


class Walk:
    """What code reaches, found step by step.

    Args:
        package: with the code among its modules, as `NOTEBOOK`.
    """

    def __init__(self, package: Package) -> None:
        self.package = package
        self.found: dict[str, str] = {}
        self._todo: deque[tuple[str, Code]] = deque()
        self._entered: set[Target] = set()
        self._strings: set[str] = set()
        self._unnamed: set[str] = set()  # functions that are given a name which cannot be seen
        self._lists_cards = False

    def run(self) -> dict[str, str]:
        """Label -> digest of all that is reached, sorted."""
        notebook = self.package.module(NOTEBOOK)
        assert notebook is not None
        self._todo.append((NOTEBOOK, notebook.whole_code))
        before = -1
        while len(self.found) != before:
            before = len(self.found)
            self._follow()
            self._read_what_is_named_somewhere()
        return dict(sorted(self.found.items()))

    def _follow(self) -> None:
        while self._todo:
            module, code = self._todo.popleft()
            self._strings |= code.strings
            for name in code.imported:
                self._import(name)
            for use in code.uses:
                for target in self.package.find(use.module or module, use.names):
                    self._reach(target, use, module)

    def _import(self, name: str) -> None:
        """What happens when a module is imported, with the packages that it is in and what it imports."""
        todo = [name]
        while todo:
            name = todo.pop()
            module = self.package.module(name)
            if name == NOTEBOOK or module is None or not self._enter(Target(name)):
                continue
            if module.body:
                self.found[f"{name} (module)"] = module.body_code.digest
                self._todo.append((name, module.body_code))
            for definition, decorator in module.decorated:
                if any(self.package.find(name, decorator)):
                    self._define(name, definition)
            todo += [*module.imported, name.rpartition(".")[0]]

    def _reach(self, target: Target, use: Use, user: str) -> None:
        module, names = target
        if module == NOTEBOOK:
            return
        self._import(module)
        if not names:
            self._reach_whole(module)
            return
        label = f"{module}.{names[0]}"
        self._read(label, use.text, user)
        self._define(module, names[0])
        if use.shown:
            self.found[f"{'.'.join([module, *names])} (text)"] = self._text(target)

    def _reach_whole(self, name: str) -> None:
        """A module that is handed on as a value: any of its names may be asked for."""
        module = self.package.module(name)
        if module is None or not self._enter(Target(name, ("*",))):
            return
        for one in [*module.definitions, *module.imports]:
            for target in self.package.find(name, (one,)):
                self._reach(target, Use(name, (one,)), name)

    def _define(self, module: str, name: str) -> None:
        here = self.package.module(module)
        if here is None or not self._enter(Target(module, (name,))) or not here.definitions[name]:
            return
        code = here.code(name)
        self.found[f"{module}.{name}"] = code.digest
        self._todo.append((module, code))

    def _text(self, target: Target) -> str:
        here = self.package.module(target.module)
        return short(here.source(target.names).encode()) if here else ""

    def _enter(self, target: Target) -> bool:
        """Whether this is the first time."""
        new = target not in self._entered
        self._entered.add(target)
        return new

    def _read(self, label: str, text: str | None, user: str) -> None:
        """A function that reads a data set or a result; within their own rooms a name is only passed on."""
        passed_on = user.startswith((DATA, "dnacourse.results")) and not user.startswith(f"{DATA}.sets.")
        if label in LIST_CARDS:
            self._lists_cards |= not passed_on
        elif label in {LOAD, REPRODUCED, *NAME_A_CARD}:
            if text is not None:
                self._read_named(label, text)
            elif not passed_on:
                self._unnamed.add(label)

    def _read_named(self, function: str, name: str) -> None:
        if function == REPRODUCED:
            path = self.package.root / "results" / f"{name}.json"
            self.found[f"result {name}"] = digest_of_file(path)
            return
        folder = self.package.root / "dnacourse/datasets/sets" / name
        card = _card(folder / "card.toml")
        self.found[f"data {name}"] = short(json.dumps(card, sort_keys=True, default=str).encode())
        for used in card.get("uses", []):
            self._read_named(f"{DATA}.cards.card", used)
        loader = Use(f"{DATA}.sets.{name}.loader", ("load",))
        if function == LOAD:
            for target in self.package.find(loader.module, loader.names):
                self._reach(target, loader, loader.module)

    def _read_what_is_named_somewhere(self) -> None:
        """Where a name is in a variable, every text that is such a name counts; if there is none, all names do."""
        for function in sorted(self._unnamed):
            there = self.package.results() if function == REPRODUCED else self.package.data_sets()
            named = [name for name in there if name in self._strings]
            any_of_them = function != REPRODUCED and self._lists_cards
            for name in there if any_of_them or not named else named:
                self._read_named(function, name)
        for name in self.package.data_sets() if self._lists_cards else ():
            self._read_named(f"{DATA}.cards.card", name)


def _card(path: Path) -> dict:
    """The content of a card, without its comments; its whole text if it is no TOML."""
    text = path.read_text(encoding="utf-8") if path.is_file() else "missing"
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return {"text": text}
