"""Shared by the benchmarks: the best of several runs, and one line that gives the ratio."""

import time
from collections.abc import Callable


def best_of(function: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the fastest of `runs` calls; the fastest is the one least disturbed."""
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times)


def report(what: str, ours: float, peer: str, theirs: float) -> None:
    print(f"{what}: dnacourse {ours * 1e3:.4g} ms, {peer} {theirs * 1e3:.1f} ms, ratio {theirs / ours:.1f}")
