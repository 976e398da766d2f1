"""The journal of a client that was given none: it lives as long as its process."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

import msgspec

from minted_async.clock import Clock
from minted_async.core.config import NeverPickled
from minted_async.core.forks import lock_of_module
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import (
    Claim,
    OrderIntent,
    OrderRecord,
    Outcome,
    Progress,
    QuoteRecord,
    UnreadableRecord,
)

_MOST: Final = 10_000
"""Orders, and quotes, that are remembered; the oldest are forgotten first."""

_FURTHER: Final = {Progress.INTENDED: 0, Progress.SENT: 1, Progress.CONFIRMED: 2}


# Not of each journal: see `lock_of_module`. The program's clock is looked at outside of it.
_TURN: Final = lock_of_module()


class _Entry(msgspec.Struct):
    record: OrderRecord
    quote: str | None
    owner: str
    certain: float
    leased_until: float


class _Quote(msgspec.Struct):
    record: QuoteRecord
    usable_until: float
    ends: float


class MemoryJournal(NeverPickled):
    """Orders and quotes in memory, for any number of clients, threads and event loops of one process.

    Args:
        clock: Time.

    Attributes:
        lease: Seconds for which an order is left to the client that holds it.
    """

    def __init__(self, *, clock: Clock | None = None) -> None:
        self.lease = 10.0
        self._clock = Clock() if clock is None else clock
        self._entries: dict[tuple[str, str], _Entry] = {}
        self._quotes: dict[tuple[str, str], _Quote] = {}

    async def open(self) -> None:
        """Nothing to open."""

    async def record(
        self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
    ) -> datetime:
        """Remember an order and take its quote; returns when.

        Raises:
            ExternalIdUsedError: The id is that of an order that is unsettled, or was placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: This account has no such quote.
        """
        key = intent.account, intent.external_id
        now, wall = self._clock.monotonic(), self._clock.now()
        record = OrderRecord(
            intent=intent,
            recorded_at=wall,
            certain_at=wall + timedelta(seconds=certain_in),
            certain_in=certain_in,
        )
        with _TURN:
            known = self._entries.get(key)
            if known is not None and known.record.outcome is None and known.owner == owner:
                return known.record.recorded_at
            taken = None if quote is None else self._usable_quote(intent.account, quote, now)
            if known is not None and known.record.outcome in (None, Outcome.PLACED):
                raise refusals.id_in_use(intent.external_id, known.record.outcome)
            if taken is not None:
                taken.record = msgspec.structs.replace(taken.record, used_by=intent.external_id)
            self._entries.pop(key, None)
            self._entries[key] = _Entry(record, quote, owner, now + certain_in, now + self.lease)
            _forget_oldest(self._entries)
        return wall

    async def mark(self, intent: OrderIntent, progress: Progress, *, recorded_at: datetime) -> None:
        """Remember how far an order has come."""
        with _TURN:
            entry = self._unsettled(intent)
            if entry is None or entry.record.recorded_at != recorded_at:
                return
            if _FURTHER[progress] > _FURTHER[entry.record.progress]:
                entry.record = msgspec.structs.replace(entry.record, progress=progress)
                self._erase_token(intent.account, entry.quote)

    async def settle(
        self,
        intent: OrderIntent,
        outcome: Outcome,
        *,
        owner: str | None = None,
        recorded_at: datetime | None = None,
    ) -> bool:
        """Remember an outcome; whether it was this call that settled the order."""
        wall = self._clock.now()
        with _TURN:
            entry = self._unsettled(intent)
            if entry is None or owner not in (None, entry.owner):
                return False
            if recorded_at not in (None, entry.record.recorded_at):
                return False
            entry.record = msgspec.structs.replace(
                entry.record, outcome=outcome, settled_at=wall, certain_in=0.0
            )
            if outcome is not Outcome.NOT_SENT:
                self._erase_token(intent.account, entry.quote)
            elif entry.quote is not None and (quote := self._quotes.get((intent.account, entry.quote))):
                quote.record = msgspec.structs.replace(quote.record, used_by=None)
            return True

    async def find(self, account: str, external_id: str) -> OrderRecord | None:
        """What is known of an order."""
        now = self._clock.monotonic()
        with _TURN:
            entry = self._entries.get((account, external_id))
            return None if entry is None else _current(entry, now)

    async def unsettled(self) -> list[OrderRecord | UnreadableRecord]:
        """All orders without an outcome, oldest first."""
        now = self._clock.monotonic()
        with _TURN:
            return [_current(entry, now) for entry in self._entries.values() if entry.record.outcome is None]

    async def claim(self, account: str, owner: str, *, limit: int, held: Collection[str]) -> Claim:
        """Take over unsettled orders that nobody else holds."""
        now = self._clock.monotonic()
        records: list[OrderRecord] = []
        leases: list[float] = []
        with _TURN:
            for (whose, external_id), entry in self._entries.items():
                if whose != account or entry.record.outcome is not None or external_id in held:
                    continue
                if entry.owner != owner and entry.leased_until > now:
                    leases.append(entry.leased_until - now)
                elif len(records) < limit:
                    entry.owner, entry.leased_until = owner, now + self.lease
                    records.append(_current(entry, now))
        return Claim(records=records, unreadable=[], retry_in=min(leases, default=None))

    async def renew(self, account: str, owner: str, held: Collection[str]) -> None:
        """Hold orders for longer."""
        until = self._clock.monotonic() + self.lease
        with _TURN:
            for external_id in held:
                entry = self._entries.get((account, external_id))
                if entry is not None and entry.owner == owner:
                    entry.leased_until = until

    async def release(self, account: str, owner: str) -> None:
        """Leave orders to others."""
        with _TURN:
            for (whose, _), entry in self._entries.items():
                if (whose, entry.owner) == (account, owner):
                    entry.leased_until = 0.0

    async def save_quote(self, quote: QuoteRecord) -> datetime:
        """Remember a quote; returns its end."""
        now, wall = self._clock.monotonic(), self._clock.now()
        with _TURN:
            self._quotes[quote.account, quote.id] = _Quote(quote, now + quote.usable_for, now + quote.ends_in)
            _forget_oldest(self._quotes)
        return wall + timedelta(seconds=quote.usable_for)

    async def quote(self, account: str, quote_id: str) -> QuoteRecord | None:
        """A quote."""
        now = self._clock.monotonic()
        with _TURN:
            quote = self._quotes.get((account, quote_id))
            if quote is None:
                return None
            if quote.usable_until <= now:
                self._erase_token(account, quote_id)
            return msgspec.structs.replace(
                quote.record, usable_for=quote.usable_until - now, ends_in=max(quote.ends - now, 0.0)
            )

    async def aclose(self) -> None:
        """Nothing to close."""

    def _usable_quote(self, account: str, quote_id: str, now: float) -> _Quote:
        quote = self._quotes.get((account, quote_id))
        used_by = None if quote is None else quote.record.used_by
        if quote is None or used_by is not None or quote.usable_until <= now:
            raise refusals.quote_refused(known=quote is not None, used_by=used_by)
        return quote

    def _erase_token(self, account: str, quote_id: str | None) -> None:
        quote = None if quote_id is None else self._quotes.get((account, quote_id))
        if quote is not None:
            quote.record = msgspec.structs.replace(quote.record, token=None)

    def _unsettled(self, intent: OrderIntent) -> _Entry | None:
        entry = self._entries.get((intent.account, intent.external_id))
        return entry if entry is not None and entry.record.outcome is None else None


def _current(entry: _Entry, now: float) -> OrderRecord:
    return msgspec.structs.replace(entry.record, certain_in=max(entry.certain - now, 0.0))


def _forget_oldest(entries: dict[tuple[str, str], _Entry] | dict[tuple[str, str], _Quote]) -> None:
    if len(entries) <= _MOST:
        return
    for key, entry in entries.items():
        if not isinstance(entry, _Entry) or entry.record.outcome is not None:
            del entries[key]
            return
    del entries[next(iter(entries))]
