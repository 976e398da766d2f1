"""A documentation site is fetched whole, in order, and politely."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from aiohttp import web

from codegen.pages.site import Fetched, fetch_pages, fetch_site
from tests.codegen.pages.fetching import Pauses, fetch
from tests.codegen.site.server import PROSE, DocsSite

pytestmark = pytest.mark.anyio


async def test_every_page_comes_in_the_order_of_the_list(site: DocsSite) -> None:
    pages = await fetch(site)
    assert list(pages) == [PROSE, *(page.slug for page in site.pages)]
    for page in site.pages:
        source = f"{site.url}/{page.slug}.md"
        assert pages[page.slug] == Fetched(source=source, content=page.content, title=page.title)


async def test_the_site_may_lie_below_a_path(site: DocsSite) -> None:
    below: list[str] = []

    async def index(request: web.Request) -> web.Response:
        below.append(request.path)
        return web.Response(text=f"- [A](../{site.pages[0].slug})\n")

    site.reply_at("/en/docs/llms.txt", index)
    for url in ("/en/docs", "/en/docs/", "/en/docs/llms.txt", "/en/docs?x=1#top"):
        (page,) = await fetch_site(site.url + url, sleep=Pauses())
        assert page.problem
        assert page.source == f"{site.url}/en/{site.pages[0].slug}.md"
    assert below == ["/en/docs/llms.txt"] * 4


async def test_it_says_who_asks_and_keeps_no_cookies(site: DocsSite) -> None:
    site.break_page("llms.txt", site.index, headers={"Set-Cookie": "a=b"})
    await fetch(site)
    for asked in site.requests:
        assert asked.headers["User-Agent"].startswith("minted-async-codegen")
        assert "Cookie" not in asked.headers
        assert "Authorization" not in asked.headers


async def test_no_more_pages_are_asked_for_at_once_than_allowed(site: DocsSite) -> None:
    enough = asyncio.Event()

    async def held(request: web.Request) -> web.StreamResponse:
        # Answers come only when as many requests are open as may be: fewer would wait here for ever.
        if site.open == 3:
            enough.set()
        await enough.wait()
        return site.honest(request)

    for page in site.pages:
        site.reply(page.slug, held)
    await fetch(site, concurrency=3)
    assert site.at_once == 3


async def test_a_page_is_asked_for_in_markdown_however_its_address_is_given(site: DocsSite) -> None:
    page = site.pages[0]
    given = [f"{site.url}/{page.slug}", f"{site.url}/{page.slug}.md", f"{site.url}/{page.slug}/#part"]
    for address in given:
        (found,) = await fetch_pages([address], sleep=Pauses())
        assert (found.source, found.content) == (f"{site.url}/{page.slug}.md", page.content)


async def test_pages_may_be_compressed(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, gzip.compress(b"# A page"), headers={"Content-Encoding": "gzip"})
    page = (await fetch(site))[slug]
    assert page.content == b"# A page"
