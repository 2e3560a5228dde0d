"""Sequences as rows of coloured letters."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from dnacourse.codons import translate
from dnacourse.plots.palette import BLACK, LETTER_COLOURS, colours


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


def codon_strip(ax: Axes, letters: str, frame: int, table: int = 11) -> Axes:
    """A row of letters, and under it the codons and amino acids of one of its three frames.

    Args:
        ax: where to draw.
        letters: the stretch, 5' to 3'.
        frame: 0, 1 or 2: where the first codon begins.
        table: NCBI translation table. Stops are drawn black, methionine (a possible start) green.
    """
    letter_tiles(ax, [letters])
    for first in range(frame, len(letters) - 2, 3):
        amino_acid = translate(letters[first : first + 3], table)
        face = {"*": BLACK, "M": LETTER_COLOURS["A"]}.get(amino_acid, "#EEEEEE")
        ink = "white" if amino_acid in "*M" else BLACK
        ax.add_patch(Rectangle((first, 1), 2.94, 0.86, color=face, linewidth=0))
        ax.text(first + 1.47, 1.45, amino_acid, ha="center", va="center", color=ink)
    ax.set_ylim(2, 0)
    ax.set_yticks([0.43, 1.43], ["letters", f"frame {frame}"])
    return ax
