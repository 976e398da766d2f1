"""Changes of a PostgreSQL journal, written in few statements for many orders."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, LiteralString

from minted_async.errors import MintedError
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import Outcome
from minted_async.trades.journal.changes import Change, Key, Mark, Record, Settle
from minted_async.trades.journal.rows import INTENT_COLUMNS, intent_row

if TYPE_CHECKING:
    from datetime import datetime

    from psycopg import AsyncConnection, AsyncCursor

_SETTLE: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
        AS given(account, external_id, outcome, owner, recorded_at)
), settled AS (
    UPDATE minted_orders AS o SET outcome = given.outcome, settled_at = clock_timestamp() FROM given
    WHERE o.account = given.account AND o.external_id = given.external_id AND o.outcome IS NULL
        AND (given.owner IS NULL OR given.owner = o.owner)
        AND (given.recorded_at IS NULL OR given.recorded_at = o.recorded_at)
    RETURNING o.account, o.external_id, o.outcome, o.quote
), quotes AS (
    UPDATE minted_quotes AS q SET
        used_by = CASE WHEN settled.outcome = 'not sent' THEN NULL ELSE q.used_by END,
        token = CASE WHEN settled.outcome = 'not sent' THEN q.token END
    FROM settled WHERE q.id = settled.quote
)
SELECT account, external_id FROM settled
"""

_SETTLED_BEFORE: Final = """
SELECT o.account, o.external_id
FROM minted_orders AS o JOIN unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::timestamptz[])
    AS given(account, external_id, outcome, owner, recorded_at)
    ON (o.account, o.external_id, o.outcome) = (given.account, given.external_id, given.outcome)
WHERE o.owner = given.owner OR o.recorded_at = given.recorded_at
"""

_MARK: Final = """
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::timestamptz[])
        AS given(account, external_id, progress, recorded_at)
), marked AS (
    UPDATE minted_orders AS o
    SET progress = CASE WHEN o.progress = 'confirmed' THEN o.progress ELSE given.progress END FROM given
    WHERE o.account = given.account AND o.external_id = given.external_id AND o.outcome IS NULL
        AND o.recorded_at = given.recorded_at
    RETURNING o.quote
)
UPDATE minted_quotes SET token = NULL WHERE id IN (SELECT quote FROM marked)
"""

# Locked in one order everywhere, so that two machines never wait for each other.
_TAKE_QUOTES: Final = """
WITH given AS (
    SELECT DISTINCT ON (quote) * FROM unnest(%s::text[], %s::text[], %s::text[])
        AS given(account, external_id, quote)
), locked AS (
    SELECT id FROM minted_quotes WHERE id IN (SELECT quote FROM given) ORDER BY id FOR UPDATE
)
UPDATE minted_quotes AS q SET used_by = given.external_id FROM given, locked
WHERE q.id = given.quote AND q.id = locked.id AND q.account = given.account AND q.used_by IS NULL
    AND q.expires_at > clock_timestamp()
RETURNING q.id, q.used_by
"""

_GIVE_QUOTES_BACK: Final = "UPDATE minted_quotes SET used_by = NULL WHERE id = ANY(%s)"

_QUOTES: Final = "SELECT id, account, used_by FROM minted_quotes WHERE id = ANY(%s)"

_INSERT: Final = f"""
WITH read AS MATERIALIZED (SELECT clock_timestamp() AS clock)
INSERT INTO minted_orders ({INTENT_COLUMNS}, owner, quote, recorded_at, certain_at, leased_until)
SELECT {INTENT_COLUMNS}, owner, quote, clock,
    clock + make_interval(secs => certain_in), clock + make_interval(secs => %s)
FROM read, unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
    %s::text[], %s::text[], %s::text[], %s::float8[]) AS given({INTENT_COLUMNS}, owner, quote, certain_in)
ORDER BY account, external_id
ON CONFLICT (account, external_id) WHERE outcome IS NULL OR outcome = 'placed' DO NOTHING
RETURNING account, external_id, recorded_at
"""

_IN_THE_WAY: Final = """
SELECT o.account, o.external_id, o.outcome, o.owner, o.recorded_at
FROM minted_orders AS o JOIN unnest(%s::text[], %s::text[]) AS given(account, external_id)
    USING (account, external_id)
WHERE o.outcome IS NULL OR o.outcome = 'placed'
"""


async def write(
    connection: AsyncConnection[Any], batch: Sequence[Change], *, lease: float, again: bool
) -> list[object]:
    """Write a batch in one transaction; what was settled comes before what is recorded under the same id.

    Args:
        connection: Where to.
        batch: The changes.
        lease: Seconds for which what is recorded is held.
        again: An attempt before this one may have been committed.

    Returns:
        For each change, in order, its result, or why it was refused.
    """
    settles = [change for change in batch if isinstance(change, Settle)]
    marks = [change for change in batch if isinstance(change, Mark)]
    records = [change for change in batch if isinstance(change, Record)]
    results: dict[int, object] = {}
    if sum(map(bool, (settles, marks, records))) == 1 and not any(record.quote for record in records):
        # One statement commits by itself, and needs no more than one round trip.
        await _write_all(connection, settles, marks, records, results, lease=lease, again=again)
    else:
        async with connection.transaction():
            await _write_all(connection, settles, marks, records, results, lease=lease, again=again)
    return [results.get(id(change)) for change in batch]


async def _write_all(
    connection: AsyncConnection[Any],
    settles: Sequence[Settle],
    marks: Sequence[Mark],
    records: Sequence[Record],
    results: dict[int, object],
    *,
    lease: float,
    again: bool,
) -> None:
    if settles:
        columns = _columns(
            (*change.key, change.outcome.value, change.owner, change.recorded_at) for change in settles
        )
        settled = await _rows(connection, _SETTLE, columns)
        if again:
            settled |= await _rows(connection, _SETTLED_BEFORE, columns)
        for change in settles:
            results[id(change)] = change.key in settled
            settled.discard(change.key)
    if marks:
        columns = _columns((*change.key, change.progress.value, change.recorded_at) for change in marks)
        await connection.execute(_MARK, columns)
    if records:
        await _record(connection, records, results, lease)


async def _record(
    connection: AsyncConnection[Any], records: Sequence[Record], results: dict[int, object], lease: float
) -> None:
    quoted = [record for record in records if record.quote is not None]
    taken: set[tuple[Any, ...]] = set()
    if quoted:
        taken = await _rows(connection, _TAKE_QUOTES, _columns((*r.key, r.quote) for r in quoted))
    candidates = [
        record for record in records if record.quote is None or (record.quote, record.key[1]) in taken
    ]
    inserted: dict[Key, datetime] = {}
    if candidates:
        rows = ((*intent_row(r.intent), r.owner, r.quote, r.certain_in) for r in candidates)
        for *key, recorded_at in await _rows(connection, _INSERT, [lease, *_columns(rows)]):
            inserted[key[0], key[1]] = recorded_at
    first: dict[Key, int] = {}
    for record in candidates:
        if record.key in inserted:
            results[first.setdefault(record.key, id(record))] = inserted[record.key]
    refused = [record for record in records if first.get(record.key) != id(record)]
    if refused:
        unused = [r.quote for r in refused if (r.quote, r.key[1]) in taken and r.key not in first]
        if unused:
            await connection.execute(_GIVE_QUOTES_BACK, [unused])
        await _explain(connection, refused, first.keys(), results)


async def _explain(
    connection: AsyncConnection[Any],
    refused: Sequence[Record],
    just_inserted: Collection[Key],
    results: dict[int, object],
) -> None:
    """Say of each order that could not be recorded why."""
    rows = await _rows(connection, _IN_THE_WAY, _columns(record.key for record in refused))
    known = {(account, external_id): tuple(found) for account, external_id, *found in rows}
    quotes: dict[tuple[str, str], str | None] = {}
    if ids := [record.quote for record in refused if record.quote is not None]:
        quotes = {
            (quote, account): used_by for quote, account, used_by in await _rows(connection, _QUOTES, [ids])
        }
    for record in refused:
        outcome, owner, recorded_at = known.get(record.key, (None, None, None))
        mine = record.key in known and owner == record.owner and record.key not in just_inserted
        if mine and outcome is None:
            results[id(record)] = recorded_at  # by an attempt whose result got lost
            continue
        results[id(record)] = _refusal(record, record.key in known, outcome, quotes)


def _refusal(
    record: Record, known: bool, outcome: str | None, quotes: dict[tuple[str, str], str | None]
) -> MintedError:
    if record.quote is not None:
        key = record.quote, record.key[0]
        if key not in quotes or quotes[key] is not None or not known:
            return refusals.quote_refused(known=key in quotes, used_by=quotes.get(key))
    return refusals.id_in_use(record.intent.external_id, None if outcome is None else Outcome(outcome))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


async def _rows(
    connection: AsyncConnection[Any], statement: LiteralString, parameters: Sequence[Any]
) -> set[tuple[Any, ...]]:
    from psycopg.rows import tuple_row

    cursor: AsyncCursor[tuple[Any, ...]] = connection.cursor(row_factory=tuple_row)
    async with cursor:
        await cursor.execute(statement, parameters)
        return set(await cursor.fetchall())
