"""An outcome is noted for the order that it belongs to, never for another one that has its id by now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import Journal, MemoryJournal, Outcome, PostgresJournal, SqliteJournal, Trades
from tests.trades.clocks import StandingTime
from tests.trades.kinds_of_journal import intent, quote
from tests.trades.orders import BUY, CUSTOMER, gold

pytestmark = pytest.mark.anyio
OTHER = "two:2:bb"


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def journal(request: pytest.FixtureRequest, tmp_path: Path, time: StandingTime) -> Journal:
    if request.param == "memory":
        return MemoryJournal(clock=time.clock())
    if request.param == "sqlite":
        return SqliteJournal(tmp_path / "journal.sqlite", clock=time.clock())
    return PostgresJournal(str(request.getfixturevalue("database")))


@asynccontextmanager
async def worker(sandbox: Sandbox, time: StandingTime, journal: Journal) -> AsyncGenerator[Trades]:
    async with MintedClient("demo", "demo", base_url=sandbox.url, retry=None, journal=journal) as minted:
        yield minted.trades.with_options(clock=time.clock())


async def test_a_stale_memory_does_not_settle_the_order_of_another_worker(
    sandbox: Sandbox, time: StandingTime, journal: Journal
) -> None:
    async with worker(sandbox, time, journal) as trades:
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
        time.seconds += 300
        account = f"demo {sandbox.url}"
        theirs = intent("B-1", account=account)
        await journal.settle(theirs, Outcome.NOT_PLACED)
        await journal.record(theirs, certain_in=251.0, owner=OTHER)
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.resolve("B-1")
        record = await journal.find(account, "B-1")
        assert record is not None
        assert record.outcome is None


async def test_an_order_that_another_worker_found_absent_is_absent(
    sandbox: Sandbox, time: StandingTime, journal: Journal
) -> None:
    async with worker(sandbox, time, journal) as trades:
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", settle_timeout=0)
        time.seconds += 300
        await journal.settle(intent("B-1", account=f"demo {sandbox.url}"), Outcome.NOT_PLACED)
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.resolve("B-1")


async def test_a_record_that_was_read_does_not_settle_a_later_one(
    sandbox: Sandbox, time: StandingTime, journal: Journal
) -> None:
    """Nor does it give back the quote that the later one is using."""
    first = intent()
    await journal.record(first, certain_in=1.0, owner=OTHER)
    read = await journal.find(first.account, first.external_id)
    assert read is not None
    assert await journal.settle(first, Outcome.NOT_PLACED, recorded_at=read.recorded_at)
    await asyncio.sleep(0)
    time.seconds += 1
    await journal.save_quote(quote())
    await journal.record(first, certain_in=1.0, owner=OTHER, quote="Q-1")
    assert not await journal.settle(first, Outcome.NOT_SENT, recorded_at=read.recorded_at)
    kept = await journal.quote(first.account, "Q-1")
    assert kept is not None
    assert kept.used_by == first.external_id
    await journal.aclose()
