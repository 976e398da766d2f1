"""The sandbox's clock: runs by itself, can be moved forward, never sleeps."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

ISTANBUL = timezone(timedelta(hours=3), "Europe/Istanbul")
"""Turkey has kept UTC+3 all year since September 2016, so no time zone database is needed."""


class Clock:
    """Monotonic time for lifetimes and wall time for stamps, moved together by `advance`.

    Args:
        monotonic: Seconds that never go back; tests hand in their own.
        wall: Seconds since the Unix epoch, read once to anchor the wall time.
    """

    __slots__ = ("_epoch", "_monotonic", "_offset")

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._monotonic = monotonic
        self._offset = 0.0
        self._epoch = wall() - monotonic()

    def now(self) -> float:
        """Seconds by the monotonic clock, everything that was advanced included."""
        return self._monotonic() + self._offset

    def wall(self, at: float | None = None) -> datetime:
        """The wall time in UTC, of now or of a moment that `now` gave."""
        return datetime.fromtimestamp(self._epoch + (self.now() if at is None else at), UTC)

    def reset(self) -> None:
        """Take back everything that was advanced."""
        self._offset = 0.0

    def advance(self, seconds: float) -> None:
        """Move forward at once.

        Raises:
            ValueError: `seconds` is negative or not finite.
        """
        if not math.isfinite(seconds) or seconds < 0:
            raise ValueError(f"the clock only moves forward, by a finite number of seconds: {seconds!r}")
        self._offset += seconds
