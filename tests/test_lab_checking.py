"""What the checks of all labs share: answers in any container, the place of a difference, tables to fill in."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import partial

import numpy as np
import pandas as pd
import pytest
import torch
from Bio.Seq import Seq
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from lab_answers import ANSWERS
from scipy import sparse

from dnacourse.labs.checking import (
    CheckFailed,
    CountedText,
    Steps,
    TableToFillIn,
    check,
    describe,
    plain,
    same,
    written_by_hand,
)  # fmt: skip
from dnacourse.labs.checking.comparing import close, shape_of
from dnacourse.labs.checking.describing import difference
from dnacourse.labs.checking.tables import _is_rounded

NUMBERS = [[1.0, 2.0], [3.0, 4.0]]


def message(function, *arguments):
    with pytest.raises(CheckFailed) as failure:
        function(*arguments)
    return str(failure.value)


@pytest.mark.parametrize(
    "answer",
    [
        ((1, 2), (3, 4)),
        (row for row in NUMBERS),
        [iter(row) for row in NUMBERS],
        np.array(NUMBERS, np.float32),
        np.array(NUMBERS, object),
        np.ma.array(NUMBERS, mask=False),
        [np.ma.array([1, 2]), pd.Series([3, 4])],
        pd.DataFrame(NUMBERS, columns=["a", "b"]),
        sparse.csr_matrix(NUMBERS),
        torch.tensor(NUMBERS, requires_grad=True),
        torch.tensor(NUMBERS, dtype=torch.bfloat16).to_sparse(),
        [[torch.tensor(1), np.int8(2)], [Fraction(3), np.array(4.0)]],
    ],
)
def test_an_answer_is_the_same_whatever_holds_it(answer):
    assert same(plain(answer), NUMBERS)


def test_what_a_masked_array_hides_is_missing():
    assert same(plain(np.ma.array([1, 2], mask=[False, True])), [1.0, np.nan])


def test_text_and_dictionaries_of_others_are_pythons():
    assert plain([Seq("ACG"), np.str_("ACG")]) == ["ACG", "ACG"]
    assert plain({"A": np.float32(0.5), "C": torch.tensor([1, 2])}) == {"A": 0.5, "C": [1, 2]}


def test_what_has_no_plain_form_stays():
    for answer in (int, np.float64, len, ..., np.ma.array(["A"], mask=[False])[0]):
        assert plain(answer) == answer


def test_numbers_are_close_to_a_tolerance_and_infinity_only_to_itself():
    assert close(1.0005, 1.0, 1e-3) and not close(1.002, 1.0, 1e-3)
    assert close(1000.5, 1000.0, 1e-3) and close(np.nan, np.nan)
    assert close(10**400, np.inf) and not close(10**400, 1.0)
    assert not close(5.0, -np.inf) and not close(np.inf, -np.inf) and close(-np.inf, -np.inf)
    assert not close(np.nan, 1.0) and not close(1.0, np.nan)


@given(
    arrays(
        np.float64, array_shapes(min_dims=2, max_dims=3, min_side=2, max_side=5), elements=st.floats(-9, 9)
    ),
    st.data(),
)
def test_the_place_where_arrays_differ_is_named(array, data):  # fmt: skip
    place = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    other = array.copy()
    other[place] += 100
    right = array.tolist()
    assert same(right, right) and not same(other.tolist(), right)
    said = difference(other.tolist(), right)
    short = len(right) <= 4 and max(len(repr(right)), len(repr(other.tolist()))) <= 160
    assert short or (f"of shape {array.shape} has" in said and f"at {list(place)}, but" in said)


@pytest.mark.parametrize(
    ("answer", "expected", "said"),
    [
        (np.zeros((3, 4)), np.ones((4, 3)), "you give an array of shape (3, 4), but shape (4, 3) is right."),
        (np.zeros((3, 4)), np.zeros(12), "you give an array of shape (3, 4), but shape (12,) is right."),
        ([1, 2], [1, 2, 3], "you give 2 things, [1, 2], but there are 3: [1, 2, 3]."),
        (range(7), [0, 1, 2, 3, 4, 9, 6], "you give 5 at place 5, counted from 0, but 9 is right."),
        (
            [np.zeros(9), np.eye(9)],
            [np.zeros(9), np.zeros((9, 9))],
            "at place 1, counted from 0, your array of shape (9, 9) has 1.0 at [0, 0], but 0.0 is right.",
        ),
        ({"A": 1}, {"A": 1, "C": 2}, "your dictionary has the wrong keys: 'C' is missing."),
        (None, 0.25, "you give None, but 0.25 is right."),
    ],
)
def test_a_difference_in_words(answer, expected, said):
    assert difference(plain(answer), plain(expected)) == said


def test_shapes_of_lists():
    assert shape_of([[1, 2, 3], [4, 5, 6]]) == (2, 3) and shape_of([1.0]) == (1,)
    assert shape_of([[1], [2, 3]]) == shape_of(3) == shape_of([]) == shape_of(["a"]) == ()


def test_arguments_are_shown_as_a_learner_would_write_them():
    assert describe(np.array([0, 1, 4, 3], np.uint8)) == "encode('ACNT')"
    assert describe(np.array([[0, 1], [2, 3]], np.uint8)) == "encode(['AC', 'GT'])"
    assert describe([np.array([0], np.uint8), np.array([], np.uint8)]) == "[encode('A'), encode('')]"
    assert describe(np.zeros((4, 20))) == "<array (4, 20)>"


def first(numbers):
    return numbers[0]


@pytest.mark.parametrize("one", [[7], np.array([[7.0]]), torch.tensor(7), pd.Series([7]), (7 for _ in "a")])
def test_one_number_may_stand_in_any_container(one):
    check(lambda numbers: one, [([7, 8],)], first, {}, returns="one number")


def test_another_kind_of_answer_is_told_what_to_return():
    def judge(function):
        check(function, [([7, 8],)], first, {sum: "That is the sum."}, returns="one number", question="Why?")

    said = "In <lambda>([7, 8]) you give [7, 8], but 7 is right. Give one number."
    assert message(judge, lambda numbers: numbers) == said
    assert message(judge, lambda numbers: 9) == "In <lambda>([7, 8]) you give 9, but 7 is right. Why?"
    assert message(judge, sum).startswith("That is the sum.")


def test_what_goes_wrong_in_a_generator_is_told():
    def count(numbers):
        yield 1
        raise KeyError("lost")

    assert "raised KeyError: 'lost'" in message(
        lambda: check(count, [([1],)], lambda numbers: [1], {}, returns="a list")
    )


SCORES = {"chance": [0.5125, 0.5375], "network": [0.8125, 0.9375]}
TABLE = TableToFillIn(
    name="table",
    rows=SCORES,
    holds="a list of 2 AUROCs, not in percent",
    parts=("", ""),
    between=(0, 1),
    tolerance=0.001,
    mistakes={lambda row, right: [1 - value for value in right[row]]: "That is turned over."},
    repeated="the same twice.",
    near=0.005,
    advice={"chance": "Toss a coin.", "network": "Train it."},
)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (None, "The table is not filled in yet: `table` must be a dictionary."),
        (..., "not filled in yet"),
        ([0.5, 0.8], "must be a dictionary with the keys 'chance', 'network', not [0.5, 0.8]."),
        ({"chance": [0.5, 0.5]}, "the keys 'chance', 'network': 'network' is missing."),
        ({"chance": [], "net": []}, "'network' is missing, and 'net' is not one of them."),
        (SCORES | {"network": None}, "table['network'] is not filled in yet: it must be a list of 2 AUROCs"),
        (SCORES | {"network": [0.8125, ...]}, "table['network'] is not filled in yet"),
        (SCORES | {"network": [0.8125, np.nan]}, "table['network'] is not filled in yet"),
        (SCORES | {"network": pd.Series([0.8, pd.NA])}, "table['network'] is not filled in yet"),
        (SCORES | {"network": []}, "table['network'] is not filled in yet"),
        (SCORES | {"network": ""}, "table['network'] is not filled in yet"),
        (SCORES | {"network": 0.8}, "table['network'] must be a list of 2 AUROCs, not in percent; yours is 0.8."),
        (SCORES | {"network": ["0.8", 0.9]}, "yours is ['0.8', 0.9]."),
        (SCORES | {"network": np.ones((2, 8))}, "yours has the shape (2, 8)."),
        (SCORES | {"network": [81.25, 93.75]}, "not in percent; yours is [81.25, 93.75]."),
        (SCORES | {"network": [0.812, 0.938]}, "table['network'] is rounded: put in what was computed, as it is."),
        (SCORES | {"network": [0.81, 0.94]}, "is rounded"),
        (SCORES | {"network": [0.81, 0.93]}, "table['network'] is [0.81, 0.93], which is not right yet. Train it."),
        (SCORES | {"network": [0.8125, 0.9405]}, "near, but not what the recipe gives. Train it."),
        (SCORES | {"network": [0.9375, 0.9375]}, "table['network']: the same twice."),
        (SCORES | {"network": [0.1875, 0.0625]}, "table['network']: That is turned over."),
        ({"chance": SCORES["network"], "network": SCORES["chance"]}, "table['chance'] and table['network'] have changed places."),
        (SCORES | {"chance": [0.7, 0.5375]}, "table['chance'] is [0.7, 0.5375], which is not right yet. Toss a coin."),
    ],
)  # fmt: skip
def test_a_table_names_what_is_wrong_in_it(answer, said):
    assert said in message(TABLE.check, answer, lambda: SCORES)


@pytest.mark.parametrize(
    "answer",
    [
        SCORES | {"another": None},
        {row: np.array(values)[:, None] for row, values in SCORES.items()},
        {row: torch.tensor(values) for row, values in SCORES.items()},
        {row: tuple(value + 0.0009 for value in values) for row, values in SCORES.items()},
        pd.Series(SCORES),
        pd.DataFrame(SCORES),
        pd.DataFrame(SCORES).T,
    ],
)
def test_a_right_table_passes_whatever_holds_it(answer):
    TABLE.check(answer, lambda: SCORES)


def test_the_right_table_is_not_computed_for_one_that_is_not_complete():
    message(TABLE.check, SCORES | {"network": None}, lambda: pytest.fail("computed"))


def test_a_table_far_from_what_was_measured_is_told_before_anything_is_computed():
    quick = replace(TABLE, measured=SCORES, roughly=0.01)
    wrong = SCORES | {"network": [0.7, 0.9375]}
    assert "not right yet" in message(quick.check, wrong, lambda: pytest.fail("computed"))
    near = {row: [value + 0.004 for value in values] for row, values in SCORES.items()}
    assert "near, but" in message(quick.check, near, lambda: SCORES)


@pytest.mark.parametrize(
    ("given", "is_rounded"),
    [
        ([0.2892, 0.2877], True),
        ([0.28922, 0.28773], True),
        ([0.289, 0.287], True),  # cut off
        ([0.2892, 0.2877354648849098], True),
        ([0.2892237737782676, 0.2877354648849098], False),
        ([0.28, 0.3], False),
        ([0.2892, 0.3], False),
    ],
)
def test_rounded_is_what_equals_the_right_number_rounded(given, is_rounded):
    assert _is_rounded(given, [0.28922377377826763, 0.2877354648849098]) == is_rounded


def test_a_dictionary_in_a_dictionary_is_a_table_of_pairs():
    table = TableToFillIn(name="t", rows=[("a", "b"), ("b", "a")])
    table.check({"a": {"b": 1}, "b": {"a": 2}}, lambda: {("a", "b"): 1, ("b", "a"): 2})


def test_comparisons_are_counted_in_pieces_too():
    steps = Steps(most=4, said="Too many.")
    text = CountedText("ACGT", steps)
    assert text[:2] == "AC" and "N" not in text and text[1:3] in {"CG"} and steps.taken == 3
    assert hash(text) == hash("ACGT") and len(text) == 4
    with pytest.raises(CheckFailed, match="Too many"):
        "CG" in text  # noqa: B015


def test_what_a_function_changes_is_named():
    def spoil(numbers, table):
        table["a"] = 1
        return 1

    check_it = partial(check, cases=[([1], {})], right=lambda *_: 1, mistakes={}, returns="one number")
    assert "`spoil` changes `table`, which belongs to who calls it" in message(check_it, spoil)
    check_it(lambda numbers, table: len(numbers))


def test_only_the_first_wrong_part_is_shown():
    def halved(numbers):
        return [numbers, [part / 2 for part in numbers]]

    def judge(function):
        check(
            function,
            [([2, 4],)],
            lambda numbers: [numbers, numbers],
            {},
            returns="two",
            parts=("one", "other"),
        )

    assert message(judge, halved) == "In halved([2, 4]) other: you give [1.0, 2.0], but [2, 4] is right."


def test_planes_are_described_and_compared_as_letters():
    planes = np.eye(4)[[2, 0, 3]].T
    assert (
        describe(planes) == "planes of 'GAT'"
        and describe(np.stack([planes, planes])) == "planes of ['GAT', 'GAT']"
    )
    said = difference(planes[::-1].tolist(), planes.tolist())
    assert said == "you give the planes of 'CTA', but those of 'GAT' are right."


@pytest.mark.parametrize(
    ("answer", "allowed", "said"),
    [
        (lambda: sum(np.convolve([1, 2], [1])), (), "NumPy's own convolve"),
        (lambda: torch.nn.functional.one_hot(torch.tensor([1])), (), "PyTorch's own one_hot"),
        (lambda: torch.ones(1, requires_grad=True).sum().backward() or 1, (), "PyTorch's own backward"),
        (lambda: pd.get_dummies(["A"]), (), "pandas's own get_dummies"),
        (lambda: Seq("ACG").reverse_complement(), (), "Biopython's own reverse_complement"),
        (lambda: np.convolve([1, 2], [1]), ("numpy",), ""),
        (lambda: np.dot([1, 2], [1, 2]), (), ""),
        (lambda: torch.sigmoid(torch.ones(1)), (), ""),
    ],
)
def test_ready_made_functions_are_named(answer, allowed, said):
    if not said:
        return written_by_hand(answer, allowed=allowed)
    assert said in message(lambda: written_by_hand(answer, allowed=allowed))


def test_a_mistake_in_the_whole_table_must_explain_the_whole_table():
    whole = TableToFillIn(
        name="t",
        rows="ab",
        mistakes={lambda row, right: -right[row]: "All signs are turned."},
        row_by_row=False,
    )
    right = {"a": 1.5, "b": 2.5}
    assert message(whole.check, {"a": -1.5, "b": -2.5}, lambda: right) == "All signs are turned."
    assert "t['a'] is -1.5" in message(whole.check, {"a": -1.5, "b": 2.5}, lambda: right)


def odd_answers():
    """What nobody expects, each made anew for every call."""
    return [
        ..., object(), int, len, "", b"", "ACGT", [], {}, set(), 3, 3.5, -1, True, 1j, np.nan, np.inf, 10**400, [10**400], [None],
        [0.7, None], [None] * 4, [[]], [[], []], [[1, 2], [3]], [[[1], [2, 3]], [[4]]], [(1, 2, 3)], [("a", "b", "+")],
        {"ATG": None}, {1: 2}, pd.DataFrame({"a": [1, 2]}), pd.Series([1, pd.NA], dtype="Int64"), pd.NA, torch.empty(0),
        torch.ones(3, requires_grad=True), np.ma.masked, np.array([1j]), np.zeros((0, 4)), np.zeros(3, object), sparse.eye(3), Seq("ACG"),
        [np.array([1, 2]), np.array([[3]])],
    ]  # fmt: skip


@pytest.mark.parametrize("which", range(len(ANSWERS)))
def test_no_answer_is_too_odd_for_a_sentence(which):
    """A few odd answers to each check, so that each odd answer meets several checks."""
    check = list(ANSWERS)[which]
    for number in range(which % 6, len(odd_answers()), 6):
        assert message(check, lambda *arguments, number=number: odd_answers()[number])


def test_importing_the_labs_trains_nothing_and_needs_no_torch():
    code = (
        "import json, sys; from dnacourse.labs import lab01, lab02, lab03, lab04, lab05, lab06;"
        "print(json.dumps([name for name in ('torch', 'tensorflow') if name in sys.modules]))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == []
