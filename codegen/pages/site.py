"""Gets pages: all that a site lists in its `/llms.txt`, some by their addresses, or files of saved ones."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path, PurePosixPath
from typing import Final

import aiohttp
import anyio
import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from yarl import URL

from codegen.pages.fetching import Cache, Fetcher, FetchError, Manners, SiteError
from codegen.pages.markdown import MAX_BYTES

INDEX: Final = "llms.txt"
MAX_PAGES: Final = 2_000
"""A list with more entries is not one of a documentation that people write."""
_AGENT = "minted-async-codegen (compares the documentation with the SDK's spec)"
_PAGE = ".md"
_OTHER_FILES = (
    *(".gif", ".ico", ".jpeg", ".jpg", ".json", ".pdf", ".png"),
    *(".svg", ".txt", ".webp", ".xml", ".yaml", ".yml"),
)
_CACHES = frozenset({"__pycache__", "node_modules"})


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """A page as it came, or why it could not be had."""

    source: str
    """Address of the page, or name of the file."""
    content: bytes = b""
    problem: str = ""
    """Why there is no content, and what to do about it; empty for a page that came."""
    title: str | None = None
    """What the site's list of pages calls it; None for others."""


class Link(msgspec.Struct, frozen=True):
    """A page in a site's list."""

    title: str | None
    address: str


Progress = Callable[[int, int], None]
"""Is told how many pages are done, and of how many: once when the list is read, and after every page."""


async def fetch_site(
    url: str,
    *,
    cache: Path | None = None,
    concurrency: int = 4,
    manners: Manners | None = None,
    progress: Progress | None = None,
) -> list[Fetched]:
    """Get all pages that a documentation site lists.

    Args:
        url: address of the site, such as `https://docs.example.com`; its `llms.txt` lies there.
        cache: folder in which pages are kept, so that next time the site sends only what has changed.
        concurrency: how many pages are asked for at the same time.
        manners: how patiently each address is asked for.
        progress: is told how far it is.

    Raises:
        SiteError: there is no list of pages to begin with, or the cache cannot be used.
    """
    site = _address(url)
    path = site.raw_path.rstrip("/")
    index = str(site.with_path(path if path.endswith(f"/{INDEX}") else f"{path}/{INDEX}", encoded=True))
    async with _fetcher(cache, concurrency, manners) as fetcher:
        try:
            links = read_index(await fetcher.get(index), index)
        except FetchError as error:
            raise SiteError(f"{index}: {error}") from None
        return await _all(fetcher, links, concurrency, progress)


async def fetch_pages(addresses: Sequence[str], *, manners: Manners | None = None) -> list[Fetched]:
    """Get pages by their addresses; one without `.md` is asked for with it.

    Raises:
        SiteError: an address is none.
    """
    links = [Link(None, _markdown_address(_address(address))) for address in addresses]
    async with _fetcher(None, 4, manners) as fetcher:
        return await _all(fetcher, links, 4, None)


@asynccontextmanager
async def _fetcher(cache: Path | None, concurrency: int, manners: Manners | None) -> AsyncGenerator[Fetcher]:
    kept = Cache(cache) if cache is not None else None
    if kept is not None:
        await anyio.to_thread.run_sync(kept.open)
    async with aiohttp.ClientSession(
        headers={"User-Agent": _AGENT, "Accept": "text/markdown, text/plain;q=0.9, */*;q=0.5"},
        connector=aiohttp.TCPConnector(limit=concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        yield Fetcher(session, manners or Manners(), kept)


async def _all(
    fetcher: Fetcher, links: Sequence[Link], concurrency: int, progress: Progress | None
) -> list[Fetched]:
    found: dict[str, Fetched] = {}
    limiter = anyio.CapacityLimiter(concurrency)

    def tell() -> None:
        if progress is not None:
            progress(len(found), len(links))

    async def fetch(link: Link) -> None:
        # A page that waits before another attempt keeps its turn: a site in trouble is asked for less.
        async with limiter:
            try:
                page = Fetched(source=link.address, title=link.title, content=await fetcher.get(link.address))
            except FetchError as error:
                page = Fetched(source=link.address, title=link.title, problem=str(error))
        found[link.address] = page
        tell()

    tell()
    async with anyio.create_task_group() as tasks:
        for link in links:
            tasks.start_soon(fetch, link)
    return [found[link.address] for link in links]


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


# ---------------------------------------------------------------------- the list of pages
def read_index(content: bytes, address: str) -> list[Link]:
    """Read a site's `llms.txt`, a Markdown text with lists of links.

    Returns:
        The pages of the same origin by the addresses of their Markdown, each once, in the order of the list.

    Raises:
        SiteError: it is no list of links.
    """
    base = URL(address)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SiteError(f"{address} is not UTF-8 text: {error.reason} at byte {error.start}") from None
    links: dict[str, Link] = {}
    for title, target in _entries(text):
        page = _page(base, target)
        if page is not None:
            links.setdefault(page, Link(title, page))
    if not links:
        raise SiteError(
            f"{address} lists no page of {base.origin()}; "
            "give the address at which the documentation publishes its llms.txt, or saved pages with --pages"
        )
    if len(links) > MAX_PAGES:
        raise SiteError(f"{address} lists {len(links)} pages; more than {MAX_PAGES} are not read")
    return list(links.values())


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
    if not path or PurePosixPath(path).suffix.lower() in _OTHER_FILES:
        return None
    return _markdown_address(address)


def _origin(address: URL) -> tuple[str, str | None, int | None]:
    return address.scheme, address.host, address.port


def _markdown_address(address: URL) -> str:
    """The address of a page's Markdown, in one spelling of its origin however it is linked."""
    path = address.raw_path.rstrip("/")
    page = URL.build(
        scheme=address.scheme,
        host=address.host or "",
        port=None if address.is_default_port() else address.port,
    ).with_path(path if path.lower().endswith(_PAGE) else path + _PAGE, encoded=True)
    return str(page) + (f"?{address.raw_query_string}" if address.raw_query_string else "")


# ---------------------------------------------------------------------- saved pages
def read_files(paths: Iterable[Path]) -> list[Fetched]:
    """Take saved pages, each once: files whatever their endings, and the Markdown in folders by name.

    Hidden files and folders are left. What could not be read comes with the reason.
    """
    pages: dict[Path, Fetched] = {}
    for path in paths:
        for file, problem in _files(path):
            if file not in pages:
                pages[file] = Fetched(source=str(file), problem=problem) if problem else _read(file)
    return list(pages.values())


def _files(path: Path) -> Iterator[tuple[Path, str]]:
    """The files that a path means, and what is wrong with the path."""
    if not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises what is to be said of the file
        yield path, ""
        return
    problems: list[OSError] = []
    found: list[Path] = []
    for base, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _CACHES]
        found += [Path(base, n) for n in names if n.lower().endswith(_PAGE) and not n.startswith(".")]
    for error in problems:
        yield Path(error.filename or path), f"this folder cannot be searched: {error.strerror}"
    if not found and not problems:
        yield path, f"this folder holds no page: no file that ends in {_PAGE}"
    yield from ((file, "") for file in sorted(found, key=lambda file: file.as_posix()))


def _read(file: Path) -> Fetched:
    try:
        if file.exists() and not file.is_file():
            message = "this is no regular file; give files or folders of saved pages"
            return Fetched(source=str(file), problem=message)
        with file.open("rb") as stream:
            return Fetched(source=str(file), content=stream.read(MAX_BYTES + 1))
    except FileNotFoundError:
        return Fetched(source=str(file), problem="there is no such file or folder; check the path")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Fetched(source=str(file), problem=f"this file cannot be read: {reason}")
