"""torch's own losses as what they are: with the shapes they mean and the activation that belongs to them."""

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from dnacourse.training import structures
from dnacourse.training.errors import TrainingError
from dnacourse.training.identity import Plain, identity
from dnacourse.training.loss import Loss, same_shape, unchanged
from dnacourse.training.losses import Absolute, Binary, Classes, Poisson, Squared

_FUNCTIONS: dict[Any, Callable[[], Loss]] = {
    F.binary_cross_entropy_with_logits: Binary,
    F.binary_cross_entropy: lambda: Binary(logits=False),
    F.cross_entropy: Classes,
    F.nll_loss: lambda: Classes(log_probabilities=True),
    F.mse_loss: Squared,
    F.l1_loss: Absolute,
    F.poisson_nll_loss: Poisson,
}


class Custom(Loss):
    """Any other function of outputs and labels that gives the mean loss of a batch."""

    def __init__(
        self, function: Callable[[Any, Any], Tensor], activation: Callable[[Tensor], Tensor] = unchanged
    ) -> None:
        self.function, self._activation = function, activation
        self.name = str(getattr(function, "__qualname__", type(function).__name__))

    def __call__(self, outputs: Any, labels: Any) -> Tensor:
        """What the function gives; for labels in one tensor it is handed the prediction alone.

        Raises:
            TrainingError: shapes that it would broadcast against each other, or no single number came out.
        """
        if isinstance(labels, Tensor):
            outputs = structures.first(outputs)
            if isinstance(outputs, Tensor) and _would_broadcast(outputs, labels):
                raise TrainingError(same_shape(outputs, labels))
        cost = self.function(outputs, labels)
        if not isinstance(cost, Tensor) or cost.numel() != 1:
            found = tuple(cost.shape) if isinstance(cost, Tensor) else type(cost).__name__
            raise TrainingError(
                f"{self.name} gives {found}, and a loss is one number, the mean over the batch"
            )
        return cost.reshape(())

    def activation(self, outputs: Tensor) -> Tensor:
        """The prediction (N, …), of the model's output."""
        return self._activation(outputs)

    def count(self, labels: Any) -> float:
        """The rows."""
        return structures.count_rows(labels, "labels")

    def identity(self) -> dict[str, Any]:
        """Name, code and settings of the function."""
        known: Plain = identity(self.function)
        if isinstance(self.function, nn.Module):
            known = {
                "settings": known,
                "weights": {k: identity(v) for k, v in self.function.state_dict().items()},
            }
        return {"name": self.name, "function": known}


def _would_broadcast(outputs: Tensor, labels: Tensor) -> bool:
    """Whether torch would stretch one over the other without a word; class numbers are another matter."""
    if outputs.shape == labels.shape or labels.dtype == torch.int64:
        return {outputs.ndim, labels.ndim} == {1, 2} and outputs.numel() == labels.numel()
    try:
        torch.broadcast_shapes(outputs.shape, labels.shape)
    except RuntimeError:
        return False
    return True


def known(loss: Any) -> Loss:
    """A loss as this package knows it.

    Args:
        loss: one of `losses`, one of torch's, as an object or a function, or any other function.

    Raises:
        TrainingError: a class in place of an object, a loss that gives no mean, or no function at all.
    """
    if isinstance(loss, Loss):
        return loss
    if isinstance(loss, type):
        raise TrainingError(f"loss is the class {loss.__name__}: write loss={loss.__name__}(), with brackets")
    if not callable(loss):
        raise TrainingError(
            f"loss must be a function of outputs and labels, not {loss!r}: losses.binary, say"
        )
    if getattr(loss, "reduction", "mean") != "mean":
        raise TrainingError(
            f"{type(loss).__name__}(reduction={loss.reduction!r}) gives no mean over the batch: leave reduction out"
        )
    if loss in _FUNCTIONS:
        return _FUNCTIONS[loss]()
    return _of_module(loss) if isinstance(loss, nn.Module) else Custom(loss)


def _of_module(loss: nn.Module) -> Loss:
    """One of torch's loss objects with its settings; those that have no counterpart here stay as they are."""
    plain = getattr(loss, "weight", None) is None
    if isinstance(loss, nn.BCEWithLogitsLoss) and plain:
        return Binary(loss.pos_weight)
    if isinstance(loss, nn.BCELoss) and plain:
        return Binary(logits=False)
    if isinstance(loss, nn.CrossEntropyLoss) and not plain and loss.label_smoothing:
        return Custom(
            loss, lambda outputs: outputs.softmax(1)
        )  # torch then smooths with the weights, in a way of its own
    if isinstance(loss, nn.CrossEntropyLoss):
        return Classes(loss.weight, ignored=loss.ignore_index, smoothing=loss.label_smoothing)
    if isinstance(loss, nn.NLLLoss):
        return Classes(loss.weight, ignored=loss.ignore_index, log_probabilities=True)
    if type(loss) is nn.MSELoss:
        return Squared()
    if type(loss) is nn.L1Loss:
        return Absolute()
    if isinstance(loss, nn.PoissonNLLLoss) and not loss.full:
        return Poisson(loss.log_input)
    if isinstance(loss, nn.BCEWithLogitsLoss | nn.BCELoss):
        raise TrainingError(
            f"{type(loss).__name__}(weight=…) weighs the places of a batch: give losses.Binary(pos_weight=…), or a weight for "
            "each row, (X, Weighted(y, weights))"
        )
    return Custom(loss)
