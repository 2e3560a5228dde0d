"""Numbers along a genome, one track under the other."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy.typing as npt
from matplotlib.figure import Figure


def tracks(
    positions: npt.ArrayLike,
    values: Mapping[str, npt.ArrayLike],
    landmarks: Mapping[str, float] | None = None,
    xlabel: str = "position (letters)",
) -> Figure:
    """A figure with one line plot a track, sharing the axis of positions.

    Args:
        positions: (n,), in the units of `xlabel`.
        values: label of the track -> (n,).
        landmarks: name -> position, drawn as dotted lines through all tracks.
        xlabel: label of the shared axis, with its unit.
    """
    marks = dict(landmarks) if landmarks is not None else {}
    figure, axes = plt.subplots(len(values), 1, figsize=(8, 1.8 * len(values)), sharex=True, squeeze=False)
    for row, (ax, (label, track)) in enumerate(zip(axes[:, 0], values.items(), strict=True)):
        ax.plot(positions, track, color=f"C{row}")
        ax.set_ylabel(label)
        for position in marks.values():
            ax.axvline(position, color="black", linestyle=":", linewidth=1)
    for name, position in marks.items():
        axes[0, 0].annotate(
            name, (position, 1.02), xycoords=("data", "axes fraction"), ha="center", annotation_clip=False
        )
    axes[-1, 0].set_xlabel(xlabel)
    figure.align_ylabels()
    return figure
