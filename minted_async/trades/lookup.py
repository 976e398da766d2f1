"""Looking orders up: until one is found, or its absence is proven, or it has reached a state."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Collection, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import Final

import anyio
import msgspec

from minted_async.clock import Clock
from minted_async.core.checks import argument_error
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
from minted_async.trades.exact import EXACT, is_plausible
from minted_async.trades.journal.base import IntendedItem, OrderIntent
from minted_async.trades.options import TradeOptions

FINAL_STATES: Final = frozenset(
    {
        models.OrderStatus.COMPLETED.value,
        models.OrderStatus.CANCELLED.value,
        models.OrderStatus.REFUNDED.value,
    }
)
"""States after which an order of metal does not change any more, as far as their names tell."""

_TRANSIENT: Final = (ConnectionLostError, NotSentError, RateLimitedError, RequestTimeoutError, ServerError)
"""Failures of a lookup that time may heal."""

_FIRM_FAILURES: Final = 3
"""So many lookups in a row must fail for another reason than a lost connection, such as refused credentials,
after the price lock has run out, before a search without a time limit gives up."""

_FAILURES_IN_A_ROW: Final = 10
"""So many lookups may fail for want of a connection before waiting for a state gives up."""

_EAGER: Final = (0.25, 30.0)
_PATIENT: Final = (10.0, 60.0)
_FOLLOWING: Final = (0.5, 10.0)
"""Seconds between lookups, at first and at most: right after sending, some time later, and for a state."""

_SHORTEST_WAIT: Final = 0.25

_ROUNDED_DECIMALS: Final = 2
_ROUNDED_SHARE: Final = Decimal("0.001")
_ROUNDINGS: Final = (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
"""An amount is taken for another one that the server rounded if it has at least so many decimals, is off by
less than this share, and is what one of these makes of it."""

_LONGEST_REQUESTED_WAIT: Final = 120.0
"""Seconds for which a Retry-After is obeyed: a server with a wrong clock asks for a year."""


class Backoff:
    """Waits between lookups: each twice the one before, drawn from its upper half.

    Args:
        first: Upper bound of the first wait in seconds.
        longest: Upper bound that no wait exceeds.
        random: Source of the jitter.
    """

    def __init__(self, first: float, longest: float, random: Callable[[], float]) -> None:
        self._first = self._next = first
        self._longest = longest
        self._random = random

    def wait(self, problem: MintedError | None = None) -> float:
        """Seconds until the next lookup, or as many as the server asked for, within reason."""
        ceiling = min(self._next, self._longest)
        self._next = ceiling * 2
        wait = ceiling * (1 + self._random()) / 2
        asked = problem.retry_after if isinstance(problem, APIError) else None
        return wait if asked is None else max(wait, min(asked, _LONGEST_REQUESTED_WAIT))

    def restart(self) -> None:
        """Begin with short waits again: something has changed."""
        self._next = self._first


class Lookup(msgspec.Struct, kw_only=True):
    """What is looked for, and when to stop.

    Attributes:
        external_id: The partner's own id of the order.
        operation: Who is looking, for errors.
        absence_proven_at: From when on a lookup that does not find the order proves that it was not placed,
            by the monotonic clock.
        timeout: Seconds; None until it is certain.
        intent: What was to be placed, if it is known.
        confirmed: The server has confirmed the order: that it is not found proves nothing.
        patient: The order was sent some time ago: one that is not there will hardly appear within a second.
        status: HTTP status of the answer that told too little, for errors.
    """

    external_id: str
    operation: str
    absence_proven_at: float
    timeout: float | None
    intent: OrderIntent | None = None
    confirmed: bool = False
    patient: bool = False
    status: int | None = None

    def unknown(self, options: TradeOptions, why: str) -> OutcomeUnknownError:
        """The error for an order of which it is still not known whether it was placed."""
        certain_at = options.certain_at(self.absence_proven_at)
        if self.confirmed:
            state = "the order was placed, but it could not be read back"
        else:
            state = (
                "it is not known whether the order was placed; it will be for certain at "
                f"{certain_at.isoformat(timespec='seconds')}"
            )
        return OutcomeUnknownError(
            f"{self.operation} of {self.external_id!r}: {state}: {why}",
            operation=self.operation,
            external_id=self.external_id,
            status=self.status,
            certain_at=certain_at,
            placed=self.confirmed,
            advice=f"Do not place it again: `minted.trades.resolve({self.external_id!r})` goes on.",
        )

    def recognize(self, order: models.Order) -> models.Order:
        """The order that was found.

        Raises:
            OutcomeUnknownError: It is not the one that was meant.
        """
        difference = differs(self.external_id, self.intent, order)
        if difference is None:
            return order
        raise OutcomeUnknownError(
            f"{self.operation} of {self.external_id!r}: the order that is found under this id is not what was"
            f" asked for: {difference}. Perhaps an earlier order has taken the id, and this one was refused",
            operation=self.operation,
            external_id=self.external_id,
            status=self.status,
            placed=self.confirmed,
            advice="Read it with minted.orders.get, and use an id only once.",
        )


def differs(external_id: str, intent: OrderIntent | None, order: models.Order) -> str | None:
    """What tells that an order is another one than was meant; None if nothing does.

    The one comparison for every way in which an order is learned of: receipt, lookup, resolve, recover. Only
    what both sides state is compared, and an amount that the server rounded is the same.
    """
    if order.external_id not in (None, external_id):
        return f"its external_id is {order.external_id!r}"
    if intent is None:
        return None
    kind = models.OrderType.SELL if intent.operation == "orders.sell" else models.OrderType.BUY
    if order.type is not None and order.type != kind:
        return f"it is a {order.type}, not a {kind}"
    customer = None if order.customer is None else order.customer.external_id
    if None not in (customer, intent.customer_external_id) and customer != intent.customer_external_id:
        return f"it is for the customer {customer!r}, not {intent.customer_external_id!r}"
    return _different_items(intent.items, order.items)


def _different_items(asked: Sequence[IntendedItem], found: Sequence[models.OrderItem]) -> str | None:
    """What tells the items of two orders apart, in whatever order they come; None if nothing does."""
    if not asked or not found:
        return None
    if len(asked) != len(found):
        return f"it has {len(found)} items, not {len(asked)}"
    if len(asked) == 1:
        return _different_item(asked[0], found[0])
    # What states the most chooses first, so that what states less takes what is left.
    left = sorted(found, key=lambda item: (item.sku is None) + (item.amount is None))
    for item in sorted(asked, key=lambda item: item.product.isdecimal() + (item.amount is None)):
        match = next((other for other in left if _different_item(item, other) is None), None)
        if match is None:
            return (
                f"it has no such item as {'some' if item.amount is None else item.amount} of {item.product}"
            )
        left.remove(match)
    return None


def _different_item(asked: IntendedItem, found: models.OrderItem) -> str | None:
    # Products can be named by number too, which is all digits; answers name them by sku.
    if found.sku is not None and not asked.product.isdecimal() and found.sku != asked.product:
        return f"it is for {found.sku}, not {asked.product}"
    if asked.amount is not None and found.amount is not None and not _same_amount(asked.amount, found.amount):
        shown = found.amount if is_plausible(found.amount) else "an amount that cannot be true"
        return f"it is for {shown}, not {asked.amount}"
    return None


async def look_up(orders: Orders, lookup: Lookup, options: TradeOptions) -> models.Order:
    """Look an order up until it is known what became of it.

    Raises:
        OrderNotPlacedError: It was not placed, and cannot be any more.
        OutcomeUnknownError: The time is over, or the lookups cannot tell.
    """
    clock = options.clock
    deadline = None if lookup.timeout is None else clock.monotonic() + lookup.timeout
    backoff = Backoff(*(_PATIENT if lookup.patient else _EAGER), clock.random)
    firm = 0
    while True:
        started = clock.monotonic()
        proves = started >= lookup.absence_proven_at
        order, problem = await _read(orders, lookup.external_id, deadline, clock)
        if order is not None:
            return lookup.recognize(order)
        wait = backoff.wait(problem)
        if problem is not None and options.is_absent(problem) and proves and not lookup.confirmed:
            raise _not_placed(lookup) from problem
        if not proves:
            # The lookup that can prove it begins as soon as it can.
            wait = min(wait, max(lookup.absence_proven_at - clock.monotonic(), _SHORTEST_WAIT))
        firm = firm + 1 if proves and problem is not None and not isinstance(problem, _TRANSIENT) else 0
        stuck = isinstance(problem, ConfigurationError) or (deadline is None and firm >= _FIRM_FAILURES)
        if problem is not None and stuck:
            raise lookup.unknown(options, f"lookups cannot tell ({problem.happened})") from problem
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise lookup.unknown(options, "lookups did not settle it in time") from problem
        await clock.sleep(wait)


async def watch(
    order: models.Order | str,
    orders: Orders,
    clock: Clock,
    *,
    until: Collection[str],
    timeout: float | None,
) -> AsyncGenerator[models.Order]:
    """The order as it is, and again whenever its state has changed; see `Trades.watch`."""
    external_id = id_of(order)
    states = frozenset({until}) if isinstance(until, str) else frozenset(map(str, until))
    deadline = None if timeout is None else clock.monotonic() + timeout
    backoff = Backoff(*_FOLLOWING, clock.random)
    last: models.Order | None = None
    lookups = failures = 0
    while True:
        lookups += 1
        found, problem = await _read(orders, external_id, deadline, clock)
        if problem is not None:
            failures += 1
            if failures >= _FAILURES_IN_A_ROW or not isinstance(problem, _TRANSIENT):
                raise problem
        if found is not None:
            failures = 0
            if last is None or found.status_name != last.status_name:
                backoff.restart()
                last = found
                yield found
            if found.status_name in states:
                return
        wait = backoff.wait(problem)
        if deadline is not None and clock.monotonic() + wait >= deadline:
            raise _late(external_id, last, timeout, lookups) from problem
        await clock.sleep(wait)


async def wait_for(
    order: models.Order | str,
    orders: Orders,
    clock: Clock,
    *,
    until: Collection[str],
    timeout: float | None,
) -> models.Order:
    """The order in one of some states; see `Trades.wait`."""
    changes = [change async for change in watch(order, orders, clock, until=until, timeout=timeout)]
    return changes[-1]


def id_of(order: models.Order | str) -> str:
    """The partner's own id of an order, or the id itself.

    Raises:
        ArgumentError: The order was placed without an id.
    """
    external_id = order.external_id if isinstance(order, models.Order) else order
    if external_id is None:
        raise argument_error("order", "was placed without an external_id, by which it could be looked up")
    return external_id


async def _read(
    orders: Orders, external_id: str, deadline: float | None, clock: Clock
) -> tuple[models.Order | None, MintedError | None]:
    """One lookup: the order, or why it was not read, or neither if the time for it was over."""
    remaining = None if deadline is None else max(deadline - clock.monotonic(), 0.0)
    with anyio.move_on_after(remaining):
        try:
            return await orders.get(external_id), None
        except MintedError as error:
            return None, error
    return None, None


def _same_amount(asked: Decimal, found: Decimal) -> bool:
    """Whether the server's amount is the one that was asked for, or that one rounded."""
    if not is_plausible(found):
        return False
    if asked == found:
        return True
    exponent = found.as_tuple().exponent
    if not isinstance(exponent, int) or exponent > -_ROUNDED_DECIMALS:
        return False
    with localcontext(EXACT):
        if abs(asked - found) >= abs(asked) * _ROUNDED_SHARE:
            return False
        unit = Decimal(1).scaleb(exponent)
        return any(asked.quantize(unit, rounding) == found for rounding in _ROUNDINGS)


def _not_placed(lookup: Lookup) -> OrderNotPlacedError:
    return OrderNotPlacedError(
        f"{lookup.operation} of {lookup.external_id!r}: it was not placed, and its price lock has run out",
        operation=lookup.operation,
        external_id=lookup.external_id,
    )


def _late(
    external_id: str, last: models.Order | None, timeout: float | None, lookups: int
) -> RequestTimeoutError:
    state = "could not be read" if last is None else f"was still {str(last.status_name)!r}"
    error = RequestTimeoutError(
        f"orders.get: the order {external_id!r} {state} after {timeout:g} s",
        operation="orders.get",
        attempts=lookups,
    )
    error.external_id = external_id
    return error
