"""Captured exchanges: whose they are, what they hold, and what they do not show."""

from __future__ import annotations

import asyncio
import json

import anyio
import pytest

from minted_async import Exchange, MintedClient
from minted_async.errors import APIError, NotSentError, OutcomeUnknownError
from tests.digest_server import DigestPolicy, DigestServer
from tests.servers import (
    LoopbackServer,
    Wire,
    answering,
    envelope,
    hang_after_reading,
    refusal,
    reset_after_reading,
)

pytestmark = pytest.mark.anyio

GOOD = answering(envelope("5", headers={"X-Trace": "1", "Set-Cookie": "session=abc"}))


async def test_an_exchange_holds_what_was_sent_and_received() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        with minted.capture() as exchanges:
            await minted.request("POST", "/x", params={"page": 2}, json={"a": 1})
    (exchange,) = exchanges
    assert (exchange.operation, exchange.method) == ("POST /x", "POST")
    assert exchange.url == f"{server.url}/x?page=2"
    assert exchange.request_headers["x-client-id"] == "web"
    assert exchange.request_body == b'{"a":1}'
    assert (exchange.status, exchange.attempts, exchange.error) == (200, 1, None)
    assert exchange.headers["x-trace"] == "1"
    assert json.loads(exchange.body)["data"] == 5
    assert 0 < exchange.elapsed < 5


async def test_exchanges_come_oldest_first_and_can_be_sliced() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        with minted.capture() as exchanges:
            for number in range(3):
                await minted.request("GET", f"/{number}")
    assert [exchange.operation for exchange in exchanges] == ["GET /0", "GET /1", "GET /2"]
    assert exchanges[-1].operation == "GET /2"
    assert [exchange.operation for exchange in exchanges[1:]] == ["GET /1", "GET /2"]
    assert len(exchanges) == 3
    assert f"GET /1: GET {server.url}/1 -> 200" in repr(exchanges)


async def test_calls_of_child_tasks_belong_to_the_block() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        with minted.capture() as exchanges:
            async with anyio.create_task_group() as group:
                for number in range(5):
                    group.start_soon(minted.request, "GET", f"/{number}")
    assert {exchange.operation for exchange in exchanges} == {f"GET /{number}" for number in range(5)}


async def test_calls_of_sibling_tasks_do_not() -> None:
    opened = asyncio.Event()
    async with LoopbackServer(GOOD) as server, server.client() as minted:

        async def captures() -> list[Exchange]:
            with minted.capture() as exchanges:
                opened.set()
                await minted.request("GET", "/mine")
                await sibling
                return list(exchanges)

        async def is_not_captured() -> None:
            await opened.wait()
            await minted.request("GET", "/other")

        sibling = asyncio.create_task(is_not_captured())
        assert [exchange.operation for exchange in await captures()] == ["GET /mine"]


async def test_calls_after_the_block_are_not_added() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        release = asyncio.Event()

        async def late() -> None:
            await release.wait()
            await minted.request("GET", "/late")

        with minted.capture() as exchanges:
            task = asyncio.create_task(late())
            await minted.request("GET", "/x")
        release.set()
        await task
        await minted.request("GET", "/after")
    assert [exchange.operation for exchange in exchanges] == ["GET /x"]


async def test_a_call_that_ends_after_the_block_is_not_added() -> None:
    async with LoopbackServer(hang_after_reading) as server, server.client(timeout=0.5, retry=None) as minted:
        with minted.capture() as exchanges:
            task = asyncio.create_task(minted.request("POST", "/x"))
            await anyio.wait_all_tasks_blocked()
        with pytest.raises(OutcomeUnknownError):
            await task
    assert len(exchanges) == 0


async def test_blocks_can_be_nested() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        with minted.capture() as outer:
            await minted.request("GET", "/1")
            with minted.capture() as inner:
                await minted.request("GET", "/2")
            await minted.request("GET", "/3")
    assert [exchange.operation for exchange in outer] == ["GET /1", "GET /2", "GET /3"]
    assert [exchange.operation for exchange in inner] == ["GET /2"]


async def test_views_share_a_block() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        view = minted.with_options(locale="en")
        with minted.capture() as exchanges:
            await view.request("GET", "/view")
        with view.capture() as of_the_view:
            await minted.request("GET", "/client")
    assert [exchange.request_headers["accept-language"] for exchange in exchanges] == ["en"]
    assert [exchange.operation for exchange in of_the_view] == ["GET /client"]


async def test_two_clients_do_not_mix() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as one, server.client() as other:
        with one.capture() as of_one, other.capture() as of_other:
            await one.request("GET", "/one")
            await other.request("GET", "/other")
    assert [exchange.operation for exchange in of_one] == ["GET /one"]
    assert [exchange.operation for exchange in of_other] == ["GET /other"]


async def test_refusals_are_captured_with_their_answer() -> None:
    async with LoopbackServer(answering(refusal(422, 17))) as server, server.client() as minted:
        with minted.capture() as exchanges, pytest.raises(APIError):
            await minted.request("POST", "/x")
    assert (exchanges[0].status, exchanges[0].error) == (422, None)
    assert b'"code":17' in exchanges[0].body


async def test_lost_answers_are_captured_with_their_error() -> None:
    async with LoopbackServer(reset_after_reading) as server, server.client() as minted:
        with minted.capture() as exchanges, pytest.raises(OutcomeUnknownError):
            await minted.orders.find(external_id="O")
    assert (exchanges[0].status, exchanges[0].body, exchanges[0].headers) == (None, b"", {})
    assert exchanges[0].error is not None
    assert exchanges[0].error.startswith("OutcomeUnknownError(")


async def test_cancelled_calls_are_captured() -> None:
    async with LoopbackServer(hang_after_reading) as server, server.client() as minted:
        with minted.capture() as exchanges, anyio.move_on_after(0.05):
            await minted.request("GET", "/x")
    assert exchanges[0].error is not None
    assert exchanges[0].error.startswith("CancelledError(")


async def test_attempts_are_counted() -> None:
    async with (
        LoopbackServer(answering(refusal(503), refusal(503), envelope())) as server,
        server.client() as minted,
    ):
        with minted.capture() as exchanges:
            await minted.request("GET", "/x")
    assert exchanges[0].attempts == 3


async def test_arguments_that_are_refused_are_no_exchange() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        with minted.capture() as exchanges, pytest.raises(TypeError):
            await minted.request("POST", "/x", json=0.5)
    assert list(exchanges) == []


async def test_credentials_are_masked() -> None:
    async with (
        DigestServer(DigestPolicy(next_nonce="abc", jitter=0)) as server,
        MintedClient("user", "password", base_url=server.url) as minted,
    ):
        with minted.capture() as exchanges:
            await minted.request("GET", "/x")
    (exchange,) = exchanges
    assert exchange.request_headers["authorization"] == "***"
    assert exchange.headers["authentication-info"] == "***"


async def test_secrets_are_masked_everywhere() -> None:
    secrets = {
        "card_number": "4111222233334444",
        "card_cvv": "cvv-987",
        "price_token": 'to"k/en',
        "password": "hunter2",
    }

    async def echo(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            body = request.body.replace(b"/", b"\\/")
            headers = {"X-Echo": request.target, "Set-Cookie": "a=b"}
            await wire.send(envelope(b'{"echo":' + (body or b"null") + b"}", headers=headers))

    async with LoopbackServer(echo) as server:
        paths = {"cards.delete": "DELETE /cards/{card_token}", "cards.list": "GET /cards"}
        async with server.client(paths=paths) as minted:
            with minted.capture() as exchanges:
                await minted.request("POST", "/x", json=secrets)
                await minted.cards.delete(card_token="CARD-TOKEN")
                await minted.cards.list(**secrets)
    shown = repr(list(exchanges)) + repr(exchanges)
    for secret in (*secrets.values(), 'to\\"k', "to%22k", "CARD-TOKEN"):
        assert secret not in shown
    assert exchanges[1].url == f"{server.url}/cards/***"
    assert json.loads(exchanges[0].request_body) == dict.fromkeys(secrets, "***")


async def test_nothing_that_was_not_sent_shows_a_secret() -> None:
    async with LoopbackServer(GOOD) as server:
        url = server.url
    async with MintedClient("user", "password", base_url=url) as minted:
        with minted.capture() as exchanges, pytest.raises(NotSentError):
            await minted.request("POST", "/x", json={"card_cvv": "cvv-987"})
    assert "cvv-987" not in repr(list(exchanges))
