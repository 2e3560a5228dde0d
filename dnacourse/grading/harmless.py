"""What a submission may show a teacher: text, tables and pictures, and nothing that runs in a browser."""

import re
from typing import Any

import bleach
from bleach.css_sanitizer import CSSSanitizer
from nbconvert.preprocessors import Preprocessor
from nbformat.notebooknode import NotebookNode
from traitlets import Bool

TAGS = frozenset({
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details", "div", "dl", "dt",
    "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "mark", "ol", "p", "pre",
    "s", "samp", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr",
    "u", "ul", "var",
})  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"}, "img": {"alt", "title", "width", "height"}, "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"}, "ol": {"start"}, "details": {"open"},
}  # fmt: skip
_EVERYWHERE = {"align", "class", "style"}
_PICTURE = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*\Z")
_STYLES = CSSSanitizer(
    allowed_css_properties=["text-align", "text-decoration", "font-weight", "font-style", "width", "height"]
)
_RUNS = re.compile(r"(?i)\b(javascript|vbscript)\s*:")
_SPELT = re.compile(r"(?i)&(?:amp;)*(?=#|colon;|tab;|newline;)")  # a letter or colon in disguise, for links
_PLAIN = {"text/plain", "image/png", "image/jpeg", "image/gif", "image/webp"}
CSP = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; img-src data:; '
    "style-src 'unsafe-inline'; font-src data:\">"
)
"""Tells a browser to run no script on a page, and to fetch nothing."""


class HarmlessSubmission(Preprocessor):
    """Clean the markdown and the outputs of an executed submission; code is shown as text anyway.

    HTML is kept by a list of what is allowed. What is not on it is shown as the text that it is, so that a
    teacher sees what was tried; outputs of kinds that a page would run, or draw as SVG, are left out.
    """

    enabled = Bool(True).tag(config=True)

    def preprocess_cell(self, cell: NotebookNode, resources: Any, index: int) -> Any:
        """One cell, cleaned in place."""
        if cell.cell_type == "markdown":
            cell.source = harmless(cell.source)
        elif cell.cell_type == "raw":
            cell.metadata.pop("raw_mimetype", None)
            cell.metadata.pop("format", None)
            cell.source = harmless(cell.source)
        for bundle in cell.get("attachments", {}).values():
            _keep_pictures(bundle)
        for output in cell.get("outputs", []):
            if "data" in output:
                output.data = _clean(output.data)
        return cell, resources


def harmless(text: str) -> str:
    """HTML, or markdown with HTML in it, without what runs or reaches out.

    A text without a tag, an entity or a script's address, however spelt, is returned as it is, to the letter.
    """
    text = _RUNS.sub(r"\1 -", _SPELT.sub("& ", text))
    if not re.search(r"<[a-zA-Z/!?]|&[#\w]+;", text):
        return text
    protocols = {"http", "https", "mailto", "data", "attachment"}
    return bleach.clean(text, TAGS, _allowed, protocols, css_sanitizer=_STYLES)


def _allowed(tag: str, name: str, value: str) -> bool:
    if (tag, name) == ("img", "src"):
        return bool(_PICTURE.match(value)) or value.startswith("attachment:")
    if (tag, name) == ("a", "href"):
        return not value.strip().lower().startswith("data:")
    return name in _EVERYWHERE or name in _ATTRIBUTES.get(tag, set())


def _clean(data: NotebookNode) -> NotebookNode:
    """An output's forms: those that are text or pictures of dots, and cleaned HTML."""
    kept = NotebookNode({kind: value for kind, value in data.items() if kind in _PLAIN})
    for kind in ("text/html", "text/markdown"):
        if kind in data:
            kept[kind] = harmless("".join(data[kind]))
    if not kept:
        kept["text/plain"] = f"(an output of the kind {', '.join(sorted(data))} is not shown)"
    return kept


def _keep_pictures(bundle: NotebookNode) -> None:
    for kind in [kind for kind in bundle if kind not in _PLAIN]:
        del bundle[kind]
