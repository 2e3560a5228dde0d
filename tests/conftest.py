import os

from hypothesis import settings

# Before numpy or torch load: many small models run far slower on two threads than on one.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ.setdefault("DNACOURSE_SCALE", "ci")

# The first call compiles; a test is judged by its result, never by its time.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_generate_tests(metafunc):
    """A test that asks for `device` runs on the CPU, and on the GPU where there is one."""
    if "device" in metafunc.fixturenames:
        import torch

        found = torch.accelerator.current_accelerator(check_available=True)
        metafunc.parametrize("device", ["cpu"] + ([found.type] if found else []))
