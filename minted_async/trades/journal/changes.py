"""The changes that come with every order, and that databases write many at a time."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import msgspec

from minted_async.trades.journal.base import OrderIntent, Outcome, Progress

Key: TypeAlias = tuple[str, str]


class Record(msgspec.Struct, frozen=True):
    """An order to be written down."""

    intent: OrderIntent
    certain_in: float
    owner: str
    quote: str | None

    @property
    def key(self) -> Key:
        """What an order is found by."""
        return self.intent.account, self.intent.external_id


class Settle(msgspec.Struct, frozen=True):
    """An outcome to be noted."""

    key: Key
    outcome: Outcome
    owner: str | None
    recorded_at: datetime | None


class Mark(msgspec.Struct, frozen=True):
    """A progress to be noted."""

    key: Key
    progress: Progress
    recorded_at: datetime


Change: TypeAlias = Record | Settle | Mark
