"""Placing an order: written down, sent once, and what its answer, or the lack of one, means."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import anyio
import msgspec

from minted_async.core.config import check_count, check_seconds
from minted_async.core.logs import Log
from minted_async.errors import (
    APIError,
    ArgumentError,
    ConfigurationError,
    DecodeError,
    MintedError,
    NotSentError,
    OrderNotPlacedError,
    OutcomeUnknownError,
    PriceExpiredError,
)
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.trades.journal.base import OrderIntent, Outcome, Progress, UnreadableRecord
from minted_async.trades.lookup import Lookup, differs, look_up
from minted_async.trades.open_orders import OpenOrder, OpenOrders
from minted_async.trades.options import TradeOptions
from minted_async.trades.parallel import in_parallel
from minted_async.trades.preparing import PreparedOrder

logger: Final = Log("minted_async.trades")

_NOT_CARRIED_OUT: Final = frozenset({401, 429})
"""Statuses that say by themselves, whoever sends them, that a request was not carried out (RFC 9110 section
15.5.2, RFC 6585 section 4)."""

_A_MOMENT: Final = 0.05
"""Seconds after which a lease has surely ended, once it has."""


class Recovery(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an order that was left open.

    Attributes:
        external_id: The partner's own id of the order; None if its row in the journal cannot be read.
        intent: What was to be placed; None if its row cannot be read.
        order: The order, if it was placed.
        error: `OrderNotPlacedError` if it was not, `OutcomeUnknownError` if it is still not known.
    """

    external_id: str | None
    intent: OrderIntent | None = None
    order: models.Order | None = None
    error: OrderNotPlacedError | OutcomeUnknownError | None = None


class _Doubt(msgspec.Struct):
    """What is known of an order that was sent when its answer does not settle it.

    Attributes:
        cause: What went wrong, None if the server confirmed the order without showing it.
        status: HTTP status of the answer, if there was one.
        confirmed: The server has said that the order was carried out.
    """

    cause: Exception | None
    status: int | None = None
    confirmed: bool = False


class Placement:
    """Places orders, and finds out what became of them.

    Args:
        lookups: Where to look; each call on a connection of its own.
        open_orders: Where to note it.
        options: How.
    """

    def __init__(self, lookups: Orders, open_orders: OpenOrders, options: TradeOptions) -> None:
        self._lookups = lookups
        self._open_orders = open_orders
        self._options = options

    async def place(self, prepared: PreparedOrder, settle_timeout: float | None) -> models.Order:
        """Send an order once, and find out what became of it.

        Raises:
            MintedError: See `Trades.buy`.
        """
        if prepared.lock is not None:
            prepared.lock.check()
        order = await self._begin(prepared)
        try:
            result = await self._send(prepared, order)
            if not isinstance(result, _Doubt):
                return result
            self._open_orders.mark(order, Progress.CONFIRMED if result.confirmed else Progress.SENT)
            lookup = Lookup(
                external_id=order.intent.external_id,
                operation=order.intent.operation,
                absence_proven_at=order.absence_proven_at,
                timeout=settle_timeout,
                intent=order.intent,
                confirmed=order.confirmed,
                status=result.status,
            )
            return await self._dispel(result, lookup, order)
        finally:
            # Whatever is still open now, cancelled or unknown, is for `resolve` and `recover`.
            self._open_orders.put_down(order)

    async def resolve(
        self, external_id: str, *, certain_at: datetime | None, timeout: float | None
    ) -> models.Order:
        """Find out what became of one order; see `Trades.resolve`."""
        clock = self._options.clock
        order = self._open_orders.find(external_id)
        if order is None:
            record = await self._open_orders.recorded(external_id)
            if record is not None:
                order = self._open_orders.adopt(record, clock.monotonic())
        lookup = self._later_lookup(external_id, order, timeout)
        if order is None:
            lookup.absence_proven_at = _proven_at(certain_at, self._options)
        with self._open_orders.looking_up(order):
            try:
                found = await self._search(lookup)
            except OrderNotPlacedError as absent:
                await self._check_absence(lookup, order, absent)
                raise
        self._open_orders.settle(order, Outcome.PLACED)
        return found

    async def recover(self, *, timeout: float | None, limit: int) -> list[Recovery]:
        """Find out what became of all that is open; see `Trades.recover`."""
        check_count("limit", limit)
        check_seconds("timeout", timeout, optional=True)
        await self._open_orders.warn_of_other_accounts()
        claims = _Claims(self._open_orders, self._options, limit, timeout)
        found: dict[int, Recovery] = {}

        async def work(_: int) -> None:
            while (claimed := await claims.next()) is not None:
                number, order = claimed
                recovery = order if isinstance(order, Recovery) else await self._recover_one(order, timeout)
                if recovery is not None:
                    found[number] = recovery

        await in_parallel(work, range(limit), limit)
        if claims.failure is not None:
            if not found:
                raise claims.failure
            # Those were settled and will not be reported again; the others are for the next time.
            logger.warning("not all open orders were looked up: %s", claims.failure)
        return [found[number] for number in sorted(found)]

    # ---------------------------------------------------------------- one order
    async def _begin(self, prepared: PreparedOrder) -> OpenOrder:
        now = self._options.clock.monotonic()
        lock = prepared.lock
        # A token of unknown age was fixed before now, so that it lives no longer than one that is fixed now.
        ends = now + self._options.assumed_lock_seconds if lock is None else lock.latest_possible_end
        return await self._open_orders.begin(
            prepared.intent,
            now=now,
            absence_proven_at=ends + self._options.absence_margin,
            quote=prepared.quote,
        )

    async def _send(self, prepared: PreparedOrder, order: OpenOrder) -> models.Order | _Doubt:
        """Send the order, the only place that does, and read what its answer means."""
        settle = self._open_orders.settle
        try:
            if prepared.lock is not None:
                prepared.lock.check()  # the journal may have taken long
            receipt = await prepared.send()
        except (ArgumentError, ConfigurationError, NotSentError, PriceExpiredError):
            settle(order, Outcome.NOT_SENT)
            raise
        except APIError as error:
            doubt = _doubt_of(error)
            if doubt is None:
                settle(order, Outcome.REFUSED)
                raise
            return doubt
        except DecodeError as error:
            return _Doubt(error, error.status, confirmed=error.success is True)
        except OutcomeUnknownError as error:
            return _Doubt(error, error.status)
        except Exception as error:
            # Nothing that is known to happen; only a lookup tells what it means.
            return _Doubt(error)
        try:
            shown = _only_order(receipt, prepared.intent)
        except Exception as error:
            return _Doubt(error, confirmed=True)
        if shown is None:
            return _Doubt(None, confirmed=True)
        settle(order, Outcome.PLACED)
        return shown

    async def _dispel(self, doubt: _Doubt, lookup: Lookup, order: OpenOrder) -> models.Order:
        """Look the order up; what goes wrong says also why it had to be."""
        try:
            found = await self._search(lookup)
        except OrderNotPlacedError as absent:
            await self._check_absence(lookup, order, absent)
            raise absent from doubt.cause or absent.__cause__
        except OutcomeUnknownError as error:
            raise error from (doubt.cause or error.__cause__)
        self._open_orders.settle(order, Outcome.PLACED)
        return found

    async def _recover_one(self, order: OpenOrder, timeout: float | None) -> Recovery | None:
        """What became of an order; None if another process has reported it meanwhile."""
        intent = order.intent
        lookup = self._later_lookup(intent.external_id, order, timeout)
        recovery = Recovery(external_id=intent.external_id, intent=intent)
        outcome = Outcome.PLACED
        with self._open_orders.looking_up(order):
            try:
                found = await self._search(lookup)
                recovery = msgspec.structs.replace(recovery, order=found)
            except OrderNotPlacedError as error:
                outcome = Outcome.NOT_PLACED
                recovery = msgspec.structs.replace(recovery, error=error)
            except OutcomeUnknownError as error:
                return msgspec.structs.replace(recovery, error=error)
            return recovery if await self._open_orders.settle_now(order, outcome) else None

    def _later_lookup(self, external_id: str, order: OpenOrder | None, timeout: float | None) -> Lookup:
        return Lookup(
            external_id=external_id,
            operation="trades.resolve" if order is None else order.intent.operation,
            absence_proven_at=0.0 if order is None else order.absence_proven_at,
            timeout=timeout,
            intent=None if order is None else order.intent,
            confirmed=order is not None and order.confirmed,
            patient=True,
        )

    async def _check_absence(
        self, lookup: Lookup, order: OpenOrder | None, absent: OrderNotPlacedError
    ) -> None:
        """Note that an order was not placed, unless another one that may be under way has its id by now.

        Raises:
            OutcomeUnknownError: It is.
        """
        other = await self._open_orders.settle_absent(lookup.external_id, order)
        if other is not None:
            lookup.confirmed = other.outcome is Outcome.PLACED
            lookup.absence_proven_at = self._options.clock.monotonic() + other.certain_in
            raise lookup.unknown(
                self._options, "another worker has recorded, or settled, an order under this id meanwhile"
            ) from absent

    async def _search(self, lookup: Lookup) -> models.Order:
        """Look up; whatever goes wrong, the order is in doubt, and the error says so."""
        try:
            return await look_up(self._lookups, lookup, self._options)
        except (OrderNotPlacedError, OutcomeUnknownError):
            raise
        except Exception as error:
            raise lookup.unknown(self._options, f"looking it up failed ({error!r})") from error


class _Claims:
    """The orders that `recover` accounts for, oldest first, each handed to one worker of one process.

    Args:
        open_orders: Where they come from.
        options: Time.
        limit: How many are taken over at once: the rest is left to other processes.
        timeout: Seconds for which to wait at most for orders that other processes hold.

    Attributes:
        failure: Why the journal could not be asked for more.
    """

    def __init__(
        self, open_orders: OpenOrders, options: TradeOptions, limit: int, timeout: float | None
    ) -> None:
        self._open_orders = open_orders
        self._clock = options.clock
        self._limit = limit
        # What a process held when it died is free after one lease; whoever renews his is alive.
        lease = open_orders.journal.lease + 2 * _A_MOMENT
        self._give_up = self._clock.monotonic() + (lease if timeout is None else min(lease, timeout))
        self._turn = anyio.Lock()
        self._count = 0
        self._seen: set[str] = set()
        self._reported: set[tuple[str | None, str]] = set()
        self._waiting: deque[OpenOrder | Recovery] = deque()
        self.failure: MintedError | None = None

    async def next(self) -> tuple[int, OpenOrder | Recovery] | None:
        """The next order and its number; or what is to be reported of a row that cannot be read."""
        async with self._turn:
            while not self._waiting:
                if self.failure is not None:
                    return None
                try:
                    retry_in = await self._claim()
                except MintedError as failure:
                    self.failure = failure
                    return None
                if self._waiting:
                    break
                left = self._give_up - self._clock.monotonic()
                if retry_in is None or left <= 0:
                    self._take(self._open_orders.left_open(self._seen))
                    if not self._waiting:
                        return None
                    break
                await self._clock.sleep(min(retry_in + _A_MOMENT, left))
            self._count += 1
            return self._count, self._waiting.popleft()

    async def _claim(self) -> float | None:
        claim = await self._open_orders.claim(self._limit, self._seen)
        for row in claim.unreadable:
            if row.external_id is not None:
                self._seen.add(row.external_id)
            if (row.external_id, row.problem) not in self._reported:
                self._reported.add((row.external_id, row.problem))
                self._waiting.append(_unreadable(row))
        now = self._clock.monotonic()
        self._take([self._open_orders.adopt(record, now) for record in claim.records])
        return claim.retry_in

    def _take(self, orders: Iterable[OpenOrder]) -> None:
        for order in orders:
            self._seen.add(order.intent.external_id)
            self._waiting.append(order)


def _doubt_of(error: APIError) -> _Doubt | None:
    """What an error answer leaves open; None if the order was certainly refused."""
    if error.success is True:
        # The status says that it failed, the envelope that it succeeded: neither is believed.
        return _Doubt(error, error.status)
    in_its_words = error.code is not None or bool(error.message)
    # A server that failed, or gave up, may have done so after it placed the order, or place it still.
    failed = error.status >= 500 or error.status == 408
    if error.status in _NOT_CARRIED_OUT or (in_its_words and not failed):
        return None
    return _Doubt(error, error.status)


def _only_order(receipt: models.OrderReceipt, intent: OrderIntent) -> models.Order | None:
    """The order of a receipt, if the receipt shows exactly the one that was sent."""
    if receipt.orders is None or len(receipt.orders) != 1 or len(receipt.guid) > 1:
        return None
    (order,) = receipt.orders
    if order.external_id is None or differs(intent.external_id, intent, order) is not None:
        return None
    if order.order_at is None and receipt.order_at is not None:
        return msgspec.structs.replace(order, order_at=receipt.order_at)
    return order


def _unreadable(record: UnreadableRecord) -> Recovery:
    name = "an order" if record.external_id is None else f"the order {record.external_id!r}"
    error = OutcomeUnknownError(
        f"the journal's row of {name} cannot be read ({record.problem}): it stays there",
        operation="trades.recover",
        external_id=record.external_id,
        advice="Do not place it again: look for it with minted.orders.get.",
    )
    return Recovery(external_id=record.external_id, error=error)


def _proven_at(certain_at: datetime | None, options: TradeOptions) -> float:
    """From when on a lookup is proof, for an order that neither this process nor the journal knows."""
    clock = options.clock
    if certain_at is None:
        # It was sent before now, with a lock that lives no longer than one that is fixed now.
        return clock.monotonic() + options.assumed_lock_seconds + options.absence_margin
    if certain_at.tzinfo is None:
        raise ConfigurationError("certain_at must be an aware datetime")
    return clock.monotonic() + (certain_at - clock.now()).total_seconds()
