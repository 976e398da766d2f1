"""Placing the order of a quote: whoever comes first sends it, everybody else gets that one's order."""

from __future__ import annotations

from typing import Final

import msgspec

from minted_async.errors import (
    ArgumentError,
    MintedError,
    OrderNotPlacedError,
    QuoteUsedError,
    SlippageError,
)
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import OrderIntent, Outcome, QuoteRecord
from minted_async.trades.lookup import Backoff, differs
from minted_async.trades.open_orders import OpenOrders
from minted_async.trades.options import TradeOptions
from minted_async.trades.placement import Placement
from minted_async.trades.preparing import PreparedOrder, prepare_order
from minted_async.trades.price_lock import PriceLock
from minted_async.trades.quotes import find_quote, lock_of
from minted_async.trades.requests import Buy, Sell, check_request, quote_id

_BETWEEN_LOOKS: Final = (0.05, 1.0)
"""Seconds between two looks into the journal while another worker places the order, at first and at most."""

_ANOTHER: Final = ", which is not the one that is asked for now"


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
    clock = options.clock
    deadline = None if settle_timeout is None else clock.monotonic() + settle_timeout
    backoff = Backoff(*_BETWEEN_LOOKS, clock.random)
    while True:
        asked_at = clock.monotonic()
        # Its id is in no variable of ours: some write those down with a traceback.
        quote = await find_quote(quote_id(request.quote), open_orders)
        used_by = quote.used_by
        prepared = _prepare(request, quote, lock_of(quote, options, asked_at), orders)
        if used_by is None:
            try:
                return await placement.place(prepared, settle_timeout)
            except QuoteUsedError as used:
                used_by = str(used.external_id)
        first = await _first_order(prepared.intent, used_by, orders, open_orders)
        if first is not None:
            return first
        wait = backoff.wait()
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise refusals.quote_used(used_by, ", which is still being placed")
        await clock.sleep(wait)


def _prepare(request: Buy | Sell, quote: QuoteRecord, lock: PriceLock, orders: Orders) -> PreparedOrder:
    """What is asked for, also of a quote that was used already: only the same can get that one's order.

    Raises:
        QuoteUsedError: The quote was used, and this cannot have been ordered with it.
        MintedError: It cannot be ordered with the quote.
    """
    try:
        priced = msgspec.structs.replace(request, quote=None, price_token=lock)
        check_request(priced)
        return prepare_order(priced, lock, orders, quote.account, quote.id)
    except (ArgumentError, OrderNotPlacedError, SlippageError) as problem:
        if quote.used_by is None:
            raise
        raise refusals.quote_used(quote.used_by, _ANOTHER) from problem


async def _first_order(
    intent: OrderIntent, used_by: str, orders: Orders, open_orders: OpenOrders
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
    if msgspec.structs.replace(intent, external_id=used_by) != record.intent:
        raise refusals.quote_used(used_by, _ANOTHER)
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
        raise refusals.quote_used(used_by, f"{_ANOTHER}: {difference}")
    return order
