"""Sequence logos, drawn by logomaker."""

import logomaker
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes

from dnacourse.matrices import checked_matrix, shares_of_letters
from dnacourse.motifs import information
from dnacourse.plots.palette import LETTER_COLOURS
from dnacourse.sequence import LETTERS

_COLOURS = {letter: LETTER_COLOURS[letter] for letter in LETTERS}


def logo(ax: Axes, matrix: npt.ArrayLike, heights: bool = False) -> Axes:
    """A motif as stacked letters, the likeliest on top.

    Args:
        ax: where to draw.
        matrix: counts or probabilities (4, w), the stack as high as the position has bits of
            information (Schneider and Stephens 1990, doi:10.1093/nar/18.20.6097).
        heights: the matrix holds heights to draw as they are, log-odds or attributions, below the line
            where they are negative.

    Raises:
        ValueError: not (4, w); or, without `heights`, numbers below 0 or a column of zeros.
        TypeError: no numbers.
    """
    drawn = checked_matrix(matrix) if heights else shares_of_letters(matrix) * information(matrix)
    frame = pd.DataFrame(drawn.T, columns=list(LETTERS))
    logomaker.Logo(frame, ax=ax, color_scheme=_COLOURS, show_spines=False)
    ax.set_xticks(range(len(frame)), [str(i + 1) for i in range(len(frame))])
    ax.set(xlabel="position in the motif", ylabel="" if heights else "bits")
    if not heights:
        ax.set_ylim(0, 2)
    ax.spines["left"].set_visible(True)
    return ax
