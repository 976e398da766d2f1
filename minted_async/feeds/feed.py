"""`PriceFeed`: one task asks for prices, any number of readers share the answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from minted_async.errors import ConfigurationError
from minted_async.feeds.board import Board
from minted_async.feeds.channel import Reader
from minted_async.feeds.engine import Engine
from minted_async.feeds.frames import to_arrow, to_polars
from minted_async.feeds.history import History
from minted_async.feeds.link import RedisLink
from minted_async.feeds.options import FeedOptions
from minted_async.feeds.snapshot import Quote, Snapshot
from minted_async.feeds.source import Source
from minted_async.feeds.stats import FeedStats

if TYPE_CHECKING:
    import polars
    import pyarrow

__all__ = ["PriceFeed"]


class PriceFeed:
    """Prices for any number of readers from a single poller. Made by `MintedClient.price_feed`.

    ```python
    async with minted.price_feed(interval=1.0) as feed:
        print(feed.latest["GAU"].buy, feed.latest["GAU"].age)
        async for snapshot in feed:
            print(snapshot.at, snapshot["GAU"].buy)
    ```

    Opening waits for the first prices. Errors of the source after that do not end the feed: it goes on with
    growing pauses, and its prices show their age. A feed belongs to the event loop that opened it and is
    opened once; readers may be any number of tasks of that loop.
    """

    def __init__(
        self,
        options: FeedOptions,
        *,
        source: Source,
        currency: str,
        link: Callable[[], RedisLink] | None,
    ) -> None:
        self._options = options
        self._source = source
        self._currency = currency
        self._link = link
        self._history = History(options.history)
        self._board: Board | None = None
        self._engine: Engine | None = None
        self._waiting = 0

    # ---------------------------------------------------------------- lifecycle
    async def __aenter__(self) -> Self:
        if self._board is not None:
            raise ConfigurationError("a price feed is opened once: make a new one")
        link = None if self._link is None else self._link()
        self._board = Board(self._history, self._options.max_age, self._options.clock)
        self._engine = Engine(
            self._board,
            self._source,
            self._options,
            currency=self._currency,
            clock=self._options.clock,
            link=link,
        )
        try:
            await self._engine.start()
        except BaseException:
            await self.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Stop polling, give the lease back, end every iterator. May be called again."""
        board, engine = self._board, self._engine
        if board is None or engine is None:
            return
        board.close()
        await engine.stop()

    # ---------------------------------------------------------------- reading
    @property
    def latest(self) -> Snapshot:
        """The newest prices, by sku. Costs nothing and waits for nothing.

        Raises:
            StalePriceError: They are older than `max_age`; the error holds them all the same.
            ConfigurationError: The feed was not opened.
        """
        return self._opened.newest

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
        """
        board = self._opened
        with self._counted():
            async with asyncio.timeout(timeout):
                return await board.following(board.snapshots.version)

    def __aiter__(self) -> Reader[Snapshot]:
        return self.reader()

    def reader(self) -> Reader[Snapshot]:
        """An iterator of one's own, to look at what it had to skip: `async for` makes one by itself.

        It begins with the newest prices, unless they are too old, and gives each newer snapshot once. If its
        task is slow it skips to the newest: `reader.skipped` counts. It waits an outage out, and ends when
        the feed is closed.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        board = self._opened
        return Reader(board.snapshots, from_now=not board.is_fresh)

    def quotes(self, sku: str) -> Reader[Quote]:
        """An iterator over the quotes of one product: that of now, then one at each change of its prices.

        Args:
            sku: Product code, such as `GAU`.

        Raises:
            KeyError: There are prices, but not of this product.
            ConfigurationError: The feed was not opened.
        """
        board = self._opened
        return Reader(board.quotes(sku), from_now=not board.is_fresh)

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
        """
        board = self._opened
        shown = board.snapshots
        seen = shown.version
        with self._counted():
            async with asyncio.timeout(timeout):
                if board.is_fresh and not shown.closed and predicate(board.newest):
                    return board.newest
                while True:
                    snapshot = await board.following(seen)
                    seen = snapshot.version
                    if predicate(snapshot):
                        return snapshot

    # ---------------------------------------------------------------- looking back
    @property
    def history(self) -> History:
        """The last snapshots, oldest first; `feed.history.ohlc("GAU")` makes candles of them."""
        return self._history

    def to_polars(self) -> polars.DataFrame:
        """The history as a polars DataFrame, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: polars is not installed (extra `frames`).
        """
        return to_polars(self._history)

    def to_arrow(self) -> pyarrow.Table:
        """The history as an Arrow table, a row for each product of each snapshot, prices exact.

        Raises:
            ConfigurationError: pyarrow is not installed (extra `frames`).
        """
        return to_arrow(self._history)

    @property
    def stats(self) -> FeedStats:
        """How the feed is doing.

        Raises:
            ConfigurationError: The feed was not opened.
        """
        board = self._opened
        assert self._engine is not None
        return self._engine.stats(board.readers + self._waiting)

    @property
    def _opened(self) -> Board:
        if self._board is None:
            raise ConfigurationError("open the price feed first: `async with minted.price_feed() as feed:`")
        return self._board

    @contextmanager
    def _counted(self) -> Generator[None]:
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def __repr__(self) -> str:
        """Interval, and what it has."""
        state = "not open" if self._board is None else f"version {self._board.snapshots.version}"
        return f"<PriceFeed every {self._options.interval:g} s, {state}>"
