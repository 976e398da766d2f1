"""What readers look at: the newest snapshot, the quotes of each product, and whether it is all too old."""

from __future__ import annotations

import asyncio
import math
from weakref import WeakValueDictionary

from minted_async.clock import Clock
from minted_async.errors import ConfigurationError, StalePriceError
from minted_async.feeds.broadcast import Broadcast, WaitQueue
from minted_async.feeds.history import History
from minted_async.feeds.snapshot import Quote, Snapshot
from minted_async.feeds.source import Sample


class LatestPrices:
    """The prices of one feed in one process.

    Args:
        history: Takes in every snapshot.
        max_age: Seconds after which prices are too old to be given out.
        clock: Time.

    Attributes:
        snapshots: The newest snapshot, for iterators.
        news: Told whenever there may be something new: prices, that they have become too old, the end.
        problem: The latest error of the source.
        closed_at: When it ended, by the monotonic clock.
    """

    def __init__(self, history: History, max_age: float, clock: Clock) -> None:
        loop = asyncio.get_running_loop()
        self.snapshots: Broadcast[Snapshot] = Broadcast(loop, self.is_fresh)
        self.news: WaitQueue[None] = WaitQueue(loop)
        # Only readers hold them: nothing is kept for a product that nobody reads.
        self._quotes: WeakValueDictionary[str, Broadcast[Quote]] = WeakValueDictionary()
        self._history = history
        self._max_age = max_age
        self._clock = clock
        self._began = clock.monotonic()
        self._sample: Sample | None = None
        self.problem: BaseException | None = None
        self.closed_at = math.inf

    @property
    def closed(self) -> bool:
        """Whether there will be no more."""
        return self.snapshots.closed

    @property
    def version(self) -> int:
        """Number of the newest snapshot, which is how many there have been."""
        newest = self.snapshots.value
        return 0 if newest is None else newest.version

    @property
    def newest(self) -> Snapshot:
        """The newest snapshot.

        Raises:
            StalePriceError: It is too old, or there is none yet.
            MintedError: What has ended the feed.
        """
        self.snapshots.raise_failure()
        snapshot = self.snapshots.value
        if snapshot is None:
            reason = "" if self.problem is None else f" ({type(self.problem).__name__}: {self.problem})"
            raise StalePriceError(f"the price feed has no prices yet{reason}", age=math.inf)
        age = snapshot.age
        if age > self._max_age:
            raise StalePriceError(
                f"the newest prices are {age:.3g} s old, more than the {self._max_age:g} s that are allowed",
                age=age,
                snapshot=snapshot,
            )
        return snapshot

    def is_fresh(self, prices: Snapshot | Quote | Sample) -> bool:
        """Whether prices are not too old."""
        return self._max_age - (self._clock.monotonic() - prices.moment.taken) >= 0

    @property
    def _left(self) -> float:
        """Seconds until the newest prices are too old; without prices it counts from the beginning."""
        snapshot = self.snapshots.value
        taken = self._began if snapshot is None else snapshot.moment.taken
        return self._max_age - (self._clock.monotonic() - taken)

    @property
    def readers(self) -> int:
        """How many iterators there are."""
        return self.snapshots.readers + sum(quotes.readers for _, quotes in self._quotes_read())

    def put(self, sample: Sample) -> bool:
        """Show new prices; False if they are too old, or not surely newer than those that are shown.

        Anything is newer than what has become too old: nothing that was shown silences a feed for good.
        """
        shown = self.snapshots
        if shown.closed or sample.moment.age > self._max_age:
            return False
        known = self._sample
        if known is not None and self.is_fresh(known) and not sample.is_newer_than(known):
            return False
        self._sample = sample
        snapshot = sample.numbered(self.version + 1)
        self._history.add(snapshot)
        shown.publish(snapshot)
        for sku, quotes in self._quotes_read():
            self._put_quote(snapshot, sku, quotes)
        self.news.notify_all(None)
        return True

    def shows(self, sample: Sample) -> bool:
        """Whether these prices are the ones that are shown: they can come in more than one way."""
        known = self._sample
        return known is not None and known.place is not None and known.place == sample.place

    def _quotes_read(self) -> list[tuple[str, Broadcast[Quote]]]:
        # Copied in one step: the garbage collector removes some, in any thread.
        references = self._quotes.valuerefs()
        return [(each.key, quotes) for each in references if (quotes := each()) is not None]

    def _put_quote(self, snapshot: Snapshot, sku: str, quotes: Broadcast[Quote]) -> None:
        try:
            quote = snapshot[sku]
        except KeyError as error:
            # There is no such product, or no longer: its readers would wait for ever.
            del self._quotes[sku]
            quotes.close(error)
            return
        if quote == quotes.value and quotes.fresh:
            # No news, but a younger confirmation of the same price.
            quotes.value = quote
        else:
            quotes.publish(quote)

    def quotes(self, sku: str) -> Broadcast[Quote]:
        """The quotes of one product.

        Raises:
            KeyError: There are prices, but not of this product.
        """
        quotes = self._quotes.get(sku)
        if quotes is None:
            newest = self.snapshots.value
            quote = None if newest is None else newest[sku]
            quotes = self._quotes[sku] = Broadcast(self.snapshots.loop, self.is_fresh)
            if quote is not None:
                quotes.publish(quote)
            if self.closed:
                quotes.close(self.snapshots.failure)
        return quotes

    async def first(self) -> None:
        """Wait until there have been prices.

        Raises:
            MintedError: What has ended the feed.
        """
        while not self.version:
            self._raise_if_closed()
            await self.news.wait()

    async def after(self, seen: int) -> Snapshot:
        """The newest snapshot, as soon as its version is not `seen`.

        Raises:
            StalePriceError: The prices have become too old meanwhile.
            ConfigurationError: The feed was closed.
            MintedError: What has ended the feed.
        """
        while True:
            self._raise_if_closed()
            if self.version != seen and self.snapshots.fresh:
                return self.newest
            await self.news.wait()
            if self._left < 0 and not self.closed:
                return self.newest  # which raises

    def _raise_if_closed(self) -> None:
        if self.closed:
            self.snapshots.raise_failure()
            raise ConfigurationError("this price feed is closed")

    async def watch(self) -> None:
        """Wake those who wait when the prices become too old."""
        while math.isfinite(self._max_age) and not self.closed:
            left = self._left
            if left >= 0:
                # A little longer, or rounding could end the wait just before the limit again and again.
                await self._clock.sleep(left + 0.001)
                continue
            self.news.notify_all(None)
            version = self.version
            while self.version == version and not self.closed:
                await self.news.wait()

    def close(self, failure: BaseException | None = None) -> None:
        """End every iterator and every wait. May be called again.

        Args:
            failure: What they raise.
        """
        if self.closed:
            return
        self.closed_at = self._clock.monotonic()
        self.snapshots.close(failure)
        for _, quotes in self._quotes_read():
            quotes.close(failure)
        self.news.notify_all(None)
