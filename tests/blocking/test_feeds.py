"""Prices for threads: one poller, any number of readers that wait."""

from __future__ import annotations

import queue
import threading

import pytest

from minted_async import errors, models
from minted_async.blocking import MintedClient
from minted_async.feeds import Snapshot
from minted_async.sandbox import Sandbox


def test_the_newest_price_and_each_that_comes(client: MintedClient) -> None:
    with client.price_feed(interval=0.02) as feed:
        assert feed.latest["GAU"].buy > 0
        versions = [snapshot.version for snapshot, _ in zip(feed, range(3), strict=False)]
        assert versions == sorted(set(versions))
        assert feed.next(timeout=30).version > versions[-1]
        assert feed.status.waits_for is not None
        assert feed.stats.polls >= 3
        assert feed.history[-1]["GAU"].buy > 0
        assert feed.to_polars().height > 0
        assert feed.to_arrow().num_rows > 0


def test_a_price_alert(client: MintedClient) -> None:
    with client.price_feed(interval=0.02) as feed:
        found = feed.wait_for(lambda prices: prices.version >= 3, timeout=30)
        assert found.version >= 3
        with pytest.raises(TimeoutError):
            feed.next(timeout=0)


def test_the_quotes_of_one_product_come_when_they_change(client: MintedClient) -> None:
    with client.price_feed(interval=0.02) as feed, feed.quotes("GAU") as quotes:
        first, second = next(quotes), next(quotes)
        assert (first.buy, first.sell) != (second.buy, second.sell)
        with pytest.raises(KeyError):
            feed.quotes("NO-SUCH-PRODUCT")


def test_a_slow_reader_is_told_what_it_skipped(client: MintedClient) -> None:
    with client.price_feed(interval=0.02) as feed:
        reader = feed.reader()
        seen = next(reader).version
        feed.wait_for(lambda prices: prices.version >= seen + 3, timeout=30)
        assert next(reader).version >= seen + 3
        assert reader.just_skipped >= 2
        assert reader.skipped == reader.just_skipped


def test_readers_of_other_threads_end_with_the_feed(client: MintedClient) -> None:
    ended: queue.Queue[int] = queue.Queue()

    def read() -> None:
        begun.release()
        ended.put(len([snapshot.version for snapshot in feed]))

    begun = threading.Semaphore(0)
    with client.price_feed(interval=0.02) as feed:
        threads = [threading.Thread(target=read) for _ in range(3)]
        for thread in threads:
            thread.start()
        for _ in threads:
            assert begun.acquire(timeout=30)
        feed.next()
    for thread in threads:
        thread.join(30)
    assert ended.qsize() == 3


def test_a_reader_hears_that_its_client_was_closed(client: MintedClient) -> None:
    heard: queue.Queue[BaseException] = queue.Queue()
    waiting = threading.Event()

    def read() -> None:
        def never(prices: Snapshot) -> bool:
            waiting.set()
            return False

        try:
            feed.wait_for(never)
        except errors.ConfigurationError as error:
            heard.put(error)

    feed = client.price_feed(interval=60).__enter__()
    thread = threading.Thread(target=read)
    thread.start()
    assert waiting.wait(30)
    client.close()
    assert "closed" in str(heard.get(timeout=30))
    thread.join(30)


def test_a_feed_that_is_not_open_says_so(client: MintedClient) -> None:
    feed = client.price_feed()
    with pytest.raises(errors.ConfigurationError, match="open the price feed first"):
        _ = feed.latest
    feed.close()


def test_an_option_that_makes_no_sense_is_refused_at_once(client: MintedClient) -> None:
    with pytest.raises(errors.ConfigurationError, match="interval"):
        client.price_feed(interval=0)


def test_a_source_of_prices_that_calls_the_client_is_told_that_it_would_wait_for_itself(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    async def source() -> models.PriceFix:
        return client.prices.fix(type="digital")

    with (
        pytest.raises(errors.ConfigurationError, match=r"would wait for itself: hand over to another thread"),
        client.price_feed(source=source, interval=0.02, first_timeout=1) as feed,
    ):
        feed.next()
    assert len(minted_sandbox.requests) == 0
