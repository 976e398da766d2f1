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


class MovableTime:
    """Runs like the wall's, and can be moved on: nothing ends because a machine is slow.

    Attributes:
        moved: by how many seconds it is ahead.
    """

    def __init__(self) -> None:
        self.moved = 0.0

    def sandbox_clock(self) -> SandboxClock:
        return SandboxClock(monotonic=self.monotonic, wall=lambda: self.now().timestamp())

    def clock(self) -> Clock:
        return Clock(monotonic=self.monotonic, now=self.now)

    def monotonic(self) -> float:
        return time.monotonic() + self.moved

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.moved)


__all__ = ["MovableTime", "StandingTime"]
