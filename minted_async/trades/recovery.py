"""Orders whose outcome was left open: by a lost answer, a cancellation, or the end of a process."""

from __future__ import annotations

from datetime import datetime

import msgspec

from minted_async.core.checks import check_path_value
from minted_async.errors import ConfigurationError, OrderNotPlacedError, OutcomeUnknownError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.journal import Intention
from minted_async.trades.many import in_parallel
from minted_async.trades.open_trades import OpenTrade, OpenTrades
from minted_async.trades.options import TradeOptions
from minted_async.trades.placing import settle
from minted_async.trades.settlement import Search

__all__ = ["Recovery", "recover", "resolve"]


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order whose outcome was open.

    Attributes:
        intention: What was to be placed.
        order: The order, if it was placed.
        error: `OrderNotPlacedError` if it was not, `OutcomeUnknownError` if it is still not known.
    """

    intention: Intention
    order: models.Order | None = None
    error: OrderNotPlacedError | OutcomeUnknownError | None = None


async def resolve(
    external_id: str,
    orders: Orders,
    open_trades: OpenTrades,
    options: TradeOptions,
    *,
    certain_at: datetime | None,
    timeout: float | None,
) -> models.Order:
    """Find out what became of one order; see `Trades.resolve`."""
    check_path_value("external_id", external_id)
    trade = open_trades.find(external_id)
    if trade is None:
        for other in await open_trades.unsettled(options.clock):
            if other.intention.external_id == external_id:
                trade = other
    return await _settle(external_id, trade, orders, open_trades, options, certain_at, timeout)


async def recover(
    orders: Orders, open_trades: OpenTrades, options: TradeOptions, *, timeout: float | None, limit: int
) -> list[Recovery]:
    """Find out what became of all that is open; see `Trades.recover`."""

    async def one(trade: OpenTrade) -> Recovery:
        intention = trade.intention
        try:
            order = await _settle(intention.external_id, trade, orders, open_trades, options, None, timeout)
        except (OrderNotPlacedError, OutcomeUnknownError) as error:
            return Recovery(intention=intention, error=error)
        return Recovery(intention=intention, order=order)

    return await in_parallel(one, await open_trades.unsettled(options.clock), limit)


async def _settle(
    external_id: str,
    trade: OpenTrade | None,
    orders: Orders,
    open_trades: OpenTrades,
    options: TradeOptions,
    certain_at: datetime | None,
    timeout: float | None,
) -> models.Order:
    target = Search(
        external_id=external_id,
        operation="trades.resolve" if trade is None else trade.intention.operation,
        certain=_certain(certain_at, options) if trade is None else trade.certain,
        timeout=timeout,
        placed=trade is not None and trade.placed,
        patient=True,
    )
    return await settle(target, trade, orders, open_trades, options)


def _certain(certain_at: datetime | None, options: TradeOptions) -> float:
    """From when on a lookup is proof, for an order that this process knows nothing of."""
    clock = options.clock
    if certain_at is None:
        # It was sent before now, with a lock that lives no longer than one that is fixed now.
        return clock.monotonic() + options.longest_lock + options.certainty_margin
    if certain_at.tzinfo is None:
        raise ConfigurationError("certain_at must be an aware datetime")
    return clock.monotonic() + (certain_at - clock.wall()).total_seconds()
