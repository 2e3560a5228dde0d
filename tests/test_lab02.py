"""Lab 02: mistakes written anew, cheating, and right answers in another form."""

import numpy as np
import pandas as pd
import pytest
import torch
from lab_answers import pad_by_hand

from dnacourse import sequence
from dnacourse.labs import lab02
from dnacourse.labs.checking import CheckFailed
from dnacourse.labs.lab02 import leaks
from dnacourse.labs.lab02 import mistakes as known


def message(check, answer):
    with pytest.raises(CheckFailed) as failure:
        check(answer)
    return str(failure.value)


def leaked_by_hashes(train, test, k):
    """Right, by other means: words as numbers, sorted."""

    def words(text):
        return [hash(text[i : i + k]) for i in range(len(text) - k + 1) if "N" not in text[i : i + k]]

    seen = np.array(sorted(one for text in train for one in words(text)))
    return np.mean([bool(np.isin(words(text), seen).any()) for text in test])


def test_right_answers_in_another_form_pass():
    lab02.check_one_hot(lambda t: np.array([[[float(x == c) for x in row] for c in range(4)] for row in t]))
    lab02.check_one_hot(lambda t: np.moveaxis(np.eye(6)[t], 2, 1)[:, :4])
    lab02.check_other_strand(lambda p: np.flip(p, (1, 2)).copy())
    lab02.check_pad(lambda s, n: list(pad_by_hand(s, n)))
    lab02.check_gc_of_batch(lambda t, m: ((((t == 1) | (t == 2)) & m).sum(1) / ((t < 4) & m).sum(1)).tolist())
    lab02.check_gc_of_batch(lambda t, m: (value for value in known.gc_of_batch(t, m)))
    lab02.check_gc_of_batch(lambda t, m: np.ma.masked_invalid(known.gc_of_batch(t, m)))
    lab02.check_gc_of_batch(lambda t, m: pd.Series(known.gc_of_batch(t, m)))
    lab02.check_gc_of_batch(lambda t, m: torch.tensor(known.gc_of_batch(t, m), dtype=torch.float32))
    lab02.check_pad(lambda s, n: (pad_by_hand(s, n)[0].astype(int), pad_by_hand(s, n)[1]))
    lab02.check_leaked(leaked_by_hashes)


def test_a_change_of_the_callers_array_is_told():
    def careless(tokens, mask):
        tokens[~mask] = 5
        return known.gc_of_batch(tokens, mask)

    assert "changes `tokens`, which belongs to who calls it" in message(lab02.check_gc_of_batch, careless)


def test_ready_made_planes_do_not_count():
    def by_torch(tokens):
        planes = torch.nn.functional.one_hot(torch.tensor(tokens.astype(int)), 6)[..., :4]
        return planes.movedim(2, 1).numpy()

    assert "PyTorch's own one_hot" in message(lab02.check_one_hot, by_torch)


def test_planes_are_shown_as_letters():
    said = message(lab02.check_other_strand, lambda p: p[:, [3, 1, 2, 0], ::-1])
    assert "in your planes, but" in said and "<array" not in said


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


TABLE = leaks.leak_table()


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
        (TABLE | {"splice by chance": round(TABLE["splice by chance"], 4)}, "is rounded"),
        (TABLE | {"splice by chance": 121}, "not a number of sequences"),
        (TABLE | {"pum2 as given": 0.5}, "leak_table['pum2 as given'] is 0.5, which is not right yet"),
        (
            TABLE | {"pum2 as given": leaks.leaked(*lab02.three_splits()["pum2 as given"][:2], 30)},
            "words of 30 letters",
        ),
        (
            TABLE | {"splice by chance": leaks.leaked(*lab02.three_splits()["splice by chance"][1::-1], 30)},
            "changed places",
        ),
    ],
)
def test_the_leak_table_names_its_mistakes(answer, words):
    assert words in message(lab02.check_leak_table, answer)
