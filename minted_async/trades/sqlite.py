"""A journal in an SQLite file: write-ahead log, fsynced at each commit, one commit for all who wait."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import anyio
from anyio import to_thread

from minted_async.core.checks import argument_error
from minted_async.errors import ConfigurationError
from minted_async.trades.journal import Intention, Outcome
from minted_async.trades.table import COLUMNS, PLACES, SCHEMA, VERSION, read_row, stamp, write_row

__all__ = ["SqliteJournal"]

logger: Final = logging.getLogger("minted_async.trades")

_BUSY_TIMEOUT: Final = 30.0
"""Seconds to wait for another process that is writing to the same file."""


class _Entry:
    """One change, and why it was refused if it was."""

    __slots__ = ("apply", "refusal")

    def __init__(self, apply: Callable[[sqlite3.Connection], Exception | None]) -> None:
        self.apply = apply
        self.refusal: Exception | None = None


class _Batch:
    """Changes that are committed together."""

    __slots__ = ("done", "entries", "failure")

    def __init__(self) -> None:
        self.entries: list[_Entry] = []
        self.done = False
        self.failure: Exception | None = None


class SqliteJournal:
    """Intentions in an SQLite file, which is made if it is not there, readable by its owner only.

    Each intention is on the disk (`journal_mode=WAL`, `synchronous=FULL`) before its order is sent. Orders
    that are placed at the same time share a commit. The file must be on a local disk; several processes of
    one machine may share it.

    Args:
        path: The file.

    Raises:
        ConfigurationError: From the first use: the file was made by a newer version.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path).absolute()
        self._batch = _Batch()
        self._turn = anyio.Lock()
        self._mutex = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._process = os.getpid()
        self._flusher: asyncio.Task[None] | None = None
        self._closed = False

    async def record(self, intention: Intention) -> None:
        """Write an intention down; it is on the disk when this returns.

        Raises:
            ArgumentError: The id belongs to an order that is unsettled, or was placed.
            ConfigurationError: The journal is closed.
            sqlite3.Error: It could not be written, for example because the disk is full.
            OSError: The file could not be made.
        """
        self._refuse_if_closed()
        row, external_id = write_row(intention), intention.external_id
        key = (external_id, intention.account)

        def insert(connection: sqlite3.Connection) -> Exception | None:
            found = connection.execute(
                "SELECT outcome FROM intentions"
                " WHERE external_id = ? AND account = ? AND (outcome IS NULL OR outcome = ?)",
                (*key, Outcome.PLACED.value),
            ).fetchone()
            if found is not None:
                state = (
                    "has an order that is unsettled: resolve it first" if found[0] is None else "was placed"
                )
                return argument_error("external_id", f"{external_id!r} {state}, by the journal")
            connection.execute(f"INSERT INTO intentions ({COLUMNS}) VALUES ({PLACES})", row)
            return None

        batch, entry = self._batch, _Entry(insert)
        batch.entries.append(entry)
        await self._commit(batch)
        if entry.refusal is not None:
            raise entry.refusal
        if batch.failure is not None:
            raise batch.failure

    def settle(self, intention: Intention, outcome: Outcome) -> None:
        """Note an outcome; it is written with the next commit, which is begun right away."""
        values = (outcome.value, stamp(datetime.now(UTC)), intention.external_id, intention.account)

        def update(connection: sqlite3.Connection) -> None:
            connection.execute(
                "UPDATE intentions SET outcome = ?, settled_at = ?"
                " WHERE external_id = ? AND account = ? AND outcome IS NULL",
                values,
            )

        self._batch.entries.append(_Entry(update))
        if not self._closed and (self._flusher is None or self._flusher.done()):
            self._flusher = asyncio.get_running_loop().create_task(self._flush())

    async def unsettled(self) -> list[Intention]:
        """All intentions without an outcome, oldest first."""
        self._refuse_if_closed()
        await self._flush()
        return await to_thread.run_sync(self._read_unsettled)

    async def forget(self, before: datetime) -> int:
        """Delete settled intentions that were recorded before a moment (aware); how many there were."""
        self._refuse_if_closed()
        await self._flush()
        return await to_thread.run_sync(self._delete_settled, before)

    async def aclose(self) -> None:
        """Write what is left to write and close the file. May be called again."""
        self._closed = True
        await self._flush()
        await to_thread.run_sync(self._disconnect)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise ConfigurationError("the journal is closed (nothing was sent)")

    async def _flush(self) -> None:
        """Write what is waiting; marks that cannot be written stay open and cost a lookup later."""
        while True:
            batch = self._batch
            if batch.entries:
                await self._commit(batch)
                continue
            async with self._turn:  # another task may be writing the last batch
                pass
            if not self._batch.entries:
                return

    async def _commit(self, batch: _Batch) -> None:
        """Commit a batch, unless another task has done so while this one waited for its turn."""
        async with self._turn:
            if batch.done:
                return
            if self._batch is batch:
                self._batch = _Batch()
            await to_thread.run_sync(self._write, batch)

    # ---------------------------------------------------------------- in the worker thread
    def _write(self, batch: _Batch) -> None:
        # A cancelled task leaves its thread at work, and the next in turn comes with the same batch.
        with self._mutex:
            if batch.done:
                return
            try:
                connection = self._connect()
                connection.execute("BEGIN IMMEDIATE")
                try:
                    for entry in batch.entries:
                        entry.refusal = entry.apply(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except Exception as failure:
                logger.error("the journal %s could not be written: %r", self._path, failure)
                batch.failure = failure
            finally:
                batch.done = True

    def _connect(self) -> sqlite3.Connection:
        if self._connection is not None and self._process == os.getpid():
            return self._connection
        self._process = os.getpid()
        is_new = not self._path.exists()
        # Made by us, and not by SQLite, for the sake of its permissions; those of the log follow them.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            self._path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        if is_new and os.name == "posix":
            _sync_folder(self._path.parent)
        self._connection = connection
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise ConfigurationError(f"the journal {self._path} was made by a newer version of minted-async")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk
        if version < VERSION:
            connection.executescript(SCHEMA)

    def _read_unsettled(self) -> list[Intention]:
        with self._mutex:
            rows = self._connect().execute(
                f"SELECT {COLUMNS} FROM intentions WHERE outcome IS NULL ORDER BY sequence"
            )
            return [read_row(row) for row in rows]

    def _delete_settled(self, before: datetime) -> int:
        with self._mutex:
            return (
                self._connect()
                .execute(
                    "DELETE FROM intentions WHERE outcome IS NOT NULL AND recorded_at < ?", (stamp(before),)
                )
                .rowcount
            )

    def _disconnect(self) -> None:
        with self._mutex:
            connection, self._connection = self._connection, None
            if connection is not None and self._process == os.getpid():
                connection.close()


def _sync_folder(path: Path) -> None:
    """Make the name of a new file as durable as its content."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
