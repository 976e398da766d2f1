"""A documentation site is fetched whole, politely, and again only where it has changed."""

from __future__ import annotations

import asyncio
import gzip
import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from codegen.docs.site import Fetched, Manners, Progress, SiteError, Unfetched, fetch_site
from codegen.spec import Spec, load_spec
from tests.codegen.checkout import TORTURE
from tests.codegen.site.publish import publish
from tests.codegen.site.server import PROSE, DocsSite, serve

pytestmark = pytest.mark.anyio


@cache
def small_spec() -> Spec:
    return load_spec(TORTURE / "openapi")


@pytest.fixture
async def site() -> AsyncIterator[DocsSite]:
    async with serve(publish(small_spec())) as site:
        yield site


class Pauses:
    """A sleep that takes no time and remembers how long it should have taken."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


def manners(**options: Any) -> Manners:
    defaults: dict[str, Any] = {"sleep": Pauses(), "base_delay": 0.5}
    return Manners(**defaults | options)


def quickly(options: dict[str, Any]) -> dict[str, Any]:
    """Options under which no wait takes time, unless they say otherwise."""
    return {"manners": manners()} | options


async def fetch(site: DocsSite, **options: Any) -> dict[str, Fetched | Unfetched]:
    """The pages by their slugs, in the order in which they came back."""
    pages = await fetch_site(site.url, **quickly(options))
    return {page.source.removeprefix(f"{site.url}/").removesuffix(".md"): page for page in pages}


def message(page: Fetched | Unfetched) -> str:
    assert isinstance(page, Unfetched)
    return page.message


async def refused(url: str, **options: Any) -> str:
    with pytest.raises(SiteError) as error:
        await fetch_site(url, **quickly(options))
    return str(error.value)


# ---------------------------------------------------------------- a site as it should be


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
        (page,) = await fetch_site(site.url + url, manners=manners())
        assert isinstance(page, Unfetched)
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


async def test_progress_is_told_from_nothing_to_all(site: DocsSite) -> None:
    told: list[Progress] = []
    site.break_page("llms.txt", f"{site.index}- [Elsewhere](https://docs.example.com/a.md)\n")
    await fetch(site, progress=told.append)
    assert [step.done for step in told] == list(range(len(site.pages) + 2))
    assert {(step.total, step.elsewhere) for step in told} == {(len(site.pages) + 1, 1)}
    assert told[0].last is None
    assert {step.last.source for step in told if step.last} == {
        f"{site.url}{asked.path}" for asked in site.requests[1:]
    }


async def test_pages_may_be_compressed(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, gzip.compress(b"# A page"), headers={"Content-Encoding": "gzip"})
    page = (await fetch(site))[slug]
    assert isinstance(page, Fetched)
    assert page.content == b"# A page"


# ---------------------------------------------------------------- the cache


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
    assert isinstance(page, Fetched)
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
        assert isinstance(page, Fetched)
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
    assert isinstance(fetched, Fetched)
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


# ---------------------------------------------------------------- trouble that passes


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_site_in_trouble_is_asked_again(site: DocsSite, status: int) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"later", status, {"Retry-After": "0"}, times=2)
    assert isinstance((await fetch(site))[slug], Fetched)
    assert [asked.status for asked in site.requests if slug in asked.path] == [status, status, 200]


async def test_waits_grow_with_full_jitter(site: DocsSite) -> None:
    site.break_page(site.pages[0].slug, status=500)
    pauses = Pauses()
    await fetch(site, manners=manners(sleep=pauses, attempts=8, max_delay=4))
    ceilings = [0.5, 1, 2, 4, 4, 4, 4]
    assert all(0 <= wait <= most for wait, most in zip(pauses.seconds, ceilings, strict=True))
    assert len(set(pauses.seconds)) > 1


@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_a_wait_that_the_site_asks_for_is_kept(site: DocsSite, form: str) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    asked = {"seconds": "30", "date": moment}[form]
    site.break_page(site.pages[0].slug, b"", 429, {"Retry-After": asked}, times=1)
    pauses = Pauses()
    await fetch(site, manners=manners(sleep=pauses, base_delay=0))
    (wait,) = pauses.seconds
    assert 0 < wait <= 30


async def test_a_wait_without_end_is_not_waited_for(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"", 503, {"Retry-After": "86400"})
    pauses = Pauses()
    page = (await fetch(site, manners=manners(sleep=pauses)))[slug]
    assert message(page) == (
        "HTTP 503 Service Unavailable; the site asks to wait 86400 s: try again after that"
    )
    assert pauses.seconds == []


async def test_a_retry_after_that_is_neither_counts_as_none(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"", 503, {"Retry-After": "soon"}, times=1)
    assert isinstance((await fetch(site))[slug], Fetched)


async def test_a_broken_connection_is_tried_again(site: DocsSite) -> None:
    slug, left = site.pages[0].slug, [2]

    async def reset(request: web.Request) -> web.StreamResponse:
        left[0] -= 1
        if left[0] >= 0:
            assert request.transport is not None
            request.transport.abort()
        return site.honest(request)

    site.reply(slug, reset)
    assert isinstance((await fetch(site))[slug], Fetched)
    assert left == [-1]


async def test_a_page_that_breaks_off_is_tried_again(site: DocsSite) -> None:
    slug, left = site.pages[0].slug, [1]

    async def half(request: web.Request) -> web.StreamResponse:
        left[0] -= 1
        if left[0] < 0:
            return site.honest(request)
        response = web.StreamResponse(headers={"Content-Length": "1000"})
        await response.prepare(request)
        await response.write(b"# Half a")
        assert request.transport is not None
        request.transport.close()
        return response

    site.reply(slug, half)
    page = (await fetch(site))[slug]
    assert isinstance(page, Fetched)
    assert page.content == site.pages[0].content


# ---------------------------------------------------------------- trouble that stays


async def test_one_page_that_fails_does_not_stop_the_others(site: DocsSite) -> None:
    broken = site.pages[2]
    site.break_page(broken.slug, b"", 500)
    pages = await fetch(site)
    assert [slug for slug, page in pages.items() if isinstance(page, Unfetched)] == [broken.slug]
    page = pages[broken.slug]
    assert message(page) == "HTTP 500 Internal Server Error; 4 attempts; try again later"
    assert (page.source, page.title) == (f"{site.url}/{broken.slug}.md", broken.title)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (404, "HTTP 404 Not Found; there is no such page, though the site may list it"),
        (
            403,
            "HTTP 403 Forbidden; it wants a login or blocks programs: save its pages, read them with --pages",
        ),
        (204, "HTTP 204 No Content"),
        (499, "HTTP 499"),
    ],
)
async def test_a_refusal_is_not_repeated(site: DocsSite, status: int, said: str) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"", status)
    assert message((await fetch(site))[slug]) == said
    assert site.statuses[status] == 1


async def test_a_page_that_drips_is_given_up(site: DocsSite) -> None:
    slug, gone = site.pages[0].slug, asyncio.Event()

    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"#")
        await gone.wait()
        return response

    site.reply(slug, drip)
    try:
        page = (await fetch(site, manners=manners(timeout=1)))[slug]
    finally:
        gone.set()
    assert message(page) == "not answered whole within 1 s; try again later"


async def test_a_page_without_end_is_not_taken(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"#" * 100_001)
    page = (await fetch(site, manners=manners(max_bytes=100_000)))[slug]
    assert message(page).startswith("longer than 100000 bytes")


async def test_a_bomb_is_measured_unpacked(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, gzip.compress(bytes(5_000_000)), headers={"Content-Encoding": "gzip"})
    page = (await fetch(site, manners=manners(max_bytes=100_000)))[slug]
    assert message(page).startswith("longer than 100000 bytes")


async def test_redirects_on_the_site_are_followed(site: DocsSite) -> None:
    first, second = site.pages[:2]
    site.break_page(first.slug, status=308, headers={"Location": f"/{second.slug}.md"})
    page = (await fetch(site))[first.slug]
    assert isinstance(page, Fetched)
    assert page.content == second.content


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://127.0.0.1:1/a.md", "redirected to http://127.0.0.1:1/a.md, which is not {origin}: "),
        ("//docs.example.com/a.md", "redirected to http://docs.example.com/a.md, which is not {origin}: "),
        ("file:///etc/passwd", "redirected to nowhere, which is not {origin}: "),
        ("", "redirected to nowhere, which is not {origin}: "),
    ],
)
async def test_redirects_to_elsewhere_are_not(site: DocsSite, location: str, said: str) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, status=302, headers={"Location": location})
    assert message((await fetch(site))[slug]).startswith(said.format(origin=site.url))


async def test_a_circle_of_redirects_ends(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, status=302, headers={"Location": f"/{slug}.md"})
    assert message((await fetch(site))[slug]).startswith("redirected more than 5 times")


# ---------------------------------------------------------------- no site at all


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 404, "HTTP 404 Not Found; there is no such page"),
        (b"", 500, "HTTP 500 Internal Server Error; 4 attempts; try again later"),
        (b"", 200, " is empty"),
        (b"<!doctype html><title>Docs</title>", 200, " is an HTML page"),
        (b"# Docs\n", 200, " lists no page of "),
    ],
)
async def test_without_a_list_there_is_nothing_to_read(
    site: DocsSite, body: bytes, status: int, said: str
) -> None:
    site.break_page("llms.txt", body, status)
    told = await refused(site.url)
    assert told.startswith(f"{site.url}/llms.txt")
    assert said in told


@pytest.mark.parametrize(
    "url",
    ["", "docs.example.com", "file:///etc/passwd", "ftp://docs.example.com", "https://", "https://[x", "/a"],
)
async def test_what_is_no_address_of_a_site_is_refused(url: str) -> None:
    assert (await refused(url)).startswith(f"{url!r} is no address of a site")


async def test_an_address_with_a_password_is_refused_without_printing_it() -> None:
    assert "secret" not in await refused("https://me:secret@docs.example.com")


async def test_a_name_that_nobody_has_is_said() -> None:
    said = await refused("http://docs.invalid")
    assert said.endswith("the name docs.invalid cannot be looked up; check the address and the network")


async def test_a_port_at_which_nobody_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = await refused(f"http://127.0.0.1:{port}")
    assert f"no connection to 127.0.0.1:{port}: " in said
    assert said.endswith("; 4 attempts; try again later")


async def test_a_site_that_speaks_no_tls_is_said(site: DocsSite) -> None:
    said = await refused(site.url.replace("http:", "https:"))
    assert "no trusted TLS connection" in said
    assert "check the address" in said


async def test_at_least_one_page_is_asked_for_at_a_time(site: DocsSite) -> None:
    with pytest.raises(ValueError, match="concurrency is 0"):
        await fetch_site(site.url, concurrency=0)
