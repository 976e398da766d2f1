"""A documented answer read whole, exact numbers both ways, and requests that the SDK does not know."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from minted_async import models
from minted_async.core.decoding import check_result
from minted_async.core.scalars import JsonObject
from minted_async.errors import APIError, DecodeError, OutcomeUnknownError
from tests.servers import LoopbackServer, answering, envelope, refusal, response

pytestmark = pytest.mark.anyio

GOOD = answering(envelope("5"))

# Of the form of the documented example (api-4295600), every value made up.
ORDER = """{
  "data": {
    "guid": "0A1B2C3D-4E5F-4A6B-8C7D-9E0F1A2B3C4D",
    "order_code": "AB12CD34",
    "external_id": "HYAQA0171ab12",
    "type": "Buy",
    "price": 2417.86,
    "tax": 0,
    "total": 2417.86,
    "status_name": "Pending",
    "order_at": "13-10-2023 11:10",
    "payment_cost": 10,
    "currency_code": "TRY",
    "customer": {
      "external_id": "1000000001",
      "firstname": "Deniz",
      "middlename": "",
      "lastname": "Örnek",
      "fullname": "Deniz Örnek",
      "email": "deniz@example.com",
      "phone": "+9055500000000",
      "gender": "M",
      "identity_number": "10000000146",
      "birthdate": "1970-01-31"
    },
    "payment": {
      "token": "u8jzPde0IgxLd6GncfBAepfJBd0Kh8oOOL8dKLzdocJ2isAjIhKtJ0RlgLKOmxg",
      "transaction_id": null,
      "order_reference": "HYAQA0171ab12",
      "amount": 2417.86,
      "comission": 0,
      "total": 2417.86,
      "refunded_amount": 0,
      "error_code": null,
      "error_message": null,
      "state": "success",
      "details": {
        "card_cvv": "739",
        "card_expiry": "05/28",
        "card_holder": "Jane Roe",
        "card_number": "411111******1111",
        "customer_ip": "127.0.0.1",
        "card_association": "Visa"
      }
    },
    "items": [
      {
        "product_id": 3000001,
        "sku": "GAU",
        "product_name": "Gold - Digital storage",
        "spot_price": 2301.40,
        "price": 2417.86,
        "tax_rate": 0,
        "tax": 0,
        "amount": 1,
        "total": 2417.86
      }
    ]
  },
  "success": true,
  "code": 0,
  "message": ""
}"""
ORDER_SECRETS = ["10000000146", "u8jzPde0", "739", "05/28", "411111******1111"]


async def test_the_documented_order_is_read_whole() -> None:
    async with LoopbackServer(answering(response(ORDER))) as server, server.client() as minted:
        order = await minted.orders.get("HYAQA0171ab12")
        assert server.received[0].target == "/partner/order/HYAQA0171ab12"
        assert server.received[0].headers["api-version"] == "2"
    assert order.total == Decimal("2417.86")
    assert order.status_name == "Pending"
    assert order.status_name is models.OrderStatus.PENDING
    assert order.type is models.OrderType.BUY
    assert order.order_at == datetime(2023, 10, 13, 11, 10, tzinfo=UTC)
    assert order.items[0].spot_price == Decimal("2301.40")
    assert order.items[0].tax == 0
    assert order.payment is not None
    assert order.payment.transaction_id is None
    assert order.payment.details is not None
    assert order.payment.details.card_holder == "Jane Roe"
    assert order.customer is not None
    assert order.customer.identity_number == "10000000146"


async def test_the_documented_order_shows_no_secret() -> None:
    async with LoopbackServer(answering(response(ORDER))) as server, server.client() as minted:
        with minted.capture() as exchanges:
            order = await minted.orders.get("HYAQA0171ab12")
    output = StringIO()
    Console(file=output, width=200).print(order)
    for shown in (repr(order), output.getvalue(), exchanges[0].body.decode()):
        assert "Deniz" in shown
        assert not [secret for secret in ORDER_SECRETS if secret in shown]


@settings(max_examples=20)
@given(st.lists(st.decimals(allow_nan=False, allow_infinity=False), min_size=1, max_size=10))
async def test_decimals_survive_the_way_there_and_back(amounts: list[Decimal]) -> None:
    numbers = ", ".join(str(amount) for amount in amounts)
    async with LoopbackServer(answering(envelope(f"[{numbers}]"))) as server, server.client() as minted:
        assert await minted.request("POST", "/x", json=amounts) == amounts
        assert msgspec.json.decode(server.received[0].body, type=list[Decimal]) == amounts


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "post"])
async def test_a_free_request(method: str) -> None:
    async with LoopbackServer(answering(envelope('{"a": [1, 2.50]}'))) as server, server.client() as minted:
        data = await minted.request(method, "/partner/x y", params={"q": "a&b", "none": None})
        (received,) = server.received
    assert data == {"a": [Decimal(1), Decimal("2.50")]}
    assert [type(number) for number in data["a"]] == [Decimal, Decimal]
    assert (received.method, received.target) == (method.upper(), "/partner/x%20y?q=a%26b")
    assert "api-version" not in received.headers


async def test_a_free_request_with_a_body() -> None:
    async with LoopbackServer(GOOD) as server, server.client() as minted:
        await minted.request(
            "POST", "/x", json={"amount": Decimal("0.10"), "item": models.BuyItem(sku="GAU")}
        )
        await minted.request("POST", "/x", json=None)
        await minted.request("POST", "/x")
        given, null, absent = server.received
    assert given.body == b'{"amount":0.10,"item":{"sku":"GAU"}}'
    assert given.headers["content-type"] == "application/json"
    assert null.body == b"null"
    assert (absent.body, absent.headers["content-length"]) == (b"", "0")
    assert "content-type" not in absent.headers


async def test_a_free_request_fills_a_type_of_the_caller() -> None:
    class Weight(msgspec.Struct):
        grams: Decimal

    async with LoopbackServer(answering(envelope('[{"grams": 0.50}]'))) as server, server.client() as minted:
        weights = await minted.request("GET", "/x", result=list[Weight])
        assert weights == [Weight(Decimal("0.50"))]
        with pytest.raises(DecodeError) as caught:
            await minted.request("GET", "/x", result=Weight)
    assert caught.value.path == "$.data"
    assert caught.value.operation == "GET /x"


async def test_a_free_request_fails_like_any_call() -> None:
    async with (
        LoopbackServer(answering(refusal(422, 17, "hayır"), response(b"", 502))) as server,
        server.client() as minted,
    ):
        with pytest.raises(APIError, match="POST /x: HTTP 422, code 17: Minted says 'hayır'"):
            await minted.request("POST", "/x")
        with pytest.raises(OutcomeUnknownError, match="PUT /x"):
            await minted.request("PUT", "/x", json={})


class Unreadable:
    pass


@pytest.mark.parametrize(
    "result", [Unreadable, dict[str, Unreadable], list[Unreadable | None], int | Unreadable, "abc"], ids=str
)
async def test_a_result_that_cannot_be_read_is_refused_before_the_call(result: Any) -> None:
    async with LoopbackServer(answering(envelope())) as server, server.client() as minted:
        with pytest.raises(TypeError, match="result must be a type that JSON can be read as"):
            await minted.request("POST", "/x", result=result)
        assert server.received == []


@pytest.mark.parametrize(
    "result", [dict[str, object], models.Order, list[models.Price] | None, set[str], JsonObject], ids=str
)
def test_a_result_that_can_be_read_is_none_of_that(result: Any) -> None:
    check_result(result)
