"""What can be done beside the loop: change the learning rate, bound the weights, keep predictions."""

from collections.abc import Callable
from typing import Any

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from dnacourse.training import structures
from dnacourse.training.errors import TrainingError
from dnacourse.training.run import Callback, Run


class Schedule(Callback):
    """Change the learning rate as the run goes on.

    Args:
        build: makes one of `torch.optim.lr_scheduler` for the optimizer.
        every: "step" or "epoch".
    """

    def __init__(self, build: Callable[[Optimizer], LRScheduler], every: str = "epoch") -> None:
        if every not in ("step", "epoch"):
            raise ValueError(f'every must be "step" or "epoch", not {every!r}')
        self.build, self.every = build, every

    def begin(self, run: Run) -> None:
        """Make the scheduler.

        Raises:
            TrainingError: one that must be told a value, which this callback does not know.
        """
        self.scheduler = self.build(run.optimizer)
        if isinstance(self.scheduler, ReduceLROnPlateau):
            raise TrainingError(
                "ReduceLROnPlateau must be told a validation value after each epoch: take a schedule that goes by steps "
                "or epochs, or write a Callback whose `epoch` calls its step(run.history[-1]['valid_loss'])"
            )

    def step(self, run: Run) -> None:
        """Move on, if it moves with every step."""
        if self.every == "step":
            self.scheduler.step()

    def epoch(self, run: Run) -> None:
        """Move on, if it moves with every epoch."""
        if self.every == "epoch":
            self.scheduler.step()

    def settings(self) -> dict[str, Any]:
        """What a checkpoint knows it by."""
        return {"every": self.every}

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return self.scheduler.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.scheduler.load_state_dict(state)


class MaxNorm(Callback):
    """After each step, shorten the weights into a unit that are longer than `limit` (Euclidean norm).

    Srivastava et al. 2014, section 5.1; DeepSEA used 0.9 and Basset 7.
    """

    def __init__(self, limit: float) -> None:
        if not limit > 0:
            raise ValueError(f"the limit of a norm is above 0, not {limit}")
        self.limit = limit

    def settings(self) -> dict[str, Any]:
        """What a checkpoint knows it by."""
        return {"limit": self.limit}

    @torch.no_grad()
    def step(self, run: Run) -> None:
        """Shorten them; biases and norms, which have one axis, and frozen weights are left alone."""
        for weight in run.model.parameters():
            if weight.ndim > 1 and weight.requires_grad:
                weight.copy_(torch.renorm(weight, 2, 0, self.limit))


class KeepPredictions(Callback):
    """Keep what the model says about some rows after every epoch: the epochs of a barcode picture.

    Args:
        predict: called with the model; its answer is kept in `predictions`, one for each epoch.
    """

    def __init__(self, predict: Callable[[torch.nn.Module], Any]) -> None:
        self.predict = predict
        self.predictions: list[Any] = []

    def begin(self, run: Run) -> None:
        """Forget a run before this one."""
        self.predictions = []

    def epoch(self, run: Run) -> None:
        """Ask the model."""
        self.predictions.append(self.predict(run.model))

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return {"predictions": [structures.each(torch.as_tensor, p) for p in self.predictions]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.predictions = [structures.each(lambda one: one.cpu().numpy(), p) for p in state["predictions"]]
