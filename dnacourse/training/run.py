"""One training run: everything that must be kept so that it can be interrupted and go on."""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from tqdm.auto import tqdm

from dnacourse import device as devices
from dnacourse.training import checkpoints
from dnacourse.training.batches import Batch, Batches, Loader
from dnacourse.training.errors import TrainingError, not_a_number
from dnacourse.training.losses import name_of
from dnacourse.training.processes import Processes

_STEPS_BETWEEN_LOOKS = 50


class Callback:
    """What a run calls: once at its beginning and end, after every step and every epoch."""

    def begin(self, run: "Run") -> None:
        """Before the first step, and before a checkpoint is taken up."""

    def step(self, run: "Run") -> None:
        """After the weights have changed."""

    def epoch(self, run: "Run") -> None:
        """When the newest row of `run.history` is complete; `run.stop = True` ends the run."""

    def end(self, run: "Run") -> None:
        """When the last epoch is done."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""


@dataclass
class Run:
    """A run of `fit`, as its callbacks see it."""

    model: nn.Module
    optimizer: Optimizer
    train: Batches | Loader
    callbacks: Sequence[Callback]
    processes: Processes
    seed: int
    loss: Callable[[Tensor, Tensor], Tensor]
    settings: dict[str, Any]
    """what else must not change between two parts of the run"""
    mixed_precision: bool
    checkpoint: Path | None
    checkpoint_every: int | None
    bar: tqdm
    history: list[dict[str, Any]] = field(default_factory=list)
    epochs_done: int = 0
    steps_done: int = 0
    """of the epoch at hand"""
    stop: bool = False

    def __post_init__(self) -> None:
        self.device = self.processes.device
        self.low_precision = devices.low_precision(self.device) if self.mixed_precision else None
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.low_precision == torch.float16)
        self._forget_sums()
        self._order_state = checkpoints.random_state()
        self._seconds_before = 0.0
        self._rates = [group["lr"] for group in self.optimizer.param_groups]
        # On an accelerator a look at the loss waits for all the work before it.
        self._look_every = 1 if self.device.type == "cpu" else _STEPS_BETWEEN_LOOKS

    def precision(self) -> AbstractContextManager[Any]:
        """Compute in 16-bit numbers within this block, where the device has them and it was asked for."""
        return torch.autocast(self.device.type, self.low_precision) if self.low_precision else nullcontext()

    def generator(self) -> torch.Generator:
        """Random numbers for this step alone, so that an interrupted run draws the same."""
        mixed = (
            hash((self.seed, self.epochs_done, self.steps_done, self.processes.number))
            & 0x7FFF_FFFF_FFFF_FFFF
        )
        return torch.Generator().manual_seed(mixed)

    def batches(self) -> Iterator[Batch]:
        """The batches of this epoch that have not been done, on the device."""
        self._started = perf_counter() - self._seconds_before
        interrupted = checkpoints.random_state()
        if (
            self.steps_done
        ):  # a loader draws its order when it starts: from the numbers it drew it from before
            checkpoints.set_random_state(self._order_state)
        else:
            self._order_state = interrupted
        share = (self.processes.number, self.processes.count)
        # A loader goes through what is done once more: its data may draw random numbers on the way.
        jump = 0 if isinstance(self.train, Loader) else self.steps_done
        batches = self.train.epoch(self.epochs_done, jump, share)
        for _ in range(self.steps_done - jump):
            next(batches)
        if self.steps_done:
            checkpoints.set_random_state(interrupted)
        for batch in batches:
            if self.device.type != "cpu":  # there a look at the labels waits for all the work before it
                self._check_labels(batch.labels)
            yield batch._replace(
                inputs=batch.inputs.to(self.device, non_blocking=True),
                labels=batch.labels.to(self.device, non_blocking=True),
            )

    def _check_labels(self, labels: Tensor) -> None:
        check = getattr(self.loss, "check_labels", None)
        if check and (problem := check(labels)):
            raise TrainingError(problem)

    def step_done(self, cost: Tensor, batch: Batch) -> None:
        """Take note of a step.

        Raises:
            TrainingError: the loss is no number.
        """
        self.steps_done += 1
        self._summed.add_(cost.detach(), alpha=batch.rows)
        self._rows += batch.rows
        if self.steps_done % self._look_every == 0:
            self._look(batch)
        for callback in self.callbacks:
            callback.step(self)
        self.bar.update()
        if self.checkpoint_every and self.steps_done % self.checkpoint_every == 0:
            self.save()

    def _forget_sums(self) -> None:
        double = torch.float32 if self.device.type == "mps" else torch.float64
        self._summed = torch.zeros((), dtype=double, device=self.device)
        self._rows = 0

    def _look(self, batch: Batch | None) -> None:
        if not math.isfinite(self._summed.item()) or (batch is None and not self._weights_are_finite()):
            place = f"epoch {self.epochs_done + 1}, step {self.steps_done}"
            inputs = batch.inputs if batch else torch.zeros(())
            raise not_a_number(place, self.model, inputs, self.optimizer.param_groups[0]["lr"])

    def _weights_are_finite(self) -> bool:
        return all(bool(torch.isfinite(weight).all()) for weight in self.model.parameters())

    def train_loss(self) -> float:
        """Mean loss over the rows of this epoch, each as the model was when its turn came.

        Raises:
            TrainingError: it is no number.
        """
        self._look(None)
        rows = self.processes.total(torch.tensor(float(self._rows), device=self.device))
        return float(self.processes.total(self._summed) / rows)

    def epoch_done(self, train_loss: float, valid: dict[str, Any]) -> None:
        """Take note of an epoch, and put everything on disk.

        Raises:
            TrainingError: the validation loss is no number.
        """
        if not math.isfinite(valid.get("loss", 0.0)):
            raise TrainingError(
                f"the validation loss after epoch {self.epochs_done + 1} is {valid['loss']}: look for NaN in the "
                "validation data"
            )
        self.epochs_done += 1
        self.history.append(
            {"epoch": self.epochs_done, "train_loss": train_loss}
            | {f"valid_{name}": np.squeeze(value).tolist() for name, value in valid.items()}
            | {
                "learning_rate": self.optimizer.param_groups[0]["lr"],
                "seconds": perf_counter() - self._started,
            }
        )
        self.steps_done, self._seconds_before = 0, 0.0
        self._forget_sums()
        for callback in self.callbacks:
            callback.epoch(self)
        self.bar.set_postfix(
            {k: f"{self.history[-1][k]:.4f}" for k in ("train_loss", "valid_loss") if k in self.history[-1]}
        )
        self.save()

    def begin(self) -> None:
        """Start the callbacks, and go on from the checkpoint if there is one."""
        for callback in self.callbacks:
            callback.begin(self)
        if self.checkpoint and self.processes.gather(self.checkpoint.exists())[0]:
            self._restore(checkpoints.read(self.checkpoint))
        else:
            self.save()  # the first weights, too: a model built anew would have others

    def end(self) -> None:
        """End the callbacks. The checkpoint keeps the weights from before: with more epochs they go on."""
        for callback in self.callbacks:
            callback.end(self)

    def save(self) -> None:
        """Write the checkpoint, if there is to be one."""
        if self.checkpoint is None:
            return
        self._look(None)  # what is kept must be worth going on from
        random = self.processes.gather((checkpoints.random_state(), self._order_state))
        summed = self.processes.gather((float(self._summed), self._rows))
        if self.processes.number == 0:
            checkpoints.write(
                self.checkpoint,
                {
                    "signature": self._signature(),
                    "model": self.model.state_dict(),
                    "optimizer": self.optimizer.state_dict(),
                    "scaler": self.scaler.state_dict(),
                    "callbacks": [callback.state_dict() for callback in self.callbacks],
                    "history": self.history,
                    "done": [self.epochs_done, self.steps_done, self.stop],
                    "summed": summed,
                    "random": random,
                    "seconds": perf_counter() - self._started if self.steps_done else 0.0,
                },
            )
        self.processes.wait()

    def _signature(self) -> dict[str, Any]:
        """What must not have changed between two parts of one run."""
        weights = {name: list(weight.shape) for name, weight in self.model.state_dict().items()}
        rows = len(self.train.rows) if isinstance(self.train, Batches) else None
        return {
            "weights": weights, "rows": rows, "data": self.train.digest, "batch_size": self.train.size,
            "seed": self.seed, "loss": name_of(self.loss),
            "optimizer": type(self.optimizer).__name__, "learning_rate": self._rates,
            "callbacks": [type(callback).__name__ for callback in self.callbacks], **self.settings,
        }  # fmt: skip

    def _restore(self, state: dict[str, Any]) -> None:
        for what, now in self._signature().items():
            if (there := state["signature"].get(what)) != now:
                shown = "" if what in ("weights", "data") else f": {there!r} there, {now!r} here"
                raise TrainingError(
                    f"the checkpoint {self.checkpoint} is of another run, with other {what.replace('_', ' ')}{shown}. "
                    "Give this run a checkpoint of its own, or delete that one"
                )
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        for callback, kept in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(kept)
        self.history = state["history"]
        self.epochs_done, self.steps_done, self.stop = state["done"]
        self._seconds_before = state["seconds"]
        if len(state["random"]) == self.processes.count:
            now, self._order_state = state["random"][self.processes.number]
            checkpoints.set_random_state(now)
        if self.processes.number == 0:  # sums over all processes that there were
            summed, self._rows = (sum(part) for part in zip(*state["summed"], strict=True))
            self._summed += summed
        self.bar.update(self.epochs_done * len(self.train) + self.steps_done)
