"""A journal in an SQLite file: fsynced at each commit, one commit for all who wait, a thread of its own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final, TypeAlias, TypeVar, cast

from minted_async.clock import Clock
from minted_async.core.config import NeverPickled
from minted_async.core.forks import lock_of_module
from minted_async.core.logs import Log
from minted_async.core.loops import Home
from minted_async.trades.journal import sqlite_statements as statements
from minted_async.trades.journal.base import (
    Claim,
    OrderIntent,
    OrderRecord,
    Outcome,
    Progress,
    QuoteRecord,
    UnreadableRecord,
)
from minted_async.trades.journal.changes import Record, Settle
from minted_async.trades.journal.group_commit import GroupCommit
from minted_async.trades.journal.refusals import check_usable
from minted_async.trades.journal.sqlite_file import SqliteFile, check_file_path

logger: Final = Log("minted_async.trades")

Change: TypeAlias = Record | Settle | Callable[[sqlite3.Connection], object]
T = TypeVar("T")

_PATIENCE: Final = 30.0
"""Seconds to wait for another process that is writing to the same file."""

# No set of weak references: to go through one fails when another thread adds to it.
_live: Final[weakref.WeakKeyDictionary[SqliteJournal, None]] = weakref.WeakKeyDictionary()
_forking: Final = lock_of_module()


class SqliteJournal(NeverPickled):
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
        self._mutex = threading.Lock()  # see _hold_writes
        self._file: SqliteFile | None = None
        self._home = Home()
        self._closed = False
        with _forking:  # or a fork that has begun would not know of it
            _live[self] = None

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
    ) -> datetime:
        """Write an order down; it is on the disk when this returns, and tells when it was written.

        Raises:
            ExternalIdUsedError: The id is that of an order that is unsettled, or was placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: This account has no such quote.
            ConfigurationError: The file cannot be used, or the journal is closed.
            sqlite3.Error: It could not be written, for example because the disk is full.
            OSError: The file could not be made.
        """
        self._check_usable()
        return cast("datetime", await self._changes.submit(Record(intent, certain_in, owner, quote)))

    async def mark(self, intent: OrderIntent, progress: Progress, *, recorded_at: datetime) -> None:
        """Note how far an order has come."""
        await self._submit(lambda connection: statements.mark(connection, intent, progress, recorded_at))

    async def settle(
        self,
        intent: OrderIntent,
        outcome: Outcome,
        *,
        owner: str | None = None,
        recorded_at: datetime | None = None,
    ) -> bool:
        """Note an outcome; whether it was this call that settled the order."""
        self._check_usable()
        key = intent.account, intent.external_id
        return cast("bool", await self._changes.submit(Settle(key, outcome, owner, recorded_at)))

    async def find(self, account: str, external_id: str) -> OrderRecord | None:
        """What is known of an order; of several with this id, the newest.

        Raises:
            ValueError: Its row cannot be read.
        """
        found = await self._read(
            lambda connection: statements.find(connection, account, external_id, now=self._clock.now())
        )
        if isinstance(found, UnreadableRecord):
            raise ValueError(f"the row of the order {external_id!r} cannot be read: {found.problem}")
        return found

    async def unsettled(self) -> list[OrderRecord | UnreadableRecord]:
        """All orders without an outcome, oldest first."""
        return await self._read(lambda connection: statements.unsettled(connection, now=self._clock.now()))

    async def claim(self, account: str, owner: str, *, limit: int, held: Collection[str]) -> Claim:
        """Take over unsettled orders that nobody else holds."""
        in_hand = frozenset(held)
        return await self._submit(
            lambda connection: statements.claim(
                connection,
                account,
                owner,
                limit=limit,
                held=in_hand,
                lease=self.lease,
                now=self._clock.now(),
            )
        )

    async def renew(self, account: str, owner: str, held: Collection[str]) -> None:
        """Hold orders for another `lease`."""
        ids = tuple(held)
        await self._submit(
            lambda connection: statements.hold(
                connection, account, owner, ids, lease=self.lease, now=self._clock.now(), only_own=True
            )
        )

    async def release(self, account: str, owner: str) -> None:
        """Leave orders to whoever claims them."""
        await self._submit(lambda connection: statements.release(connection, account, owner))

    async def save_quote(self, quote: QuoteRecord) -> datetime:
        """Keep a quote; returns its end."""
        return await self._submit(
            lambda connection: statements.save_quote(connection, quote, now=self._clock.now())
        )

    async def quote(self, account: str, quote_id: str) -> QuoteRecord | None:
        """A quote."""
        return await self._read(
            lambda connection: statements.find_quote(connection, account, quote_id, now=self._clock.now())
        )

    async def forget(self, before: datetime) -> int:
        """Delete settled orders, and quotes that are over, of before a moment (aware).

        Returns:
            How many orders there were.
        """
        return await self._submit(
            lambda connection: statements.forget(connection, before, now=self._clock.now())
        )

    async def aclose(self) -> None:
        """Write what is left to write and close the file. May be called again."""
        self._closed = True
        if self._home.is_foreign:
            return
        await self._changes.drain()
        thread, self._thread = self._thread, None
        if thread is not None:
            await _in(thread, self._disconnect)
            thread.shutdown(wait=False)

    # ---------------------------------------------------------------- to the thread
    async def _submit(self, change: Callable[[sqlite3.Connection], T]) -> T:
        self._check_usable()
        return cast("T", await self._changes.submit(change))

    async def _commit(self, batch: Sequence[Change]) -> list[object]:
        return await _in(self._executor(), lambda: self._write(batch))

    async def _read(self, read: Callable[[sqlite3.Connection], T]) -> T:
        self._check_usable()
        return await _in(self._executor(), lambda: self._patiently(read))

    def _executor(self) -> ThreadPoolExecutor:
        # Not the threads that all libraries share: those may be waiting, every one, for an order of ours.
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix="minted-journal")
        return self._thread

    def _check_usable(self) -> None:
        check_usable(f"the journal {self._path}", closed=self._closed, home=self._home)

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
            results = self._apply(connection, batch)
            self._finish(connection)
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        assert self._file is not None
        if not self._file.is_current():
            raise OSError(f"{self._path} was deleted or replaced while it was written")
        return results

    def _apply(self, connection: sqlite3.Connection, batch: Sequence[Change]) -> list[object]:
        """For each change, in order, its result, or why it was refused.

        What was settled comes before what is recorded under the same id.
        """
        now = self._clock.now()
        results: dict[int, object] = {}
        settles = [change for change in batch if isinstance(change, Settle)]
        records = [change for change in batch if isinstance(change, Record)]
        settled = statements.settle(connection, settles, now=now)
        results |= {id(change): done for change, done in zip(settles, settled, strict=True)}
        for change in batch:
            if not isinstance(change, Settle | Record):
                results[id(change)] = change(connection)
        recorded = statements.record(connection, records, lease=self.lease, now=now)
        results |= {id(change): when for change, when in zip(records, recorded, strict=True)}
        return [results[id(change)] for change in batch]

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


async def _in(thread: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Do something in the journal's thread, or here when the interpreter ends and begins nothing more."""
    try:
        done = asyncio.get_running_loop().run_in_executor(thread, work)
    except RuntimeError:
        return work()
    return await done


def _is_busy(problem: sqlite3.OperationalError) -> bool:
    return problem.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


_held: Final[dict[int, list[SqliteJournal]]] = {}
"""By the thread that forks."""


def _hold_writes() -> None:
    """A fork in the middle of a write would inherit locks that nobody can ever release."""
    _forking.acquire()
    held = _held[threading.get_ident()] = []
    for journal in [found for each in _live.keyrefs() if (found := each()) is not None]:
        if not journal._home.is_foreign:  # pyright: ignore[reportPrivateUsage]
            journal._mutex.acquire()  # pyright: ignore[reportPrivateUsage]
            held.append(journal)


def _let_writes_go() -> None:
    for journal in _held.pop(threading.get_ident(), ()):
        journal._mutex.release()  # pyright: ignore[reportPrivateUsage]


def _go_on() -> None:
    if threading.get_ident() in _held:  # and this module was not imported while the process began to fork
        _let_writes_go()
        _forking.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold_writes, after_in_parent=_go_on, after_in_child=_let_writes_go)
