"""What a site sent once is asked for again only if it has changed."""

from __future__ import annotations

import re
from pathlib import Path

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


def entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def damage_all(folder: Path, damage: str) -> None:
    whole = [entry.read_bytes() for entry in entries(folder)]
    for number, entry in enumerate(entries(folder)):
        flipped = bytearray(whole[number])
        flipped[len(flipped) // 2] ^= 1
        damaged = {
            "cut off": whole[number][:-7],
            "one bit": bytes(flipped),
            "empty": b"",
            "another entry": whole[number - 1],
        }
        entry.write_bytes(damaged[damage])


@pytest.mark.parametrize("damage", ["cut off", "one bit", "empty", "another entry"])
async def test_a_damaged_entry_is_fetched_anew(site: DocsSite, tmp_path: Path, damage: str) -> None:
    first = await fetch(site, cache=tmp_path)
    damage_all(tmp_path, damage)
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
    assert entries(tmp_path) == [tmp_path / "cache"]
    names = [entry.name for entry in entries(tmp_path / "cache")]
    assert len(names) == 2
    assert all(re.fullmatch(r"[0-9a-f]{64}\.page", name) for name in names)


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
