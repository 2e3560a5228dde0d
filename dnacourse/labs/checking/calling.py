"""Calling a learner's function, comparing what it gives with the right answers, and naming the mistake."""

import copy
import os
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dnacourse.labs.checking.comparing import (
    TOLERANCE,
    in_the_form_of,
    plain,
    same,
    same_form,
    unchanged,
)
from dnacourse.labs.checking.describing import (
    describe,
    describe_call,
    difference,
    name_of,
    name_of_argument,
)

_PACKAGE = str(Path(__file__).parents[2]) + os.sep
_STUB = "raise NotImplementedError"

Answer = Callable[..., Any]
"""A function a learner writes; also the right one, and the wrong ones that a check knows."""
Tidy = Callable[[Any], Any]


class CheckFailed(AssertionError):
    """An answer is not right yet. A notebook shows only its message, not the check's own code."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def passed(message: str) -> None:
    """Say that an exercise is done."""
    print(f"✓ {message}")


def check(
    function: Answer,
    cases: Sequence[tuple[Any, ...]],
    right: Answer,
    mistakes: Mapping[Answer, str],
    *,
    returns: str,
    tidy: Tidy = lambda answer: answer,
    tolerance: float = TOLERANCE,
    question: str = "",
    parts: Sequence[str] = (),
) -> None:
    """Compare the learner's function with the right one on every case, and name the mistake.

    A mistake is a function that is wrong in one way, with what to say to a learner who makes it. It is
    named only if it gives the learner's answer on every case, or raises the learner's error, so that a
    message is never a guess. What any of them gives is made `plain` first, so it may come in any container.

    Args:
        function: the learner's.
        cases: arguments for each call; the first one that fails is shown.
        right: gives the right answer.
        mistakes: wrong function -> diagnosis.
        returns: what to give, such as "one number"; said where a wrong answer is another kind of thing.
        tidy: applied to all answers before comparing; raises CheckFailed on a wrong type.
        tolerance: numbers that lie no further apart are equal, and large ones no further apart than this
            share of them.
        question: asked where no mistake is recognised.
        parts: what each of several things in an answer is called; then only the first wrong one is shown.

    Raises:
        CheckFailed: some answer is wrong.
    """
    given = [_called(function, case, mistakes) for case in cases]
    expected = [tidy(plain(right(*case))) for case in cases]
    answers = [tidy(in_the_form_of(*pair)) for pair in zip(expected, given, strict=True)]
    wrong = [i for i, pair in enumerate(zip(answers, expected, strict=True)) if not same(*pair, tolerance)]
    if not wrong:
        return
    shown = describe_call(function, cases[wrong[0]])
    part, answer, best = _first_wrong_part(answers[wrong[0]], expected[wrong[0]], parts, tolerance)
    for mistake, diagnosis in mistakes.items():
        made = (_answer_or_error(mistake, *pair, tidy) for pair in zip(cases, expected, strict=True))
        if all(same(one, wrong_one, tolerance) for one, wrong_one in zip(answers, made, strict=True)):
            raise CheckFailed(f"{diagnosis}\n  Seen in {shown}, which gave {part}{describe(answer)}.")
    advice = question if same_form(answer, best) else f"Give {returns}."
    raise CheckFailed(f"In {shown} {part}{difference(answer, best, tolerance)} {advice}".rstrip())


def _first_wrong_part(answer: Any, best: Any, parts: Sequence[str], tolerance: float) -> tuple[str, Any, Any]:
    """What it is called, what was given and what is right; of an answer without parts the whole."""
    if not parts or not isinstance(answer, list) or len(answer) != len(parts):
        return "", answer, best
    together = zip(parts, answer, best, strict=True)
    part, one, other = next(three for three in together if not same(*three[1:], tolerance))
    return f"{part}: ", one, other


def _called(function: Answer, case: tuple[Any, ...], mistakes: Mapping[Answer, str]) -> Any:
    """As `call`, but an error that a known mistake raises too is explained."""
    try:
        return call(function, *case)
    except CheckFailed as failure:
        for mistake, diagnosis in mistakes.items():
            error = _answer_or_error(mistake, case)
            as_none = error is None and " returned None." in str(failure)
            if as_none or (
                isinstance(error, Exception) and f"raised {type(error).__name__}: {error}" in str(failure)
            ):
                raise CheckFailed(f"{diagnosis}\n  {failure}") from None
        raise


def _answer_or_error(
    mistake: Answer, case: tuple[Any, ...], expected: Any = None, tidy: Tidy = lambda answer: answer
) -> Any:
    try:
        return tidy(in_the_form_of(expected, mistake(*case)))
    except Exception as error:
        return error


def call(function: Answer, *arguments: Any, copied: bool = True) -> Any:
    """Call the learner's function; what it raises becomes a sentence with the line it came from.

    A generator is run to its end here, so that what goes wrong in it is told as well.

    Args:
        function: the learner's.
        arguments: what it is called with.
        copied: whether it gets copies, and is told if it changes them; without, the check looks itself.

    Raises:
        CheckFailed: the stub is still there, the function raised, it returned None, or it changed what it
            was given.
    """
    given = (
        copy.deepcopy(arguments) if copied else arguments
    )  # a function that sorts its input in place spoils only its own
    try:
        answer = function(*given)
        answer = list(answer) if isinstance(answer, Iterator) else answer
    except CheckFailed:  # what was handed in has noticed something itself
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        if isinstance(error, NotImplementedError) and (last.line or _STUB).startswith(_STUB):
            raise CheckFailed(
                f"`{last.name}` is not written yet: replace the line `{_STUB}` by your code."
            ) from None
        shown = describe_call(function, arguments)
        raise CheckFailed(f"{shown} raised {type(error).__name__}: {error}{_line_of(error)}") from None
    if answer is None:
        shown = describe_call(function, arguments)
        raise CheckFailed(
            f"{shown} returned None. Is there a way through your function that ends without `return`, or is what "
            "it returns still None?"
        )
    if changed := [
        number for number, pair in enumerate(zip(given, arguments, strict=True)) if not unchanged(*pair)
    ]:
        what = name_of_argument(function, changed[0])
        raise CheckFailed(
            f"`{name_of(function)}` changes {what}, which belongs to who calls it: it must be the same afterwards. "
            "Work on a copy, or make a new one."
        )
    return answer


def _line_of(error: Exception) -> str:
    """Where in the learner's own code an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_PACKAGE)]
    return f" (your line: `{own[0].line}`)" if own and own[0].line else ""
