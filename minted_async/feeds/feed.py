"""`PriceFeed`: one task asks for prices, any number of readers share the answer."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from inspect import isawaitable, iscoroutine
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from minted_async.core.config import LONGEST, NeverPickled, is_number
from minted_async.core.loops import running_loop
from minted_async.errors import ArgumentError, ConfigurationError, StalePriceError
from minted_async.feeds.broadcast import Reader
from minted_async.feeds.frames import to_arrow, to_polars
from minted_async.feeds.history import History
from minted_async.feeds.latest import LatestPrices
from minted_async.feeds.options import FeedOptions
from minted_async.feeds.polling import Poller
from minted_async.feeds.sharing.election import LeaderElection
from minted_async.feeds.snapshot import Quote, Snapshot
from minted_async.feeds.source import Source
from minted_async.feeds.stats import FeedStats, FeedStatus, feed_stats, feed_status

if TYPE_CHECKING:
    import polars
    import pyarrow


class _Parts(NamedTuple):
    """What an open feed consists of."""

    latest: LatestPrices
    poller: Poller
    election: LeaderElection | None


class PriceFeed(NeverPickled):
    """Prices for any number of readers from a single poller. Made by `MintedClient.price_feed`.

    ```python
    async with minted.price_feed(interval=1.0) as feed:
        print(feed.latest["GAU"].buy, feed.latest["GAU"].age)
        async for snapshot in feed:
            print(snapshot.at, snapshot["GAU"].buy)
    ```

    Opening waits for the first prices, up to `first_timeout`. Errors of the source after that do not end the
    feed: it goes on with growing pauses, and its prices show their age. Only what can never pass ends it,
    such as a client that is closed: whoever reads then gets that error. A feed is opened once, and read by
    any number of tasks. They belong to the event loop that opened it.
    """

    def __init__(
        self, options: FeedOptions, *, source: Source, currency: str, identity: tuple[object, ...]
    ) -> None:
        """Made by `MintedClient.price_feed`.

        Args:
            options: Its options.
            source: Where prices come from.
            currency: Currency of prices whose source names none.
            identity: Tells feeds apart in Redis: account, and what prices are fixed with.
        """
        self._options = options
        self._source = source
        self._currency = currency
        self._identity = identity
        self._history = History(options.history)
        self._parts: _Parts | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting = 0
        self._closed = False

    # ---------------------------------------------------------------- lifecycle
    async def __aenter__(self) -> Self:
        if self._parts is not None:
            raise ConfigurationError("a price feed is opened once: make a new one")
        running_loop()
        options = self._options
        latest = LatestPrices(self._history, options.max_age, options.clock)
        poller = Poller(self._source, self._currency, latest, options)
        election = None
        if options.share is not None:
            election = LeaderElection(
                options.share, self._identity, poller, latest, options, currency=self._currency
            )
        self._parts = _Parts(latest, poller, election)
        self._spawn("watch", latest.watch())
        if election is None:
            poller.start()
        else:
            self._spawn("election", election.run())
        try:
            await self._first_prices()
        except BaseException:
            await self.aclose()
            raise
        return self

    def _spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(work, name=f"minted price feed: {name}"))

    async def _first_prices(self) -> None:
        """Wait for them as long as the options say.

        Raises:
            StalePriceError: There were none in time, and no error says why.
            MintedError: Or whatever else the source raised: there were none in time, or there never will be.
        """
        latest, poller, _ = self._opened
        limit = self._options.first_timeout
        if not limit:
            return
        try:
            async with _limit(limit):
                await latest.first()
        except TimeoutError:
            if poller.last_error is not None:
                raise poller.last_error from None
            raise StalePriceError(f"no prices within {limit:g} s", age=math.inf) from None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop polling, give the lease back, end every iterator. May be called again."""
        if self._parts is None:
            return
        self._closed = True
        self._parts.latest.close()
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._parts.poller.stop()

    # ---------------------------------------------------------------- reading
    @property
    def latest(self) -> Snapshot:
        """The newest prices, by sku. Costs nothing and waits for nothing.

        Raises:
            StalePriceError: They are older than `max_age`; the error holds them all the same.
            ConfigurationError: The feed was not opened.
            MintedError: What has ended the feed.
        """
        return self._opened.latest.newest

    async def next(self, timeout: float | None = None) -> Snapshot:
        """The next snapshot that comes.

        To see as many as possible in a loop use `async for`, which also finds what came between two calls.

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
        latest = self._opened.latest
        with self._counted():
            async with _limit(timeout):
                return await latest.after(latest.version)

    def __aiter__(self) -> Reader[Snapshot]:
        return self.reader()

    def reader(self) -> Reader[Snapshot]:
        """An iterator of one's own, to look at what it had to skip: `async for` makes one by itself.

        It begins with the newest prices, unless they are too old, and gives each newer snapshot once. If its
        task is slow it skips to the newest: `reader.skipped` counts. It waits an outage out, and ends when
        the feed is closed; what has ended the feed by itself is raised in it.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        snapshots = self._opened.latest.snapshots
        return Reader(snapshots, from_now=not snapshots.fresh)

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
        quotes = self._opened.latest.quotes(sku)
        return Reader(quotes, from_now=not quotes.fresh)

    async def wait_for(
        self, predicate: Callable[[Snapshot], object], timeout: float | None = None
    ) -> Snapshot:
        """The first snapshot that fulfils a condition, the one of now included: a price alert.

        ```python
        await feed.wait_for(lambda prices: prices["GAU"].buy < 4200, timeout=3600)
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
        latest = self._opened.latest
        seen = 0 if latest.snapshots.fresh else latest.version
        with self._counted():
            async with _limit(timeout):
                while True:
                    snapshot = await latest.after(seen)
                    if _holds(predicate(snapshot)):
                        return snapshot
                    seen = snapshot.version

    # ---------------------------------------------------------------- looking back
    @property
    def history(self) -> History:
        """The last snapshots, oldest first; `feed.history.ohlc("GAU")` makes candles of them."""
        return self._history

    def to_polars(self) -> polars.DataFrame:
        """The history as a polars DataFrame, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: polars is not installed (extra `frames`).
            ValueError: The prices have more digits than its decimals.
        """
        return to_polars(self._history)

    def to_arrow(self) -> pyarrow.Table:
        """The history as an Arrow table, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: pyarrow is not installed (extra `frames`).
            ValueError: The prices have more digits than its decimals.
        """
        return to_arrow(self._history)

    # ---------------------------------------------------------------- how it is doing
    @property
    def stats(self) -> FeedStats:
        """The feed's figures.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        latest, poller, election = self._opened
        return feed_stats(latest, poller, election, waiting=self._waiting)

    @property
    def status(self) -> FeedStatus:
        """What the feed waits for at the moment, and since when.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        return feed_status(*self._opened, self._options.clock)

    @property
    def age(self) -> float | None:
        """Age of the newest prices in seconds, of a feed that an error has ended too.

        None before the first prices, and once the feed was closed. It may be read from any thread.
        """
        newest = None if self._parts is None else self._parts.latest.snapshots.value
        return None if newest is None or self._closed else newest.age

    @property
    def _opened(self) -> _Parts:
        if self._parts is None:
            raise ConfigurationError("open the price feed first: use it in a `with` (`async with`) block")
        return self._parts

    @contextmanager
    def _counted(self) -> Generator[None]:
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def __repr__(self) -> str:
        """Interval, and what it has."""
        state = "not open" if self._parts is None else f"version {self._parts.latest.version}"
        return f"<PriceFeed every {self._options.interval:g} s, {state}>"


def _limit(timeout: Any) -> asyncio.Timeout:
    """A timeout that a caller has given, as Any: without a type checker it may be anything."""
    if timeout is None:
        return asyncio.timeout(None)
    if not is_number(timeout):
        raise TypeError(f"timeout must be seconds or None, not {timeout!r}")
    if isinstance(timeout, float) and math.isnan(timeout):
        raise ArgumentError("timeout must be a number", argument="timeout", problem="it is not a number")
    # Nobody waits longer than that.
    return asyncio.timeout(timeout if timeout < LONGEST else None)


def _holds(result: object) -> bool:
    """Whether a condition holds.

    Raises:
        TypeError: It is async: what it returns would always count as true.
    """
    if isawaitable(result):
        if iscoroutine(result):
            result.close()
        raise TypeError("the condition of wait_for must be a plain function, not an async one")
    return bool(result)
