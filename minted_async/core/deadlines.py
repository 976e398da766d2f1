"""Deadlines of calls that share one timer: nearly every call ends long before its own, and a timer set
and cancelled for each would cost a tenth of it.
"""

from __future__ import annotations

import asyncio
import math
from types import TracebackType
from typing import Any


class Deadlines:
    """The deadlines of a client's calls, on its event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._open: dict[Deadline, None] = {}
        self._timer: asyncio.Handle | None = None
        # Kept here: a handle of uvloop does not always know its time.
        self._rings_at = math.inf

    def add(self, deadline: Deadline) -> None:
        """Watch a deadline."""
        if deadline.when < self._rings_at:
            self._arm(deadline.when)
        self._open[deadline] = None

    def discard(self, deadline: Deadline) -> None:
        """Forget one that is over. The timer stays: mostly the next call needs it."""
        self._open.pop(deadline, None)

    def _arm(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(when, self._ring)
        self._rings_at = when

    def _ring(self) -> None:
        self._timer, self._rings_at = None, math.inf
        now = self._loop.time()
        for deadline in [deadline for deadline in self._open if deadline.when <= now]:
            del self._open[deadline]
            deadline.expire()
        if self._open:
            self._arm(min(deadline.when for deadline in self._open))


class Deadline:
    """A block of one task that ends at a moment with `TimeoutError`, as in `asyncio.timeout_at`.

    Args:
        among: The deadlines that it belongs to.
        when: By the loop's clock; None for never.
    """

    __slots__ = ("_among", "_before", "_expired", "_task", "when")

    def __init__(self, among: Deadlines, when: float | None) -> None:
        self._among = among
        self.when = math.inf if when is None else when
        self._expired = False

    def __enter__(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task: asyncio.Task[Any] = task
        # Whoever else has cancelled the task must not be taken for us.
        self._before = task.cancelling()
        if self.when != math.inf:
            self._among.add(self)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._among.discard(self)
        if self._expired and self._task.uncancel() <= self._before and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def expire(self) -> None:
        """Its moment has come."""
        self._expired = True
        self._task.cancel()


def is_cancelled() -> bool:
    """Whether the running task was told to end: what is awaited can also raise `CancelledError` by itself,
    or lose one that was meant for the task.
    """
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
