"""The webview's client: a token of its own on the connections of its client, and nothing else in common."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from minted_async import MintedClient
from minted_async.errors import AuthenticationError, ConfigurationError, MintedError
from tests.core.test_credentials import variables
from tests.servers import LoopbackServer, Wire, answering, bad_gateway, envelope, refusal, response

pytestmark = pytest.mark.anyio

TOKEN = "webview-token/1+=.7f3a"
BASKET = json.dumps(
    {"id": 7, "guid": "G", "order_creation_status": "basket", "token": "t" * 32, "increment_id": "MC_1"}
)
CHALLENGE = {"WWW-Authenticate": 'Digest realm="minted", nonce="n1", qop="auth"'}


async def signs_and_reads_tokens(wire: Wire) -> None:
    """Asks for a digest, takes any; takes any token but one that has run out."""
    while (request := await wire.request()) is not None:
        given = request.headers.get("authorization", "")
        if given == "Bearer over" or not given:
            await wire.send(refusal(401, headers=CHALLENGE))
        else:
            await wire.send(envelope(BASKET if given.startswith("Bearer") else "{}"))


async def test_a_token_travels_on_the_connections_of_the_client() -> None:
    async with LoopbackServer(signs_and_reads_tokens) as server, server.client() as minted:
        await minted.request("GET", "/partner/x")
        basket = await minted.webview(TOKEN).active_basket()
        await minted.request("GET", "/partner/x")
    assert basket.increment_id == "MC_1"
    given = [request.headers.get("authorization", "").split(" ")[0] for request in server.received]
    assert given == ["", "Digest", "Bearer", "Digest"]
    assert server.received[2].headers["authorization"] == f"Bearer {TOKEN}"
    assert server.connections == 1


@pytest.mark.parametrize("token", [f"{TOKEN} {TOKEN}", f"{TOKEN}\n", TOKEN.encode()])
async def test_no_variable_of_a_traceback_holds_a_token_that_is_refused(token: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        MintedClient("user", "password").webview(token)
    assert TOKEN not in variables(caught.value)


async def test_a_token_is_sent_ahead_and_needs_no_password() -> None:
    async with LoopbackServer(signs_and_reads_tokens) as server, server.client() as minted:
        await minted.webview(TOKEN).active_basket()
    assert len(server.received) == 1


async def test_a_refused_token_is_sent_once_and_stops_nobody_else() -> None:
    async with LoopbackServer(signs_and_reads_tokens) as server, server.client() as minted:
        with pytest.raises(
            AuthenticationError, match=r"the token was refused: .* ask for a new one"
        ) as caught:
            await minted.webview("over").active_basket()
        assert (caught.value.status, caught.value.operation) == (401, "webview.active_basket")
        await minted.webview(TOKEN).active_basket()
        await minted.request("GET", "/partner/x")
    assert [request.headers.get("authorization", "")[:6] for request in server.received] == [
        "Bearer",
        "Bearer",
        "",
        "Digest",
    ]


async def test_a_refused_password_does_not_stop_a_token() -> None:
    async def refuses_passwords(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            bearer = request.headers.get("authorization", "").startswith("Bearer")
            await wire.send(envelope(BASKET) if bearer else refusal(401, headers=CHALLENGE))

    async with LoopbackServer(refuses_passwords) as server, server.client() as minted:
        for _ in range(2):
            with pytest.raises(AuthenticationError):
                await minted.request("GET", "/partner/x")
        assert (await minted.webview(TOKEN).active_basket()).id == 7


async def test_it_has_the_options_of_the_client_or_view_that_made_it() -> None:
    answers = bad_gateway(), envelope(BASKET)
    async with LoopbackServer(answering(*answers)) as server, server.client(locale="tr") as minted:
        await minted.with_options(locale="en", headers={"x-trace": "1"}).webview(TOKEN).active_basket()
    assert [request.headers["accept-language"] for request in server.received] == ["en", "en"]
    assert [request.headers["x-trace"] for request in server.received] == ["1", "1"]
    assert [request.headers["authorization"] for request in server.received] == [f"Bearer {TOKEN}"] * 2


async def test_it_is_closed_with_its_client() -> None:
    async with LoopbackServer(answering(envelope(BASKET))) as server:
        async with server.client() as minted:
            webview = minted.webview(TOKEN)
            await webview.active_basket()
        with pytest.raises(ConfigurationError, match="closed"):
            await webview.active_basket()


async def test_what_the_webview_may_do_is_no_property_of_the_client() -> None:
    minted = MintedClient("user", "password")
    names = {name for name in dir(minted.webview(TOKEN)) if not name.startswith("_")}
    assert names == {"active_basket", "orders", "all_orders", "complete"}


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ("", "not empty"),
        ("Bearer secret-token", "without the word Bearer"),
        ("secret-token\r\nX: y", "printable ASCII"),
        ("secret-token ü", "printable ASCII"),
        (b"secret-token", "must be a str, not bytes"),
        (None, "must be a str, not NoneType"),
    ],
)
def test_a_token_that_cannot_stand_in_a_header_is_refused_without_being_shown(
    token: str, message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message) as caught:
        MintedClient("user", "password").webview(token)
    assert "secret-token" not in repr(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refusal(404, 1, f"no basket for {TOKEN}"), id="message"),
        pytest.param(refusal(401, 1, f"{TOKEN} has run out"), id="401"),
        pytest.param(envelope(json.dumps({"id": TOKEN})), id="no basket"),
        pytest.param(response(f"<p>{TOKEN}</p>", 500), id="page"),
        pytest.param(envelope(BASKET, headers={"x-echo": TOKEN}), id="header"),
    ],
)
async def test_the_token_shows_nowhere(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    async with LoopbackServer(answering(answer)) as server, server.client() as minted:
        webview = minted.webview(TOKEN)
        shown += [webview, webview._sender]  # pyright: ignore[reportPrivateUsage]
        with minted.capture() as exchanges:
            try:
                await webview.active_basket()
            except MintedError as error:
                shown += [error, str(error), vars(error), error.__cause__, error.__context__]
        shown += [exchanges, *exchanges]
        assert exchanges[0].request_headers["authorization"] == "***"
    shown += [record.getMessage() for record in caplog.records]
    assert server.received[0].headers["authorization"] == f"Bearer {TOKEN}"
    for thing in shown:
        assert TOKEN not in repr(thing)
