"""Time and chance of a feed, handed in so that a day can pass in seconds and every draw can be repeated."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Timing"]


@dataclass(frozen=True, slots=True)
class Timing:
    """Where a feed takes time and chance from.

    Attributes:
        clock: Seconds that never go back; intervals and ages are measured by it.
        sleep: Waits for a number of seconds of `clock`.
        draw: A number from 0 up to 1; the source of all jitter.
        now: The time of day, with a zone; only shown, never calculated with.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    draw: Callable[[], float] = random.random
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
