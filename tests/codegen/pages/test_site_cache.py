"""What a site sent once is asked for again only if it has changed."""

from __future__ import annotations

from pathlib import Path

import anyio
import pytest
from aiohttp import web

from tests.codegen.pages.fetching import fetch, message, refused
from tests.codegen.site.server import DocsSite

pytestmark = pytest.mark.anyio


async def test_a_second_time_nothing_is_sent_that_has_not_changed(site: DocsSite, tmp_path: Path) -> None:
    first = await fetch(site, cache=tmp_path / "made" / "cache")
    site.requests.clear()
    assert await fetch(site, cache=tmp_path / "made" / "cache") == first
    assert set(site.statuses) == {304}


async def test_what_has_changed_is_sent_anew(site: DocsSite, tmp_path: Path) -> None:
    await fetch(site, cache=tmp_path)
    site.requests.clear()
    changed = site.pages[1]
    changed.operation["deprecated"] = True
    page = (await fetch(site, cache=tmp_path))[changed.slug]
    assert page.content == changed.content
    assert [asked.path for asked in site.requests if asked.status == 200] == [f"/{changed.slug}.md"]


async def test_a_site_without_tags_is_asked_by_date(site: DocsSite, tmp_path: Path) -> None:
    slug, day = site.pages[0].slug, "Wed, 26 Jun 2024 09:00:00 GMT"

    async def dated(request: web.Request) -> web.Response:
        if request.headers.get("If-Modified-Since") == day:
            return web.Response(status=304)
        return web.Response(text="# A page", headers={"Last-Modified": day})

    site.reply(slug, dated)
    first, second = [(await fetch(site, cache=tmp_path))[slug] for _ in range(2)]
    assert first == second
    assert site.statuses[304] > 0


async def test_a_page_without_tag_and_date_is_always_sent(site: DocsSite, tmp_path: Path) -> None:
    slug = site.pages[0].slug
    for content in (b"first", b"second"):
        site.break_page(slug, content)
        page = (await fetch(site, cache=tmp_path))[slug]
        assert page.content == content


@pytest.mark.parametrize("damaged", [slice(-7), slice(1, None), slice(0)])
async def test_a_damaged_cache_is_made_anew(site: DocsSite, tmp_path: Path, damaged: slice) -> None:
    first = await fetch(site, cache=tmp_path)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[damaged])
    site.requests.clear()
    assert await fetch(site, cache=tmp_path) == first
    assert set(site.statuses) == {200}


async def test_no_name_in_the_cache_comes_from_the_network(site: DocsSite, tmp_path: Path) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text="# A page", headers={"ETag": '"../../x"'})

    address = "/..%2f..%2fetc%2fpasswd"
    site.reply_at("/../../etc/passwd.md", page)
    site.break_page("llms.txt", f"- [A]({address})\n", headers={"ETag": '"1"'})
    (fetched,) = (await fetch(site, cache=tmp_path / "cache")).values()
    assert fetched.content
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")] == ["cache", "cache/pages"]


async def test_what_came_before_a_run_broke_off_is_kept(site: DocsSite, tmp_path: Path) -> None:
    last = site.pages[-1]

    async def broken_off() -> None:
        async with anyio.create_task_group() as tasks:

            async def stop(request: web.Request) -> web.StreamResponse:
                tasks.cancel_scope.cancel()
                return site.honest(request)

            site.reply(last.slug, stop)
            await fetch(site, cache=tmp_path, concurrency=1)

    await broken_off()
    site.requests.clear()
    await fetch(site, cache=tmp_path)
    assert site.statuses[304] == len(site.pages) + 1


async def test_a_cache_that_cannot_be_used_is_said_before_anything_is_asked(
    site: DocsSite, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    said = await refused(site.url, cache=tmp_path / "file")
    assert said.startswith(f"the cache folder {tmp_path / 'file'} cannot be used: File exists")
    assert site.requests == []


async def test_a_304_that_nobody_asked_for_is_no_page(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, status=304)
    assert message((await fetch(site))[slug]) == "HTTP 304 Not Modified"
