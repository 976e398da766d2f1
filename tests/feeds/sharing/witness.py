"""A process with a shared feed that catches it lying.

The price of its source is the time at which it was asked for, by the monotonic clock, which all processes of
a machine share: whoever has a price knows how old it really is. Every 50 ms it takes the latest prices, and
it tells its parent what it has counted, a line of JSON each time.

Run as `python -m tests.feeds.sharing.witness REDIS INTERVAL MAX_AGE`; ends when its input is closed.
"""

from __future__ import annotations

import asyncio
import random
import sys
import time
from decimal import Decimal

import msgspec

from minted_async import MintedClient, models
from minted_async.errors import StalePriceError
from minted_async.feeds import PriceFeed, Snapshot

EVERY = 0.05
"""Seconds between two samples."""


class Tally(msgspec.Struct):
    """What a witness has counted.

    Attributes:
        role: The feed's.
        samples: How often it has asked for the latest prices.
        stale: How often these were refused because of their age.
        too_old: How often prices were given out that were older than `max_age`.
        backwards: How often older prices came after newer ones, in samples or in an iterator.
        too_young: How often prices were said to be younger than they were.
        received: Snapshots that came from another process.
        dropped: Messages that did not fit.
        oldest: The greatest age of prices that were given out, in seconds.
    """

    role: str = ""
    samples: int = 0
    stale: int = 0
    too_old: int = 0
    backwards: int = 0
    too_young: int = 0
    received: int = 0
    dropped: int = 0
    oldest: float = 0.0


async def ask() -> list[models.Price]:
    """Prices that say when they were asked for."""
    asked = Decimal(time.monotonic())
    await asyncio.sleep(random.uniform(0, 0.02))
    row = {"currency_id": 1, "product_id": 1, "sku": "GAU", "sell_price": asked, "spot_price": asked}
    return [models.Price(buy_price=asked, **row)]  # type: ignore[arg-type]


class Witness:
    """Counts what a feed gives out."""

    def __init__(self, feed: PriceFeed, max_age: float) -> None:
        self.tally = Tally()
        self._feed = feed
        self._max_age = max_age
        self._newest = 0.0

    async def sample(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(EVERY)

    def _look(self) -> None:
        tally = self.tally
        tally.samples += 1
        # Read before the feed is asked: a process that is stopped in between accuses nobody.
        now = time.monotonic()
        try:
            snapshot = self._feed.latest
        except StalePriceError:
            tally.stale += 1
            return
        asked = float(snapshot["GAU"].buy)
        tally.too_old += now - asked > self._max_age
        tally.too_young += snapshot.age < now - asked
        tally.backwards += asked < self._newest
        tally.oldest = max(tally.oldest, now - asked)
        self._newest = max(self._newest, asked)

    async def iterate(self) -> None:
        newest: Snapshot | None = None
        async for snapshot in self._feed:
            if newest is not None:
                self.tally.backwards += snapshot["GAU"].buy < newest["GAU"].buy
            newest = snapshot

    async def tell(self) -> None:
        while True:
            stats, tally = self._feed.stats, self.tally
            tally.role, tally.received, tally.dropped = stats.role, stats.received, stats.dropped
            sys.stdout.write(msgspec.json.encode(tally).decode() + "\n")
            sys.stdout.flush()
            await asyncio.sleep(2 * EVERY)


async def main(redis: str, interval: float, max_age: float) -> None:
    ended = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    async with (
        MintedClient("demo", "demo") as minted,
        minted.price_feed(
            interval=interval, max_age=max_age, source=ask, share=redis, share_name="witness"
        ) as feed,
    ):
        witness = Witness(feed, max_age)
        tasks = [asyncio.create_task(work()) for work in (witness.sample, witness.iterate, witness.tell)]
        await ended
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
