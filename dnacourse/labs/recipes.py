"""A recipe for training that a learner writes as a function: tried on made-up rows before anything long is trained."""

from collections.abc import Mapping, Sequence
from typing import Any

from dnacourse.labs.checking.calling import Answer, CheckFailed, call, check
from dnacourse.labs.checking.comparing import plain, same

_MADE_UP = "These are made-up rows: does your function use the `data` that it is given? Follow the recipe to the letter."


def check_recipe(
    function: Answer,
    cases: Sequence[tuple[Any, ...]],
    right: Answer,
    mistakes: Mapping[Answer, str],
    seeded_too_late: str,
    *,
    returns: str,
) -> None:
    """As `check`, for a function that trains a model; what it draws leaves the learner's random numbers alone.

    Args:
        function: the learner's.
        cases: arguments for each call; small data, on which any change of the recipe shows.
        right: gives the right answer.
        mistakes: wrong function -> diagnosis.
        seeded_too_late: said where two calls with the same arguments give two answers.
        returns: what to give, such as "one number".

    Raises:
        CheckFailed: some answer is wrong, or depends on what was drawn before the call.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        if not same(*(_after_drawing(number, function, cases[1]) for number in (1, 2))):
            raise CheckFailed(seeded_too_late)
        check(function, cases, right, mistakes, returns=returns, question=_MADE_UP)


def _after_drawing(number: int, function: Answer, case: tuple[Any, ...]) -> Any:
    import torch

    torch.manual_seed(number)
    return plain(call(function, *case))
