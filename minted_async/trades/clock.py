"""Time as trades see it, injected whole so that it can be simulated; and the pace of repeated lookups."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

__all__ = ["Clock", "Pace"]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """The three ways in which time is used.

    Attributes:
        monotonic: Seconds that never go back; price locks are measured with it.
        wall: The present as an aware datetime, for what outlives the process.
        sleep: Waits for a number of seconds.
    """

    monotonic: Callable[[], float] = time.monotonic
    wall: Callable[[], datetime] = _utc_now
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep


class Pace:
    """Waits between lookups: each twice the one before, drawn from its upper half.

    Args:
        first: Upper bound of the first wait in seconds.
        longest: Upper bound that no wait exceeds.
        draw: Source of the jitter.
    """

    def __init__(
        self, first: float, longest: float, draw: Callable[[float, float], float] = random.uniform
    ) -> None:
        self._first = self._next = first
        self._longest = longest
        self._draw = draw

    def wait(self) -> float:
        """Seconds until the next lookup."""
        ceiling = min(self._next, self._longest)
        self._next = ceiling * 2
        return self._draw(ceiling / 2, ceiling)

    def restart(self) -> None:
        """Begin with short waits again: something has changed."""
        self._next = self._first
