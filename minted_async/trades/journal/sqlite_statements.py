"""What an SQLite journal reads and writes, on a connection and at a moment that its caller gives.

Each function is one change, or one look, inside a transaction of its caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

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
from minted_async.trades.journal.rows import (
    INTENT_COLUMNS,
    QUOTE_COLUMNS,
    RECORD_COLUMNS,
    intent_row,
    moment,
    quote_row,
    read_quote,
    read_record,
    stamp,
)

_ERASE_TOKEN: Final = (
    "UPDATE quotes SET token = NULL WHERE id IN"
    " (SELECT quote FROM orders WHERE external_id = ? AND account = ? AND quote IS NOT NULL)"
)
_GIVE_BACK: Final = "UPDATE quotes SET used_by = NULL WHERE used_by = ? AND account = ?"


# -------------------------------------------------------------------- orders
def record(
    connection: sqlite3.Connection,
    intent: OrderIntent,
    *,
    certain_in: float,
    owner: str,
    quote: str | None,
    lease: float,
    now: datetime,
) -> None:
    """Write an order down and take its quote.

    Raises:
        ArgumentError: The id belongs to an order that is unsettled, or was placed.
        QuoteUsedError: Another order has taken the quote.
        QuoteExpiredError: The quote has run out.
        QuoteNotFoundError: This account has no such quote.
    """
    known = connection.execute(
        "SELECT outcome, owner FROM orders"
        " WHERE external_id = ? AND account = ? AND (outcome IS NULL OR outcome = ?)",
        (intent.external_id, intent.account, Outcome.PLACED.value),
    ).fetchone()
    if known == (None, owner):
        return  # by an attempt whose result got lost
    if quote is not None:
        _check_quote(connection, intent.account, quote, now)
    if known is not None:
        raise refusals.id_in_use(intent.external_id, None if known[0] is None else Outcome(known[0]))
    if quote is not None:
        connection.execute("UPDATE quotes SET used_by = ? WHERE id = ?", (intent.external_id, quote))
    times = now, now + timedelta(seconds=certain_in), now + timedelta(seconds=lease)
    connection.execute(
        f"INSERT INTO orders ({INTENT_COLUMNS}, recorded_at, certain_at, leased_until, owner, quote)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*intent_row(intent), *map(stamp, times), owner, quote),
    )


def mark(connection: sqlite3.Connection, intent: OrderIntent, progress: Progress) -> None:
    """Note how far an order has come."""
    key = intent.external_id, intent.account
    connection.execute(
        "UPDATE orders SET progress = ?"
        " WHERE external_id = ? AND account = ? AND outcome IS NULL AND progress <> ?",
        (progress.value, *key, Progress.CONFIRMED.value),
    )
    connection.execute(_ERASE_TOKEN, key)


def settle(
    connection: sqlite3.Connection,
    intent: OrderIntent,
    outcome: Outcome,
    *,
    owner: str | None,
    now: datetime,
) -> bool:
    """Note an outcome; whether it was this call that settled the order."""
    key = intent.external_id, intent.account
    settled = connection.execute(
        "UPDATE orders SET outcome = ?, settled_at = ?"
        " WHERE external_id = ? AND account = ? AND outcome IS NULL AND owner IS coalesce(?, owner)",
        (outcome.value, stamp(now), *key, owner),
    )
    if settled.rowcount == 0:
        return False
    connection.execute(_GIVE_BACK if outcome is Outcome.NOT_SENT else _ERASE_TOKEN, key)
    return True


def find(
    connection: sqlite3.Connection, account: str, external_id: str, *, now: datetime
) -> OrderRecord | UnreadableRecord | None:
    """What is known of an order; of several with this id, the newest."""
    row = connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM orders WHERE external_id = ? AND account = ?"
        " ORDER BY sequence DESC LIMIT 1",
        (external_id, account),
    ).fetchone()
    return None if row is None else read_record(row, now)


def unsettled(connection: sqlite3.Connection, *, now: datetime) -> list[OrderRecord | UnreadableRecord]:
    """All orders without an outcome, oldest first."""
    rows = connection.execute(f"SELECT {RECORD_COLUMNS} FROM orders WHERE outcome IS NULL ORDER BY sequence")
    return [read_record(row, now) for row in rows]


def forget(connection: sqlite3.Connection, before: datetime, *, now: datetime) -> int:
    """Delete settled orders and quotes that are over; how many orders there were."""
    connection.execute(
        "DELETE FROM quotes WHERE created_at < ? AND (used_by IS NOT NULL OR expires_at < ?)",
        (stamp(before), stamp(now)),
    )
    return connection.execute(
        "DELETE FROM orders WHERE outcome IS NOT NULL AND recorded_at < ?", (stamp(before),)
    ).rowcount


# -------------------------------------------------------------------- leases
def claim(
    connection: sqlite3.Connection,
    account: str,
    owner: str,
    *,
    limit: int,
    held: Collection[str],
    lease: float,
    now: datetime,
) -> Claim:
    """Take over unsettled orders that nobody else holds."""
    # A lease that lasts longer than any is one of before the clock was set back.
    far = now + timedelta(seconds=10 * lease + 60)
    free = "(owner IS NULL OR owner = ? OR leased_until IS NULL OR leased_until NOT BETWEEN ? AND ?)"
    arguments = (account, owner, stamp(now), stamp(far))
    records: list[OrderRecord] = []
    unreadable: list[UnreadableRecord] = []
    for row in connection.execute(
        f"SELECT {RECORD_COLUMNS} FROM orders WHERE outcome IS NULL AND account = ? AND {free}"
        " ORDER BY sequence",
        arguments,
    ):
        if row[1] in held:
            continue
        found = read_record(row, now)
        if isinstance(found, UnreadableRecord):
            unreadable.append(found)
        elif len(records) < limit:
            records.append(found)
        else:
            break
    keys = [found.intent.external_id for found in records]
    hold(connection, account, owner, keys, lease=lease, now=now, only_own=False)
    (held_until,) = connection.execute(
        f"SELECT min(leased_until) FROM orders WHERE outcome IS NULL AND account = ? AND NOT {free}",
        arguments,
    ).fetchone()
    retry_in = None if held_until is None else (moment(held_until) - now).total_seconds()
    return Claim(records=records, unreadable=unreadable, retry_in=retry_in)


def hold(
    connection: sqlite3.Connection,
    account: str,
    owner: str,
    external_ids: Sequence[str],
    *,
    lease: float,
    now: datetime,
    only_own: bool,
) -> None:
    """Hold orders for another lease: those that `owner` holds already, or all of them."""
    leased_until = stamp(now + timedelta(seconds=lease))
    connection.executemany(
        "UPDATE orders SET leased_until = ?, owner = ?"
        " WHERE external_id = ? AND account = ? AND outcome IS NULL AND owner IS coalesce(?, owner)",
        [(leased_until, owner, key, account, owner if only_own else None) for key in external_ids],
    )


def release(connection: sqlite3.Connection, account: str, owner: str) -> None:
    """Leave orders to whoever claims them."""
    connection.execute(
        "UPDATE orders SET leased_until = NULL WHERE account = ? AND owner = ? AND outcome IS NULL",
        (account, owner),
    )


# -------------------------------------------------------------------- quotes
def save_quote(connection: sqlite3.Connection, quote: QuoteRecord, *, now: datetime) -> datetime:
    """Keep a quote, and erase the tokens of those that are over; returns its end."""
    expires_at = now + timedelta(seconds=quote.usable_for)
    connection.execute(
        f"INSERT OR REPLACE INTO quotes ({QUOTE_COLUMNS}, created_at, expires_at, ends_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*quote_row(quote), *map(stamp, (now, expires_at, now + timedelta(seconds=quote.ends_in)))),
    )
    connection.execute(
        "UPDATE quotes SET token = NULL WHERE token IS NOT NULL AND expires_at < ?", (stamp(now),)
    )
    return expires_at


def find_quote(
    connection: sqlite3.Connection, account: str, quote_id: str, *, now: datetime
) -> QuoteRecord | None:
    """A quote."""
    row = connection.execute(
        f"SELECT {QUOTE_COLUMNS}, expires_at, ends_at, used_by FROM quotes WHERE id = ? AND account = ?",
        (quote_id, account),
    ).fetchone()
    if row is None:
        return None
    *values, expires_at, ends_at, used_by = row
    return read_quote(
        tuple(values), expires_at=moment(expires_at), ends_at=moment(ends_at), used_by=used_by, now=now
    )


def _check_quote(connection: sqlite3.Connection, account: str, quote: str, now: datetime) -> None:
    row = connection.execute(
        "SELECT used_by, expires_at FROM quotes WHERE id = ? AND account = ?", (quote, account)
    ).fetchone()
    if row is None or row[0] is not None or row[1] <= stamp(now):
        raise refusals.quote_refused(known=row is not None, used_by=None if row is None else row[0])
