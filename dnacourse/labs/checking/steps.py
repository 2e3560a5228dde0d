"""Texts that count how often they are compared, so that an answer that would take an hour is told so at once."""

from typing import Any, SupportsIndex

from dnacourse.labs.checking.calling import CheckFailed


class Steps:
    """A number of comparisons, and how many are allowed.

    Args:
        most: with one more CheckFailed is raised, from within the learner's function.
        said: to the learner then.
    """

    def __init__(self, most: int, said: str) -> None:
        self.taken, self._most, self._said = 0, most, said

    def take(self, number: int) -> None:
        """Count some more.

        Raises:
            CheckFailed: they are too many now.
        """
        self.taken += number
        if self.taken > self._most:
            raise CheckFailed(self._said)


class CountedText(str):
    """A text that is a str in every way; its pieces count too, each look-up and comparison as a step, a search as one a letter."""

    steps: Steps

    def __new__(cls, text: str, steps: Steps) -> "CountedText":
        """Make one that counts into `steps`."""
        made = super().__new__(cls, text)
        made.steps = steps
        return made

    def __getitem__(self, place: SupportsIndex | slice) -> "CountedText":
        return CountedText(super().__getitem__(place), self.steps)

    def __eq__(self, other: object) -> bool:
        self.steps.take(1)
        return super().__eq__(other)

    def __hash__(self) -> int:
        self.steps.take(1)
        return super().__hash__()

    def __contains__(self, piece: Any) -> bool:
        self._search(piece)
        return super().__contains__(piece)

    def find(self, piece: str, *borders: Any) -> int:
        """As of a str, and counted."""
        self._search(piece)
        return super().find(piece, *borders)

    def count(self, piece: str, *borders: Any) -> int:
        """As of a str, and counted."""
        self._search(piece)
        return super().count(piece, *borders)

    def _search(self, piece: str) -> None:
        if len(piece) > 1:  # one letter, such as N, is looked for in every good answer
            self.steps.take(len(self))
