"""Time for tests: one that stands until it is moved, and one that runs faster than the wall's."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import anyio

from minted_async import Clock
from minted_async.sandbox import Clock as SandboxClock

_EPOCH = datetime(2030, 1, 31, 21, 30, tzinfo=UTC)


class StandingTime:
    """Stands until somebody sleeps, which moves it and the sandbox at once.

    Attributes:
        slept: how long each sleep was.
        before_sleep: called with the seconds before each sleep.
    """

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []
        self.wall_error = timedelta(0)
        self.before_sleep: Callable[[float], Awaitable[None]] | None = None

    def sandbox_clock(self) -> SandboxClock:
        return SandboxClock(monotonic=lambda: self.seconds, wall=lambda: self.wall().timestamp())

    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.seconds, now=self.wall, sleep=self.sleep)

    def wall(self) -> datetime:
        return _EPOCH + timedelta(seconds=self.seconds) + self.wall_error

    async def sleep(self, seconds: float) -> None:
        if self.before_sleep is not None:
            await self.before_sleep(seconds)
        self.slept.append(seconds)
        self.seconds += seconds
        await anyio.lowlevel.checkpoint()


class FastTime:
    """Runs `speed` times as fast as the wall's, the same for all processes that know the `start`."""

    def __init__(self, speed: float, start: float | None = None) -> None:
        self.speed = speed
        self.start = time.time() if start is None else start

    def now(self) -> float:
        return self.start + (time.time() - self.start) * self.speed

    def sandbox_clock(self) -> SandboxClock:
        return SandboxClock(monotonic=self.now, wall=self.now)

    def clock(self) -> Clock:
        return Clock(
            monotonic=self.now,
            now=lambda: datetime.fromtimestamp(self.now(), UTC),
            sleep=lambda seconds: anyio.sleep(seconds / self.speed),
        )


__all__ = ["FastTime", "StandingTime"]
