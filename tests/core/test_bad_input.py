"""Whatever a caller passes: either exactly the request that was meant leaves, or nothing at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from minted_async import MintedClient, models
from minted_async.errors import ArgumentError, ConfigurationError
from tests.servers import LoopbackServer, answering, envelope

pytestmark = pytest.mark.anyio

ODD_IDS = [
    "../x",
    "a/b",
    "ü",
    "a\r\nX-Other: 1",
    "%2F",
    "a?b=c",
    "a#b",
    "a b",
    "😀",
    "...",
    "a\x00b",
    "\x7f",
    "//",
    "{id}",
]
ORDER = envelope('{"guid":"G","order_code":"A","external_id":"O","items":[]}')
INEXACT: Any = 0.5
CUSTOMER: dict[str, Any] = {
    "external_id": "C",
    "identity_number": "10000000146",
    "firstname": "Deniz",
    "lastname": "Örnek",
    "email": "deniz@example.com",
    "phone": "+905550000000",
}


def purchase(**changes: Any) -> dict[str, Any]:
    arguments: dict[str, Any] = {
        "price_token": "T",
        "external_id": "O",
        "customer": models.OrderCustomer(**CUSTOMER),
        "items": [models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
    }
    return arguments | changes


@pytest.mark.parametrize("order_id", ODD_IDS)
async def test_an_odd_id_arrives_as_one_segment(order_id: str) -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        await minted.orders.get(order_id)
        (received,) = server.received
    assert received.target.startswith("/partner/order/")
    assert unquote_to_bytes(received.target.removeprefix("/partner/order/")).decode() == order_id
    assert received.target.count("/") == 3
    assert "x-other" not in received.headers


@settings(max_examples=30)
@given(st.lists(st.text(min_size=1), min_size=1, max_size=20))
@example(ODD_IDS)
@example([".", "..", "\ud800"])
async def test_any_id_arrives_as_one_segment_or_is_refused(order_ids: list[str]) -> None:
    sent: list[str] = []
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        for order_id in order_ids:
            try:
                await minted.orders.get(order_id)
                sent.append(order_id)
            except ArgumentError:
                assert order_id in (".", "..") or not order_id.isprintable()
        targets = [received.target for received in server.received]
    assert [target.rpartition("/")[0] for target in targets] == ["/partner/order"] * len(sent)
    assert [unquote_to_bytes(target.rpartition("/")[2]).decode() for target in targets] == sent


async def test_a_prefix_in_the_base_url_stays_before_the_path() -> None:
    async with LoopbackServer(answering(ORDER)) as server:
        async with server.client(base_url=f"{server.url}/api/v1/") as minted:
            await minted.orders.get("../x")
        assert server.received[0].target == "/api/v1/partner/order/..%2Fx"


@pytest.mark.parametrize("order_id", ["", ".", "..", "\ud800", "a\udfff"])
async def test_an_id_that_no_path_can_carry_sends_nothing(order_id: str) -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        for call in (minted.orders.get, minted.balances.customer, minted.customers.get):
            with pytest.raises(ArgumentError):
                await call(order_id)
        assert server.connections == 0


@pytest.mark.parametrize("order_id", [5, None, b"O", UNSET, True])
async def test_an_id_of_another_type_sends_nothing(order_id: Any) -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        with pytest.raises(TypeError, match="external_order_id must be a str"):
            await minted.orders.get(order_id)
        assert server.connections == 0


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"external_id": ""}, ArgumentError, "external_id must not be empty"),
        ({"external_id": 5}, TypeError, "external_id must be a str"),
        ({"external_id": UNSET}, TypeError, "external_id is required"),
        ({"price_token": None}, TypeError, "price_token must be a str"),
        (
            {"items": [models.BuyItem(amount=INEXACT)]},
            TypeError,
            r"items\[0\].amount must be a Decimal, not a float",
        ),
        (
            {"items": [models.BuyItem(amount=Decimal("NaN"))]},
            ArgumentError,
            r"items\[0\].amount must be a finite",
        ),
        (
            {"items": [models.BuyItem(amount=Decimal("Infinity"))]},
            ArgumentError,
            r"items\[0\].amount must be",
        ),
        ({"items": {"sku": "GAU"}}, TypeError, "items must be a list"),
        ({"currency_code": 5}, TypeError, "currency_code must be a str"),
        ({"currency_code": ""}, ArgumentError, "currency_code must not be empty"),
        ({"customer": None}, TypeError, "customer must be an OrderCustomer"),
        ({"topup": 5}, TypeError, "topup must be a Topup"),
    ],
)
async def test_a_wrong_argument_sends_nothing(
    changes: dict[str, Any], error: type[Exception], message: str
) -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        with pytest.raises(error, match=message):
            await minted.orders.buy(**purchase(**changes))
        assert server.connections == 0


async def test_a_missing_argument_sends_nothing() -> None:
    incomplete = purchase()
    del incomplete["external_id"]
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        with pytest.raises(TypeError, match="external_id"):
            await minted.orders.buy(**incomplete)
        assert server.connections == 0


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"json": {"amount": 0.5}}, TypeError),
        ({"json": {"amount": Decimal("NaN")}}, ArgumentError),
        ({"json": {1: 2}}, TypeError),
        ({"json": {"a": UNSET}}, TypeError),
        ({"json": {"\ud800": 1}}, ArgumentError),
        ({"params": {"amount": 0.5}}, TypeError),
        ({"params": {"amount": Decimal("Infinity")}}, ArgumentError),
        ({"params": {"a": [1]}}, TypeError),
        ({"params": {"\ud800": 1}}, ArgumentError),
        ({"params": {5: 1}}, TypeError),
        ({"params": [("a", 1)]}, TypeError),
        ({"path": "/../x"}, ArgumentError),
        ({"path": "//evil.example.com/x"}, ArgumentError),
        ({"path": "/\ud800"}, ArgumentError),
        ({"path": "/x?y"}, ArgumentError),
        ({"path": 5}, TypeError),
        ({"method": "TRACE"}, ConfigurationError),
        ({"method": "GET /x HTTP/1.1\r\nX: y"}, ConfigurationError),
        ({"method": None}, TypeError),
    ],
)
async def test_a_free_request_that_cannot_be_sent_sends_nothing(
    arguments: dict[str, Any], error: type[Exception]
) -> None:
    complete: dict[str, Any] = {"method": "POST", "path": "/x"}
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        with pytest.raises(error):
            await minted.request(**(complete | arguments))
        assert server.connections == 0


LINE_BREAK = "tr\r\nX-Other: 1"


@pytest.mark.parametrize("name", ["locale", "client_id", "base_url"])
async def test_a_line_break_in_a_setting_makes_no_client(name: str) -> None:
    arguments: dict[str, Any] = {name: LINE_BREAK}
    with pytest.raises(ConfigurationError, match=name):
        MintedClient("user", "password", **arguments)


async def test_a_line_break_in_the_user_name_makes_no_client() -> None:
    with pytest.raises(ConfigurationError, match="username"):
        MintedClient(LINE_BREAK, "password")


@pytest.mark.parametrize(
    "options",
    [
        {"locale": LINE_BREAK},
        {"client_id": LINE_BREAK},
        {"api_version": LINE_BREAK},
        {"headers": {"X-A": LINE_BREAK}},
        {"headers": {LINE_BREAK: "1"}},
        {"headers": {"Authorization": "Basic x"}},
        {"timeout": -1},
        {"timeout": "5"},
        {"retry": 3},
    ],
)
async def test_an_option_that_cannot_be_used_makes_no_view(options: dict[str, Any]) -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        with pytest.raises(ConfigurationError):
            minted.with_options(**options)
        assert server.connections == 0


async def test_a_view_with_odd_but_safe_headers_sends_them() -> None:
    async with LoopbackServer(answering(ORDER)) as server, server.client() as minted:
        await minted.with_options(headers={"X-A": "  a, b\t", "X-B": ""}).orders.get("O")
        assert server.received[0].headers["x-a"] == "a, b"
        assert server.received[0].headers["x-b"] == ""
