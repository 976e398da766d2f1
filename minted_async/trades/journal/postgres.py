"""A journal in PostgreSQL for many machines: one commit for all who wait, and the database's clock."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, LiteralString, cast

from minted_async.core.config import NeverPickled
from minted_async.core.logs import Log
from minted_async.core.loops import Home
from minted_async.errors import ConfigurationError, NotSentError
from minted_async.trades.journal import postgres_batch, postgres_schema
from minted_async.trades.journal.base import (
    Claim,
    OrderIntent,
    OrderRecord,
    Outcome,
    Progress,
    QuoteRecord,
    UnreadableRecord,
)
from minted_async.trades.journal.changes import Change, Mark, Record, Settle
from minted_async.trades.journal.group_commit import GroupCommit
from minted_async.trades.journal.refusals import check_usable
from minted_async.trades.journal.rows import (
    QUOTE_COLUMNS,
    RECORD_COLUMNS,
    quote_row,
    read_quote,
    read_record,
)

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from psycopg_pool import AsyncConnectionPool

logger: Final = Log("minted_async.trades")

_ATTEMPTS: Final = 2
"""How often a batch is written before those who wait are told that it could not be: a database that was
restarted has broken the connections that it had."""

_POOL: Final = 4
"""Connections: one that writes, others for reading and for quotes."""

_FREE: Final = (
    "(owner IS NULL OR owner = %(owner)s OR leased_until IS NULL OR leased_until <= clock_timestamp())"
)

_CLAIM: Final = f"""
WITH free AS (
    SELECT sequence FROM minted_orders
    WHERE outcome IS NULL AND account = %(account)s AND {_FREE} AND external_id <> ALL(%(held)s)
    ORDER BY sequence LIMIT %(limit)s FOR UPDATE SKIP LOCKED
)
UPDATE minted_orders AS o
SET owner = %(owner)s, leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
FROM free WHERE o.sequence = free.sequence
RETURNING {RECORD_COLUMNS}, clock_timestamp(), o.sequence
"""

_NEXT: Final = f"""
SELECT extract(epoch FROM min(leased_until) - clock_timestamp())::float8 FROM minted_orders
WHERE outcome IS NULL AND account = %(account)s AND NOT {_FREE}
"""

# What is locked is being settled right now.
_HOLD: Final = """
UPDATE minted_orders SET leased_until = clock_timestamp() + make_interval(secs => %(lease)s)
WHERE sequence IN (
    SELECT sequence FROM minted_orders
    WHERE outcome IS NULL AND account = %(account)s AND owner = %(owner)s
        AND (external_id = ANY(%(held)s) OR %(all)s)
    FOR UPDATE SKIP LOCKED
)
"""

_SAVE_QUOTE: Final = f"""
WITH ended AS (
    UPDATE minted_quotes SET token = NULL WHERE id IN (
        SELECT id FROM minted_quotes WHERE token IS NOT NULL AND expires_at < clock_timestamp()
        LIMIT 100 FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO minted_quotes ({QUOTE_COLUMNS}, created_at, expires_at, ends_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, clock_timestamp(), clock_timestamp() + make_interval(secs => %s),
    clock_timestamp() + make_interval(secs => %s))
ON CONFLICT (id) DO UPDATE SET id = excluded.id
RETURNING expires_at
"""


@asynccontextmanager
async def open_connection(url: str) -> AsyncGenerator[AsyncConnection[Any]]:
    """A connection of its own, for what is done once.

    Raises:
        ConfigurationError: psycopg is not installed, or the string is no connection string.
        NotSentError: The database cannot be reached, or does not take it.
    """
    _check(url)
    import psycopg

    try:
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True, client_encoding="UTF8")
        async with connection:
            yield connection
    except psycopg.Error as problem:
        raise NotSentError(f"the database cannot be used: {problem}") from problem


def _check(url: str) -> None:
    """Make sure that psycopg is installed, and that it understands a connection string."""
    try:
        import_module("psycopg_pool")  # which imports psycopg, and that its C library
    except ImportError as missing:
        raise ConfigurationError(
            f"a journal in PostgreSQL needs more: pip install 'minted-async[postgres]' ({missing})"
        ) from missing
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # Its message repeats the string, with the password.
        raise ConfigurationError(
            "journal is no connection string of PostgreSQL, such as postgresql://user@host/name"
        ) from None


class PostgresJournal(NeverPickled):
    """Orders and quotes in the tables `minted_orders` and `minted_quotes` of a PostgreSQL database.

    `minted journal init` makes the tables, or your migrations do; this journal never does. Orders that are
    placed at the same time share a statement and a commit. All times are by the database's clock. A journal
    belongs to the event loop and the process of its first use. Needs the extra `postgres`.

    Args:
        database: Connection string such as `"postgresql://user@host/name"`, or a pool of your own
            (`psycopg_pool.AsyncConnectionPool`), which is never closed here.
        lease: Seconds for which other machines leave an order to the one that holds it; after a crash,
            `recover` waits for as long.
        timeout: Seconds that one statement may take, waiting for a connection included.

    Raises:
        ConfigurationError: psycopg is not installed. From the first use: the tables are missing or newer.
    """

    def __init__(
        self, database: str | AsyncConnectionPool[Any], *, lease: float = 10.0, timeout: float = 5.0
    ) -> None:
        _check(database if isinstance(database, str) else "")
        import psycopg
        from psycopg_pool import AsyncConnectionPool

        self.lease = lease
        self._timeout = timeout
        self._broken = (psycopg.OperationalError, psycopg.InterfaceError)
        # What one row is to blame for, and not the connection.
        self._bad_values = (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded)
        self._given = None if isinstance(database, str) else database
        self._url = database if isinstance(database, str) else ""
        self._make_pool = AsyncConnectionPool
        self._pool: AsyncConnectionPool[Any] | None = self._given
        self._opening = asyncio.Lock()
        self._is_open = False
        self._changes: GroupCommit[Change] = GroupCommit(self._write)
        self._home = Home()
        self._closed = False

    async def open(self) -> None:
        """Connect, and check the tables.

        Raises:
            ConfigurationError: The tables are missing or newer, or the journal is closed.
            psycopg.Error: The database cannot be reached.
        """
        check_usable("the journal", closed=self._closed, home=self._home)
        if self._is_open:
            return
        async with self._opening:
            if self._pool is None:
                self._pool = self._make_pool(
                    self._url,
                    min_size=1,
                    max_size=_POOL,
                    open=False,
                    timeout=self._timeout,
                    kwargs={"autocommit": True, "client_encoding": "UTF8"},
                    check=self._make_pool.check_connection,
                    name="minted-journal",
                )
                await self._pool.open()
            async with asyncio.timeout(self._timeout), self._pool.connection() as connection:
                await postgres_schema.check_tables(connection)
            self._is_open = True

    async def record(
        self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
    ) -> datetime:
        """Write an order down; it is committed when this returns, and tells when it was written.

        Raises:
            ExternalIdUsedError: The id is that of an order that is unsettled, or was placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: This account has no such quote.
            ConfigurationError: The tables cannot be used, or the journal is closed.
            psycopg.Error: It could not be written.
            TimeoutError: The database did not answer in time.
        """
        await self.open()
        return cast("datetime", await self._changes.submit(Record(intent, certain_in, owner, quote)))

    async def mark(self, intent: OrderIntent, progress: Progress, *, recorded_at: datetime) -> None:
        """Note how far an order has come."""
        await self.open()
        await self._changes.submit(Mark((intent.account, intent.external_id), progress, recorded_at))

    async def settle(
        self,
        intent: OrderIntent,
        outcome: Outcome,
        *,
        owner: str | None = None,
        recorded_at: datetime | None = None,
    ) -> bool:
        """Note an outcome; whether it was this call that settled the order."""
        await self.open()
        key = intent.account, intent.external_id
        return cast("bool", await self._changes.submit(Settle(key, outcome, owner, recorded_at)))

    async def find(self, account: str, external_id: str) -> OrderRecord | None:
        """What is known of an order; of several with this id, the newest.

        Raises:
            ValueError: Its row cannot be read.
        """
        rows = await self._fetch(
            f"SELECT {RECORD_COLUMNS}, clock_timestamp() FROM minted_orders"
            " WHERE account = %s AND external_id = %s ORDER BY sequence DESC LIMIT 1",
            [account, external_id],
        )
        if not rows:
            return None
        found = read_record(rows[0][:-1], rows[0][-1])
        if isinstance(found, UnreadableRecord):
            raise ValueError(f"the row of the order {external_id!r} cannot be read: {found.problem}")
        return found

    async def unsettled(self) -> list[OrderRecord | UnreadableRecord]:
        """All orders without an outcome, oldest first."""
        rows = await self._fetch(
            f"SELECT {RECORD_COLUMNS}, clock_timestamp() FROM minted_orders WHERE outcome IS NULL"
            " ORDER BY sequence"
        )
        return [read_record(row[:-1], row[-1]) for row in rows]

    async def claim(self, account: str, owner: str, *, limit: int, held: Collection[str]) -> Claim:
        """Take over unsettled orders that nobody else holds."""
        values = {
            "account": account,
            "owner": owner,
            "limit": limit,
            "held": list(held),
            "lease": self.lease,
        }
        rows = await self._fetch(_CLAIM, values)
        ((retry_in,),) = await self._fetch(_NEXT, values)
        read = [read_record(row[:-2], row[-2]) for row in sorted(rows, key=lambda row: row[-1])]
        return Claim(
            records=[entry for entry in read if isinstance(entry, OrderRecord)],
            unreadable=[entry for entry in read if isinstance(entry, UnreadableRecord)],
            retry_in=retry_in,
        )

    async def renew(self, account: str, owner: str, held: Collection[str]) -> None:
        """Hold orders for another `lease`."""
        values = {"account": account, "owner": owner, "held": list(held), "all": False, "lease": self.lease}
        await self._execute(_HOLD, values)

    async def release(self, account: str, owner: str) -> None:
        """Leave orders to whoever claims them."""
        nobody: list[str] = []
        values = {"account": account, "owner": owner, "held": nobody, "all": True, "lease": 0.0}
        await self._execute(_HOLD, values)

    async def save_quote(self, quote: QuoteRecord) -> datetime:
        """Keep a quote; returns its end."""
        rows = await self._fetch(_SAVE_QUOTE, [*quote_row(quote), quote.usable_for, quote.ends_in])
        return cast("datetime", rows[0][0])

    async def quote(self, account: str, quote_id: str) -> QuoteRecord | None:
        """A quote."""
        rows = await self._fetch(
            f"SELECT {QUOTE_COLUMNS}, expires_at, ends_at, used_by, clock_timestamp() FROM minted_quotes"
            " WHERE id = %s AND account = %s",
            [quote_id, account],
        )
        if not rows:
            return None
        *values, expires_at, ends_at, used_by, now = rows[0]
        return read_quote(tuple(values), expires_at=expires_at, ends_at=ends_at, used_by=used_by, now=now)

    async def forget(self, before: datetime) -> int:
        """Delete settled orders, and quotes that are over, of before a moment (aware).

        Returns:
            How many orders there were.
        """
        await self._execute(
            "DELETE FROM minted_quotes WHERE created_at < %s"
            " AND (used_by IS NOT NULL OR expires_at < clock_timestamp())",
            [before],
        )
        rows = await self._fetch(
            "WITH deleted AS (DELETE FROM minted_orders WHERE outcome IS NOT NULL AND recorded_at < %s"
            " RETURNING 1) SELECT count(*) FROM deleted",
            [before],
        )
        return cast("int", rows[0][0])

    async def aclose(self) -> None:
        """Write what is left to write and close the connections. May be called again."""
        self._closed = True
        if self._home.is_foreign:
            return
        await self._changes.drain()
        if self._pool is not None and self._given is None:
            pool, self._pool = self._pool, None
            await pool.close()

    # ---------------------------------------------------------------- within
    async def _write(self, batch: Sequence[Change]) -> list[object]:
        attempt = 0
        while True:
            attempt += 1
            try:
                async with self._connection() as connection:
                    return await postgres_batch.write(connection, batch, lease=self.lease, again=attempt > 1)
            except self._broken as problem:
                if isinstance(problem, self._bad_values) and len(batch) > 1:
                    return [await self._write_alone(change) for change in batch]
                if attempt >= _ATTEMPTS:
                    logger.error("the journal could not be written: %s", problem)
                    raise
            except self._bad_values:
                if len(batch) == 1:
                    raise
                return [await self._write_alone(change) for change in batch]

    async def _write_alone(self, change: Change) -> object:
        """One change of a batch that was refused; the exception if it is this one that is."""
        try:
            (result,) = await self._write([change])
        except Exception as problem:
            return problem
        return result

    async def _fetch(
        self, statement: LiteralString, parameters: Sequence[Any] | dict[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        from psycopg.rows import tuple_row

        await self.open()
        async with self._connection() as connection, connection.cursor(row_factory=tuple_row) as cursor:
            await cursor.execute(statement, parameters)
            return await cursor.fetchall()

    async def _execute(self, statement: LiteralString, parameters: Sequence[Any] | dict[str, Any]) -> None:
        await self.open()
        async with self._connection() as connection:
            await connection.execute(statement, parameters)

    @asynccontextmanager
    async def _connection(self) -> AsyncGenerator[AsyncConnection[Any]]:
        """A connection whose work is committed at the end, in time or not at all."""
        if self._pool is None:
            raise ConfigurationError("the journal is closed")
        async with asyncio.timeout(self._timeout), self._pool.connection() as connection:
            yield connection
