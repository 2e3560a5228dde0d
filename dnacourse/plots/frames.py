"""The six reading frames of a stretch of DNA."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from dnacourse.orfs import codon_positions
from dnacourse.plots.palette import BLACK, GREY, LETTER_COLOURS
from dnacourse.sequence import Tokens

ROWS = ["+0", "+1", "+2", "−0", "−1", "−2"]


def six_frames(
    ax: Axes, tokens: Tokens, orfs: pd.DataFrame | None = None, offset: int = 0, starts: bool = False
) -> Axes:
    """A row for each reading frame, with a tick where a stop codon stands.

    Args:
        ax: where to draw.
        tokens: the stretch, (L,).
        orfs: rows with start, end, strand, in coordinates of `tokens`: drawn as bars in their frame.
        offset: what to add to a position in `tokens` for the axis.
        starts: also mark every ATG, with a short tick above the line.
    """
    length = len(tokens)
    stops, atgs = codon_positions(tokens, ("TAA", "TAG", "TGA")), codon_positions(tokens, ("ATG",))
    for row in range(6):
        strand, frame = ("+", row) if row < 3 else ("-", row - 3)
        ax.axhline(row, color=GREY, linewidth=0.6, zorder=0)
        ax.vlines(offset + stops[strand, frame], row - 0.32, row + 0.32, color=BLACK, linewidth=0.9)
        if starts:
            at = offset + atgs[strand, frame]
            ax.vlines(at, row - 0.32, row, color=LETTER_COLOURS["A"], linewidth=1.6)
    for orf in [] if orfs is None else orfs.itertuples():
        row = orf.start % 3 if orf.strand == "+" else 3 + (length - orf.end) % 3
        colour = LETTER_COLOURS["C"] if orf.strand == "+" else LETTER_COLOURS["T"]
        ax.barh(
            row,
            orf.end - orf.start,
            left=offset + orf.start,
            height=0.5,
            color=(colour, 0.55),
            edgecolor="white",
        )
    ax.set(
        xlim=(offset, offset + length), ylim=(5.6, -0.6), xlabel="position on the forward strand (letters)"
    )
    ax.set_yticks(np.arange(6), ROWS)
    ax.set_ylabel("strand and frame")
    ax.tick_params(axis="y", length=0)
    return ax
