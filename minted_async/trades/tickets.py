"""A request and its price lock become one order that is ready to be sent, checked to the last field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

import msgspec
from msgspec import UNSET

from minted_async.core.checks import check_body
from minted_async.core.enums import enum_value
from minted_async.errors import OrderNotPlacedError
from minted_async.generated import models, requests
from minted_async.generated.orders import Orders
from minted_async.trades.journal import IntendedItem, Intention
from minted_async.trades.lock import PriceLock
from minted_async.trades.requests import Buy, PriceToken, Sell
from minted_async.trades.slippage import price_of

__all__ = ["Ticket", "make_ticket"]

Send = Callable[..., Awaitable[models.OrderReceipt]]


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is ready to be sent, once.

    Attributes:
        external_id: The partner's own id of the order.
        operation: The method that sends it.
        lock: The price lock, if its life is known.
        body: What will be sent.
        send: Sends it.
    """

    external_id: str
    operation: str
    lock: PriceLock | None
    body: requests.BuyRequest | requests.BuyWithCardTokenRequest | requests.SellRequest
    send: Callable[[], Awaitable[models.OrderReceipt]]
    customer_external_id: str | None
    total: Decimal | None

    def intention(self, account: str, *, recorded_at: datetime, certain_at: datetime) -> Intention:
        """What the journal keeps of it."""
        code = self.body.currency_code
        return Intention(
            account=account,
            external_id=self.external_id,
            operation=self.operation,
            items=tuple(IntendedItem(_product(item), _amount(item)) for item in self.body.items),
            customer_external_id=self.customer_external_id,
            currency_code=None if code is UNSET else str(code),
            total=self.total,
            recorded_at=recorded_at,
            certain_at=certain_at,
        )

    def differs(self, order: models.Order) -> str | None:
        """What tells that an order with this id is another one than this; None if nothing does.

        Only what both sides state is compared, and an amount that the server rounded is the same.
        """
        kind = models.OrderType.SELL if self.operation == "orders.sell" else models.OrderType.BUY
        if order.type is not None and order.type != kind:
            return f"it is a {order.type}, not a {kind}"
        customer = None if order.customer is None else order.customer.external_id
        if None not in (customer, self.customer_external_id) and customer != self.customer_external_id:
            return f"it is for the customer {customer!r}, not {self.customer_external_id!r}"
        asked = [(item.sku, _amount(item)) for item in self.body.items]
        found = [(item.sku, item.amount) for item in order.items]
        if len(asked) != 1 or len(found) != 1:
            return None
        ((sku, amount),), ((found_sku, found_amount),) = asked, found
        if isinstance(sku, str) and found_sku is not None and sku != found_sku:
            return f"it is for {found_sku}, not {sku}"
        if amount is not None and found_amount is not None and not _same_amount(amount, found_amount):
            return f"it is for {found_amount}, not {amount}"
        return None


def make_ticket(request: Buy | Sell, token: PriceToken, orders: Orders) -> Ticket:
    """Make a request ready to be sent.

    Raises:
        TypeError: An argument has the wrong type.
        ArgumentError: An argument cannot be sent.
        OrderNotPlacedError: The price fix is not what was asked for; nothing was sent.
    """
    fix = price_fix(token)
    currency = request.currency_code
    if currency is UNSET and fix is not None:
        # What applies without it is not certain: the documentation prints GBP, its examples are in TRY.
        currency = fix.currency
    arguments: dict[str, Any] = {
        "price_token": token if fix is None else fix.token,
        "external_id": request.external_id,
        "items": list(request.items),
        "currency_code": enum_value(models.Currency, currency),
    }
    operation, send, body = "orders.sell", cast(Send, orders.sell), cast("type[Any]", requests.SellRequest)
    if isinstance(request, Buy):
        arguments["customer"] = request.customer
        arguments["items"] = _bought_items(request, fix)
        if request.payment is UNSET:
            operation, send, body = "orders.buy", orders.buy, requests.BuyRequest
            arguments["topup"] = request.topup
        else:
            operation, send, body = (
                "orders.buy_with_card_token",
                orders.buy_with_card_token,
                requests.BuyWithCardTokenRequest,
            )
            arguments["payment"] = request.payment
    checked = body(**arguments)
    check_body(checked)
    return Ticket(
        external_id=request.external_id,
        operation=operation,
        lock=token if isinstance(token, PriceLock) else None,
        body=checked,
        send=lambda: send(**arguments),
        customer_external_id=_customer_of(request, token),
        total=request.total if isinstance(request, Buy) else None,
    )


def price_fix(token: PriceToken) -> models.PriceFix | None:
    """The price fix of a token, if it is known."""
    if isinstance(token, PriceLock):
        return token.fix
    if isinstance(token, models.PriceFix):
        return token
    if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"price_token must be a PriceLock, a PriceFix or a str, not {type(token).__name__}")
    return None


def _customer_of(request: Buy | Sell, token: PriceToken) -> str | None:
    if request.customer_external_id is None and isinstance(token, PriceLock):
        return token.customer_external_id
    return request.customer_external_id


def _bought_items(request: Buy, fix: models.PriceFix | None) -> list[models.BuyItem]:
    """The items; from a total, the amount is the one that the price fix states."""
    items = list(request.items)
    if fix is None:
        return items
    if request.total is not None:
        _check_total(request, fix)
    if not fix.is_total_price or len(items) != 1 or items[0].amount is not UNSET:
        return items
    amount = price_of(items[0], fix).buy_amount
    return items if amount is None else [msgspec.structs.replace(items[0], amount=amount)]


def _check_total(request: Buy, fix: models.PriceFix) -> None:
    asked = f"{request.total} {fix.currency if request.currency_code is UNSET else request.currency_code}"
    fixed = f"{fix.total} {fix.currency}"
    same_total = fix.total is None or fix.total == request.total
    if fix.is_total_price and same_total and request.currency_code in (UNSET, fix.currency):
        return
    what = f"for {fixed}" if fix.is_total_price else "without a total"
    raise OrderNotPlacedError(
        f"{request.external_id!r} was to spend {asked}, but the price was fixed {what}: nothing was sent",
        external_id=request.external_id,
    )


def _product(item: models.BuyItem | models.SellItem) -> str:
    if isinstance(item, models.BuyItem) and item.sku is UNSET:
        return str(item.product_id)
    return str(item.sku)


def _amount(item: models.BuyItem | models.SellItem) -> Decimal | None:
    return None if item.amount is UNSET else Decimal(item.amount)


def _same_amount(asked: Decimal, found: Decimal) -> bool:
    """Whether the server's amount is the one that was asked for, or that one rounded."""
    exponent = found.as_tuple().exponent
    unit = Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
    return asked == found or abs(asked - found) < unit
