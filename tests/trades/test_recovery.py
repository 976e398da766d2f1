"""After the end of a process, every order whose outcome was open is accounted for."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import SqliteJournal, Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import BUY, CUSTOMER, gold, lookups, sent_orders

pytestmark = pytest.mark.anyio


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@asynccontextmanager
async def process(sandbox: Sandbox, time: StandingTime, journal: Path | None) -> AsyncGenerator[Trades]:
    """A client with nothing but the file in common with the one before it."""
    kept = None if journal is None else SqliteJournal(journal, clock=time.clock())
    async with MintedClient("demo", "demo", base_url=sandbox.url, retry=None, journal=kept) as minted:
        yield minted.trades.with_options(clock=time.clock())


async def leave_open(trades: Trades, sandbox: Sandbox, external_id: str, *, placed: bool) -> datetime:
    sandbox.fail_next("reset_after" if placed else "reset_before", path=BUY)
    sandbox.fail_next("reset_before", times=1, method="GET")
    with pytest.raises(errors.OutcomeUnknownError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), external_id=external_id, settle_timeout=0.1)
    assert caught.value.certain_at is not None
    return caught.value.certain_at


async def test_a_new_process_accounts_for_what_was_open(
    sandbox: Sandbox, time: StandingTime, path: Path
) -> None:
    async with process(sandbox, time, path) as trades:
        await leave_open(trades, sandbox, "PLACED", placed=True)
        certain_at = await leave_open(trades, sandbox, "ABSENT", placed=False)
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="DONE")
    async with process(sandbox, time, path) as trades:
        placed, absent = await trades.recover()
        assert placed.external_id == "PLACED"
        assert placed.order is not None
        assert placed.order.guid == sandbox.orders["PLACED"].guid
        assert absent.external_id == "ABSENT"
        assert isinstance(absent.error, errors.OrderNotPlacedError)
        assert certain_at <= time.wall() <= certain_at + timedelta(seconds=1)
        assert await trades.recover() == []
    assert max(sent_orders(sandbox).values()) == 1


async def test_recovery_with_a_limit_reports_what_is_not_known_yet(
    sandbox: Sandbox, time: StandingTime, path: Path
) -> None:
    async with process(sandbox, time, path) as trades:
        await leave_open(trades, sandbox, "ABSENT", placed=False)
    async with process(sandbox, time, path) as trades:
        (recovery,) = await trades.recover(timeout=5)
        assert isinstance(recovery.error, errors.OutcomeUnknownError)
        (recovery,) = await trades.recover()
        assert isinstance(recovery.error, errors.OrderNotPlacedError)


async def test_an_order_in_hand_is_not_recovered(sandbox: Sandbox, time: StandingTime, path: Path) -> None:
    async with process(sandbox, time, path) as trades:
        seen: list[int] = []

        async def recover_meanwhile(_: float) -> None:
            time.before_sleep = None
            seen.append(len(await trades.recover()))

        time.before_sleep = recover_meanwhile
        sandbox.fail_next("reset_before", path=BUY)
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
        assert seen == [0]
        assert len(await trades.recover()) == 1


async def test_an_id_that_another_process_used_again_is_another_order(
    sandbox: Sandbox, time: StandingTime, path: Path
) -> None:
    """Its absence is proven by its own lock, not by that of the one before it."""
    async with process(sandbox, time, path) as ours:
        await leave_open(ours, sandbox, "B-1", placed=False)
        time.seconds += 600
        async with process(sandbox, time, path) as theirs:
            (recovery,) = await theirs.recover()
            assert isinstance(recovery.error, errors.OrderNotPlacedError)
            certain_at = await leave_open(theirs, sandbox, "B-1", placed=False)
        (recovery,) = await ours.recover()
        assert isinstance(recovery.error, errors.OrderNotPlacedError)
        assert certain_at <= time.wall() <= certain_at + timedelta(seconds=1)
        assert await ours.recover() == []


async def test_resolve_finds_an_order_of_an_earlier_process_in_the_journal(
    sandbox: Sandbox, time: StandingTime, path: Path
) -> None:
    async with process(sandbox, time, path) as trades:
        certain_at = await leave_open(trades, sandbox, "ABSENT", placed=False)
    async with process(sandbox, time, path) as trades:
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.resolve("ABSENT")
        assert time.wall() <= certain_at + timedelta(seconds=1)
        assert await trades.recover() == []


async def test_resolve_without_a_journal_takes_the_time_from_the_error(
    sandbox: Sandbox, time: StandingTime
) -> None:
    async with process(sandbox, time, None) as trades:
        certain_at = await leave_open(trades, sandbox, "ABSENT", placed=False)
    async with process(sandbox, time, None) as trades:
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.resolve("ABSENT", certain_at=certain_at)
        assert certain_at <= time.wall() <= certain_at + timedelta(seconds=1)
        with pytest.raises(errors.ConfigurationError, match="aware"):
            await trades.resolve("ABSENT", certain_at=datetime(2030, 1, 1))


async def test_resolve_of_an_unknown_order_waits_for_the_assumed_lock_seconds(
    sandbox: Sandbox, time: StandingTime
) -> None:
    async with process(sandbox, time, None) as trades:
        started = time.seconds
        with pytest.raises(errors.OrderNotPlacedError):
            await trades.resolve("NEVER-HEARD-OF")
        assert 910 <= time.seconds - started < 911


async def test_resolve_has_a_limit(sandbox: Sandbox, time: StandingTime) -> None:
    async with process(sandbox, time, None) as trades:
        with pytest.raises(errors.OutcomeUnknownError) as caught:
            await trades.resolve("NEVER-HEARD-OF", timeout=5)
        assert caught.value.external_id == "NEVER-HEARD-OF"


@pytest.mark.parametrize("external_id", ["", ".."])
async def test_resolve_refuses_what_is_no_id(sandbox: Sandbox, time: StandingTime, external_id: str) -> None:
    async with process(sandbox, time, None) as trades:
        with pytest.raises(errors.ArgumentError):
            await trades.resolve(external_id)


async def test_a_clock_that_was_set_back_does_not_lengthen_the_wait(
    sandbox: Sandbox, time: StandingTime, path: Path
) -> None:
    async with process(sandbox, time, path) as trades:
        await leave_open(trades, sandbox, "ABSENT", placed=False)
    time.wall_error = -timedelta(days=1)
    async with process(sandbox, time, path) as trades:
        started = time.seconds
        await trades.recover()
        assert 251 <= time.seconds - started < 252
        assert lookups(sandbox, "ABSENT") > 2


async def test_many_are_recovered_at_the_same_time(sandbox: Sandbox, time: StandingTime, path: Path) -> None:
    async with process(sandbox, time, path) as trades:
        for number in range(8):
            await leave_open(trades, sandbox, f"B-{number}", placed=number % 2 == 0)
    async with process(sandbox, time, path) as trades:
        recoveries = await trades.recover(limit=3)
        assert [recovery.external_id for recovery in recoveries] == [f"B-{n}" for n in range(8)]
        assert [recovery.order is not None for recovery in recoveries] == [True, False] * 4


async def test_another_server_is_not_asked_about_orders_that_it_cannot_know(
    sandbox: Sandbox, time: StandingTime, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """It would not find them, and to take that for proof would be to buy twice."""
    async with process(sandbox, time, path) as trades:
        await leave_open(trades, sandbox, "PLACED", placed=True)
    async with Sandbox(clock=time.sandbox_clock()) as other, process(other, time, path) as trades:
        assert await trades.recover() == []
        assert f"demo {sandbox.url}" in caplog.text
        with pytest.raises(errors.OutcomeUnknownError):
            await trades.resolve("PLACED", timeout=5)
    async with process(sandbox, time, path) as trades:
        (recovery,) = await trades.recover()
        assert recovery.order is not None
