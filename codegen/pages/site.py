"""Gets pages: all that a site lists in its `/llms.txt`, some by their addresses, or files of saved ones."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import anyio
import msgspec
from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from yarl import URL

from codegen.pages.fetching import TIMEOUT, Fetcher, FetchError, SiteError, Sleep, open_fetcher
from codegen.pages.markdown import MAX_BYTES

INDEX: Final = "llms.txt"
_PAGE = ".md"
_OTHER_FILE = re.compile(r"\.(?!md$)[a-z]{2,5}$", re.IGNORECASE)
"""How a path ends that leads to an image or to data; `/v1.2` is a page."""


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it came, or why it could not be had."""

    source: str
    """Address of the page, or name of the file."""
    content: bytes = b""
    problem: str = ""
    """Why there is no content, and what to do about it; empty for a page that came."""
    title: str | None = None
    """What the site's list of pages calls it; None for others."""


async def fetch_site(
    url: str,
    *,
    cache: Path | None = None,
    concurrency: int = 4,
    timeout: float = TIMEOUT,
    sleep: Sleep = anyio.sleep,
) -> list[Fetched]:
    """Get all pages that a documentation site lists in its `llms.txt`, some at the same time.

    The cache is a folder in which they are kept, so that next time the site sends only what has changed; the
    timeout is for one attempt, in seconds.

    Raises:
        SiteError: there is no list of pages to begin with, or the cache cannot be used.
    """
    site = _address(url)
    path = site.raw_path.rstrip("/")
    index = str(site.with_path(path if path.endswith(f"/{INDEX}") else f"{path}/{INDEX}", encoded=True))
    async with open_fetcher(cache, timeout, sleep) as fetcher:
        try:
            pages = read_index(await fetcher.get(index), index)
        except FetchError as error:
            raise SiteError(f"{index}: {error}") from None
        return await _all(fetcher, pages, concurrency)


async def fetch_pages(addresses: Sequence[str], *, sleep: Sleep = anyio.sleep) -> list[Fetched]:
    """Get pages by their addresses; one without `.md` is asked for with it.

    Raises:
        SiteError: an address is none.
    """
    pages = {_markdown_address(_address(address)): None for address in addresses}
    async with open_fetcher(None, TIMEOUT, sleep) as fetcher:
        return await _all(fetcher, pages, concurrency=4)


async def _all(fetcher: Fetcher, pages: Mapping[str, str | None], concurrency: int) -> list[Fetched]:
    found: dict[str, Fetched] = {}
    limiter = anyio.CapacityLimiter(concurrency)

    async def fetch(address: str, title: str | None) -> None:
        # A page that waits before another attempt keeps its turn: a site in trouble is asked for less.
        async with limiter:
            try:
                found[address] = Fetched(source=address, title=title, content=await fetcher.get(address))
            except FetchError as error:
                found[address] = Fetched(source=address, title=title, problem=str(error))

    async with anyio.create_task_group() as tasks:
        for address, title in pages.items():
            tasks.start_soon(fetch, address, title)
    return [found[address] for address in pages]


def _address(url: str) -> URL:
    try:
        site = URL(url.strip())
        usable = site.scheme in ("http", "https") and bool(site.host)
    except ValueError:
        usable, site = False, URL()
    if not usable:
        raise SiteError(
            f"{url!r} is no address: that begins with https://; saved pages are read with --pages"
        )
    if site.user is not None or site.password is not None:
        raise SiteError("the address must not hold a user name or a password; it would be printed")
    return site


def read_index(content: bytes, address: str) -> dict[str, str]:
    """Read a site's `llms.txt`, a Markdown text with lists of links: the titles of the pages of the same
    origin by the addresses of their Markdown, in the order of the list.

    Raises:
        SiteError: it is no list of links.
    """
    base = URL(address)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteError(f"{address} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    pages: dict[str, str] = {}
    for title, target in _entries(text):
        page = _page(base, target)
        if page is not None:
            pages.setdefault(page, title)
    if not pages:
        raise SiteError(
            f"{address} lists no page of {base.origin()}; "
            "give the address at which the documentation publishes its llms.txt, or saved pages with --pages"
        )
    return pages


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Title and target of every link in the lists of a Markdown text."""
    tree = SyntaxTreeNode(MarkdownIt("commonmark").parse(text))
    lists = (node for node in tree.children if node.type in ("bullet_list", "ordered_list"))
    for link in (node for each in lists for node in each.walk() if node.type == "link"):
        words = "".join(part.content or " " for part in link.walk() if not part.children)
        yield " ".join(words.split()), str(link.attrGet("href") or "")


def _page(base: URL, target: str) -> str | None:
    """Address of a page's Markdown; None for what is on another site or no page."""
    try:
        address = base.join(URL(target, encoded=True))
        if str(address.origin()) != str(base.origin()) or address.user is not None:
            return None
    except ValueError:
        return None
    path = address.path.rstrip("/")
    if not path or _OTHER_FILE.search(path):
        return None
    return _markdown_address(address)


def _markdown_address(address: URL) -> str:
    path = address.raw_path.rstrip("/")
    page = path if path.lower().endswith(_PAGE) else path + _PAGE
    return str(address.with_path(page, encoded=True, keep_query=True))


def read_files(paths: Iterable[Path]) -> list[Fetched]:
    """Take saved pages, each once: files whatever their endings, and the Markdown in folders by name.

    Hidden files and folders are left. What could not be read comes with the reason.
    """
    pages: dict[str, Fetched] = {}
    for path in paths:
        # Path.is_dir raises what is to be said of the file
        for page in _folder(path) if os.path.isdir(path) else [_read(path)]:  # noqa: PTH112
            pages.setdefault(page.source, page)
    return list(pages.values())


def _folder(path: Path) -> Iterator[Fetched]:
    problems: list[OSError] = []
    found: list[Path] = []
    for base, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [Path(base, n) for n in names if n.lower().endswith(_PAGE) and not n.startswith(".")]
    for error in problems:
        problem = f"this folder cannot be searched: {error.strerror}"
        yield Fetched(source=str(error.filename or path), problem=problem)
    if not found and not problems:
        yield Fetched(source=str(path), problem=f"this folder holds no page: no file that ends in {_PAGE}")
    yield from map(_read, sorted(found, key=Path.as_posix))


def _read(file: Path) -> Fetched:
    try:
        with file.open("rb") as stream:
            return Fetched(source=str(file), content=stream.read(MAX_BYTES + 1))
    except (OSError, ValueError) as error:
        problem = f"this file cannot be read: {getattr(error, 'strerror', None) or error}; check the path"
        return Fetched(source=str(file), problem=problem)
