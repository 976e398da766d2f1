"""Time and chance as trades and feeds see them; tests hand in their own, and let a day pass in seconds."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import anyio

__all__ = ["Clock"]


@dataclass(frozen=True, slots=True)
class Clock:
    """Where trades and feeds take time and chance from.

    Attributes:
        monotonic: Seconds that never go back; price locks, intervals and ages are measured by it.
        now: The present as an aware datetime, for what outlives the process or is shown to people.
        sleep: Waits for a number of seconds of `monotonic`.
        random: A number from 0 up to, not including, 1; the source of all jitter.
    """

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    random: Callable[[], float] = random.random
