"""The loop learns what a bare loop learns, survives interruption, and explains what goes wrong."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from dnacourse import metrics
from dnacourse.training import (
    Arrays,
    Augment,
    Batches,
    Callback,
    EarlyStopping,
    KeepPredictions,
    MaxNorm,
    Schedule,
    TrainingError,
    evaluate,
    fit,
    losses,
    planes,
    predict,
)

RNG = np.random.default_rng(0)
X = RNG.integers(0, 4, (120, 20)).astype(np.uint8)
Y = ((X == 2).sum(1, keepdims=True) > 5).astype(np.uint8)
TRAIN, VALID = (X[:90], Y[:90]), (X[90:], Y[90:])


def small(dropout=0.3, tasks=1, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Flatten(), nn.Linear(80, 8), nn.ReLU(), nn.Dropout(dropout), nn.Linear(8, tasks))


def weights(model):
    return torch.cat([p.detach().cpu().flatten() for p in model.parameters()])


def sgd(model, lr=0.1):
    return torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)


def quiet_fit(model, train=TRAIN, valid=VALID, **options):
    settings = {"progress": False, "epochs": 3, "batch_size": 16, "device": "cpu"}
    return fit(model, train, valid, **settings | options)


def test_the_loop_takes_the_same_steps_as_a_bare_one(device):
    model, bare = small().to(device), small().to(device)
    quiet_fit(model, optimizer=sgd(model), device=device)
    optimizer = sgd(bare)
    torch.manual_seed(0)
    for epoch in range(3):
        order = np.arange(90)
        np.random.default_rng((0, epoch)).shuffle(order)
        bare.train()
        for start in range(0, 90, 16):
            rows = order[start : start + 16]
            tokens, labels = (torch.as_tensor(a[rows]).to(device) for a in TRAIN)
            loss = nn.functional.binary_cross_entropy_with_logits(bare(planes(tokens)), labels.float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    assert torch.equal(weights(model), weights(bare))


def test_the_history_has_a_row_an_epoch_and_the_mean_loss_of_its_rows():
    model = small(dropout=0)
    history = quiet_fit(model, optimizer=sgd(model, lr=0.0), metrics={"auroc": metrics.auroc})
    assert list(history) == ["epoch", "train_loss", "valid_loss", "valid_auroc", "learning_rate", "seconds"]
    assert list(history["epoch"]) == [1, 2, 3] and (history["seconds"] > 0).all()
    measured = evaluate(model, TRAIN)
    assert history["train_loss"].to_numpy() == pytest.approx(measured["loss"], rel=1e-6)
    truth, scores = VALID[1], predict(model, VALID[0])
    assert history["valid_auroc"].iloc[-1] == metrics.auroc(truth, scores)[0]


def test_a_seed_fixes_the_run_and_leaves_the_callers_random_numbers_alone():
    one, two, other = small(), small(), small()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    quiet_fit(one)
    assert torch.equal(torch.rand(3), expected)
    torch.manual_seed(7)
    quiet_fit(two)
    quiet_fit(other, seed=1)
    assert torch.equal(weights(one), weights(two)) and not torch.equal(weights(one), weights(other))


class Killed(Exception):
    pass


class KillAt(Callback):
    def __init__(self, step):
        self.left = step

    def step(self, run):
        self.left -= 1
        if not self.left:
            raise Killed


def everything(path, model, kill=0, epochs=5, **options):
    """A run that uses all that has a state: dropout, momentum, a schedule, early stopping, augmentation."""
    optimizer = sgd(model, 0.05)
    callbacks = [
        EarlyStopping(patience=4),
        Schedule(lambda o: torch.optim.lr_scheduler.ExponentialLR(o, 0.95), every="step"),
        KeepPredictions(lambda m: predict(m, X[:3])),
        KillAt(kill),
    ]
    options = {"optimizer": optimizer, "callbacks": callbacks, "checkpoint": path, "epochs": epochs} | options
    history = quiet_fit(model, augment=Augment(shift=2), clip_norm=0.5, **options)
    return history.drop(columns="seconds"), callbacks


@pytest.mark.parametrize("every", [None, 1, 4])
@pytest.mark.parametrize("kills", [(1,), (6,), (9, 5), (13, 1, 1, 4)])
@pytest.mark.parametrize("loader", [False, True])
def test_a_killed_run_goes_on_and_ends_with_the_same_weights(tmp_path, every, kills, loader):
    train = DataLoader([(torch.as_tensor(x), torch.as_tensor(y)) for x, y in zip(*TRAIN)], 16, shuffle=True)
    data = {"train": train} if loader else {}
    whole = small()
    history, kept = everything(tmp_path / "whole", whole, **data)
    for seed, kill in enumerate(kills):
        with pytest.raises(Killed):
            everything(tmp_path / "cut", small(seed=seed), kill, checkpoint_every=every, **data)
    cut = small(seed=9)
    resumed, again = everything(tmp_path / "cut", cut, checkpoint_every=every, **data)
    assert torch.equal(weights(cut), weights(whole))
    assert history.equals(resumed)
    assert np.array_equal(kept[2].predictions, again[2].predictions)
    assert [p.name for p in tmp_path.iterdir() if "writing" in p.name] == []


def test_a_process_that_is_killed_goes_on(tmp_path):
    """SIGKILL, at moments that nobody chose."""
    code = f"""
import os, sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]
import torch; torch.set_num_threads(1)
from test_training import everything, small, weights
model = small(seed=int(os.path.exists(sys.argv[1])))
everything(sys.argv[1], model, epochs=60, checkpoint_every=2)
torch.save(weights(model), sys.argv[1] + ".weights")
"""
    run = tmp_path / "run"
    for milliseconds in (0, 30, 170):
        before = run.stat().st_mtime_ns if run.exists() else 0
        process = subprocess.Popen([sys.executable, "-c", code, run])
        while not run.exists() or run.stat().st_mtime_ns == before:
            assert process.poll() is None
            time.sleep(0.001)
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
        assert not Path(f"{run}.weights").exists()
    subprocess.run([sys.executable, "-c", code, run], check=True)
    whole = small()
    everything(None, whole, epochs=60)
    assert torch.equal(torch.load(f"{run}.weights"), weights(whole))


def test_more_epochs_go_on_where_a_finished_run_ended(tmp_path):
    whole, parts = small(), small()
    everything(tmp_path / "a", whole, epochs=6)
    for epochs in (2, 2, 4, 6):
        everything(tmp_path / "b", parts, epochs=epochs)
    assert torch.equal(weights(whole), weights(parts))


def test_a_checkpoint_of_another_run_is_refused(tmp_path):
    path = tmp_path / "run"
    quiet_fit(small(), checkpoint=path)
    before = path.read_bytes()
    for change, words in [
        ({"model": small(tasks=2)}, r"other model\.4\.out_features \(1 there, 2 here\)"),
        ({"batch_size": 8}, r"other batch size \(16 there, 8 here\)"),
        ({"seed": 1}, "other seed"),
        ({"train": (X[:80], Y[:80])}, "other training data"),
    ]:
        with pytest.raises(TrainingError, match=words):
            quiet_fit(**({"model": small(), "checkpoint": path} | change))
    assert path.read_bytes() == before


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 not really", None])
def test_a_damaged_checkpoint_is_named(tmp_path, damage):
    path = tmp_path / "run"
    quiet_fit(small(), checkpoint=path)
    path.write_bytes(path.read_bytes()[:-200] if damage is None else damage)
    with pytest.raises(TrainingError, match=r"run is damaged or is no checkpoint .* delete it to begin anew"):
        quiet_fit(small(), checkpoint=path)


def test_a_checkpoint_runs_no_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return (Path.touch, (tmp_path / "ran",))

    torch.save({"identity": Evil()}, tmp_path / "run")
    with pytest.raises(TrainingError, match="damaged or is no checkpoint"):
        quiet_fit(small(), checkpoint=tmp_path / "run")
    assert not (tmp_path / "ran").exists()


def test_a_full_disk_leaves_the_checkpoint_before_it():
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    from dnacourse.training import checkpoints

    with pytest.raises(TrainingError, match="could not be written"):
        checkpoints.write(Path("/proc/nowhere/run"), {})


class Recorder(Callback):
    def __init__(self):
        self.values = []

    def epoch(self, run):
        self.values.append(weights(run.model).clone())


@pytest.mark.parametrize(("monitor", "higher"), [("valid_loss", False), ("valid_auroc", True)])
def test_early_stopping_gives_the_best_weights_back(monitor, higher):
    model, recorder = small(), Recorder()
    history = quiet_fit(
        model, epochs=60, optimizer=sgd(model, 0.3), metrics={"auroc": metrics.auroc},
        callbacks=[EarlyStopping(monitor, patience=3), recorder],
    )  # fmt: skip
    best = int((history[monitor] * (1 if higher else -1)).argmax())
    assert len(history) == best + 4 < 60
    assert torch.equal(weights(model), recorder.values[best])


def test_early_stopping_names_what_there_is_to_watch():
    with pytest.raises(TrainingError, match="no 'valid_f1' to watch, only epoch, train_loss, valid_loss"):
        quiet_fit(small(), callbacks=[EarlyStopping("valid_f1", higher_is_better=True)])


def test_max_norm_bounds_the_weights_into_each_unit():
    model = small()
    quiet_fit(model, optimizer=sgd(model, 1.0), callbacks=[MaxNorm(0.4)])
    assert all(p.norm(dim=1).max() <= 0.4 + 1e-6 for p in model.parameters() if p.ndim > 1)
    assert model[1].weight.norm(dim=1).max() > 0.39


def test_the_gradient_is_clipped():
    model, free = small(dropout=0), small(dropout=0)
    before = weights(model)
    options = {"epochs": 1, "batch_size": 90}
    quiet_fit(model, optimizer=torch.optim.SGD(model.parameters(), lr=1.0), clip_norm=0.01, **options)
    quiet_fit(free, optimizer=torch.optim.SGD(free.parameters(), lr=1.0), **options)
    assert (weights(model) - before).norm() == pytest.approx(0.01, rel=1e-3)
    assert (weights(free) - before).norm() > 0.02


def test_a_loss_that_is_no_number_names_the_step_and_the_remedy(tmp_path):
    model = small()
    with pytest.raises(TrainingError, match=r"no number at epoch \d, step \d+: the weights ran away .* smaller learning rate than 1e\+20"):  # fmt: skip
        quiet_fit(model, optimizer=sgd(model, 1e20), checkpoint=tmp_path / "run", checkpoint_every=1)
    floats = planes(torch.as_tensor(X)).numpy()
    floats[3, 0, 0] = np.nan
    with pytest.raises(TrainingError, match=r"epoch 1, step \d: the batch itself holds NaN"):
        quiet_fit(small(), train=(floats, Y), batch_size=60)


def test_the_checkpoint_never_holds_weights_that_ran_away(tmp_path):
    model = small()
    with pytest.raises(TrainingError):
        quiet_fit(model, optimizer=sgd(model, 1e20), checkpoint=tmp_path / "run", checkpoint_every=1)
    if (tmp_path / "run").exists():
        assert np.isfinite(torch.load(tmp_path / "run")["summed"][0][0])


@pytest.mark.parametrize(
    ("loss", "labels", "tasks", "words"),
    [
        (losses.binary, Y[:, 0], 1, r"gives \(16, 1\), but the labels are \(16,\): .* labels\[:, None\]"),
        (losses.squared, Y[:, 0], 1, r"labels\[:, None\]"),
        (losses.binary, np.repeat(Y, 3, 1), 1, r"the model needs 3 outputs"),
        (losses.binary, np.repeat(Y[:, None], 3, 1), 1, "must agree in every axis"),
        (losses.classes, Y, 2, r"give whole numbers, .* of shape \(16,\)"),
        (losses.classes, Y[:, 0] + 5, 2, r"classes 5 to 6, but the model knows 2, counted from 0"),
    ],
)
def test_labels_that_do_not_fit_are_explained(loss, labels, tasks, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(tasks=tasks), train=(X, labels), valid=None, loss=loss)


@pytest.mark.parametrize(
    ("train", "options", "words"),
    [
        ((X[:0], Y[:0]), {}, "no rows to learn from"),
        ((X[:10], Y[:10]), {"drop_last": True}, "do not fill one batch of 16"),
        ((X, Y[:7]), {}, "120 inputs, but 7 labels"),
        (DataLoader([]), {}, "the loader gave no batch"),
        (iter([]), {}, "the loader gave no batch"),
        (3, {}, "not int"),
        ((X, Y), {"batch_size": 0}, "at least one row"),
    ],
)
def test_nothing_to_learn_from_is_explained(train, options, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(small(), train=train, **options)


@pytest.mark.filterwarnings("ignore:Length of IterableDataset")
def test_an_iterator_that_is_used_up_is_explained():
    with pytest.raises(TrainingError, match="used up"):
        quiet_fit(small(), train=iter([TRAIN]))


def test_a_full_memory_is_explained():
    class Greedy(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(torch.zeros(1))

        def forward(self, X):
            return torch.empty(2**60) * self.weight

    with pytest.raises(TrainingError, match=r"a batch of 16 rows did not fit .* half the batch_size"):
        quiet_fit(Greedy(), device="cpu")


def test_a_batch_of_one_row_under_batchnorm_is_explained():
    def model():
        return nn.Sequential(nn.Flatten(), nn.BatchNorm1d(80), nn.Linear(80, 1))

    with pytest.raises(TrainingError, match="drop_last=True"):
        quiet_fit(model(), train=(X[:17], Y[:17]))
    quiet_fit(model(), train=(X[:17], Y[:17]), drop_last=True)


def test_a_loader_is_taken_as_it_is():
    loader, model, other = DataLoader(Arrays(*TRAIN), 16), small(0), small(0)
    quiet_fit(model, train=loader, optimizer=sgd(model))
    quiet_fit(other, train=Batches(Arrays(*TRAIN), 16), optimizer=sgd(other))
    assert torch.equal(weights(model), weights(other))


def test_batches_hold_every_row_once_in_an_order_of_their_own():
    batches = Batches(Arrays(np.arange(10), np.arange(10)), size=4, shuffle=True, seed=3)
    epochs = [torch.cat([b.inputs for b in batches.epoch(k)]).tolist() for k in (0, 1, 0)]
    assert sorted(epochs[0]) == list(range(10)) and epochs[0] == epochs[2] != epochs[1]
    assert [len(b.inputs) for b in batches.epoch()] == [4, 4, 2] and len(batches) == 3
    assert torch.cat([b.inputs for b in batches.epoch(0, first=1)]).tolist() == epochs[0][4:]


@pytest.mark.parametrize("rows", [1, 9, 10, 12])
@pytest.mark.parametrize("processes", [2, 3])
def test_processes_share_every_batch_and_their_mean_is_the_batchs(rows, processes):
    whole = Batches(Arrays(np.arange(rows) + 1.0, np.zeros(rows)), size=4, shuffle=True)
    shares = [list(whole.epoch(2, share=(p, processes))) for p in range(processes)]
    for batch, parts in zip(whole.epoch(2), zip(*shares, strict=True), strict=True):
        assert sum(p.rows for p in parts) == len(batch.inputs)
        assert {p.whole for p in parts} == {len(batch.inputs)}
        mean = sum(float(p.inputs.mean()) * p.rows for p in parts) / parts[0].whole
        assert mean == pytest.approx(float(batch.inputs.mean()))


@pytest.mark.parametrize("batch_size", [1, 7, 64])
def test_the_batch_size_changes_no_prediction(batch_size, device):
    model = small(tasks=2)
    expected = predict(model, X, batch_size=120, device=device)
    assert np.allclose(predict(model, X, batch_size=batch_size, device=device), expected, atol=1e-6)
    assert np.array_equal(predict(model, (X, Y), batch_size=120, device=device), expected)
    assert expected.shape == (120, 2) and expected.dtype == np.float32


def test_both_strands_are_averaged_after_the_activation():
    from dnacourse.sequence import reverse_complement

    model = small()
    one, two = (predict(model, t, activation=torch.sigmoid) for t in (X, reverse_complement(X)))
    both = predict(model, X, activation=torch.sigmoid, both_strands=True)
    assert np.allclose(both, (one + two) / 2, atol=1e-6)
    with pytest.raises(TrainingError, match="needs tokens"):
        predict(model, planes(torch.as_tensor(X)).numpy(), both_strands=True)


def test_predicting_leaves_the_model_in_its_mode_even_after_an_error():
    model = small().train()
    predict(model, X)
    assert model.training
    with pytest.raises(RuntimeError):
        predict(model, X[:, :5])
    assert model.training and torch.is_grad_enabled() and not torch.is_inference_mode_enabled()
    try:
        evaluate(model, (X, Y * 3))
    except TrainingError:
        assert model.training, "while the error is still at hand"


def test_evaluate_measures_losses_by_row():
    model = small(0)
    logits = torch.as_tensor(predict(model, X))
    expected = nn.functional.binary_cross_entropy_with_logits(logits, torch.as_tensor(Y).float())
    assert evaluate(model, (X, Y), batch_size=50)["loss"] == pytest.approx(float(expected), rel=1e-6)
    measured = evaluate(model, (X, Y), {"f1": metrics.f1}, batch_size=50)
    assert measured["f1"] == metrics.f1(Y, torch.sigmoid(logits).numpy())


def test_augmentation_keeps_the_letters_it_should():
    from dnacourse.sequence import PAD, reverse_complement

    tokens = torch.as_tensor(X)
    turned = Augment()(tokens, torch.Generator().manual_seed(0)).numpy()
    other = reverse_complement(X)
    is_turned = (turned == other).all(1)
    assert ((turned == X).all(1) | is_turned).all() and 40 < is_turned.sum() < 80
    moved = Augment(other_strand=False, shift=3)(tokens, torch.Generator().manual_seed(0)).numpy()
    seen = set()
    for before, after in zip(X, moved):
        shifts = [s for s in range(-3, 4) if np.array_equal(_shifted(before, s, PAD), after)]
        assert shifts
        seen.update(shifts)
    assert seen == set(range(-3, 4))


def _shifted(tokens, shift, fill):
    padded = np.concatenate([np.full(3, fill), tokens, np.full(3, fill)])
    return padded[3 - shift : 3 - shift + len(tokens)]


def test_planes_are_those_of_the_sequence_module(device):
    from dnacourse.sequence import one_hot

    tokens = np.arange(6, dtype=np.uint8)[None].repeat(2, 0)
    assert np.array_equal(planes(torch.as_tensor(tokens).to(device)).cpu().numpy(), one_hot(tokens))


def test_mixed_precision_changes_nothing_where_the_device_has_none():
    one, two = small(), small()
    quiet_fit(one, device="cpu")
    quiet_fit(two, device="cpu", mixed_precision=True)
    assert torch.equal(weights(one), weights(two))


@pytest.mark.parametrize("name", ["binary", "classes", "squared", "poisson"])
def test_each_loss_falls(name):
    loss = getattr(losses, name)
    labels = Y[:, 0] if name == "classes" else Y
    model = small(tasks=2 if name == "classes" else 1)
    history = quiet_fit(model, (X, labels), (X, labels), loss=loss, epochs=12, optimizer=sgd(model))
    assert history["valid_loss"].iloc[-1] < history["valid_loss"].iloc[0] - 0.02


def test_numpys_numbers_may_stand_in_a_checkpoint(tmp_path):
    class Keeps(Callback):
        def state_dict(self):
            return {"array": np.arange(3), "number": np.float64(2)}

    options = {
        "seed": np.int64(3),
        "batch_size": np.int64(16),
        "callbacks": [Keeps()],
        "checkpoint": tmp_path / "run",
    }
    model, again = small(), small(seed=1)
    quiet_fit(model, optimizer=sgd(model, np.float64(0.1)), **options)
    quiet_fit(again, optimizer=sgd(again, np.float64(0.1)), **options)
    assert torch.equal(weights(model), weights(again))


def test_what_could_not_be_read_back_is_not_written(tmp_path):
    class Keeps(Callback):
        def state_dict(self):
            return {"path": Path("x")}

    with pytest.raises(TrainingError, match=r"a PosixPath cannot be kept .* at callbacks\[0\]\.path"):
        quiet_fit(small(), callbacks=[Keeps()], checkpoint=tmp_path / "run")


class Spoil(Callback):
    """The weights become NaN at a step, though the loss was a number."""

    def __init__(self, at):
        self.left = at

    def step(self, run):
        self.left -= 1
        if not self.left:
            run.model[1].weight.data.fill_(float("nan"))


@pytest.mark.parametrize("at", [4, 18])
def test_weights_that_are_no_numbers_are_neither_kept_nor_handed_back(tmp_path, at):
    with pytest.raises(TrainingError, match="the weights ran away"):
        quiet_fit(small(), callbacks=[Spoil(at)], checkpoint=tmp_path / "run", checkpoint_every=1)
    kept = torch.load(tmp_path / "run")["model"]
    assert all(torch.isfinite(weight).all() for weight in kept.values())


def test_early_stopping_passes_over_nan():
    values = iter([np.nan, 0.6, 0.7, 0.8, 0.5, 0.4, 0.3])
    recorder, model = Recorder(), small()
    stop = EarlyStopping("valid_it", patience=3, higher_is_better=True)
    history = quiet_fit(model, epochs=7, metrics={"it": lambda *_: next(values)}, callbacks=[stop, recorder])
    assert len(history) == 7 and stop.best_epoch == 4 and torch.equal(weights(model), recorder.values[3])
    with pytest.raises(TrainingError, match=r"valid_it was NaN in all 3 epochs: .* one class only"):
        quiet_fit(
            small(),
            epochs=9,
            metrics={"it": lambda *_: np.nan},
            callbacks=[EarlyStopping("valid_it", 3, True)],
        )


def test_nan_in_the_validation_data_is_named():
    floats = planes(torch.as_tensor(X)).numpy()
    spoilt = floats[90:].copy()
    spoilt[0, 0, 0] = np.nan
    with pytest.raises(TrainingError, match="validation loss after epoch 1 is nan"):
        quiet_fit(small(), (floats[:90], Y[:90]), (spoilt, Y[90:]))


class Rolled(torch.utils.data.Dataset):
    """Draws from torch's random numbers for each row, as augmenting data sets do."""

    def __len__(self):
        return 90

    def __getitem__(self, i):
        return torch.as_tensor(X[i]).roll(int(torch.randint(0, 5, ()))), torch.as_tensor(Y[i])


def test_a_loader_whose_data_draw_random_numbers_resumes_in_mid_epoch(tmp_path):
    whole, cut = small(), small()
    quiet_fit(whole, train=DataLoader(Rolled(), 16, shuffle=True), optimizer=sgd(whole))
    with pytest.raises(Killed):
        quiet_fit(cut, train=DataLoader(Rolled(), 16, shuffle=True), optimizer=sgd(cut), callbacks=[KillAt(4)],
                  checkpoint=tmp_path / "run", checkpoint_every=1)  # fmt: skip
    quiet_fit(cut, train=DataLoader(Rolled(), 16, shuffle=True), optimizer=sgd(cut), callbacks=[KillAt(0)],
              checkpoint=tmp_path / "run", checkpoint_every=1)  # fmt: skip
    assert torch.equal(weights(whole), weights(cut))


def test_a_checkpoint_of_other_data_or_another_loss_is_refused(tmp_path):
    quiet_fit(small(), checkpoint=tmp_path / "run")
    with pytest.raises(TrainingError, match="with other training data"):
        quiet_fit(small(), train=(X[30:], 1 - Y[30:]), checkpoint=tmp_path / "run")
    with pytest.raises(TrainingError, match=r"with other loss\.name \('binary' there, 'squared' here\)"):
        quiet_fit(small(), loss=losses.squared, checkpoint=tmp_path / "run")


def test_a_checkpoint_of_changed_rows_or_settings_is_refused(tmp_path):
    model = small()
    options = {"checkpoint": tmp_path / "run", "optimizer": sgd(model)}
    quiet_fit(model, **options)
    changed = Y[:90].copy()
    changed[1] ^= 1  # one label, of a row in the middle
    for words, train, more in (
        ("other training data", (X[:90], changed), {}),
        (r"lr \(0\.1 there, 0\.2 here\)", TRAIN, {"optimizer": sgd(model, lr=0.2)}),
        ("other augment", TRAIN, {"augment": Augment(shift=3)}),
        ("other clip_norm", TRAIN, {"clip_norm": 1.0}),
        ("other drop_last", TRAIN, {"drop_last": True}),
    ):
        with pytest.raises(TrainingError, match=words):
            quiet_fit(model, train, **options | more)


@pytest.mark.parametrize(
    ("labels", "words"),
    [(Y[:90] * 255, "a label is 255"), (Y[:90] * 2.0 - 1, "a label is -1"), (np.where(Y[:90], np.nan, 0), "is nan")],
)  # fmt: skip
def test_labels_that_are_no_yes_or_no_are_named_before_a_step_is_taken(labels, words):
    model = small()
    before = weights(model).clone()
    with pytest.raises(TrainingError, match=words):
        quiet_fit(model, (X[:90], labels))
    assert torch.equal(weights(model), before)
    with pytest.raises(TrainingError, match=words):
        evaluate(model, (X[:90], labels))


def test_planes_that_are_no_floats_are_not_taken_for_tokens():
    one_hot = (X[:90, None] == np.arange(4)[:, None]).astype(np.uint8)
    with pytest.raises(TrainingError, match=r"taken for tokens, \(N, L\), and these are"):
        quiet_fit(small(), (one_hot, Y[:90]))
    quiet_fit(small(), (one_hot.astype(np.float32), Y[:90]), valid=None)


def test_what_fit_cannot_use_is_explained():
    quiet_fit(small(), [X[:90], Y[:90]])
    with pytest.raises(TrainingError, match="these are 3 arrays"):
        quiet_fit(small(), (X[:90], Y[:90], Y[:90]))

    class Pair(nn.Module):
        def forward(self, inputs):
            return inputs, inputs

    with pytest.raises(TrainingError, match="nothing to learn"):
        fit(Pair(), TRAIN, optimizer=sgd(small()), progress=False)
    plateau = Schedule(torch.optim.lr_scheduler.ReduceLROnPlateau)
    with pytest.raises(TrainingError, match="must be told a validation value"):
        quiet_fit(small(), callbacks=[plateau])


def test_what_a_killed_run_left_while_writing_is_cleared_away(tmp_path):
    left = tmp_path / "run.999999999.writing"
    left.write_bytes(b"half")
    quiet_fit(small(), checkpoint=tmp_path / "run")
    assert not left.exists() and [path.name for path in tmp_path.iterdir()] == ["run"]


def test_a_folder_for_a_checkpoint_is_not_to_be_deleted(tmp_path):
    with pytest.raises(TrainingError, match=r"cannot be read .* give the path of a file"):
        quiet_fit(small(), checkpoint=tmp_path)


def test_validating_changes_nothing_that_is_learnt():
    without, arrays, loader = small(), small(), small()
    quiet_fit(without, valid=None)
    quiet_fit(arrays)
    quiet_fit(loader, valid=DataLoader(Arrays(*VALID), 8, shuffle=True))
    assert torch.equal(weights(without), weights(arrays)) and torch.equal(weights(without), weights(loader))


def test_a_loader_that_does_not_know_its_length():
    class Stream(torch.utils.data.IterableDataset):
        def __iter__(self):
            return iter([(torch.as_tensor(x), torch.as_tensor(y)) for x, y in zip(*TRAIN, strict=True)])

    assert len(quiet_fit(small(), train=DataLoader(Stream(), 16))) == 3


def test_metrics_of_many_tasks_stand_in_the_history():
    two = np.repeat(Y, 2, axis=1)
    history = quiet_fit(
        small(tasks=2), (X[:90], two[:90]), (X[90:], two[90:]), metrics={"my_loss": metrics.auroc}
    )
    assert len(history["valid_my_loss"].iloc[0]) == 2


def test_a_frozen_batchnorm_stays_frozen_after_predicting():
    model = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(80), nn.Linear(80, 1)).train()
    model[1].eval()
    predict(model, X)
    assert model.training and not model[1].training and model[2].training
