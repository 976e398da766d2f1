"""A page in Markdown: a title, and one fenced block of YAML that holds the endpoint's OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.hostile_yaml import load_hostile_yaml
from codegen.pages.operation import read_operation

MAX_BYTES: Final = 4 * 1024 * 1024
"""Size of a page; the largest known has 1.9 megabytes."""

_NO_MARKDOWN: Final = (
    "this is no Markdown page of the documentation: the site has it at the page's address with .md at the end"
)
_BLOCKS = MarkdownIt("commonmark").disable(["inline", "list", "blockquote", "reference"])
"""Finds fences, which is all that is needed; the other rules are slow on hostile text."""
_HEADING = re.compile(r"^#{1,6}[ \t]+openapi specification[ \t]*$", re.IGNORECASE | re.MULTILINE)
_HEADED = re.compile(r"\s{0,100}#{1,6}[ \t]+\S")
_OPENAPI = re.compile(r"^[\"']?openapi[\"']?[ \t]*:", re.MULTILINE)
_YAML = re.compile(r"\s*ya?ml(\s|$)", re.IGNORECASE)
_TITLE = re.compile(r"#[ \t]+(.+)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MODIFIED = re.compile(r"\W{0,10}(?:Last modified:?|Modified at:?)\W{0,10}(\w.{0,60})", re.IGNORECASE)


def read_page(source: str, content: bytes) -> PageFacts:
    """Read one page of the documentation, UTF-8; what could not be read of it is among its remarks.

    Raises:
        NotAnEndpoint: the page is whole, but documents no endpoint.
        PageError: it is no Markdown page, or its document is missing, there twice, not closed, or unreadable.
    """
    text = _decoded(source, content)
    lines = text.split("\n")
    fence = _fence(source, text, lines)
    begin, end = fence.map or (0, 0)
    # `Buy \(Gold\)` is `Buy (Gold)`.
    title = _ESCAPED.sub(r"\1", _first(_TITLE, lines[:begin]) or "")
    last_modified = _first(_MODIFIED, lines[:begin] + lines[end:])
    return read_operation(load_hostile_yaml(fence.content, source, begin + 2), source, title, last_modified)


def _first(form: re.Pattern[str], lines: Iterable[str]) -> str | None:
    """What the first line of a form says."""
    return next((found[1].strip() for found in map(form.match, lines) if found), None)


def _decoded(source: str, content: bytes) -> str:
    r"""The text of a page. Lines end in `\n`, whatever system the page was saved on."""
    if len(content) > MAX_BYTES:
        raise PageError(source, f"the page has {len(content)} bytes; more than {MAX_BYTES} are not read")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PageError(source, f"{_NO_MARKDOWN} ({error.reason})", f"byte {error.start}") from None
    if not text.strip():
        raise PageError(source, "the page is empty; download it again")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _fence(source: str, text: str, lines: list[str]) -> Token:
    """The block that holds the OpenAPI document."""
    heading = _HEADING.search(text)
    start = text.count("\n", 0, heading.start()) if heading else len(lines)
    blocks = ((token, token.map or [0, 0]) for token in _BLOCKS.parse(text) if token.type == "fence")
    fences = [(token, place) for token, place in blocks if _YAML.match(token.info)]
    found = [each for each in fences if each[1][0] > start or _OPENAPI.search(each[0].content)]
    if not found and heading:
        message = "no block marked yaml follows the heading; the page is broken off, download it again"
        raise PageError(source, message, f"line {start + 1}")
    if not found and _HEADED.match(text) and not _OPENAPI.search(text):
        raise NotAnEndpoint(source, "this page documents no endpoint: it has no OpenAPI document")
    if not found:
        raise PageError(source, _NO_MARKDOWN)
    if len(found) > 1:
        message = "a second block marked yaml begins here; a page has one"
        raise PageError(source, message, f"line {found[1][1][0] + 1}")
    fence, (begin, after) = found[0]
    closing = lines[after - 1].strip(" \t>")
    if after - 1 == begin or not closing.startswith(fence.markup) or closing.strip(fence.markup[0]):
        message = "the block that begins here is not closed; the page is broken off, download it again"
        raise PageError(source, message, f"line {begin + 1}")
    return fence
