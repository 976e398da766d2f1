"""The SQLite journal: durable before anything is sent, exact, shared, and never in the way of an outcome."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import anyio
import pytest

from minted_async import MintedClient, errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import IntendedItem, Intention, Journal, Outcome, SqliteJournal
from tests.trades.clocks import StandingTime
from tests.trades.journals import RecordingJournal
from tests.trades.orders import BUY, CUSTOMER, gold, sent_orders

pytestmark = pytest.mark.anyio

NOW = datetime(2030, 1, 31, 21, 30, 15, 123456, tzinfo=UTC)


def intention(external_id: str = "B-1", **changes: object) -> Intention:
    values: dict[str, object] = {
        "account": "shop https://one.example",
        "external_id": external_id,
        "operation": "orders.buy",
        "items": (IntendedItem("GAU", Decimal("0.10")), IntendedItem("3000002", None)),
        "customer_external_id": "CST-1",
        "currency_code": "TRY",
        "total": Decimal("1E+3"),
        "recorded_at": NOW,
        "certain_at": NOW + timedelta(seconds=251),
    }
    return Intention(**(values | changes))  # type: ignore[arg-type]


def rows(path: Path) -> list[tuple[str, str | None]]:
    """What another program reads in the file right now."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT external_id, outcome FROM intentions ORDER BY sequence").fetchall()


def modes(folder: Path) -> set[int]:
    return {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}


async def written(path: Path, count: int) -> None:
    """Wait until so many outcomes are in the file."""
    with anyio.fail_after(10):
        while sum(outcome is not None for _, outcome in rows(path)) < count:
            await anyio.lowlevel.checkpoint()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
async def journal(path: Path) -> AsyncIterator[SqliteJournal]:
    journal = SqliteJournal(path)
    yield journal
    await journal.aclose()


async def test_an_intention_is_in_the_file_when_record_returns(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention())
    assert rows(path) == [("B-1", None)]


async def test_what_is_read_is_what_was_written(journal: SqliteJournal) -> None:
    full = intention()
    bare = intention("B-2", customer_external_id=None, currency_code=None, total=None, items=())
    await journal.record(full)
    await journal.record(bare)
    assert await journal.unsettled() == [full, bare]
    read = (await journal.unsettled())[0]
    assert str(read.items[0].amount) == "0.10"


async def test_the_file_is_fsynced_at_each_commit(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention())
    connection = journal._connection  # pyright: ignore[reportPrivateUsage]
    assert connection is not None
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
async def test_only_its_owner_reads_the_file(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention())
    assert modes(path.parent) == {0o600}


async def test_intentions_at_the_same_time_share_a_commit(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention("FIRST"))
    connection = journal._connection  # pyright: ignore[reportPrivateUsage]
    assert connection is not None
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    async with anyio.create_task_group() as group:
        for number in range(100):
            group.start_soon(journal.record, intention(f"B-{number}"))
    assert len(rows(path)) == 101
    assert statements.count("COMMIT") <= 3


async def test_an_outcome_settles_an_intention(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention("B-1"))
    await journal.record(intention("B-2"))
    journal.settle(intention("B-1"), Outcome.PLACED)
    assert [entry.external_id for entry in await journal.unsettled()] == ["B-2"]
    assert rows(path) == [("B-1", "placed"), ("B-2", None)]


async def test_an_outcome_is_written_without_being_asked_for(journal: SqliteJournal, path: Path) -> None:
    await journal.record(intention())
    journal.settle(intention("B-1"), Outcome.NOT_PLACED)
    await written(path, 1)


@pytest.mark.parametrize("turns", range(4))
async def test_no_outcome_stays_behind_whenever_it_comes(
    turns: int, journal: SqliteJournal, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The task that writes is about to end when the next outcome comes."""
    for external_id in ("B-1", "B-2"):
        await journal.record(intention(external_id))
    commit = journal._commit  # pyright: ignore[reportPrivateUsage]
    loop = asyncio.get_running_loop()

    def settle_after(left: int) -> None:
        if left:
            loop.call_soon(settle_after, left - 1)
        else:
            journal.settle(intention("B-2"), Outcome.PLACED)

    async def commit_and_go_on(batch: Any) -> None:
        monkeypatch.undo()
        await commit(batch)
        loop.call_soon(settle_after, turns)

    monkeypatch.setattr(journal, "_commit", commit_and_go_on)
    journal.settle(intention("B-1"), Outcome.PLACED)
    await written(path, 2)


async def test_closing_writes_what_is_left(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.record(intention())
    journal.settle(intention("B-1"), Outcome.REFUSED)
    await journal.aclose()
    await journal.aclose()
    assert rows(path) == [("B-1", "refused")]


async def test_an_unsettled_or_placed_id_is_not_recorded_again(journal: SqliteJournal) -> None:
    await journal.record(intention())
    with pytest.raises(errors.ArgumentError, match="unsettled"):
        await journal.record(intention())
    journal.settle(intention("B-1"), Outcome.PLACED)
    with pytest.raises(errors.ArgumentError, match="was placed"):
        await journal.record(intention())


@pytest.mark.parametrize("outcome", [Outcome.NOT_SENT, Outcome.REFUSED, Outcome.NOT_PLACED])
async def test_an_id_that_came_to_nothing_can_be_used_again(
    outcome: Outcome, journal: SqliteJournal, path: Path
) -> None:
    await journal.record(intention())
    journal.settle(intention("B-1"), outcome)
    await journal.record(intention())
    journal.settle(intention("B-1"), Outcome.PLACED)
    assert await journal.unsettled() == []
    assert rows(path) == [("B-1", outcome.value), ("B-1", "placed")]


async def test_accounts_do_not_share_their_ids(journal: SqliteJournal, path: Path) -> None:
    ours, theirs = intention(), intention(account="shop https://two.example")
    await journal.record(ours)
    await journal.record(theirs)
    journal.settle(theirs, Outcome.PLACED)
    assert await journal.unsettled() == [ours]


async def test_one_refused_intention_does_not_stop_the_others(journal: SqliteJournal) -> None:
    await journal.record(intention("B-1"))
    results = await asyncio.gather(
        *(journal.record(intention(f"B-{number}")) for number in range(3)), return_exceptions=True
    )
    assert [type(result) for result in results] == [type(None), errors.ArgumentError, type(None)]
    assert {entry.external_id for entry in await journal.unsettled()} == {"B-0", "B-1", "B-2"}


async def test_settled_intentions_can_be_forgotten(journal: SqliteJournal, path: Path) -> None:
    old = NOW - timedelta(days=30)
    for number, recorded_at in enumerate([old, old, NOW]):
        await journal.record(intention(f"B-{number}", recorded_at=recorded_at))
    journal.settle(intention("B-0"), Outcome.PLACED)
    journal.settle(intention("B-2"), Outcome.PLACED)
    assert await journal.forget(NOW - timedelta(days=1)) == 1
    assert rows(path) == [("B-1", None), ("B-2", "placed")]


async def test_several_journals_share_a_file(path: Path) -> None:
    journals = [SqliteJournal(path) for _ in range(4)]
    async with anyio.create_task_group() as group:
        for number, journal in enumerate(journals):
            for turn in range(10):
                group.start_soon(journal.record, intention(f"B-{number}-{turn}"))
    assert len(await journals[0].unsettled()) == 40
    with pytest.raises(errors.ArgumentError):
        await journals[1].record(intention("B-0-0"))
    for journal in journals:
        await journal.aclose()


async def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    journal = SqliteJournal(path)
    with pytest.raises(errors.ConfigurationError, match="newer version"):
        await journal.record(intention())
    await journal.aclose()


async def test_a_closed_journal_takes_nothing(path: Path) -> None:
    journal = SqliteJournal(path)
    await journal.aclose()
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await journal.record(intention())
    with pytest.raises(errors.ConfigurationError, match="closed"):
        await journal.unsettled()


async def test_nothing_is_sent_when_the_journal_cannot_be_written(
    sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=tmp_path / "no" / "such") as minted:
        trades = minted.trades.with_options(clock=time.clock())
        with pytest.raises(errors.NotSentError, match="journal") as caught:
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        assert caught.value.external_id == "B-1"
    assert sent_orders(sandbox) == {}


async def test_a_journal_that_fails_to_settle_does_not_hide_the_order(
    sandbox: Sandbox, time: StandingTime, caplog: pytest.LogCaptureFixture
) -> None:
    class Failing(RecordingJournal):
        def settle(self, intention: Intention, outcome: Outcome) -> None:
            raise OSError("disk full")

    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=Failing()) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        order = await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        assert order.external_id == "B-1"
        assert "B-1" in caplog.text
        (recovery,) = await trades.recover()
        assert recovery.order is not None


async def test_a_disk_that_is_full_at_the_end_leaves_the_order_open(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journal = SqliteJournal(path)
    await journal.record(intention())
    connection = journal._connection  # pyright: ignore[reportPrivateUsage]
    assert connection is not None
    connection.execute("PRAGMA query_only = ON")
    journal.settle(intention("B-1"), Outcome.PLACED)
    assert [entry.external_id for entry in await journal.unsettled()] == ["B-1"]
    assert "could not be written" in caplog.text
    await journal.aclose()


async def test_an_order_is_recorded_before_it_is_sent_and_settled_after(
    sandbox: Sandbox, time: StandingTime
) -> None:
    sent_when_recorded: list[int] = []

    class Watching(RecordingJournal):
        async def record(self, intention: Intention) -> None:
            sent_when_recorded.append(len(sent_orders(sandbox)))
            await super().record(intention)

    journal = Watching()
    assert isinstance(journal, Journal)
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        lock = await trades.fix_price(customer_external_id="CST-1")
        await trades.buy(customer=CUSTOMER, items=gold("0.50"), external_id="B-1", price_token=lock)
        with pytest.raises(errors.ValidationError):
            await trades.buy(customer=CUSTOMER, items=gold("0.00000001"), external_id="B-2")
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-3", settle_timeout=None)
    assert journal.closed
    assert sent_when_recorded == [0, 1, 2]
    assert journal.outcomes == [
        ("B-1", Outcome.PLACED),
        ("B-2", Outcome.REFUSED),
        ("B-3", Outcome.NOT_PLACED),
    ]
    first = journal.recorded[0]
    assert (first.operation, first.customer_external_id, first.currency_code) == (
        "orders.buy",
        "CST-1",
        "TRY",
    )
    assert first.items == (IntendedItem("GAU", Decimal("0.50")),)
    assert first.certain_at - first.recorded_at == timedelta(seconds=251)


async def test_the_journal_holds_no_secret(sandbox: Sandbox, time: StandingTime, path: Path) -> None:
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=path) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        lock = await trades.fix_price(customer_external_id="CST-1")
        await trades.buy(
            customer=CUSTOMER,
            items=gold(),
            price_token=lock,
            payment=models.CardTokenPayment(card_token="secret-card", card_cvv="987"),
        )
        files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"CST-1" in files
    for secret in (lock.fix.token, "secret-card", CUSTOMER.identity_number, CUSTOMER.email):
        assert secret.encode() not in files
