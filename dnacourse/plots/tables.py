"""A table as a document, to print or to hand round."""

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

_A4 = (8.27, 11.69)
"""Inches, upright."""
_ROWS = 45


def table_pdf(table: pd.DataFrame, path: str | Path, title: str) -> int:
    """Write a table as PDF, 45 rows a page, with the title and its columns on each.

    Args:
        table: as it is to be read: numbers are shown with three digits behind the point, the index is not.
        path: of the file; a folder that is missing is made. It is written whole or not at all.
        title: of the document.

    Returns:
        How many pages it has.

    Raises:
        ValueError: a table without rows.
    """
    if table.empty:
        raise ValueError("the table has no rows")
    shown = table.map(lambda value: f"{value:.3f}" if isinstance(value, float) else str(value))
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_suffix(".writing")
    pages = range(0, len(shown), _ROWS)
    try:
        with PdfPages(scratch, metadata={"Title": title, "CreationDate": None}) as document:
            for number, first in enumerate(pages, start=1):
                figure = _page(shown.iloc[first : first + _ROWS], f"{title}\n(page {number} of {len(pages)})")
                document.savefig(figure)
                plt.close(figure)
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    return len(pages)


def _page(rows: pd.DataFrame, heading: str) -> Figure:
    figure, ax = plt.subplots(figsize=_A4)
    ax.axis("off")
    ax.set_title(heading, fontsize=10)
    drawn = ax.table(rows.to_numpy(), colLabels=list(rows.columns), cellLoc="left", loc="upper center")
    drawn.auto_set_font_size(False)
    drawn.set_fontsize(8)
    drawn.auto_set_column_width(range(len(rows.columns)))
    for (row, _), cell in drawn.get_celld().items():
        cell.set(edgecolor="0.8", height=1 / (_ROWS + 1))
        cell.set_text_props(weight="normal" if row else "bold")
    return figure
