"""Stop when nothing more is gained, and keep the best."""

from typing import Any

import numpy as np
import torch

from dnacourse.training.errors import TrainingError
from dnacourse.training.measures import goes_up
from dnacourse.training.run import Callback, Run


class EarlyStopping(Callback):
    """Stop when the validation has not improved for a while, and give the model its best weights back.

    Afterwards `best_epoch` and `best_value` say which epoch was kept; so does `print(stop)`.

    Args:
        monitor: column of the history; of several tasks the mean counts.
        patience: epochs without a gain before it stops.
        higher_is_better: True for AUROC and the like. None asks the metric, and knows losses; for a metric
            that does not say, it must be given.
        min_epochs: epochs that are done in any case: a network may sit on a plateau before it begins to learn.
        min_gain: a value counts as a gain from this share of the best before on, 0.01 for one per cent. The
            weights that are kept are the best ones all the same.

    Raises:
        ValueError: patience below 1, or `min_gain` or `min_epochs` below 0.
    """

    def __init__(
        self,
        monitor: str = "valid_loss",
        patience: int = 5,
        higher_is_better: bool | None = None,
        min_epochs: int = 0,
        min_gain: float = 0.0,
    ) -> None:
        if patience < 1 or min_epochs < 0 or min_gain < 0:
            raise ValueError(
                f"patience is a number from 1 on, min_epochs and min_gain from 0 on; not {patience}, {min_epochs} and "
                f"{min_gain}"
            )
        self.monitor, self.patience, self.higher_is_better = monitor, patience, higher_is_better
        self.min_epochs, self.min_gain = min_epochs, min_gain
        self._forget()

    def _forget(self) -> None:
        self.best_value: float | None = None
        self.best_epoch = self.epochs = 0
        self.best_weights: dict[str, torch.Tensor] = {}
        self._gained_value, self._gained_epoch = float("nan"), 0

    def begin(self, run: Run) -> None:
        """Forget a run before this one, and find out which way the metric goes.

        Raises:
            TrainingError: nothing is measured on validation data, or nobody says which way is better.
        """
        self._forget()
        self._up = self.higher_is_better
        if self._up is None:
            self._up = goes_up(self.monitor, run.metrics)
        if self._up is None:
            raise TrainingError(
                f"is a higher {self.monitor} better, or a lower one? EarlyStopping({self.monitor!r}, "
                "higher_is_better=True), or False"
            )

    def epoch(self, run: Run) -> None:
        """Look at the newest row of the history.

        Raises:
            TrainingError: it has no such column, or all its values so far were NaN.
        """
        newest = run.history[-1]
        if self.monitor not in newest:
            raise TrainingError(
                f"there is no {self.monitor!r} to watch, only {', '.join(newest)}: give fit a `valid`, or the metric"
            )
        value, self.epochs = _mean(newest[self.monitor]), newest["epoch"]
        if self._is_better(value, self.best_value):
            self.best_value, self.best_epoch = value, self.epochs
            self.best_weights = {k: v.detach().cpu().clone() for k, v in run.model.state_dict().items()}
        if self._is_gain(value):
            self._gained_value, self._gained_epoch = value, self.epochs
        elif self.epochs - self._gained_epoch >= self.patience and self.epochs >= self.min_epochs:
            if self.best_value is None:
                raise TrainingError(
                    f"{self.monitor} was NaN in all {self.epochs} epochs: does the validation data hold one class only?"
                )
            run.stop = True

    def _is_better(self, value: float, than: float | None) -> bool:
        if np.isnan(value) or than is None or np.isnan(than):
            return not np.isnan(value)
        return value > than if self._up else value < than

    def _is_gain(self, value: float) -> bool:
        before = self._gained_value
        margin = 0.0 if np.isnan(before) else self.min_gain * abs(before)
        return self._is_better(value, before + margin if self._up else before - margin)

    def end(self, run: Run) -> None:
        """Put the best weights back."""
        if self.best_weights:
            run.model.load_state_dict(self.best_weights)
            run.say(f"The weights are those of {self}")

    def __repr__(self) -> str:
        if not self.best_epoch:
            return f"EarlyStopping({self.monitor!r}, patience={self.patience})"
        return f"epoch {self.best_epoch} of {self.epochs}, {self.monitor} {self.best_value:.4g}"

    def settings(self) -> dict[str, Any]:
        """What a checkpoint knows it by."""
        names = ("monitor", "patience", "higher_is_better", "min_epochs", "min_gain")
        return {name: getattr(self, name) for name in names}

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint must hold."""
        return {
            "value": self.best_value, "epoch": self.best_epoch, "epochs": self.epochs, "weights": self.best_weights,
            "gained": [self._gained_value, self._gained_epoch],
        }  # fmt: skip

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint."""
        self.best_value, self.best_epoch, self.epochs = state["value"], state["epoch"], state["epochs"]
        self.best_weights = {k: v.cpu() for k, v in state["weights"].items()}
        self._gained_value, self._gained_epoch = state["gained"]


def _mean(values: Any) -> float:
    """Of several tasks, those that have a value."""
    each = np.atleast_1d(values).astype(float)
    return float(np.nanmean(each)) if not np.isnan(each).all() else float("nan")
