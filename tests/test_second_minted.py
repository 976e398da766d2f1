"""The second Minted of the tests differs as it says, and only so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from minted_async import MintedClient, errors, models
from minted_async.core.capture import Exchange
from tests.second_minted import DIFFERENCES, NEW_HEADER, SecondMinted

pytestmark = pytest.mark.anyio

BUYER = models.OrderCustomer(
    external_id="CST-1",
    identity_number="10000000146",
    firstname="Defne",
    lastname="Kaya",
    email="defne@example.com",
    phone="+905550000000",
)


async def journey(second: SecondMinted) -> dict[str, Exchange]:
    """Buy behind its back, read through it; what came back by operation, refusals under their status too."""
    async with MintedClient("demo", "demo", base_url=second.sandbox.url) as direct:
        fix = await direct.prices.fix(type="digital", customer_external_id="CST-1")
        item = models.BuyItem(sku="GAU", amount=Decimal("0.5"))
        await direct.orders.buy(price_token=fix.token, external_id="ORD-1", customer=BUYER, items=[item])
    second.sandbox.advance(60)
    async with MintedClient("demo", "demo", base_url=second.url, locale="tr") as minted:
        with minted.capture() as exchanges:
            for call in (
                minted.prices.fix(type="digital"),
                minted.prices.fix(type="other"),
                minted.orders.get("ORD-1"),
                minted.orders.get("ORD-2"),
                minted.customers.get("CST-1"),
                minted.customers.get("CST-2"),
                minted.balances.customer("CST-1"),
            ):
                try:
                    await call
                except (errors.APIError, errors.DecodeError):
                    continue
    return {f"{exchange.operation} {exchange.status}": exchange for exchange in exchanges}


async def test_without_differences_it_is_the_sandbox() -> None:
    async with SecondMinted() as second:
        seen = await journey(second)
        assert set(seen) == {
            "prices.fix 200",
            "prices.fix 422",
            "orders.get 200",
            "orders.get 404",
            "customers.get 200",
            "customers.get 404",
            "balances.customer 200",
        }
        assert len(second.exchanges) == 8
        assert second.exchanges[0].status == 401


async def test_with_all_differences_each_of_them_shows() -> None:
    assert len(DIFFERENCES) == 20
    async with SecondMinted(*DIFFERENCES) as second:
        seen = await journey(second)
    (unauthorized, *_) = (exchange for exchange in second.exchanges if exchange.status == 401)
    assert "algorithm=SHA-512-256" in unauthorized.headers["WWW-Authenticate"]
    assert unauthorized.body == b"Unauthorized"
    assert all(exchange.headers[NEW_HEADER] for exchange in second.exchanges)
    assert {"customers.get 400", "orders.get 404"} <= set(seen)
    assert b'"code":"ORDER_NOT_FOUND"' in seen["orders.get 404"].body
    assert b"The order was not found" in seen["orders.get 404"].body
    assert b'"errors":["This value is not known."]' in seen["prices.fix 422"].body
    fix, order = seen["prices.fix 200"].body, seen["orders.get 200"].body
    for part in (
        b'"request_id":',
        b'"currency":"USD"',
        b'"vat_share":0.18',
        b'"product_id":null',
        b'"spot_price":"',
    ):
        assert part in fix
    assert b"is_total_price" not in fix
    for part in (b'"campaign":{', b'"status_name":"Settling"', b'"order_at":1764290000'):
        assert part in order
    assert b'"phone":905550000000' in seen["customers.get 200"].body
