"""Journals that tests can look into."""

from __future__ import annotations

from datetime import datetime

from minted_async.trades import Journal, MemoryJournal, OrderIntent, Outcome, Progress


class RecordingJournal(MemoryJournal):
    """A journal that remembers what it was told, in order.

    Attributes:
        recorded: all orders, oldest first.
        certain_in: for each, in how many seconds its absence can be proven.
        marks: how far orders were said to have come.
        outcomes: what was noted, oldest first.
        closed: whether the client has closed it.
    """

    def __init__(self) -> None:
        super().__init__()
        self.recorded: list[OrderIntent] = []
        self.certain_in: list[float] = []
        self.marks: list[tuple[str, Progress]] = []
        self.outcomes: list[tuple[str, Outcome]] = []
        self.closed = False

    async def record(
        self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
    ) -> datetime:
        self.recorded.append(intent)
        self.certain_in.append(certain_in)
        return await super().record(intent, certain_in=certain_in, owner=owner, quote=quote)

    async def mark(self, intent: OrderIntent, progress: Progress, *, recorded_at: datetime) -> None:
        self.marks.append((intent.external_id, progress))
        await super().mark(intent, progress, recorded_at=recorded_at)

    async def settle(
        self,
        intent: OrderIntent,
        outcome: Outcome,
        *,
        owner: str | None = None,
        recorded_at: datetime | None = None,
    ) -> bool:
        self.outcomes.append((intent.external_id, outcome))
        return await super().settle(intent, outcome, owner=owner, recorded_at=recorded_at)

    async def aclose(self) -> None:
        self.closed = True


_: Journal = RecordingJournal()
