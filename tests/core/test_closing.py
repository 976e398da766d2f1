"""Closing a client while calls are under way: each ends soon, with an error that says what it means."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from minted_async import Timeout
from minted_async.errors import ConfigurationError, ConnectionLostError, MintedError, NotSentError
from tests.servers import LoopbackServer, Wire, envelope, hang_after_reading

pytestmark = pytest.mark.anyio


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until something has happened in it."""
    while not condition():  # noqa: ASYNC110 (the server of the tests has no event for it)
        await asyncio.sleep(0)


async def test_calls_that_wait_in_line_end_at_once_and_are_not_sent() -> None:
    async with LoopbackServer(hang_after_reading) as server:
        minted = server.client(max_connections=1, timeout=Timeout(total=None), retry=None)
        first = asyncio.ensure_future(minted.request("GET", "/first"))
        waiting = [asyncio.ensure_future(minted.request("POST", f"/{number}")) for number in range(20)]
        await until(lambda: server.received)
        await minted.aclose()
        results = await asyncio.gather(first, *waiting, return_exceptions=True)
        assert isinstance(results[0], ConnectionLostError)
        assert {type(result) for result in results[1:]} == {ConfigurationError}
        assert [received.target for received in server.received] == ["/first"]


async def test_calls_that_wait_for_a_connection_of_a_full_connector_are_not_cancelled() -> None:
    async with LoopbackServer(hang_after_reading) as server:
        minted = server.client(connector=lambda: aiohttp.TCPConnector(limit=1), retry=None)
        calls = [asyncio.ensure_future(minted.request("GET", "/x")) for _ in range(3)]
        await until(lambda: server.received)
        await minted.aclose()
        results = await asyncio.gather(*calls, return_exceptions=True)
        assert all(isinstance(result, MintedError) for result in results), results


async def test_a_handshake_that_hangs_still_ends_at_its_deadline() -> None:
    async with LoopbackServer(Wire.hang) as server:
        url = server.url.replace("http:", "https:")
        minted = server.client(base_url=url, timeout=Timeout(total=0.2, connect=None), retry=None)
        call = asyncio.ensure_future(minted.request("GET", "/x"))
        await until(lambda: server.connections)
        await minted.aclose()
        with pytest.raises(NotSentError):
            await call


async def test_on_a_shared_connector_what_is_under_way_ends_well_and_nothing_more_is_sent() -> None:
    release = asyncio.Event()

    async def behave(wire: Wire) -> None:
        while await wire.request() is not None:
            await release.wait()
            await wire.send(envelope("5"))

    async with LoopbackServer(behave) as server, aiohttp.TCPConnector() as connector:
        minted = server.client(connector=lambda: connector, max_connections=1, retry=None)
        first, second = (asyncio.ensure_future(minted.request("POST", path)) for path in ("/1", "/2"))
        await until(lambda: server.received)
        await minted.aclose()
        release.set()
        assert await first == 5
        with pytest.raises(ConfigurationError):
            await second
        assert [received.target for received in server.received] == ["/1"]
