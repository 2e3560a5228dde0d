"""One training run: everything that must be kept so that it can be interrupted and go on."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from dnacourse.interrupts import Interrupt
from dnacourse.training import checkpoints, resuming, structures
from dnacourse.training.batches import Batch, Batches, Loader
from dnacourse.training.errors import TrainingError, not_a_number
from dnacourse.training.loss import Loss
from dnacourse.training.measures import Metric
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
        """When the last epoch is done, or the run was interrupted by Ctrl-C."""

    def settings(self) -> dict[str, Any]:
        """What must not change between two parts of one run, as plain values."""
        return {}

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""


@dataclass(kw_only=True)
class Run:
    """A run of `fit`, as its callbacks see it."""

    model: nn.Module
    optimizer: Optimizer
    train: Batches | Loader
    loss: Loss
    metrics: Mapping[str, Metric]
    prepare: Callable[[Any], Any]
    augment: Callable[[Any, torch.Generator], Any] | None
    callbacks: Sequence[Callback]
    processes: Processes
    seed: int
    settings: dict[str, Any]
    """what else must not change between two parts of the run"""
    mixed_precision: bool
    checkpoint: Path | None
    checkpoint_every: int | None
    bar: tqdm
    interrupt: Interrupt
    history: list[dict[str, Any]] = field(default_factory=list)
    epochs_done: int = 0
    steps_done: int = 0
    """of the epoch at hand"""
    stop: bool = False

    def __post_init__(self) -> None:
        self._counts: Tensor | float = 0.0
        self._counted: Tensor | float = 0.0
        self.device = self.processes.device
        self.low_precision = devices.low_precision(self.device) if self.mixed_precision else None
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=self.low_precision == torch.float16)
        self.forget_sums()
        self.order_state = checkpoints.random_state()
        self.seconds_before = 0.0
        # On an accelerator a look at the loss waits for all the work before it.
        self._look_every = 1 if self.device.type == "cpu" else _STEPS_BETWEEN_LOOKS
        self._frozen = [
            module
            for module in self.model.modules()
            if not module.training and (own := list(module.parameters(recurse=False)))
            and not any(weight.requires_grad for weight in own)
        ]  # fmt: skip
        self._interrupted = False
        self.identity = resuming.identity_of(self) if self.checkpoint else {}

    def precision(self) -> AbstractContextManager[Any]:
        """Compute in 16-bit numbers within this block, where the device has them and it was asked for."""
        return torch.autocast(self.device.type, self.low_precision) if self.low_precision else nullcontext()

    def learn(self, network: nn.Module) -> None:
        """Put the network into its training mode, but for layers that were frozen in the other."""
        network.train()
        for module in self._frozen:
            module.eval()

    def generator(self) -> torch.Generator:
        """Random numbers for this step alone, so that an interrupted run draws the same."""
        place = (self.seed, self.epochs_done, self.steps_done, self.processes.number)
        (state,) = np.random.SeedSequence(place).generate_state(1, np.uint64)
        return torch.Generator().manual_seed(int(state) >> 1)

    def batches(self) -> Iterator[Batch]:
        """The batches of this epoch that have not been done, changed at random and on the device."""
        self._started = perf_counter() - self.seconds_before
        interrupted = checkpoints.random_state()
        if (
            self.steps_done
        ):  # a loader draws its order when it starts: from the numbers it drew it from before
            checkpoints.set_random_state(self.order_state)
        else:
            self.order_state = interrupted
        share = (self.processes.number, self.processes.count)
        # A loader goes through what is done once more: its data may draw random numbers on the way.
        jump = 0 if isinstance(self.train, Loader) else self.steps_done
        batches = self.train.epoch(self.epochs_done, jump, share)
        for _ in range(self.steps_done - jump):
            next(batches)
        if self.steps_done:
            checkpoints.set_random_state(interrupted)
        for batch in batches:
            if self.interrupted:
                return
            self._check(batch)
            inputs, labels = (structures.each(self._to_device, part) for part in (batch.inputs, batch.labels))
            if self.augment:
                inputs = self.augment(inputs, self.generator())
            yield batch._replace(inputs=inputs, labels=labels)

    def _to_device(self, part: Tensor) -> Tensor:
        return part.to(self.device, non_blocking=True)

    def _check(self, batch: Batch) -> None:
        """Look at a batch where it lies in the machine's own memory: on the device each look would wait."""
        problem = None
        if self.augment and (check := getattr(self.augment, "check", None)):
            problem = check(batch.inputs, batch.labels)
        if self.augment or self.device.type != "cpu":
            check = getattr(self.prepare, "check", None)
            problem = problem or (check(batch.inputs) if check else None)
        if self.device.type != "cpu":
            problem = problem or self.loss.check_labels(batch.labels)
        if problem:
            raise TrainingError(problem)

    def backward(self, cost: Tensor, batch: Batch) -> None:
        """The gradient of the loss; with several processes each counts by what its labels count."""
        self._counts = self.loss.count(batch.labels) if batch.rows else 0.0
        if self.processes.count > 1:
            mine, asked = float(self._counts), float(self.interrupt.requested)
            whole, asked = self.processes.total(torch.tensor([mine, asked], device=self.device)).tolist()
            self._interrupted = asked > 0  # all of them at the same step, or one would wait for ever
            cost = cost * (mine * self.processes.count / max(whole, 1e-30))
        self.scaler.scale(cost).backward()

    def step_done(self, cost: Tensor, batch: Batch) -> None:
        """Take note of a step.

        Raises:
            TrainingError: the loss is no number.
        """
        self.steps_done += 1
        if isinstance(self._counts, Tensor):
            self._summed += cost.detach() * self._counts
        else:
            self._summed.add_(cost.detach(), alpha=self._counts)
        self._counted = self._counted + self._counts
        if self.steps_done % self._look_every == 0:
            self.look(batch)
        for callback in self.callbacks:
            callback.step(self)
        self.bar.update()
        if self.checkpoint_every and self.steps_done % self.checkpoint_every == 0:
            self.save()

    @property
    def interrupted(self) -> bool:
        """Whether Ctrl-C was pressed: the run ends after this step."""
        return self._interrupted if self.processes.count > 1 else self.interrupt.requested

    def forget_sums(self) -> None:
        """Begin to sum up the loss of an epoch."""
        self._double = torch.float32 if self.device.type == "mps" else torch.float64
        self._summed = torch.zeros((), dtype=self._double, device=self.device)
        self._counted = 0.0

    def sums(self) -> tuple[float, float]:
        """Losses of this epoch so far, summed up, and what they count."""
        return float(self._summed), float(self._counted)

    def add_sums(self, summed: float, counted: float) -> None:
        """Take up those of a checkpoint."""
        self._summed += summed
        self._counted = self._counted + counted

    def look(self, batch: Batch | None) -> None:
        """Fail where the loss, or without a batch a weight, is no number."""
        if not math.isfinite(self._summed.item()) or (batch is None and not self._weights_are_finite()):
            place = f"epoch {self.epochs_done + 1}, step {self.steps_done}"
            inputs = [part for _, part in structures.parts(batch.inputs)] if batch else []
            raise not_a_number(place, self.model, inputs, self.optimizer.param_groups[0]["lr"])

    def _weights_are_finite(self) -> bool:
        return all(bool(torch.isfinite(weight).all()) for weight in self.model.parameters())

    def train_loss(self) -> float:
        """Mean loss over what counted in this epoch, each as the model was when its turn came.

        Raises:
            TrainingError: it is no number.
        """
        self.look(None)
        summed = torch.tensor(self.sums(), dtype=self._double, device=self.device)
        total, counted = self.processes.total(summed).tolist()
        return float(total / counted)

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
                "learning_rate": float(self.optimizer.param_groups[0]["lr"]),
                "seconds": perf_counter() - self._started,
            }
        )
        self.steps_done, self.seconds_before = 0, 0.0
        self.forget_sums()
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
            resuming.restore(self, checkpoints.read(self.checkpoint))
        else:
            self.save()  # the first weights, too: a model built anew would have others

    def end(self) -> None:
        """End the callbacks. The checkpoint keeps the weights from before: with more epochs they go on."""
        if self.interrupted:
            if self.steps_done:
                self.save()
            place = f"in epoch {self.epochs_done + 1}, after step {self.steps_done}"
            kept = f"; {self.checkpoint} goes on from there" if self.checkpoint else ""
            self.say(
                f"Interrupted {place if self.steps_done else f'after epoch {self.epochs_done}'}{kept}", True
            )
        for callback in self.callbacks:
            callback.end(self)

    def say(self, text: str, always: bool = False) -> None:
        """Print a line where the run shows its progress; or `always`, in the first process."""
        if self.processes.number == 0 and (always or not self.bar.disable):
            self.bar.clear()
            print(text)

    def save(self) -> None:
        """Write the checkpoint, if there is to be one."""
        if self.checkpoint is None:
            return
        self.look(None)  # what is kept must be worth going on from
        seconds = perf_counter() - self._started if self.steps_done else 0.0
        state = resuming.state_of(self, seconds)
        if self.processes.number == 0:
            checkpoints.write(self.checkpoint, state)
        self.processes.wait()
