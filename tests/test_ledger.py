"""Runs that are done stay done; others, and those of other code or scale, are done anew."""

import json
import sys
import types
from functools import partial

import numpy as np
import pandas as pd
import pytest

from dnacourse.ledger import Ledger


@pytest.fixture
def calls(monkeypatch, tmp_path):
    monkeypatch.setenv("DNACOURSE_CACHE", str(tmp_path))
    monkeypatch.setenv("DNACOURSE_SCALE", "ci")
    return []


def work(calls, checkpoint):
    calls.append(checkpoint)
    checkpoint.write_text("half-way")
    return {"auroc": 0.75, "each": [1, 2]}


def test_a_run_is_done_once(calls):
    first, again = (Ledger("toy").once({"seed": 0}, lambda path: work(calls, path)) for _ in range(2))
    assert first == again and first["auroc"] == 0.75 and first["each"] == [1, 2] and first["seconds"] >= 0
    assert len(calls) == 1 and not calls[0].exists()
    assert [path.suffix for path in calls[0].parent.iterdir()] == [".json"]


def test_another_seed_scale_or_code_is_another_run(calls, monkeypatch, tmp_path):
    Ledger("toy").once({"seed": 0}, lambda path: work(calls, path))
    Ledger("toy").once({"seed": 1}, lambda path: work(calls, path))
    monkeypatch.setenv("DNACOURSE_SCALE", "laptop")
    Ledger("toy").once({"seed": 0}, lambda path: work(calls, path))
    module = types.ModuleType("dnacourse.new_module")
    module.__file__ = str(tmp_path / "new_module.py")
    (tmp_path / "new_module.py").write_text("x = 1")
    monkeypatch.setitem(sys.modules, "dnacourse.new_module", module)
    Ledger("toy").once({"seed": 0}, lambda path: work(calls, path))
    (tmp_path / "new_module.py").write_text("x = 2")
    Ledger("toy").once({"seed": 0}, lambda path: work(calls, path))
    assert len(calls) == 5
    picture = types.ModuleType("dnacourse.plots.new_picture")
    picture.__file__ = str(tmp_path / "new_picture.py")
    (tmp_path / "new_picture.py").write_text("x = 1")
    monkeypatch.setitem(sys.modules, "dnacourse.plots.new_picture", picture)
    Ledger("toy").once({"seed": 0}, lambda path: work(calls, path))
    assert len(calls) == 5


RATE = 0.1
RATES = {"a": (lambda: 0.1, 2)}


def helper():
    return RATE


class Network:
    def forward(self):
        return RATES["a"]


def other_helper():
    return Network()


def test_what_the_run_uses_of_its_notebook_counts_too(calls, monkeypatch):
    def run(checkpoint):
        helper()
        return work(calls, checkpoint)

    ledger = Ledger("toy")
    ledger.once({"seed": 0}, run)
    ledger.once({"seed": 0}, run)
    assert len(calls) == 1
    monkeypatch.setitem(globals(), "RATE", 0.2)
    ledger.once({"seed": 0}, run)
    assert len(calls) == 2
    monkeypatch.setitem(globals(), "helper", other_helper)
    ledger.once({"seed": 0}, run)
    assert len(calls) == 3
    monkeypatch.setitem(RATES, "a", (lambda: 0.2, 2))
    ledger.once({"seed": 0}, run)
    assert len(calls) == 4
    ledger.once({"seed": 0}, run)
    assert len(calls) == 4


ROWS = np.arange(10)
TABLE = pd.DataFrame({"a": [1, 2]})
TIMES = partial(pow, 2)


class WithNumber:
    factor = 3


def with_default(x=1):
    return x


def test_arrays_defaults_partials_tables_and_class_attributes_count_too(calls, monkeypatch):
    def run(checkpoint):
        print(ROWS.sum(), len(TABLE), TIMES(3), WithNumber.factor, with_default())
        return work(calls, checkpoint)

    ledger = Ledger("toy")
    for number, change in enumerate(
        (
            lambda: None,
            lambda: monkeypatch.setitem(globals(), "ROWS", np.arange(100)),
            lambda: monkeypatch.setitem(globals(), "ROWS", np.arange(100) % 99),
            lambda: monkeypatch.setitem(globals(), "TABLE", pd.DataFrame({"a": [1, 3]})),
            lambda: monkeypatch.setitem(globals(), "TIMES", partial(pow, 3)),
            lambda: monkeypatch.setattr(WithNumber, "factor", 4),
            lambda: monkeypatch.setattr(with_default, "__defaults__", (2,)),
        ),
        start=1,
    ):
        change()
        ledger.once({"seed": 0}, run)
        ledger.once({"seed": 0}, run)
        assert len(calls) == number


def test_what_failed_is_begun_again_with_its_checkpoint(calls):
    def run(checkpoint):
        outcome = work(calls, checkpoint)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return outcome

    with pytest.raises(KeyboardInterrupt):
        Ledger("toy").once({"seed": 0}, run)
    assert calls[0].read_text() == "half-way"
    assert Ledger("toy").once({"seed": 0}, run)["auroc"] == 0.75
    assert calls[0] == calls[1] and not calls[0].exists()


def test_an_outcome_that_cannot_be_kept_is_not_half_kept(calls):
    with pytest.raises(TypeError):
        Ledger("toy").once({"seed": 0}, lambda path: {"auroc": object()})
    assert not list(Ledger("toy").folder.glob("*.json"))
    json.dumps(Ledger("toy").once({"seed": 0}, lambda path: work(calls, path)))
