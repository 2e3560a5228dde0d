"""What can be done beside the loop: stop early, change the learning rate, bound the weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler, ReduceLROnPlateau

from dnacourse.training.errors import TrainingError
from dnacourse.training.run import Callback, Run


class EarlyStopping(Callback):
    """Stop when the validation has not improved for a while, and give the model its best weights back.

    Args:
        monitor: column of the history; of several tasks the mean counts.
        patience: epochs without improvement before it stops.
        higher_is_better: True for AUROC and the like.
    """

    def __init__(
        self, monitor: str = "valid_loss", patience: int = 5, higher_is_better: bool = False
    ) -> None:
        self.monitor, self.patience, self.higher_is_better = monitor, patience, higher_is_better
        self.best_value: float | None = None
        self.best_epoch = 0
        self.best_weights: dict[str, torch.Tensor] = {}

    def begin(self, run: Run) -> None:
        """Forget a run before this one."""
        self.best_value, self.best_epoch, self.best_weights = None, 0, {}

    def epoch(self, run: Run) -> None:
        """Look at the newest row of the history.

        Raises:
            TrainingError: it has no such column.
        """
        newest = run.history[-1]
        if self.monitor not in newest:
            raise TrainingError(
                f"there is no {self.monitor!r} to watch, only {', '.join(newest)}: give fit a `valid`, or the metric"
            )
        each = np.atleast_1d(newest[self.monitor]).astype(float)
        value = float(np.nanmean(each)) if not np.isnan(each).all() else float("nan")
        if self._is_better(value):
            self.best_value, self.best_epoch = value, newest["epoch"]
            self.best_weights = {k: v.detach().cpu().clone() for k, v in run.model.state_dict().items()}
        elif newest["epoch"] - self.best_epoch >= self.patience:
            if self.best_value is None:
                raise TrainingError(
                    f"{self.monitor} was NaN in all {newest['epoch']} epochs: does the validation data hold one class only?"
                )
            run.stop = True

    def _is_better(self, value: float) -> bool:
        if np.isnan(value) or self.best_value is None:
            return not np.isnan(value)
        return value > self.best_value if self.higher_is_better else value < self.best_value

    def end(self, run: Run) -> None:
        """Put the best weights back."""
        if self.best_weights:
            run.model.load_state_dict(self.best_weights)

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return {"value": self.best_value, "epoch": self.best_epoch, "weights": self.best_weights}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.best_value, self.best_epoch = state["value"], state["epoch"]
        self.best_weights = {k: v.cpu() for k, v in state["weights"].items()}


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
        self.limit = limit

    @torch.no_grad()
    def step(self, run: Run) -> None:
        """Shorten them; biases and norms, which have one axis, are left alone."""
        for weight in run.model.parameters():
            if weight.ndim > 1:
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
        return {"predictions": [torch.as_tensor(p) for p in self.predictions]}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.predictions = [p.cpu().numpy() for p in state["predictions"]]
