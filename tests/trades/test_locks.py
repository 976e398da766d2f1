"""A price lock counts against whoever relies on it, and an expired one is refused before anything is sent."""

from __future__ import annotations

import dataclasses
from datetime import datetime

import pytest

from minted_async import MintedClient, errors
from minted_async.sandbox import Sandbox
from minted_async.trades import OrderIntent, Outcome, Trades
from tests.trades.clocks import StandingTime
from tests.trades.journals import RecordingJournal
from tests.trades.orders import BUY, CUSTOMER, gold, gold_to_sell, sent_orders

pytestmark = pytest.mark.anyio


async def test_a_lock_ends_before_the_server_says_so(trades: Trades, time: StandingTime) -> None:
    lock = await trades.fix_price()
    assert (lock.remaining, lock.expired) == (239, False)
    time.seconds += 239
    assert (lock.remaining, lock.expired) == (0, True)


async def test_a_lock_counts_from_before_the_price_was_asked_for(trades: Trades, time: StandingTime) -> None:
    """The answer takes 30 seconds: gone from what may be used, and added to what must be waited for."""

    readings = iter([0.0, 0.0, 30.0])
    clock = dataclasses.replace(time.clock(), monotonic=lambda: next(readings, 30.0))
    lock = await trades.with_options(clock=clock, price_margin=0).fix_price()
    assert lock.remaining == 240 - 30
    assert lock.latest_possible_end == 30 + 240 + 1


async def test_the_margin_can_be_chosen(trades: Trades, time: StandingTime) -> None:
    lock = await trades.with_options(price_margin=30).fix_price()
    assert lock.remaining == 210


async def test_an_expired_lock_is_refused_before_sending(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    time.seconds += 239.5
    seen = len(sandbox.requests)
    with pytest.raises(errors.PriceExpiredError) as caught:
        await trades.buy(customer=CUSTOMER, items=gold(), price_token=lock, external_id="B-1")
    assert (caught.value.expired_for, caught.value.external_id) == (0.5, "B-1")
    with pytest.raises(errors.PriceExpiredError):
        await trades.sell(items=gold_to_sell(), price_token=lock)
    assert len(sandbox.requests) == seen


async def test_a_lock_that_expires_while_the_journal_is_written_is_refused(
    sandbox: Sandbox, time: StandingTime
) -> None:
    class SlowJournal(RecordingJournal):
        async def record(
            self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
        ) -> datetime:
            recorded_at = await super().record(intent, certain_in=certain_in, owner=owner, quote=quote)
            time.seconds += 300
            return recorded_at

    journal = SlowJournal()
    async with MintedClient("demo", "demo", base_url=sandbox.url, journal=journal) as minted:
        trades = minted.trades.with_options(clock=time.clock())
        with pytest.raises(errors.PriceExpiredError):
            await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    assert journal.outcomes == [("B-1", Outcome.NOT_SENT)]
    assert sent_orders(sandbox) == {}


async def test_a_bare_token_is_taken_and_lives_as_long_as_any(
    trades: Trades, sandbox: Sandbox, time: StandingTime
) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    await trades.buy(customer=CUSTOMER, items=gold(), price_token=lock.fix.token)
    await trades.buy(customer=CUSTOMER, items=gold(), price_token=lock.fix)
    sandbox.fail_next("reset_before", path=BUY)
    with pytest.raises(errors.OrderNotPlacedError):
        await trades.with_options(assumed_lock_seconds=500).buy(
            customer=CUSTOMER, items=gold(), price_token=lock.fix.token, settle_timeout=None
        )
    assert 510 <= time.seconds - 1000 < 511


async def test_a_lock_tells_prices_by_sku(trades: Trades) -> None:
    lock = await trades.fix_price()
    assert lock.price("GAG").sku == "GAG"
    with pytest.raises(KeyError):
        lock.price("NONE")


async def test_a_sale_refuses_a_lock_of_another_customer(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-2")
    with pytest.raises(errors.ArgumentError, match="CST-2"):
        await trades.sell(items=gold_to_sell(), customer_external_id="CST-1", price_token=lock)
    assert sent_orders(sandbox) == {}


@pytest.mark.parametrize(
    "option", ["settle_timeout", "price_margin", "absence_margin", "assumed_lock_seconds"]
)
async def test_options_are_seconds(trades: Trades, option: str) -> None:
    with pytest.raises(errors.ConfigurationError, match=option):
        trades.with_options(**{option: -1})  # type: ignore[arg-type]
