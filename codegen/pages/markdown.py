"""A Markdown page: a title, and one fenced block of YAML that holds the endpoint's OpenAPI document."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt

from codegen.documents import Json
from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.hostile_yaml import HostileYamlError, load_hostile_yaml
from codegen.pages.openapi import Surroundings, read_document
from codegen.pages.remarks import Remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

HEADING = "openapi specification"

_BLOCKS = MarkdownIt("commonmark").disable(["inline", "list", "blockquote", "reference"])
"""Finds headings and fences, which is all that is needed; the other rules are slow on hostile text."""
_MARKDOWN = re.compile(
    r"^#{1,6}[ \t]+openapi specification|^ {0,3}(?:```|~~~)[ \t]*ya?ml\b", re.IGNORECASE | re.MULTILINE
)
_PROSE: Final = "this page documents no endpoint: it has no OpenAPI document"
_OPENAPI = re.compile(r"^[\"']?openapi[\"']?[ \t]*:", re.MULTILINE)
_MODIFIED = re.compile(r"^\W{0,10}(?:Last modified:?|Modified at:?)\W{0,10}(\w.{0,60})", re.IGNORECASE)


def looks_like_markdown(text: str) -> bool:
    """Whether a page is Markdown: it begins with a heading, or has what only Markdown pages have."""
    if re.match(r"\s{0,100}#{1,6}[ \t]+\S", text):
        return True
    return _MARKDOWN.search(text) is not None


def read_markdown(source: str, text: str) -> PageFacts:
    """Read a Markdown page.

    Args:
        source: name of the file, or address of the page.
        text: the page, its lines ending in line feeds.

    Returns:
        Its facts.

    Raises:
        NotAnEndpoint: a page without an OpenAPI document.
        PageError: its document is missing, there twice, not closed, or cannot be read.
    """
    if not _MARKDOWN.search(text):
        raise NotAnEndpoint(source, _PROSE)
    tokens = _BLOCKS.parse(text)
    lines = text.split("\n")
    headings = _headings(tokens)
    fence = _fence(source, tokens, headings, lines)
    remarks = Remarks()
    begin, end = fence.map or [0, 0]
    around = Surroundings(
        source=source,
        title=next((title for level, title, line in headings if level == 1 and line < begin), ""),
        last_modified=_modified(lines[:begin] + lines[end:]),
    )
    return read_document(_loaded(source, fence, begin + 1), around, remarks)


def _headings(tokens: Sequence[Token]) -> list[tuple[int, str, int]]:
    """Level, text and line (from 0) of each heading."""
    return [
        (int(token.tag[1]), _unescaped(words.content), (token.map or [0])[0])
        for token, words in pairwise(tokens)
        if token.type == "heading_open"
    ]


def _fence(
    source: str, tokens: Sequence[Token], headings: Sequence[tuple[int, str, int]], lines: Sequence[str]
) -> Token:
    """The block that holds the OpenAPI document."""
    fences = [token for token in tokens if token.type == "fence" and _language(token) in ("yaml", "yml")]
    start = next((line for _, title, line in headings if title.lower() == HEADING), None)
    if start is None:
        found = [token for token in fences if _OPENAPI.search(token.content)]
        if not found:
            raise NotAnEndpoint(source, _PROSE)
    else:
        end = next((line for level, _, line in headings if line > start and level <= 2), len(lines))
        found = [token for token in fences if token.map and start < token.map[0] < end]
    if not found:
        message = "no block marked yaml follows the heading; the page is broken off, download it again"
        raise PageError(source, message, f"line {(start or 0) + 1}")
    if len(found) > 1:
        at = (found[1].map or [0])[0] + 1
        raise PageError(source, "a second block marked yaml begins here; a page has one", f"line {at}")
    begin, after = found[0].map or [0, 0]
    closing = lines[after - 1].strip(" \t>")
    if after - 1 == begin or not closing.startswith(found[0].markup) or closing.strip(found[0].markup[0]):
        message = "the block that begins here is not closed; the page is broken off, download it again"
        raise PageError(source, message, f"line {begin + 1}")
    return found[0]


def _language(fence: Token) -> str:
    return (fence.info.split() or [""])[0].lower()


def _loaded(source: str, fence: Token, before: int) -> Json:
    try:
        return load_hostile_yaml(fence.content)
    except HostileYamlError as error:
        place = f"line {error.line + before}" if error.line else f"line {before}"
        raise PageError(source, error.message, place) from None


def _modified(lines: Sequence[str]) -> str | None:
    """The date that the text around the document gives."""
    found = (_MODIFIED.match(line) for line in lines)
    return next((match[1].strip() for match in found if match), None)


def _unescaped(words: str) -> str:
    r"""Heading text without Markdown's escapes: `Buy \(Gold\)` is `Buy (Gold)`."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", words).strip()
