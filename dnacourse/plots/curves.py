"""Curves that judge predictions, each with the band that resampling gives it."""

from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from sklearn.metrics import precision_recall_curve, roc_curve

from dnacourse.metrics import with_ranks
from dnacourse.plots.palette import GREY

_POINTS = np.linspace(0, 1, 201)


def band(
    ax: Axes,
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    low: npt.ArrayLike,
    high: npt.ArrayLike,
    label: str,
    color: str,
) -> Axes:
    """A line with its interval as a shade, and its name at the right end instead of a legend.

    Args:
        ax: where to draw.
        x: (n,).
        y: (n,).
        low: (n,), lower end of the interval.
        high: (n,), upper end.
        label: name of the line.
        color: of line, shade and name.
    """
    ax.plot(x, y, color=color)
    ax.fill_between(np.asarray(x), low, high, color=color, alpha=0.2, linewidth=0)
    ax.annotate(
        label, (np.asarray(x)[-1], np.asarray(y)[-1]), xytext=(5, 0), textcoords="offset points", color=color,
        va="center", annotation_clip=False,
    )  # fmt: skip
    return ax


def ranking_curve(
    ax: Axes,
    y_true: npt.ArrayLike,
    y_score: npt.ArrayLike,
    label: str,
    color: str,
    kind: Literal["roc", "precision-recall"] = "roc",
    resamples: int = 100,
    random_state: int = 0,
) -> Axes:
    """A ROC or precision-recall curve with its bootstrap band, 95 %.

    Args:
        ax: where to draw.
        y_true: 0 or 1, (n,), both of them there.
        y_score: (n,).
        label: name of the model.
        color: of the curve.
        kind: which curve.
        resamples: test sets to draw for the band.
        random_state: seed.

    Raises:
        ValueError: several tasks, one class only, or as `metrics.auroc`.
    """
    true, score = with_ranks(y_true, y_score)
    if true.ndim != 1 or len(np.unique(true)) < 2:
        raise ValueError(
            f"a curve is of one task, (n,), in which both classes occur; here are {true.shape}, "
            f"{len(np.unique(true))} classes"
        )
    rng = np.random.default_rng(random_state)
    lines = [_line(true, score, kind)]
    while len(lines) <= resamples:
        rows = rng.integers(0, len(true), len(true))
        if 0 < true[rows].sum() < len(rows):
            lines.append(_line(true[rows], score[rows], kind))
    low, high = np.percentile(lines[1:], [2.5, 97.5], axis=0)
    ax.fill_between(_POINTS, low, high, color=color, alpha=0.2, linewidth=0)
    ax.plot(_POINTS, lines[0], color=color, label=label)
    chance = true.mean()
    if kind == "roc":
        ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
        ax.set(
            xlabel="share of negatives called (false positive rate)",
            ylabel="share of positives called (recall)",
        )
    else:
        ax.axhline(chance, color=GREY, linestyle=":", linewidth=1)
        ax.set(
            xlabel="share of positives called (recall)", ylabel="share of calls that are right (precision)"
        )
    ax.set(xlim=(0, 1), ylim=(0, 1.02))
    return ax


def _line(true: npt.NDArray, score: npt.NDArray, kind: str) -> npt.NDArray[np.float64]:
    if kind == "roc":
        x, y, _ = roc_curve(true, score)
    else:
        y, x, _ = precision_recall_curve(true, score)
        x, y = x[::-1], y[::-1]
    return np.interp(_POINTS, x, y)


def calibration_curve(ax: Axes, table: pd.DataFrame, label: str, color: str) -> Axes:
    """Observed against predicted, from `metrics.calibration`; dots grow with the count of their bin."""
    ax.plot([0, 1], [0, 1], color=GREY, linestyle=":", linewidth=1)
    ax.plot(table["predicted"], table["observed"], color=color, linewidth=1, label=label)
    sizes = 12 + 120 * table["count"] / table["count"].max()
    ax.scatter(table["predicted"], table["observed"], s=sizes, color=color, zorder=3)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel="predicted probability", ylabel="share that is positive")
    return ax
