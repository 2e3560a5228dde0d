"""The pages that a teacher opens after grading."""

import html
from pathlib import Path
from urllib.parse import quote

import pandas as pd

from dnacourse.grading.harmless import CSP
from dnacourse.grading.sandbox import isolation

STYLE = "body{font-family:sans-serif;margin:2em}td,th{padding:.3em .8em;text-align:left}"


def write_summary(path: Path, lab: str, table: pd.DataFrame, passed_over: list[str]) -> None:
    """The grades, links to the feedback pages, and what was not isolated."""
    shown = table.copy()
    shown["feedback"] = [f'<a href="{quote(page)}">feedback</a>' for page in table["feedback"]]
    for column in ("student", "note"):
        shown[column] = shown[column].map(html.escape)
    lines = "".join(f"<li>{html.escape(line)}</li>" for line in passed_over)
    text = f"<p>{isolation()}</p>" + (f"<p>Passed over:</p><ul>{lines}</ul>" if lines else "")
    write_page(path, f"Grades of {lab}", text + shown.to_html(index=False, escape=False, na_rep=""))


def no_formulas(table: pd.DataFrame) -> pd.DataFrame:
    """The table for a spreadsheet: a text that one would take for a formula gets an apostrophe in front."""
    shown = table.copy()
    for column in ("student", "note"):
        shown[column] = shown[column].str.replace(r"^(?=[=+@\t])", "'", regex=True)
    return shown


def write_page(path: Path, title: str, body: str) -> None:
    """A page of HTML; `title` is escaped, `body` is not."""
    title = html.escape(title)
    head = f'<!doctype html><html lang="en"><meta charset="utf-8">{CSP}<title>{title}</title><style>{STYLE}</style>'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}<h1>{title}</h1>{body}</html>\n", encoding="utf-8")


def forbid_scripts(path: Path) -> None:
    """Tell browsers to run nothing on a page that nbgrader has written."""
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("<head>", f"<head>{CSP}", 1), encoding="utf-8")
