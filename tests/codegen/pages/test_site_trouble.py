"""Trouble of a site: what passes is waited for, what stays is said, and one page does not stop the others."""

from __future__ import annotations

import asyncio
import gzip
import socket

import pytest
from aiohttp import web

from codegen.pages.fetching import BASE_DELAY
from codegen.pages.markdown import MAX_BYTES
from tests.codegen.pages.fetching import Pauses, fetch, message, refused
from tests.codegen.site.server import DocsSite

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- trouble that passes


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_site_in_trouble_is_asked_again(site: DocsSite, status: int) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"later", status, {"Retry-After": "0"}, times=2)
    assert (await fetch(site))[slug].content
    assert [asked.status for asked in site.requests if slug in asked.path] == [status, status, 200]


async def test_waits_grow_with_full_jitter(site: DocsSite) -> None:
    site.break_page(site.pages[0].slug, status=500)
    pauses = Pauses()
    await fetch(site, sleep=pauses)
    assert all(0 <= wait <= most for wait, most in zip(pauses.seconds, [0.5, 1, 2], strict=True))
    assert len(set(pauses.seconds)) > 1


async def test_a_wait_that_the_site_asks_for_is_kept(site: DocsSite) -> None:
    site.break_page(site.pages[0].slug, b"", 429, {"Retry-After": "30"}, times=1)
    pauses = Pauses()
    await fetch(site, sleep=pauses)
    (wait,) = pauses.seconds
    assert 30 <= wait <= 30 + BASE_DELAY


async def test_a_wait_without_end_is_not_waited_for(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"", 503, {"Retry-After": "86400"})
    pauses = Pauses()
    page = (await fetch(site, sleep=pauses))[slug]
    assert message(page) == (
        "HTTP 503 Service Unavailable; the site asks to wait 86400 s: try again after that"
    )
    assert pauses.seconds == []


@pytest.mark.parametrize("asked", ["soon", "Wed, 26 Jun 2124 09:00:00 GMT"])
async def test_a_retry_after_that_is_no_number_counts_as_none(site: DocsSite, asked: str) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"", 503, {"Retry-After": asked}, times=1)
    assert (await fetch(site))[slug].content


async def test_a_broken_connection_is_tried_again(site: DocsSite) -> None:
    slug, left = site.pages[0].slug, [2]

    async def reset(request: web.Request) -> web.StreamResponse:
        left[0] -= 1
        if left[0] >= 0:
            assert request.transport is not None
            request.transport.abort()
        return site.honest(request)

    site.reply(slug, reset)
    assert (await fetch(site))[slug].content
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
    assert page.content
    assert page.content == site.pages[0].content


# ---------------------------------------------------------------- trouble that stays


async def test_one_page_that_fails_does_not_stop_the_others(site: DocsSite) -> None:
    broken = site.pages[2]
    site.break_page(broken.slug, b"", 500)
    pages = await fetch(site)
    assert [slug for slug, page in pages.items() if page.problem] == [broken.slug]
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
        page = (await fetch(site, timeout=1))[slug]
    finally:
        gone.set()
    assert message(page) == "not answered whole within 1 s; try again later"


async def test_a_page_without_end_is_not_taken(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, b"#" * (MAX_BYTES + 1))
    assert message((await fetch(site))[slug]).startswith(f"longer than {MAX_BYTES} bytes")


async def test_a_bomb_is_measured_unpacked(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, gzip.compress(bytes(2 * MAX_BYTES)), headers={"Content-Encoding": "gzip"})
    assert message((await fetch(site))[slug]).startswith(f"longer than {MAX_BYTES} bytes")


async def test_redirects_on_the_site_are_followed(site: DocsSite) -> None:
    first, second = site.pages[:2]
    site.break_page(first.slug, status=308, headers={"Location": f"/{second.slug}.md"})
    page = (await fetch(site))[first.slug]
    assert page.content
    assert page.content == second.content


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://127.0.0.1:1/a.md", "redirected to http://127.0.0.1:1/a.md, which is not {origin}: "),
        ("//docs.example.com/a.md", "redirected to http://docs.example.com/a.md, which is not {origin}: "),
        ("file:///etc/passwd", "the answer is not HTTP as it should be: file:///etc/passwd"),
        ("http://[x", "the answer is not HTTP as it should be: http://[x"),
        ("", "HTTP 302 Found"),
    ],
)
async def test_redirects_to_elsewhere_are_not(site: DocsSite, location: str, said: str) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, status=302, headers={"Location": location})
    assert message((await fetch(site))[slug]).startswith(said.format(origin=site.url))


async def test_a_circle_of_redirects_ends(site: DocsSite) -> None:
    slug = site.pages[0].slug
    site.break_page(slug, status=302, headers={"Location": f"/{slug}.md"})
    assert message((await fetch(site))[slug]).startswith("redirected again and again")


# ---------------------------------------------------------------- no site at all


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"", 404, "HTTP 404 Not Found; there is no such page"),
        (b"", 500, "HTTP 500 Internal Server Error; 4 attempts; try again later"),
        (b"", 200, " lists no page of "),
        (b"<!doctype html><title>Docs</title>", 200, " lists no page of "),
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
    assert (await refused(url)).startswith(f"{url!r} is no address")


async def test_an_address_with_a_password_is_refused_without_printing_it() -> None:
    assert "secret" not in await refused("https://me:secret@docs.example.com")


async def test_a_name_that_nobody_has_is_said() -> None:
    said = await refused("http://docs.invalid")
    assert "docs.invalid" in said
    assert said.endswith("; check the address, the network and this machine's clock")


async def test_a_port_at_which_nobody_listens_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    said = await refused(f"http://127.0.0.1:{port}")
    assert f"no connection, or one that broke: Cannot connect to host 127.0.0.1:{port}" in said
    assert said.endswith("; 4 attempts; try again later")


async def test_a_site_that_speaks_no_tls_is_said(site: DocsSite) -> None:
    said = await refused(site.url.replace("http:", "https:"))
    assert "SSL" in said
    assert said.endswith("; check the address, the network and this machine's clock")
