"""The check of lab 4's exercise 6: what predicting does to a model, besides its answer."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dnacourse.labs.checking import CheckFailed, call, check, passed, plain, same, written_by_hand
from dnacourse.labs.lab04 import recipes as known
from dnacourse.labs.lab04.data import network_with_dropout

_SINGLE = 1e-5


def check_predict(function: Callable[[Any, Any], Any]) -> None:
    """Exercise 6: a model and rows X (N, inputs) to its answers (N, 1), the model left as it was."""
    import torch

    X = torch.tensor(np.random.default_rng(3).normal(size=(7, 6)), dtype=torch.float32)
    with torch.enable_grad():  # and what an answer switches off is switched on again
        for norm in (False, True):
            for was_training in (True, False):
                if fault := _fault_of(function, network_with_dropout(norm).train(was_training), X):
                    raise CheckFailed(fault)
        cases = [(network_with_dropout(norm), X) for norm in (False, True)]
        returns = "what the model gives, an answer for each row"
        check(function, cases, known.predict, known.PREDICTIONS, returns=returns, tolerance=_SINGLE)
        written_by_hand(function, *cases[0])
    passed("Exercise 6: the same answer twice, no gradients, and a model that is left as it was.")


def _fault_of(function: Callable[[Any, Any], Any], model: Any, X: Any) -> str:
    """What is wrong with the call besides its answer, or nothing."""
    import torch

    was_training, before = model.training, {name: part.clone() for name, part in model.state_dict().items()}
    tracked: list[bool] = []
    model[0].register_forward_hook(lambda *_: tracked.append(torch.is_grad_enabled()))
    one = call(function, model, X, copied=False)
    two = call(function, model, X, copied=False)
    if not same(plain(one), plain(two)):
        return known.EVAL_FORGOTTEN
    if any(not torch.equal(part, before[name]) for name, part in model.state_dict().items()):
        return known.BY_ITS_BATCH
    if not torch.is_grad_enabled():
        return known.OFF_FOR_GOOD
    if not all(part.requires_grad for part in model.parameters()):
        return known.FROZEN
    if any(tracked):
        return known.WITH_GRADIENTS if getattr(one, "requires_grad", False) else known.DETACHED
    return _fault_of_mode(model, was_training)


def _fault_of_mode(model: Any, was_training: bool) -> str:
    if all(part.training == was_training for part in model.modules()):
        return ""
    return known.NOT_PUT_BACK if was_training else known.ALWAYS_TRAINING
