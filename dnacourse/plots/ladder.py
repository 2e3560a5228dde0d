"""The ladder: models of one task under each other, each with its interval, and where chance lies."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from dnacourse.metrics import Interval
from dnacourse.plots.palette import GREY


def ladder(ax: Axes, rungs: Mapping[str, Interval], xlabel: str, chance: float | None = None) -> Axes:
    """A dot and its interval for each model, the first at the bottom.

    Args:
        ax: where to draw.
        rungs: name of the model -> value with interval, from `metrics.interval`.
        xlabel: what is measured.
        chance: value of a guess, drawn as a dotted line.
    """
    if chance is not None:
        ax.axvline(chance, color=GREY, linestyle=":", linewidth=1)
        ax.annotate(
            "chance", (chance, 1.0), xycoords=("data", "axes fraction"), ha="center", va="bottom", color=GREY
        )
    for row, rung in enumerate(rungs.values()):
        ax.plot([rung.low, rung.high], [row, row], color="C0", linewidth=5, alpha=0.3, solid_capstyle="butt")
        ax.plot(rung.value, row, "o", color="C0")
        ax.annotate(
            f"{rung.value:.3f}", (rung.value, row), xytext=(0, 7), textcoords="offset points", ha="center"
        )
    ax.set_yticks(range(len(rungs)), list(rungs))
    ax.set(xlabel=xlabel, ylim=(-0.6, len(rungs) - 0.3))
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="x", alpha=0.2)
    return ax
