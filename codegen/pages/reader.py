"""Reads a page in whichever form it was saved."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import cast

from codegen.pages.decoding import decode_page
from codegen.pages.facts import PageError, PageFacts
from codegen.pages.html import read_html
from codegen.pages.markdown import looks_like_markdown, read_markdown
from codegen.pages.pagetext import read_text
from codegen.pages.remarks import quoted

_HTML = re.compile(
    r"\s{0,1000}<(?:!doctype\s+html\b|!--|\?xml\b|(?:html|head|body|meta|title|div)\b)", re.IGNORECASE
)
_SAID = ("errorMessage", "error_message", "message", "error", "detail", "title")


def read_page(source: str, content: bytes, *, vocabulary: Collection[str] = ()) -> PageFacts:
    """Read one page of the documentation, whichever of its three forms it is in.

    The form is told from the content, not from the name: Markdown with an OpenAPI document, text as copied
    from a browser, or saved HTML.

    Args:
        source: name of the file, or address of the page, as messages show it.
        content: the bytes of the page.
        vocabulary: values known to be allowed values of some field. Pages as text print the allowed values
            run together; a text that these values split in one way only is split for certain.

    Returns:
        What the page says. Whatever could not be read, or only with a guess, is among its remarks.

    Raises:
        NotAnEndpoint: the page is whole, but documents no endpoint.
        PageError: the page cannot be read; the message says why and where.
    """
    text = decode_page(source, content)
    if _HTML.match(text):
        return read_html(source, text, vocabulary)
    if text.lstrip()[:1] in ("{", "["):
        _refuse_json(source, text)
    if looks_like_markdown(text):
        return read_markdown(source, text)
    return read_text(source, text, vocabulary)


def _refuse_json(source: str, text: str) -> None:
    """An error body that a server sent in the place of a page."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        return
    said = cast("dict[str, object]", body) if isinstance(body, dict) else {}
    words = next((said[key] for key in _SAID if isinstance(said.get(key), str)), None)
    what = f"it says {quoted(words)}" if words else "probably an error of the server"
    raise PageError(source, f"this is JSON, not a page of the documentation: {what}; download the page again")
