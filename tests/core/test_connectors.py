"""Connectors of the user's own: closed with the client if they were made for it, never if they are shared."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from minted_async import MintedClient, Timeout
from minted_async.errors import ConfigurationError, NotSentError
from tests.servers import LoopbackServer, Wire, answering, envelope, refusal

pytestmark = pytest.mark.anyio


def keeping(made: list[aiohttp.TCPConnector]) -> Callable[[], aiohttp.TCPConnector]:
    def make() -> aiohttp.TCPConnector:
        made.append(aiohttp.TCPConnector())
        return made[-1]

    return make


async def test_connectors_that_were_made_for_a_client_are_closed_with_it() -> None:
    made: list[aiohttp.TCPConnector] = []
    async with LoopbackServer(answering(envelope("5"))) as server:
        async with server.client(connector=keeping(made)) as minted:
            assert made == []
            assert await minted.request("GET", "/x") == 5
            assert await minted.request("POST", "/x") == 5
            assert len(made) == 2
            assert not any(connector.closed for connector in made)
        assert all(connector.closed for connector in made)


async def test_a_shared_connector_is_never_closed_by_a_client() -> None:
    async with LoopbackServer(answering(envelope("5"))) as server, aiohttp.TCPConnector() as shared:
        for _ in range(2):
            async with server.client(connector=lambda: shared) as minted:
                assert await minted.request("GET", "/x") == 5
                assert await minted.request("POST", "/x") == 5
            assert not shared.closed
        # The second client went on with the connection that the first one had kept.
        assert server.connections == 1 + 2


async def test_clients_of_different_accounts_on_one_connector_keep_their_logins_apart() -> None:
    seen: list[tuple[int, str]] = []
    connections = 0

    async def behave(wire: Wire) -> None:
        nonlocal connections
        connections += 1
        number, nonces = connections, 0
        while (request := await wire.request()) is not None:
            signed = request.headers.get("authorization")
            if signed is None:
                nonces += 1
                challenge = f'Digest realm="r", nonce="{number}-{nonces}", qop="auth"'
                await wire.send(refusal(401, headers={"WWW-Authenticate": challenge}))
                continue
            account = request.target[1:]
            assert f'username="{account}"' in signed
            seen.append((number, account))
            await wire.send(envelope("5"))

    async with LoopbackServer(behave) as server, aiohttp.TCPConnector(limit=1) as shared:
        clients = {
            name: MintedClient(name, "password", base_url=server.url, connector=lambda: shared)
            for name in ("one", "other")
        }
        for _ in range(3):
            for name, minted in clients.items():
                assert await minted.request("GET", f"/{name}") == 5
        for minted in clients.values():
            await minted.aclose()
        # Each asked for a login of its own once, and then both used theirs on the same connection.
        assert seen == [(1, "one"), (1, "other")] * 3
        unsigned = [request for request in server.received if "authorization" not in request.headers]
        assert [request.target for request in unsigned] == ["/one", "/other"]


async def test_orders_travel_alone_on_a_shared_connector_too() -> None:
    requests: list[int] = []

    async def behave(wire: Wire) -> None:
        count = 0
        try:
            while await wire.request() is not None:
                count += 1
                await wire.send(envelope("5"))
        finally:
            requests.append(count)

    async with (
        LoopbackServer(behave) as server,
        aiohttp.TCPConnector() as shared,
        server.client(connector=lambda: shared) as minted,
    ):
        for _ in range(3):
            await minted.request("GET", "/x")
            await minted.request("POST", "/x")
    assert sorted(requests) == [1, 1, 1, 3]


async def test_a_resolver_of_the_users_own_is_asked() -> None:
    class Here(AbstractResolver):
        async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
            assert host == "api.localhost"
            result: ResolveResult = {
                "hostname": host,
                "host": "127.0.0.1",
                "port": port,
                "family": socket.AF_INET,
                "proto": 0,
                "flags": 0,
            }
            return [result]

        async def close(self) -> None:
            pass

    async with LoopbackServer(answering(envelope("5"))) as server:
        async with server.client(
            base_url=f"http://api.localhost:{server.port}",
            connector=lambda: aiohttp.TCPConnector(resolver=Here()),
        ) as minted:
            assert await minted.request("GET", "/x") == 5
            assert await minted.request("POST", "/x") == 5
        assert server.received[0].headers["host"] == f"api.localhost:{server.port}"


async def test_a_call_that_finds_no_room_in_a_connector_was_not_sent() -> None:
    there = asyncio.Event()

    async def behave(wire: Wire) -> None:
        request = await wire.request()
        if request is not None and request.method == "GET":
            await wire.send(envelope("5"))
        else:
            there.set()
        await wire.hang()

    async with (
        LoopbackServer(behave) as server,
        server.client(
            connector=lambda: aiohttp.TCPConnector(limit=1),
            timeout=Timeout(total=20, connect=0.1),
            retry=None,
        ) as minted,
        asyncio.TaskGroup() as group,
    ):
        await minted.request("GET", "/login")
        long = group.create_task(minted.request("POST", "/long"))
        await there.wait()
        with pytest.raises(NotSentError):
            await minted.request("POST", "/no-room")
        long.cancel()
    assert [received.target for received in server.received] == ["/login", "/long"]


async def test_a_shared_connector_that_its_owner_has_closed() -> None:
    async with LoopbackServer(answering(envelope("5"))) as server:
        shared = aiohttp.TCPConnector()
        async with server.client(connector=lambda: shared, retry=None) as minted:
            assert await minted.request("GET", "/x") == 5
            await shared.close()
            for method in ("GET", "POST"):
                with pytest.raises(NotSentError):
                    await minted.request(method, "/x")
        assert len(server.received) == 1


async def test_a_connector_of_another_event_loop_is_refused() -> None:
    async def make() -> aiohttp.TCPConnector:
        return aiohttp.TCPConnector()

    elsewhere = asyncio.new_event_loop()
    theirs = await asyncio.to_thread(elsewhere.run_until_complete, make())
    async with LoopbackServer(answering(envelope("5"))) as server:
        async with server.client(connector=lambda: theirs) as minted:
            with pytest.raises(ConfigurationError, match=r"of another event loop .* Nothing was sent"):
                await minted.request("GET", "/x")
        assert server.received == []
    await asyncio.to_thread(elsewhere.run_until_complete, theirs.close())
    elsewhere.close()


@pytest.mark.parametrize("value", [5, "TCPConnector", object(), {"limit": 1}])
def test_what_is_no_function_is_refused_when_the_client_is_made(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="connector must be a function"):
        MintedClient("user", "password", connector=value)


async def test_a_connector_in_place_of_a_function_is_refused_when_the_client_is_made() -> None:
    async with aiohttp.TCPConnector() as connector:
        wrong: Any = connector
        with pytest.raises(ConfigurationError, match="connector must be a function"):
            MintedClient("user", "password", connector=wrong)


def raising() -> aiohttp.TCPConnector:
    raise KeyError("x")


def closed() -> aiohttp.TCPConnector:
    connector = aiohttp.TCPConnector()
    next(connector.close().__await__(), None)  # nothing is open that would have to be waited for
    return connector


def wanting(limit: int) -> aiohttp.TCPConnector:
    return aiohttp.TCPConnector(limit=limit)


def test_a_function_that_wants_an_argument_is_refused_when_the_client_is_made() -> None:
    make: Any = wanting
    with pytest.raises(ConfigurationError, match="connector must be a function without arguments"):
        MintedClient("user", "password", connector=make)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: None, id="gives nothing"),
        pytest.param(lambda: aiohttp.TCPConnector, id="gives a class"),
        pytest.param(object, id="gives something else"),
        pytest.param(raising, id="raises"),
        pytest.param(closed, id="gives a closed one"),
    ],
)
async def test_a_function_that_gives_no_open_connector_is_refused_by_the_first_call(make: Any) -> None:
    async with MintedClient("user", "password", connector=make) as minted:
        for method in ("GET", "POST"):
            with pytest.raises(ConfigurationError, match="connector="):
                await minted.request(method, "/x")
