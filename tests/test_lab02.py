"""Lab 02: mistakes written anew, cheating, and right answers in another form."""

import numpy as np
import pytest
from lab_answers import pad_by_hand

from dnacourse import sequence
from dnacourse.labs import lab02
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab02 import mistakes as known


def message(check, answer):
    with pytest.raises(CheckFailed) as failure:
        check(answer)
    return str(failure.value)


def slow_leaked(train, test, k):
    """Right, by other means: every word of a test sequence is searched in every training sequence."""
    hits = 0
    for text in test:
        words = [text[i : i + k] for i in range(len(text) - k + 1)]
        hits += any("N" not in word and any(word in other for other in train) for word in words)
    return hits / len(test)


def test_right_answers_in_another_form_pass():
    lab02.check_one_hot(lambda t: np.array([[[float(x == c) for x in row] for c in range(4)] for row in t]))
    lab02.check_one_hot(lambda t: np.moveaxis(np.eye(6)[t], 2, 1)[:, :4])
    lab02.check_other_strand(lambda p: np.flip(p, (1, 2)).copy())
    lab02.check_pad(lambda s, n: list(pad_by_hand(s, n)))
    lab02.check_gc_of_batch(lambda t, m: ((((t == 1) | (t == 2)) & m).sum(1) / ((t < 4) & m).sum(1)).tolist())
    lab02.check_leaked(slow_leaked)


@pytest.mark.parametrize(
    ("check", "answer", "words"),
    [
        (lab02.check_encode, lambda text: known.encode(text).tolist(), "but come as a list"),
        (lab02.check_encode, lambda text: known.encode(text).astype(int), "of type int64. Make it uint8"),
        (lab02.check_encode, lambda text: np.array(["ACGT".index(x) for x in text]), "ValueError"),
        (lab02.check_one_hot, lambda t: np.eye(4)[t], "IndexError"),
        (lab02.check_one_hot, lambda t: np.stack([t == x for x in range(4)]), "(4, N, L)"),
        (lab02.check_one_hot, lambda t: np.stack([t == x for x in range(4)], axis=-1), "side by side"),
        (lab02.check_other_strand, lambda p: p[:, :, ::-1], "read backwards"),
        (
            lab02.check_pad,
            lambda s, n: (pad_by_hand(s, n)[0], pad_by_hand(s, n)[1].astype(int)),
            "of type int64. Make it bool",
        ),
        (
            lab02.check_leaked,
            lambda a, b, k: (
                sum(any(t[i : i + k] in "".join(a) for i in range(len(t) - k + 1)) for t in b) / len(b)
            ),
            "is",
        ),
        (
            lab02.check_gc_of_batch,
            lambda t, m: (((t == 1) | (t == 2)) & m).mean(axis=1),
            "divide by all places",
        ),
        (lab02.check_leaked, lambda a, b, k: len(set(b) & set(a)) / len(b), "compare whole sequences"),
        (lab02.check_leaked, lambda a, b, k: None, "returned None"),
    ],
)
def test_a_mistake_written_anew_gets_the_right_words(check, answer, words):
    assert words in message(check, answer)


@pytest.mark.parametrize(
    ("check", "cheat"),
    [
        (lab02.check_encode, sequence.encode),
        (lab02.check_one_hot, sequence.one_hot),
        (lab02.check_other_strand, sequence.reverse_complement_one_hot),
        (lab02.check_pad, lambda s, n: sequence.pad([x[:n] for x in s], n)),
    ],
)
def test_calling_the_package_is_noticed(check, cheat):
    assert "calls dnacourse's own" in message(check, cheat)


TABLE = known.leak_table()


def test_the_leaks_are_those_of_the_cards():
    assert TABLE["splice by fold"] == 0
    assert round(TABLE["pum2 as given"] * 7475) == 276
    assert round(TABLE["splice by chance"], 2) == 0.19
    lab02.check_leak_table(TABLE | {"more": 1})


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not filled in yet"),
        ({"splice by chance": 0.2}, "with the keys 'splice by chance', 'splice by fold', 'pum2 as given'"),
        (TABLE | {"splice by chance": 0.19}, "is rounded"),
        (TABLE | {"splice by chance": 121}, "not a number of sequences"),
        (TABLE | {"pum2 as given": 0.5}, "leak_table['pum2 as given'] is 0.5, which is not right yet"),
        (
            TABLE | {"pum2 as given": known.leaked(*lab02.three_splits()["pum2 as given"][:2], 30)},
            "words of 30 letters",
        ),
        (
            TABLE | {"splice by chance": known.leaked(*lab02.three_splits()["splice by chance"][1::-1], 30)},
            "changed places",
        ),
    ],
)
def test_the_leak_table_names_its_mistakes(answer, words):
    assert words in message(lab02.check_leak_table, answer)
