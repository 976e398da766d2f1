"""Orders to place, and what the sandbox saw of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from minted_async import errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import PriceLock, Trades

BUY = "/partner/order/digital/buy"
SELL = "/partner/order/digital/sell"
PRICE_FIX = "/partner/pricefix"

CUSTOMER = models.OrderCustomer(
    external_id="CST-1",
    identity_number="10000000146",
    firstname="Deniz",
    lastname="Örnek",
    email="deniz@example.com",
    phone="+905550000000",
)


def gold(amount: str = "0.5") -> list[models.BuyItem]:
    return [models.BuyItem(sku="GAU", amount=Decimal(amount))]


def gold_to_sell(amount: str = "0.2") -> list[models.SellItem]:
    return [models.SellItem(sku="GAU", amount=Decimal(amount))]


def bodies(sandbox: Sandbox, path: str) -> list[dict[str, Any]]:
    """What was sent to a path and got past the door, parsed; an answer of 401 means it was not looked at."""
    return [
        json.loads(request.body, parse_float=Decimal)
        for request in sandbox.requests
        if request.path == path and request.authenticated and request.fault != "stale_nonces"
    ]


def sent_orders(sandbox: Sandbox) -> Counter[str]:
    """How often each order was sent."""
    return Counter(body["external_id"] for path in (BUY, SELL) for body in bodies(sandbox, path))


def lookups(sandbox: Sandbox, external_id: str) -> int:
    """How often an order was looked up."""
    return sum(
        request.method == "GET" and request.path == f"/partner/order/{external_id}" and request.authenticated
        for request in sandbox.requests
    )


def total_of(orders: Iterable[models.Order]) -> Decimal:
    return sum((order.total or Decimal(0) for order in orders), Decimal(0))


async def lock_prices(trades: Trades) -> PriceLock:
    """Fix prices on a server that loses answers: it is the orders that are tested here, and a price fix that
    failed in each of its attempts has ordered nothing."""
    while True:
        try:
            return await trades.fix_price(customer_external_id="CST-0")
        except (errors.ConnectionLostError, errors.NotSentError, errors.ServerError):
            continue
