"""Gets all pages of a documentation site by its `/llms.txt`, politely."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import aiohttp
import anyio
import msgspec
from yarl import URL

from codegen.pages.cache import Cache
from codegen.pages.index import Index, Link, read_index
from codegen.pages.sources import Fetched, SiteError, Unfetched
from codegen.pages.transfer import Manners, Transfer, TransferError

__all__ = ["Fetched", "Manners", "Progress", "SiteError", "Unfetched", "fetch_site"]

INDEX = "llms.txt"
USER_AGENT = "minted-async-codegen (compares the documentation with the SDK's spec)"


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the fetching is."""

    done: int
    """Pages that were fetched, or given up."""
    total: int
    elsewhere: int
    """Entries of the list that lead to other sites, or to what is no page; they are left."""
    last: Fetched | Unfetched | None = None
    """The page that was done last; None before the first."""


async def fetch_site(
    url: str,
    *,
    cache: Path | None = None,
    concurrency: int = 4,
    manners: Manners | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> list[Fetched | Unfetched]:
    """Get all pages that a documentation site lists.

    Args:
        url: address of the site, such as `https://docs.example.com`; its `llms.txt` lies there.
        cache: folder in which pages are kept, so that next time the site sends only what has changed.
        concurrency: how many pages are asked for at the same time.
        manners: how patiently each address is asked for.
        progress: is called once when the list is read, and after every page.

    Returns:
        The pages in the order of the list; those that could not be had with the reason.

    Raises:
        SiteError: there is no list of pages to begin with, or the cache cannot be used.
        ValueError: the concurrency is below 1.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency is {concurrency}; at least one page has to be asked for at a time")
    index_address = _index_address(url)
    kept = Cache(cache) if cache is not None else None
    if kept is not None:
        await anyio.to_thread.run_sync(kept.open)
    async with aiohttp.ClientSession(
        headers={"User-Agent": USER_AGENT, "Accept": "text/markdown, text/plain;q=0.9, */*;q=0.5"},
        connector=aiohttp.TCPConnector(limit=concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
    ) as session:
        transfer = Transfer(session, manners or Manners(), kept)
        try:
            index = read_index(await transfer.get(index_address), index_address)
        except TransferError as error:
            raise SiteError(f"{index_address}: {error}") from None
        return await _pages(transfer, index, concurrency, progress)


async def _pages(
    transfer: Transfer, index: Index, concurrency: int, progress: Callable[[Progress], None] | None
) -> list[Fetched | Unfetched]:
    found: dict[str, Fetched | Unfetched] = {}
    limiter = anyio.CapacityLimiter(concurrency)

    def tell(last: Fetched | Unfetched | None) -> None:
        if progress is not None:
            total, elsewhere = len(index.links), index.elsewhere
            progress(Progress(done=len(found), total=total, elsewhere=elsewhere, last=last))

    async def fetch(link: Link) -> None:
        # A page that waits before another attempt keeps its turn: a site in trouble is asked for less.
        async with limiter:
            page = found[link.address] = await _page(transfer, link)
        tell(page)

    tell(None)
    async with anyio.create_task_group() as tasks:
        for link in index.links:
            tasks.start_soon(fetch, link)
    return [found[link.address] for link in index.links]


async def _page(transfer: Transfer, link: Link) -> Fetched | Unfetched:
    try:
        content = await transfer.get(link.address)
    except TransferError as error:
        return Unfetched(source=link.address, title=link.title, message=str(error))
    return Fetched(source=link.address, title=link.title, content=content)


def _index_address(url: str) -> str:
    try:
        site = URL(url.strip())
        usable = site.scheme in ("http", "https") and bool(site.host)
    except ValueError:
        usable, site = False, URL()
    if not usable:
        raise SiteError(
            f"{url!r} is no address of a site: that begins with https:// or http://; "
            "saved pages are read with --pages"
        )
    if site.user is not None or site.password is not None:
        raise SiteError(
            "the address of the site must not hold a user name or a password; it would be printed"
        )
    path = site.raw_path.rstrip("/")
    if not path.endswith(f"/{INDEX}"):
        path = f"{path}/{INDEX}"
    return str(site.with_path(path, encoded=True))
