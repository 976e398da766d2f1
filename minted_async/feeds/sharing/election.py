"""Who polls: the leader for all processes, or each for itself while Redis is of no use."""

from __future__ import annotations

import asyncio
from typing import Final

from minted_async.clock import Clock
from minted_async.core.deadlines import is_cancelled
from minted_async.core.logs import Log
from minted_async.feeds.latest import LatestPrices
from minted_async.feeds.options import FeedOptions
from minted_async.feeds.polling import Poller
from minted_async.feeds.sharing.message import COMPARE_EVERY, decode
from minted_async.feeds.sharing.redis import SharedFeedStore, Subscription, key_prefix, open_store
from minted_async.feeds.snapshot import Snapshot
from minted_async.feeds.source import DOUBT
from minted_async.feeds.stats import RedisState, Role

logger: Final = Log("minted_async")

_PATIENCE: Final = 1.25
"""Intervals without news after which a follower asks whether there is still a leader, and up to a quarter
more by chance: an answer may take longer than the one before, and not all followers should ask at once.
"""

_IN_A_ROW: Final = 8
"""Messages that are taken in one turn of the loop, at most: a leader sends one in an interval."""

_LONGEST_KEPT: Final = 24 * 60 * 60.0
"""Seconds that prices are kept for newcomers at most, however old they may be."""


def lease_time(interval: float) -> float:
    """Seconds that a lease lives. A crashed leader is replaced within three intervals: two until the lease is
    over, less than one until a follower has noticed and asked for prices. It is renewed twice in each
    interval, so that a late renewal does not end it; a quarter of a second is what a busy loop may be late.
    """
    return max(2 * interval, 0.25)


def command_timeout(interval: float) -> float:
    """Seconds for one answer of Redis: a leader that waits longer has lost its lease meanwhile."""
    return min(max(interval, 0.25), DOUBT)


class LeaderElection:
    """Takes part in a shared feed: decides whether this process polls, publishes what it has polled, and
    shows what others have published. Readers see the process's own latest prices, whoever asked for them.

    Args:
        share: URL of Redis.
        identity: Tells feeds apart.
        poller: Started and stopped as the role demands.
        latest: Where this process's prices are shown.
        options: Interval, limits and clock. Waiting for Redis is real waiting.
        currency: What the prices are in; empty if the feed was not told.

    Attributes:
        role: Of this process.
        state: Of Redis.
        error: Why Redis was lost the last time.
        received: Snapshots that came from a leader.
        dropped: Messages that did not fit, or were no news.
        heard: When the leader was heard last, by the monotonic clock.
    """

    def __init__(
        self,
        share: str,
        identity: tuple[object, ...],
        poller: Poller,
        latest: LatestPrices,
        options: FeedOptions,
        *,
        currency: str = "",
    ) -> None:
        interval = options.interval
        self.role: Role = "follower"
        self.state: RedisState = "lost"
        self.error: str | None = None
        self.received = 0
        self.dropped = 0
        self.heard = options.clock.monotonic()
        self._poller = poller
        self._latest = latest
        self._currency = currency
        self._interval = interval
        self._clock: Clock = options.clock
        self._sits_out_until = 0.0
        self._store: SharedFeedStore = open_store(
            share,
            prefix=key_prefix((*identity, options.share_name, interval)),
            lease=lease_time(interval),
            keep=min(max(options.max_age, 10 * interval), _LONGEST_KEPT),
            timeout=command_timeout(interval),
            clock=options.clock,
        )

    async def run(self) -> None:
        """Take part until cancelled, or until the feed is closed."""
        try:
            while not self._latest.closed:
                try:
                    await self._take_part()
                except Exception as error:
                    # Whatever it is: without Redis there are prices all the same.
                    if is_cancelled():
                        raise asyncio.CancelledError from error
                    self._lost(error)
                    await asyncio.sleep(min(self._interval, 5.0) * (0.5 + self._clock.random() / 2))
        finally:
            await self._store.aclose()

    # ---------------------------------------------------------------- roles
    async def _take_part(self) -> None:
        """Lead and follow in turn, until Redis is lost or the feed is closed."""
        # It may be another one by now, with another clock.
        self._store.time.forget()
        await self._catch_up()
        while not self._latest.closed:
            token = await self._acquire()
            self._found()
            if token is None:
                token = await self._follow()
            if token is not None:
                await self._lead(token)

    async def _acquire(self) -> str | None:
        if self._clock.monotonic() < self._sits_out_until:
            return None
        return await self._store.acquire()

    async def _follow(self) -> str | None:
        """Read what the leader publishes, until the lease is ours: then its token."""
        async with self._store.subscribe() as updates:
            # Subscribed first, read then: nothing falls between the two.
            await self._catch_up()
            self.role = "follower"
            self.heard = self._clock.monotonic()
            await self._poller.stop()
            while not self._latest.closed:
                await self._listen(updates)
                token = await self._acquire()
                if token is not None:
                    return token
                # Silence, and somebody has the lease. If a message was lost on the way, this is it.
                await self._catch_up()
        return None

    async def _listen(self, updates: Subscription) -> None:
        """Take messages until the leader steps down, or gives no news for longer than it should.

        Messages that are no news do not count: whoever sends them could otherwise keep a feed waiting.
        """
        deadline = self._clock.monotonic() + self._interval * _PATIENCE
        taken = 0
        while (patience := deadline - self._clock.monotonic()) > 0:
            message = await updates.next(patience)
            taken += 1
            if not taken % _IN_A_ROW:
                # What is in the buffer comes without a pause: a flood must leave the loop to others.
                await asyncio.sleep(0)
            if message is None:
                return
            if not message:
                # Everybody was told at the same moment.
                await asyncio.sleep(self._interval * self._clock.random() / 4)
                return
            if self._clock.monotonic() - self._store.time.compared > COMPARE_EVERY:
                await self._catch_up()
            if self._take(message):
                deadline = self._clock.monotonic() + self._interval * (_PATIENCE + self._clock.random() / 4)

    async def _lead(self, token: str) -> None:
        """Poll and publish, until somebody else has a newer token or polling fails for good."""
        self.role = "leader"
        # What was asked for before may be older than what the leader before has published.
        since = self._clock.monotonic()
        if not self._poller.running:
            self._poller.start(self._next_due())
        errors = self._poller.errors
        published = self._latest.version
        reachable = True
        try:
            while not self._latest.closed:
                snapshot = await self._next_to_publish(published, since)
                if snapshot is None:
                    kept = await self._store.renew(token)
                else:
                    published = snapshot.version
                    kept = await self._store.publish(token, snapshot)
                if not kept:
                    break
                if self._poller.keeps_failing(errors):
                    # Perhaps it is only this machine that cannot reach the source. Three intervals are long
                    # enough for another one to take over.
                    self._sits_out_until = self._clock.monotonic() + 3 * self._interval
                    break
        except self._store.unavailable:
            reachable = False
            raise
        finally:
            # Also when cancelled: a lease that is given back is taken up at once.
            if reachable:
                await self._release(token)

    async def _next_to_publish(self, published: int, since: float) -> Snapshot | None:
        """The next snapshot of this leadership; None if the lease has to be renewed before it comes."""
        latest = self._latest
        try:
            async with asyncio.timeout(self._interval / 2):
                while not latest.closed:
                    newest = latest.snapshots.value
                    if newest is not None and newest.version > published and newest.moment.taken >= since:
                        return newest
                    await latest.news.wait()
        except TimeoutError:
            pass
        return None

    async def _release(self, token: str) -> None:
        try:
            await self._store.release(token)
        except self._store.unavailable as error:
            logger.debug("price feed: the lease could not be given back: %r", error)

    # ---------------------------------------------------------------- Redis comes and goes
    def _found(self) -> None:
        if self.state == "lost":
            self.state = "connected"
            if self.error is not None:
                logger.info("price feed: Redis is back")

    def _lost(self, error: Exception) -> None:
        text = f"{type(error).__name__}: {error}"
        if self.state == "connected" or self.error is None:
            logger.warning("price feed: Redis is lost, this process polls for itself (%s)", text)
        self.state = "lost"
        self.error = text
        self.role = "alone"
        if not self._poller.running:
            # All processes lose it at the same moment; spread over an interval they are no burst.
            begin = self._next_due()
            self._poller.start(
                begin + self._interval * self._clock.random() if self._latest.version else begin
            )

    def _next_due(self) -> float:
        """When the next sample should be taken: an interval after the last one, whoever took it."""
        now, newest = self._clock.monotonic(), self._latest.snapshots.value
        return now if newest is None else max(now, newest.moment.taken + self._interval)

    # ---------------------------------------------------------------- reading
    async def _catch_up(self) -> None:
        """Compare clocks, and take the newest message."""
        message = await self._store.latest()
        if message:
            self._take(message)

    def _take(self, message: bytes) -> bool:
        """Show the prices of a message, if it is one and they are news."""
        try:
            sample = decode(message, self._store.time, self._clock, self._currency)
        except ValueError as error:
            if not self.dropped:
                logger.warning("price feed: a message in Redis is dropped, as others will be: %s", error)
            self.dropped += 1
            return False
        if self._latest.put(sample):
            self.heard = self._clock.monotonic()
            self.received += 1
            return True
        self.dropped += not self._latest.shows(sample)
        return False
