"""Exercise 6 of lab 5, training DeepBind on a task: the right answer, and wrong ones."""

from collections.abc import Callable
from typing import Any

from dnacourse.datasets import Dataset
from dnacourse.labs.lab05.data import trained_on


def train_on(task: Dataset) -> Any:
    """The right answer to exercise 6: a model, tokens (N, L) -> logits (N, 1)."""
    return trained_on(task)


def _with(**changed: Any) -> Callable[[Dataset], Any]:
    return lambda task: trained_on(task, **changed)


SEEDED_TOO_LATE = "Two calls for the same task give two models: the weights a model begins with are drawn by chance. `torch.manual_seed(0)` must stand right before `DeepBind` is made, in the function."
NO_MODEL = "Give the trained model itself: what `DeepBind(motifs=4)` made, after `training.fit`. (`fit` returns a table of the losses.)"
RECIPES: dict[Callable[..., Any], str] = {
    **{_with(epochs=epochs): f"That is what {epochs} epochs give. The recipe says 6." for epochs in (4, 5, 7, 8, 10)},
    _with(learnt=("train", "validation")): "You train on the training and the validation part. The recipe says the training part alone.",
    _with(learnt=("train", "test")): "The test part is trained on. Then its AUROC says nothing: train on the training part alone.",
    _with(learnt=("train", "validation", "test")): "You train on all rows, the test part too. Then its AUROC says nothing: train on the training part alone.",
    _with(learnt=("test",)): "You train on the test part. Then its AUROC says nothing: train on the training part.",
    _with(learnt=("validation",)): "You train on the validation part. The recipe says the training part.",
    _with(optimizer="AdamW"): "That is AdamW, which also shrinks the weights. The recipe says Adam: torch.optim.Adam.",
    _with(optimizer="AdamW", rate=0.001): "`training.fit` was given no optimizer, and took its own: AdamW with 0.001. The recipe says Adam with 0.003.",
    _with(optimizer="SGD"): "That is plain gradient descent, SGD. The recipe says Adam.",
    _with(rate=0.001): "That is the learning rate 0.001, Adam's own. The recipe says 0.003.",
    _with(rate=0.03): "That is the learning rate 0.03. The recipe says 0.003.",
    _with(motifs=16): "That model has 16 kernels. The recipe says 4: DeepBind(motifs=4).",
    _with(batch_size=32): "That is a batch size of 32. The recipe leaves it at what `fit` takes, 64.",
    _with(first=1): "The model begins with seed 1. The recipe says torch.manual_seed(0).",
    _with(shuffled=1): "`training.fit` shuffles with seed 1. The recipe leaves it at what `fit` takes, 0.",
}  # fmt: skip
