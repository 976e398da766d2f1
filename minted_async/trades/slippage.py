"""Whether a fixed price is worse than the caller accepts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Context, Decimal, localcontext
from typing import Final

from msgspec import UNSET

from minted_async.core.checks import argument_error
from minted_async.errors import SlippageError
from minted_async.generated import models
from minted_async.trades.requests import Buy, Sell

__all__ = ["check_slippage"]

_EXACT: Final = Context(prec=60)
"""Wide enough that no product of prices and shares is rounded, whatever context the program has set."""


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
    with localcontext(_EXACT):
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
        f"{price.sku} was fixed at {fixed}, {share:f} of the reference price {reference} {direction} it, "
        f"and max_slippage is {limit}: nothing was ordered",
        sku=price.sku,
        fixed_price=fixed,
        reference_price=reference,
        slippage=share,
        max_slippage=limit,
    )


def _prices(request: Buy | Sell, fix: models.PriceFix) -> Iterator[models.Price]:
    """The fixed prices of the items."""
    for item in request.items:
        yield price_of(item, fix)


def price_of(item: models.BuyItem | models.SellItem, fix: models.PriceFix) -> models.Price:
    """The fixed price of an item, which names its product by sku or by number.

    Raises:
        ArgumentError: The price fix does not have it.
    """
    number = item.product_id if isinstance(item, models.BuyItem) else UNSET
    for price in fix.prices:
        if price.sku == item.sku or (item.sku is UNSET and str(price.product_id) == number):
            return price
    name = number if item.sku is UNSET else item.sku
    raise argument_error("items", f"name {name!r}, of which no price was fixed")


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
    if not number.is_finite():
        raise argument_error(name, f"must be a finite number, not {number}")
    return number
