"""A checkpoint is taken up by the same run, and refused by any other, with what differs named."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from test_training import TRAIN, VALID, KillAt, Killed, X, Y, quiet_fit, small, weights
from torch import nn
from torch.utils.data import DataLoader, Dataset

from dnacourse import interrupts
from dnacourse.models.deepbind import DeepBind
from dnacourse.training import Augment, EarlyStopping, MaxNorm, OneHot, TrainingError, Weighted, losses
from dnacourse.training.identity import identity


def network(dropout=0.3, activation=nn.ReLU, dilation=1, seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.Conv1d(4, 3, 3, dilation=dilation), activation(), nn.AdaptiveMaxPool1d(4), nn.Flatten(),
        nn.Dropout(dropout), nn.Linear(12, 1),
    )  # fmt: skip


def adamw(model, **options):
    return torch.optim.AdamW(model.parameters(), **{"lr": 0.01, "weight_decay": 0.01} | options)


def run(path, model=None, build=adamw, optimizer=None, **options):
    model = model or network()
    settings = {
        "loss": losses.binary,
        "augment": Augment(shift=1),
        "callbacks": [EarlyStopping()],
        "checkpoint": path,
    }
    return quiet_fit(model, **settings | {"optimizer": optimizer or build(model)} | options)


def scaled_loss(factor):
    return lambda outputs, labels: factor * losses.binary(outputs, labels)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: {"model": network(dropout=0.5)}, r"other model\.4\.p \(0\.3 there, 0\.5 here\)"),
        (lambda: {"model": network(activation=nn.GELU)}, r"other model\.1\.type \('ReLU' there, 'GELU' here\)"),
        (lambda: {"model": network(dilation=2)}, r"other model\.0\.dilation\[0\] \(1 there, 2 here\)"),
        (lambda: {"build": partial(adamw, weight_decay=0.1)}, r"other optimizer\.groups\[0\]\.weight_decay \(0\.01 there, 0\.1 here\)"),
        (lambda: {"build": partial(adamw, betas=(0.8, 0.999))}, r"betas\[0\] \(0\.9 there, 0\.8 here\)"),
        (lambda: {"build": partial(adamw, lr=0.1)}, r"\.lr \(0\.01 there, 0\.1 here\)"),
        (lambda: {"build": lambda m: torch.optim.Adam(m.parameters(), lr=0.01, weight_decay=0.01)}, r"other optimizer\.type \('AdamW' there, 'Adam' here\)"),
        (lambda: {"loss": losses.Binary(pos_weight=2.0)}, r"other loss\.pos_weight"),
        (lambda: {"loss": losses.squared}, r"other loss\.name \('binary' there, 'squared' here\)"),
        (lambda: {"prepare": OneHot(), "train": (X[:90], Weighted(Y[:90], np.arange(1, 91)))}, "other training data"),
        (lambda: {"augment": Augment(shift=3)}, r"other augment\.shift \(1 there, 3 here\)"),
        (lambda: {"augment": None}, "other augment"),
        (lambda: {"valid": (X[91:], Y[91:])}, r"other validation data"),
        (lambda: {"valid": None, "callbacks": [EarlyStopping("train_loss")]}, r"other callbacks\[0\]\.monitor"),
        (lambda: {"callbacks": [EarlyStopping(patience=9)]}, r"other callbacks\[0\]\.patience \(5 there, 9 here\)"),
        (lambda: {"callbacks": [MaxNorm(1.0)]}, "other callbacks"),
        (lambda: {"batch_size": 8}, r"other batch size \(16 there, 8 here\)"),
        (lambda: {"seed": 1}, "other seed"),
        (lambda: {"drop_last": True}, "other drop_last"),
        (lambda: {"clip_norm": 1.0}, "other clip_norm"),
        (lambda: {"prepare": lambda tokens: OneHot()(tokens)}, "other prepare"),
    ],
)  # fmt: skip
def test_another_run_is_refused_and_what_differs_is_named(tmp_path, change, words):
    path = tmp_path / "run"
    run(path, epochs=1)
    before = path.read_bytes()
    with pytest.raises(TrainingError, match=words):
        run(path, **change())
    assert path.read_bytes() == before
    assert len(run(path, network(seed=3), epochs=2)) == 2, "the same run goes on"


def test_settings_that_a_model_keeps_in_attributes_count_too(tmp_path):
    path = tmp_path / "run"
    run(path, DeepBind(4, width=5), epochs=1)
    with pytest.raises(
        TrainingError, match=r"other model\.the model\.both_strands \(True there, False here\)"
    ):
        run(path, DeepBind(4, width=5, both_strands=False))


def test_functions_are_known_by_what_they_do_and_hold(tmp_path):
    path = tmp_path / "run"
    run(path, loss=scaled_loss(2.0), epochs=1)
    assert len(run(path, loss=scaled_loss(2.0), epochs=2)) == 2
    with pytest.raises(TrainingError, match="other loss"):
        run(path, loss=scaled_loss(3.0))


def test_a_schedule_does_not_look_like_a_change(tmp_path):
    from dnacourse.training import Schedule

    def options():
        cycle = Schedule(lambda one: torch.optim.lr_scheduler.OneCycleLR(one, 0.05, 40), "step")
        return {"callbacks": [cycle], "epochs": 3}

    whole, cut = network(), network()
    run(tmp_path / "whole", whole, **options())
    with pytest.raises(Killed):
        changed = options()
        run(
            tmp_path / "cut",
            cut,
            **changed | {"callbacks": [*changed["callbacks"], KillAt(9)], "checkpoint_every": 2},
        )
    again = network(seed=5)
    changed = options()
    run(
        tmp_path / "cut",
        again,
        **changed | {"callbacks": [*changed["callbacks"], KillAt(0)], "checkpoint_every": 2},
    )
    assert torch.equal(weights(again), weights(whole))


class Drawn(Dataset):
    """Turns its rows at random, from NumPy's and torch's numbers."""

    def __init__(self, most=5):
        self.rows, self.most = X[:90], most
        self.generator = np.random.default_rng()

    def __len__(self):
        return 90

    def __getitem__(self, i):
        shift = int(torch.randint(0, self.most, ())) + int(self.generator.integers(2))
        return torch.as_tensor(self.rows[i]).roll(shift), torch.as_tensor(Y[i])


@pytest.mark.parametrize(
    "wrap", [lambda data: data, lambda data: DataLoader(data, 16)], ids=["data set", "loader"]
)
def test_data_that_change_at_random_are_recognised(tmp_path, wrap):
    run(tmp_path / "run", train=wrap(Drawn()), epochs=1)
    assert len(run(tmp_path / "run", train=wrap(Drawn()), epochs=2)) == 2
    with pytest.raises(TrainingError, match="other training data"):
        run(tmp_path / "run", train=wrap(Drawn(most=6)), epochs=2)


def test_a_store_is_known_by_what_it_was_made_of(tmp_path):
    from dnacourse.datasets.deepsea import open_store, write_store

    one, other = X.copy(), X.copy()
    other[60, 3] ^= 1
    for name, tokens in (("one", one), ("same", one), ("other", other)):
        write_store(tokens, Y, tmp_path / name)
    run(tmp_path / "run", train=open_store(tmp_path / "one"), epochs=1)
    assert len(run(tmp_path / "run", train=open_store(tmp_path / "same"), epochs=2)) == 2
    with pytest.raises(TrainingError, match="other training data"):
        run(tmp_path / "run", train=open_store(tmp_path / "other"), epochs=3)


def test_identities_are_plain_and_tell_values_apart():
    values = [1, 1.5, "a", None, [1, 2], [1, 2, 3], {"a": 1}, np.arange(3), np.arange(4), np.arange(3.0), torch.arange(3),
              torch.ones(2, dtype=torch.bfloat16), np.array(["a"], object), np.array("2020-01-01", "M8[D]"), {1, 2}, np.int64(7),
              partial(max, 1), len, DeepBind, torch.float32, Augment(), Augment(shift=1), VALID, Path("a")]  # fmt: skip
    found = [repr(identity(value)) for value in values]
    assert len(set(found)) == len(found)
    assert [repr(identity(value)) for value in values] == found
    big = np.zeros((6000, 3))
    assert identity(list(big[:5000])) != identity(list(big))


def test_the_random_numbers_of_a_step_are_its_own():
    from dnacourse.training.run import Run

    def numbers(*place):
        seed, epoch, step, process = place
        fake = type("Fake", (), {"seed": seed, "epochs_done": epoch, "steps_done": step})()
        fake.processes = type("P", (), {"number": process})()
        return torch.rand(2, generator=Run.generator(fake)).tolist()

    places = [(s, e, t, p) for s in (0, 1) for e in (0, 1) for t in (0, 1) for p in (0, 1)]
    drawn = [tuple(numbers(*place)) for place in places]
    assert len(set(drawn)) == len(places) and drawn == [tuple(numbers(*place)) for place in places]
    with pytest.raises(TrainingError, match="a seed is a number from 0 on, not -1"):
        quiet_fit(small(), seed=-1)


class PressAt(KillAt):
    """Ctrl-C at a step."""

    def step(self, run):
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_ends_the_run_in_order_and_the_checkpoint_goes_on(tmp_path, capsys):
    whole = small()
    history = quiet_fit(
        whole, epochs=5, checkpoint=tmp_path / "whole", callbacks=[EarlyStopping(), KillAt(0)]
    )
    for at, epochs_done in ((9, 1), (12, 1), (1, 0)):  # six steps an epoch
        path, cut, stop = tmp_path / f"cut{at}", small(), EarlyStopping()
        handler = signal.getsignal(signal.SIGINT)
        PressAt.__name__ = "KillAt"
        so_far = quiet_fit(cut, epochs=5, checkpoint=path, callbacks=[stop, PressAt(at)])
        assert signal.getsignal(signal.SIGINT) is handler
        assert len(so_far) == epochs_done and stop.best_epoch == epochs_done
        said = capsys.readouterr().out
        assert said.startswith("Interrupted ") and f"{path.name} goes on from there" in said
        if at == 9:
            assert "in epoch 2, after step 3" in said
        again = small(seed=7)
        resumed = quiet_fit(again, epochs=5, checkpoint=path, callbacks=[EarlyStopping(), KillAt(0)])
        assert torch.equal(weights(again), weights(whole))
        assert resumed.drop(columns="seconds").equals(history.drop(columns="seconds"))


def test_the_best_weights_are_there_after_ctrl_c():
    from test_training import Recorder

    model, recorder, stop = small(), Recorder(), EarlyStopping()
    quiet_fit(model, epochs=9, callbacks=[stop, recorder, PressAt(20)])
    assert stop.best_epoch == 3 and torch.equal(weights(model), recorder.values[2])


def test_a_second_ctrl_c_ends_it_at_once():
    with pytest.raises(KeyboardInterrupt), interrupts.deferred() as asked:
        os.kill(os.getpid(), signal.SIGINT)
        assert asked.requested
        os.kill(os.getpid(), signal.SIGINT)


def test_who_listens_hears_of_it_and_other_threads_are_left_alone():
    with interrupts.listening() as outer, interrupts.deferred() as inner:
        os.kill(os.getpid(), signal.SIGINT)
        assert inner.requested and outer.requested
    done = []
    thread = threading.Thread(target=lambda: done.append(len(quiet_fit(small(), epochs=1))))
    thread.start()
    thread.join()
    assert done == [1]


def test_ctrl_c_in_a_terminal(tmp_path):
    """A script goes on behind `fit`, with what was learnt so far."""
    code = textwrap.dedent(f"""
        import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]
        import torch; torch.set_num_threads(1)
        from test_training import quiet_fit, small
        from dnacourse.training import Callback
        class Ready(Callback):
            def epoch(self, run): print("ready", flush=True)
        history = quiet_fit(small(), epochs=100_000, callbacks=[Ready()])
        print(len(history) < 100_000)
    """)
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 0 and said.splitlines()[-1] == "True" and "Interrupted" in said


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"optimizer": torch.optim.Adam}, r"optimizer is the class Adam: write Adam\(model\.parameters\(\), lr=0\.001\)"),
        ({"optimizer": "adam"}, "optimizer must be one of torch's, not 'adam'"),
        ({"optimizer": adamw(small())}, "the optimizer holds none of this model's weights"),
        ({"callbacks": [EarlyStopping]}, r"callbacks is the class EarlyStopping: write EarlyStopping\(…\)"),
        ({"callbacks": EarlyStopping}, "callbacks is the class EarlyStopping"),
        ({"callbacks": [print]}, "a callback is an object of a class made from Callback"),
        ({"callbacks": [torch.optim.lr_scheduler.ConstantLR(adamw(small()))]}, r"callbacks=\[Schedule\(lambda optimizer: ConstantLR"),
        ({"model": nn.Linear}, "model is the class Linear"),
        ({"prepare": OneHot}, "prepare is the class OneHot"),
        ({"augment": Augment}, "augment is the class Augment"),
        ({"metrics": {"auroc": 0.5}}, "the metric 'auroc' must be a function"),
        ({"metrics": ["auroc"]}, "a metric is a function of labels and predictions, not 'auroc'"),
        ({"metrics": [lambda y, p: 0, lambda y, p: 1]}, "two metrics have one name"),
    ],
)  # fmt: skip
def test_what_is_meant_otherwise_is_told_what_to_write(options, words):
    with pytest.raises(TrainingError, match=words):
        quiet_fit(**{"model": small()} | options)


def test_one_metric_one_callback_and_the_gpu_are_done_as_meant():
    from dnacourse import metrics

    history = quiet_fit(small(), TRAIN, VALID, metrics=metrics.auroc, callbacks=EarlyStopping())
    assert "valid_auroc" in history
    assert {"valid_auroc", "valid_f1"} <= set(quiet_fit(small(), metrics=[metrics.auroc, metrics.f1]))
    if torch.accelerator.is_available():
        quiet_fit(small(), device="gpu")
    else:
        with pytest.raises(ValueError, match="there is no GPU here that torch can use"):
            quiet_fit(small(), device="gpu")
    with pytest.raises(ValueError, match="'fast' is no device"):
        quiet_fit(small(), device="fast")
