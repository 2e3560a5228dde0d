"""Devices, threads, memory and timing."""

import pytest
import torch

from dnacourse import device as devices


def test_the_device_that_is_asked_for_or_the_best_one():
    found = torch.accelerator.current_accelerator(check_available=True)
    assert devices.pick() == (found or torch.device("cpu"))
    assert devices.pick("cpu") == torch.device("cpu") and devices.pick(torch.device("cpu")).type == "cpu"


@pytest.mark.parametrize("name", ["cuda:99", "xpu", "mps:7"])
def test_a_device_that_is_not_here_is_refused_with_those_that_are(name):
    with pytest.raises(ValueError, match=rf"no device '{name}' here: there is cpu.*Leave the device out"):
        devices.pick(name)


def test_threads_are_set_for_a_while():
    before = torch.get_num_threads()
    with devices.threads(before + 1):
        assert torch.get_num_threads() == before + 1
    assert torch.get_num_threads() == before
    with pytest.raises(RuntimeError), devices.threads(before + 1):
        raise RuntimeError
    assert torch.get_num_threads() == before
    with pytest.raises(ValueError, match="at least one thread"), devices.threads(0):
        pass


@pytest.fixture
def taking(monkeypatch):
    """A step that takes so many milliseconds with 1, 2, 4 threads, by a clock that only it moves."""
    clock = [0.0]
    monkeypatch.setattr(devices, "perf_counter", lambda: clock[0])

    def build(milliseconds):
        def step():
            clock[0] += milliseconds[torch.get_num_threads()] / 1000

        return step

    return build


@pytest.mark.parametrize(
    ("milliseconds", "best"),
    [
        ({1: 4, 2: 9, 4: 9}, 1),
        ({1: 12, 2: 6, 4: 9}, 2),
        ({1: 12, 2: 6, 4: 2}, 4),
        ({1: 6.0, 2: 5.8, 4: 5.8}, 1),
    ],
)
def test_the_fastest_number_of_threads_is_chosen_and_a_tie_goes_to_fewer(taking, milliseconds, best):
    before = torch.get_num_threads()
    assert devices.best_threads(taking(milliseconds), candidates=(1, 2, 4), repeats=3) == best
    assert torch.get_num_threads() == before


def test_tuning_sets_the_number(taking):
    before = torch.get_num_threads()
    try:
        assert devices.tune_threads(taking({1: 9, 2: 3}), candidates=(1, 2)) == 2 == torch.get_num_threads()
    finally:
        torch.set_num_threads(before)


def test_memory_is_told_in_gigabytes(device):
    memory = devices.memory(torch.device(device))
    assert 0 <= memory.free <= memory.total and 0 <= memory.used_here <= memory.total
    if device == "cpu":
        block = torch.ones(50_000_000)  # 0.2 GB
        assert devices.memory(torch.device("cpu")).used_here - memory.used_here > 0.15
        del block


def test_a_comparison_has_a_row_for_each_device():
    built = []

    def build(device):
        built.append(device.type)
        X = torch.ones(64, 64, device=device)
        return lambda: X @ X

    table = devices.compare(build, repeats=3)
    assert len(table) == len(built) and built[0] == "cpu" and table["speedup"].iloc[0] == 1
    assert (table["low"] <= table["milliseconds"]).all() and (table["milliseconds"] <= table["high"]).all()


def test_seconds_are_seconds_and_the_first_call_is_not_counted(monkeypatch):
    clock, calls = [0.0], []
    monkeypatch.setattr(devices, "perf_counter", lambda: clock[0])

    def step():
        clock[0] += 0.003 if calls else 100.0
        calls.append(1)

    assert devices.seconds(step, repeats=3, least=0.01) == pytest.approx([0.003] * 3)
    assert len(calls) == 1 + 3 * 4


def test_the_cpu_computes_in_32_bits():
    assert devices.low_precision(torch.device("cpu")) is None
