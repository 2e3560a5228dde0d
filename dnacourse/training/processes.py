"""One process or several: the same loop, and no accelerate where it is not needed.

Several processes are started by `accelerate launch script.py`, by accelerate's `notebook_launcher`, or by
`torchrun`; each runs the same script, and this module finds out that it has companions.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn

from dnacourse import device as devices
from dnacourse.training.errors import TrainingError

_FAR_APART = 100_003  # seeds of neighbouring processes, so that seed 1 is not process 1 of seed 0


class Alone:
    """One process: nothing to share."""

    number, count = 0, 1

    def __init__(self, device: str | torch.device | None) -> None:
        self.device = devices.pick(device)

    def wrap(self, model: nn.Module, sync_batchnorm: bool = False) -> nn.Module:
        """The model to train."""
        return model

    def total(self, value: Tensor) -> Tensor:
        """A sum over all processes, of a tensor (…, n) in the same shape."""
        return value

    def gather(self, value: Any) -> list[Any]:
        """What every process has, in their order."""
        return [value]

    def wait(self) -> None:
        """Until all processes are here."""


class Together:
    """One of several processes that train the same model, each on its share of every batch."""

    def __init__(self, device: str | torch.device | None) -> None:
        from accelerate import Accelerator

        on_cpu = device is not None and devices.pick(device).type == "cpu"
        # 16-bit numbers are the loop's affair, whatever accelerate's own settings say
        self.accelerator = Accelerator(cpu=on_cpu, mixed_precision="no")
        self.device = self.accelerator.device
        if self.device.type == "cpu":  # accelerate numbers it, which nothing else understands
            self.device = torch.device("cpu")
        self.number, self.count = self.accelerator.process_index, self.accelerator.num_processes

    def wrap(self, model: nn.Module, sync_batchnorm: bool = False) -> nn.Module:
        """The model to train: after each backward pass its gradients are the mean over the processes'.

        Args:
            model: is changed, where its BatchNorm is to be synchronised.
            sync_batchnorm: take BatchNorm's means over all processes.

        Raises:
            TrainingError: that on the CPU, where torch has no such BatchNorm.
        """
        if sync_batchnorm:
            if self.device.type == "cpu":
                raise TrainingError(
                    "sync_batchnorm=True needs accelerators: torch has no synchronised BatchNorm on the CPU. Leave it out, "
                    "or take a norm that looks at one row at a time, LayerNorm or GroupNorm"
                )
            nn.SyncBatchNorm.convert_sync_batchnorm(model)
        return self.accelerator.prepare_model(model)

    def total(self, value: Tensor) -> Tensor:
        """A sum over all processes, of a tensor (…, n) in the same shape."""
        return self.accelerator.reduce(value, "sum")

    def gather(self, value: Any) -> list[Any]:
        """What every process has, in their order."""
        from accelerate.utils import gather_object

        return gather_object([value])

    def wait(self) -> None:
        """Until all processes are here."""
        self.accelerator.wait_for_everyone()


Processes = Alone | Together


def processes(device: str | torch.device | None = None) -> Processes:
    """This process and its companions.

    Args:
        device: where to compute; None takes the best there is.

    Raises:
        ValueError: no such device here.
    """
    several = torch.distributed.is_available() and torch.distributed.is_initialized()
    several = several or int(os.environ.get("WORLD_SIZE", "1")) > 1
    return Together(device) if several else Alone(device)


@contextmanager
def own_random_numbers(seed: int, together: Processes) -> Iterator[None]:
    """Seed torch for this block, differently in each process, and leave the caller's random numbers alone."""
    mine = [together.device] if together.device.type == "cuda" else []
    with torch.random.fork_rng(mine):
        torch.manual_seed(seed + _FAR_APART * together.number)
        yield
