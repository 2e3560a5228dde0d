"""What `fit` is given beside the data: done as it is meant, or told in a sentence what to write instead."""

from collections.abc import Iterable
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler

from dnacourse.training.errors import TrainingError
from dnacourse.training.run import Callback


def no_class(**arguments: Any) -> None:
    """Fail on a class where an object is meant.

    Raises:
        TrainingError: one is a class; the argument and the class are named.
    """
    for name, value in arguments.items():
        if isinstance(value, type):
            raise TrainingError(
                f"{name} is the class {value.__name__}: write {value.__name__}(…), with brackets"
            )


def as_callbacks(callbacks: Any) -> list[Callback]:
    """One callback, or several, as a list.

    Raises:
        TrainingError: something that is no callback; for torch's schedules what to write is said.
    """
    several = list(callbacks) if isinstance(callbacks, Iterable) else [callbacks]
    for one in several:
        no_class(callbacks=one)
        if isinstance(one, LRScheduler):
            name = type(one).__name__
            raise TrainingError(
                f"{name} is one of torch's schedules: callbacks=[Schedule(lambda optimizer: {name}(optimizer, …))]"
            )
        if not isinstance(one, Callback):
            raise TrainingError(f"a callback is an object of a class made from Callback, not {one!r}")
    return several


def as_optimizer(optimizer: Any, model: nn.Module) -> torch.optim.Optimizer:
    """The optimizer, or AdamW with learning rate 0.001 over all weights that are not frozen.

    Raises:
        TrainingError: a class, something else, or one that could change nothing of this model.
    """
    if isinstance(optimizer, type):
        name = optimizer.__name__
        raise TrainingError(f"optimizer is the class {name}: write {name}(model.parameters(), lr=0.001)")
    free = [weight for weight in model.parameters() if weight.requires_grad]
    if not free:
        raise TrainingError("there is nothing to learn: the model has no weights, or all of them are frozen")
    if optimizer is None:
        return torch.optim.AdamW(free, lr=1e-3)
    if not isinstance(optimizer, torch.optim.Optimizer):
        raise TrainingError(
            f"optimizer must be one of torch's, not {optimizer!r}: torch.optim.Adam(model.parameters(), lr=0.001), say"
        )
    held = {id(weight) for group in optimizer.param_groups for weight in group["params"]}
    if not held & {id(weight) for weight in free}:
        raise TrainingError(
            "the optimizer holds none of this model's weights that are free to learn: it was made for another model, or "
            "before layers were exchanged or frozen. Make it anew from model.parameters()"
        )
    return optimizer
