"""Sequences as rows of coloured letters."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dnacourse.plots.palette import colours


def letter_tiles(ax: Axes, sequences: list[str], labels: list[str] | None = None) -> Axes:
    """Draw each sequence as a row of coloured tiles with its letters, the first on top.

    Args:
        ax: where to draw.
        sequences: strings; they need not be of one length.
        labels: a name for each row, written on the left.
    """
    longest = max(map(len, sequences))
    for row, letters in enumerate(sequences):
        for column, (letter, colour) in enumerate(zip(letters, colours(letters), strict=True)):
            ax.add_patch(Rectangle((column, row), 0.94, 0.86, color=colour, linewidth=0))
            ax.text(column + 0.47, row + 0.45, letter, ha="center", va="center", color="white", weight="bold")
    ax.set(xlim=(0, longest), ylim=(len(sequences), 0), xticks=[])
    ax.set_yticks([row + 0.43 for row in range(len(sequences))], labels or [""] * len(sequences))
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax
