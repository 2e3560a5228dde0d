"""What every loss of this package is: it checks before it computes, and knows what counts how much."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy.typing as npt
import torch
from torch import Tensor

from dnacourse.training import structures
from dnacourse.training.errors import TrainingError

Activation = Callable[[Any], Any]


class Weighted(NamedTuple):
    """Labels with a weight for each row: fit(model, (X, Weighted(y, weights)))."""

    labels: Any
    """(N, …)"""
    weights: Any
    """(N,), from 0 on; a row of weight 2 counts as if it stood there twice"""


def unchanged(outputs: Tensor) -> Tensor:
    """The activation of a model whose output (N, …) is the prediction."""
    return outputs


class Loss:
    """A loss and the activation that belongs to it; those of `losses` are its kinds.

    `identity` is what a checkpoint knows a loss by: its name and all that it was made with.
    """

    name = "loss"

    def activation(self, outputs: Tensor) -> Tensor:
        """The prediction (N, …), of the model's output."""
        return outputs

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The loss of each element, 0 where nothing counts ("none"); or the mean over what counts ("mean")."""
        raise NotImplementedError

    def check(self, outputs: Tensor, labels: Tensor) -> str | None:
        """What is wrong with the shapes, and the remedy; or None."""
        return same_shape(outputs, labels)

    def check_labels(self, labels: Any) -> str | None:
        """What is wrong with the labels' values; looked at where they lie in the machine's own memory."""
        if isinstance(labels, Weighted):
            return _weights_problem(labels) or self.check_values(labels.labels)
        return self.check_values(labels)

    def check_values(self, labels: Tensor) -> str | None:
        """The same, of labels without weights."""
        return None

    def weights(self, labels: Tensor) -> Tensor | None:
        """How much each element counts, (N, …); None if all count alike."""
        return None

    def count(self, labels: Any) -> Tensor | float:
        """How much the labels of a batch count together: the mean over batches is weighted by it."""
        rows, weights = _parted(labels)
        own = self.weights(rows)
        if weights is None:
            return len(rows) if own is None else own.sum()
        by_row = _by_row(weights, rows)
        return by_row.sum() if own is None else (by_row * own).sum()

    def __call__(self, outputs: Any, labels: Any) -> Tensor:
        """The mean loss of a batch.

        Args:
            outputs: a tensor (N, …), or a structure whose first part is one.
            labels: a tensor (N, …), or `Weighted`.

        Raises:
            TrainingError: outputs and labels do not fit each other, or nothing counts.
        """
        outputs, (rows, weights) = structures.first(outputs), _parted(labels)
        if not isinstance(outputs, Tensor):
            raise TrainingError(
                f"the model gives a {type(outputs).__name__}: a loss needs a tensor, first of all"
            )
        if rows is None:
            raise TrainingError("these rows have no labels, and a loss compares with them")
        if not isinstance(rows, Tensor):
            raise TrainingError(
                f"the labels are a {type(rows).__name__}, and this loss takes one tensor: write a function "
                "loss(outputs, labels) that adds up the losses of the parts"
            )
        if problem := self.check(outputs, rows):
            raise TrainingError(problem)
        if rows.device.type == "cpu" and (problem := self.check_labels(labels)):
            raise TrainingError(problem)
        if weights is None:
            return self.costs(outputs, rows, "mean")
        costs, counts = self.costs(outputs, rows, "none"), _by_row(weights, rows)
        if (own := self.weights(rows)) is not None:
            counts = counts * own
        return (costs * counts).sum() / counts.sum().clamp_min(torch.finfo(costs.dtype).tiny)

    def for_metrics(self, labels: npt.NDArray, outputs: npt.NDArray) -> tuple[npt.NDArray, npt.NDArray]:
        """Labels and predictions as metrics want them: what does not count is left out."""
        return labels, outputs

    def identity(self) -> dict[str, Any]:
        """Name and settings."""
        return {"name": self.name, **vars(self)}

    def __repr__(self) -> str:
        return f"losses.{self.name}"


def same_shape(outputs: Tensor, labels: Tensor) -> str | None:
    """What to do where outputs and labels, both (N, …), differ in shape; or None."""
    if outputs.shape == labels.shape:
        return None
    shapes = f"the model gives {tuple(outputs.shape)}, but the labels are {tuple(labels.shape)}"
    if labels.ndim == 1 and outputs.shape == (len(labels), 1):
        return f"{shapes}: give every row its list of tasks, labels[:, None]"
    if outputs.ndim == labels.ndim == 2 and len(outputs) == len(labels):
        return f"{shapes}: the model needs {labels.shape[1]} outputs, tasks={labels.shape[1]} say"
    return f"{shapes}: they must agree in every axis"


def _weights_problem(labels: Weighted) -> str | None:
    weights = labels.weights
    if weights.shape != labels.labels.shape[:1]:
        return (
            f"the weights are {tuple(weights.shape)}: give one for each row, {tuple(labels.labels.shape[:1])}"
        )
    if not (weights >= 0).all() or not (weights > 0).any():
        return "the weights of a batch must be numbers from 0 on, and one of them above 0"
    return None


def _parted(labels: Any) -> tuple[Any, Tensor | None]:
    return (labels.labels, labels.weights) if isinstance(labels, Weighted) else (labels, None)


def _by_row(weights: Tensor, rows: Tensor) -> Tensor:
    """Weights (N,) in the shape of `rows`, (N, …)."""
    return weights.float().reshape(-1, *[1] * (rows.ndim - 1)).expand(rows.shape)
