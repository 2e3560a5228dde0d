"""Losses that check shapes before they compute: a model's output and the labels must fit each other.

Each is called as loss(outputs, labels), gives the mean over what counts, and knows with `activation` how the
model's output becomes a prediction. torch's own losses may stand in their place; they are treated as what
they are (`torch_losses.known`). So may any other function of outputs and labels.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from dnacourse.training.errors import TrainingError
from dnacourse.training.loss import Loss, same_shape

IGNORED = -100
"""The class number of a place without a label."""


class Binary(Loss):
    """Cross-entropy of yes-or-no labels, (N, tasks) or (N, tasks, bins), with a logit for each; nats.

    Args:
        pos_weight: how many times a positive counts, for all tasks or one for each, (tasks,); as torch has it.
        logits: False for a model that gives probabilities.
    """

    name = "binary"

    def __init__(self, pos_weight: Any = None, logits: bool = True) -> None:
        self.pos_weight = None if pos_weight is None else torch.as_tensor(pos_weight, dtype=torch.float32)
        if self.pos_weight is not None and not (self.pos_weight > 0).all():
            raise TrainingError(f"pos_weight must be above 0, not {pos_weight}")
        self.logits = logits

    def activation(self, outputs: Tensor) -> Tensor:
        """Probabilities."""
        return torch.sigmoid(outputs) if self.logits else outputs

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The cost of each label, in their shape, or the mean."""
        labels = labels.to(outputs.dtype)
        weight = self.pos_weight
        if weight is not None:
            weight = weight.to(outputs.device, outputs.dtype)
            if weight.ndim and labels.ndim > 2:
                weight = weight[:, None]  # tasks stand in the second axis, behind it the bins
        if self.logits:
            return F.binary_cross_entropy_with_logits(outputs, labels, pos_weight=weight, reduction=reduction)
        by_label = None if weight is None else 1 + (weight - 1) * labels
        return F.binary_cross_entropy(outputs, labels, by_label, reduction=reduction)

    def check(self, outputs: Tensor, labels: Tensor) -> str | None:
        """What is wrong with the shapes, or with outputs that should be probabilities."""
        weight = self.pos_weight
        if problem := same_shape(outputs, labels):
            return problem
        if weight is not None and weight.ndim and tuple(weight.shape) != tuple(labels.shape[1:2]):
            return f"pos_weight is {tuple(weight.shape)}, but there are {labels.shape[1]} tasks: give one for each"
        if not self.logits and outputs.device.type == "cpu" and _outside_0_and_1(outputs).any():
            return "this loss takes probabilities, and the model gives numbers outside 0..1: take losses.binary for logits"
        return None

    def check_values(self, labels: Tensor) -> str | None:
        """Whether they lie between 0 and 1."""
        outside = _outside_0_and_1(labels)
        if not outside.any():
            return None
        return (
            f"a label is {labels[outside][0].item():g}, and yes-or-no labels lie between 0 and 1: leave out rows without a "
            "label, and write other codes, such as -1 and 1 or 0 and 255, as 0 and 1"
        )


class Classes(Loss):
    """Cross-entropy of one class among many; nats. Places with the class `IGNORED`, -100, do not count.

    Args:
        class_weight: how much each class counts, (classes,).
        last: the classes stand on the last axis of the outputs, (N, L, classes), as language models have it;
            else on the second, (N, classes) or (N, classes, L).
        ignored: class number of places without a label.
        smoothing: share of the probability that is spread over all classes (label smoothing).
        log_probabilities: the model gives these, and no logits.
    """

    name = "classes"

    def __init__(
        self,
        class_weight: Any = None,
        last: bool = False,
        ignored: int = IGNORED,
        smoothing: float = 0.0,
        log_probabilities: bool = False,
    ) -> None:
        self.class_weight = (
            None if class_weight is None else torch.as_tensor(class_weight, dtype=torch.float32)
        )
        self.last, self.ignored, self.smoothing = last, ignored, smoothing
        self.log_probabilities = log_probabilities
        self.name = "letters" if last else "classes"

    def activation(self, outputs: Tensor) -> Tensor:
        """Probabilities, which sum to 1 over the classes."""
        return outputs.exp() if self.log_probabilities else outputs.softmax(-1 if self.last else 1)

    def _second(self, outputs: Tensor) -> Tensor:
        """The classes on the second axis."""
        return outputs.movedim(-1, 1) if self.last else outputs

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The cost of each label, in their shape, classes all alike; or the weighted mean."""
        outputs, labels = self._second(outputs), labels.long()
        weight = self.class_weight if reduction == "mean" else None
        weight = None if weight is None else weight.to(outputs.device, outputs.dtype)
        if self.log_probabilities:
            return F.nll_loss(outputs, labels, weight, ignore_index=self.ignored, reduction=reduction)
        return F.cross_entropy(
            outputs,
            labels,
            weight,
            ignore_index=self.ignored,
            reduction=reduction,
            label_smoothing=self.smoothing,
        )

    def weights(self, labels: Tensor) -> Tensor:
        """0 where a label is to be ignored, else the weight of its class."""
        counts = labels != self.ignored
        if self.class_weight is None:
            return counts.float()
        return torch.where(counts, self.class_weight.to(labels.device)[labels.long().clamp_min(0)], 0.0)

    def check(self, outputs: Tensor, labels: Tensor) -> str | None:
        """What is wrong with shapes and class numbers."""
        shape = tuple(self._second(outputs).shape) if outputs.ndim > 1 else tuple(outputs.shape)
        expected = shape[:1] + shape[2:]
        if labels.is_floating_point() or outputs.ndim < 2 or tuple(labels.shape) != expected:
            where = "on its last axis" if self.last else "on its second axis"
            return (
                f"the model gives {tuple(outputs.shape)}, classes {where}, but the labels are {labels.dtype} "
                f"{tuple(labels.shape)}: give whole numbers, one class for each row (and position), of shape {expected}"
            )
        if self.class_weight is not None and len(self.class_weight) != shape[1]:
            return (
                f"class_weight has {len(self.class_weight)} numbers, and the model knows {shape[1]} classes"
            )
        return self._class_problem(
            labels, shape[1]
        )  # also on an accelerator, which a wrong number brings down

    def _class_problem(self, labels: Tensor, classes: int) -> str | None:
        wrong = ((labels < 0) | (labels >= classes)) & (labels != self.ignored)
        if not wrong.any():
            return None
        counted = labels[labels != self.ignored]
        known = (
            f"the model knows {classes}, counted from 0"
            if int(counted.max()) >= classes
            else "classes count from 0"
        )
        return (
            f"the labels name classes {int(counted.min())} to {int(counted.max())}, but {known}; a place without a label is "
            f"{self.ignored}"
        )

    def check_values(self, labels: Tensor) -> str | None:
        """Whether class numbers are from 0 on, and any label counts."""
        if (problem := self._class_problem(labels, torch.iinfo(torch.int64).max)) or not labels.numel():
            return problem
        nothing = f"no label of a batch counts, all are {self.ignored}: leave such rows out"
        return nothing if (labels == self.ignored).all() else None

    def for_metrics(self, labels: npt.NDArray, outputs: npt.NDArray) -> tuple[npt.NDArray, npt.NDArray]:
        """Labels (n,) and probabilities (n, classes) of all rows and positions that count."""
        if not self.last:
            outputs = np.moveaxis(outputs, 1, -1)
        counts = labels != self.ignored
        return labels[counts], outputs[counts]


class Squared(Loss):
    """Mean squared error of real numbers, (N, tasks) or (N, tasks, bins)."""

    name = "squared"

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The squared error of each label, or the mean."""
        return F.mse_loss(outputs, labels.to(outputs.dtype), reduction=reduction)

    def check_values(self, labels: Tensor) -> str | None:
        """Whether all are finite numbers."""
        return _not_finite(labels)


class Absolute(Squared):
    """Mean absolute error of real numbers, (N, tasks) or (N, tasks, bins)."""

    name = "absolute"

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The absolute error of each label, or the mean."""
        return F.l1_loss(outputs, labels.to(outputs.dtype), reduction=reduction)


class Poisson(Loss):
    """Poisson loss of counts, (N, tasks) or (N, tasks, bins); nats, but for a constant.

    Args:
        log_rate: the model gives the logarithm of the rate; else the rate itself.
    """

    name = "poisson"

    def __init__(self, log_rate: bool = True) -> None:
        self.log_rate = log_rate

    def activation(self, outputs: Tensor) -> Tensor:
        """Rates."""
        return outputs.exp() if self.log_rate else outputs

    def costs(self, outputs: Tensor, labels: Tensor, reduction: str) -> Tensor:
        """The cost of each label, or the mean."""
        return F.poisson_nll_loss(
            outputs, labels.to(outputs.dtype), log_input=self.log_rate, reduction=reduction
        )

    def check_values(self, labels: Tensor) -> str | None:
        """Whether they are counts."""
        if (problem := _not_finite(labels)) or not (labels < 0).any():
            return problem
        return f"a label is {labels.min().item():g}, and counts are not negative"


def _outside_0_and_1(values: Tensor) -> Tensor:
    return ~((values >= 0) & (values <= 1))  # so for NaN too


def _not_finite(labels: Tensor) -> str | None:
    if not labels.is_floating_point() or torch.isfinite(labels).all():
        return None
    return "a label is NaN or infinite: leave out rows without a label"


binary = Binary()
"""`Binary` with logits, every label alike."""

classes = Classes()
"""`Classes` of rows (N,) or places (N, L), outputs (N, classes) or (N, classes, L)."""

letters = Classes(last=True)
"""`Classes` of the next letter, (N, L), outputs (N, L, letters): what language models give."""

squared = Squared()
"""`Squared`."""

absolute = Absolute()
"""`Absolute`."""

poisson = Poisson()
"""`Poisson`, the model giving the logarithm of the rate."""
