"""Settings of every test, and the shares in which the tests go to pytest-xdist's workers, longest first."""

import json
import math
import os
import signal
from collections import Counter
from pathlib import Path

from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from dnacourse import files

# Before numpy or torch load: many small models run far slower on two threads than on one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("DNACOURSE_SCALE", "ci")

# A shell's background jobs ignore Ctrl-C, and so would the tests that send it, and their children.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# The first call compiles; a test is judged by its result, never by its time.
settings.register_profile("course", deadline=None)
settings.load_profile("course")

DURATIONS = Path(__file__).with_name("durations.json")
ONE_BY_ONE = "test_notebooks.py"
MEASURE = "--measure-shares"
measured: Counter[str] = Counter()


def share(nodeid):
    """What one worker gets as a whole: a file, but the tests that execute notebooks one by one.

    A file shares its fixtures; a notebook's cells, of which nbval makes tests, share a kernel.
    """
    path, _, _ = nodeid.partition("::")
    return nodeid if Path(path).name == ONE_BY_ONE else path


class Shares(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return share(nodeid)


def pytest_xdist_make_scheduler(config, log):
    """For `-n 2` alone; whoever asks for another `--dist` gets it."""
    return Shares(config, log) if config.getvalue("dist") == "load" else None


def pytest_collection_modifyitems(config, items):
    """A worker takes the longest share first, so that none is begun when all others are done.

    What is not in the table is new, or takes under a second, and comes before all.
    """
    if hasattr(config, "workerinput"):
        seconds = json.loads(DURATIONS.read_text(encoding="utf-8"))
        items.sort(key=lambda item: (-seconds.get(share(item.nodeid), math.inf), share(item.nodeid)))


def pytest_addoption(parser):
    parser.addoption(MEASURE, action="store_true", help=f"note in {DURATIONS.name} how long each share took")


def pytest_runtest_logreport(report):
    measured[share(report.nodeid)] += report.duration


def pytest_sessionfinish(session, exitstatus):
    whole = exitstatus == 0 and not hasattr(session.config, "workerinput")  # a worker saw a part only
    if session.config.getoption(MEASURE) and whole:
        known = json.loads(DURATIONS.read_text(encoding="utf-8"))
        seconds = Counter(known | {name: round(total) for name, total in measured.items()})
        longest = {name: total for name, total in seconds.most_common() if total}
        files.write_text(DURATIONS, json.dumps(longest, indent=1) + "\n")


def pytest_generate_tests(metafunc):
    """A test that asks for `device` runs on the CPU, and on the GPU where there is one."""
    if "device" in metafunc.fixturenames:
        import torch

        found = torch.accelerator.current_accelerator(check_available=True)
        metafunc.parametrize("device", ["cpu"] + ([found.type] if found else []))
