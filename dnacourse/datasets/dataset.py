"""What `load` returns: named arrays and tables, with the card."""

from typing import Any

import numpy as np
import pandas as pd

from dnacourse.datasets import cards
from dnacourse.datasets.cards import Card


class Dataset:
    """Arrays and DataFrames as attributes. `print(dataset)` lists them with their shapes.

    Attributes:
        name: the name it was loaded by.
        card: where it comes from and what is wrong with it.
    """

    def __init__(self, name: str, card: Card | None = None, /, **contents: Any) -> None:
        self.name = name
        self.card = card or cards.card(name)
        self._contents = tuple(contents)
        self.__dict__.update(contents)

    def __getattr__(self, attribute: str) -> Any:
        raise AttributeError(
            f"data set {self.__dict__.get('name')!r} has no {attribute!r}; "
            f"it has {', '.join(self.__dict__.get('_contents', ()))}"
        )

    def __repr__(self) -> str:
        lines = [f"{self.name}: {self.card.what}"]
        lines += [f"  .{name:<10} {_describe(getattr(self, name))}" for name in self._contents]
        return "\n".join(lines)


def _describe(value: Any) -> str:
    if isinstance(value, pd.DataFrame):
        return f"DataFrame, {len(value):,} rows: {', '.join(map(str, value.columns))}"
    if isinstance(value, np.ndarray):
        return f"array, {value.dtype}, shape {value.shape}"
    if isinstance(value, dict):
        sizes = ", ".join(f"{key} {len(item):,}" for key, item in list(value.items())[:3])
        return f"{len(value)} arrays by name: {sizes}, …"
    if isinstance(value, list) and value and isinstance(value[0], np.ndarray):
        lengths = [len(item) for item in value]
        return f"list of {len(value):,} arrays of {min(lengths):,} to {max(lengths):,} letters"
    return str(value)
