"""Spending an amount of money instead of buying an amount of metal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from minted_async import errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import Trades
from tests.trades.orders import BUY, CUSTOMER, PRICE_FIX, bodies, gold, sent_orders

pytestmark = pytest.mark.anyio

GOLD = [models.BuyItem(sku="GAU")]


async def test_a_total_is_fixed_and_its_amount_is_sent(trades: Trades, sandbox: Sandbox) -> None:
    order = await trades.buy(customer=CUSTOMER, items=GOLD, total=Decimal("10000"), currency_code="TRY")
    (fixed,) = bodies(sandbox, PRICE_FIX)
    assert (fixed["total"], fixed["currency"], fixed["customer_external_id"]) == (10000, "TRY", "CST-1")
    (sent,) = bodies(sandbox, BUY)
    assert order.total is not None
    assert sent["items"][0]["amount"] == order.items[0].amount
    assert Decimal("9999.5") < order.total <= 10000
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000 - order.total


async def test_a_lock_from_a_total_fills_in_the_amount(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1", currency="TRY", total=Decimal(5000))
    order = await trades.buy(customer=CUSTOMER, items=GOLD, price_token=lock)
    assert order.items[0].amount == lock.price("GAU").buy_amount


async def test_a_lock_from_another_total_is_refused(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1", currency="TRY", total=Decimal(5000))
    with pytest.raises(errors.OrderNotPlacedError, match="5000") as caught:
        await trades.buy(
            customer=CUSTOMER, items=GOLD, price_token=lock, total=Decimal(6000), external_id="B-1"
        )
    assert caught.value.external_id == "B-1"
    assert sent_orders(sandbox) == {}


async def test_a_lock_without_a_total_is_refused_for_one(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    with pytest.raises(errors.OrderNotPlacedError, match="without a total"):
        await trades.buy(customer=CUSTOMER, items=GOLD, price_token=lock, total=Decimal(6000))
    assert sent_orders(sandbox) == {}


async def test_an_item_with_an_amount_has_no_total(trades: Trades) -> None:
    with pytest.raises(errors.ArgumentError, match="without an amount"):
        await trades.buy(customer=CUSTOMER, items=gold(), total=Decimal(6000), currency_code="TRY")


async def test_a_total_cannot_be_checked_against_a_bare_token(trades: Trades) -> None:
    with pytest.raises(errors.ArgumentError, match="PriceLock"):
        await trades.buy(customer=CUSTOMER, items=GOLD, total=Decimal(6000), price_token="token")
