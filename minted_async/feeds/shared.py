"""A feed in more than one process: one polls and publishes through Redis, the others read what it publishes.

`SharedFeed` is a part of each process's feed. It decides whether this process polls: as the leader, or for
itself while Redis is lost. Everything that readers see is the process's own channel, whoever filled it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

import msgspec

from minted_async.clock import Clock
from minted_async.feeds.channel import Channel, Reader
from minted_async.feeds.link import RedisLink, Subscription
from minted_async.feeds.message import RedisClock, decode, encode
from minted_async.feeds.poller import Poller
from minted_async.feeds.snapshot import Snapshot
from minted_async.feeds.source import Sample
from minted_async.feeds.stats import RedisState, Role

__all__ = ["SharedFeed", "command_timeout", "lease_time"]

logger: Final = logging.getLogger("minted_async")

_CLOCK_CHECK: Final = 10.0
"""Seconds after which the clock of Redis is compared with the own one again."""


def lease_time(interval: float) -> float:
    """Seconds that a lease lives. A crashed leader is replaced within three intervals: two until the lease is
    over, less than one until a follower has noticed and asked for prices.
    """
    return max(2 * interval, 0.25)


def command_timeout(interval: float) -> float:
    """Seconds for one answer of Redis."""
    return min(max(interval, 0.25), 2.0)


class SharedFeed:
    """Takes part in a shared feed.

    Args:
        link: Connection to Redis.
        poller: Started and stopped as the role demands.
        channel: Where this process's snapshots are; what a leader publishes.
        deliver: Takes what the leader has published.
        interval: Seconds between two samples.
        clock: Clock and draw. Waiting for Redis is real waiting.
    """

    def __init__(
        self,
        link: RedisLink,
        poller: Poller,
        channel: Channel[Snapshot],
        deliver: Callable[[Sample], bool],
        interval: float,
        clock: Clock,
    ) -> None:
        self.role: Role = "follower"
        self.state: RedisState = "lost"
        self.error: str | None = None
        self.received = 0
        self._link = link
        self._poller = poller
        self._channel = channel
        self._deliver = deliver
        self._interval = interval
        self._clock = clock
        self._redis_clock: RedisClock | None = None
        self._checked = 0.0
        self._sits_out_until = 0.0

    async def run(self) -> None:
        """Take part until cancelled."""
        try:
            while True:
                try:
                    await self._take_part()
                except Exception as error:
                    # Whatever it is: without Redis there are prices all the same.
                    if _is_cancelled():
                        raise asyncio.CancelledError from error
                    self._lost(error)
                await asyncio.sleep(min(self._interval, 5.0) * (0.5 + self._clock.random() / 2))
        finally:
            await self._link.aclose()

    # ---------------------------------------------------------------- roles
    async def _take_part(self) -> None:
        """Lead and follow in turn, until Redis is lost or the feed is closed."""
        await self._catch_up()
        while not self._channel.closed:
            token = await self._acquire()
            self._found()
            if token is None:
                token = await self._follow()
            await self._lead(token)

    async def _acquire(self) -> str | None:
        if self._clock.monotonic() < self._sits_out_until:
            return None
        return await self._link.acquire()

    async def _follow(self) -> str:
        """Read what the leader publishes, until the lease is ours: then its token."""
        async with self._link.subscribe() as updates:
            # Subscribed first, read then: nothing falls between the two.
            await self._catch_up()
            self.role = "follower"
            await self._poller.stop()
            while True:
                await self._listen(updates)
                token = await self._acquire()
                if token is not None:
                    return token
                # Silence, and somebody has the lease. If a message was lost on the way, this is it.
                await self._catch_up()

    async def _listen(self, updates: Subscription) -> None:
        """Take messages until the leader steps down, or is silent for longer than it should be."""
        patience = self._interval * 1.25
        while (message := await updates.next(patience)) is not None:
            if not message:
                # Everybody was told at the same moment.
                await asyncio.sleep(self._interval * self._clock.random() / 4)
                return
            if self._clock.monotonic() - self._checked > _CLOCK_CHECK:
                await self._catch_up()
            self._take(message)
            patience = self._interval * (1.25 + self._clock.random() / 4)

    async def _lead(self, token: str) -> None:
        """Poll and publish, until somebody else has a newer token or polling fails for good."""
        self.role = "leader"
        news = Reader(self._channel, from_now=True, counted=False)
        if not self._poller.running:
            self._poller.start(self._next_due())
        errors = self._poller.tally.errors
        reachable = True
        try:
            while await self._publish_or_renew(token, news):
                if self._poller.keeps_failing(errors):
                    # Perhaps it is only this machine that cannot reach the source.
                    self._sits_out_until = self._clock.monotonic() + 3 * self._interval
                    break
        except self._link.trouble:
            reachable = False
            raise
        finally:
            # Also when cancelled: a lease that is given back is taken up at once.
            if reachable:
                await self._release(token)

    async def _publish_or_renew(self, token: str, news: Reader[Snapshot]) -> bool:
        """Publish the next snapshot, or keep the lease if it does not come soon; False when the lease is
        lost.
        """
        try:
            async with asyncio.timeout(self._interval / 2):
                snapshot = await anext(news)
        except TimeoutError:
            return await self._link.renew(token)
        except StopAsyncIteration:
            return False
        return await self._link.publish(token, encode(snapshot))

    async def _release(self, token: str) -> None:
        try:
            await self._link.release(token)
        except self._link.trouble as error:
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
                begin + self._interval * self._clock.random() if self._channel.version else begin
            )

    def _next_due(self) -> float:
        """When the next sample should be taken: an interval after the last one, whoever took it."""
        now, newest = self._clock.monotonic(), self._channel.value
        return now if newest is None else max(now, newest.moment.taken + self._interval)

    # ---------------------------------------------------------------- reading
    async def _catch_up(self) -> None:
        """Compare clocks, and take the newest message."""
        asked = self._clock.monotonic()
        stamp, message = await self._link.latest()
        self._redis_clock = RedisClock(asked, stamp)
        self._checked = asked
        if message:
            self._take(message)

    def _take(self, message: bytes) -> None:
        if self._redis_clock is None:
            return
        try:
            sample = decode(message, self._redis_clock, self._clock)
        except (msgspec.DecodeError, ValueError) as error:
            logger.warning("price feed: a message in Redis cannot be read: %s", error)
            return
        if self._deliver(sample):
            self.received += 1


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
