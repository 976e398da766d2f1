"""The orders of this process whose outcome is open, and all that is written about them into the journal.

Writing in the background, shielding from cancellation, and repeating what must not be lost live here, once
for every journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection, Generator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import anyio
import msgspec

from minted_async.core.logs import Log
from minted_async.core.secret_names import unseen
from minted_async.errors import ConfigurationError, MintedError, NotSentError
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import Claim, Journal, OrderIntent, OrderRecord, Outcome, Progress
from minted_async.trades.journal.refusals import check_storable, journal_problems

logger: Final = Log("minted_async.trades")

_MOST: Final = 10_000
"""Orders of unknown outcome that a process keeps in mind; of older ones only the journal knows."""

_FIRST_REPEAT: Final = 0.1
_LAST_REPEAT: Final = 10.0
"""Seconds between attempts to write a mark, at first and at most."""

_CLOSING_TIME: Final = 5.0
"""Seconds that a journal may take to close, or to learn what is asked for."""


class OpenOrder(msgspec.Struct):
    """An order whose outcome is open.

    Attributes:
        intent: What was to be placed.
        absence_proven_at: From when on a lookup that does not find it proves that it was not placed, by the
            monotonic clock of this process.
        quote: Id of the quote that it uses.
        confirmed: The server has confirmed it; it only could not be read back.
        recorded_at: When the journal wrote it down, which tells it from others under its id; None until
            it is written.
    """

    intent: OrderIntent
    absence_proven_at: float
    quote: str | None = None
    confirmed: bool = False
    recorded_at: datetime | None = None

    def __repr__(self) -> str:
        """Which it is; not its quote."""
        return f"<OpenOrder {self.intent.external_id!r}>"

    __rich_repr__ = unseen


class OpenOrders:
    """What is open, shared by a client and its views.

    Args:
        journal: Where it outlives the process, if it does.
        account: User and server: orders of others are none of ours.
    """

    def __init__(self, journal: Journal, account: str) -> None:
        self.account = account
        self.journal = journal
        self._owner: str | None = None
        self._open: dict[str, OpenOrder] = {}
        self._settled: dict[str, Outcome] = {}
        self._placing: set[str] = set()
        self._unrecorded: set[str] = set()
        self._looking: set[str] = set()
        self._writing: dict[str, asyncio.Task[None]] = {}
        self._renewal: asyncio.TimerHandle | asyncio.Task[None] | None = None
        self._progress = asyncio.Event()
        self._closing = self._closed = False

    @property
    def unsettled(self) -> int | None:
        """How many there are; None once they are left to others."""
        return None if self._closed else len(self._open)

    @property
    def owner(self) -> str:
        """What the journal knows this process by; readable for people who look into its table."""
        if self._owner is None:
            self._owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(8)}"
        return self._owner

    # ---------------------------------------------------------------- one order
    async def begin(
        self, intent: OrderIntent, *, now: float, absence_proven_at: float, quote: str | None = None
    ) -> OpenOrder:
        """Take an order in hand and write it into the journal: from here on its outcome is open.

        Raises:
            ExternalIdUsedError: An order with this id is open already, or the journal has it as placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: There is no such quote.
            NotSentError: The journal could not be written, so nothing will be sent.
        """
        external_id = intent.external_id
        if self._closing:
            raise ConfigurationError("the client is being closed")
        check_storable("external_id", external_id)
        check_storable("customer_external_id", intent.customer_external_id)
        for item in intent.items:
            check_storable("items", item.product)
        if (known := self._open.get(external_id)) is not None:
            if quote is not None and known.quote == quote:
                raise refusals.quote_used(external_id)
            raise refusals.id_in_use(external_id, None)
        self._forget_oldest()
        self._settled.pop(external_id, None)
        order = self._open[external_id] = OpenOrder(intent, absence_proven_at, quote)
        self._placing.add(external_id)
        self._unrecorded.discard(external_id)
        recording = asyncio.create_task(self._record(order, max(absence_proven_at - now, 0.0)))
        try:
            order.recorded_at = await asyncio.shield(recording)
        except BaseException as problem:
            self._open.pop(external_id)
            self._placing.discard(external_id)
            if not isinstance(problem, MintedError) or isinstance(problem, NotSentError):
                self._withdraw(order, recording)
            raise
        self._renew_later()
        return order

    def mark(self, order: OpenOrder, progress: Progress) -> None:
        """Note how far an order has come."""
        order.confirmed = order.confirmed or progress is Progress.CONFIRMED
        if (recorded_at := order.recorded_at) is not None:
            self._write(order, lambda: self.journal.mark(order.intent, progress, recorded_at=recorded_at))

    def settle(self, order: OpenOrder | None, outcome: Outcome) -> None:
        """Note the outcome; it is written in the background, so that whoever waits for it hears it now."""
        if order is not None and self._forget(order, outcome):
            self._write(order, lambda: self._settle_row(order, outcome))

    async def settle_absent(self, external_id: str, order: OpenOrder | None) -> OrderRecord | None:
        """Note that an order was not placed.

        Returns:
            Another order under this id that is under way or was placed, which a lookup for this one cannot
            speak of; None if there is none.
        """
        try:
            ours = order is not None and self._forget(order, Outcome.NOT_PLACED)
            if order is not None and ours and await self._settle_row(order, Outcome.NOT_PLACED):
                return None
            record = await self.journal.find(self.account, external_id)
        except Exception:
            if order is not None:
                self.settle(order, Outcome.NOT_PLACED)
            return None
        return record if record is not None and record.outcome in (None, Outcome.PLACED) else None

    async def settle_now(self, order: OpenOrder, outcome: Outcome) -> bool:
        """Note the outcome of an order that others may be looking up too; whether they had not yet."""
        if not self._forget(order, outcome):
            return False
        try:
            if await self._settle_row(order, outcome):
                return True
            # What the journal has lost nobody else can report.
            return await self.journal.find(self.account, order.intent.external_id) is None
        except Exception:
            self._write(order, lambda: self._settle_row(order, outcome))
            return True

    def put_down(self, order: OpenOrder) -> None:
        """Nobody in this process is placing the order any more."""
        self._placing.discard(order.intent.external_id)
        self._progress.set()

    @contextmanager
    def looking_up(self, order: OpenOrder | None) -> Generator[None]:
        """Hold an order while it is looked up."""
        external_id = None if order is None else order.intent.external_id
        if external_id is None or external_id in self._looking:
            yield
            return
        self._looking.add(external_id)
        self._renew_later()
        try:
            yield
        finally:
            self._looking.discard(external_id)

    def find(self, external_id: str) -> OpenOrder | None:
        """The order of this process with this id, if its outcome is open."""
        return self._open.get(external_id)

    def settled_as(self, external_id: str) -> Outcome | None:
        """What this process has noted as the outcome of the order; None if it has not, or long ago."""
        return self._settled.get(external_id)

    def left_open(self, seen: Collection[str]) -> list[OpenOrder]:
        """The open orders of this process that nobody is placing or looking up."""
        busy = self._placing | self._looking
        return [order for key, order in self._open.items() if key not in busy and key not in seen]

    def adopt(self, record: OrderRecord, now: float) -> OpenOrder:
        """An order of the journal, its certainty translated to the monotonic clock of this process.

        What this process knows itself is measured by the better clock. An order that was recorded under the
        same id since, by another process, is another one, with a time of its own.
        """
        external_id = record.intent.external_id
        order = self._open.get(external_id)
        if order is None or order.recorded_at != record.recorded_at:
            order = OpenOrder(record.intent, now + record.certain_in, recorded_at=record.recorded_at)
            if record.outcome is None:
                self._forget_oldest()
                self._open[external_id] = order
        # Another process may have settled it as placed, or heard so: not to be found proves nothing then.
        settled_as_placed = record.outcome is Outcome.PLACED
        order.confirmed = order.confirmed or settled_as_placed or record.progress is Progress.CONFIRMED
        return order

    # ---------------------------------------------------------------- the journal
    async def open(self) -> None:
        """Open the journal.

        Raises:
            ConfigurationError: It cannot be used.
            NotSentError: It cannot be reached.
        """
        with journal_problems("opened"):
            await self.journal.open()

    async def recorded(self, external_id: str) -> OrderRecord | None:
        """What the journal knows of an order of this account, once it knows what this process does."""
        if (writing := self._writing.get(external_id)) is not None:
            await asyncio.wait([writing], timeout=_CLOSING_TIME)
        with journal_problems("read"):
            return await self.journal.find(self.account, external_id)

    async def claim(self, limit: int, seen: Collection[str]) -> Claim:
        """Take over open orders that nobody is looking up or placing.

        Args:
            limit: How many at most.
            seen: Those that the caller has had already.
        """
        # Of what is being written the outcome is known, or it is open here: see `left_open`.
        held = self._placing | self._looking | self._writing.keys() | set(seen)
        with journal_problems("read"):
            return await self.journal.claim(self.account, self.owner, limit=limit, held=held)

    async def warn_of_other_accounts(self) -> None:
        """Say that orders of others are left alone: another server or user would not find them, and that
        would prove nothing.
        """
        with journal_problems("read"):
            records = await self.journal.unsettled()
        accounts = {record.intent.account for record in records if isinstance(record, OrderRecord)}
        if others := sorted(accounts - {self.account}):
            logger.warning("the journal has unsettled orders of other accounts: %s", ", ".join(others))

    async def drain(self, seconds: float) -> None:
        """Take no further order, and wait until those under way and their marks are written."""
        self._closing = True
        with anyio.move_on_after(seconds):
            while self._placing or self._writing.keys() - self._unrecorded:
                self._progress.clear()
                await self._progress.wait()
        if left := sorted(self._open.keys() | (self._writing.keys() - self._unrecorded)):
            logger.warning("closed with orders that are left to recover: %s", ", ".join(left))

    async def aclose(self) -> None:
        """Leave what is open to others, and close the journal. May be called again."""
        self._closing = self._closed = True
        if self._renewal is not None:
            self._renewal.cancel()
        for task in self._writing.values():
            task.cancel()
        with anyio.move_on_after(_CLOSING_TIME, shield=True):
            try:
                if self._owner is not None:
                    await self.journal.release(self.account, self._owner)
            except Exception as problem:
                logger.debug("the journal did not take that orders are left to others: %r", problem)
            finally:
                with contextlib.suppress(ConfigurationError):
                    await self.journal.aclose()

    # ---------------------------------------------------------------- within
    def _forget(self, order: OpenOrder, outcome: Outcome) -> bool:
        """Keep no more of an order than its outcome.

        Returns:
            Whether an order is not one of before, whose id another one of this process has now.
        """
        external_id = order.intent.external_id
        if self._open.get(external_id, order) is not order:
            return False
        self._open.pop(external_id, None)
        self._settled[external_id] = outcome
        if len(self._settled) > _MOST:
            del self._settled[next(iter(self._settled))]
        return True

    async def _settle_row(self, order: OpenOrder, outcome: Outcome) -> bool:
        """Settle the row of this order, never one that was recorded under its id since."""
        return await self.journal.settle(order.intent, outcome, recorded_at=order.recorded_at)

    async def _record(self, order: OpenOrder, certain_in: float) -> datetime:
        external_id = order.intent.external_id
        while (earlier := self._writing.get(external_id)) is not None:
            await asyncio.wait([earlier])  # an earlier order under this id is being settled
        with journal_problems("written", order.intent.operation):
            return await self.journal.record(
                order.intent, certain_in=certain_in, owner=self.owner, quote=order.quote
            )

    def _withdraw(self, order: OpenOrder, recording: asyncio.Task[datetime]) -> None:
        """An order that was perhaps recorded and certainly not sent.

        Only a record of this process is settled: another one may be placing an order under the same id.
        """

        async def withdraw() -> None:
            await asyncio.wait([recording])
            if recording.cancelled() or not isinstance(recording.exception(), NotSentError | None):
                return  # refused: the record under this id is another order's
            if recording.exception() is not None:
                # Most likely there is no row: nobody has to wait for it, and nothing is left to recover.
                self._unrecorded.add(order.intent.external_id)
                self._progress.set()
            await self.journal.settle(order.intent, Outcome.NOT_SENT, owner=self.owner)

        self._write(order, withdraw)

    def _write(self, order: OpenOrder, write: Callable[[], Awaitable[object]]) -> None:
        """Write in the background, after what was written of the same order before."""
        external_id = order.intent.external_id
        earlier = self._writing.get(external_id)
        task = asyncio.create_task(self._write_until_done(external_id, earlier, write))
        self._writing[external_id] = task
        task.add_done_callback(lambda done: self._written(external_id, done))

    def _written(self, external_id: str, task: asyncio.Task[None]) -> None:
        if self._writing.get(external_id) is task:
            del self._writing[external_id]
            self._unrecorded.discard(external_id)
        self._progress.set()

    async def _write_until_done(
        self,
        external_id: str,
        earlier: asyncio.Task[None] | None,
        write: Callable[[], Awaitable[object]],
    ) -> None:
        if earlier is not None:
            await asyncio.wait([earlier])
        wait = _FIRST_REPEAT
        while True:
            try:
                await write()
            except ConfigurationError as problem:
                # Closed, or of another process: it stays open in the journal, which costs a lookup.
                logger.error("the journal did not take what became of order %r: %s", external_id, problem)
                return
            except Exception as problem:
                logger.warning(
                    "the journal did not take what became of order %r yet: %r", external_id, problem
                )
            else:
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LAST_REPEAT)

    def _renew_later(self) -> None:
        if self._renewal is None and not self._closing:
            self._renewal = asyncio.get_running_loop().call_later(self.journal.lease / 3, self._renew)

    def _renew(self) -> None:
        self._renewal = None
        if held := self._placing | self._looking:
            self._renewal = asyncio.create_task(self._renew_now(held))

    async def _renew_now(self, held: set[str]) -> None:
        try:
            await self.journal.renew(self.account, self.owner, held)
        except Exception as problem:
            # At worst another process looks the same orders up.
            logger.warning("the journal did not take that orders are in hand: %r", problem)
        self._renewal = None
        self._renew_later()

    def _forget_oldest(self) -> None:
        if len(self._open) < _MOST:
            return
        for external_id in self._open:
            if external_id not in self._placing and external_id not in self._looking:
                del self._open[external_id]
                return
