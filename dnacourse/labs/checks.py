"""What all checks share: calling a learner's function, comparing, and saying what went wrong."""

import copy
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from numbers import Real
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

_PACKAGE = str(Path(__file__).parents[1])
_LABS = str(Path(__file__).parent)
_LONGEST_SHOWN = 160
TOLERANCE = 1e-6
"""How far apart numbers may lie that are the same: an answer may be computed in 32 bits."""
_STUB = "raise NotImplementedError"
_MOST_NUMBERS_SHOWN = 16
_MOST_THINGS_SHOWN = 4

Answer = Callable[..., Any]
"""A function a learner writes; also the right one, and the wrong ones that a check knows."""


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
    tidy: Callable[[Any], Any] = lambda answer: answer,
    tolerance: float = TOLERANCE,
    question: str = "",
) -> None:
    """Compare the learner's function with the right one on every case, and name the mistake.

    A mistake is a function that is wrong in one way, with what to say to a learner who makes it. It is
    named only if it gives the learner's answer on every case, or raises the learner's error, so that a
    message is never a guess.

    Args:
        function: the learner's.
        cases: arguments for each call; the first one that fails is shown.
        right: gives the right answer.
        mistakes: wrong function -> diagnosis.
        tidy: applied to the learner's answers before comparing; raises CheckFailed on a wrong type.
        tolerance: numbers that lie no further apart are equal, and large ones no further apart than this
            share of them.
        question: asked where no mistake is recognised.

    Raises:
        CheckFailed: some answer is wrong.
    """
    answers = [tidy(_called(function, case, mistakes)) for case in cases]
    wrong = [i for i, case in enumerate(cases) if not same(answers[i], right(*case), tolerance)]
    if not wrong:
        return
    case, answer = cases[wrong[0]], answers[wrong[0]]
    shown = describe_call(function, case)
    for mistake, diagnosis in mistakes.items():
        made = (_answer_or_error(mistake, one, tidy) for one in cases)
        if all(same(given, wrong_one, tolerance) for given, wrong_one in zip(answers, made, strict=True)):
            raise CheckFailed(f"{diagnosis}\n  Seen in {shown}, which gave {describe(answer)}.")
    raise CheckFailed(f"In {shown} {difference(answer, right(*case), tolerance)} {question}".rstrip())


def _called(function: Answer, case: tuple[Any, ...], mistakes: Mapping[Answer, str]) -> Any:
    """As `call`, but an error that a known mistake raises too is explained."""
    try:
        return call(function, *case)
    except CheckFailed as failure:
        for mistake, diagnosis in mistakes.items():
            error = _answer_or_error(mistake, case)
            if isinstance(error, Exception) and f"raised {type(error).__name__}: {error}" in str(failure):
                raise CheckFailed(f"{diagnosis}\n  {failure}") from None
        raise


def _answer_or_error(
    mistake: Answer, case: tuple[Any, ...], tidy: Callable[[Any], Any] = lambda answer: answer
) -> Any:
    try:
        return tidy(mistake(*case))
    except Exception as error:
        return error


def call(function: Answer, *arguments: Any) -> Any:
    """Call the learner's function; what it raises becomes a sentence with the line it came from.

    Raises:
        CheckFailed: the stub is still there, the function raised, or it returned None.
    """
    shown = describe_call(function, arguments)
    try:
        answer = function(
            *copy.deepcopy(arguments)
        )  # a function that sorts its input in place spoils only its own
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        if isinstance(error, NotImplementedError) and (last.line or _STUB).startswith(_STUB):
            raise CheckFailed(
                f"`{last.name}` is not written yet: replace the line `{_STUB}` by your code."
            ) from None
        raise CheckFailed(f"{shown} raised {type(error).__name__}: {error}{_line_of(error)}") from None
    if answer is None:
        raise CheckFailed(f"{shown} returned None. Does every way through your function end with `return`?")
    return answer


def filled_in(name: str, answer: Any, keys: Iterable[Any]) -> None:
    """Fail unless the learner's table is a dictionary with these keys; others may stand in it too.

    Raises:
        CheckFailed: it is still None, or something else.
    """
    if answer is None:
        raise CheckFailed(f"The table is not filled in yet: `{name}` must be a dictionary.")
    if not isinstance(answer, dict) or not set(keys) <= set(answer):
        raise CheckFailed(f"`{name}` must be a dictionary with the keys {', '.join(map(repr, keys))}.")


def written_by_hand(function: Answer, *arguments: Any, library: str = "") -> None:
    """Fail if the learner's function gets its answer from the package instead of working it out.

    Args:
        function: the learner's.
        arguments: of the call that is watched.
        library: a part of another package that may not be used either, such as "sklearn/metrics".

    Raises:
        CheckFailed: a function of dnacourse, or of the library, ran during the call.
    """
    used: list[str] = []

    def watch(frame: FrameType, event: str, _: Any) -> None:
        path = frame.f_code.co_filename
        own = path.startswith(_PACKAGE) and not path.startswith(_LABS)
        if event == "call" and (own or (library and library in Path(path).as_posix())):
            used.append(f"{'dnacourse' if own else library}'s own {Path(path).stem}.{frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        if isinstance(answer := call(function, *arguments), Iterator):
            list(answer)  # only now it does its work
    finally:
        sys.setprofile(before)
    if used:
        raise CheckFailed(
            f"`{_name(function)}` calls {used[0]}. Here you build it yourself; "
            "use your functions of the earlier exercises as you like."
        )


def same(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> bool:
    """Equality for what labs return: numbers to a tolerance (as in `check`), lists and tuples alike, dicts."""
    answer = plain(answer)
    if isinstance(expected, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == expected.keys()
            and all(same(answer[key], expected[key], tolerance) for key in expected)
        )
    if isinstance(expected, list | tuple):
        return (
            isinstance(answer, list | tuple)
            and len(answer) == len(expected)
            and all(same(one, other, tolerance) for one, other in zip(answer, expected, strict=True))
        )
    if isinstance(expected, float | int) and isinstance(answer, Real):
        return bool(np.isclose(float(answer), expected, rtol=tolerance, atol=tolerance, equal_nan=True))
    return type(answer) is type(expected) and bool(answer == expected)


def as_list(answer: Any) -> Any:
    """A generator, tuple, set or array as a list, so that any of them may be returned for one."""
    return list(answer) if isinstance(answer, Iterable) and not isinstance(answer, str | dict) else answer


def plain(answer: Any) -> Any:
    """Arrays, tensors, columns of a table and their numbers as lists and numbers of Python's own."""
    return answer.tolist() if hasattr(answer, "tolist") else answer


def difference(answer: Any, expected: Any, tolerance: float = TOLERANCE) -> str:
    """Where an answer first departs from the one expected, in a sentence."""
    answer = plain(answer)
    if isinstance(expected, dict) and isinstance(answer, dict):
        missing, extra = (
            sorted(one, key=str) for one in (set(expected) - set(answer), set(answer) - set(expected))
        )
        if missing or extra:
            parts = [f"{missing[0]!r} is missing"] if missing else []
            parts += [f"{extra[0]!r} does not belong there"] if extra else []
            return f"your dictionary has the wrong keys: {' and '.join(parts)}."
        key = next(key for key in expected if not same(answer[key], expected[key], tolerance))
        return f"you give {describe(answer[key])} for {key!r}, but {describe(expected[key])} is right."
    if isinstance(expected, list | tuple) and isinstance(answer, list | tuple):
        if len(answer) != len(expected):
            return (
                f"you give {len(answer)} things, {describe(answer)}, but there are {len(expected)}: "
                f"{describe(expected)}."
            )
        if len(expected) > _MOST_THINGS_SHOWN:
            place = next(i for i, one in enumerate(expected) if not same(answer[i], one, tolerance))
            return (
                f"you give {describe(answer[place])} at place {place}, counted from 0, but "
                f"{describe(expected[place])} is right."
            )
    return f"you give {describe(answer)}, but {describe(expected)} is right."


def describe(value: Any) -> str:
    """A value in one short line; of a large array only what kind it is."""
    if isinstance(value, np.ndarray) and value.size > _MOST_NUMBERS_SHOWN:
        return f"<array {value.shape}>"
    text = " ".join(repr(_rounded(value)).split())
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " …"


def _rounded(value: Any) -> Any:
    """-0.29999999999999998 as -0.3, in lists and tuples too."""
    if isinstance(value, float):
        return round(value, 10)
    return type(value)(map(_rounded, value)) if type(value) in (list, tuple) else value


def describe_call(function: Answer, arguments: Iterable[Any]) -> str:
    """The call as a learner would write it, long arguments cut."""
    shown = [describe(argument) for argument in arguments]
    return f"{_name(function)}({', '.join(shown)})"


def _name(function: Answer) -> str:
    return getattr(function, "__name__", "your function")


def _line_of(error: Exception) -> str:
    """Where in the learner's own code an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_PACKAGE)]
    return f" (your line: `{own[0].line}`)" if own and own[0].line else ""
