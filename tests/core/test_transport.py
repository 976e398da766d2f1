"""Whether a request has left decides what its failure means: not sent, or outcome unknown."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from typing import Any

import aiohttp
import anyio
import pytest

from minted_async import MintedClient, Timeout
from minted_async.core.operation import Operation
from minted_async.errors import (
    APIError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
    RequestTimeoutError,
)
from minted_async.generated.operations import OPERATIONS
from tests.core.sample_calls import sample_call
from tests.servers import (
    QUICK_RETRIES,
    LoopbackServer,
    Wire,
    answering,
    envelope,
    hang_after_reading,
    refusal,
    response,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def refusing_port() -> int:
    """A port that nobody listens on."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
async def test_a_refused_connection_sends_nothing(operation: Operation[Any], refusing_port: int) -> None:
    url = f"http://127.0.0.1:{refusing_port}"
    async with MintedClient("user", "password", base_url=url, retry=None) as minted:
        with pytest.raises(NotSentError, match="It is safe to repeat") as caught:
            await sample_call(minted, operation)
    assert caught.value.operation == operation.id
    assert isinstance(caught.value.__cause__, aiohttp.ClientConnectorError)


async def test_a_name_that_cannot_be_resolved_sends_nothing() -> None:
    url = "https://minted.invalid"
    async with MintedClient("user", "password", base_url=url) as minted:
        with pytest.raises(NotSentError, match=r"minted\.invalid"):
            await minted.request("POST", "/x")


async def test_a_connection_that_does_not_come_up_in_time_sends_nothing() -> None:
    # A TLS handshake that is never answered; it counts as connecting.
    async with LoopbackServer(Wire.hang) as server:
        url = server.url.replace("http:", "https:")
        async with server.client(base_url=url, timeout=Timeout(connect=0.05)) as minted:
            with pytest.raises(NotSentError, match=r"no connection within 0\.05 s"):
                await minted.request("POST", "/x")


async def test_a_deadline_while_connecting_sends_nothing() -> None:
    async with LoopbackServer(Wire.hang) as server:
        url = server.url.replace("http:", "https:")
        async with server.client(base_url=url, timeout=Timeout(total=0.05, connect=None)) as minted:
            with pytest.raises(NotSentError, match=r"no answer within 0\.05 s"):
                await minted.request("POST", "/x")


async def test_a_deadline_after_sending_leaves_the_outcome_unknown() -> None:
    async with LoopbackServer(hang_after_reading) as server:
        async with server.client(timeout=0.5) as minted:
            with pytest.raises(OutcomeUnknownError, match=r"no answer within 0\.5 s") as caught:
                await minted.orders.find(external_id="ORD-1")
        assert len(server.received) == 1
    assert caught.value.external_id == "ORD-1"
    assert caught.value.status is None
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_an_answer_that_pauses_too_long_leaves_the_outcome_unknown() -> None:
    async with (
        LoopbackServer(hang_after_reading) as server,
        server.client(timeout=Timeout(read=0.05)) as minted,
    ):
        with pytest.raises(OutcomeUnknownError, match="Timeout on reading data"):
            await minted.request("POST", "/x")
        with pytest.raises(RequestTimeoutError, match="Timeout on reading data"):
            await minted.with_options(retry=None).request("GET", "/x")


async def test_an_answer_that_drips_ends_at_the_deadline() -> None:
    async def drip(wire: Wire) -> None:
        await wire.request()
        await wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
        while True:
            await wire.send(b"x")
            await asyncio.sleep(0.01)

    async with LoopbackServer(drip) as server, server.client(timeout=Timeout(total=0.8, read=0.5)) as minted:
        with pytest.raises(OutcomeUnknownError, match="no answer within"):
            await minted.request("POST", "/x")


async def test_no_free_connection_in_time_sends_nothing() -> None:
    async with LoopbackServer(hang_after_reading) as server:
        async with (
            server.client(max_connections=1, timeout=Timeout(pool=0.05)) as minted,
            anyio.create_task_group() as group,
        ):
            group.start_soon(minted.orders.get, "HANG")
            await anyio.lowlevel.checkpoint()
            with pytest.raises(NotSentError, match=r"all 1 connections .* in use for 0\.05 s"):
                await minted.request("POST", "/x")
            group.cancel_scope.cancel()
        assert [received.target for received in server.received] == ["/partner/order/HANG"]


async def test_a_further_attempt_that_gets_no_connection_tells_of_those_before() -> None:
    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.target.endswith("HANG"):
                await wire.hang()
            await wire.send(refusal(503))

    options: dict[str, Any] = {"max_connections": 1, "timeout": Timeout(total=None, pool=0.05)}
    async with (
        LoopbackServer(behave) as server,
        server.client(retry=QUICK_RETRIES, **options) as minted,
        anyio.create_task_group() as group,
    ):
        group.start_soon(minted.orders.get, "HANG")
        with pytest.raises(RequestTimeoutError, match=r"all 1 connections .* 0\.05 s, after 1 attempts"):
            await minted.orders.get("ORD-1")
        group.cancel_scope.cancel()


async def test_waiting_for_a_connection_is_limited_by_the_total_where_no_limit_is_given() -> None:
    async with (
        LoopbackServer(hang_after_reading) as server,
        server.client(max_connections=1) as minted,
        anyio.create_task_group() as group,
    ):
        group.start_soon(minted.orders.get, "HANG")
        await anyio.lowlevel.checkpoint()
        with pytest.raises(NotSentError, match=r"in use for 0\.05 s"):
            await minted.with_options(timeout=0.05).request("POST", "/x")
        group.cancel_scope.cancel()


async def test_the_clock_of_a_call_starts_when_it_gets_a_connection() -> None:
    release = asyncio.Event()

    async def behave(wire: Wire) -> None:
        while await wire.request() is not None:
            await release.wait()
            await wire.send(envelope("5"))

    async with (
        LoopbackServer(behave) as server,
        server.client(max_connections=1, timeout=Timeout(total=1, pool=30)) as minted,
    ):
        first = asyncio.ensure_future(minted.with_options(timeout=30).request("GET", "/first"))
        second = asyncio.ensure_future(minted.request("GET", "/second"))
        await asyncio.wait([first, second], timeout=1.1)
        assert not second.done()
        release.set()
        assert await first == await second == 5


async def test_a_deadline_while_another_call_asks_for_the_challenge_sends_nothing() -> None:
    asked = asyncio.Event()

    async def never_answers(wire: Wire) -> None:
        await wire.request()
        asked.set()
        await wire.hang()

    async with LoopbackServer(never_answers) as server, server.client() as minted:
        async with anyio.create_task_group() as group:
            group.start_soon(minted.orders.get, "LEADER")
            await asked.wait()
            with pytest.raises(NotSentError, match=r"no answer within 0\.1 s"):
                await minted.with_options(timeout=0.1).request("POST", "/x")
            group.cancel_scope.cancel()
        assert len(server.received) == 1


async def test_what_was_refused_with_a_401_was_not_carried_out() -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
        await wire.send(response(b"x", 401, length=10, headers=challenge))
        await wire.hang()

    async with LoopbackServer(behave) as server, server.client(timeout=0.5) as minted:
        with pytest.raises(NotSentError):
            await minted.request("POST", "/x")


async def test_a_signed_request_that_is_lost_leaves_the_outcome_unknown() -> None:
    async def behave(wire: Wire) -> None:
        await wire.request()
        challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
        await wire.send(response(b"", 401, headers=challenge))
        await wire.request()
        wire.reset()

    async with LoopbackServer(behave) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError):
            await minted.request("POST", "/x")
        assert ["authorization" in received.headers for received in server.received] == [False, True]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_redirects_are_not_followed_and_no_credentials_leave_the_origin(
    status: int, method: str
) -> None:
    async with LoopbackServer(answering(envelope())) as elsewhere:
        challenge = {"WWW-Authenticate": 'Digest realm="r", nonce="n", qop="auth"'}
        redirect = response(b"", status, headers={"Location": elsewhere.url + "/x"})
        async with LoopbackServer(answering(response(b"", 401, headers=challenge), redirect)) as server:
            async with server.client() as minted:
                with pytest.raises(MintedError, match="redirects are not followed"):
                    await minted.request(method, "/x")
            assert "authorization" in server.received[1].headers
        assert elsewhere.connections == 0


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, OutcomeUnknownError),
        (302, OutcomeUnknownError),
        (303, OutcomeUnknownError),
        (307, APIError),
        (308, APIError),
    ],
)
async def test_a_redirect_of_a_call_that_changes_something_may_be_its_result(
    status: int, kind: type[MintedError]
) -> None:
    redirect = response(b"", status, headers={"Location": "/done"})
    async with LoopbackServer(answering(redirect)) as server, server.client() as minted:
        with pytest.raises(MintedError) as caught:
            await minted.request("POST", "/x")
    assert type(caught.value) is kind


async def test_a_connection_that_the_server_closed_between_calls_is_not_used() -> None:
    async def closes_after_each(wire: Wire) -> None:
        await wire.request()
        await wire.send(envelope("5"))

    async with LoopbackServer(closes_after_each) as server, server.client() as minted:
        for _ in range(5):
            assert await minted.request("POST", "/x") == 5
            for _ in range(10):  # turns of the loop, in which the end of the connection arrives
                await asyncio.sleep(0)
        assert (server.connections, len(server.received)) == (5, 5)


async def test_what_is_garbled_by_an_echo_shows_no_secret() -> None:
    async def echo(wire: Wire) -> None:
        request = await wire.request()
        assert request is not None
        await wire.send(request.body + b"\r\n\r\n")

    async with LoopbackServer(echo) as server, server.client() as minted:
        with pytest.raises(OutcomeUnknownError) as caught:
            await minted.request("POST", "/x", json={"price_token": "PRICE-TOKEN"})
    assert "PRICE-TOKEN" not in str(caught.value) + repr(caught.value.__cause__)
    assert "no HTTP" in str(caught.value)
