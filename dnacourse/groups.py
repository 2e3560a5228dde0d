"""What each row belongs to, a chromosome or a gene: looked at, and numbered."""

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from dnacourse.texts import one_text


def is_list(names: object) -> bool:
    """Whether it is a list of names, an array or a column, and no single one."""
    return isinstance(names, Iterable) and one_text(names) is None


def name_of(chromosome: Any) -> Hashable:
    """The name of a chromosome as text, 20 as "20"; what is missing stays so. A column with a gap has 20.0 for 20."""
    if pd.api.types.is_scalar(chromosome) and pd.isna(chromosome):
        return chromosome  # type: ignore[no-any-return]
    if isinstance(chromosome, float) and chromosome.is_integer():
        chromosome = int(chromosome)
    return one_text(chromosome) or str(chromosome)


def one_for_each_row(groups: Any, word: str) -> list[Hashable]:
    """The groups as a list, (n,).

    Args:
        groups: one for each row.
        word: what one of the groups is called.

    Raises:
        ValueError: the groups are a table, or one text.
    """
    if getattr(groups, "ndim", 1) != 1:
        raise ValueError(f"expected one {word} for each row, not an array of shape {groups.shape}")
    if not is_list(groups):
        raise ValueError(f"expected one {word} for each row, a list of them, not {groups!r}")
    return groups.tolist() if isinstance(groups, np.ndarray) else list(groups)  # type: ignore[no-any-return]


def numbered(groups: Any, word: str) -> tuple[npt.NDArray[np.int64], list[Hashable]]:
    """A number for the group of each row, (n,), and the groups by number, in the order of their names.

    Args:
        groups: one for each row: a name, a number, a tuple.
        word: what one of the groups is called.

    Raises:
        ValueError: a row has no group or one that is a list, or the groups are a table or one text.
    """
    names = one_for_each_row(groups, word)
    for row, name in enumerate(names):
        if not isinstance(name, Hashable):
            raise ValueError(
                f"row {row} has a {type(name).__name__} for its {word}: give a name, a number or a tuple"
            )
    rows = pd.Series(pd.Index(names, tupleize_cols=False), dtype=object)
    if rows.isna().any():
        raise ValueError(f"row {int(rows.isna().argmax())} has no {word}: give it one, or leave the row out")
    numbers, known = pd.factorize(rows)
    order = sorted(range(len(known)), key=lambda i: (str(type(known[i])), known[i]))
    places = np.empty(len(known), np.int64)
    places[order] = np.arange(len(known))
    return places[numbers], [known[i] for i in order]
