"""What can be done with an order after it was sent: find out what became of it, wait for it, watch it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Generator
from contextlib import contextmanager
from datetime import datetime

from minted_async.errors import MintedError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades import recovery, waiting
from minted_async.trades.open_trades import OpenTrades
from minted_async.trades.options import TradeOptions

__all__ = ["Following", "naming"]


@contextmanager
def naming(external_id: str) -> Generator[None]:
    """Put the order's id into every exception."""
    try:
        yield
    except Exception as error:
        named = error.external_id if isinstance(error, MintedError) else None
        if named is None:
            error.add_note(f"external_id: {external_id}")
            if isinstance(error, MintedError):
                error.external_id = external_id
        raise


class Following:
    """The half of `minted.trades` that only reads."""

    def __init__(self, orders: Orders, open_trades: OpenTrades, options: TradeOptions) -> None:
        self._orders = orders
        self._open_trades = open_trades
        self._options = options

    async def resolve(
        self, external_id: str, *, certain_at: datetime | None = None, timeout: float | None = None
    ) -> models.Order:
        """Find out what became of an order of unknown outcome. It is only looked up, never sent.

        Args:
            external_id: The partner's own id of the order.
            certain_at: From when on it is certain, as an `OutcomeUnknownError` said; only needed for an order
                that neither this process nor the journal knows. Left out for such a one, its price lock is
                taken to have been fixed now, and to last as long as any (`longest_lock`).
            timeout: Seconds; None waits until it is certain.

        Returns:
            The order.

        Raises:
            OrderNotPlacedError: It was not placed; it is safe to place it anew.
            OutcomeUnknownError: It is still not known: the time was over, or the lookups cannot tell.
        """
        with naming(external_id):
            return await recovery.resolve(
                external_id,
                self._orders,
                self._open_trades,
                self._options,
                certain_at=certain_at,
                timeout=timeout,
            )

    async def recover(self, *, timeout: float | None = None, limit: int = 10) -> list[recovery.Recovery]:
        """Find out what became of all orders whose outcome is open: call it when a program starts.

        They are those that the journal has without an outcome, and those that this process left open. Orders
        that this process is placing right now are not among them. Nothing is ever sent again.

        Args:
            timeout: Seconds for each order; None waits until it is certain, which for orders of an earlier
                process goes by the machine's clock.
            limit: How many are looked up at the same time.

        Returns:
            What became of each, oldest first.
        """
        return await recovery.recover(
            self._orders, self._open_trades, self._options, timeout=timeout, limit=limit
        )

    async def wait(
        self,
        external_id: str,
        *,
        until: Collection[str] = waiting.FINAL_STATES,
        timeout: float | None = None,
    ) -> models.Order:
        """Wait until an order has reached a state, by default Completed, Cancelled or Refunded.

        Looks again after half a second, then less and less often, every 10 seconds at last. A state that the
        documentation does not name is no reason to stop. Lookups that fail for want of a connection are
        repeated, up to ten in a row.

        Args:
            external_id: The partner's own id of the order.
            until: The states to wait for.
            timeout: Seconds; None sets no limit.

        Returns:
            The order in that state.

        Raises:
            RequestTimeoutError: The order is in another state when the time is over.
            NotFoundError: There is no such order.
            MintedError: As for `orders.get`.
        """
        with naming(external_id):
            return await waiting.wait_for(
                external_id,
                self._orders,
                self._options.clock,
                until=waiting.read_states(until),
                timeout=timeout,
            )

    def watch(
        self,
        external_id: str,
        *,
        until: Collection[str] = waiting.FINAL_STATES,
        timeout: float | None = None,
    ) -> AsyncGenerator[models.Order]:
        """Follow an order: its state now, and each change, until it has reached one of some states.

        A state that the documentation does not name is news like any other (`order.status_name.is_known`).

        Args:
            external_id: The partner's own id of the order.
            until: The states after which there is no more to come.
            timeout: Seconds; None sets no limit.

        Returns:
            An iterator of the order as it was after each change.

        Raises:
            MintedError: While iterating, as for `wait`.
        """
        return waiting.watch(
            external_id,
            self._orders,
            self._options.clock,
            until=waiting.read_states(until),
            timeout=timeout,
        )
