"""The one task that asks for prices: when to ask, asking, and going on whatever the answer was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from minted_async.core.deadlines import is_cancelled
from minted_async.errors import (
    APIError,
    ArgumentError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    StalePriceError,
    UndocumentedOperationError,
    ValidationError,
)
from minted_async.feeds.latest import LatestPrices
from minted_async.feeds.options import FeedOptions
from minted_async.feeds.snapshot import Moment
from minted_async.feeds.source import Source, read_sample
from minted_async.feeds.stats import WaitsFor

MAX_BACKOFF: Final = 30.0
"""Seconds that the feed waits at most after errors, unless its interval is longer or the server asks for
more: an outage is over for readers at the latest half a minute after it is over for the server.
"""

_SET_UP_WRONGLY: Final = (ArgumentError, ConfigurationError, UndocumentedOperationError, TypeError)
"""What ends a feed that has had no prices yet: no answer of a server can mend it."""

_REFUSED: Final = (AuthenticationError, PermissionDeniedError, ValidationError)
"""What ends it too if somebody waits for it to open: a server has refused. A feed that opens without waiting
(`first_timeout=0`) goes on asking.
"""

_NEVER_WORKS_AGAIN: Final = ConfigurationError
"""What ends a feed that has had prices: its client was closed. All else may pass, a 401 of a server that is
being restarted included.
"""


class Schedule:
    """The times at which a feed samples. Pure: no clock, no waiting.

    The first sample is due at once; the others lie on a grid whose place within the interval is drawn, so
    that many feeds that start together do not stay together. A sample that takes longer than the interval
    costs the grid times that it covers, and is never followed by a burst.

    Args:
        interval: Seconds between two samples.
        start: When the first sample is due.
        random: A number from 0 up to 1.
        max_pause: Seconds that a server can make the feed wait, at most.

    Attributes:
        due: When the next sample is due.
        failures: Samples that failed since the last one that did not.
        held: Whether the server said when to come back.
        missed: Grid times that were passed over because a sample took too long.
    """

    def __init__(
        self, interval: float, start: float, random: Callable[[], float], *, max_pause: float
    ) -> None:
        self._interval = interval
        self._random = random
        self._max_pause = max_pause
        self._origin = start + interval * (random() - 0.5)
        self._index = 0
        self.due = start
        self.failures = 0
        self.held = False
        self.missed = 0

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
        wait = max(self._interval, ceiling * (0.5 + self._random() / 2))
        if retry_after is not None:
            # One absurd number must not silence the feed for good. This way round because nothing is less
            # than NaN.
            asked = retry_after if retry_after < self._max_pause else self._max_pause
            # On top: feeds that were told the same second must not come back all at once.
            wait = max(wait, asked + self._interval * self._random())
        self.due = now + wait

    def resume(self, due: float) -> None:
        """Sampling starts again after a pause; a wait that an error has imposed stays."""
        if not self.failures:
            self.due = due
            self._index = int((due - self._origin) // self._interval)


class Poller:
    """Asks a source for prices by a schedule, and shows them.

    Args:
        source: Where prices come from.
        currency: Currency of prices whose source names none.
        latest: Where they are shown. A poller ends when they are closed, and closes them when there will be
            no more.
        options: Interval, limits and clock.

    Attributes:
        schedule: When it asks.
        polls: How often it has asked.
        errors: How many of these failed.
        last_error: The latest error.
        lag: Seconds from when the latest sample was due to when its prices were here.
        waits_for: What it waits for at the moment.
        since: Since when, by the monotonic clock.
    """

    def __init__(self, source: Source, currency: str, latest: LatestPrices, options: FeedOptions) -> None:
        self._source = source
        self._currency = currency
        self._latest = latest
        self._timeout = options.timeout
        self._max_age = options.max_age
        self._fatal = _SET_UP_WRONGLY + (_REFUSED if options.first_timeout else ())
        self._clock = options.clock
        self._task: asyncio.Task[None] | None = None
        now = options.clock.monotonic()
        self.schedule = Schedule(options.interval, now, options.clock.random, max_pause=options.max_pause)
        self.polls = 0
        self.errors = 0
        self.last_error: BaseException | None = None
        self.lag = 0.0
        self.waits_for: WaitsFor = "interval"
        self.since = now

    @property
    def running(self) -> bool:
        """Whether it polls."""
        return self._task is not None

    def keeps_failing(self, since: int) -> bool:
        """Whether all is failing, and not because the server asked for patience.

        Args:
            since: Count of errors from which on they are looked at.
        """
        return min(self.errors - since, self.schedule.failures) >= 3 and not self.schedule.held

    def start(self, due: float | None = None) -> None:
        """Begin to poll.

        Args:
            due: When the first sample is due; None leaves that to the schedule.
        """
        if self._task is None:
            if due is not None:
                self.schedule.resume(due)
            self._task = asyncio.create_task(self._run(), name="minted price feed: poller")

    async def stop(self) -> None:
        """Stop polling; what is under way is cancelled."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while not self._latest.closed:
            await self._clock.sleep(max(0.0, self.schedule.due - self._clock.monotonic()))
            await self._poll()

    async def _poll(self) -> None:
        now, due = self._clock.monotonic, self.schedule.due
        # The age counts from the question, not from the answer: a price is never younger than it looks.
        moment = Moment(self._clock.now(), now(), now)
        self._wait_for("answer")
        self.polls += 1
        try:
            async with asyncio.timeout(self._timeout):
                prices = await self._source()
            sample = read_sample(prices, moment, self._currency)
            if moment.age > self._max_age:
                raise StalePriceError(
                    f"the answer took {moment.age:.3g} s: prices may be {self._max_age:g} s old",
                    age=moment.age,
                )
        except asyncio.CancelledError as error:
            if is_cancelled():
                raise
            self._failed(error)
        except Exception as error:
            self._failed(error)
        else:
            self.schedule.succeeded(now())
            self.lag = max(0.0, now() - due)
            self._wait_for("interval")
            self._latest.put(sample)

    def _failed(self, error: BaseException) -> None:
        self.errors += 1
        self.last_error = self._latest.problem = error.with_traceback(None)
        retry_after = error.retry_after if isinstance(error, APIError) else None
        self.schedule.failed(self._clock.monotonic(), retry_after)
        self._wait_for("retry_after" if self.schedule.held else "backoff")
        if isinstance(error, _NEVER_WORKS_AGAIN if self._latest.version else self._fatal):
            self._latest.close(error)

    def _wait_for(self, what: WaitsFor) -> None:
        self.waits_for = what
        self.since = self._clock.monotonic()
