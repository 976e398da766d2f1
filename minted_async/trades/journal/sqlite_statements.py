"""What an SQLite journal reads and writes, on a connection and at a moment that its caller gives.

Each function is one change, or one look, inside a transaction of its caller.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from minted_async.errors import MintedError
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
from minted_async.trades.journal.changes import Key, Record, Settle
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

_THIS_ONE: Final = "external_id = ? AND account = ? AND recorded_at = ? AND outcome IS NULL"


# -------------------------------------------------------------------- orders
# Each statement that runs in the journal's thread waits for its turn with the threads that compute, so that
# what comes with every order takes few statements for all orders of a batch.
_IN_THE_WAY: Final = """
SELECT o.external_id, o.account, o.outcome, o.owner, o.recorded_at
FROM json_each(?) AS given CROSS JOIN orders AS o
WHERE o.external_id = json_extract(given.value, '$[0]') AND o.account = json_extract(given.value, '$[1]')
    AND (o.outcome IS NULL OR o.outcome = 'placed')
"""
_COLUMNS: Final = f"{INTENT_COLUMNS}, certain_at, owner, quote, recorded_at, leased_until"
_INSERT: Final = f"""
INSERT INTO orders ({_COLUMNS})
SELECT {", ".join(f"json_extract(value, '$[{index}]')" for index in range(11))}, ?, ? FROM json_each(?)
"""
_OPEN: Final = """
SELECT o.sequence, o.external_id, o.account, o.owner, o.recorded_at
FROM json_each(?) AS given CROSS JOIN orders AS o
WHERE o.external_id = json_extract(given.value, '$[0]') AND o.account = json_extract(given.value, '$[1]')
    AND o.outcome IS NULL
"""
_SETTLE: Final = """
UPDATE orders SET outcome = ?, settled_at = ? WHERE sequence IN (SELECT value FROM json_each(?))
"""
_ERASE_TOKENS: Final = """
UPDATE quotes SET token = NULL WHERE id IN
    (SELECT quote FROM orders WHERE sequence IN (SELECT value FROM json_each(?)) AND quote IS NOT NULL)
"""
_GIVE_BACK: Final = """
UPDATE quotes SET used_by = NULL WHERE id IN
    (SELECT quote FROM orders WHERE sequence IN (SELECT value FROM json_each(?)) AND quote IS NOT NULL)
"""


def record(
    connection: sqlite3.Connection, records: Sequence[Record], *, lease: float, now: datetime
) -> list[MintedError | datetime]:
    """Write orders down and take their quotes; for each when it was recorded, or why it was refused."""
    if not records:
        return []
    in_the_way: dict[Key, tuple[str | None, str, str]] = {
        (account, external_id): (outcome, owner, recorded_at)
        for external_id, account, outcome, owner, recorded_at in connection.execute(
            _IN_THE_WAY, (_json([entry.intent.external_id, entry.intent.account] for entry in records),)
        )
    }
    results: list[MintedError | datetime] = []
    rows: list[tuple[object, ...]] = []
    for entry in records:
        known = in_the_way.get(entry.key)
        if known is not None and known[:2] == (None, entry.owner):
            results.append(moment(known[2]))  # by an attempt whose result got lost
            continue
        refusal = _refusal(connection, entry, None if known is None else known[0], known is not None, now)
        results.append(now if refusal is None else refusal)
        if refusal is None:
            certain_at = stamp(now + timedelta(seconds=entry.certain_in))
            rows.append((*intent_row(entry.intent), certain_at, entry.owner, entry.quote))
            # Another one of this batch under the same id, or with the same quote, comes too late.
            in_the_way[entry.key] = None, "", ""
            if entry.quote is not None:
                connection.execute(
                    "UPDATE quotes SET used_by = ? WHERE id = ?", (entry.intent.external_id, entry.quote)
                )
    if rows:
        leased_until = stamp(now + timedelta(seconds=lease))
        connection.execute(_INSERT, (stamp(now), leased_until, _json(rows)))
    return results


def settle(connection: sqlite3.Connection, settles: Sequence[Settle], *, now: datetime) -> list[bool]:
    """Note outcomes; for each whether it was this one that settled the order."""
    if not settles:
        return []
    open_orders = {
        (account, external_id): (sequence, owner, recorded_at)
        for sequence, external_id, account, owner, recorded_at in connection.execute(
            _OPEN, (_json([entry.key[1], entry.key[0]] for entry in settles),)
        )
    }
    settled: list[bool] = []
    by_outcome: dict[Outcome, list[int]] = {}
    for entry in settles:
        sequence, owner, recorded_at = open_orders.get(entry.key, (0, None, None))
        mine = entry.key in open_orders and entry.owner in (None, owner)
        if entry.recorded_at is not None and stamp(entry.recorded_at) != recorded_at:
            mine = False
        settled.append(mine)
        if mine:
            del open_orders[entry.key]
            by_outcome.setdefault(entry.outcome, []).append(sequence)
    for outcome, sequences in by_outcome.items():
        numbers = _json(sequences)
        connection.execute(_SETTLE, (outcome.value, stamp(now), numbers))
        connection.execute(_GIVE_BACK if outcome is Outcome.NOT_SENT else _ERASE_TOKENS, (numbers,))
    return settled


def mark(
    connection: sqlite3.Connection, intent: OrderIntent, progress: Progress, recorded_at: datetime
) -> None:
    """Note how far an order has come."""
    key = intent.external_id, intent.account, stamp(recorded_at)
    connection.execute(
        "UPDATE orders SET progress = CASE WHEN progress = 'confirmed' THEN progress ELSE ? END"
        f" WHERE {_THIS_ONE}",
        (progress.value, *key),
    )
    connection.execute(
        f"UPDATE quotes SET token = NULL WHERE id IN (SELECT quote FROM orders WHERE {_THIS_ONE})", key
    )


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


def _refusal(
    connection: sqlite3.Connection, entry: Record, outcome: str | None, known: bool, now: datetime
) -> MintedError | None:
    if entry.quote is not None:
        row = connection.execute(
            "SELECT used_by, expires_at FROM quotes WHERE id = ? AND account = ?",
            (entry.quote, entry.intent.account),
        ).fetchone()
        if row is None or row[0] is not None or row[1] <= stamp(now):
            used_by = None if row is None else row[0]
            return refusals.quote_refused(known=row is not None, used_by=used_by)
    if not known:
        return None
    return refusals.id_in_use(entry.intent.external_id, None if outcome is None else Outcome(outcome))


def _json(rows: Iterable[object]) -> str:
    return msgspec.json.encode(list(rows)).decode()
