"""Barcodes: many sequences, or many labels, as one picture in which a pattern shows as a stripe."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from dnacourse.plots.palette import LETTER_COLOURS
from dnacourse.sequence import Tokens

_LETTERS = ListedColormap([LETTER_COLOURS[letter] for letter in "ACGTN-"])


def letter_barcode(ax: Axes, tokens: Tokens, first: int = 0) -> Axes:
    """Each sequence a row, each letter a pixel of its colour, named above; unknown letters are grey, padding is white.

    Args:
        ax: where to draw.
        tokens: (N, L).
        first: number of the leftmost position, for the axis.
    """
    rows, columns = tokens.shape
    ax.imshow(
        tokens, cmap=_LETTERS, vmin=-0.5, vmax=5.5, aspect="auto", interpolation="nearest",
        extent=(first, first + columns, rows, 0),
    )  # fmt: skip
    ax.set(xlabel="position (letters)", ylabel="sequence")
    ax.spines[:].set_visible(False)
    for number, letter in enumerate("ACGT"):
        colour = LETTER_COLOURS[letter]
        ax.annotate(
            letter, (1, 1), (-(3 - number) * 14 - 3, 3), xycoords="axes fraction", textcoords="offset points",
            ha="right", va="bottom", color=colour, weight="bold",
        )  # fmt: skip
    return ax


def plane_barcode(ax: Axes, planes: npt.NDArray, first: int = 0) -> Axes:
    """One sequence as a network sees it: four rows, A, C, G, T, black where the letter stands.

    Args:
        ax: where to draw.
        planes: one-hot (4, L), or anything between 0 (white) and 1 (black).
        first: number of the leftmost position, for the axis.
    """
    extent = (first, first + planes.shape[1], 4, 0)
    ax.imshow(planes, cmap="Greys", vmin=0, vmax=1, aspect="auto", interpolation="nearest", extent=extent)
    ax.set_yticks(np.arange(4) + 0.5, list("ACGT"))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("position (letters)")
    return ax


def label_barcode(ax: Axes, values: npt.NDArray, names: Sequence[str], signed: bool = False) -> Axes:
    """A label matrix, or the predictions for it: each task a row, each sequence a column.

    Args:
        ax: where to draw.
        values: (n, tasks), 0 (white) to 1 (black); with `signed`, -1 (blue) to 1 (vermilion), for the
            difference between prediction and truth.
        names: of the tasks.
        signed: see `values`.
    """
    n, tasks = values.shape
    ax.imshow(
        values.T, cmap="RdBu_r" if signed else "Greys", vmin=-1 if signed else 0, vmax=1, aspect="auto",
        interpolation="nearest" if n < 2000 else "antialiased", extent=(0, n, tasks, 0),
    )  # fmt: skip
    ax.set_yticks(np.arange(tasks) + 0.5, list(names))
    ax.tick_params(axis="y", length=0)
    ax.set_xlabel("sequence")
    return ax
