"""Tasks that wait for the next tick, woken in portions so that a tick never holds up the event loop.

Each waits on a future of its own: nobody's cancellation touches anybody else, there is nothing to
unsubscribe, and a tick costs its publisher one portion, however many are waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, Protocol

__all__ = ["Waiter", "Waiters"]

PORTION: Final = 500
"""Tasks woken in one turn of the loop, at most."""

_TURN: Final = 0.001
"""Seconds that a turn should take: readers that do more when woken are woken fewer at a time. Whatever else
becomes ready meanwhile waits for two turns at most."""

_FEWEST: Final = 20
"""Tasks woken in one turn at least: each turn has a cost of its own."""

_LEAST: Final = 1024
"""Futures that are kept before those of waiters who gave up are looked for."""


class Waiter(Protocol):
    """Somebody who waits."""

    def done(self) -> bool:
        """Whether there is nobody to wake any more."""
        ...

    def wake(self) -> None:
        """What they wait for has come."""
        ...


class _Task:
    """A task that waits for a tick, whatever it brings."""

    __slots__ = ("done", "future")

    def __init__(self, future: asyncio.Future[None]) -> None:
        self.future = future
        self.done = future.done

    def wake(self) -> None:
        if not self.future.done():
            self.future.set_result(None)


class Waiters:
    """The tasks that wait for one thing.

    Args:
        loop: The event loop of all of them.
        portion: How many are woken in one turn of the loop, at most.
    """

    __slots__ = ("_due", "_full", "_loop", "_most", "_portion", "_waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop, portion: int = PORTION) -> None:
        self._loop = loop
        self._most = self._portion = portion
        self._waiting: list[Waiter] = []
        self._due: deque[list[Waiter]] = deque()
        self._full = _LEAST

    def __len__(self) -> int:
        """How many are kept, those who gave up among them until they are swept out."""
        return len(self._waiting) + sum(len(waiters) for waiters in self._due)

    def join(self) -> asyncio.Future[None]:
        """A future that the next `wake` completes. Await it directly."""
        future: asyncio.Future[None] = self._loop.create_future()
        self.add(_Task(future))
        return future

    def add(self, waiter: Waiter) -> None:
        """Wake somebody at the next tick, and not again after that."""
        if len(self._waiting) >= self._full:
            self._sweep()
        self._waiting.append(waiter)

    def wake(self) -> None:
        """Wake everyone who waits now: the first portion at once, the others in the next turns of the
        loop.
        """
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        waiting.reverse()
        self._full = _LEAST
        under_way = bool(self._due)
        self._due.append(waiting)
        if not under_way:
            self._wake_portion(None)

    def _wake_portion(self, before: float | None) -> None:
        """Wake the next portion, smaller or larger than the last one by how long that one took.

        Args:
            before: When the last portion was woken, by the loop's clock.
        """
        now = self._loop.time()
        if before is not None:
            fitting = int(self._portion * _TURN / max(now - before, 1e-6))
            self._portion = max(min(fitting, 2 * self._portion, self._most), min(_FEWEST, self._most))
        left = self._portion
        while left and self._due:
            oldest = self._due[0]
            # From the end: taking them off costs nothing, however many are left.
            for waiter in reversed(oldest[-left:]):
                waiter.wake()
            woken = min(left, len(oldest))
            del oldest[-left:]
            left -= woken
            if not oldest:
                self._due.popleft()
        if self._due:
            self._loop.call_soon(self._wake_portion, now)

    def _sweep(self) -> None:
        """Drop those who gave up. Without it, waiting with short timeouts through an outage
        would fill the memory.
        """
        self._waiting = [waiter for waiter in self._waiting if not waiter.done()]
        # Twice what is left: sweeping costs each join a constant on average.
        self._full = max(_LEAST, 2 * len(self._waiting))
