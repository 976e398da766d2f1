"""A page in Markdown: a title, and one fenced block of YAML that holds the endpoint's OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.hostile_yaml import load_hostile_yaml
from codegen.pages.operation import read_operation

MAX_BYTES: Final = 4 * 1024 * 1024
"""Size of a page; the largest known has 1.9 megabytes."""
HEADING: Final = "openapi specification"

_NO_MARKDOWN: Final = (
    "this is no Markdown page of the documentation: the site has it at the page's address with .md at the end"
)
_PROSE: Final = "this page documents no endpoint: it has no OpenAPI document"
_BLOCKS = MarkdownIt("commonmark").disable(["inline", "list", "blockquote", "reference"])
"""Finds headings and fences, which is all that is needed; the other rules are slow on hostile text."""
_MARKDOWN = re.compile(
    r"^#{1,6}[ \t]+openapi specification|^ {0,3}(?:```|~~~)[ \t]*ya?ml\b", re.IGNORECASE | re.MULTILINE
)
_HEADED = re.compile(r"\s{0,100}#{1,6}[ \t]+\S")
_OPENAPI = re.compile(r"^[\"']?openapi[\"']?[ \t]*:", re.MULTILINE)
_MODIFIED = re.compile(r"^\W{0,10}(?:Last modified:?|Modified at:?)\W{0,10}(\w.{0,60})", re.IGNORECASE)


def read_page(source: str, content: bytes) -> PageFacts:
    """Read one page of the documentation.

    Args:
        source: name of the file, or address of the page, as messages show it.
        content: the bytes of the page: UTF-8, with or without a byte order mark.

    Returns:
        What the page says. Whatever could not be read is among its remarks.

    Raises:
        NotAnEndpoint: the page is whole, but documents no endpoint.
        PageError: it is no Markdown page, or its document is missing, there twice, not closed, or unreadable.
    """
    text = _decoded(source, content)
    if not _MARKDOWN.search(text):
        if not _HEADED.match(text) or _OPENAPI.search(text):
            raise PageError(source, _NO_MARKDOWN)
        raise NotAnEndpoint(source, _PROSE)
    tokens = _BLOCKS.parse(text)
    lines = text.split("\n")
    headings = _headings(tokens)
    fence = _fence(source, tokens, headings, lines)
    begin, end = fence.map or [0, 0]
    modified = (_MODIFIED.match(line) for line in lines[:begin] + lines[end:])
    title = next((title for level, title, line in headings if level == 1 and line < begin), "")
    last_modified = next((match[1].strip() for match in modified if match), None)
    return read_operation(load_hostile_yaml(fence.content, source, begin + 2), source, title, last_modified)


def _decoded(source: str, content: bytes) -> str:
    r"""The text of a page. Lines end in `\n`, whatever system the page was saved on."""
    if len(content) > MAX_BYTES:
        raise PageError(source, f"the page has {len(content)} bytes; more than {MAX_BYTES} are not read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError(source, f"{_NO_MARKDOWN} ({error.reason})", f"byte {error.start}") from None
    if "\x00" in text:
        raise PageError(source, f"{_NO_MARKDOWN} (it holds a NUL byte)", f"byte {content.index(0)}")
    if not text.strip():
        raise PageError(source, "the page is empty; download it again")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _headings(tokens: Sequence[Token]) -> list[tuple[int, str, int]]:
    r"""Level, text and line (from 0) of each heading; `Buy \(Gold\)` is `Buy (Gold)`."""
    return [
        (
            int(token.tag[1]),
            re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", words.content).strip(),
            (token.map or [0])[0],
        )
        for token, words in pairwise(tokens)
        if token.type == "heading_open"
    ]


def _fence(
    source: str, tokens: Sequence[Token], headings: Sequence[tuple[int, str, int]], lines: Sequence[str]
) -> Token:
    """The block that holds the OpenAPI document."""
    fences = [t for t in tokens if t.type == "fence" and t.info.lower().split()[:1] in (["yaml"], ["yml"])]
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
