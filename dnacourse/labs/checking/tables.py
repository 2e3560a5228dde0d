"""A table that a learner fills in: rows by name, and in each one number or several."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan, trunc
from numbers import Real
from typing import Any

import pandas as pd

from dnacourse.labs.checking.calling import CheckFailed
from dnacourse.labs.checking.comparing import TOLERANCE, close, plain, shape_of
from dnacourse.labs.checking.describing import describe

Row = Any
"""The name of a row: a word, a number, a pair of words."""
Table = Mapping[Row, Any]
"""Row -> a number, or a sequence of several."""
Rows = dict[Row, list[float]]
Mistake = Callable[[Row, Table], Any]
"""Takes the name of a row and the right table, and gives what stands there in a table that is wrong in one way."""
_DIGITS = range(2, 7)  # with a single one, a number may be right by chance
_SAME_DIGITS = 1e-9  # on another processor a number that is right may end otherwise


@dataclass(frozen=True, kw_only=True)
class TableToFillIn:
    """What a learner's table must hold, and what to say where it does not.

    Attributes:
        name: of the learner's variable.
        rows: the names of the rows; others may stand in the table too.
        holds: what stands in a row, such as "a list of 3 AUROCs, one for each seed".
        parts: what each number of a row is called; empty words where only their number matters.
        between: the lowest and the highest number that there can be; `holds` should say so.
        tolerance: how far from the right number a number may lie, in all rows or in each.
        mistakes: what makes a wrong row -> diagnosis. Named only where every number of the row is as close to
            the wrong one as `tolerance` allows.
        row_by_row: a mistake is named if it explains the first row that is wrong. Otherwise it must explain the
            whole table, which is safer where the tolerance is wide.
        repeated: said of a row in which one number stands several times.
        near: how far off a row may be of which it is said that it is near.
        advice: what to look at where no mistake is recognised, for all rows or for each.
        measured: what came out once, on one machine: a table that is far from it is wrong, and that is said before
            the right one is computed, which may take long.
        roughly: how far from `measured` a number may lie, more than machines differ.
    """

    name: str
    rows: Collection[Row]
    holds: str = "a number"
    parts: Sequence[str] = ("",)
    between: tuple[float, float] = (-inf, inf)
    tolerance: float | Mapping[Row, float] = TOLERANCE
    mistakes: Mapping[Mistake, str] = field(default_factory=dict)
    row_by_row: bool = True
    repeated: str = ""
    near: float = 0.0
    advice: str | Mapping[Row, str] = ""
    measured: Table | None = None
    roughly: float = 0.0

    def check(self, answer: Any, right: Callable[[], Table]) -> None:
        """Compare the learner's table with the right one, and name the mistake.

        Args:
            answer: a dictionary, or a column or table of pandas; a number in it may be an array or tensor of
                one, several may be an array (N,) or (N, 1).
            right: computes the right table; called only if the answer is complete.

        Raises:
            CheckFailed: the table is not filled in, lacks a row, or holds a wrong or a rounded number.
        """
        given = self.filled_in(answer)
        if self.measured is not None:
            self._compare(given, self.measured, self.roughly)
        self._compare(given, right())

    def _compare(self, given: Rows, table: Table, allowed: float | None = None) -> None:
        """With what is allowed in every row, or else with the table's own tolerance."""
        expected = {row: _listed(table[row]) for row in self.rows}
        for row in self.rows:
            if _is_rounded(given[row], expected[row]):
                raise CheckFailed(f"{self._at(row)} is rounded: put in what was computed, as it is.")
        wrong = [
            row
            for row in self.rows
            if _are_one(given[row]) > _are_one(expected[row])
            or not self._alike(row, given[row], expected[row], allowed)
        ]
        if wrong:
            raise CheckFailed(
                self._repeated(given, wrong)
                or self._mistaken(given, table, wrong)
                or self._swapped(given, expected, wrong)
                or self._not_right(given, expected, wrong)
            )

    def filled_in(self, answer: Any) -> Rows:
        """The learner's rows, each as a list of numbers.

        Raises:
            CheckFailed: a row is missing, not filled in or not what it should hold.
        """
        if _is_missing(answer):
            raise CheckFailed(f"The table is not filled in yet: `{self.name}` must be a dictionary.")
        table = _as_mapping(answer, self.rows)
        must = f"`{self.name}` must be a dictionary with the keys {', '.join(map(repr, self.rows))}"
        if table is None:
            raise CheckFailed(f"{must}, not {describe(plain(answer))}.")
        if missing := [row for row in self.rows if row not in table]:
            strange = [f"{key!r} is not one of them" for key in table if key not in self.rows]
            raise CheckFailed(f"{must}: {', and '.join([f'{missing[0]!r} is missing', *strange[:1]])}.")
        return {row: self._numbers(row, table[row]) for row in self.rows}

    def _numbers(self, row: Row, value: Any) -> list[float]:
        numbers = _listed(value)
        if any(map(_is_missing, numbers or [None])):
            raise CheckFailed(f"{self._at(row)} is not filled in yet: it must be {self.holds}.")
        low, high = self.between
        right_kind = len(numbers) == len(self.parts) and all(isinstance(one, Real) for one in numbers)
        if not right_kind or not all(low <= one <= high for one in numbers):
            given = plain(value)
            shape = shape_of(given)
            is_what = f"has the shape {shape}" if len(shape) > 1 else f"is {describe(given)}"
            raise CheckFailed(f"{self._at(row)} must be {self.holds}; yours {is_what}.")
        return numbers

    def _repeated(self, given: Rows, wrong: list[Row]) -> str:
        alike = [row for row in wrong if _are_one(given[row])]
        return f"{self._at(alike[0])}: {self.repeated}" if alike and self.repeated else ""

    def _mistaken(self, given: Rows, table: Table, wrong: list[Row]) -> str:
        looked_at = wrong[:1] if self.row_by_row else self.rows
        where = f"{self._at(wrong[0])}: " if self.row_by_row else ""
        for mistake, diagnosis in self.mistakes.items():
            if all(self._alike(row, given[row], _listed(mistake(row, table))) for row in looked_at):
                return f"{where}{diagnosis}"
        return ""

    def _swapped(self, given: Rows, expected: Rows, wrong: list[Row]) -> str:
        if len(wrong) != 2:
            return ""
        one, other = wrong
        swapped = self._alike(one, given[one], expected[other]) and self._alike(
            other, given[other], expected[one]
        )
        return f"{self._at(one)} and {self._at(other)} have changed places." if swapped else ""

    def _not_right(self, given: Rows, expected: Rows, wrong: list[Row]) -> str:
        row = max(wrong, key=lambda row: _distance(given[row], expected[row]))
        places = zip(self.parts, given[row], expected[row], strict=True)
        parts = [part for part, one, other in places if part and not self._alike(row, [one], [other])]
        if parts:
            said = f": the {' and the '.join(parts)} is not right yet."
        elif _distance(given[row], expected[row]) <= self.near:
            said = ", which is near, but not what the recipe gives."
        else:
            said = ", which is not right yet."
        return f"{self._at(row)} is {_shown(given[row])}{said} {_of(row, self.advice)}".rstrip()

    def _alike(
        self, row: Row, numbers: list[float], others: list[float], allowed: float | None = None
    ) -> bool:
        allowed = _of(row, self.tolerance) if allowed is None else allowed
        return len(numbers) == len(others) and all(
            isinstance(other, Real) and close(one, other, allowed)
            for one, other in zip(numbers, others, strict=True)
        )

    def _at(self, row: Row) -> str:
        return f"{self.name}[{row!r}]"


def _as_mapping(answer: Any, rows: Collection[Row]) -> Mapping[Row, Any] | None:
    """Row -> what stands in it; a table of pandas has the names above its columns or beside its rows."""
    if isinstance(answer, pd.DataFrame):
        return (answer if set(rows) <= set(answer.columns) else answer.T).to_dict("list")
    if isinstance(answer, pd.Series):
        return answer.to_dict()
    if isinstance(answer, Mapping) and all(isinstance(row, tuple) for row in rows):
        return _with_pairs_for_keys(answer)
    return answer if isinstance(answer, Mapping) else None


def _with_pairs_for_keys(answer: Mapping[Row, Any]) -> Mapping[Row, Any]:
    """A dictionary in a dictionary as one, {"a": {"b": 1}} as {("a", "b"): 1}."""
    nested = [key for key, value in answer.items() if isinstance(value, Mapping)]
    pairs = {(key, inner): value for key in nested for inner, value in answer[key].items()}
    return pairs | {key: value for key, value in answer.items() if key not in nested}


def _listed(value: Any) -> list[Any]:
    """One number, or several, as a list, also where each stands in a list of its own."""
    value = plain(value)
    return [_alone(one) for one in value] if isinstance(value, list) else [value]


def _alone(value: Any) -> Any:
    return _alone(value[0]) if isinstance(value, list) and len(value) == 1 else value


def _is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return isnan(value)
    return value is None or value is ... or value is pd.NA or (isinstance(value, str) and not value)


def _are_one(numbers: list[float]) -> bool:
    """Several numbers that are all the same, to the last digit."""
    return len(numbers) > len(set(numbers)) == 1


def _is_rounded(numbers: list[float], expected: list[float]) -> bool:
    """They are the right ones, and at least one of them after rounding, or after digits were cut off."""
    lost = [_has_lost_digits(*pair) for pair in zip(numbers, expected, strict=True)]
    others = [
        pair for pair, has_lost in zip(zip(numbers, expected, strict=True), lost, strict=True) if not has_lost
    ]
    return any(lost) and all(abs(one - other) <= _SAME_DIGITS for one, other in others)


def _has_lost_digits(number: float, right: float) -> bool:
    if abs(number - right) <= _SAME_DIGITS:
        return False
    rounded = [round(right, digits) for digits in _DIGITS]
    cut = [trunc(right * 10**digits) / 10**digits for digits in _DIGITS[1:]]
    return number in (*rounded, *cut)


def _distance(numbers: list[float], expected: list[float]) -> float:
    return max(abs(one - other) for one, other in zip(numbers, expected, strict=True))


def _shown(numbers: list[float]) -> str:
    rounded = [round(one, 4) if isinstance(one, float) else one for one in numbers]
    return describe(rounded if len(rounded) > 1 else rounded[0])


def _of(row: Row, option: Any) -> Any:
    return option[row] if isinstance(option, Mapping) else option
