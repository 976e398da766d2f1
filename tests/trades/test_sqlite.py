"""The SQLite journal: always the file that others see, private, durable, on a thread of its own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import anyio
import pytest
from anyio import from_thread, to_thread

from minted_async import MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import OrderRecord, Outcome, SqliteJournal, UnreadableRecord
from minted_async.trades.journal.sqlite_file import VERSION
from tests.trades.kinds_of_journal import ACCOUNT, ME, intent, quote
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent.parent
posix = pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path)
    yield journal
    await journal.aclose()


async def record(journal: SqliteJournal, *external_ids: str) -> None:
    for external_id in external_ids:
        await journal.record(intent(external_id), certain_in=251.0, owner=ME)


def rows(path: Path) -> list[tuple[str, str | None]]:
    """What another program reads in the file right now."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT external_id, outcome FROM orders ORDER BY sequence").fetchall()


def open_and_close(path: Path) -> None:
    """What another process of this machine may do at any time, such as `recover` in a cron job."""
    program = f"""
import asyncio
from minted_async.trades import SqliteJournal

async def main():
    journal = SqliteJournal({str(path)!r})
    await journal.unsettled()
    await journal.aclose()

asyncio.run(main())
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


# -------------------------------------------------------------------- the file that others see
async def test_an_order_is_in_the_file_when_record_returns(journal: SqliteJournal, path: Path) -> None:
    await record(journal, "B-1")
    assert rows(path) == [("B-1", None)]


async def test_what_is_committed_is_in_the_file_after_another_process_has_closed_it(
    journal: SqliteJournal, path: Path
) -> None:
    """Two journals of one process, which loses its locks on a file with the first descriptor it closes."""
    await record(journal, "A-1")
    beside = SqliteJournal(path)
    await record(beside, "B-1")
    await asyncio.to_thread(open_and_close, path)
    await beside.forget(datetime.now(UTC))
    await beside.aclose()
    await asyncio.to_thread(open_and_close, path)
    await record(journal, "A-2")
    assert rows(path) == [("A-1", None), ("B-1", None), ("A-2", None)]


@pytest.mark.parametrize("what", ["deleted", "renamed", "replaced"])
async def test_a_file_that_lost_its_path_is_made_again_with_what_is_unsettled(
    what: str, journal: SqliteJournal, path: Path
) -> None:
    await record(journal, "B-1", "B-2")
    await journal.settle(intent("B-1"), Outcome.PLACED)
    await journal.save_quote(quote())
    if what == "deleted":
        path.unlink()
    else:
        path.rename(path.with_suffix(".old"))
    if what == "replaced":
        other = SqliteJournal(path)
        await record(other, "B-0")
        await other.aclose()
    await record(journal, "B-3")
    expected = [("B-2", None), ("B-3", None)]
    assert rows(path) == ([("B-0", None), *expected] if what == "replaced" else expected)
    assert await journal.settle(intent("B-2"), Outcome.PLACED)
    assert await journal.quote(ACCOUNT, "Q-1") is not None


async def test_an_order_is_recorded_again_when_the_file_is_deleted_in_that_moment(
    journal: SqliteJournal, path: Path
) -> None:
    """An order that only a deleted file has must not be sent."""
    await record(journal, "B-1")
    ready, go = threading.Event(), threading.Event()

    def hold_up() -> None:
        with closing(sqlite3.connect(path)) as other:
            other.execute("BEGIN IMMEDIATE")
            ready.set()
            go.wait(10)
            path.unlink()
            other.rollback()

    async with anyio.create_task_group() as group:
        group.start_soon(asyncio.to_thread, hold_up)
        await asyncio.to_thread(ready.wait, 10)
        recording = asyncio.ensure_future(record(journal, "B-2"))
        await anyio.sleep(0.05)  # whichever comes first, the outcome is the same
        go.set()
        await recording
    assert rows(path) == [("B-1", None), ("B-2", None)]


async def test_several_processes_write_at_once(path: Path) -> None:
    program = f"""
import asyncio, sys
from minted_async.trades import SqliteJournal
from tests.trades.kinds_of_journal import intent

async def main():
    journal = SqliteJournal({str(path)!r})
    await asyncio.gather(*(
        journal.record(intent(f"{{sys.argv[1]}}-{{number}}"), certain_in=1.0, owner=sys.argv[1])
        for number in range(200)
    ))
    await journal.aclose()

asyncio.run(main())
"""
    processes = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", program, name, cwd=ROOT) for name in "ABC"
    ]
    assert [await process.wait() for process in processes] == [0, 0, 0]
    assert len(rows(path)) == 600


# -------------------------------------------------------------------- forks
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
async def test_a_fork_in_the_middle_of_writing_neither_hangs_nor_hides_a_commit(path: Path) -> None:
    """Children say what to do, work with a journal of their own, and leave the parent's alone."""
    program = f"""
import asyncio, os, sys
from minted_async import errors
from minted_async.trades import SqliteJournal
from tests.trades.kinds_of_journal import intent

PATH = {str(path)!r}

async def write(journal, name, count):
    await asyncio.gather(*(
        journal.record(intent(f"{{name}}-{{number}}"), certain_in=1.0, owner=name) for number in range(count)
    ))

async def child(journal, name):
    try:
        await journal.record(intent("NEVER"), certain_in=1.0, owner=name)
    except errors.ConfigurationError as refusal:
        assert "fork" in str(refusal)
    else:
        return 1
    await journal.aclose()
    own = SqliteJournal(PATH)
    await write(own, name, 20)
    await own.aclose()
    return 0

async def parent():
    journal = SqliteJournal(PATH)
    await journal.open()
    children = []
    for turn in range(10):
        writing = asyncio.ensure_future(write(journal, f"parent-{{turn}}", 20))
        await asyncio.sleep(0.001 * turn)
        pid = os.fork()
        if pid == 0:
            return journal, turn
        children.append(pid)
        await writing
    codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in children]
    assert codes == [0] * 10, codes
    await write(journal, "after", 20)
    await journal.aclose()
    return None, None

loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
journal, turn = loop.run_until_complete(parent())
if journal is not None:
    asyncio._set_running_loop(None)
    code = asyncio.new_event_loop().run_until_complete(child(journal, f"child-{{turn}}"))
    os._exit(code)
"""
    done = await to_thread.run_sync(
        lambda: subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            timeout=120,
            check=False,
            capture_output=True,
            text=True,
        )
    )
    assert done.returncode == 0, done.stderr
    names = {external_id for external_id, _ in rows(path)}
    assert names == {
        *(f"parent-{turn}-{number}" for turn in range(10) for number in range(20)),
        *(f"child-{turn}-{number}" for turn in range(10) for number in range(20)),
        *(f"after-{number}" for number in range(20)),
    }


# -------------------------------------------------------------------- a thread of its own
async def test_forty_threads_that_call_into_the_loop_all_place_their_orders(
    sandbox: Sandbox, path: Path
) -> None:
    """They are all the threads that anyio shares, and each waits for an order of ours."""
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=path) as minted:

        async def buy(number: int) -> None:
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id=f"B-{number}")

        async def web_handler(number: int) -> None:
            await to_thread.run_sync(lambda: from_thread.run(buy, number))

        with anyio.fail_after(60):
            async with anyio.create_task_group() as group:
                for number in range(40):
                    group.start_soon(web_handler, number)
    assert len(sandbox.orders) == 40


# -------------------------------------------------------------------- private
@posix
async def test_only_its_owner_reads_what_is_made(journal: SqliteJournal, path: Path) -> None:
    await record(journal, "B-1")
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}


@posix
async def test_a_file_of_ours_that_others_could_use_is_made_private(path: Path) -> None:
    path.touch()
    path.chmod(0o666)
    journal = SqliteJournal(path)
    await record(journal, "B-1")
    await journal.aclose()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
async def test_a_file_of_others_that_others_can_write_is_refused(path: Path) -> None:
    path.touch()
    os.chown(path, 12345, 12345)
    path.chmod(0o666)
    with pytest.raises(errors.ConfigurationError, match="chmod"):
        await record(SqliteJournal(path), "B-1")


async def test_the_home_folder_is_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    journal = SqliteJournal("~/orders.sqlite")
    await record(journal, "B-1")
    await journal.aclose()
    assert rows(tmp_path / "orders.sqlite") == [("B-1", None)]


@pytest.mark.parametrize(
    "name",
    [
        ":memory:",
        "",
        "file:orders.sqlite?mode=memory",
        "sqlite:///orders",
        "a\0b",
        "postgresql+psycopg://shop:secret@db/shop",
    ],
)
def test_what_is_no_file_is_refused_at_once(name: str) -> None:
    with pytest.raises(errors.ConfigurationError, match="path of a file") as caught:
        SqliteJournal(name)
    assert "secret" not in str(caught.value)


async def test_a_folder_is_no_journal(tmp_path: Path) -> None:
    with pytest.raises(errors.ConfigurationError, match="no file"):
        await record(SqliteJournal(tmp_path), "B-1")


async def test_the_token_of_a_quote_is_gone_from_the_file_once_it_was_used(
    journal: SqliteJournal, path: Path
) -> None:
    await journal.save_quote(quote(token="secret-of-the-quote"))
    assert b"secret-of-the-quote" in path.read_bytes()
    await journal.record(intent(), certain_in=1.0, owner=ME, quote="Q-1")
    await journal.settle(intent(), Outcome.PLACED)
    assert all(b"secret-of-the-quote" not in file.read_bytes() for file in path.parent.iterdir())


# -------------------------------------------------------------------- what a file may hold
@pytest.mark.parametrize(
    "damage",
    [
        "items = 'no json'",
        'items = \'[["GAU", "much"]]\'',
        "certain_at = 'tomorrow'",
        "certain_at = '2030-01-01T00:00:00'",
        "total = 'a lot'",
        "operation = x'ff00ff'",
        "external_id = CAST(x'ff41' AS TEXT)",
        "progress = 'teleported'",
    ],
)
async def test_a_row_that_cannot_be_read_does_not_hide_the_others(damage: str, path: Path) -> None:
    journal = SqliteJournal(path)
    await record(journal, "B-1", "B-2", "B-3")
    await journal.release(ACCOUNT, ME)
    await journal.aclose()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"UPDATE orders SET {damage} WHERE external_id = 'B-2'")
    journal = SqliteJournal(path)
    entries = await journal.unsettled()
    assert [type(entry) for entry in entries] == [OrderRecord, UnreadableRecord, OrderRecord]
    claim = await journal.claim(ACCOUNT, "another", limit=10, held=())
    assert [entry.intent.external_id for entry in claim.records] == ["B-1", "B-3"]
    (unreadable,) = claim.unreadable
    assert unreadable.external_id == (None if "external_id" in damage and "CAST" in damage else "B-2")
    await journal.aclose()
    assert len(rows_of_any_kind(path)) == 3


def rows_of_any_kind(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT sequence FROM orders").fetchall()


async def test_settled_orders_and_quotes_that_are_over_can_be_forgotten(
    journal: SqliteJournal, path: Path
) -> None:
    await journal.save_quote(quote())
    await record(journal, "B-1", "B-2")
    await journal.settle(intent("B-1"), Outcome.PLACED)
    assert await journal.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert await journal.forget(datetime.now(UTC) + timedelta(days=1)) == 1
    assert rows(path) == [("B-2", None)]
    assert await journal.quote(ACCOUNT, "Q-1") is not None


VERSION_1 = """
CREATE TABLE intentions (
    sequence INTEGER PRIMARY KEY, account TEXT NOT NULL, external_id TEXT NOT NULL, operation TEXT NOT NULL,
    items TEXT NOT NULL, customer_external_id TEXT, currency_code TEXT, total TEXT, recorded_at TEXT NOT NULL,
    certain_at TEXT NOT NULL, outcome TEXT, settled_at TEXT
);
CREATE INDEX intentions_by_id ON intentions (external_id, account);
CREATE UNIQUE INDEX unsettled_intentions ON intentions (external_id, account) WHERE outcome IS NULL;
PRAGMA user_version = 1;
PRAGMA journal_mode = WAL;
INSERT INTO intentions VALUES (1, 'shop https://one.example', 'OLD-1', 'orders.buy', '[["GAU","0.10"]]',
    'CST-1', 'TRY', NULL, '2026-01-01T00:00:00.000000+00:00', '2026-01-01T00:04:11.000000+00:00', NULL, NULL);
INSERT INTO intentions VALUES (2, 'shop https://one.example', 'OLD-2', 'orders.buy', '[["GAU","0.10"]]',
    'CST-1', 'TRY', NULL, '2026-01-01T00:00:00.000000+00:00', '2026-01-01T00:04:11.000000+00:00', 'placed',
    '2026-01-01T00:00:01.000000+00:00');
"""


async def test_a_file_of_the_first_version_is_upgraded_with_what_is_unsettled(
    journal: SqliteJournal, path: Path
) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(VERSION_1)
    claim = await journal.claim(ACCOUNT, ME, limit=10, held=())
    assert [entry.intent.external_id for entry in claim.records] == ["OLD-1"]
    assert claim.records[0].certain_in == 0
    with pytest.raises(errors.ArgumentError, match="was placed"):
        await record(journal, "OLD-2")
    assert not list(path.parent.glob("*-wal"))


async def test_a_file_of_the_version_before_is_upgraded_with_what_is_unsettled(
    journal: SqliteJournal, path: Path
) -> None:
    await record(journal, "B-1")
    await journal.aclose()
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("ALTER TABLE orders DROP COLUMN wish; PRAGMA user_version = 2")
    upgraded = SqliteJournal(path)
    await record(upgraded, "B-2")
    left = [entry for entry in await upgraded.unsettled() if isinstance(entry, OrderRecord)]
    assert [entry.intent for entry in left] == [intent("B-1", wish=None), intent("B-2")]
    await upgraded.aclose()


async def test_a_file_that_an_older_version_is_using_is_refused_before_anything_is_sent(
    sandbox: Sandbox, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minted_async.trades.journal.sqlite._PATIENCE", 0.1)
    with closing(sqlite3.connect(path)) as older:
        older.executescript(VERSION_1)
        older.execute("SELECT count(*) FROM intentions").fetchone()
        async with MintedClient("demo", "demo", base_url=sandbox.url, journal=path) as minted:
            with pytest.raises(errors.NotSentError):
                await minted.trades.buy(customer=CUSTOMER, items=gold())
        assert older.execute("SELECT count(*) FROM intentions").fetchone() == (2,)
    assert not sandbox.orders


async def test_a_file_of_a_newer_version_is_refused(journal: SqliteJournal, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(errors.ConfigurationError, match="newer version"):
        await record(journal, "B-1")


async def test_a_database_of_another_program_is_left_alone(journal: SqliteJournal, path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE customers (id)")
    with pytest.raises(errors.ConfigurationError, match="another program"):
        await record(journal, "B-1")


async def test_a_closed_journal_takes_nothing(journal: SqliteJournal) -> None:
    await journal.aclose()
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await record(journal, "B-1")
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await journal.unsettled()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
async def test_a_journal_that_was_made_before_a_fork_belongs_to_the_process_of_its_first_use(
    path: Path,
) -> None:
    program = f"""
import asyncio, os
from minted_async.trades import SqliteJournal
journal = SqliteJournal({str(path)!r})
if (pid := os.fork()) == 0:
    asyncio.run(journal.open())
    os._exit(0)
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
"""
    done = await to_thread.run_sync(
        lambda: subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120, check=False)
    )
    assert done.returncode == 0
