"""Wherever a single order is cancelled, it is sent at most once, and what became of it can be found out."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

import anyio
import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import OrderIntent, Outcome, Trades
from tests.trades.clocks import StandingTime
from tests.trades.journals import RecordingJournal
from tests.trades.orders import BUY, CUSTOMER, PRICE_FIX, gold, sent_orders

pytestmark = pytest.mark.anyio


async def cancelled(trades: Trades, sandbox: Sandbox, path: str) -> asyncio.CancelledError:
    """Buy, and cancel when a request to this path is with the server."""
    sandbox.fail_next("delay", path=path, seconds=60)
    task = asyncio.ensure_future(trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1"))
    await sandbox.until(lambda: any(request.fault == "delay" for request in sandbox.requests))
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    return caught.value


async def test_before_the_order_is_sent_nothing_is_open(trades: Trades, sandbox: Sandbox) -> None:
    error = await cancelled(trades, sandbox, PRICE_FIX)
    assert error.__notes__ == ["cancelled: the order 'B-1' was not sent. It is safe to place it again."]
    assert await trades.recover() == []
    assert sent_orders(sandbox) == {}


async def test_while_it_is_sent_it_stays_open(trades: Trades, sandbox: Sandbox) -> None:
    error = await cancelled(trades, sandbox, BUY)
    assert "minted.trades.resolve('B-1')" in error.__notes__[0]
    (recovery,) = await trades.recover()
    assert recovery.external_id == "B-1"
    assert isinstance(recovery.error, errors.OrderNotPlacedError)
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_orders_without_an_outcome_are_counted_over_all_views_of_a_client(
    minted: MintedClient, trades: Trades, sandbox: Sandbox
) -> None:
    assert (trades.unsettled, minted.with_options(locale="en").trades.unsettled) == (0, 0)
    await cancelled(trades, sandbox, BUY)
    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-2")
    assert (trades.unsettled, minted.with_options(locale="en").trades.unsettled) == (1, 1)
    await trades.recover()
    assert trades.unsettled == 0
    await minted.aclose()
    assert trades.unsettled is None


async def test_while_it_is_looked_up_it_stays_open(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    sandbox.fail_next("reset_after", path=BUY)
    sandbox.fail_next("reset_before", method="GET")
    with anyio.CancelScope() as scope:

        async def cancel(_: float) -> None:
            scope.cancel()
            await anyio.lowlevel.checkpoint()

        time.before_sleep = cancel
        await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    time.before_sleep = None
    assert scope.cancelled_caught
    assert (await trades.resolve("B-1")).guid == sandbox.orders["B-1"].guid
    assert sent_orders(sandbox) == {"B-1": 1}


async def test_while_the_journal_is_written_it_is_not_sent(sandbox: Sandbox, time: StandingTime) -> None:
    """The journal goes on writing, and learns that the order never left."""
    scope = anyio.CancelScope()

    class Cancelling(RecordingJournal):
        async def record(
            self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
        ) -> datetime:
            scope.cancel()
            await anyio.lowlevel.checkpoint()
            return await super().record(intent, certain_in=certain_in, owner=owner, quote=quote)

    journal = Cancelling()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        with scope:
            await minted.trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert scope.cancelled_caught
    assert journal.outcomes == [("B-1", Outcome.NOT_SENT)]
    assert await journal.unsettled() == []
    assert sent_orders(sandbox) == {}


@pytest.mark.parametrize("steps", range(12))
async def test_at_any_step_it_is_not_sent_or_the_journal_knows_of_it(
    steps: int, sandbox: Sandbox, time: StandingTime, tmp_path: Path
) -> None:
    async with MintedClient(
        "demo", "demo", base_url=sandbox.url, journal=tmp_path / "journal.sqlite"
    ) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        lock = await trades.fix_price(customer_external_id="CST-1")
        task = asyncio.ensure_future(
            trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1", price_token=lock)
        )
        for _ in range(steps):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        recovered = {recovery.external_id for recovery in await trades.recover()}
        assert set(sent_orders(sandbox)) <= recovered
        # Whatever it was, the id can be used again, or belongs to an order that was placed.
        if "B-1" not in sandbox.orders:
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert len(sandbox.orders) == 1


async def test_a_timeout_tells_the_id(trades: Trades, sandbox: Sandbox) -> None:
    sandbox.fail_next("delay", path=BUY, seconds=60)
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.2):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert caught.value.__cause__ is not None
    assert "'B-1'" in caught.value.__cause__.__notes__[0]
