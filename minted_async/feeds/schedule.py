"""When to sample next: on a grid that never drifts, later after errors. Pure: no clock, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

__all__ = ["Schedule"]

MAX_BACKOFF: Final = 30.0
"""Seconds that the feed waits at most after errors, unless its interval is longer or the server asks for
more.
"""


class Schedule:
    """The times at which a feed samples.

    The first sample is due at once; the others lie on a grid whose place within the interval is drawn, so
    that many feeds that start together do not stay together. A sample that takes longer than the interval
    costs the grid times that it covers, and is never followed by a burst.

    Args:
        interval: Seconds between two samples.
        start: When the first sample is due.
        draw: A number from 0 up to 1.
        max_pause: Seconds that a server can make the feed wait, at most.
    """

    __slots__ = ("_draw", "_index", "_interval", "_max_pause", "_origin", "due", "failures", "held", "missed")

    def __init__(
        self, interval: float, start: float, draw: Callable[[], float], max_pause: float = 60.0
    ) -> None:
        self._interval = interval
        self._draw = draw
        self._max_pause = max_pause
        self._origin = start + interval * (draw() - 0.5)
        self._index = 0
        self.due = start
        """When the next sample is due."""
        self.failures = 0
        """Samples that failed since the last one that did not."""
        self.held = False
        """Whether the server said when to come back."""
        self.missed = 0
        """Grid times that were passed over because a sample took too long."""

    def succeeded(self, now: float) -> None:
        """A sample has come: the next one is due at the next grid time."""
        passed = int((now - self._origin) // self._interval) + 1
        # At least one further, whatever rounding says: a grid time is never sampled twice.
        following = max(passed, self._index + 1)
        if not self.failures:
            self.missed += following - self._index - 1
        self._index = following
        self.failures = 0
        self.held = False
        self.due = self._origin + following * self._interval

    def failed(self, now: float, retry_after: float | None) -> None:
        """A sample has failed: wait twice as long after each further failure, with jitter, and never less
        than the server asked for, up to `max_pause`.
        """
        self.failures += 1
        self.held = retry_after is not None
        ceiling = min(max(MAX_BACKOFF, self._interval), self._interval * 2.0 ** min(self.failures, 30))
        wait = max(self._interval, ceiling * (0.5 + self._draw() / 2))
        if retry_after is not None:
            # Not longer than the caller allows: one absurd number must not silence the feed for good. The
            # comparison is this way round because nothing is less than NaN.
            asked = retry_after if retry_after < self._max_pause else self._max_pause
            # On top: feeds that were told the same second must not come back all at once.
            wait = max(wait, asked + self._interval * self._draw())
        self.due = now + wait

    def resume(self, due: float) -> None:
        """Sampling starts again after a pause; a wait that an error has imposed stays."""
        if not self.failures:
            self.due = due
            self._index = int((due - self._origin) // self._interval)
