"""Placing the order of a quote: whoever comes first sends it, everybody else gets that one's order."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import UNSET

from minted_async.errors import MintedError, QuoteUsedError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import OrderIntent, Outcome
from minted_async.trades.lookup import Backoff, differs
from minted_async.trades.open_orders import OpenOrders
from minted_async.trades.options import TradeOptions
from minted_async.trades.placement import Placement
from minted_async.trades.preparing import amount_of, prepare_order, product_of
from minted_async.trades.quotes import find_quote, lock_of
from minted_async.trades.requests import Buy, Sell, check_request, quote_id

_BETWEEN_LOOKS: Final = (0.05, 1.0)
"""Seconds between two looks into the journal while another worker places the order, at first and at most."""


async def order_of_quote(
    request: Buy | Sell,
    placement: Placement,
    orders: Orders,
    open_orders: OpenOrders,
    options: TradeOptions,
    settle_timeout: float | None,
) -> models.Order:
    """Place the order of a quote, or give the one that was placed with it already.

    Raises:
        QuoteNotFoundError: This account has no such quote.
        QuoteExpiredError: It has run out.
        QuoteUsedError: Another order has taken it.
        MintedError: As for `Trades.buy`.
    """
    assert request.quote is not None
    key = quote_id(request.quote)
    clock = options.clock
    deadline = None if settle_timeout is None else clock.monotonic() + settle_timeout
    backoff = Backoff(*_BETWEEN_LOOKS, clock.random)
    while True:
        asked_at = clock.monotonic()
        quote = await find_quote(key, open_orders)
        used_by = quote.used_by
        if used_by is None:
            priced = msgspec.structs.replace(
                request, quote=None, price_token=lock_of(quote, options, asked_at)
            )
            check_request(priced)
            assert priced.price_token is not None
            prepared = prepare_order(priced, priced.price_token, orders, open_orders.account, key)
            try:
                return await placement.place(prepared, settle_timeout)
            except QuoteUsedError as used:
                used_by = str(used.external_id)
        first = await _first_order(request, used_by, orders, open_orders)
        if first is not None:
            return first
        wait = backoff.wait()
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise refusals.quote_used(used_by, ", which is still being placed")
        await clock.sleep(wait)


async def _first_order(
    request: Buy | Sell, used_by: str, orders: Orders, open_orders: OpenOrders
) -> models.Order | None:
    """The order that has taken the quote; None if it is under way, or was not sent and gave the quote back.

    Raises:
        QuoteUsedError: It is another one than is asked for, it was not placed, or it cannot be read.
    """
    record = await open_orders.recorded(used_by)
    if record is None and open_orders.find(used_by) is not None:
        return None  # being written down right now
    if record is None:
        raise refusals.quote_used(used_by, ", which the journal does not know any more")
    if not _asks_for_same(request, record.intent):
        raise refusals.quote_used(used_by, ", which is not the one that is asked for now")
    if record.outcome is None and record.certain_in <= 0:
        raise refusals.quote_used(used_by, ", of which nobody knows what became: recover or resolve it")
    if record.outcome in (None, Outcome.NOT_SENT):
        return None
    if record.outcome is not Outcome.PLACED:
        raise refusals.quote_used(used_by, f", which was {record.outcome}")
    try:
        order = await orders.get(used_by)
    except MintedError as problem:
        raise refusals.quote_used(used_by, ", which was placed and cannot be read now") from problem
    difference = differs(used_by, record.intent, order)
    if difference is not None:
        raise refusals.quote_used(used_by, f", which is not the one that is asked for now: {difference}")
    return order


def _operation_of(request: Buy | Sell) -> str:
    if isinstance(request, Sell):
        return "orders.sell"
    return "orders.buy" if request.payment is UNSET else "orders.buy_with_card_token"


def _asks_for_same(request: Buy | Sell, intent: OrderIntent) -> bool:
    if intent.operation != _operation_of(request):
        return False
    customer = request.customer_external_id
    if customer is not None and customer != intent.customer_external_id:
        return False
    if isinstance(request, Buy) and request.total != intent.total:
        return False
    if request.currency_code is not UNSET and str(request.currency_code) != intent.currency_code:
        return False
    asked = [(product_of(item), amount_of(item)) for item in request.items]
    known = [(item.product, item.amount) for item in intent.items]
    return len(asked) == len(known) and all(
        product == known_product and amount in (None, known_amount)
        for (product, amount), (known_product, known_amount) in zip(asked, known, strict=True)
    )
