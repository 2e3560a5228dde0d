"""Exercises 6 and 7 of lab 4: predicting with a trained model, and training one. Right answers, and wrong ones."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dnacourse import metrics
from dnacourse.labs.lab04.data import Part, auroc_of, trained

Data = Mapping[str, Part]


def predict(model: Any, X: Any) -> Any:
    """The right answer to exercise 6: what a model gives for X (N, inputs), in eval mode and without gradients."""
    import torch

    was_training = model.training
    model.eval()
    with torch.no_grad():
        answer = model(X)
    model.train(was_training)
    return answer


def _eval_forgotten(model: Any, X: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(X)


def _not_put_back(model: Any, X: Any) -> Any:
    import torch

    model.eval()
    with torch.no_grad():
        return model(X)


def _always_training_after(model: Any, X: Any) -> Any:
    answer = _not_put_back(model, X)
    model.train()
    return answer


def _with_gradients(model: Any, X: Any) -> Any:
    was_training = model.training
    model.eval()
    answer = model(X)
    model.train(was_training)
    return answer


def _detached(model: Any, X: Any) -> Any:
    return _with_gradients(model, X).detach()


def _off_for_good(model: Any, X: Any) -> Any:
    import torch

    torch.set_grad_enabled(False)
    return predict(model, X)


def _weights_frozen(model: Any, X: Any) -> Any:
    model.requires_grad_(False)
    return predict(model, X)


EVAL_FORGOTTEN = "The same rows get another answer the second time: dropout is still on. Call model.eval() before you predict."
BY_ITS_BATCH = "The answer for a row depends on the other rows, because BatchNorm takes its means from the batch. Call model.eval() before you predict."
NOT_PUT_BACK = "The model was training, and you leave it in eval mode: the next epoch would run without dropout. Remember model.training before, and put it back with model.train(was_training)."
ALWAYS_TRAINING = "The model was in eval mode, and you leave it training: whoever uses it next gets dropout. Put back what was there, model.train(was_training), and not always model.train()."
WITH_GRADIENTS = "Gradients are tracked: torch keeps what every layer gave, in case you call backward(). Put the call of the model into `with torch.no_grad():`."
DETACHED = "detach() comes too late: while the model ran, torch kept what every layer gave. Put the call of the model into `with torch.no_grad():`."
OFF_FOR_GOOD = "Gradients are now off for everything that comes after, training too. Use `with torch.no_grad():`, which ends with its block."
FROZEN = "The weights take no gradients any more, so the model can not be trained on. Use `with torch.no_grad():`, which leaves the weights as they are."
PREDICTIONS: dict[Callable[..., Any], str] = {
    _eval_forgotten: EVAL_FORGOTTEN,
    lambda model, X: model(X): EVAL_FORGOTTEN,
    _not_put_back: NOT_PUT_BACK,
    lambda model, X: _not_put_back(model, X).numpy(): NOT_PUT_BACK,
    _always_training_after: ALWAYS_TRAINING,
    _with_gradients: WITH_GRADIENTS,
    _detached: DETACHED,
    _off_for_good: OFF_FOR_GOOD,
    _weights_frozen: FROZEN,
    lambda model, X: predict(model, X).sigmoid(): "You take the sigmoid of what the model gives. Here its own answer is asked for, the logits.",
    lambda model, X: predict(model, X)[:1]: "Only the first row came back. Give an answer for each row of X.",
}  # fmt: skip
"""Told by what they do to the model, but for the last."""


def border_auroc(hidden: int, seed: int, data: Data) -> float:
    """The right answer to exercise 7: AUROC on the test part, of planes (N, 240) and labels (N, 1)."""
    return auroc_of(trained(hidden, seed, data), data["test"])


def _with(**changed: Any) -> Callable[..., float]:
    return lambda hidden, seed, data: auroc_of(trained(hidden, seed, data, **changed), data["test"])


def _judged_on(part: str) -> Callable[..., float]:
    return lambda hidden, seed, data: auroc_of(trained(hidden, seed, data), data[part])


def _of_calls(hidden: int, seed: int, data: Data) -> float:
    from dnacourse import training

    X, y = data["test"]
    return float(np.squeeze(metrics.auroc(y, training.predict(trained(hidden, seed, data), X) > 0.5)))


SEEDED_TOO_LATE = "Two calls with the same seed give two answers: the weights a model begins with are drawn by chance. `torch.manual_seed(seed)` must stand right before the model is made, in the function."
_EPOCHS = "That is what {} epochs give. The recipe says 10."
RECIPES: dict[Callable[..., Any], str] = {
    _judged_on("validation"): "That is the AUROC on the validation part. The table is about the test part.",
    _judged_on("train"): "That is the AUROC on the training part, which the model has seen. The table is about the test part.",
    _with(fit_seed=0): "`training.fit` is not given the seed: it takes 0 then, and shuffles alike for every seed. Write seed=seed.",
    lambda hidden, seed, data: auroc_of(trained(hidden, 0, data, fit_seed=seed), data["test"]): "`torch.manual_seed` gets the same number for every seed. Write torch.manual_seed(seed).",
    lambda hidden, seed, data: border_auroc(hidden, 0, data): "Every seed gives the result of seed 0: the argument `seed` is not used.",
    **{_with(epochs=epochs): _EPOCHS.format(epochs) for epochs in (9, 11, 8, 5, 20)},
    _with(optimizer="AdamW"): "That is AdamW, which also shrinks the weights. The recipe says Adam: torch.optim.Adam.",
    _with(optimizer="AdamW", rate=0.001): "`training.fit` was given no optimizer, and took its own: AdamW with 0.001. The recipe says Adam with 0.003.",
    _with(optimizer="SGD"): "That is plain gradient descent, SGD. The recipe says Adam.",
    _with(rate=0.001): "That is the learning rate 0.001, Adam's own. The recipe says 0.003.",
    _with(rate=0.03): "That is the learning rate 0.03. The recipe says 0.003.",
    _with(batch_size=64): "That is a batch size of 64, which `fit` takes if none is given. The recipe says 32.",
    _with(learnt=("train", "validation")): "You train on the training and the validation part. The recipe says the training part alone.",
    _with(learnt=("train", "test")): "The test part is trained on. Then its AUROC says nothing: train on the training part alone.",
    _with(learnt=("test",)): "You train on the test part. Then its AUROC says nothing: train on the training part.",
    _with(rectified=False): "The ReLU between the two layers is missing: two linear layers in a row are one.",
    lambda hidden, seed, data: border_auroc(0, seed, data): "You make a neuron whatever `hidden` is. With hidden neurons it takes two layers and a ReLU.",
    lambda hidden, seed, data: border_auroc(32, seed, data): "You make a network of 32 hidden neurons whatever `hidden` is. With 0 it is a single layer, and otherwise there are `hidden` of them.",
    lambda hidden, seed, data: border_auroc(hidden and 32, seed, data): "You make a network of 32 hidden neurons whatever `hidden` is. With 0 it is a single layer, and otherwise there are `hidden` of them.",
    lambda hidden, seed, data: 1 - border_auroc(hidden, seed, data): "That is below one half: the scores have been turned over.",
    lambda hidden, seed, data: 100 * border_auroc(hidden, seed, data): "That is in percent. Give a share between 0 and 1.",
    lambda hidden, seed, data: round(border_auroc(hidden, seed, data), 3): "That is rounded. Give what was computed, as it is.",
    lambda hidden, seed, data: round(border_auroc(hidden, seed, data), 4): "That is rounded. Give what was computed, as it is.",
    _of_calls: "You rank yes and no, cut at a threshold. Rank the scores themselves.",
}  # fmt: skip
