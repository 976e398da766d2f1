"""Bodies, headers and addresses that no operation can work with, and how the answers say so."""

from __future__ import annotations

import gzip
from decimal import Decimal
from typing import Any

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import (
    ADDRESSES,
    BUY,
    CUSTOMER,
    DELIVERY,
    FIND,
    PERSON,
    PRICE_FIX,
    SELL,
    Caller,
)

pytestmark = pytest.mark.anyio

TURKISH = {"x-client-id": "web", "Accept-Language": "tr"}


def person_without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in PERSON.items() if name not in names}


# ---------------------------------------------------------------- bodies
@pytest.mark.parametrize(
    ("path", "body", "fields"),
    [
        (PRICE_FIX, {}, {"type"}),
        (PRICE_FIX, {"type": "physical"}, {"type"}),
        (PRICE_FIX, {"type": "digital", "currency": "JPY"}, {"currency"}),
        (PRICE_FIX, {"type": "digital", "total": 100}, {"customer_external_id"}),
        (PRICE_FIX, {"type": "digital", "customer_external_id": "C", "total": "100"}, {"total"}),
        (PRICE_FIX, {"type": "digital", "customer_external_id": "C", "total": -1}, {"total"}),
        (PRICE_FIX, {"type": "digital", "customer_external_id": 7}, {"customer_external_id"}),
        (BUY, {}, {"price_token", "external_id", "customer", "items"}),
        (BUY, {"payment_type": "creditcard"}, {"price_token", "customer", "items", "payment"}),
        (SELL, {}, {"price_token", "external_id", "items"}),
        (CUSTOMER, {"external_id": ""}, {"external_id"}),
        (CUSTOMER, {"external_id": None}, {"external_id"}),
        (CUSTOMER, {"external_id": 7, "firstname": []}, {"external_id", "firstname"}),
        (CUSTOMER, {"external_id": "C", "gender": "X", "email": "deniz"}, {"gender", "email"}),
        (CUSTOMER, {"external_id": "C", "birthdate": "31-02-1990"}, {"birthdate"}),
        (CUSTOMER, {"external_id": "C", "birthdate": "19900131"}, {"birthdate"}),
        (FIND, {"guid": "x", "push_hook": "yes"}, {"push_hook"}),
        (DELIVERY, {}, {"customer", "external_id", "sku", "amount", "address"}),
        (
            DELIVERY,
            {
                "customer": person_without("email"),
                "external_id": "D",
                "sku": "XXX",
                "amount": Decimal("1.5"),
                "address": {"billing": {**ADDRESSES["billing"], "invoice_type": "Other"}, "shipping": {}},
            },
            {
                "customer.email",
                "sku",
                "amount",
                "address.billing.invoice_type",
                *(
                    f"address.shipping.{name}"
                    for name in ("fullname", "city", "county", "district", "address")
                ),
            },
        ),
    ],
)
async def test_every_field_that_is_wrong_is_named(
    caller: Caller, path: str, body: dict[str, Any], fields: set[str]
) -> None:
    assert set((await caller.post(path, body)).errors) == fields


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"items": []}, {"items"}),
        ({"items": {}}, {"items"}),
        ({"items": [{"sku": "GAU"}, 7]}, {"items.0.amount", "items.1"}),
        ({"items": [{"amount": 1}]}, {"items.0.sku"}),
        ({"items": [{"sku": "XXX", "amount": True}]}, {"items.0.sku", "items.0.amount"}),
        ({"items": [{"product_id": "7", "amount": "1"}]}, {"items.0.product_id", "items.0.amount"}),
        ({"items": [{"sku": "GAU", "amount": 0}]}, {"items.0.amount"}),
        ({"items": [{"sku": "GAU", "amount": -1}]}, {"items.0.amount"}),
        ({"items": [{"sku": "GAU", "amount": Decimal("1E+10")}]}, {"items.0.amount"}),
        ({"items": [{"sku": "GAU", "amount": Decimal("1E-999999")}]}, {"items.0.amount"}),
        ({"items": [{"sku": "GAU", "amount": Decimal("0.000000001")}]}, {"items.0.amount"}),
        ({"customer": person_without("lastname", "phone")}, {"customer.lastname", "customer.phone"}),
        ({"customer": "CST-1"}, {"customer"}),
        ({"payment_type": "cash"}, {"payment_type"}),
        (
            {"payment_type": "creditcard", "payment": {"card_cvv": 123}},
            {"payment.card_token", "payment.card_cvv"},
        ),
        ({"currency_code": "JPY"}, {"currency_code"}),
    ],
)
async def test_every_flaw_of_a_purchase_is_named(
    sandbox: Sandbox, caller: Caller, changes: dict[str, Any], fields: set[str]
) -> None:
    assert set((await caller.buy("ORD-1", **changes)).errors) == fields
    assert not sandbox.orders


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"price=1",
        b'{"type": NaN}',
        b'"\xff"',
        b'{"type": "\\ud800"}',
        b"[" * 50_000,
        b'{"total": 1e99999999999999999999}',
        b'{"total": ' + b"9" * 5000 + b"}x",
    ],
)
async def test_a_body_that_is_not_json_is_refused(caller: Caller, data: bytes) -> None:
    answer = await caller.call("POST", PRICE_FIX, data=data)
    assert (answer.status, answer.envelope["success"], answer.envelope["data"]) == (400, False, [])


@pytest.mark.parametrize("data", [b"[]", b"null", b'"digital"', b"7"])
async def test_a_body_that_is_not_an_object_is_refused(caller: Caller, data: bytes) -> None:
    answer = await caller.call("POST", PRICE_FIX, data=data)
    assert (answer.status, answer.errors) == (422, {})


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
async def test_a_body_of_another_type_is_refused(caller: Caller, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    answer = await caller.call("POST", PRICE_FIX, {"type": "digital"}, headers=headers)
    assert (answer.status, answer.envelope["success"]) == (415, False)


async def test_a_body_of_exactly_one_mebibyte_is_read(caller: Caller) -> None:
    data = b'{"type": "digital"}'.ljust(1024**2)
    assert (await caller.call("POST", PRICE_FIX, data=data)).status == 200


async def test_a_body_of_more_than_one_mebibyte_is_refused(sandbox: Sandbox, caller: Caller) -> None:
    data = b'{"type": "digital"}'.ljust(1024**2 + 1)
    answer = await caller.call("POST", PRICE_FIX, data=data)
    assert (answer.status, answer.envelope["success"], answer.envelope["data"]) == (413, False, [])
    assert (await caller.post(PRICE_FIX, {"type": "digital"})).status == 200


async def test_a_body_that_cannot_be_unpacked_is_refused(caller: Caller) -> None:
    answer = await caller.call("POST", PRICE_FIX, data=b"x", headers={"Content-Encoding": "gzip"})
    assert (answer.status, answer.envelope["success"]) == (400, False)


async def test_a_packed_body_is_read(caller: Caller) -> None:
    data = gzip.compress(b'{"type": "digital"}')
    answer = await caller.call("POST", PRICE_FIX, data=data, headers={"Content-Encoding": "gzip"})
    assert answer.status == 200


async def test_a_small_body_that_unpacks_to_a_large_one_is_refused(caller: Caller) -> None:
    data = gzip.compress(b'{"type": "digital"}'.ljust(50 * 1024**2))
    answer = await caller.call("POST", PRICE_FIX, data=data, headers={"Content-Encoding": "gzip"})
    assert answer.status == 413


async def test_a_failure_of_the_sandbox_itself_is_logged_and_answered(
    sandbox: Sandbox, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    await caller.create_customer()
    del sandbox.customers["CST-1"].profile
    answer = await caller.get(f"{CUSTOMER}/CST-1")
    assert (answer.status, answer.envelope["code"]) == (500, 5000)
    assert "the sandbox failed at GET /partner/customer/CST-1" in caplog.text


# ---------------------------------------------------------------- headers and addresses
@pytest.mark.parametrize("value", [None, ""])
async def test_a_request_with_a_body_needs_a_client_id(caller: Caller, value: str | None) -> None:
    caller.headers = {"Accept-Language": "en"} | ({} if value is None else {"x-client-id": value})
    answer = await caller.post(PRICE_FIX, {"type": "digital"})
    assert answer.errors == {"x-client-id": ["This field is required."]}


async def test_reading_takes_the_default_client_id(caller: Caller) -> None:
    await caller.create_customer()
    caller.headers = {}
    assert (await caller.get(f"{CUSTOMER}/CST-1")).status == 200


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        (None, "Sipariş bulunamadı."),
        ("tr", "Sipariş bulunamadı."),
        ("tr-TR,en;q=0.8", "Sipariş bulunamadı."),
        ("de, en;q=0.2", "The order was not found."),
        ("en-GB", "The order was not found."),
        ("tr;q=0.1, en;q=0.9", "The order was not found."),
        ("en;q=0", "Sipariş bulunamadı."),
        ("fr", "Sipariş bulunamadı."),
        (";;q=,", "Sipariş bulunamadı."),
        ("en;q=much", "Sipariş bulunamadı."),
    ],
)
async def test_errors_are_in_the_language_of_the_request(
    caller: Caller, accepted: str | None, message: str
) -> None:
    caller.headers = {} if accepted is None else {"Accept-Language": accepted}
    answer = await caller.get("/partner/order/ORD-9")
    assert answer.envelope == {"data": [], "success": False, "code": 4041, "message": message}


async def test_errors_of_fields_are_in_the_language_of_the_request(caller: Caller) -> None:
    caller.headers = TURKISH
    assert (await caller.post(CUSTOMER, {})).errors == {"external_id": ["Bu alan zorunludur."]}


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/partner/order"),
        ("GET", "/partner/order/"),
        ("GET", "/partner/pricefix"),
        ("POST", "/partner/order/ORD-1"),
        ("DELETE", "/partner/customer/CST-1"),
        ("GET", "/partner/orders"),
        ("GET", "/partner/order/digital/buy"),
        ("POST", "/partner/order/digital/buy/"),
        ("POST", "/partner/order%2Fdigital/buy"),
        ("GET", "/partner/balance"),
        ("POST", "/partner/delivery/calculate"),
    ],
)
async def test_any_other_address_is_not_found(caller: Caller, method: str, target: str) -> None:
    answer = await caller.call(method, target, {} if method == "POST" else None)
    assert (answer.status, answer.envelope["code"], answer.envelope["data"]) == (404, 4040, [])


@pytest.mark.parametrize(
    ("segment", "external_id"),
    [
        ("a%2Fb", "a/b"),
        ("%2E%2E", ".."),
        ("%2e%2e%2fx", "../x"),
        ("a%252Fb", "a%2Fb"),
        ("%C3%BC", "ü"),
        ("%0D%0AX", "\r\nX"),
        ("a+b", "a+b"),
        ("a%20b", "a b"),
        ("digital", "digital"),
        ("%3Fx%23y", "?x#y"),
    ],
)
async def test_an_id_in_a_path_is_decoded_exactly_once(
    caller: Caller, segment: str, external_id: str
) -> None:
    await caller.buy(external_id)
    assert (await caller.get(f"/partner/order/{segment}")).data["external_id"] == external_id
    assert (await caller.get(f"/partner/order/{segment}?x=1")).data["external_id"] == external_id


async def test_an_id_that_is_not_utf8_is_refused(caller: Caller) -> None:
    assert (await caller.get("/partner/order/%FF")).status == 400
