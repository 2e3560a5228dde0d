"""Two processes on the CPU end with the weights of one, however they were started."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from test_training import TRAIN, VALID, small, weights

from dnacourse import metrics
from dnacourse.training import fit

SCRIPT = """
import sys; sys.path[:0] = [{tests!r}]
from pathlib import Path
import torch; torch.set_num_threads(1)
from test_processes import train
train(Path(sys.argv[1]), *map(int, sys.argv[2:]))
"""
LAUNCHERS = {
    "torchrun": ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"],
    "accelerate": ["-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2", "--num_machines", "1",
                   "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"],
}  # fmt: skip


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return str(listening.getsockname()[1])


def train(folder, rows=90, epochs=4, checkpoint=0):
    """The same call in one process and in two; the first of them keeps what came out."""
    model = small(dropout=0)
    history = fit(
        model, (TRAIN[0][:rows], TRAIN[1][:rows]), (VALID[0][:29], VALID[1][:29]), epochs=epochs, batch_size=16,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9), clip_norm=1.0, device="cpu",
        metrics={"auroc": metrics.auroc}, progress=False, checkpoint=folder / "run" if checkpoint else None,
    )  # fmt: skip
    if os.environ.get("RANK", "0") == "0":
        torch.save(weights(model), folder / "weights")
        history.to_csv(folder / "history.csv", index=False)
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
    return history


def launch(folder, launcher, *arguments):
    script = folder / "script.py"
    script.write_text(SCRIPT.format(tests=str(Path(__file__).parent)))
    command = [sys.executable, *LAUNCHERS[launcher], script, folder, *map(str, arguments)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=180)
    assert done.returncode == 0, done.stderr
    return torch.load(folder / "weights"), np.genfromtxt(folder / "history.csv", delimiter=",", names=True)


@pytest.mark.parametrize(("launcher", "rows"), [("torchrun", 90), ("torchrun", 81), ("accelerate", 90)])
def test_two_processes_equal_one(tmp_path, launcher, rows):
    """With 90 rows the last batch holds 10; with 81 it holds one, and the second process has nothing to do."""
    alone = tmp_path / "alone"
    alone.mkdir()
    one = train(alone, rows)
    two_weights, two = launch(tmp_path, launcher, rows)
    assert (two_weights - torch.load(alone / "weights")).abs().max() < 1e-6
    for column in ("train_loss", "valid_loss", "valid_auroc"):
        assert np.allclose(one[column], two[column], atol=1e-6)


def test_two_processes_go_on_from_their_checkpoint(tmp_path):
    for folder in ("whole", "parts"):
        (tmp_path / folder).mkdir()
    whole, _ = launch(tmp_path / "whole", "torchrun", 90, 4)
    launch(tmp_path / "parts", "torchrun", 90, 2, 1)
    parts, history = launch(tmp_path / "parts", "torchrun", 90, 4, 1)
    assert torch.equal(whole, parts) and len(history) == 4


def test_a_notebooks_launcher(tmp_path):
    code = f"""
import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]
from pathlib import Path
from accelerate import notebook_launcher
from test_processes import train
notebook_launcher(train, (Path({str(tmp_path)!r}),), num_processes=2, use_port="{free_port()}")
"""
    environment = os.environ | {"OMP_NUM_THREADS": "1", "ACCELERATE_USE_CPU": "true"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, timeout=180
    )
    assert done.returncode == 0, done.stderr
    alone = tmp_path / "alone"
    alone.mkdir()
    train(alone)
    assert (torch.load(tmp_path / "weights") - torch.load(alone / "weights")).abs().max() < 1e-6


def test_one_process_loads_no_accelerate():
    code = f"""
import sys; sys.path[:0] = [{str(Path(__file__).parent)!r}]
from test_training import quiet_fit, small
quiet_fit(small())
assert "accelerate" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)
