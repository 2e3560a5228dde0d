"""What all checks share: calling a learner's function, comparing, and saying what went wrong."""

import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pandas as pd

_PACKAGE = str(Path(__file__).parents[1])
_LABS = str(Path(__file__).parent)
_LONGEST_SHOWN = 120

Mistake = tuple[Any, str]
"""A wrong answer, and what to tell the learner who gives it."""


class CheckFailed(AssertionError):
    """An answer is not right yet. A notebook shows only its message, not the check's own code."""

    def _render_traceback_(self) -> list[str]:
        return [f"✗ {self}"]


def passed(message: str) -> None:
    print(f"✓ {message}")


def call(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call the learner's function; what it raises becomes a sentence with the line it came from.

    Raises:
        CheckFailed: the stub is still there, the function raised, or it returned None.
    """
    shown = describe_call(function, arguments)
    try:
        answer = function(*arguments)
    except NotImplementedError:
        raise CheckFailed(
            f"`{_name(function)}` is not written yet: put your code where it says `raise NotImplementedError`."
        ) from None
    except Exception as error:
        raise CheckFailed(f"{shown} raised {type(error).__name__}: {error}{_line_of(error)}") from None
    if answer is None:
        raise CheckFailed(f"{shown} returned None. Does your function end with `return`?")
    return answer


def written_by_hand(function: Callable[..., Any], *arguments: Any) -> None:
    """Fail if the learner's function gets its answer from the package instead of working it out.

    Raises:
        CheckFailed: a function of dnacourse ran during the call.
    """
    used: list[str] = []

    def watch(frame: FrameType, event: str, _: Any) -> None:
        path = frame.f_code.co_filename
        if event == "call" and path.startswith(_PACKAGE) and not path.startswith(_LABS):
            used.append(f"{Path(path).stem}.{frame.f_code.co_name}")

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        call(function, *arguments)
    finally:
        sys.setprofile(before)
    if used:
        raise CheckFailed(
            f"`{_name(function)}` calls dnacourse's own {used[0]}. Here you build it yourself; "
            "use your functions of the earlier exercises as you like."
        )


def compare(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    expected: Any,
    mistakes: Iterable[Mistake] = (),
) -> None:
    """Call the learner's function and compare with what is expected.

    Raises:
        CheckFailed: with the diagnosis of the first of `mistakes` whose wrong answer was given, or
            else with the answer and the one expected.
    """
    answer = call(function, *arguments)
    if same(answer, expected):
        return
    shown = describe_call(function, arguments)
    for wrong, diagnosis in mistakes:
        if same(answer, wrong):
            raise CheckFailed(f"{shown} gave {describe(answer)}. {diagnosis}")
    raise CheckFailed(f"{shown} gave {describe(answer)}, but {describe(expected)} is right.")


def same(answer: Any, expected: Any) -> bool:
    """Equality for what labs return: numbers to 1e-9, lists and tuples alike, dicts, arrays, tables."""
    if isinstance(expected, dict):
        return (
            isinstance(answer, dict)
            and answer.keys() == expected.keys()
            and all(same(answer[key], expected[key]) for key in expected)
        )
    if isinstance(expected, pd.DataFrame):
        return isinstance(answer, pd.DataFrame) and answer.equals(expected)
    if isinstance(expected, np.ndarray):
        return isinstance(answer, np.ndarray) and np.array_equal(answer, expected)
    if isinstance(expected, list | tuple):
        return (
            isinstance(answer, list | tuple)
            and len(answer) == len(expected)
            and all(map(same, answer, expected))
        )
    if isinstance(expected, float) and isinstance(answer, int | float | np.number):
        return bool(np.isclose(answer, expected, rtol=0, atol=1e-9, equal_nan=True))
    return type(answer) is type(expected) and bool(answer == expected)


def describe(value: Any) -> str:
    """A value in one short line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + " …"


def describe_call(function: Callable[..., Any], arguments: Iterable[Any]) -> str:
    return f"{_name(function)}({', '.join(map(describe, arguments))})"


def _name(function: Callable[..., Any]) -> str:
    return getattr(function, "__name__", "your function")


def _line_of(error: Exception) -> str:
    """Where in the learner's own code an error came from."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(_LABS)]
    return f" (your line: `{own[0].line}`)" if own and own[0].line else ""
