"""What may be trained on: tensors, tuples and dictionaries of them, data sets, loaders, ragged sequences."""

import subprocess
import sys
from collections import namedtuple

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from test_training import RNG, TRAIN, VALID, X, Y, quiet_fit, sgd, small, weights
from torch import nn
from torch.utils.data import DataLoader, Dataset, Subset, TensorDataset

from dnacourse.alphabets import DNA, PROTEIN, RNA
from dnacourse.training import (
    Arrays,
    Augment,
    OneHot,
    PadAndMask,
    Samples,
    Sequences,
    TrainingError,
    as_batch,
    as_is,
    evaluate,
    losses,
    planes,
    predict,
    reverse_complement,
    structures,
)

TABLE = RNG.normal(size=(120, 3)).astype(np.float32)
MASK = X > 0


class TwoInputs(nn.Module):
    """A sequence and a table."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.sequence, self.table = nn.Linear(80, 1), nn.Linear(3, 1)

    def forward(self, sequence, table):
        return self.sequence(sequence.flatten(1)) + self.table(table)


Named = namedtuple("Named", "sequence table")


@pytest.mark.parametrize(
    "inputs",
    [
        lambda rows: (X[rows], TABLE[rows]),
        lambda rows: {"table": TABLE[rows], "sequence": X[rows]},
        lambda rows: Named(X[rows], TABLE[rows]),
        lambda rows: (torch.as_tensor(X[rows]), pd.DataFrame(TABLE[rows])),
    ],
    ids=["tuple", "dictionary", "named tuple", "tensor and table"],
)
def test_a_sequence_and_a_table_however_they_are_given(inputs):
    model, bare = TwoInputs(), TwoInputs()
    quiet_fit(model, (inputs(slice(0, 90)), Y[:90]), (inputs(slice(90, 120)), Y[90:]), optimizer=sgd(model))
    optimizer = sgd(bare)
    for epoch in range(3):
        order = np.arange(90)
        np.random.default_rng((0, epoch)).shuffle(order)
        for start in range(0, 90, 16):
            rows = order[start : start + 16]
            outputs = bare(planes(torch.as_tensor(X[rows])), torch.as_tensor(TABLE[rows]))
            cost = nn.functional.binary_cross_entropy_with_logits(outputs, torch.as_tensor(Y[rows]).float())
            optimizer.zero_grad()
            cost.backward()
            optimizer.step()
    assert torch.equal(weights(model), weights(bare))
    predicted = predict(model, (inputs(slice(90, 120)), Y[90:]), batch_size=7)
    assert predicted.shape == (30, 1)


class Pairs(Dataset):
    """Samples of a kind."""

    def __init__(self, make, rows=90):
        self.make, self.rows = make, rows

    def __len__(self):
        return self.rows

    def __getitem__(self, i):
        if not 0 <= i < self.rows:
            raise IndexError(i)
        return self.make(torch.as_tensor(X[i]), torch.as_tensor(Y[i]))


Sample = namedtuple("Sample", "inputs labels")
KINDS = {
    "pairs": lambda x, y: (x, y),
    "dictionaries": lambda x, y: {"inputs": x, "labels": y},
    "named tuples": Sample,
    "dictionaries of one input": lambda x, y: {"input": x, "label": y},
}


class OneInput(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = small(0)

    def forward(self, input):
        return self.inner(input)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", ["data set", "subset", "loader"])
def test_data_sets_subsets_and_loaders_of_any_kind_learn_what_arrays_do(kind, how):
    data = Pairs(KINDS[kind])
    if how == "subset":
        data = Subset(Pairs(KINDS[kind], 120), range(90))
    model, other = OneInput(), OneInput()
    other.load_state_dict(model.state_dict())
    if how == "loader":
        quiet_fit(model, DataLoader(data, 90), valid=None, optimizer=sgd(model))
        quiet_fit(other, TRAIN, valid=None, batch_size=90, optimizer=sgd(other))
        assert torch.allclose(weights(model), weights(other), atol=1e-6)
    else:
        quiet_fit(model, data, data, optimizer=sgd(model))
        quiet_fit(other, TRAIN, TRAIN, optimizer=sgd(other))
        assert torch.equal(weights(model), weights(other))


def test_a_tensor_data_set_and_a_part_of_a_store(tmp_path):
    from dnacourse.datasets.deepsea import write_store

    store = write_store(X, Y, tmp_path / "store")
    results = []
    for train in (TRAIN, TensorDataset(*map(torch.as_tensor, TRAIN)), Subset(store, range(90))):
        model = small()
        quiet_fit(model, train, optimizer=sgd(model))
        results.append(weights(model))
    assert all(torch.equal(one, results[0]) for one in results)
    loader = DataLoader(store, 90, collate_fn=as_batch)
    assert predict(small(), loader).shape == (120, 1)


@pytest.mark.parametrize("rows", [1, 2, 17])
def test_one_row_and_a_last_batch_of_one(rows):
    model = small()
    history = quiet_fit(model, (X[:rows], Y[:rows]), (X[:1], Y[:1]))
    assert len(history) == 3 and predict(model, X[:1]).shape == (1, 1)


@pytest.mark.parametrize(
    "dtype", [np.uint8, np.int64, np.float32, np.float64, bool, np.float16, ">f4", np.uint16]
)
def test_yes_or_no_in_any_type(dtype):
    one, two = small(), small()
    quiet_fit(one)
    quiet_fit(two, (X[:90], Y[:90].astype(dtype)))
    assert torch.equal(weights(one), weights(two))


def test_columns_of_a_table_and_lists_of_numbers():
    table = pd.DataFrame(TABLE, index=range(500, 620))
    labels = pd.Series(Y[:, 0].astype(int), index=range(500, 620)).to_frame()
    model, other = (nn.Linear(3, 1) for _ in range(2))
    other.load_state_dict(model.state_dict())
    quiet_fit(model, (table, labels), None, optimizer=sgd(model))
    quiet_fit(other, (TABLE.tolist(), Y.tolist()), None, optimizer=sgd(other))
    assert torch.allclose(weights(model), weights(other), atol=1e-6)


RAGGED = [X[i, : 5 + i % 9] for i in range(60)]


class Reads(nn.Module):
    """The mean over the letters that are there."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.linear = nn.Linear(4, 1)

    def forward(self, sequence, mask):
        shares = (sequence * mask[:, None]).sum(2) / mask.sum(1, keepdim=True)
        return self.linear(shares)


def test_sequences_of_different_lengths_are_padded_batch_by_batch():
    data = Sequences(RAGGED, Y[:60])
    (tokens, mask), labels = data[np.array([8, 0])]
    assert (
        tokens.shape == (2, 13) and mask.sum(1).tolist() == [13, 5] and labels.tolist() == Y[[8, 0]].tolist()
    )
    assert (tokens[1, 5:] == DNA.pad).all() and not mask[1, 5:].any() and (tokens[1, :5] == RAGGED[0]).all()
    model = Reads()
    assert len(quiet_fit(model, data, data)) == 3
    one_by_one = [predict(model, Sequences([one]))[0, 0] for one in RAGGED]
    for size in (1, 7, 60):
        assert np.allclose(predict(model, Sequences(RAGGED), batch_size=size)[:, 0], one_by_one, atol=1e-6)


@given(st.lists(st.integers(0, 12), min_size=1, max_size=6), st.sampled_from(["right", "left"]))
def test_the_mask_stands_where_the_letters_are(lengths, side):
    rows = [RNG.integers(0, 4, length).astype(np.uint8) for length in lengths]
    tokens, mask = PadAndMask(side=side).pad(rows)
    assert tokens.shape == mask.shape == (len(rows), max(lengths))
    for row, there, here in zip(rows, mask, tokens, strict=True):
        assert here[there].tolist() == row.tolist() and (here[~there] == DNA.pad).all()
        assert not len(row) or there[0 if side == "right" else -1]


def test_a_loader_in_other_processes_that_are_spawned(tmp_path):
    """As on macOS and Windows: what is sent there must be no lambda."""
    (tmp_path / "script.py").write_text(
        """
import numpy as np, torch
from torch.utils.data import DataLoader
from dnacourse.training import PadAndMask, Sequences, as_batch

class Rows(torch.utils.data.Dataset):
    def __len__(self): return 6
    def __getitem__(self, i): return np.full(i + 1, 2, np.uint8), i

if __name__ == "__main__":
    loader = DataLoader(Rows(), 3, collate_fn=PadAndMask(), num_workers=1, multiprocessing_context="spawn")
    print([tuple(tokens.shape) for (tokens, mask), labels in loader])
"""
    )
    done = subprocess.run([sys.executable, tmp_path / "script.py"], capture_output=True, text=True)
    assert done.stdout == "[(3, 3), (3, 6)]\n", done.stderr


def test_sequences_too_long_or_without_labels_are_named():
    with pytest.raises(TrainingError, match=r"sequence 8 of these has 13 letters, more than length=12"):
        Sequences(RAGGED, Y[:60], length=12)
    with pytest.raises(TrainingError, match="60 sequences, but 59 labels"):
        Sequences(RAGGED, Y[:59])
    with pytest.raises(ValueError, match="9"):
        Sequences([np.array([0, 9], np.uint8)], [1])
    with pytest.raises(TrainingError, match="no labels, and a loss compares with them"):
        quiet_fit(Reads(), Sequences(RAGGED), None)


@pytest.mark.parametrize(
    ("train", "words"),
    [
        ((RAGGED, Y[:60]), r"rows of the inputs have 5 to 13 columns or letters: .* Sequences\(sequences, labels\)"),
        ((["ACGT", "ACGA"], [[1], [0]]), r"the inputs are text: sequence\.encode"),
        ((np.array(["ACGT"] * 2), [[1], [0]]), "the inputs are text"),
        ((X[:2], ["yes", "no"]), r"the labels are text: give numbers"),
        ((X[:2], [[1], [None]]), "the labels are objects, not numbers; 1 are missing"),
        ((np.ma.masked_array(X[:2]), Y[:2]), "masked array, whose mask would be lost"),
        ((X[:5], {"a": Y[:5], "b": Y[:4]}), r"labels\['a'\] has 5 rows, labels\['b'\] has 4"),
        (((X[:5], MASK[:4]), Y[:5]), r"inputs\[0\] has 5 rows, inputs\[1\] has 4"),
        ((X[:5], 1), "labels is one number"),
        ({"inputs": X, "truth": Y}, 'must have "labels"'),
        (X, "this is one array"),
        ("ecoli", "not str"),
        ((X[:90], MASK[:90], Y[:90]), r"these are 3 arrays: .* \(\(tokens, mask\), labels\)"),
        (DataLoader([(1, 2, 3)] * 4, 2), "not 3 things"),
    ],
)  # fmt: skip
def test_what_is_no_data_is_told_what_to_give(train, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(), train, None)


def test_a_whole_data_set_of_the_course_is_told_to_be_cut():
    class Whole:
        tokens, name = X, "pum2"

    with pytest.raises(TrainingError, match=r"pum2 is a whole data set: .*data\.tokens\[rows\]"):
        quiet_fit(small(), Whole())


def test_tokens_outside_the_alphabet_and_counts_are_refused():
    foreign = X[:90].copy()
    foreign[40, 7] = 6
    for train in ((foreign, Y[:90]), (foreign.astype(np.int64), Y[:90])):
        for options in ({}, {"augment": Augment()}):
            with pytest.raises(TrainingError, match=r"has 6 at place 7, and DNA tokens lie in 0\.\.5"):
                quiet_fit(small(), train, **options)
    with pytest.raises(TrainingError, match="has 6 at place 7"):
        predict(small(), foreign)
    with pytest.raises(TrainingError, match="has 6 at place 7"):
        evaluate(small(), (foreign, Y[:90]))
    with pytest.raises(TrainingError, match="has 6 at place 7"):
        planes(torch.as_tensor(foreign))
    counts = np.full((90, 20), 3, np.uint16)
    for one in (counts, counts.astype(np.uint8) * 9):
        with pytest.raises(TrainingError, match=r"counts\.astype\(np\.float32\)"):
            quiet_fit(small(), (torch.from_numpy(one), Y[:90]))
    with pytest.raises(TrainingError, match="-1 at place 0"):
        planes(torch.tensor([[-1, 0]]))


def test_on_an_accelerator_a_foreign_token_is_no_silent_zero():
    one_hot = OneHot()
    tokens = torch.tensor([[0, 9, 5, 4]], dtype=torch.uint8)
    if torch.cuda.is_available():
        found = one_hot(tokens.cuda()).cpu()
        assert found[0, :, 1].isnan().all() and found[0, :, 0].tolist() == [1, 0, 0, 0]
        assert (found[0, :, 2:] == 0).all()
    else:
        pytest.skip("no GPU here")


@pytest.mark.parametrize("alphabet", [DNA, RNA, PROTEIN], ids=lambda one: one.name)
def test_planes_of_any_alphabet(alphabet):
    tokens = torch.arange(alphabet.size + 2, dtype=torch.uint8)[None]
    found = OneHot(alphabet)(tokens)
    assert found.shape == (1, alphabet.size, alphabet.size + 2)
    assert (
        torch.equal(found[0, :, : alphabet.size], torch.eye(alphabet.size))
        and not found[0, :, alphabet.size :].any()
    )
    with pytest.raises(TrainingError, match=f"{alphabet.name} tokens lie in"):
        OneHot(alphabet)(tokens + 1)


def test_protein_has_no_other_strand():
    with pytest.raises(TrainingError, match="has no other strand"):
        reverse_complement(torch.zeros(1, 3, dtype=torch.uint8), PROTEIN)
    with pytest.raises(TrainingError, match=r"Augment\(other_strand=False"):
        Augment(alphabet=PROTEIN)
    moved = Augment(other_strand=False, shift=1, alphabet=PROTEIN)(
        torch.full((50, 4), 19, dtype=torch.uint8), torch.Generator().manual_seed(0)
    )
    assert set(moved.unique().tolist()) == {19, PROTEIN.pad}


def test_planes_are_turned_and_moved_as_tokens_are():
    for augment in (Augment(), Augment(shift=3), Augment(other_strand=False, shift=3)):
        tokens = torch.as_tensor(X)
        one = planes(augment(tokens, torch.Generator().manual_seed(1)))
        two = augment(planes(tokens), torch.Generator().manual_seed(1))
        assert torch.equal(one, two)


@pytest.mark.parametrize(
    ("inputs", "labels", "words"),
    [
        (TABLE[:90], Y[:90], r"planes \(N, 4, L\), and these are floats \(16, 3\)"),
        (RNG.normal(size=(90, 20, 4)).astype(np.float32), Y[:90], r"floats \(16, 20, 4\)"),
        ((X[:90], TABLE[:90]), Y[:90], "the inputs are a tuple"),
        (X[:90], np.zeros((90, 2, 5)), r"labels \(16, 2, 5\) follow the sequence letter by letter"),
        (X[:90], X[:90].astype(np.int64), r"labels \(16, 20\) follow the sequence"),
    ],
)
def test_augment_refuses_what_it_does_not_know(inputs, labels, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(), (inputs, labels), None, augment=Augment())


class Answers(nn.Module):
    """A prediction with what led to it."""

    Answer = namedtuple("Answer", "logits hidden")

    def __init__(self, kind):
        super().__init__()
        torch.manual_seed(0)
        self.one, self.two, self.kind = nn.Linear(80, 5), nn.Linear(5, 1), kind

    def forward(self, X):
        hidden = self.one(X.flatten(1))
        logits = self.two(hidden)
        return {"tuple": (logits, {"hidden": hidden}), "named": Answers.Answer(logits, hidden),
                "dictionary": {"logits": logits, "hidden": hidden, "nothing": None}, "tensor": logits}[self.kind]  # fmt: skip


def test_models_may_give_more_than_a_prediction():
    found, learnt = {}, {}
    for kind in ("tensor", "tuple", "named", "dictionary"):
        model = Answers(kind)
        learnt[kind] = quiet_fit(model, optimizer=sgd(model)).drop(columns="seconds")
        found[kind] = predict(model, X, activation=torch.sigmoid, batch_size=50)
    assert all(one.equals(learnt["tensor"]) for one in learnt.values())
    expected = found["tensor"]
    assert np.array_equal(found["tuple"][0], expected) and found["tuple"][1]["hidden"].shape == (120, 5)
    assert isinstance(found["named"], Answers.Answer) and np.array_equal(found["named"].logits, expected)
    assert np.array_equal(found["dictionary"]["logits"], expected) and found["dictionary"]["nothing"] is None
    with pytest.raises(TrainingError, match=r"answers \(N, tasks\), and the model gives a tuple"):
        predict(Answers("tuple"), X, both_strands=True)


def test_both_strands_of_a_track_are_not_laid_on_each_other():
    class Track(nn.Module):
        def forward(self, X):
            return X

    with pytest.raises(TrainingError, match="runs the other way"):
        predict(Track(), X, both_strands=True)


def test_answers_of_different_lengths_are_not_joined():
    class Each(nn.Module):
        def forward(self, sequence, mask):
            return sequence

    with pytest.raises(TrainingError, match=r"padded to different lengths: .* length="):
        predict(Each(), Sequences(RAGGED), batch_size=3)
    assert predict(Each(), Sequences(RAGGED, length=20), batch_size=3).shape == (60, 4, 20)


def test_several_labels_for_a_loss_of_ones_own():
    class Two(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.two = nn.Linear(80, 1), nn.Linear(80, 1)

        def forward(self, X):
            return {"one": self.one(X.flatten(1)), "two": self.two(X.flatten(1))}

    def loss(outputs, labels):
        return losses.binary(outputs["one"], labels["one"]) + losses.squared(outputs["two"], labels["two"])

    labels = {"one": Y, "two": TABLE[:, :1]}
    model = Two()
    history = quiet_fit(model, (X, labels), (X, labels), loss=loss, epochs=8, optimizer=sgd(model, 0.05))
    assert history["valid_loss"].iloc[-1] < history["valid_loss"].iloc[0]
    with pytest.raises(TrainingError, match="the labels are a dict, and this loss takes one tensor"):
        quiet_fit(Two(), (X, labels), None)


def test_a_model_that_takes_tokens():
    model = nn.Sequential(nn.Embedding(6, 2), nn.Flatten(), nn.Linear(40, 1))
    for tokens in (X.astype(np.int64), X.astype(np.int32), X.astype(np.uint16)):
        quiet_fit(model, (tokens[:90], Y[:90]), None, prepare=as_is)


def test_structures_keep_their_kind():
    value = (1, {"a": [2, None], "b": Named(3, 4)})
    doubled = structures.each(lambda one: one * 2, value)
    assert doubled == (2, {"a": (4, None), "b": Named(6, 8)}) and isinstance(doubled[1]["b"], Named)
    assert [place for place, _ in structures.parts(value)] == [
        "[0]",
        "[1]['a'][0]",
        "[1]['b'][0]",
        "[1]['b'][1]",
    ]
    assert structures.first(value) == 1 and structures.with_first(value, 9)[0] == 9


def test_samples_of_different_lengths_say_how_to_pad_them():
    class Rows(Dataset):
        def __len__(self):
            return 9

        def __getitem__(self, i):
            return torch.zeros(i + 1, dtype=torch.uint8), torch.zeros(1)

    with pytest.raises(TrainingError, match=r"differ in length: pad them, with Sequences"):
        quiet_fit(small(), Rows(), None)
    (tokens, mask), labels = Samples(Rows(), PadAndMask())[[0, 2]]
    assert tokens.shape == mask.shape == (2, 3) and labels.shape == (2, 1)


def test_arrays_keep_a_tensor_a_tensor():
    rows = Arrays(torch.ones(3, 2, requires_grad=True), [0, 1, 2])
    inputs, labels = rows[np.array([2, 0])]
    assert not inputs.requires_grad and labels.tolist() == [2, 0] and VALID[0].dtype == np.uint8
