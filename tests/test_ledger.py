"""Runs that are done stay done; others, and those of other code or scale, are done anew."""

import copy
import dataclasses
import enum
import importlib
import linecache
import math
import os
import re
import shutil
import signal
import sys
from collections import namedtuple
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from dnacourse.datasets import Dataset, card
from dnacourse.ledger import Ledger, NotKept, runs
from dnacourse.splits import as_given
from tools.factory.manuscript import ROOT


@pytest.fixture(autouse=True)
def calls(monkeypatch, tmp_path):
    """The checkpoints of all runs that were worked out."""
    monkeypatch.setenv("DNACOURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("DNACOURSE_SCALE", "ci")
    monkeypatch.delenv("DNACOURSE_RUNS", raising=False)
    return []


class Notebook(dict):
    """The names of a notebook, with cells that are run one after the other."""

    def __init__(self, calls):
        super().__init__(__name__="__main__", done=calls.append)
        self.calls, self.cells = calls, 0

    def run(self, cell):
        self.cells += 1
        filename = f"<cell {id(self)} {self.cells}>"
        linecache.cache[filename] = (len(cell), None, cell.splitlines(keepends=True), filename)
        exec(compile(cell, filename, "exec"), self)

    def once(self, settings=None, **options):
        """Whether the function `work` was called."""
        before = len(self.calls)
        Ledger("toy", **options).once(settings or {"seed": 0}, self["work"])
        return len(self.calls) > before


WORK = "def work(checkpoint):\n    done(1)\n    used()\n    return {'auroc': 1}\n"


@pytest.fixture
def notebook(calls):
    notebook = Notebook(calls)
    notebook.run(WORK)
    return notebook


def work(note, checkpoint):
    note(checkpoint)
    checkpoint.write_text("half-way")
    return {"auroc": 0.75, "each": (1, 2)}


def test_a_run_is_done_once(calls):
    first, again = (Ledger("toy").once({"seed": 0}, partial(work, calls.append)) for _ in range(2))
    assert first == again and first["auroc"] == 0.75 and first["each"] == [1, 2] and first["seconds"] >= 0
    assert len(calls) == 1 and not calls[0].exists()
    assert [path.suffix for path in calls[0].parent.iterdir()] == [".json"]


def test_another_seed_or_scale_is_another_run(notebook, monkeypatch):
    notebook.run("def used(): return 1")
    assert notebook.once({"seed": 0}) and notebook.once({"seed": 1})
    monkeypatch.setenv("DNACOURSE_SCALE", "laptop")
    assert notebook.once({"seed": 0})
    monkeypatch.setenv("DNACOURSE_SCALE", "ci")
    assert not notebook.once({"seed": 0}) and not notebook.once({"seed": 1})


START = """
RATE = 0.1
def used():
    return inner(2)
def inner(x, y=[1]):
    return RATE * x
class Network:
    width: int = 3
    def forward(self):
        return self.width
    @property
    def size(self):
        return 1
    @classmethod
    def make(cls):
        return 1
    @staticmethod
    def scaled(x):
        return RATE
"""


@pytest.mark.parametrize(
    "cell",
    [
        "RATE = 0.2",
        "def used(): return 1",
        "def inner(x, y=[1]): return x * RATE",
        "def inner(x, y=[2]): return RATE * x",
        "def inner(x, y=[1]):\n    def more(): return RATE * x\n    return more()",
    ],
)
def test_what_the_run_uses_of_its_notebook_counts(notebook, cell):
    notebook.run(START)
    assert notebook.once() and not notebook.once()
    notebook.run(cell)
    assert notebook.once() and not notebook.once()
    notebook.run(START)
    assert not notebook.once(), "the old run is still there"


@pytest.mark.parametrize(
    "cell",
    [
        "def inner(x: int, y=[1]) -> float:\n    'Multiplied.'\n    # by the rate\n    return (RATE\n            * x)",
        "def nobody_calls(): return 5",
        "\n\n\nRATE = 0.1",
        "OTHER = 1",
        WORK.replace("done(1)", "'''Work.'''\n    done(1)"),
    ],
)
def test_docstrings_comments_layout_and_what_is_not_used_do_not_count(notebook, cell):
    notebook.run(START)
    assert notebook.once()
    notebook.run(cell)
    assert not notebook.once()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("return self.width", "return self.width + 1"),
        ("width: int = 3", "width: int = 4"),
        ("def size(self):\n        return 1", "def size(self):\n        return 2"),
        ("def make(cls):\n        return 1", "def make(cls):\n        return 2"),
        ("def scaled(x):\n        return RATE", "def scaled(x):\n        return x"),
        ("RATE = 0.1", "RATE = 0.3"),
        ("class Network:", "class Network(dict):"),
    ],
)
def test_classes_count_with_all_their_kinds_of_methods(notebook, old, new):
    start = START + "def used(): return Network().forward()"
    notebook.run(start)
    assert notebook.once() and not notebook.once()
    notebook.run(start.replace(old, new))
    assert notebook.once() and not notebook.once()


def test_bases_fields_and_their_factories_count(notebook):
    start = """
from dataclasses import dataclass, field
class Base:
    def f(self): return 1
@dataclass
class Table(Base):
    rows: list = field(default_factory=lambda: [1])
TABLE = Table()
def used(): return TABLE.f()
"""
    notebook.run(start)
    assert notebook.once() and not notebook.once()
    for old, new in (("return 1", "return 2"), ("[1]", "[2]"), ("TABLE = Table()", "TABLE = Table([5])")):
        notebook.run(start.replace(old, new))
        assert notebook.once() and not notebook.once(), old


def test_lambdas_are_told_apart_also_in_one_line_and_in_tables(notebook):
    table = "KINDS = {'a': (lambda x: %d, 2), 'b': lambda x: (lambda y: %d)(x)}\ndef used(): return KINDS['a'][0](1)\n"
    notebook.run(table % (1, 2))
    assert notebook.once() and not notebook.once()
    for numbers in ((3, 2), (1, 3)):
        notebook.run(table % numbers)
        assert notebook.once() and not notebook.once()
    notebook.run("work = lambda checkpoint: (done(1), {'a': 1})[1]")
    assert notebook.once() and not notebook.once()
    notebook.run("work = lambda checkpoint: (done(1), {'a': 2})[1]")
    assert notebook.once()


def test_closures_partials_methods_and_wrapped_functions_count(notebook):
    start = """
import functools, numba
def wrapper(function):
    @functools.wraps(function)
    def inside(*a): return function(*a)
    return inside
@wrapper
def f(x): return x
@functools.cache
def g(): return 1
@numba.njit
def h(): return 2
class A:
    x = 4
    def m(self): return self.x
METHOD = A().m
PART = functools.partial(f, 5)
def make(y):
    def inside(): return y, g(), h(), METHOD(), PART()
    return inside
held = make(6)
def used(): held()
"""
    notebook.run(start)
    assert notebook.once() and not notebook.once()
    for old, new in (
        ("return function(*a)", "return function(*a) or 0"),
        ("def f(x): return x", "def f(x): return -x"),
        ("def g(): return 1", "def g(): return 2"),
        ("def h(): return 2", "def h(): return 3"),
        ("x = 4", "x = 5"),
        ("def m(self): return", "def m(self): return 1 +"),
        ("partial(f, 5)", "partial(f, 6)"),
        ("make(6)", "make(7)"),
    ):
        notebook.run(start.replace(old, new))
        assert notebook.once() and not notebook.once(), old


def test_what_a_default_was_set_to_counts(notebook):
    notebook.run("def make(k):\n    def used(x=k, *, y=-k): return x\n    return used")
    for number in (1, 2):
        notebook["used"] = notebook["make"](number)
        assert notebook.once() and not notebook.once()


def test_the_work_itself_may_be_a_partial_a_method_or_an_object(notebook):
    for text in (
        "import functools\ndef f(x, path): done(1); return {'a': x}\nwork = functools.partial(f, %d)",
        "class A:\n    def f(self, path): done(1); return {'a': %d}\nwork = A().f",
        "class A:\n    def __init__(self, x): self.x = x\n    def __call__(self, path): done(1); return {}\nwork = A(%d)",
    ):
        for number in (1, 2):
            notebook.run(text % number)
            assert notebook.once() and not notebook.once(), text


def test_a_function_without_a_source_counts_by_its_code(notebook):
    for text in ("def used(): return RATE", "def used(): return RATE + 1"):
        exec("RATE = 1\n" + text, notebook)
        assert notebook.once() and not notebook.once()
        notebook["RATE"] = 2
        assert notebook.once()


def test_a_module_beside_the_notebook_counts(notebook, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    for number in (1, 2):
        (tmp_path / "beside_it.py").write_text(f"RATE = 1\n\n\ndef f():\n    return RATE + {number * '1'}\n")
        linecache.clearcache()
        importlib.invalidate_caches()
        notebook.pop("beside_it", None)
        sys.modules.pop("beside_it", None)
        notebook.run("import beside_it\ndef used(): return beside_it.f()")
        assert notebook.once() and not notebook.once()
        notebook["beside_it"].RATE = 5 * number
        assert notebook.once() and not notebook.once()


Pair = namedtuple("Pair", "a b")
SPARSE = torch.tensor([[0.0, 1.0]]).to_sparse()
VALUES = [
    (1, 1.0), (1, True), ("a", b"a"), (None, 0), (1 + 2j, 1 + 3j), (range(3), range(4)), (slice(1), slice(2)),
    ([1, [2]], [1, [3]]), ([1], (1,)), (Pair(1, 2), Pair(1, 3)), ({"a": 1}, {"a": 2}), ({1, 2}, {1, 3}),
    (np.arange(4), np.arange(4) % 3), (np.arange(4), np.arange(4.0)), (np.zeros((2, 3)), np.zeros((3, 2))),
    (np.array(1), np.array(2)), (np.float32(1), np.float64(1)), (np.array([1, None]), np.array([2, None])),
    (np.array(["2020-01-01"], "M8[D]"), np.array(["2020-01-02"], "M8[D]")), (np.array(["a"]), np.array(["b"])),
    (np.ma.masked_equal([1, 2], 1), np.ma.masked_equal([1, 2], 2)), (np.zeros(0), np.zeros(0, int)),
    (torch.arange(4), torch.arange(4) % 3), (torch.tensor(1), torch.tensor(2)), (SPARSE, SPARSE * 2),
    (torch.tensor(1.0, dtype=torch.bfloat16), torch.tensor(2.0, dtype=torch.bfloat16)),
    (torch.tensor([1j]), torch.tensor([2j])), (torch.tensor([True]), torch.tensor([False])),
    (pd.Series([1, 2]), pd.Series([1, 3])), (pd.Series([1], name="a"), pd.Series([1], name="b")),
    (pd.DataFrame({"a": ["x", "y"]}), pd.DataFrame({"a": ["x", "z"]})), (pd.Index([1]), pd.Index([2])),
    (pd.DataFrame({"a": [1]}), pd.DataFrame({"b": [1]})), (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.0]})),
    (pd.DataFrame({"a": [[1]]}), pd.DataFrame({"a": [[2]]})), (pd.Series([1], [0]), pd.Series([1], [1])),
    (pd.Series(["a", None]), pd.Series(["b", None])), (pd.Timestamp("2020"), pd.Timestamp("2021")),
    (Path("a"), Path("b")), (pd.Categorical(["a"]), pd.Categorical(["b"])),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), VALUES, ids=str)
def test_values_count_by_what_they_hold(notebook, one, other):
    notebook.run("def used(): VALUE")
    for value in (one, other, [one, one], {"x": (other, [one])}):
        notebook["VALUE"] = value
        assert notebook.once()
        notebook["VALUE"] = copy.deepcopy(value)
        assert not notebook.once()


def test_networks_enums_data_and_lists_that_hold_themselves_count(notebook):
    class Kind(enum.Enum):
        A = 1
        B = 2

    torch.manual_seed(0)
    endless = [1]
    endless.append(endless)
    parts = ["train", "validation", "test"]
    for value in (
        torch.nn.Linear(2, 1), torch.nn.Linear(2, 1), torch.nn.Dropout(0.1), torch.nn.Dropout(0.2),
        torch.nn.Dropout(0.2).eval(), Kind.A, Kind.B, endless, [endless, 2],
        Dataset("lambda", tokens=np.arange(3)), Dataset("lambda", tokens=np.arange(4)),
        Dataset("lambda", split=as_given(parts)), Dataset("lambda", split=as_given(parts[::-1])),
        np.sum, np.mean, torch.nn.Linear, torch.nn.Conv1d, np, torch,
    ):  # fmt: skip
        notebook["VALUE"] = value
        notebook.run("def used(): VALUE")
        assert notebook.once() and not notebook.once(), value


def test_the_words_of_a_card_do_not_count(notebook):
    notebook.run("def used(): DATA")
    for what, done in (("One", True), ("Another", False)):
        about = dataclasses.replace(card("lambda"), what=what)
        notebook["DATA"] = Dataset("lambda", about, tokens=np.arange(3))
        assert notebook.once() == done


@pytest.fixture
def package(monkeypatch, tmp_path):
    """The folder of the package's files, as the ledger sees them."""
    without = shutil.ignore_patterns("__pycache__", "*.gz", "*.2bit")
    shutil.copytree(ROOT / "dnacourse", tmp_path / "dnacourse", ignore=without)
    monkeypatch.setattr(runs, "ROOT", tmp_path)
    return tmp_path / "dnacourse"


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


USES = {
    "module": "from dnacourse import kmers\ndef used(): return kmers.count_kmers",
    "name": "from dnacourse.kmers import count_kmers as count\ndef used(): return count",
    "import inside": "def used():\n    import dnacourse.kmers as words\n    return words.count_kmers",
    "table": "from dnacourse import kmers\nTABLE = {'a': [kmers.count_kmers]}\ndef used(): return TABLE",
    "default": "from dnacourse import kmers\ndef used(count=kmers.count_kmers): return count",
    "partial": "from dnacourse import kmers\nimport functools\nP = functools.partial(kmers.count_kmers)\ndef used(): return P",
    "alias": "import dnacourse.kmers\ncount = dnacourse.kmers.count_kmers\ndef used(): return count",
    "method": "from dnacourse import kmers\nclass A:\n    def f(self): return kmers.count_kmers\ndef used(): return A",
    "bare module": "from dnacourse import kmers\ndef used(): return getattr(kmers, 'KS')",
    "no source": "exec('from dnacourse import kmers\\ndef used(): return kmers.count_kmers')",
}


@pytest.mark.parametrize("cell", USES.values(), ids=list(USES))
def test_what_is_reached_in_the_package_counts_and_nothing_else(notebook, package, cell):
    notebook.run(cell)
    assert notebook.once()
    replace(package / "kmers.py", '    """How often', '    """Anew: how often')
    replace(package / "sequence.py", "from ", "# a comment\nfrom ")
    replace(package / "plots" / "palette.py", "BLACK", "WHITE")
    replace(package / "orfs.py", "def gc_content", "def new():\n    return 1\n\n\ndef gc_content")
    (package / "datasets" / "sets" / "new").mkdir()
    (package / "datasets" / "sets" / "new" / "card.toml").write_text('what = "new"\n')
    (package / "labs" / "lab77.py").write_text("x = 1\n")
    assert not notebook.once()
    replace(package / "kmers.py", "    _check(ks)\n    tokens", "    _check(list(ks))\n    tokens")
    assert notebook.once() and not notebook.once()


def test_exactly_the_runs_that_reach_a_change_are_done_anew(notebook, package, capsys):
    notebook.run("from dnacourse import codons, kmers")
    notebook.run("def words(path): kmers.count_kmers, done(1); return {}")
    notebook.run("def protein(path): codons.translate, done(1); return {}")

    def once(kind):
        notebook["work"] = notebook[kind]
        return notebook.once()

    assert once("words") and once("protein")
    replace(package / "codons.py", "to_stop: bool = False", "to_stop: bool = True")
    assert not once("words") and once("protein")
    assert not once("words") and not once("protein")
    said = capsys.readouterr().out
    assert said.startswith(
        "1 run of 'toy' no longer counts: dnacourse.codons.translate has changed. It is done"
    )


def test_data_sets_count_by_their_content_where_they_are_given_and_by_their_card_where_they_are_loaded(
    notebook, package
):
    replace(package / "datasets" / "sets" / "lambda" / "card.toml", 'what = "', 'what = "Now t')
    notebook.run(
        "from dnacourse.datasets import load\nphage = load('lambda')\ndef used(): return phage.tokens"
    )
    assert notebook.once()
    replace(package / "datasets" / "sets" / "lambda" / "card.toml", 'what = "', 'what = "And t')
    assert not notebook.once(), "the letters are the same"
    for cell in (
        "def used(): return load('lambda')",
        "def outer(name):\n    def used(): return load(name)\n    return used\nused = outer('lambda')",
    ):
        notebook.run(cell)
        assert notebook.once()
        replace(package / "datasets" / "sets" / "lambda" / "card.toml", 'what = "', 'what = "A')
        assert notebook.once() and not notebook.once()
        replace(package / "datasets" / "sets" / "ecoli" / "card.toml", 'what = "', 'what = "A')
        assert not notebook.once()


def test_an_object_of_the_package_counts_by_its_attributes_and_its_class(notebook, package):
    cell = "from dnacourse.training import EarlyStopping\nSTOP = EarlyStopping(patience={})\ndef used(): return STOP"
    notebook.run(cell.format(3))
    assert notebook.once() and not notebook.once()
    notebook.run(cell.format(4))
    assert notebook.once()
    (path,) = (p for p in (package / "training").glob("*.py") if "class EarlyStopping" in p.read_text())
    text = path.read_text()
    path.write_text(re.sub(r"(class EarlyStopping[^\n]*:\n)", r"\1    something_more = 1\n", text))
    assert notebook.once()


def test_a_ledger_that_a_run_uses_counts_by_its_name(notebook, package):
    notebook.run("from dnacourse.ledger import Ledger\nledger = Ledger('other')\ndef used(): ledger")
    assert notebook.once()
    replace(package / "kmers.py", "KS = (1, 2, 3, 4, 5)", "KS = (1, 2)")
    notebook.run("ledger = Ledger('other')")
    assert not notebook.once()


def test_a_ledger_says_once_what_has_changed(notebook, capsys):
    notebook.run("A, B = 1, 2\ndef used(): return A, B")
    for seed in range(3):
        notebook.once({"seed": seed})
    assert capsys.readouterr().out == ""
    notebook.run("A, B = 2, 3")
    ledger = Ledger("toy")
    for seed in (5, 0, 1):
        ledger.once({"seed": seed}, notebook["work"])
    said = capsys.readouterr().out
    assert said == (
        "3 runs of 'toy' no longer count: A and B have changed. They are done anew, and what was kept stays in "
        f'{ledger.folder}. To take it over all the same, start again with Ledger("toy", keep=True) or '
        "DNACOURSE_RUNS=keep.\n"
    )
    Ledger("toy").once({"seed": 0}, notebook["work"])
    assert capsys.readouterr().out == ""
    Ledger("toy").once({"seed": 2}, notebook["work"])
    assert capsys.readouterr().out.startswith("1 run of 'toy' no longer counts")
    assert len(notebook.calls) == 7


def test_runs_are_kept_where_that_is_wanted(notebook, capsys, monkeypatch):
    notebook.run("A = 1\ndef used(): return A")
    first = Ledger("toy").once({"seed": 0}, notebook["work"])
    notebook.run("A = 2")
    kept = Ledger("toy", keep=True).once({"seed": 0}, notebook["work"])
    assert kept == first and len(notebook.calls) == 1
    assert not notebook.once(), "it now counts for the new code"
    assert any('"kept_over": ["A"]' in path.read_text() for path in Ledger("toy").folder.glob("*.json"))
    notebook.run("A = 3")
    assert notebook.once()
    newest = Ledger("toy").once({"seed": 0}, notebook["work"])["seconds"]
    notebook.run("A = 5")
    monkeypatch.setenv("DNACOURSE_RUNS", "keep")
    assert not notebook.once()
    assert Ledger("toy").once({"seed": 0}, notebook["work"])["seconds"] == newest != first["seconds"]
    capsys.readouterr()
    monkeypatch.setenv("DNACOURSE_RUNS", "again")
    notebook.run("A = 4")
    assert notebook.once() and capsys.readouterr().out == ""
    assert notebook.once({"seed": 1}, keep=True), "there is nothing to keep"
    monkeypatch.setenv("DNACOURSE_RUNS", "kep")
    with pytest.raises(ValueError, match="DNACOURSE_RUNS is 'kep'; it must be keep or again"):
        Ledger("toy")


def test_what_failed_is_begun_again_with_its_checkpoint(calls, notebook):
    notebook["note"] = calls.append
    notebook.run(
        "def work(checkpoint):\n    note(checkpoint.exists())\n    checkpoint.write_text('half-way')\n"
        "    fail()\n    return {}"
    )
    notebook["fail"] = iter([]).__next__
    with pytest.raises(StopIteration):
        notebook.once()
    assert [path.read_text() for path in Ledger("toy").folder.glob("*.checkpoint")] == ["half-way"]
    notebook["fail"] = iter([1]).__next__
    assert notebook.once() and calls == [False, True]
    assert not list(Ledger("toy").folder.glob("*.checkpoint"))


def test_numbers_of_numpy_and_torch_are_taken_and_come_back_plain(notebook):
    settings = {"seed": np.int64(1), "rates": np.array([0.1, 0.2]), "deep": {"t": torch.tensor([1, 2])}}
    outcome = {
        "f": np.float32(0.5), "i": np.int8(3), "b": np.bool(True), "0d": torch.tensor(2.5), "t": torch.eye(2),
        "half": torch.tensor([1.5], dtype=torch.bfloat16), "s": pd.Series([1, 2]), "pair": Pair(1, np.uint8(2)),
        "nested": {"x": [(np.array([True]),)]}, 5: "number", "nan": math.nan, "inf": [-math.inf, np.inf],
        "text": np.str_("a"), "long": np.longdouble([2]), "none": None, "words": np.array(["a", "b"]),
    }  # fmt: skip
    outcome["grad"] = torch.ones(1, requires_grad=True)
    first, again = (Ledger("toy").once(settings, lambda _: outcome) for _ in range(2))
    assert repr(first) == repr(again)
    assert first["f"] == 0.5 and first["i"] == 3 and first["b"] is True and first["0d"] == 2.5
    assert first["t"] == [[1, 0], [0, 1]] and first["half"] == [1.5] and first["s"] == [1, 2]
    assert first["pair"] == [1, 2] and first["nested"] == {"x": [[[True]]]} and first["5"] == "number"
    assert math.isnan(first["nan"]) and first["inf"] == [-math.inf, math.inf] and first["grad"] == [1.0]
    assert first["text"] == "a" and first["long"] == [2.0] and first["words"] == ["a", "b"]


def test_settings_that_cannot_be_kept_are_refused_before_the_work_begins(calls):
    for settings, message in (
        ({"model": torch.nn.ReLU()}, r"settings\['model'\] is a ReLU, which is neither a number"),
        ({"a": [1, {"b": {1, 2}}]}, r"settings\['a'\]\[1\]\['b'\] is a set"),
        ({"table": pd.DataFrame({"a": [1]})}, r'of a table give table\.to_dict\("list"\)'),
        ({("a", 1): 2}, r"settings has the key \('a', 1\), a tuple: use text or numbers"),
        ({"z": np.array([1j])}, r"settings\['z'\]\[0\] is a complex"),
    ):
        with pytest.raises(TypeError, match=message):
            Ledger("toy").once(settings, partial(work, calls.append))
    with pytest.raises(ValueError, match="two keys that are written '1'"):
        Ledger("toy").once({1: 2, "1": 3}, partial(work, calls.append))
    assert calls == []


def test_no_outcome_is_lost_because_it_cannot_be_kept(calls):
    outcome, note = {"auroc": 0.5, "model": object()}, calls.append

    def run(checkpoint):
        if checkpoint.exists():
            note("goes on")
        checkpoint.write_text("trained")
        return outcome

    ledger = Ledger("toy")
    with pytest.raises(
        NotKept, match=r"outcome\['model'\] is a object.*`\.outcome` of this error"
    ) as failure:
        ledger.once({"seed": 0}, run)
    assert failure.value.outcome["model"] is outcome["model"] and failure.value.outcome["auroc"] == 0.5
    assert not list(ledger.folder.glob("*.json")) and len(list(ledger.folder.glob("*.checkpoint"))) == 1
    with pytest.raises(NotKept):
        ledger.once({"seed": 0}, run)
    assert calls == ["goes on"]
    with pytest.raises(NotKept, match="the run gave a list, and not a dictionary") as failure:
        ledger.once({"seed": 1}, lambda _: [1, 2])
    assert failure.value.outcome == [1, 2]


def test_a_full_disk_loses_no_outcome(calls, monkeypatch):
    ledger = Ledger("toy")

    def run(checkpoint):
        monkeypatch.setattr(
            runs.files, "write_text", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left"))
        )
        return {"auroc": 0.5}

    with pytest.raises(NotKept, match="No space left") as failure:
        ledger.once({"seed": 0}, run)
    assert failure.value.outcome["auroc"] == 0.5


def test_a_folder_that_cannot_be_written_to_is_named_before_the_work_begins(calls, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("DNACOURSE_CACHE", str(tmp_path / "file"))
    with pytest.raises(OSError, match=r"no run can be kept in .*: name another folder in DNACOURSE_CACHE"):
        Ledger("toy").once({"seed": 0}, partial(work, calls.append))
    assert calls == []


def test_a_damaged_run_is_named(notebook):
    notebook.run("def used(): return 1")
    assert notebook.once()
    (path,) = Ledger("toy").folder.glob("*.json")
    path.write_text(path.read_text()[:-5])
    with pytest.raises(ValueError, match=r"\.json is damaged .*: delete it, and the run is done anew"):
        notebook.once()


def test_a_training_that_ctrl_c_has_ended_in_order_is_not_kept_as_done(monkeypatch):
    from test_training import KillAt, quiet_fit, small

    class Press(KillAt):
        def step(self, run):
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGINT)

    def train(checkpoint):
        history = quiet_fit(
            small(), epochs=4, callbacks=Press(int(os.environ["PRESS"])), checkpoint=checkpoint
        )
        return {"epochs": len(history)}

    monkeypatch.setenv("PRESS", "9")
    with pytest.raises(KeyboardInterrupt):
        Ledger("toy").once({"seed": 0}, train)
    assert [path.suffix for path in Ledger("toy").folder.iterdir()] == [".checkpoint"]
    monkeypatch.setenv("PRESS", "0")
    assert Ledger("toy").once({"seed": 0}, train)["epochs"] == 4
