# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""`PriceFeed`: one thread asks for prices, any number of readers share the answer."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self

from minted_async.blocking.iterating import Reader
from minted_async.blocking.twin import Twin
from minted_async.feeds.feed import PriceFeed as AsyncPriceFeed
from minted_async.feeds.history import History
from minted_async.feeds.snapshot import Quote, Snapshot
from minted_async.feeds.stats import FeedStats, FeedStatus

if TYPE_CHECKING:
    import polars
    import pyarrow


class PriceFeed(Twin[AsyncPriceFeed]):
    """Prices for any number of readers from a single poller. Made by `MintedClient.price_feed`.

    ```python
    with minted.price_feed(interval=1.0) as feed:
        print(feed.latest["GAU"].buy, feed.latest["GAU"].age)
        for snapshot in feed:
            print(snapshot.at, snapshot["GAU"].buy)
    ```

    Opening waits for the first prices, up to `first_timeout`. Errors of the source after that do not end the
    feed: it goes on with growing pauses, and its prices show their age. Only what can never pass ends it,
    such as a client that is closed: whoever reads then gets that error. A feed is opened once, and read by
    any number of threads.
    """

    def __enter__(self) -> Self:
        self._run(self._async.__aenter__)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop polling, give the lease back, end every iterator. May be called again."""
        self._close(AsyncPriceFeed.aclose)

    @property
    def latest(self) -> Snapshot:
        """The newest prices, by sku. Costs nothing and waits for nothing.

        Raises:
            StalePriceError: They are older than `max_age`; the error holds them all the same.
            ConfigurationError: The feed was not opened.
            MintedError: What has ended the feed.
        """
        return self._async.latest

    def next(self, timeout: float | None = None) -> Snapshot:
        """The next snapshot that comes.

        To see as many as possible in a loop use `for`, which also finds what came between two calls.

        Args:
            timeout: Seconds to wait; None for as long as it takes.

        Raises:
            TimeoutError: None came in time.
            StalePriceError: While waiting, the newest known prices became older than `max_age`. Each outage
                is told once: the next call waits again.
            ConfigurationError: The feed is not open, or was closed while waiting.
            ArgumentError: The timeout is no number.
            TypeError: The timeout is not a number at all.
            MintedError: What has ended the feed.
        """
        return self._run(self._async.next, timeout)

    def __iter__(self) -> Reader[Snapshot]:
        return Reader[Snapshot](self._begin(self._async.__aiter__))

    def reader(self) -> Reader[Snapshot]:
        """An iterator of one's own, to look at what it had to skip: `for` makes one by itself.

        It begins with the newest prices, unless they are too old, and gives each newer snapshot once. If its
        thread is slow it skips to the newest: `reader.skipped` counts. It waits an outage out, and ends when
        the feed is closed; what has ended the feed by itself is raised in it.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        return Reader[Snapshot](self._begin(self._async.reader))

    def quotes(self, sku: str) -> Reader[Quote]:
        """An iterator over the quotes of one product: that of now, then one at each change of its prices, and
        one when a price that had become too old is known again.

        It ends with `KeyError` as soon as there are prices without this product: of one that there never was,
        or that is no longer sold.

        Args:
            sku: Product code, such as `GAU`.

        Raises:
            KeyError: There are prices, but not of this product.
            ConfigurationError: The feed was not opened.
        """
        return Reader[Quote](self._begin(self._async.quotes, sku))

    def wait_for(self, predicate: Callable[[Snapshot], object], timeout: float | None = None) -> Snapshot:
        """The first snapshot that fulfils a condition, the one of now included: a price alert.

        ```python
        feed.wait_for(lambda prices: prices["GAU"].buy < 4200, timeout=3600)
        ```

        Args:
            predicate: Looks at a snapshot; what it raises comes out here and disturbs nobody else.
            timeout: Seconds to wait; None for as long as it takes.

        Raises:
            TimeoutError: The condition was not fulfilled in time.
            StalePriceError: While waiting, the newest known prices became older than `max_age`: the alert is
                blind.
            ConfigurationError: The feed is not open, or was closed while waiting.
            ArgumentError: The timeout is no number.
            TypeError: The timeout is not a number at all, or the condition is async.
            MintedError: What has ended the feed.
        """
        return self._run(self._async.wait_for, predicate, timeout)

    @property
    def history(self) -> History:
        """The last snapshots, oldest first; `feed.history.ohlc("GAU")` makes candles of them."""
        return self._async.history

    def to_polars(self) -> polars.DataFrame:
        """The history as a polars DataFrame, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: polars is not installed (extra `frames`).
            ValueError: The prices have more digits than its decimals.
        """
        return self._async.to_polars()

    def to_arrow(self) -> pyarrow.Table:
        """The history as an Arrow table, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: pyarrow is not installed (extra `frames`).
            ValueError: The prices have more digits than its decimals.
        """
        return self._async.to_arrow()

    @property
    def stats(self) -> FeedStats:
        """The feed's figures.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        return self._async.stats

    @property
    def status(self) -> FeedStatus:
        """What the feed waits for at the moment, and since when.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        return self._async.status

    @property
    def age(self) -> float | None:
        """Age of the newest prices in seconds, of a feed that an error has ended too.

        None before the first prices, and once the feed was closed. It may be read from any thread.
        """
        return self._async.age
