"""A page saved as HTML: its text, in lines as a browser shows them, read as a page of text."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from codegen.pages.facts import Form, NotAnEndpoint, PageError, PageFacts
from codegen.pages.htmltext import text_of
from codegen.pages.pagetext import read_text
from codegen.pages.remarks import quoted

_MAX_DEPTH: Final = 5000
"""Elements inside each other; the parser's time grows with the square of it. No honest page has 200."""
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,40})")
_CLOSED_BY_OTHERS: Final = frozenset({
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr", "p",
    "li", "dt", "dd", "option", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup",
})  # fmt: skip
_ERROR_TITLE = re.compile(
    r"(?:error )?[45][0-9]{2}\b.*|just a moment.*|attention required.*|access denied.*|"
    r".*\b(?:bad gateway|not found|service unavailable|gateway time-?out|internal server error|forbidden)",
    re.IGNORECASE,
)
_PAGE_ID = re.compile(r"/(api-[0-9]{1,20})(?![0-9A-Za-z])")
_SHELL: Final = 400
"""Characters of text below which a page with scripts is taken for one that scripts fill."""


def read_html(source: str, text: str, vocabulary: Collection[str] = ()) -> PageFacts:
    """Read a page saved as HTML.

    Args:
        source: name of the file, or address of the page.
        text: the HTML.
        vocabulary: values known to be allowed values of some field.

    Returns:
        Its facts.

    Raises:
        NotAnEndpoint: the page documents no endpoint.
        PageError: it is the error page of a server, it is empty until scripts fill it, or it breaks off.
    """
    _check_depth(source, text)
    tree = LexborHTMLParser(text)
    title = _words(tree, "title")
    if _ERROR_TITLE.fullmatch(title[:300]):
        message = f"this is an error page of a web server, {quoted(title)}; download the page again"
        raise PageError(source, message)
    has_scripts = tree.css_first("script") is not None
    heading = _words(tree, "h1")
    page = _page_id(tree)
    lines = text_of(tree)
    try:
        return read_text(source, lines, vocabulary, form=Form.HTML, page=page, title=heading)
    except NotAnEndpoint:
        if has_scripts and len("".join(lines.split())) < _SHELL:
            message = "this HTML has no content before scripts fill it; save the page from a browser"
            raise PageError(source, f"{message}, or take its Markdown form") from None
        raise


def _check_depth(source: str, text: str) -> None:
    """Refuse HTML that the parser would take minutes for."""
    depth = 0
    for found in _TAG.finditer(text):
        if found[2].lower() in _CLOSED_BY_OTHERS:
            continue
        depth = max(0, depth - 1) if found[1] else depth + 1
        if depth > _MAX_DEPTH:
            line = text.count("\n", 0, found.start()) + 1
            message = f"more than {_MAX_DEPTH} elements inside each other are not read"
            raise PageError(source, message, f"line {line}")


def _words(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join(node.text().split()) if node is not None else ""


def _page_id(tree: LexborHTMLParser) -> str | None:
    """`api-NUMBER` from the address that the page gives as its own."""
    for selector, attribute in (('link[rel="canonical"]', "href"), ('meta[property="og:url"]', "content")):
        node = tree.css_first(selector)
        address = node.attributes.get(attribute) if node is not None else None
        found = _PAGE_ID.search(address or "")
        if found:
            return found[1]
    return None
