"""Reads `/llms.txt`, the list of all pages that a documentation site publishes for machines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from yarl import URL

from codegen.pages.sources import SiteError

MAX_PAGES = 2_000
"""A list with more entries is not one of a documentation that people write."""

_PAGE = ".md"
_OTHER_FILES = frozenset(
    {
        ".gif",
        ".ico",
        ".jpeg",
        ".jpg",
        ".json",
        ".pdf",
        ".png",
        ".svg",
        ".txt",
        ".webp",
        ".xml",
        ".yaml",
        ".yml",
        ".zip",
    }
)


class Link(msgspec.Struct, frozen=True):
    """A page in the list."""

    title: str
    address: str


class Index(msgspec.Struct, frozen=True):
    """The pages of a site."""

    links: tuple[Link, ...]
    """In the order of the list, each address once."""
    elsewhere: int
    """How many entries lead to other sites, or to what is no page."""


def read_index(content: bytes, address: str) -> Index:
    """Read the list of pages.

    Args:
        content: the file `llms.txt`.
        address: where it came from; relative links are relative to it.

    Returns:
        The pages of the same origin, by the addresses of their Markdown.

    Raises:
        SiteError: it is no list of links.
    """
    base = URL(address)
    links: dict[str, Link] = {}
    elsewhere = 0
    for title, target in _entries(_text(content, address)):
        page = _page(base, target)
        if page is None:
            elsewhere += 1
        else:
            links.setdefault(page, Link(title, page))
    if not links:
        raise SiteError(
            f"{address} lists no page of {base.origin()}; "
            "give the address at which the documentation publishes its llms.txt, or saved pages with --pages"
        )
    if len(links) > MAX_PAGES:
        raise SiteError(f"{address} lists {len(links)} pages; more than {MAX_PAGES} are not read")
    return Index(tuple(links.values()), elsewhere)


def _text(content: bytes, address: str) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteError(f"{address} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    if not text.strip():
        raise SiteError(f"{address} is empty; it should list the pages of the documentation")
    if text.lstrip()[:100].lower().startswith(("<!doctype html", "<html")):
        raise SiteError(
            f"{address} is an HTML page, not a list of pages; give the address of the documentation itself, "
            "or saved pages with --pages"
        )
    return text


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Title and target of every link in the lists of a Markdown text."""
    depth = 0
    for token in MarkdownIt("commonmark").parse(text):
        if token.type in ("list_item_open", "list_item_close"):
            depth += token.nesting
        elif depth and token.children:
            yield from _links(token.children)


def _links(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    target: str | None = None
    words: list[str] = []
    for token in tokens:
        if token.type == "link_open":
            target, words = str(token.attrGet("href") or ""), []
        elif token.type == "link_close" and target is not None:
            yield " ".join("".join(words).split()), target
            target = None
        elif target is not None:
            words.append(" " if token.type in ("softbreak", "hardbreak") else token.content)


def _page(base: URL, target: str) -> str | None:
    """Address of a page's Markdown; None for what is on another site or no page."""
    try:
        address = base.join(URL(target, encoded=True))
        if _origin(address) != _origin(base) or address.user is not None:
            return None
    except ValueError:
        return None
    path = address.path.rstrip("/")
    ending = PurePosixPath(path).suffix.lower()
    if not path or ending in _OTHER_FILES:
        return None
    raw = address.raw_path.rstrip("/") + ("" if ending == _PAGE else _PAGE)
    # In the list's own spelling of the origin, so that a page is known again however it is linked.
    page = base.origin().with_path(raw, encoded=True)
    return str(page) + (f"?{address.raw_query_string}" if address.raw_query_string else "")


def _origin(address: URL) -> tuple[str, str | None, int | None]:
    return address.scheme, address.host, address.port
