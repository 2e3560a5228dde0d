"""Which device, how many threads, how much memory; and CPU against GPU, timed instead of believed."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import NamedTuple

import numpy as np
import pandas as pd
import psutil
import torch

Step = Callable[[], object]
"""A function without arguments that does once what is to be timed."""

_GIGABYTE = 1e9


def pick(name: str | torch.device | None = None) -> torch.device:
    """The device to compute on: the one asked for, else the accelerator that works here, else the CPU.

    Args:
        name: "cpu", "gpu" (the accelerator, of whatever make), "cuda", "cuda:1", "mps" …; None chooses.

    Raises:
        ValueError: no such device in this machine; those it has are listed.
    """
    available = torch.accelerator.current_accelerator(check_available=True)
    if name is None:
        return available or torch.device("cpu")
    if str(name).lower() == "gpu":
        if available is None:
            raise ValueError("there is no GPU here that torch can use: leave the device out to take the CPU")
        return available
    try:
        device = torch.device(name)
    except RuntimeError:
        raise ValueError(
            f'{name!r} is no device: "cpu", "gpu", or torch\'s own names, "cuda:0" say'
        ) from None
    count = torch.accelerator.device_count() if available else 0
    if device.type != "cpu" and (
        available is None or device.type != available.type or (device.index or 0) >= count
    ):
        known = ["cpu"] + [f"{available.type}:{i}" for i in range(count) if available]
        raise ValueError(
            f"no device {str(device)!r} here: there is {', '.join(known)}. Leave the device out to take the best"
        )
    return device


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all it was given: an accelerator answers before it has finished."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Let torch use `count` threads on the CPU within this block.

    Raises:
        ValueError: less than one.
    """
    if count < 1:
        raise ValueError(f"torch needs at least one thread, not {count}")
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def seconds(
    step: Step, device: torch.device | None = None, repeats: int = 5, least: float = 0.02
) -> list[float]:
    """Time a step, after one call that is not counted.

    Args:
        step: done again and again.
        device: waited for before the clock is read; None means the CPU.
        repeats: number of measurements.
        least: a measurement repeats the step until it has taken this many seconds.

    Returns:
        Seconds a step, one figure for each measurement.
    """
    device = device or torch.device("cpu")
    step()
    measured = []
    for _ in range(repeats):
        synchronize(device)
        calls, start = 0, perf_counter()
        while calls == 0 or perf_counter() - start < least:
            step()
            synchronize(device)
            calls += 1
        measured.append((perf_counter() - start) / calls)
    return measured


def best_threads(step: Step, candidates: Iterable[int] | None = None, repeats: int = 5) -> int:
    """Measure a step with different numbers of threads, and choose.

    More threads are taken only if they save a tenth of the time: with small models they often cost more
    than they bring, and other programs want the processor too.

    Args:
        step: as for `seconds`; one training step of your model on the CPU, say.
        candidates: numbers of threads; None tries 1, 2, 4 … up to the cores of this machine.
        repeats: measurements of each; their median counts.

    Returns:
        The number to give to `torch.set_num_threads`.
    """
    cores = psutil.cpu_count(logical=False) or 1
    tried = sorted(set(candidates or [2**k for k in range(cores.bit_length()) if 2**k <= cores] + [cores]))
    best, fastest = tried[0], np.inf
    for count in tried:
        with threads(count):
            time = float(np.median(seconds(step, repeats=repeats)))
        if time < 0.9 * fastest:
            best, fastest = count, time
    return best


def tune_threads(step: Step, candidates: Iterable[int] | None = None) -> int:
    """Let torch use from now on the number of threads that `best_threads` finds; it is given back."""
    count = best_threads(step, candidates)
    torch.set_num_threads(count)
    return count


def compare(build: Callable[[torch.device], Step], repeats: int = 5) -> pd.DataFrame:
    """Time the same step on the CPU and on the accelerator, where there is one.

    Args:
        build: takes a device and returns a step whose model and data are on it.
        repeats: measurements of each.

    Returns:
        A row a device: device, threads, milliseconds (median), low and high (fastest and slowest
        measurement), speedup over the CPU.
    """
    devices = [torch.device("cpu")]
    if pick() != devices[0]:
        devices.append(pick())
    rows = []
    for device in devices:
        times = 1e3 * np.array(seconds(build(device), device, repeats))
        rows.append(
            {"device": describe(device), "threads": torch.get_num_threads() if device.type == "cpu" else None,
             "milliseconds": np.median(times), "low": times.min(), "high": times.max()}
        )  # fmt: skip
    table = pd.DataFrame(rows)
    return table.assign(speedup=table["milliseconds"].iloc[0] / table["milliseconds"])


class Memory(NamedTuple):
    """Gigabytes (10^9 bytes) of a device's memory."""

    total: float
    free: float
    used_here: float
    """held by this process"""


def memory(device: torch.device | None = None) -> Memory:
    """What the device's memory is, and how much of it is left.

    On the CPU that is the machine's own memory; a container may allow less than it shows.
    """
    device = device or pick()
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        used = torch.cuda.memory_reserved(device)
    elif device.type == "mps":  # its memory is the machine's
        total, used = torch.mps.recommended_max_memory(), torch.mps.driver_allocated_memory()
        free = total - used
    else:
        machine = psutil.virtual_memory()
        total, free, used = machine.total, machine.available, psutil.Process().memory_info().rss
    return Memory(total / _GIGABYTE, free / _GIGABYTE, used / _GIGABYTE)


def describe(device: torch.device) -> str:
    """The device's name, as its maker calls it where that is known."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type


def low_precision(device: torch.device) -> torch.dtype | None:
    """The 16-bit numbers this device computes with at speed: bfloat16, else float16; None but on CUDA."""
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
    return None
