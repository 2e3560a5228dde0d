"""What code reaches: on a small package with every way to import, and on the course itself."""

import ast
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dnacourse.reach import Package, as_code, changes, digest, in_words, parsed, reached, walk
from tools.factory.manuscript import ROOT, Manuscript, manuscripts

FILES = {
    "__init__.py": '"""The package."""\n',
    "kmers.py": '''"""Words."""

from dnacourse import letters
from dnacourse.letters import ALPHABET as LETTERS

WIDTH = 3
TABLE = {"a": lambda: helper(1)}


def count_kmers(text: str, width: int = WIDTH) -> int:
    """How many."""
    return len(LETTERS) + helper(width)  # at least


def helper(x):
    def inner(letters):
        return letters.shape
    return inner(x)


def other():
    return letters.encode


class Counter:
    """Counts."""

    width: int = WIDTH
    """Letters of a word."""

    def count(self):
        """Now."""
        return other()
''',
    "letters.py": 'ALPHABET = "ACGT"\n\n\ndef encode():\n    return 1\n\n\ndef decode():\n    return 2\n',
    "training/__init__.py": "from dnacourse.training import losses\nfrom .loop import fit as fit, Run\n",
    "training/loop.py": """from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dnacourse.kmers import Counter


def fit(counter: "Counter"):
    from . import losses as measures

    return measures.binary(Run)


class Run:
    pass
""",
    "training/losses.py": "from ..letters import *\n\n\ndef binary(run):\n    return decode()\n",
    "lazy.py": "def __getattr__(name):\n    return 1\n",
    "start.py": """import os

from dnacourse import quiet

os.environ.setdefault("A", "B")
registry = {}


def register(function):
    registry[function.__name__] = function
    return function


@register
def registered():
    return 5


def plain():
    return 6
""",
    "quiet.py": "try:\n    import json as codec\nexcept ImportError:\n    codec = None\n",
    "needs.py": "def missing():\n    return 1\n\n\ndef load_ipython_extension(shell):\n    return missing()\n",
    "cli.py": "def main():\n    return 0\n",
    "results.py": "def reproduced(name):\n    return name\n",
    "datasets/__init__.py": "from dnacourse.datasets.cards import card\n\n\ndef load(name):\n    return card(name)\n\n\n"
    "def catalog():\n    return 1\n",
    "datasets/cards.py": "def card(name):\n    return names()\n\n\ndef names():\n    return 2\n",
    "datasets/sets/one/loader.py": "from dnacourse.letters import encode\n\n\ndef load():\n    return encode()\n",
    "datasets/sets/one/card.toml": 'what = "One"\nuses = ["two"]\n',
    "datasets/sets/two/loader.py": "def load():\n    return 2\n",
    "datasets/sets/two/card.toml": 'what = "Two"\n',
    "datasets/sets/three/loader.py": "def load():\n    return 3\n",
    "datasets/sets/three/card.toml": 'what = "Three"\n',
    "peaks.py": "from dnacourse.datasets import load\n\n\ndef task(name):\n    return load(name)\n",
}


@pytest.fixture
def course(tmp_path):
    for name, text in FILES.items():
        write(tmp_path, name, text)
    (tmp_path / "results").mkdir()
    for name in ("chromatin", "peaks"):
        (tmp_path / "results" / f"{name}.json").write_text(json.dumps({"rows": [name]}))
    return tmp_path


def write(course, name, text):
    path = course / "dnacourse" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def replace(course, name, old, new):
    text = (course / "dnacourse" / name).read_text()
    assert text.count(old) == 1, name
    write(course, name, text.replace(old, new))


def labels(course, source):
    return {label.removeprefix("dnacourse.") for label in reached(source, course)}


COUNT = {"kmers.count_kmers", "kmers.helper", "kmers.WIDTH", "letters.ALPHABET"}
FIT = {"training.loop.fit", "training.loop.Run", "training.losses.binary", "letters.decode"}


@pytest.mark.parametrize(
    "source",
    [
        "from dnacourse import kmers\nkmers.count_kmers(1)",
        "from dnacourse.kmers import count_kmers as count\nprint(count)",
        "import dnacourse.kmers\ndnacourse.kmers.count_kmers",
        "import dnacourse.kmers as words\n[words.count_kmers(x) for x in y]",
        "import dnacourse\ndnacourse.kmers.count_kmers",
        "def f():\n    from dnacourse import kmers\n    return kmers.count_kmers",
        "if a:\n    from dnacourse import kmers\nelse:\n    kmers = None\nkmers.count_kmers",
        "from dnacourse.kmers import *\ncount_kmers()",
        "class A:\n    from dnacourse import kmers\n    x = kmers.count_kmers",
        "from dnacourse import kmers\ndef f(words=kmers.count_kmers):\n    return words",
        "from dnacourse import kmers\nkmers.count_kmers.cache = 1",
    ],
)
def test_a_name_is_followed_however_it_was_imported(course, source):
    assert labels(course, source) == COUNT


@pytest.mark.parametrize(
    "source",
    [
        "from dnacourse import kmers",
        "from dnacourse import kmers\ndef f(kmers):\n    return kmers.count_kmers",
        "from dnacourse import kmers\n[kmers.count_kmers for kmers in x]",
        "from dnacourse import kmers\nlambda kmers: kmers.count_kmers",
        "from dnacourse import kmers\ndef f():\n    for kmers in x:\n        kmers.count_kmers",
        "from dnacourse import kmers\ndef f(x: kmers.count_kmers) -> kmers.Counter:\n    y: kmers.Counter = x",
        "import numpy\nnumpy.kmers.count_kmers",
        "x.kmers.count_kmers\ncount_kmers(kmers)",
        "from dnacourse.kmers import nothing_such\nnothing_such()",
        "from dnacourse.no_module import x\nx()",
    ],
)
def test_what_is_not_used_is_not_reached(course, source):
    assert labels(course, source) == set()


def test_what_goes_on_in_an_inner_scope_does_not_hide_what_is_outside_it(course):
    first = "from dnacourse import letters as x\n[x for x in x.ALPHABET]"
    outer = "from dnacourse import letters\ndef f():\n    global letters\n    letters = letters.ALPHABET"
    method = "from dnacourse import letters\nclass A:\n    letters = 1\n    def f(self):\n        return letters.ALPHABET"
    assert all(labels(course, source) == {"letters.ALPHABET"} for source in (first, outer, method))


def test_names_are_followed_through_re_exports_stars_and_relative_imports(course):
    assert labels(course, "from dnacourse.training import fit\nfit()") == FIT
    assert labels(course, "from dnacourse import training\ntraining.losses.binary()") == {
        "training.losses.binary",
        "letters.decode",
    }
    assert labels(course, "from dnacourse import lazy\nlazy.anything") == {"lazy.__getattr__"}


def test_a_class_and_a_table_are_reached_as_a_whole_with_what_they_use(course):
    found = labels(course, "from dnacourse.kmers import Counter, TABLE\nCounter.count, TABLE")
    assert found == {
        "kmers.Counter", "kmers.WIDTH", "kmers.other", "letters.encode", "kmers.TABLE", "kmers.helper",
    }  # fmt: skip


@pytest.mark.parametrize("use", ["getattr(kmers, x)", "print(kmers)", "{1: kmers}", "all_of = kmers"])
def test_a_module_that_is_handed_on_is_reached_as_a_whole(course, use):
    found = labels(course, f"from dnacourse import kmers\n{use}")
    assert {"kmers.other", "kmers.TABLE", "kmers.Counter", "letters.encode", "letters.decode"} <= found


def test_what_a_module_does_when_it_is_imported_is_reached_with_anything_of_it(course):
    found = labels(course, "from dnacourse.start import plain\nplain()")
    assert {"start.plain", "start (module)", "start.registered", "quiet (module)"} <= found
    assert "start (module)" in labels(course, "import dnacourse.start"), "the import alone runs it"
    assert labels(course, "def f():\n    import dnacourse.quiet") == {"quiet (module)"}


def test_a_data_set_is_its_card_its_loader_and_those_that_it_uses(course):
    found = labels(course, 'from dnacourse.datasets import load as get\nget("one")')
    data = {"data one", "data two", "datasets.sets.one.loader.load", "letters.encode"}
    assert found == data | {"datasets.load", "datasets.cards.card", "datasets.cards.names"}
    for source in (
        'from dnacourse import datasets\n"three" == datasets.load(name="one")',
        'import dnacourse.datasets as d\nx = [d.load("one").tokens]',
    ):
        assert labels(course, source) == found
    assert labels(course, 'from dnacourse.datasets import card\ncard("two")') == {
        "data two",
        "datasets.cards.card",
        "datasets.cards.names",
    }


def data(course, source):
    return {label for label in reached(source, course) if "data" in label.split() or ".sets." in label}


def test_where_a_name_is_in_a_variable_all_texts_that_are_such_names_count(course):
    two = {"data two", "dnacourse.datasets.sets.two.loader.load"}
    three = {"data three", "dnacourse.datasets.sets.three.loader.load"}
    imports = "from dnacourse.peaks import task\nfrom dnacourse.datasets import catalog, load\n"
    assert data(course, imports + 'for name in ("two", "other"):\n    task(name)') == two
    assert data(course, imports + 'list(map(load, ["two", "three"]))') == two | three
    assert data(course, imports + "task(x)") >= two | three | {"data one"}, "there is no such text: all"
    assert data(course, imports + '"two" == load\ncatalog()') >= two | three | {"data one"}, "all are listed"
    assert data(course, imports + "catalog()") == {"data one", "data two", "data three"}
    assert data(course, 'from dnacourse.datasets import load\nload("new")') == {"data new"}
    assert reached('from dnacourse.datasets import load\nload("new")', course)["data new"]


def test_results_are_reached_by_name(course):
    start = "from dnacourse import results\n"
    assert labels(course, start + 'results.reproduced("peaks")') == {"results.reproduced", "result peaks"}
    names = start + 'for name in ["peaks"]:\n    results.reproduced(name)'
    assert labels(course, names) == {"results.reproduced", "result peaks"}
    before = reached(names, course)
    (course / "results" / "peaks.json").write_text("{}")
    after = reached(names, course)
    assert {label for label in before if before[label] != after[label]} == {"result peaks"}
    assert reached(start + 'results.reproduced("gone")', course)["result gone"] == "missing"


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("kmers.py", '"""How many."""', '"""How many words."""'),
        ("kmers.py", '    """How many."""\n', ""),
        ("kmers.py", '"""Counts."""', '"""Counts words."""'),
        ("kmers.py", '"""Letters of a word."""', '"""Width."""'),
        ("kmers.py", '"""Words."""', '"""k-mers."""'),
        ("kmers.py", "  # at least", ""),
        ("kmers.py", "len(LETTERS) + helper(width)", "(len(LETTERS)\n            + helper(width))"),
        ("kmers.py", "text: str, width: int = WIDTH) -> int", "text, width=WIDTH) -> float"),
        ("kmers.py", "WIDTH = 3\n", "WIDTH: int = 3\n"),
        ("kmers.py", "class Counter", "def new():\n    return 8\n\n\nclass Counter"),
        ("kmers.py", "return letters.encode", "return letters.decode"),
        ("kmers.py", '"a": lambda', '"b": lambda'),
        ("letters.py", "return 1", "return 3"),
        ("training/loop.py", "pass", "x = 1"),
        ("datasets/sets/three/card.toml", "Three", "3"),
        ("datasets/sets/one/card.toml", "what", "# a comment\nwhat"),
    ],
)
def test_nothing_has_changed_where_nothing_that_is_reached_does_something_else(course, name, old, new):
    source = 'from dnacourse import kmers, datasets\nkmers.count_kmers(datasets.card("one"))'
    before = reached(source, course)
    replace(course, name, old, new)
    assert reached(source, course) == before


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("kmers.py", "len(LETTERS) +", "len(LETTERS) -", "kmers.count_kmers"),
        ("kmers.py", "width: int = WIDTH)", "width: int = 4)", "kmers.count_kmers"),
        ("kmers.py", "letters.shape", "letters.size", "kmers.helper"),
        ("kmers.py", "WIDTH = 3\n", "WIDTH = 3.0\n", "kmers.WIDTH"),
        ("kmers.py", "    width: int = WIDTH", "    width: float = WIDTH", "kmers.Counter"),
        ("letters.py", '"ACGT"', '"TGCA"', "letters.ALPHABET"),
        ("training/losses.py", "return decode()", "return -decode()", "training.losses.binary"),
        ("letters.py", "return 2", "return 3", "letters.decode"),
        ("start.py", '"A", "B"', '"A", "C"', "start (module)"),
        ("start.py", "return 5", "return 7", "start.registered"),
        ("quiet.py", "= None", "= 0", "quiet (module)"),
        ("datasets/sets/one/card.toml", "One", "1", "data one"),
        ("datasets/sets/two/card.toml", "Two", "2", "data two"),
        (
            "datasets/sets/one/loader.py",
            "return encode()",
            "return -encode()",
            "datasets.sets.one.loader.load",
        ),
    ],
)
def test_what_has_changed_is_named(course, name, old, new, changed):
    source = (
        "from dnacourse import datasets, kmers, start, training\n"
        'training.fit(kmers.count_kmers, kmers.Counter, datasets.load("one"))'
    )
    before = reached(source, course)
    replace(course, name, old, new)
    after = reached(source, course)
    differ = {label.removeprefix("dnacourse.") for label in before if before[label] != after.get(label)}
    assert differ == {changed}


def test_a_source_text_that_is_shown_counts_with_its_docstring(course):
    source = "import inspect\nfrom dnacourse.kmers import Counter, other\ninspect.getsource(Counter.count)"
    before = reached(source, course)
    assert "dnacourse.kmers.Counter.count (text)" in before
    replace(course, "kmers.py", '"""Counts."""', '"""Counts all."""')
    assert reached(source, course) == before
    replace(course, "kmers.py", '"""Now."""', '"""Later."""')
    assert reached(source, course) != before


def test_cells_become_code(course):
    needs = {"needs.missing", "needs.load_ipython_extension"}
    count = "from dnacourse import kmers\nkmers.count_kmers()"
    assert labels(course, as_code([f"%%needs tensorflow\n{count}"])) == COUNT | needs
    assert labels(course, as_code([f"%%time\n{count}", "%%html\n<b>no code"])) == COUNT
    assert labels(course, as_code(["%load_ext dnacourse.needs", "%matplotlib inline\nx = 1"])) == needs
    assert labels(course, as_code(["!dnacourse data list"])) == {"cli.main"}
    mixed = f"!ls\nfiles = !ls\nif files:\n    %pwd\nkmers?\n{count}"
    assert labels(course, as_code([mixed])) == COUNT
    text = 'x = """\n%time is no magic here\n"""\ny = (1\n     % 2)'
    assert as_code([text]) == text


def test_an_error_in_the_syntax_names_the_file(course):
    with pytest.raises(SyntaxError) as failure:
        reached("if x =", course, "lecture.py")
    assert failure.value.filename == "lecture.py"
    write(course, "letters.py", "def f(:\n")
    with pytest.raises(SyntaxError) as failure:
        reached("from dnacourse import letters\nletters.f", course)
    assert failure.value.filename == str(course / "dnacourse" / "letters.py")
    assert labels(course, "from dnacourse import lazy\nlazy.x") == {"lazy.__getattr__"}, "nobody asked for it"


def test_a_package_that_was_read_does_not_see_later_changes(course):
    source, then = "from dnacourse import letters\nletters.ALPHABET", Package(course)
    before = reached(source, then)
    replace(course, "letters.py", "ACGT", "ACGU")
    assert reached(source, then) == before != reached(source, course)


def test_imports_in_a_circle_come_to_an_end(course):
    write(course, "a.py", "from dnacourse.b import x\nfrom dnacourse.b import *\n")
    write(
        course,
        "b.py",
        "from dnacourse.a import x\nfrom dnacourse.a import *\n\n\ndef f():\n    return x, y\n",
    )
    assert labels(course, "from dnacourse import a\na.f, a.x, a.z") == {"b.f"}


SOURCES = st.recursive(
    st.sampled_from(
        ["x = 1", "f(x)", "x += y.z", "print('a', b'b', 1.5, None, True)", "x = f'{x!r:>{n}} b'"]
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("\n".join),
        inner.map(lambda text: "def f(a, *b, c=1, **d):\n    " + text.replace("\n", "\n    ")),
        inner.map(lambda text: "while x:\n    " + text.replace("\n", "\n    ")),
        inner.map(lambda text: "class A(B):\n    " + text.replace("\n", "\n    ")),
    ),
    max_leaves=8,
)


@given(SOURCES, SOURCES)
def test_a_digest_tells_code_apart_and_knows_it_however_it_is_written(one, other):
    def of(text):
        return digest(parsed(text, "x.py").body)

    assert of(ast.unparse(ast.parse(one))) == of(one) == of("'''Doc.'''\n# note\n" + one + "\n\n'''End.'''")
    assert (of(one) == of(other)) == (ast.dump(ast.parse(one)) == ast.dump(ast.parse(other)))


def test_a_digest_is_the_same_in_all_versions_of_python():
    source = (
        "def f(a, *, b=None, **c):\n    return [f'{a!r:>{b}} x' 'y', (lambda: ...)(), a[1:], not b, 2**-1]"
    )
    assert digest(parsed(source, "x.py").body) == "246154704e96a7e6"


def of_manuscript(path):
    manuscript = Manuscript(ROOT / "manuscript" / path)
    cells = [cell.source for cell in manuscript.read().cells if cell.cell_type == "code"]
    return set(reached(as_code(cells), ROOT))


REACHED = {
    "lectures/01_reading_dna.py": {"dnacourse.orfs.find_orfs", "data ecoli", "data lambda"},
    "lectures/03_the_kmer_baseline.py": {"dnacourse.kmers.count_kmers", "data pum2", "data bushey_tracks"},
    "lectures/05_convolutions_find_motifs.py": {
        "result deepbind_vs_baselines", "dnacourse.needs.missing", "dnacourse.keras_models (module)",
        "dnacourse.keras_models.embedding_cnn.embedding_cnn",
    },
    "lectures/06_many_labels_at_once.py": {
        "result chromatin", "dnacourse.keras_models.measures.F1", "data bushey_tracks", "data fly_promoters",
        "dnacourse.datasets.sets.fly_promoters.loader.pieces",
    },
    "notebooks/deepbind_vs_baselines.py": {
        "dnacourse.training.loop.fit", "data oct4", "data mafk", "data chr20", "dnacourse.peaks.against_genome",
        "dnacourse.datasets.sets.oct4.loader.load", "dnacourse.models.deepbind.DeepBind",
    },
}  # fmt: skip
NOT_REACHED = {
    "lectures/01_reading_dna.py": ("dnacourse.training", "dnacourse.kmers", "data pum2", "result", "dnacourse.labs"),
    "lectures/03_the_kmer_baseline.py": ("dnacourse.training", "data chr20", "result"),
    "lectures/05_convolutions_find_motifs.py": ("dnacourse.orfs", "data ecoli", "result chromatin"),
    "lectures/06_many_labels_at_once.py": ("dnacourse.orfs", "data pum2"),
    "notebooks/deepbind_vs_baselines.py": ("dnacourse.orfs", "data ecoli", "dnacourse.keras_models", "result"),
}  # fmt: skip


@pytest.mark.parametrize("path", REACHED)
def test_what_the_courses_notebooks_reach(path):
    found = of_manuscript(path)
    assert REACHED[path] <= found
    assert not [label for label in found if label.startswith(NOT_REACHED[path])]


@pytest.mark.parametrize("manuscript", manuscripts(), ids=lambda one: one.name)
def test_every_notebook_reaches_the_data_it_loads_and_of_the_labs_its_own(manuscript):
    code = manuscript.code()
    found = reached(code, ROOT)
    loaded = re.findall(r"\bload\([\"'](\w+)[\"']\)", code)
    assert {f"data {name}" for name in loaded} <= set(found)
    assert {f"dnacourse.datasets.sets.{name}.loader.load" for name in loaded} <= set(found)
    labs = {label.split(".")[2] for label in found if label.startswith("dnacourse.labs.lab")}
    assert labs == ({manuscript.name.partition("_")[0]} if manuscript.kind == "labs" else set())
    assert not [
        label
        for label in found
        if label.startswith(("dnacourse.grading", "dnacourse.doctor", "dnacourse.cli"))
    ]


def test_the_functions_that_read_data_and_results_have_the_names_that_are_known_here():
    package = Package(ROOT)
    for label in {walk.LOAD, walk.REPRODUCED, *walk.NAME_A_CARD, *walk.LIST_CARDS}:
        module, _, name = label.rpartition(".")
        assert name in package.module(module).definitions, label
    assert "ecoli" in package.data_sets() and "chromatin" in package.results()


def test_two_looks_are_compared_and_put_into_words():
    before = {"a": "1", "b": "2", "c": "3", "d": "4", "e": "5"}
    assert changes(before, {**before, "b": "3", "f": "6"}) == ["b"], "f is there because b has changed"
    assert changes(before, {"a": "1", "b": "2", "c": "3", "d": "4", "f": "5"}) == ["e", "f"]
    assert changes(before, dict(before)) == []
    assert in_words(["a"]) == "a has changed" and in_words(["a", "b"]) == "a and b have changed"
    assert in_words(["a", "b", "c"]) == "a, b and c have changed"
    assert in_words(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more have changed"
