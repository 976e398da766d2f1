"""The SQLite file of a journal: made for its owner only, with a rollback journal, and always the file that
others see under this path.

No write-ahead log: with one, SQLite relies on a lock that each connection holds all the time, and a process
loses its locks on a file as soon as it closes any descriptor of it, or is a fork. Then another process that
closes the file deletes the log, and later commits go into a file that nobody else sees. With
`journal_mode=TRUNCATE` locks are held only while a transaction is written, and nothing is ever deleted.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import stat
from pathlib import Path
from typing import Final, cast

from minted_async.core.forks import lock_of_module
from minted_async.errors import ConfigurationError

VERSION: Final = 3

_TABLES: Final = (
    """
CREATE TABLE orders (
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
    settled_at TEXT,
    progress TEXT NOT NULL DEFAULT 'intended',
    owner TEXT,
    leased_until TEXT,
    quote TEXT,
    wish TEXT
)""",
    """
CREATE TABLE quotes (
    id TEXT PRIMARY KEY,
    account TEXT NOT NULL,
    token TEXT,
    customer_external_id TEXT,
    currency TEXT NOT NULL,
    prices TEXT NOT NULL,
    is_total_price INTEGER NOT NULL,
    total TEXT,
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    used_by TEXT
)""",
)
_FROM_VERSION_1: Final = (
    "DROP INDEX intentions_by_id",
    "DROP INDEX unsettled_intentions",
    "ALTER TABLE intentions RENAME TO orders",
    "ALTER TABLE orders ADD COLUMN progress TEXT NOT NULL DEFAULT 'intended'",
    "ALTER TABLE orders ADD COLUMN owner TEXT",
    "ALTER TABLE orders ADD COLUMN leased_until TEXT",
    "ALTER TABLE orders ADD COLUMN quote TEXT",
    _TABLES[1],
)
_FROM_VERSION_2: Final = ("ALTER TABLE orders ADD COLUMN wish TEXT",)
_INDEXES: Final = (
    "CREATE INDEX orders_by_id ON orders (external_id, account)",
    "CREATE UNIQUE INDEX open_orders ON orders (external_id, account) WHERE outcome IS NULL",
    "CREATE INDEX live_quotes ON quotes (expires_at) WHERE token IS NOT NULL",
)

_BUSY_TIMEOUT: Final = 0.2
"""Seconds that SQLite waits for another process before it gives a fork, or a stop, its turn."""

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
"""More than the letter of a drive."""

_opening: Final = lock_of_module()
"""The descriptor with which a file is made must be closed before this process holds a lock on that file."""


class SqliteFile:
    """A connection to the file, and the proof that it is still the one under its path.

    Args:
        path: The file, which is made if it is not there.

    Raises:
        ConfigurationError: The file cannot be a journal.
        OSError: It could not be made.
        sqlite3.Error: It could not be opened.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _opening:
            is_new = _make(path)
            _check_access(path)
            self.connection = sqlite3.connect(
                path, timeout=_BUSY_TIMEOUT, isolation_level=None, check_same_thread=False
            )
        try:
            # What cannot be decoded must not keep the other rows from being read.
            self.connection.text_factory = _decode
            self._prepare()
            self._identity = _identity(path)
        except BaseException:
            self.connection.close()
            raise
        if is_new and os.name == "posix":
            _sync_folder(path.parent)

    def is_current(self) -> bool:
        """Whether others who open the path get this file: it was neither deleted, nor renamed or replaced."""
        return self._identity is not None and _identity(self._path) == self._identity

    def carry_over(self, older: SqliteFile) -> None:
        """Take over what is unsettled in a file that has lost its path, so that it is not forgotten."""
        columns = [row[1] for row in self.connection.execute("PRAGMA table_info(orders)")][1:]
        names = ", ".join(columns)
        places = ", ".join("?" * len(columns))
        rows = older.connection.execute(f"SELECT {names} FROM orders WHERE outcome IS NULL ORDER BY sequence")
        key = [columns.index(name) for name in ("account", "external_id", "recorded_at")]
        for row in rows:
            known = self.connection.execute(
                "SELECT 1 FROM orders WHERE account = ? AND external_id = ?"
                " AND (recorded_at = ? OR outcome IS NULL)",
                [row[index] for index in key],
            ).fetchone()
            if known is None:
                with contextlib.suppress(UnicodeEncodeError):  # a row that could never be read
                    self.connection.execute(f"INSERT INTO orders ({names}) VALUES ({places})", row)
        names = "id, account, token, customer_external_id, currency, prices, is_total_price, total, "
        names += "created_at, expires_at, ends_at, used_by"
        quotes = older.connection.execute(f"SELECT {names} FROM quotes").fetchall()
        places = ", ".join("?" * 12)
        self.connection.executemany(f"INSERT OR IGNORE INTO quotes ({names}) VALUES ({places})", quotes)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _prepare(self) -> None:
        connection = self.connection
        if self._version() > VERSION:
            raise ConfigurationError(f"the journal {self._path} was made by a newer version of minted-async")
        (mode,) = connection.execute("PRAGMA journal_mode = TRUNCATE").fetchone()
        if mode != "truncate":  # pragma: no cover (SQLite raises when it cannot)
            raise sqlite3.OperationalError(f"journal_mode is {mode}")
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone does not reach the disk
        connection.execute("PRAGMA secure_delete = ON")  # a price token that is erased is gone
        if self._version() < VERSION:
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._upgrade(self._version())
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    def _upgrade(self, version: int) -> None:
        if version >= VERSION:
            return  # another process was faster
        (tables,) = self.connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if version == 0 and tables:
            raise ConfigurationError(f"{self._path} is the database of another program")
        steps = {
            0: (*_TABLES, *_INDEXES),
            1: (*_FROM_VERSION_1, *_INDEXES, *_FROM_VERSION_2),
            2: _FROM_VERSION_2,
        }
        for statement in steps[version]:
            self.connection.execute(statement)
        self.connection.execute(f"PRAGMA user_version = {VERSION}")

    def _version(self) -> int:
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        return int(version)


_CONNECTION: Final = re.compile(
    r"[^/\\]*=[^/\\]*\Z|\s*(host|hostaddr|port|dbname|user|password|service|passfile)\s*=", re.DOTALL
)


def check_file_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a journal.

    Raises:
        ConfigurationError: It is no path of a file.
    """
    text = cast("object", os.fspath(path))
    if not isinstance(text, str) or not text or "\0" in text:
        raise ConfigurationError("journal must be the path of a file")
    if text == ":memory:":
        raise ConfigurationError(
            "journal must be the path of a file, not ':memory:': without a journal, orders are kept in memory"
        )
    if (address := _ADDRESS.match(text)) is not None:  # of which the rest may hold a password
        raise ConfigurationError(
            f"journal must be the path of a file or postgresql://..., not what begins with {address[0]!r}"
        )
    if isinstance(path, str) and _CONNECTION.match(text):
        raise ConfigurationError(
            "journal looks like a connection string of PostgreSQL: write it as postgresql://user@host/name, "
            "or give a file whose name has an equals sign as pathlib.Path"
        )
    return Path(text).expanduser().absolute()


def _decode(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _make(path: Path) -> bool:
    try:
        # By us, not by SQLite, for the sake of its permissions; those of its rollback journal follow them.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        return False
    return True


def _check_access(path: Path) -> None:
    """Make the file private if it is ours, and refuse one that others may write."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ConfigurationError(f"the journal {path} is no file")
    if os.name != "posix" or not stat.S_IMODE(found.st_mode) & 0o077:
        return
    if found.st_uid == os.geteuid():
        path.chmod(stat.S_IMODE(found.st_mode) & 0o700)
    elif found.st_mode & 0o022:
        raise ConfigurationError(
            f"the journal {path} belongs to another user, and others may write it: chmod go-w it first"
        )


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _sync_folder(path: Path) -> None:
    """Make the name of a new file as durable as its content."""
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
