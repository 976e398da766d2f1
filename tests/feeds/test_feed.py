"""A feed on the real sandbox: one poller, the newest prices at once, news as they come, errors survived."""

from __future__ import annotations

import asyncio
import gc
import math
import pickle
import tracemalloc
from datetime import timedelta
from decimal import Decimal

import pytest

from minted_async import MintedClient, models
from minted_async.errors import (
    ArgumentError,
    AuthenticationError,
    ConfigurationError,
    OutcomeUnknownError,
    PermissionDeniedError,
    RateLimitedError,
    StalePriceError,
    ValidationError,
)
from minted_async.feeds import PriceFeed
from minted_async.sandbox import Sandbox
from tests.feeds.virtual_time import Ticker, VirtualTime, price
from tests.feeds.waiting import until

pytestmark = pytest.mark.anyio

FIX = "/partner/pricefix"


def waits_for(feed: PriceFeed) -> str:
    return feed.status.waits_for


async def test_the_latest_prices_are_here_without_waiting_and_exact(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(interval=60) as feed:
        quote = feed.latest["GAU"]
        fix = await minted.prices.fix(type="digital")
        assert (quote.buy_price, quote.sell, quote.spot) == next(
            (price.buy_price, price.sell_price, price.spot_price)
            for price in fix.prices
            if price.sku == "GAU"
        )
        assert isinstance(quote.buy, Decimal)
        assert feed.latest.currency == "TRY"
        assert 0 <= feed.latest.age < 5


async def test_what_prices_are_fixed_with_is_what_the_feed_was_told(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(
        interval=60, type="digital", currency="USD", customer_external_id="CST-1"
    ) as feed:
        assert feed.latest.currency == "USD"
    sent = [request for request in sandbox.requests if request.authenticated]
    assert [request.path for request in sent] == [FIX]
    assert b'"customer_external_id":"CST-1"' in sent[0].body


async def test_one_poller_serves_all_readers(minted: MintedClient, sandbox: Sandbox) -> None:
    async with minted.price_feed(interval=0.05) as feed:

        async def read_four() -> list[int]:
            versions: list[int] = []
            async for snapshot in feed:
                versions.append(snapshot.version)
                if snapshot.version >= 4:
                    break
            return versions

        readers = [asyncio.create_task(read_four()) for _ in range(100)]
        seen = await asyncio.gather(*readers)
        assert all(versions == sorted(set(versions)) and versions[-1] >= 4 for versions in seen)
        answered = sum(1 for request in sandbox.requests if request.authenticated)
        assert answered <= feed.stats.polls <= 8


async def test_readers_share_one_snapshot(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.05) as feed:
        first, second = await asyncio.gather(feed.next(), feed.next())
        assert first is second


async def test_a_slow_reader_skips_to_the_newest_and_knows_how_many(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    async with minted.price_feed(source=Ticker(), clock=virtual.clock) as feed:
        reader = feed.reader()
        assert (await anext(reader)).version == 1
        await virtual.run(5.0)
        newest = await anext(reader)
        assert newest is feed.latest
        assert newest.version == 6
        assert (reader.skipped, reader.just_skipped) == (4, 4)


async def test_samples_follow_the_interval(minted: MintedClient, virtual: VirtualTime) -> None:
    source = Ticker()
    async with minted.price_feed(interval=2.0, source=source, clock=virtual.clock) as feed:
        await virtual.run(3600)
        assert source.calls == feed.stats.polls == feed.latest.version
        assert source.calls == pytest.approx(1800, abs=1)
        assert feed.stats.lag < 1e-6
        assert feed.stats.missed == 0


async def test_quotes_of_one_product_come_only_when_they_change(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    async with minted.price_feed(source=Ticker(), clock=virtual.clock) as feed:
        gold, silver = feed.quotes("GAU"), feed.quotes("GAG")
        assert (await anext(silver)).buy == 52
        waiting = asyncio.ensure_future(anext(silver, None))
        bought = [(await anext(gold)).buy]
        for _ in range(3):
            await virtual.run(1.0)
            bought.append((await anext(gold)).buy)
        assert bought == [1, 2, 3, 4]
        assert not waiting.done()
    assert await waiting is None


async def test_quotes_of_an_unknown_product_are_refused_at_once(minted: MintedClient) -> None:
    async with minted.price_feed(interval=60) as feed:
        with pytest.raises(KeyError, match="no price of 'TIN'"):
            feed.quotes("TIN")


async def shelf(*rows: models.Price) -> list[models.Price]:
    return list(rows)


async def test_who_reads_a_product_that_is_no_longer_sold_is_told(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    rows = [price(), price("GAG")]
    async with minted.price_feed(source=lambda: shelf(*rows), clock=virtual.clock) as feed:
        waiting, late = feed.quotes("GAG"), feed.quotes("GAG")
        await anext(waiting)
        told = asyncio.ensure_future(anext(waiting))
        await virtual.settle()
        rows.pop()
        await virtual.run(2.0)
        for reading in (told, anext(late)):
            with pytest.raises(KeyError, match="no price of 'GAG'"):
                await reading
        with pytest.raises(KeyError, match="no price of 'GAG'"):
            feed.quotes("GAG")
        rows.append(price("GAG"))
        await virtual.run(2.0)
        assert (await anext(feed.quotes("GAG"))).age < 2


async def test_quotes_that_are_asked_for_before_there_are_prices_end_if_there_is_no_such_product(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    source.gate.clear()
    async with minted.price_feed(source=source, first_timeout=0, clock=virtual.clock) as feed:
        gold, typo = (asyncio.ensure_future(anext(feed.quotes(sku))) for sku in ("GAU", "TYPO"))
        await virtual.settle()
        source.gate.set()
        await virtual.settle()
        assert (await gold).sku == "GAU"
        with pytest.raises(KeyError, match="no price of 'TYPO'"):
            await typo


async def test_nothing_is_kept_for_a_product_that_nobody_reads(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    source.gate.clear()
    async with minted.price_feed(source=source, first_timeout=0, clock=virtual.clock) as feed:
        feed.quotes("before")
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            for number in range(5000):
                feed.quotes(f"sku {number}")
            gc.collect()
            assert tracemalloc.get_traced_memory()[0] - before < 100_000
        finally:
            tracemalloc.stop()


async def test_the_same_price_is_given_again_when_it_was_too_old_meanwhile(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    gate = asyncio.Event()
    gate.set()

    async def steady() -> list[models.Price]:
        await gate.wait()
        return [price()]

    async with minted.price_feed(source=steady, clock=virtual.clock, max_age=5.0) as feed:
        gate.clear()
        await virtual.run(6.0)
        waiting = asyncio.ensure_future(anext(feed.quotes("GAU")))
        await virtual.settle()
        assert not waiting.done()
        gate.set()
        await virtual.run(40.0)
        assert waiting.done()
        assert (await waiting).buy == price().buy_price


async def test_a_price_alert_rings_at_the_first_snapshot_that_fulfils_it(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    async with minted.price_feed(source=Ticker(), clock=virtual.clock) as feed:
        alert = asyncio.create_task(feed.wait_for(lambda prices: prices["GAU"].buy >= 4))
        await virtual.run(10.0)
        assert (await alert)["GAU"].buy == 4
        assert await feed.wait_for(lambda prices: prices["GAU"].buy >= 4) is feed.latest


async def test_an_alert_that_does_not_ring_in_time(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.02) as feed:
        with pytest.raises(TimeoutError):
            await feed.wait_for(lambda prices: prices["GAU"].buy < 0, timeout=0.1)
        with pytest.raises(TimeoutError):
            await feed.next(timeout=0)


async def test_what_an_alert_raises_comes_out_of_the_alert_alone(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.02) as feed:
        alert = asyncio.create_task(feed.wait_for(lambda prices: prices["TIN"], timeout=20))
        other = asyncio.create_task(feed.next())
        with pytest.raises(KeyError):
            await alert
        assert (await other).version == 2


async def test_an_alert_whose_condition_is_async_is_refused(minted: MintedClient) -> None:
    async def cheap(prices: object) -> bool:
        return False

    async with minted.price_feed(interval=60) as feed:
        with pytest.raises(TypeError, match="plain function"):
            await feed.wait_for(cheap)


@pytest.mark.parametrize("timeout", [math.nan, "5", True])
async def test_a_timeout_that_is_no_number_is_refused(minted: MintedClient, timeout: object) -> None:
    async with minted.price_feed(interval=60) as feed:
        for waiting in (feed.next(timeout), feed.wait_for(lambda _: False, timeout)):  # type: ignore[arg-type]
            with pytest.raises((TypeError, ArgumentError), match="timeout"):
                await waiting


@pytest.mark.parametrize("timeout", [math.inf, 10**400])
async def test_a_timeout_of_any_length_is_waited(minted: MintedClient, timeout: float) -> None:
    async with minted.price_feed(interval=0.02) as feed:
        assert await feed.next(timeout)


async def test_old_prices_raise_and_are_in_the_error(minted: MintedClient, virtual: VirtualTime) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, max_age=5.0) as feed:
        known = feed.latest
        source.gate.clear()
        await virtual.run(4.0)
        assert feed.latest is known
        await virtual.run(1.5)
        with pytest.raises(StalePriceError) as caught:
            _ = feed.latest
        assert caught.value.age == pytest.approx(5.5)
        assert caught.value.snapshot is known
        again = pickle.loads(pickle.dumps(caught.value))
        assert again.snapshot == known
        source.gate.set()
        await virtual.run(3.0)
        assert feed.latest.version > 1


async def test_who_waits_hears_once_that_prices_have_become_too_old(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, max_age=5.0) as feed:
        source.gate.clear()
        reader = feed.reader()
        await anext(reader)
        iterating = asyncio.ensure_future(anext(reader))
        waiting = asyncio.create_task(feed.next())
        alert = asyncio.create_task(feed.wait_for(lambda prices: False))
        await virtual.run(6.0)
        for task in (waiting, alert):
            with pytest.raises(StalePriceError):
                await task
        once_more = asyncio.create_task(feed.next())
        await virtual.run(60.0)
        assert not once_more.done()
        source.gate.set()
        await virtual.run(3.0)
        assert (await once_more).version == 2
        assert (await iterating).version == 2


async def test_a_reader_that_begins_in_an_outage_gets_no_old_prices(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, max_age=5.0) as feed:
        source.gate.clear()
        await virtual.run(6.0)
        first = asyncio.ensure_future(anext(feed.reader()))
        await virtual.settle()
        assert not first.done()
        source.gate.set()
        await virtual.run(3.0)
        assert (await first).version == 2


async def test_max_age_is_ten_intervals_and_at_least_half_a_minute(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    for interval, limit in ((1.0, 30.0), (60.0, 600.0)):
        source = Ticker()
        async with minted.price_feed(interval=interval, source=source, clock=virtual.clock) as feed:
            source.gate.clear()
            await virtual.run(limit - 0.1)
            assert feed.latest.version == 1
            await virtual.run(0.2)
            with pytest.raises(StalePriceError):
                _ = feed.latest


async def test_errors_slow_the_feed_down_and_do_not_end_it(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, max_age=math.inf) as feed:
        source.errors = [OSError("no route")] * 4
        reader = feed.reader()
        await anext(reader)
        following = asyncio.ensure_future(anext(reader))
        await virtual.run(20.0)
        assert source.calls == 5
        assert (feed.stats.errors, feed.stats.failing) == (4, 4)
        assert feed.stats.last_error == "OSError: no route"
        assert not following.done()
        await virtual.run(10.0)
        assert (await following).version == 2
        assert feed.stats.failing == 0


async def test_a_source_that_is_cancelled_by_itself_counts_as_failed(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock) as feed:
        source.errors = [asyncio.CancelledError()]
        await virtual.run(10.0)
        assert feed.stats.errors == 1
        assert feed.latest.version > 2


async def test_a_source_that_hangs_is_given_up(minted: MintedClient) -> None:
    source = Ticker()
    async with minted.price_feed(interval=0.02, source=source, timeout=0.05) as feed:
        source.gate.clear()
        await until(lambda: feed.stats.errors)
        source.gate.set()
        assert (await feed.next(timeout=20)).version == 2


@pytest.mark.parametrize("fault", ["reset_after", "truncate", "server_error", "server_error_html"])
async def test_faults_of_the_server_are_survived(minted: MintedClient, sandbox: Sandbox, fault: str) -> None:
    async with minted.price_feed(interval=0.02) as feed:
        sandbox.fail_next(fault, times=2, path=FIX)  # type: ignore[arg-type]
        await until(lambda: feed.stats.errors >= 2)
        assert (await feed.next(timeout=20)).version >= 2
        assert feed.stats.failing == 0


async def test_retry_after_is_honoured(minted: MintedClient, sandbox: Sandbox, virtual: VirtualTime) -> None:
    sandbox.faults = type(sandbox.faults)(retry_after=17)

    async def ask() -> models.PriceFix:
        return await minted.prices.fix(type="digital")

    async with minted.price_feed(source=ask, clock=virtual.clock, first_timeout=0) as feed:
        await until(lambda: feed.stats.version)
        sandbox.fail_next("too_many_requests", path=FIX)
        while not feed.stats.errors:
            await virtual.run(0.1)
            await asyncio.sleep(0.005)
        polls = feed.stats.polls
        await virtual.run(16.0)
        assert feed.stats.polls == polls
        await virtual.run(2.0)
        assert feed.stats.polls > polls
        assert (feed.stats.last_error or "").startswith("RateLimitedError")


@pytest.mark.parametrize("retry_after", [10.0**12, math.inf, math.nan, -1.0])
async def test_no_answer_silences_a_feed(
    minted: MintedClient, virtual: VirtualTime, retry_after: float
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, max_pause=20.0) as feed:
        source.errors = [RateLimitedError("slow", status=429, retry_after=retry_after)]
        await virtual.run(1.5)
        assert waits_for(feed) == "retry_after"
        await virtual.run(21.0)
        assert feed.latest.version >= 2
        assert waits_for(feed) == "interval"


async def test_the_status_says_what_a_feed_waits_for_and_since_when(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, timeout=None) as feed:
        waiting = feed.status
        assert (waiting.waits_for, waiting.reason) == ("interval", None)
        assert waiting.due == pytest.approx(1.0)
        source.errors = [OSError("no route"), RateLimitedError("slow", status=429, retry_after=9.0)]
        await virtual.run(1.2)
        assert waits_for(feed) == "backoff"
        assert feed.status.reason == "OSError: no route"
        await virtual.run(2.0)
        held = feed.status
        assert held.waits_for == "retry_after"
        assert held.since == virtual.now() - timedelta(seconds=held.seconds)
        assert held.due == pytest.approx(9.5 - held.seconds)
        assert "pausing as the server asked" in str(held)
        source.gate.clear()
        await virtual.run(10.0)
        assert (waits_for(feed), feed.status.due) == ("answer", None)
    await virtual.run(5.0)
    assert waits_for(feed) == "nothing"
    assert feed.status.seconds == pytest.approx(5.0)


async def test_opening_waits_through_errors_that_may_pass(minted: MintedClient, sandbox: Sandbox) -> None:
    sandbox.fail_next("server_error_html", times=2, path=FIX)
    async with minted.price_feed(interval=0.02) as feed:
        assert feed.latest.version == 1
        assert feed.stats.errors == 2


async def test_opening_fails_at_once_when_it_is_hopeless(sandbox: Sandbox) -> None:
    async with MintedClient(sandbox.username, "wrong", base_url=sandbox.url) as minted:
        with pytest.raises(AuthenticationError):
            async with minted.price_feed():
                pass
    assert not [task for task in asyncio.all_tasks() if "price feed" in task.get_name()]


@pytest.mark.parametrize(
    "refusal",
    [
        AuthenticationError("refused", status=401),
        PermissionDeniedError("not yours", status=403),
        ValidationError("wrong", status=422),
    ],
)
async def test_a_feed_that_opens_without_waiting_goes_on_asking_after_a_refusal(
    minted: MintedClient, virtual: VirtualTime, refusal: Exception
) -> None:
    source = Ticker()
    source.errors = [refusal]
    async with minted.price_feed(source=source, first_timeout=0, clock=virtual.clock) as feed:
        await virtual.settle()
        assert waits_for(feed) == "backoff"
        assert type(refusal).__name__ in (feed.status.reason or "")
        await virtual.run(5.0)
        assert feed.latest.version >= 1


@pytest.mark.parametrize("mistake", [ConfigurationError("no"), TypeError("no")])
async def test_a_feed_that_opens_without_waiting_ends_when_it_is_set_up_wrongly(
    minted: MintedClient, virtual: VirtualTime, mistake: Exception
) -> None:
    source = Ticker()
    source.errors = [mistake]
    async with minted.price_feed(source=source, first_timeout=0, clock=virtual.clock) as feed:
        with pytest.raises(type(mistake)):
            async for _ in feed:
                pass
        with pytest.raises(type(mistake)):
            _ = feed.latest


async def test_a_client_that_is_closed_ends_its_open_feeds(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.05) as feed:
        reader, quotes = feed.reader(), feed.quotes("GAU")
        await anext(reader)
        await anext(quotes)
        waiting = [
            asyncio.ensure_future(anext(reader)),
            asyncio.create_task(feed.next()),
            asyncio.create_task(feed.wait_for(lambda prices: False)),
        ]
        await minted.aclose()

        async def follow() -> None:
            async for _ in quotes:
                pass

        async with asyncio.timeout(10):
            with pytest.raises(ConfigurationError):
                await follow()
            results = await asyncio.gather(*waiting[1:], return_exceptions=True)
        assert any(isinstance(result, ConfigurationError) for result in results)
        with pytest.raises(ConfigurationError):
            _ = feed.latest
        with pytest.raises(ConfigurationError):
            await feed.next()
        assert feed.status.waits_for == "nothing"
        assert "ConfigurationError" in (feed.status.reason or "")
        await asyncio.wait(waiting)


async def test_a_login_that_is_refused_for_a_while_ends_no_feed_that_had_prices(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock) as feed:
        source.errors = [AuthenticationError("refused", status=401)] * 2
        await virtual.run(10.0)
        assert feed.latest.version >= 2


async def test_opening_gives_up_after_a_time_with_the_error_that_was_in_the_way(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    sandbox.fail_next("server_error_html", times=1000, path=FIX)
    with pytest.raises(OutcomeUnknownError):
        async with minted.price_feed(interval=0.02, first_timeout=1):
            pass


async def test_an_answer_that_takes_longer_than_prices_may_be_old_is_an_error(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    async with minted.price_feed(
        source=source, clock=virtual.clock, max_age=2.0, first_timeout=0, timeout=None
    ) as feed:
        reading = asyncio.ensure_future(anext(feed.reader()))
        source.gate.clear()
        await virtual.run(2.5)
        source.gate.set()
        await virtual.settle()
        assert not reading.done()
        assert (feed.stats.last_error or "").startswith("StalePriceError")
        await virtual.run(3.0)
        assert (await reading)["GAU"].buy > 1


async def test_opening_gives_up_on_a_source_that_says_nothing(minted: MintedClient) -> None:
    source = Ticker()
    source.gate.clear()
    with pytest.raises(StalePriceError) as caught:
        async with minted.price_feed(source=source, first_timeout=0.05):
            pass
    assert caught.value.age == math.inf


async def test_opening_without_waiting_has_no_prices_yet(minted: MintedClient) -> None:
    async with minted.price_feed(interval=60, first_timeout=0) as feed:
        with pytest.raises(StalePriceError, match="no prices yet"):
            _ = feed.latest
        assert feed.stats.age is None
        assert (await feed.next(timeout=20)).version == 1


async def test_a_feed_is_used_open_and_opened_once(minted: MintedClient) -> None:
    feed = minted.price_feed(interval=60)
    assert repr(feed) == "<PriceFeed every 60 s, not open>"
    for use in (lambda: feed.latest, lambda: feed.stats, feed.reader, lambda: feed.quotes("GAU")):
        with pytest.raises(ConfigurationError, match="open the price feed first"):
            use()
    await feed.aclose()
    async with feed:
        pass
    with pytest.raises(ConfigurationError, match="opened once"):
        await feed.__aenter__()
    with pytest.raises(ConfigurationError, match="closed"):
        await feed.next()
    with pytest.raises(ConfigurationError, match="closed"):
        await feed.wait_for(lambda prices: True)
    assert [snapshot async for snapshot in feed] == []
    assert [quote async for quote in feed.quotes("GAU")] == []
    assert [quote async for quote in feed.quotes("GAG")] == []


@pytest.mark.parametrize(
    "options",
    [
        {"interval": 0},
        {"interval": math.inf},
        {"interval": math.nan},
        {"interval": "1"},
        {"interval": True},
        {"interval": 10**400},
        {"max_age": 10**400},
        {"timeout": 10**400},
        {"history": 2**70},
        {"max_age": 0},
        {"first_timeout": -1},
        {"timeout": 0},
        {"history": -1},
        {"history": 1.5},
        {"max_pause": math.inf},
        {"source": "prices"},
        {"share": "redis://127.0.0.1:1", "source": Ticker},
        {"share": "http://127.0.0.1:1"},
        {"share": 1},
        {"share_name": ""},
        {"clock": "now"},
    ],
)
async def test_options_that_make_no_sense_are_refused(
    minted: MintedClient, options: dict[str, object]
) -> None:
    with pytest.raises(ConfigurationError):
        minted.price_feed(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("option", ["max_agee", "share_", "coalesce", "timing"])
async def test_an_option_that_there_is_not_is_refused(minted: MintedClient, option: str) -> None:
    with pytest.raises(TypeError, match=option):
        minted.price_feed(**{option: 1})  # type: ignore[arg-type]


async def test_subscribers_are_those_who_read_now(minted: MintedClient, virtual: VirtualTime) -> None:
    async with minted.price_feed(source=Ticker(), clock=virtual.clock) as feed:
        readers = [feed.reader(), feed.quotes("GAU")]
        waiting = asyncio.create_task(feed.next())
        await virtual.settle()
        assert feed.stats.subscribers == 3
        waiting.cancel()
        readers.clear()
        await asyncio.gather(waiting, return_exceptions=True)
        gc.collect()
        assert feed.stats.subscribers == 0


async def test_stats_tell_how_late_prices_come(minted: MintedClient, virtual: VirtualTime) -> None:
    source = Ticker()
    async with minted.price_feed(source=source, clock=virtual.clock, timeout=None) as feed:
        source.gate.clear()
        await virtual.run(4.2)
        source.gate.set()
        await virtual.settle()
        assert feed.stats.lag == pytest.approx(3.2)
        assert feed.stats.missed == 3
        assert feed.latest.age == pytest.approx(3.2)


async def test_no_token_is_in_the_feed(minted: MintedClient) -> None:
    tokens: list[str] = []

    async def ask() -> models.PriceFix:
        fix = await minted.prices.fix(type="digital")
        tokens.append(fix.token)
        return fix

    async with minted.price_feed(interval=60, source=ask) as feed:
        held = gc.get_referents(feed, feed.latest, feed.latest["GAU"])
        assert tokens[0] not in repr(held) + repr(feed) + repr(feed.stats)


async def test_a_feed_of_quotes_with_their_currency(minted: MintedClient) -> None:
    async def ask() -> list[models.Price]:
        return [price()]

    async with minted.price_feed(interval=60, source=ask, currency="EUR") as feed:
        assert feed.latest.currency == feed.latest["GAU"].currency == "EUR"


async def test_the_type_of_a_rate_limit_is_the_clients_own(minted: MintedClient, sandbox: Sandbox) -> None:
    sandbox.fail_next("too_many_requests", times=1000, path=FIX)
    with pytest.raises(RateLimitedError):
        async with minted.price_feed(interval=0.02, first_timeout=1):
            pass


def test_making_a_feed_needs_no_loop() -> None:
    feed = MintedClient("demo", "demo").price_feed()
    assert isinstance(feed, PriceFeed)


async def test_the_age_of_its_prices_is_told_until_it_is_closed(
    minted: MintedClient, virtual: VirtualTime
) -> None:
    source = Ticker()
    feed = minted.price_feed(interval=1, source=source, clock=virtual.clock, max_age=10, first_timeout=0)
    await feed.aclose()  # which does nothing to one that is not open
    assert feed.age is None
    async with feed:
        assert feed.age is None
        await virtual.settle()
        assert feed.age == feed.latest.age
        source.gate.clear()
        await virtual.run(1000)
        assert feed.age is not None
        assert feed.age >= 999  # also of prices that are given out no more
    assert feed.age is None
