"""Losses that check shapes before they compute: a model's output and the labels must fit each other.

Each is called as loss(outputs, labels), gives the mean over the batch, and knows with `activation` how the
model's output becomes a prediction. Any other function of two tensors can stand in its place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from dnacourse.training.errors import TrainingError

Activation = Callable[[Tensor], Tensor]


def unchanged(outputs: Tensor) -> Tensor:
    """The activation of a model whose output is the prediction."""
    return outputs


@dataclass(frozen=True)
class Loss:
    """A loss and the activation that belongs to it."""

    name: str
    formula: Callable[[Tensor, Tensor], Tensor]
    check: Callable[[Tensor, Tensor], str | None]
    """What is wrong with the shapes, and the remedy; or None"""
    activation: Activation = unchanged
    check_labels: Callable[[Tensor], str | None] = lambda labels: None
    """The same of the labels' values; looked at where they lie in the machine's own memory"""

    def __call__(self, outputs: Tensor, labels: Tensor) -> Tensor:
        """The mean loss of a batch.

        Raises:
            TrainingError: outputs and labels do not fit each other.
        """
        if not isinstance(outputs, Tensor):
            raise TrainingError(f"the model gives a {type(outputs).__name__}: a loss needs one tensor")
        if problem := self.check(outputs, labels):
            raise TrainingError(problem)
        if labels.device.type == "cpu" and (problem := self.check_labels(labels)):
            raise TrainingError(problem)
        return self.formula(outputs, labels)


def name_of(loss: Callable[[Tensor, Tensor], Tensor]) -> str:
    """What to call a loss: its own name, or its function's or class's."""
    return str(getattr(loss, "name", getattr(loss, "__qualname__", type(loss).__name__)))


def _same_shape(outputs: Tensor, labels: Tensor) -> str | None:
    if outputs.shape == labels.shape:
        return None
    shapes = f"the model gives {tuple(outputs.shape)}, but the labels are {tuple(labels.shape)}"
    if labels.ndim == 1 and outputs.shape == (len(labels), 1):
        return f"{shapes}: give every row its list of tasks, labels[:, None]"
    if outputs.ndim == labels.ndim == 2 and len(outputs) == len(labels):
        return f"{shapes}: make the model with tasks={labels.shape[1]}"
    return f"{shapes}: they must agree in every axis"


def _class_numbers(outputs: Tensor, labels: Tensor) -> str | None:
    if (
        labels.is_floating_point()
        or outputs.ndim < 2
        or labels.shape != outputs.shape[:1] + outputs.shape[2:]
    ):
        return (
            f"the model gives {tuple(outputs.shape)}, but the labels are {labels.dtype} {tuple(labels.shape)}: "
            "give whole numbers, one class for each row (and position), of shape "
            f"{tuple(outputs.shape[:1] + outputs.shape[2:])}"
        )
    if labels.numel() and (int(labels.min()) < 0 or int(labels.max()) >= outputs.shape[1]):
        return (
            f"the labels name classes {int(labels.min())} to {int(labels.max())}, but the model knows "
            f"{outputs.shape[1]}, counted from 0"
        )
    return None


def _between_0_and_1(labels: Tensor) -> str | None:
    if ((labels >= 0) & (labels <= 1)).all():  # not so for NaN either
        return None
    wrong = labels[~((labels >= 0) & (labels <= 1))].flatten()[0].item()
    return (
        f"a label is {wrong:g}, and yes-or-no labels lie between 0 and 1: leave out rows without a label, and "
        "write other codes, such as -1 and 1 or 0 and 255, as 0 and 1"
    )


def _softmax(outputs: Tensor) -> Tensor:
    return outputs.softmax(1)


binary = Loss(
    "binary",
    lambda outputs, labels: F.binary_cross_entropy_with_logits(outputs, labels.to(outputs.dtype)),
    _same_shape,
    torch.sigmoid,
    _between_0_and_1,
)
"""Cross-entropy of yes-or-no labels, (N, tasks), with a logit for each; nats."""

classes = Loss(
    "classes", lambda outputs, labels: F.cross_entropy(outputs, labels.long()), _class_numbers, _softmax
)
"""Cross-entropy of one class among many, labels (N,) or (N, L), outputs (N, classes) or (N, classes, L); nats."""

squared = Loss("squared", lambda outputs, labels: F.mse_loss(outputs, labels.to(outputs.dtype)), _same_shape)
"""Mean squared error, (N, tasks)."""

poisson = Loss(
    "poisson",
    lambda outputs, labels: F.poisson_nll_loss(outputs, labels.to(outputs.dtype)),
    _same_shape,
    torch.exp,
)
"""Poisson loss of counts, (N, tasks), with the logarithm of the rate for each; nats, but for a constant."""
