"""Finding out what became of an order: lookups until it is found, or surely absent, or the time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import anyio
import msgspec

from minted_async.errors import (
    APIError,
    ConfigurationError,
    ConnectionLostError,
    MintedError,
    NotSentError,
    OrderNotPlacedError,
    OutcomeUnknownError,
    RateLimitedError,
    RequestTimeoutError,
    ServerError,
)
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.clock import Pace
from minted_async.trades.options import TradeOptions

__all__ = ["TRANSIENT", "Search", "search", "wait_longer"]

TRANSIENT: Final = (ConnectionLostError, NotSentError, RateLimitedError, RequestTimeoutError, ServerError)
"""Failures of a lookup that time may heal."""

_FIRM_FAILURES: Final = 3
"""So many lookups in a row must fail for another reason than a lost connection, such as refused credentials,
after the price lock has run out, before a search without a time limit gives up."""

_EAGER: Final = (0.25, 30.0)
_PATIENT: Final = (10.0, 60.0)
"""Seconds between lookups, at first and at most."""

_SHORTEST_WAIT: Final = 0.25


class Search(msgspec.Struct, kw_only=True):
    """What is looked for, and when to stop.

    Attributes:
        external_id: The partner's own id of the order.
        operation: Who is looking, for errors.
        certain: From when on a lookup that does not find the order proves that it was not placed, by the
            monotonic clock.
        timeout: Seconds; None until it is certain.
        placed: The server has confirmed the order: that it is not found proves nothing.
        denied: The server has said that it failed: that the order is not found proves it at once.
        patient: The order was sent some time ago: one that is not there will hardly appear within a second.
        status: HTTP status of the answer that told too little, for errors.
        differs: What is wrong with an order that was found, if something is.
    """

    external_id: str
    operation: str
    certain: float
    timeout: float | None
    placed: bool = False
    denied: bool = False
    patient: bool = False
    status: int | None = None
    differs: Callable[[models.Order], str | None] = lambda order: None


async def search(orders: Orders, target: Search, options: TradeOptions) -> models.Order:
    """Look an order up until it is known what became of it.

    Raises:
        OrderNotPlacedError: It was not placed, and cannot be any more.
        OutcomeUnknownError: The time is over, or the lookups cannot tell.
    """
    clock = options.clock
    deadline = None if target.timeout is None else clock.monotonic() + target.timeout
    pace = Pace(*(_PATIENT if target.patient else _EAGER))
    firm = 0
    while True:
        started = clock.monotonic()
        proves = target.denied or started >= target.certain
        problems: list[MintedError] = []
        try:
            with anyio.move_on_after(None if deadline is None else max(deadline - started, 0.0)):
                return _recognize(await orders.get(target.external_id), target)
        except OutcomeUnknownError:
            raise
        except MintedError as error:
            problems.append(error)
        problem = problems[0] if problems else None  # None: the time for this lookup was over
        wait = wait_longer(pace.wait(), problem)
        if problem is not None and options.is_absent(problem):
            if proves and not target.placed:
                raise _not_placed(target) from problem
            if not proves:
                # The lookup that can prove it begins as soon as it can.
                wait = min(wait, max(target.certain - clock.monotonic(), _SHORTEST_WAIT))
        firm = firm + 1 if proves and problem is not None and not isinstance(problem, TRANSIENT) else 0
        if isinstance(problem, ConfigurationError) or (deadline is None and firm >= _FIRM_FAILURES):
            raise _unknown(target, options, f"lookups cannot tell ({problem})") from problem
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise _unknown(target, options, "lookups did not settle it in time") from problem
        await clock.sleep(wait)


def wait_longer(wait: float, problem: MintedError | None) -> float:
    """The wait, or as long as the server asked for."""
    asked = problem.retry_after if isinstance(problem, APIError) else None
    return wait if asked is None else max(wait, asked)


def _recognize(order: models.Order, target: Search) -> models.Order:
    """The order that was found, if it is the one that was meant."""
    difference = target.differs(order)
    if order.external_id not in (None, target.external_id):
        difference = f"its external_id is {order.external_id!r}"
    if difference is not None:
        raise OutcomeUnknownError(
            f"{target.operation} of {target.external_id!r}: the order that is found under this id is not "
            f"what was asked for: {difference}. Perhaps an earlier order has taken the id, and this one was "
            "refused: read it with minted.orders.get, and use an id only once",
            operation=target.operation,
            external_id=target.external_id,
            status=target.status,
        )
    return order


def _not_placed(target: Search) -> OrderNotPlacedError:
    return OrderNotPlacedError(
        f"{target.operation} of {target.external_id!r}: the order was not placed, and its price lock has run "
        "out: it is safe to place it anew",
        operation=target.operation,
        external_id=target.external_id,
    )


def _unknown(target: Search, options: TradeOptions, why: str) -> OutcomeUnknownError:
    clock = options.clock
    certain_at = clock.wall() + timedelta(seconds=target.certain - clock.monotonic())
    if target.placed:
        state = "the order was placed, but it could not be read back"
    else:
        state = (
            "it is not known whether the order was placed; it will be for certain at "
            f"{certain_at.isoformat(timespec='seconds')}"
        )
    return OutcomeUnknownError(
        f"{target.operation} of {target.external_id!r}: {state}: {why}. Do not place it again: "
        f"`await minted.trades.resolve({target.external_id!r})` goes on",
        operation=target.operation,
        external_id=target.external_id,
        status=target.status,
        certain_at=certain_at,
        placed=target.placed,
    )
