"""Following an order through its states."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection
from typing import Final

import anyio

from minted_async.errors import MintedError, RequestTimeoutError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.clock import Clock, Pace
from minted_async.trades.settlement import TRANSIENT, wait_longer

__all__ = ["FINAL_STATES", "read_states", "wait_for", "watch"]

FINAL_STATES: Final = frozenset(
    {
        models.OrderStatus.COMPLETED.value,
        models.OrderStatus.CANCELLED.value,
        models.OrderStatus.REFUNDED.value,
    }
)
"""States after which an order of metal does not change any more, as far as their names tell."""

_FAILURES_IN_A_ROW: Final = 10
_FIRST_WAIT: Final = 0.5
_LONGEST_WAIT: Final = 10.0


def read_states(until: Collection[str]) -> frozenset[str]:
    """The states to wait for; a single one may be given as a string."""
    return frozenset({until}) if isinstance(until, str) else frozenset(map(str, until))


async def watch(
    external_id: str,
    orders: Orders,
    clock: Clock,
    *,
    until: frozenset[str],
    timeout: float | None,
) -> AsyncGenerator[models.Order]:
    """The order as it is, and again whenever its state has changed; see `Trades.watch`."""
    deadline = None if timeout is None else clock.monotonic() + timeout
    pace = Pace(_FIRST_WAIT, _LONGEST_WAIT)
    last: models.Order | None = None
    lookups = failures = 0
    while True:
        problem: MintedError | None = None
        remaining = None if deadline is None else max(deadline - clock.monotonic(), 0.0)
        order: models.Order | None = None
        lookups += 1
        try:
            with anyio.move_on_after(remaining):
                order = await orders.get(external_id)
        except TRANSIENT as error:
            failures += 1
            if failures >= _FAILURES_IN_A_ROW:
                raise
            problem = error
        if order is not None:
            failures = 0
            if last is None or order.status_name != last.status_name:
                pace.restart()
                last = order
                yield order
            if order.status_name in until:
                return
        wait = wait_longer(pace.wait(), problem)
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise _late(external_id, last, timeout, lookups) from problem
        await clock.sleep(wait)


async def wait_for(
    external_id: str, orders: Orders, clock: Clock, *, until: frozenset[str], timeout: float | None
) -> models.Order:
    """The order in one of some states; see `Trades.wait`."""
    changes = watch(external_id, orders, clock, until=until, timeout=timeout)
    last: models.Order | None = None
    async for order in changes:
        last = order
    assert last is not None
    return last


def _late(
    external_id: str, last: models.Order | None, timeout: float | None, lookups: int
) -> RequestTimeoutError:
    state = "could not be read" if last is None else f"was still {str(last.status_name)!r}"
    error = RequestTimeoutError(
        f"orders.get: the order {external_id!r} {state} after {timeout:g} s; it does no harm to wait again",
        operation="orders.get",
        attempts=lookups,
    )
    error.external_id = external_id
    return error
