"""Calls that only read are sent again when that helps, and not once more often than the policy says."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import anyio
import pytest

from minted_async import RetryPolicy, Timeout
from minted_async.errors import (
    APIError,
    ConnectionLostError,
    MintedError,
    NotFoundError,
    NotSentError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
)
from tests.servers import (
    QUICK_RETRIES,
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    bad_gateway,
    close_after_reading,
    envelope,
    half_of,
    hang_after_reading,
    one_each,
    refusal,
    reset_after_reading,
    reset_before_reading,
    response,
)

pytestmark = pytest.mark.anyio

GOOD = answering(envelope("5"))
LONG_ANSWER = envelope('"' + "x" * 1000 + '"')
HEADERS = b"HTTP/1.1 200 OK\r\nX-First: 1\r\nX-Second: 2222222222222222222222222222\r\n\r\n"
PASSING = [
    pytest.param(reset_before_reading, id="reset before reading"),
    pytest.param(reset_after_reading, id="reset after reading"),
    pytest.param(close_after_reading, id="end after reading"),
    pytest.param(half_of(LONG_ANSWER), id="reset after half the body"),
    pytest.param(half_of(LONG_ANSWER, reset=False), id="end after half the body"),
    pytest.param(half_of(HEADERS), id="reset in the headers"),
    pytest.param(half_of(HEADERS, reset=False), id="end in the headers"),
]


@pytest.mark.parametrize("failure", PASSING)
async def test_a_lost_connection_is_tried_again(failure: Behaviour) -> None:
    async with LoopbackServer(one_each(failure, failure, GOOD)) as server, server.client() as minted:
        assert await minted.request("GET", "/x") == 5
        assert server.connections == 3


@pytest.mark.parametrize("failure", PASSING)
async def test_each_attempt_uses_one_connection(failure: Behaviour) -> None:
    async with LoopbackServer(failure) as server, server.client() as minted:
        with pytest.raises(ConnectionLostError) as caught:
            await minted.request("GET", "/x")
        assert server.connections == 3
    assert caught.value.attempts == 3
    assert "after 3 attempts" in str(caught.value)


async def test_a_dead_kept_connection_is_tried_again() -> None:
    async def dead_when_kept(wire: Wire) -> None:
        await wire.request()
        await wire.send(envelope("4"))
        await wire.request()
        wire.reset()

    async with LoopbackServer(one_each(dead_when_kept, GOOD)) as server, server.client() as minted:
        assert await minted.request("GET", "/x") == 4
        assert await minted.request("GET", "/x") == 5
        assert (server.connections, len(server.received)) == (2, 3)


@pytest.mark.parametrize("failure", PASSING)
async def test_without_a_policy_there_is_one_attempt(failure: Behaviour) -> None:
    async with LoopbackServer(failure) as server, server.client() as minted:
        with pytest.raises(ConnectionLostError):
            await minted.with_options(retry=None).request("GET", "/x")
        assert server.connections == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("worded", [True, False])
async def test_a_status_that_may_pass_is_tried_again(status: int, worded: bool) -> None:
    failure = refusal(status) if worded else response(b"<html>", status)
    async with (
        LoopbackServer(answering(failure, failure, envelope("5"))) as server,
        server.client() as minted,
    ):
        assert await minted.request("GET", "/x") == 5
        assert len(server.received) == 3
        assert server.connections == 1


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422, 501])
async def test_any_other_status_is_final(status: int) -> None:
    async with LoopbackServer(answering(refusal(status), envelope("5"))) as server, server.client() as minted:
        with pytest.raises(APIError):
            await minted.request("GET", "/x")
        assert len(server.received) == 1


async def test_an_answer_that_cannot_be_read_is_final() -> None:
    async with LoopbackServer(answering(envelope("{"), envelope("5"))) as server, server.client() as minted:
        with pytest.raises(MintedError, match="does not fit"):
            await minted.request("GET", "/x")
        assert len(server.received) == 1


async def test_html_with_status_502_is_a_server_error_in_the_end() -> None:
    async with LoopbackServer(answering(bad_gateway())) as server, server.client() as minted:
        with pytest.raises(ServerError, match="502 Bad Gateway") as caught:
            await minted.orders.get("ORD-1")
        assert len(server.received) == 3
    assert (caught.value.status, caught.value.code) == (502, None)
    assert caught.value.body.startswith("<html>")


async def test_a_refused_connection_is_tried_again_and_then_not_sent() -> None:
    async with LoopbackServer(GOOD) as server:
        client = server.client()
    async with client as minted:
        with minted.capture() as exchanges, pytest.raises(NotSentError):
            await minted.request("GET", "/x")
    assert exchanges[0].attempts == 3


async def test_the_error_of_the_last_attempt_is_raised() -> None:
    async def first_503(wire: Wire) -> None:
        await wire.request()
        await wire.send(refusal(503, headers={"Connection": "close"}))

    behaviour = one_each(first_503, reset_after_reading)
    async with LoopbackServer(behaviour) as server, server.client() as minted:
        with pytest.raises(ConnectionLostError):
            await minted.request("GET", "/x")
        assert server.connections == 3


async def test_retry_after_is_waited_for() -> None:
    slow = refusal(503, headers={"Retry-After": "1"})
    async with LoopbackServer(answering(slow, envelope("5"))) as server, server.client() as minted:
        with minted.capture() as exchanges:
            assert await minted.request("GET", "/x") == 5
        assert len(server.received) == 2
    assert exchanges[0].elapsed >= 1


@pytest.mark.parametrize("as_date", [False, True])
async def test_retry_after_beyond_the_deadline_is_raised_at_once(as_date: bool) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    limited = refusal(429, headers={"Retry-After": later if as_date else "3600"})
    async with LoopbackServer(answering(limited)) as server, server.client(timeout=30) as minted:
        with minted.capture() as exchanges, pytest.raises(RateLimitedError) as caught:
            await minted.request("GET", "/x")
        assert len(server.received) == 1
    assert caught.value.retry_after is not None
    assert 3590 < caught.value.retry_after <= 3600
    assert exchanges[0].elapsed < 20


async def test_the_deadline_holds_over_all_attempts() -> None:
    policy = RetryPolicy(attempts=100_000, base_delay=0, budget=1e6)
    async with LoopbackServer(answering(refusal(503))) as server:
        async with server.client(retry=policy, timeout=Timeout(total=1)) as minted:
            with minted.capture() as exchanges, pytest.raises((ServerError, RequestTimeoutError)):
                await minted.request("GET", "/x")
        assert len(server.received) > 3
    assert 0.8 < exchanges[0].elapsed < 20


async def test_an_answer_that_never_comes_ends_at_the_deadline() -> None:
    async with LoopbackServer(one_each(reset_after_reading, hang_after_reading)) as server:
        async with server.client(timeout=1.5) as minted:
            with pytest.raises(
                RequestTimeoutError, match=r"no answer within 1\.5 s, after 2 attempts"
            ) as caught:
                await minted.request("GET", "/x")
        assert len(server.received) == 2
    assert caught.value.attempts == 2


async def test_waiting_for_a_connection_again_ends_at_the_deadline_too() -> None:
    async def first_503(wire: Wire) -> None:
        request = await wire.request()
        assert request is not None
        if request.target == "/x":
            await wire.send(refusal(503, headers={"Retry-After": "0", "Connection": "close"}))
        else:
            await wire.hang()

    policy = RetryPolicy(base_delay=0)
    async with LoopbackServer(first_503) as server:
        async with server.client(retry=policy, max_connections=1, timeout=1) as minted:

            async def reads() -> None:
                with pytest.raises(RequestTimeoutError, match="after 1 attempts"):
                    await minted.request("GET", "/x")

            async def hangs() -> None:
                with pytest.raises(RequestTimeoutError):
                    await minted.with_options(timeout=4).request("GET", "/hang")

            async with anyio.create_task_group() as group:
                group.start_soon(reads)
                group.start_soon(hangs)
        assert [received.target for received in server.received] == ["/x", "/hang"]


async def test_an_empty_budget_ends_the_retries() -> None:
    policy = RetryPolicy(attempts=2, base_delay=0, budget=3, budget_refill=0)
    async with LoopbackServer(answering(refusal(503))) as server, server.client(retry=policy) as minted:
        for _ in range(10):
            with pytest.raises(ServerError):
                await minted.request("GET", "/x")
        assert len(server.received) == 10 + 3


async def test_calls_that_are_never_repeated_leave_the_budget_alone() -> None:
    policy = RetryPolicy(attempts=2, base_delay=0, budget=100, budget_refill=0)
    async with LoopbackServer(answering(refusal(503))) as server, server.client(retry=policy) as minted:
        single = minted.with_options(retry=None)
        for client in (minted, single, minted):
            with pytest.raises(ServerError):
                await client.request("GET", "/x")
        with pytest.raises(ServerError):
            await minted.request("POST", "/x")
        assert len(server.received) == 2 + 1 + 2 + 1


async def test_a_view_shares_the_budget() -> None:
    policy = RetryPolicy(attempts=2, base_delay=0, budget=1, budget_refill=0)
    async with LoopbackServer(answering(refusal(503))) as server, server.client(retry=policy) as minted:
        for client in (minted, minted.with_options(locale="en")):
            with pytest.raises(ServerError):
                await client.request("GET", "/x")
        assert len(server.received) == 2 + 1


async def test_retries_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "minted_async")
    behaviour = one_each(reset_after_reading, answering(refusal(503), envelope("5")))
    async with LoopbackServer(behaviour) as server, server.client(retry=QUICK_RETRIES) as minted:
        await minted.request("GET", "/x")
    lines = [record.getMessage() for record in caplog.records if record.name == "minted_async"]
    assert len(lines) == 2
    assert lines[0].startswith("request: attempt 1 failed (ConnectionLostError from ClientOSError")
    assert lines[1].startswith("request: attempt 2 failed (HTTP 503), the next one in 0.0")


async def test_a_not_found_order_is_asked_for_once() -> None:
    async with LoopbackServer(answering(refusal(404))) as server, server.client() as minted:
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-1")
        assert len(server.received) == 1
