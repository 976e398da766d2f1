"""A journal in an SQLite file: fsynced at each commit, one commit for all who wait, a thread of its own."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeVar, cast

from minted_async.clock import Clock
from minted_async.errors import ConfigurationError, MintedError
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
from minted_async.trades.journal.group_commit import GroupCommit
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
from minted_async.trades.journal.sqlite_file import SqliteFile, check_file_path

logger: Final = logging.getLogger("minted_async.trades")

Change: TypeAlias = Callable[[sqlite3.Connection], object]
T = TypeVar("T")

_PATIENCE: Final = 30.0
"""Seconds to wait for another process that is writing to the same file."""

_live: Final[weakref.WeakSet[SqliteJournal]] = weakref.WeakSet()


class SqliteJournal:
    """Orders and quotes in an SQLite file, which is made if it is not there, readable by its owner only.

    Each order is on the disk before it is sent (`journal_mode=TRUNCATE`, `synchronous=EXTRA`). Orders that
    are placed at the same time share a commit. The file must be on a local disk; several processes of one
    machine may share it. A journal belongs to the event loop and the process of its first use.

    Args:
        path: The file; `~` is expanded.
        lease: Seconds for which other processes leave an order to the one that holds it; after a crash,
            `recover` waits for as long.
        clock: Time: `now` is the clock of this journal.

    Raises:
        ConfigurationError: The path cannot be that of a file. From the first use: the file cannot be used,
            for example because a newer version made it.
    """

    def __init__(
        self, path: str | os.PathLike[str], *, lease: float = 10.0, clock: Clock | None = None
    ) -> None:
        self.lease = lease
        self._path = check_file_path(path)
        self._clock = Clock() if clock is None else clock
        self._changes: GroupCommit[Change] = GroupCommit(self._commit)
        self._thread: ThreadPoolExecutor | None = None
        self._mutex = threading.Lock()
        self._file: SqliteFile | None = None
        self._process = os.getpid()
        self._closed = False
        _live.add(self)

    async def open(self) -> None:
        """Open the file, or make it.

        Raises:
            ConfigurationError: The file cannot be used, or the journal is closed.
            sqlite3.Error: The file could not be opened.
            OSError: The file could not be made.
        """
        await self._submit(lambda connection: None)

    async def record(
        self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
    ) -> None:
        """Write an order down; it is on the disk when this returns.

        Raises:
            ArgumentError: The id belongs to an order that is unsettled, or was placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: This account has no such quote.
            ConfigurationError: The file cannot be used, or the journal is closed.
            sqlite3.Error: It could not be written, for example because the disk is full.
            OSError: The file could not be made.
        """
        values = intent_row(intent)
        key = intent.external_id, intent.account

        def insert(connection: sqlite3.Connection) -> None:
            now = self._clock.now()
            known = connection.execute(
                "SELECT outcome, owner FROM orders"
                " WHERE external_id = ? AND account = ? AND (outcome IS NULL OR outcome = ?)",
                (*key, Outcome.PLACED.value),
            ).fetchone()
            if known is not None and known == (None, owner):
                return
            if quote is not None:
                _check_quote(connection, intent.account, quote, now)
            if known is not None:
                raise refusals.id_in_use(intent.external_id, None if known[0] is None else Outcome(known[0]))
            if quote is not None:
                connection.execute("UPDATE quotes SET used_by = ? WHERE id = ?", (intent.external_id, quote))
            times = now, now + timedelta(seconds=certain_in), now + timedelta(seconds=self.lease)
            connection.execute(
                f"INSERT INTO orders ({INTENT_COLUMNS}, recorded_at, certain_at, leased_until, owner, quote)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, *map(stamp, times), owner, quote),
            )

        await self._submit(insert)

    async def mark(self, intent: OrderIntent, progress: Progress) -> None:
        """Note how far an order has come."""
        key = intent.external_id, intent.account

        def update(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE orders SET progress = ?"
                " WHERE external_id = ? AND account = ? AND outcome IS NULL AND progress <> ?",
                (progress.value, *key, Progress.CONFIRMED.value),
            )
            connection.execute(_ERASE_TOKEN, (intent.external_id, intent.account))

        await self._submit(update)

    async def settle(self, intent: OrderIntent, outcome: Outcome, *, owner: str | None = None) -> bool:
        """Note an outcome; whether it was this call that settled the order."""
        key = intent.external_id, intent.account

        def update(connection: sqlite3.Connection) -> bool:
            settled = connection.execute(
                "UPDATE orders SET outcome = ?, settled_at = ?"
                " WHERE external_id = ? AND account = ? AND outcome IS NULL AND owner IS coalesce(?, owner)",
                (outcome.value, stamp(self._clock.now()), *key, owner),
            )
            if settled.rowcount == 0:
                return False
            statement = _GIVE_BACK if outcome is Outcome.NOT_SENT else _ERASE_TOKEN
            connection.execute(statement, key)
            return True

        return cast("bool", await self._submit(update))

    async def find(self, account: str, external_id: str) -> OrderRecord | None:
        """What is known of an order; of several with this id, the newest.

        Raises:
            ValueError: Its row cannot be read.
        """

        def read(connection: sqlite3.Connection) -> OrderRecord | UnreadableRecord | None:
            row = connection.execute(
                f"SELECT {RECORD_COLUMNS} FROM orders WHERE external_id = ? AND account = ?"
                " ORDER BY sequence DESC LIMIT 1",
                (external_id, account),
            ).fetchone()
            return None if row is None else read_record(row, self._clock.now())

        found = await self._in_thread(read)
        if isinstance(found, UnreadableRecord):
            raise ValueError(f"its row of the order {external_id!r} cannot be read: {found.problem}")
        return found

    async def unsettled(self) -> list[OrderRecord | UnreadableRecord]:
        """All orders without an outcome, oldest first."""

        def read(connection: sqlite3.Connection) -> list[OrderRecord | UnreadableRecord]:
            rows = connection.execute(
                f"SELECT {RECORD_COLUMNS} FROM orders WHERE outcome IS NULL ORDER BY sequence"
            )
            return [read_record(row, self._clock.now()) for row in rows]

        return await self._in_thread(read)

    async def claim(self, account: str, owner: str, *, limit: int, held: Collection[str]) -> Claim:
        """Take over unsettled orders that nobody else holds."""
        in_hand = frozenset(held)

        def take(connection: sqlite3.Connection) -> Claim:
            now = self._clock.now()
            # A lease that lasts longer than any is one of before the clock was set back.
            far = now + timedelta(seconds=10 * self.lease + 60)
            free = "(owner IS NULL OR owner = ? OR leased_until IS NULL OR leased_until NOT BETWEEN ? AND ?)"
            mine = f"outcome IS NULL AND account = ? AND {free}"
            arguments = (account, owner, stamp(now), stamp(far))
            records: list[OrderRecord] = []
            unreadable: list[UnreadableRecord] = []
            for row in connection.execute(
                f"SELECT {RECORD_COLUMNS} FROM orders WHERE {mine} ORDER BY sequence", arguments
            ):
                if row[1] in in_hand:
                    continue
                record = read_record(row, now)
                if isinstance(record, UnreadableRecord):
                    unreadable.append(record)
                elif len(records) < limit:
                    records.append(record)
                else:
                    break
            self._lease(connection, account, owner, [record.intent.external_id for record in records], now)
            (held_until,) = connection.execute(
                f"SELECT min(leased_until) FROM orders WHERE outcome IS NULL AND account = ? AND NOT {free}",
                arguments,
            ).fetchone()
            retry_in = None if held_until is None else (moment(held_until) - now).total_seconds()
            return Claim(records=records, unreadable=unreadable, retry_in=retry_in)

        return cast("Claim", await self._submit(take))

    async def renew(self, account: str, owner: str, held: Collection[str]) -> None:
        """Hold orders for another `lease`."""
        ids = tuple(held)
        await self._submit(
            lambda connection: self._lease(connection, account, owner, ids, self._clock.now(), renew=True)
        )

    async def release(self, account: str, owner: str) -> None:
        """Leave orders to whoever claims them."""

        def update(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE orders SET leased_until = NULL WHERE account = ? AND owner = ? AND outcome IS NULL",
                (account, owner),
            )

        await self._submit(update)

    async def save_quote(self, quote: QuoteRecord) -> datetime:
        """Keep a quote; returns its end."""
        values = quote_row(quote)

        def insert(connection: sqlite3.Connection) -> datetime:
            now = self._clock.now()
            expires_at = now + timedelta(seconds=quote.usable_for)
            connection.execute(
                f"INSERT OR REPLACE INTO quotes ({QUOTE_COLUMNS}, created_at, expires_at, ends_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, *map(stamp, (now, expires_at, now + timedelta(seconds=quote.ends_in)))),
            )
            connection.execute(
                "UPDATE quotes SET token = NULL WHERE token IS NOT NULL AND expires_at < ?", (stamp(now),)
            )
            return expires_at

        return cast("datetime", await self._submit(insert))

    async def quote(self, account: str, quote_id: str) -> QuoteRecord | None:
        """A quote."""

        def read(connection: sqlite3.Connection) -> QuoteRecord | None:
            row = connection.execute(
                f"SELECT {QUOTE_COLUMNS}, expires_at, ends_at, used_by FROM quotes"
                " WHERE id = ? AND account = ?",
                (quote_id, account),
            ).fetchone()
            if row is None:
                return None
            *values, expires_at, ends_at, used_by = row
            return read_quote(
                tuple(values),
                expires_at=moment(expires_at),
                ends_at=moment(ends_at),
                used_by=used_by,
                now=self._clock.now(),
            )

        return await self._in_thread(read)

    async def forget(self, before: datetime) -> int:
        """Delete settled orders, and quotes that are over, of before a moment (aware).

        Returns:
            How many orders there were.
        """
        limit = stamp(before)

        def delete(connection: sqlite3.Connection) -> int:
            connection.execute(
                "DELETE FROM quotes WHERE created_at < ? AND (used_by IS NOT NULL OR expires_at < ?)",
                (limit, stamp(self._clock.now())),
            )
            return connection.execute(
                "DELETE FROM orders WHERE outcome IS NOT NULL AND recorded_at < ?", (limit,)
            ).rowcount

        return cast("int", await self._submit(delete))

    async def aclose(self) -> None:
        """Write what is left to write and close the file. May be called again."""
        self._closed = True
        if self._process != os.getpid():
            return
        await self._changes.drain()
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._disconnect)
            thread.shutdown(wait=False)

    # ---------------------------------------------------------------- to the thread
    async def _submit(self, change: Change) -> object:
        self._check_usable()
        return await self._changes.submit(change)

    async def _commit(self, batch: Sequence[Change]) -> list[object]:
        return await asyncio.get_running_loop().run_in_executor(self._executor(), self._write, batch)

    async def _in_thread(self, read: Callable[[sqlite3.Connection], T]) -> T:
        self._check_usable()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor(), self._patiently, read)

    def _executor(self) -> ThreadPoolExecutor:
        # Not the threads that all libraries share: those may be waiting, every one, for an order of ours.
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="minted-journal")
        return self._thread

    def _check_usable(self) -> None:
        if self._closed:
            raise ConfigurationError("the journal is closed: nothing was sent")
        if self._process != os.getpid():
            raise ConfigurationError(
                f"the journal {self._path} belongs to the process {self._process}, and this is a fork of it: "
                "nothing was sent; make the client after forking"
            )

    # ---------------------------------------------------------------- in the thread
    def _write(self, batch: Sequence[Change]) -> list[object]:
        try:
            return self._patiently(lambda connection: self._transact(connection, batch))
        except (sqlite3.Error, OSError) as failure:
            logger.error("the journal %s could not be written: %r", self._path, failure)
            raise

    def _transact(self, connection: sqlite3.Connection, batch: Sequence[Change]) -> list[object]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = [_apply(change, connection) for change in batch]
            self._finish(connection)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        assert self._file is not None
        if not self._file.is_current():
            raise OSError(f"{self._path} was deleted or replaced while it was written")
        return results

    def _finish(self, connection: sqlite3.Connection) -> None:
        """Commit, after those who are reading have finished."""
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                connection.execute("COMMIT")
            except sqlite3.OperationalError as problem:
                if not _is_busy(problem) or time.monotonic() > give_up:
                    raise
            else:
                return

    def _patiently(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do something with the file as soon as other processes let us."""
        give_up = time.monotonic() + _PATIENCE
        while True:
            try:
                with self._mutex:
                    return work(self._connect())
            except sqlite3.OperationalError as problem:
                moved = problem.sqlite_errorcode == sqlite3.SQLITE_READONLY_DBMOVED
                if not (_is_busy(problem) or moved) or time.monotonic() > give_up:
                    raise

    def _connect(self) -> sqlite3.Connection:
        older = self._file
        if older is not None and older.is_current():
            return older.connection
        newer = SqliteFile(self._path)
        if older is not None:
            logger.warning("the journal %s was deleted or replaced: it is made again", self._path)
            try:
                newer.connection.execute("BEGIN IMMEDIATE")
                newer.carry_over(older)
                newer.connection.execute("COMMIT")
            except BaseException:
                newer.close()
                raise
            older.close()
        self._file = newer
        return newer.connection

    def _disconnect(self) -> None:
        with self._mutex:
            file, self._file = self._file, None
            if file is not None:
                file.close()

    def _lease(
        self,
        connection: sqlite3.Connection,
        account: str,
        owner: str,
        external_ids: Sequence[str],
        now: datetime,
        *,
        renew: bool = False,
    ) -> None:
        leased_until = stamp(now + timedelta(seconds=self.lease))
        connection.executemany(
            "UPDATE orders SET leased_until = ?, owner = ?"
            " WHERE external_id = ? AND account = ? AND outcome IS NULL AND owner IS coalesce(?, owner)",
            [(leased_until, owner, key, account, owner if renew else None) for key in external_ids],
        )


_ERASE_TOKEN: Final = (
    "UPDATE quotes SET token = NULL WHERE id IN"
    " (SELECT quote FROM orders WHERE external_id = ? AND account = ? AND quote IS NOT NULL)"
)
_GIVE_BACK: Final = "UPDATE quotes SET used_by = NULL WHERE used_by = ? AND account = ?"


def _apply(change: Change, connection: sqlite3.Connection) -> object:
    """A change's result, or why it was refused: that is no reason to refuse the others."""
    try:
        return change(connection)
    except MintedError as refusal:
        return refusal


def _check_quote(connection: sqlite3.Connection, account: str, quote: str, now: datetime) -> None:
    row = connection.execute(
        "SELECT used_by, expires_at FROM quotes WHERE id = ? AND account = ?", (quote, account)
    ).fetchone()
    if row is None or row[0] is not None or row[1] <= stamp(now):
        raise refusals.quote_refused(known=row is not None, used_by=None if row is None else row[0])


def _is_busy(problem: sqlite3.OperationalError) -> bool:
    return problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


_forking: Final = threading.Lock()
_held: Final[list[SqliteJournal]] = []


def _hold_writes() -> None:
    """A fork in the middle of a write would inherit locks that nobody can ever release."""
    _forking.acquire()
    for journal in list(_live):
        journal._mutex.acquire()  # pyright: ignore[reportPrivateUsage]
        _held.append(journal)


def _let_writes_go() -> None:
    while _held:
        _held.pop()._mutex.release()  # pyright: ignore[reportPrivateUsage]
    _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_writes, after_in_parent=_let_writes_go, after_in_child=_let_writes_go)
