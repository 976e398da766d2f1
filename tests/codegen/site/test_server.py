"""The made-up site answers as a web server does, and can be broken."""

from __future__ import annotations

import aiohttp
import pytest

from tests.codegen.site.server import DocsSite

pytestmark = pytest.mark.anyio


async def get(url: str, **headers: str) -> tuple[int, bytes, str]:
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status, await answer.read(), answer.headers.get("ETag", "")


async def test_it_lists_and_serves_every_page(site: DocsSite) -> None:
    _, index, _ = await get(f"{site.url}/llms.txt")
    for page in site.pages:
        address = f"{site.url}/{page.slug}.md"
        assert f"]({address})" in index.decode()
        assert (await get(address))[:2] == (200, page.content)


async def test_what_has_not_changed_is_not_sent_again(site: DocsSite) -> None:
    address = f"{site.url}/{site.pages[0].slug}.md"
    _, _, tag = await get(address)
    assert (await get(address, **{"If-None-Match": tag}))[:2] == (304, b"")
    site.pages[0].title = "Another"
    assert (await get(address, **{"If-None-Match": tag}))[0] == 200
    assert site.statuses == {200: 2, 304: 1}


async def test_a_page_can_be_broken_for_a_while(site: DocsSite) -> None:
    page = site.pages[0]
    site.break_page(page.slug, b"<html>", 503, {"Retry-After": "0"}, times=1)
    assert [(await get(f"{site.url}/{page.slug}.md"))[0] for _ in range(2)] == [503, 200]


async def test_what_is_not_published_is_not_found(site: DocsSite) -> None:
    assert (await get(f"{site.url}/nothing.md"))[0] == 404
