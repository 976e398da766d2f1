"""A request and its price lock become one order that is ready to be sent, checked to the last field."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any, ClassVar, Final, cast

import msgspec
from msgspec import UNSET

from minted_async.core.checks import argument_error, check_body
from minted_async.core.enums import enum_value
from minted_async.core.model import Model
from minted_async.errors import OrderNotPlacedError, SlippageError
from minted_async.generated import models, requests
from minted_async.generated.orders import Orders
from minted_async.trades.exact import EXACT, is_plausible
from minted_async.trades.journal.base import IntendedItem, OrderIntent
from minted_async.trades.price_lock import PriceLock, check_fix
from minted_async.trades.requests import Buy, PriceToken, Sell

Send = Callable[..., Awaitable[models.OrderReceipt]]

_NO_WISH: Final = frozenset({"external_id", "price_token", "customer", "card_cvv", "customer_ip"})
"""Fields, at any depth, that say under which id and at which price something is ordered, or describe who
orders it, whose id an intent has. All others change what is ordered."""


class PreparedOrder(Model, frozen=True, kw_only=True):
    """An order that is ready to be sent, once.

    Attributes:
        intent: What the journal keeps of it.
        lock: The price lock, if its life is known.
        quote: Id of the quote that it uses.
        send: Sends it.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"quote"})

    intent: OrderIntent
    lock: PriceLock | None
    quote: str | None
    send: Callable[[], Awaitable[models.OrderReceipt]]


def prepare_order(
    request: Buy | Sell, token: PriceToken, orders: Orders, account: str, quote: str | None = None
) -> PreparedOrder:
    """Make a request ready to be sent.

    Args:
        request: What is asked for.
        token: The price to place it at.
        orders: Where it will be sent.
        account: Who sends it, and where to.
        quote: Id of the quote that the price belongs to.

    Raises:
        TypeError: An argument has the wrong type.
        ArgumentError: An argument cannot be sent.
        SlippageError: The fixed price is too much worse than the reference.
        OrderNotPlacedError: The price fix is not what was asked for; nothing was sent.
        DecodeError: The price fix cannot be true; nothing was sent.
    """
    fix = price_fix(token)
    check_slippage(request, fix)
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
    code = checked.currency_code
    intent = OrderIntent(
        account=account,
        external_id=request.external_id,
        operation=operation,
        items=tuple(IntendedItem(product_of(item), amount_of(item)) for item in checked.items),
        customer_external_id=_customer_of(request, token),
        currency_code=None if code is UNSET else str(code),
        total=request.total if isinstance(request, Buy) else None,
        wish=None if quote is None else _wish(checked, quote),
    )
    return PreparedOrder(
        intent=intent,
        lock=token if isinstance(token, PriceLock) else None,
        quote=quote,
        send=lambda: send(**arguments),
    )


def _wish(body: Model, quote: str) -> str:
    """A digest of all that a body asks for: those of two orders are the same if they are for the same.

    Its key is the quote, so that nothing can be told from it without that.
    """
    asked = _asked(msgspec.to_builtins(body, builtin_types=(Decimal,)))
    return hmac.digest(quote.encode(), msgspec.json.encode(asked, order="deterministic"), "sha256").hex()


def _asked(value: object) -> object:
    """A body without what is not part of the wish, and with each number in one spelling."""
    match value:
        case dict():
            fields = cast("dict[str, object]", value)
            return {name: _asked(each) for name, each in fields.items() if name not in _NO_WISH}
        case list():
            return [_asked(each) for each in cast("list[object]", value)]
        case Decimal() | int():
            return str(Decimal(value).normalize(EXACT))
        case _:
            return value


def price_fix(token: PriceToken) -> models.PriceFix | None:
    """The price fix of a token, if it is known.

    Raises:
        TypeError: It is no price token.
        DecodeError: The price fix cannot be true.
    """
    if isinstance(token, PriceLock):
        return token.fix
    if isinstance(token, models.PriceFix):
        check_fix(token)
        return token
    if not isinstance(token, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"price_token must be a PriceLock, a PriceFix or a str, not {type(token).__name__}")
    return None


def product_of(item: models.BuyItem | models.SellItem) -> str:
    """The sku of an item, or its product number."""
    if isinstance(item, models.BuyItem) and item.sku is UNSET:
        return str(item.product_id)
    return str(item.sku)


def amount_of(item: models.BuyItem | models.SellItem) -> Decimal | None:
    """The amount of an item; None if the API works it out."""
    return None if item.amount is UNSET else Decimal(item.amount)


def check_slippage(request: Buy | Sell, fix: models.PriceFix | None) -> None:
    """Compare the fixed price of each item with the reference.

    Args:
        request: The order, with `max_slippage` and `reference_price` or without both.
        fix: The fixed prices, if they are known.

    Raises:
        SlippageError: A price is worse by more than `max_slippage`; nothing was ordered.
        TypeError: A number is no Decimal.
        ArgumentError: There is nothing to compare: no reference for an item, no known price, or prices in
            another currency.
    """
    if request.max_slippage is None or request.reference_price is None:
        return
    limit = _decimal("max_slippage", request.max_slippage)
    if limit < 0:
        raise argument_error("max_slippage", "must not be negative")
    if fix is None:
        raise argument_error(
            "max_slippage", "cannot be checked with a bare price token: hand in the PriceLock"
        )
    if request.currency_code not in (UNSET, fix.currency):
        raise argument_error(
            "currency_code", f"is {request.currency_code}, but prices were fixed in {fix.currency}"
        )
    with localcontext(EXACT):
        for price in _prices(request, fix):
            reference = _reference(request.reference_price, price.sku, len(request.items))
            _compare(request, price, reference, limit)


def _compare(request: Buy | Sell, price: models.Price, reference: Decimal, limit: Decimal) -> None:
    if isinstance(request, Buy):
        fixed, worse = price.buy_price, price.buy_price - reference
    else:
        fixed, worse = price.sell_price, reference - price.sell_price
    if worse <= reference * limit:
        return
    direction = "above" if isinstance(request, Buy) else "below"
    share = (worse / reference).quantize(Decimal("0.000001")).normalize()
    raise SlippageError(
        f"{price.sku} was fixed at {fixed}, {_percent(share)} {direction} the reference price {reference}, "
        f"and max_slippage allows {_percent(limit)}",
        sku=price.sku,
        fixed_price=fixed,
        reference_price=reference,
        slippage=share,
        max_slippage=limit,
    )


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"


def _prices(request: Buy | Sell, fix: models.PriceFix) -> Iterator[models.Price]:
    """The fixed prices of the items."""
    for index in range(len(request.items)):
        yield price_of(request.items[index], fix, index)


def price_of(item: models.BuyItem | models.SellItem, fix: models.PriceFix, index: int = 0) -> models.Price:
    """The fixed price of an item, which names its product by sku or by number.

    Raises:
        ArgumentError: The price fix does not have it.
    """
    number = item.product_id if isinstance(item, models.BuyItem) else UNSET
    for price in fix.prices:
        if price.sku == item.sku or (item.sku is UNSET and str(price.product_id) == number):
            return price
    field, name = ("product_id", number) if item.sku is UNSET else ("sku", item.sku)
    raise argument_error(f"items[{index}].{field}", f"is {name!r}, of which no price was fixed")


def _reference(given: Decimal | Mapping[str, Decimal], sku: str, items: int) -> Decimal:
    if isinstance(given, Mapping):
        if sku not in given:
            raise argument_error("reference_price", f"has no price of {sku}")
        value = given[sku]
    elif items > 1:
        raise argument_error("reference_price", "of an order with several items must be prices by sku")
    else:
        value = given
    price = _decimal("reference_price", value)
    if price <= 0:
        raise argument_error("reference_price", f"must be more than 0, not {price}")
    return price


def _decimal(name: str, value: object) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise TypeError(
            f"{name} must be a Decimal, not {type(value).__name__}: write Decimal({str(value)!r})"
        )
    number = Decimal(value)
    if not is_plausible(number):
        raise argument_error(name, "must be a finite number of at most 60 digits")
    return number


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
        f"{request.external_id!r} was not placed: it was to spend {asked}, but the price was fixed {what}",
        external_id=request.external_id,
    )
