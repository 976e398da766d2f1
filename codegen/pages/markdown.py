"""A page in Markdown: a title, and one fenced block of YAML that holds the endpoint's OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

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
_YAML = re.compile(r"\s*ya?ml(\s|$)", re.IGNORECASE)
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
    blocks = SyntaxTreeNode(_BLOCKS.parse(text)).children
    lines = text.split("\n")
    fence = _fence(source, blocks, lines)
    begin, end = fence.map or (0, 0)
    modified = (_MODIFIED.match(line) for line in lines[:begin] + lines[end:])
    last_modified = next((match[1].strip() for match in modified if match), None)
    title = next((_words(each) for each in blocks if each.tag == "h1" and _line(each) < begin), "")
    document = load_hostile_yaml(fence.content, source, begin + 2)
    return read_operation(document, source, title, last_modified)


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


def _fence(source: str, blocks: Sequence[SyntaxTreeNode], lines: Sequence[str]) -> SyntaxTreeNode:
    """The block that holds the OpenAPI document."""
    headings = [block for block in blocks if block.type == "heading"]
    fences = [each for each in blocks if each.type == "fence" and _YAML.match(each.info)]
    start = next((_line(each) for each in headings if _words(each).lower() == HEADING), None)
    if start is None:
        found = [fence for fence in fences if _OPENAPI.search(fence.content)]
        if not found:
            raise NotAnEndpoint(source, _PROSE)
    else:
        ends = (_line(each) for each in headings if _line(each) > start and each.tag in ("h1", "h2"))
        end = next(ends, len(lines))
        found = [fence for fence in fences if start < _line(fence) < end]
    if not found:
        message = "no block marked yaml follows the heading; the page is broken off, download it again"
        raise PageError(source, message, f"line {(start or 0) + 1}")
    if len(found) > 1:
        message = "a second block marked yaml begins here; a page has one"
        raise PageError(source, message, f"line {_line(found[1]) + 1}")
    begin, after = found[0].map or (0, 0)
    closing = lines[after - 1].strip(" \t>")
    if after - 1 == begin or not closing.startswith(found[0].markup) or closing.strip(found[0].markup[0]):
        message = "the block that begins here is not closed; the page is broken off, download it again"
        raise PageError(source, message, f"line {begin + 1}")
    return found[0]


def _line(block: SyntaxTreeNode) -> int:
    """The line at which a block begins, from 0."""
    return block.map[0] if block.map else 0


def _words(heading: SyntaxTreeNode) -> str:
    r"""The text of a heading; `Buy \(Gold\)` is `Buy (Gold)`."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", heading.children[0].content).strip()
