"""The journal's table in SQLite: its columns, and intentions as its rows."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final, TypeAlias

import msgspec

from minted_async.trades.journal import IntendedItem, Intention

__all__ = ["COLUMNS", "PLACES", "SCHEMA", "VERSION", "Row", "read_row", "stamp", "write_row"]

VERSION: Final = 1
SCHEMA: Final = f"""
CREATE TABLE IF NOT EXISTS intentions (
    sequence INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    external_id TEXT NOT NULL,
    operation TEXT NOT NULL,
    items TEXT NOT NULL,
    customer_external_id TEXT,
    currency_code TEXT,
    total TEXT,
    recorded_at TEXT NOT NULL,
    certain_at TEXT NOT NULL,
    outcome TEXT,
    settled_at TEXT
);
CREATE INDEX IF NOT EXISTS intentions_by_id ON intentions (external_id, account);
CREATE UNIQUE INDEX IF NOT EXISTS unsettled_intentions ON intentions (external_id, account)
    WHERE outcome IS NULL;
PRAGMA user_version = {VERSION};
"""
COLUMNS: Final = (
    "account, external_id, operation, items, "
    "customer_external_id, currency_code, total, recorded_at, certain_at"
)
PLACES: Final = ", ".join("?" * 9)
Row: TypeAlias = tuple[str, str, str, str, str | None, str | None, str | None, str, str]


def stamp(moment: datetime) -> str:
    """A moment as text, in UTC with microseconds: comparing the texts compares the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def write_row(intention: Intention) -> Row:
    """An intention as a row; numbers as text, which keeps every decimal."""
    items = [
        (item.product, None if item.amount is None else format(item.amount, "f")) for item in intention.items
    ]
    return (
        intention.account,
        intention.external_id,
        intention.operation,
        msgspec.json.encode(items).decode(),
        intention.customer_external_id,
        intention.currency_code,
        None if intention.total is None else format(intention.total, "f"),
        stamp(intention.recorded_at),
        stamp(intention.certain_at),
    )


def read_row(row: Row) -> Intention:
    """The intention of a row."""
    account, external_id, operation, items, customer, currency, total, recorded_at, certain_at = row
    pairs = msgspec.json.decode(items, type=list[tuple[str, str | None]])
    return Intention(
        account=account,
        external_id=external_id,
        operation=operation,
        items=tuple(
            IntendedItem(product, None if amount is None else Decimal(amount)) for product, amount in pairs
        ),
        customer_external_id=customer,
        currency_code=currency,
        total=None if total is None else Decimal(total),
        recorded_at=datetime.fromisoformat(recorded_at),
        certain_at=datetime.fromisoformat(certain_at),
    )
