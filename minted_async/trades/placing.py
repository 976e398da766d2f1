"""Placing one order: written down, sent once, and what its answer, or the lack of one, means."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from minted_async.errors import (
    APIError,
    ArgumentError,
    ConfigurationError,
    DecodeError,
    NotSentError,
    OrderNotPlacedError,
    OutcomeUnknownError,
    PriceExpiredError,
    ServerError,
)
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.journal import Outcome
from minted_async.trades.open_trades import OpenTrade, OpenTrades
from minted_async.trades.options import TradeOptions
from minted_async.trades.settlement import Search, search
from minted_async.trades.tickets import Ticket

__all__ = ["place"]

_NOT_CARRIED_OUT = frozenset({401, 429})
"""Statuses that say by themselves, whoever sends them, that a request was not carried out (RFC 9110 section
15.5.2, RFC 6585 section 4)."""


class _Doubt(msgspec.Struct):
    """What is known of an order that was sent when its answer does not settle it.

    Attributes:
        cause: What went wrong, None if the server confirmed the order without showing it.
        status: HTTP status of the answer, if there was one.
        denied: The server has said, in its own words, that it failed.
    """

    cause: Exception | None
    status: int | None = None
    denied: bool = False


async def place(
    ticket: Ticket,
    orders: Orders,
    open_trades: OpenTrades,
    options: TradeOptions,
    settle_timeout: float | None,
) -> models.Order:
    """Send an order once, and find out what became of it.

    Raises:
        MintedError: See `Trades.buy`.
    """
    if ticket.lock is not None:
        ticket.lock.check()
    trade = await _begin(ticket, open_trades, options)
    try:
        result = await _send(ticket, trade, open_trades)
        if isinstance(result, _Doubt):
            target = Search(
                external_id=ticket.external_id,
                operation=ticket.operation,
                certain=trade.certain,
                timeout=settle_timeout,
                placed=trade.placed,
                denied=result.denied,
                status=result.status,
                differs=ticket.differs,
            )
            return await _dispel(result, target, trade, orders, open_trades, options)
        return result
    finally:
        # Whatever is still open now, cancelled or unknown, is for `resolve` and `recover`.
        trade.in_hand = False


async def settle(
    target: Search, trade: OpenTrade | None, orders: Orders, open_trades: OpenTrades, options: TradeOptions
) -> models.Order:
    """Find out what became of an order, and note it.

    Args:
        target: What is looked for.
        trade: The open order to note it of; None for one that is not known.
        orders: Where to look.
        open_trades: Where to note it.
        options: How to look.

    Raises:
        OrderNotPlacedError: It was not placed.
        OutcomeUnknownError: It is still not known.
    """
    try:
        order = await search(orders, target, options)
    except OrderNotPlacedError:
        open_trades.settle(trade, Outcome.NOT_PLACED)
        raise
    open_trades.settle(trade, Outcome.PLACED)
    return order


async def _begin(ticket: Ticket, open_trades: OpenTrades, options: TradeOptions) -> OpenTrade:
    clock = options.clock
    now, wall = clock.monotonic(), clock.wall()
    # A token of unknown age was fixed before now, so that it lives no longer than one that is fixed now.
    ends = now + options.longest_lock if ticket.lock is None else ticket.lock.surely_ended
    certain = ends + options.certainty_margin
    certain_at = wall + timedelta(seconds=max(certain - now, 0.0))
    intention = ticket.intention(open_trades.account, recorded_at=wall, certain_at=certain_at)
    return await open_trades.begin(intention, certain)


async def _send(ticket: Ticket, trade: OpenTrade, open_trades: OpenTrades) -> models.Order | _Doubt:
    """Send the order, the only place that does, and read what its answer means."""
    try:
        if ticket.lock is not None:
            ticket.lock.check()  # the journal may have taken long
        receipt = await ticket.send()
    except (ArgumentError, ConfigurationError, NotSentError, PriceExpiredError):
        open_trades.settle(trade, Outcome.NOT_SENT)
        raise
    except APIError as error:
        in_its_words = error.code is not None or bool(error.message)
        denied = in_its_words and isinstance(error, ServerError)
        if error.status in _NOT_CARRIED_OUT or (in_its_words and not denied):
            open_trades.settle(trade, Outcome.REFUSED)
            raise
        return _Doubt(error, error.status, denied)
    except DecodeError as error:
        trade.placed = error.success is True
        return _Doubt(error, error.status)
    except OutcomeUnknownError as error:
        return _Doubt(error, error.status)
    except Exception as error:
        # Nothing that is known to happen; only a lookup tells what it means.
        return _Doubt(error)
    order = _only_order(receipt, ticket.external_id)
    if order is None:
        trade.placed = True
        return _Doubt(None)
    open_trades.settle(trade, Outcome.PLACED)
    return order


async def _dispel(
    doubt: _Doubt,
    target: Search,
    trade: OpenTrade,
    orders: Orders,
    open_trades: OpenTrades,
    options: TradeOptions,
) -> models.Order:
    """Look the order up; what goes wrong says also why it had to be."""
    try:
        return await settle(target, trade, orders, open_trades, options)
    except OrderNotPlacedError:
        if doubt.denied and doubt.cause is not None:
            raise doubt.cause from None
        raise
    except OutcomeUnknownError as error:
        raise error from (doubt.cause or error.__cause__)


def _only_order(receipt: models.OrderReceipt, external_id: str) -> models.Order | None:
    """The order of a receipt, if the receipt shows exactly the one that was sent."""
    if receipt.orders is None or len(receipt.orders) != 1 or len(receipt.guid) > 1:
        return None
    (order,) = receipt.orders
    if order.external_id != external_id:
        return None
    if order.order_at is None and receipt.order_at is not None:
        return msgspec.structs.replace(order, order_at=receipt.order_at)
    return order
