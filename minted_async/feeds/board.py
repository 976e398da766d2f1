"""What readers look at: the newest snapshot, the quotes of each product, and whether it is all too old."""

from __future__ import annotations

import asyncio
import math

from minted_async.clock import Clock
from minted_async.errors import ConfigurationError, StalePriceError
from minted_async.feeds.channel import Channel
from minted_async.feeds.history import History
from minted_async.feeds.snapshot import Quote, Snapshot
from minted_async.feeds.source import Sample

__all__ = ["Board"]


class Board:
    """The prices of one feed in one process.

    Args:
        history: Takes in every snapshot.
        max_age: Seconds after which the newest prices are too old.
        clock: Clock and sleep.
    """

    def __init__(self, history: History, max_age: float, clock: Clock) -> None:
        self._loop = asyncio.get_running_loop()
        self.snapshots: Channel[Snapshot] = Channel(self._loop)
        self._quotes: dict[str, Channel[Quote]] = {}
        self._history = history
        self._max_age = max_age
        self._clock = clock
        self._began = clock.monotonic()

    @property
    def newest(self) -> Snapshot:
        """The newest snapshot.

        Raises:
            StalePriceError: It is too old, or there is none yet.
        """
        snapshot = self.snapshots.value
        if snapshot is None:
            raise StalePriceError("the price feed has no prices yet", age=math.inf)
        age = snapshot.age
        if age > self._max_age:
            raise StalePriceError(
                f"the newest prices are {age:.3g} s old, more than the {self._max_age:g} s that are allowed",
                age=age,
                snapshot=snapshot,
            )
        return snapshot

    @property
    def is_fresh(self) -> bool:
        """Whether there are prices that are not too old."""
        return self.snapshots.value is not None and self._left >= 0

    @property
    def _left(self) -> float:
        """Seconds until the newest prices are too old; without prices it counts from the beginning."""
        snapshot = self.snapshots.value
        taken = self._began if snapshot is None else snapshot.moment.taken
        return self._max_age - (self._clock.monotonic() - taken)

    @property
    def readers(self) -> int:
        """How many iterators there are."""
        return self.snapshots.readers + sum(channel.readers for channel in self._quotes.values())

    def put(self, sample: Sample) -> bool:
        """Show new prices; False if they are no newer than those that are shown."""
        shown = self.snapshots
        if shown.closed or (shown.value is not None and sample.moment.taken <= shown.value.moment.taken):
            return False
        snapshot = sample.numbered(shown.version + 1)
        self._history.add(snapshot)
        shown.publish(snapshot)
        for sku, channel in self._quotes.items():
            quote = snapshot.get(sku)
            if quote is not None and quote != channel.value:
                channel.publish(quote)
        return True

    def quotes(self, sku: str) -> Channel[Quote]:
        """The channel of one product.

        Raises:
            KeyError: There are prices, but not of this product.
        """
        channel = self._quotes.get(sku)
        if channel is None:
            newest = self.snapshots.value
            quote = None if newest is None else newest[sku]
            channel = self._quotes[sku] = Channel(self._loop)
            channel.closed = self.snapshots.closed
            if quote is not None:
                channel.publish(quote)
        return channel

    async def following(self, seen: int) -> Snapshot:
        """The newest snapshot, as soon as its version is not `seen`.

        Raises:
            StalePriceError: The prices have become too old meanwhile.
            ConfigurationError: The feed was closed.
        """
        shown = self.snapshots
        while not shown.closed:
            if shown.version != seen and shown.value is not None:
                return shown.value
            await shown.waiters.join()
            if shown.version == seen and self._left < 0 and not shown.closed:
                return self.newest  # which raises
        raise ConfigurationError("this price feed is closed")

    async def watch(self) -> None:
        """Wake those who wait when the prices become too old."""
        shown = self.snapshots
        while math.isfinite(self._max_age):
            left = self._left
            if left >= 0:
                # A little longer, or rounding could end the wait just before the limit again and again.
                await self._clock.sleep(left + 0.001)
                continue
            shown.waiters.wake()
            version = shown.version
            while shown.version == version:
                await shown.waiters.join()

    def close(self) -> None:
        """End every iterator."""
        self.snapshots.close()
        for channel in self._quotes.values():
            channel.close()
