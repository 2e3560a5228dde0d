"""Figures in a notebook's prose, and where each of them stands in what the notebook has measured."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from dnacourse.reach import as_code

FIGURE = re.compile(r"(?<![\w.,/^-])[-−]?(\d{1,3}(?:,\d{3})+|\d*\.\d+|\d+(?= ?%))( ?%)?(?![\w]|\.\d)")
PRINTED = re.compile(r"(?<![\w.])[-−]?(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.?\d*(?:e-?\d+)?|\.\d+)( ?%)?")
SOURCE = re.compile(r"doi\.org|doi:|https?://|et al\.|\b(19|20)\d\d\b")
QUIZ = re.compile(r"\*\*\d+\.\*\*.*?(?=<details>)", re.DOTALL)  # a question may suppose what it likes
LARGE = re.compile(r"\s(million|thousand|GB|MB|KB)\b")
NOT_PROSE = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|\$[^$\n]*\$|\]\([^)]*\)|<[^>]+>", re.DOTALL)


@dataclass(frozen=True)
class Number:
    """A figure as it is written: its value, its digits behind the point, whether it is a share of a hundred."""

    value: float
    digits: int
    percent: bool

    @classmethod
    def of(cls, text: str, percent: bool) -> "Number":
        plain = text.replace(",", "")
        _, _, behind = plain.partition(".")
        digits = 12 if "e" in plain else len(behind)
        return cls(float(plain), digits, percent)

    def stands_for(self, claim: "Number") -> bool:
        """Whether a claim is this number, or this number rounded."""
        value, digits = self.value, self.digits
        if self.percent != claim.percent:
            value, digits = (value / 100, digits + 2) if self.percent else (value * 100, max(digits - 2, 0))
            digits = -1 if not self.percent and self.digits < 2 else digits  # 0.2 is 20 %, and not 21 %
        exact = abs(value - claim.value) < 1e-9
        return exact or (
            digits >= claim.digits and abs(value - claim.value) <= 0.5 * 10**-claim.digits + 1e-9
        )


def numbers(text: str, pattern: re.Pattern = PRINTED) -> Iterator[tuple[str, Number]]:
    for found in pattern.finditer(text):
        yield found[0].strip(), Number.of(found[1], bool(found[2]))


def is_round(number: Number) -> bool:
    """A whole number of hundreds is a setting or a rough size."""
    return not number.percent and not number.digits and number.value % 100 == 0


def prose(notebook) -> Iterator[str]:
    """Paragraphs, and the texts in place of pictures."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield from re.split(r"\n\s*\n|\n(?=[-*] |\d\. )", cell.source)
        for output in cell.get("outputs", []):
            yield from re.findall(r'alt="([^"]*)"', output.get("data", {}).get("text/html", ""))


def evidence(notebook, results: dict[str, str]) -> set[Number]:
    """Every number in stored outputs, in results that are read, and in the code itself (a setting)."""
    found = set()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            shown = "".join(data.get(kind, "") for kind in ("text/plain", "text/html", "text/markdown"))
            found |= {
                number
                for _, number in numbers(
                    re.sub(r'alt="[^"]*"|src="[^"]*"', "", output.get("text", "") + shown)
                )
            }
    code = as_code(cell.source for cell in notebook.cells if cell.cell_type == "code")
    for node in _without_asserts(ast.parse(code)):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, int | float)
            and not isinstance(node.value, bool)
        ):
            found |= {
                number
                for _, number in numbers(
                    f"{node.value:,}" if isinstance(node.value, int) else repr(node.value)
                )
            }
    for name in re.findall(r"reproduced\([\"'](\w+)[\"']\)", code):
        found |= {number for _, number in numbers(results[name])}
    return found


def _without_asserts(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those of assertions: a bound is not what was measured."""
    yield tree
    for child in ast.iter_child_nodes(tree):
        if not isinstance(child, ast.Assert):
            yield from _without_asserts(child)


def unfounded(notebook, results: dict[str, str]) -> list[str]:
    """The figures in the prose that stand nowhere, each with the words around it."""
    there = evidence(notebook, results)
    known: dict[Number, bool] = {}
    lines = []
    for paragraph in prose(notebook):
        if SOURCE.search(paragraph):
            continue
        plain = NOT_PROSE.sub(" ", QUIZ.sub(" ", paragraph))
        for text, claim in numbers(plain, FIGURE):
            if LARGE.match(plain, plain.find(text) + len(text)) or is_round(claim):
                continue
            if claim not in known:
                known[claim] = any(one.stands_for(claim) for one in there)
            if not known[claim]:
                place = plain.find(text)
                around = " ".join(plain[max(0, place - 50) : place + 40].split())
                lines.append(f"{text!r} in: …{around}…")
    return lines
