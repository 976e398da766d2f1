"""What keeps a feed going while it is open: the poller, the watch over its age, the share in Redis."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine
from typing import Any

from minted_async.errors import (
    ArgumentError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    StalePriceError,
    UndocumentedOperationError,
    ValidationError,
)
from minted_async.prices.board import Board
from minted_async.prices.link import RedisLink
from minted_async.prices.options import FeedSettings
from minted_async.prices.poller import Poller
from minted_async.prices.schedule import Schedule
from minted_async.prices.shared import SharedFeed
from minted_async.prices.source import Source
from minted_async.prices.stats import FeedStats
from minted_async.prices.timing import Timing

__all__ = ["Engine"]

_HOPELESS = (
    ArgumentError,
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    UndocumentedOperationError,
    ValidationError,
    TypeError,
)
"""What is not worth a second attempt when a feed is opened: it is set up wrongly."""


class Engine:
    """Runs a feed.

    Args:
        board: Where prices are shown.
        source: Where they come from.
        settings: Options of the feed.
        currency: Currency of prices whose source names none.
        timing: Clock, sleep and draw.
        link: Connection to Redis, for a feed that is shared.
    """

    def __init__(
        self,
        board: Board,
        source: Source,
        settings: FeedSettings,
        *,
        currency: str,
        timing: Timing,
        link: RedisLink | None,
    ) -> None:
        self._board = board
        self._settings = settings
        self._tasks: list[asyncio.Task[None]] = []
        self._first_error: BaseException | None = None
        self._poller = Poller(
            source,
            Schedule(settings.interval, timing.clock(), timing.draw),
            timing,
            timeout=settings.timeout,
            currency=currency,
            deliver=board.put,
            complain=self._complain,
        )
        self._shared = (
            None
            if link is None
            else SharedFeed(link, self._poller, board.snapshots, board.put, settings.interval, timing)
        )

    async def start(self) -> None:
        """Begin, and wait for the first prices.

        Raises:
            StalePriceError: There were none in time, and no error says why.
            MintedError: Or whatever else the source raised: there were none in time, or there never will be.
        """
        if self._shared is None:
            self._poller.start()
        else:
            self._spawn(self._shared.run, "shared")
        self._spawn(self._board.watch, "watch")
        limit = self._settings.first_timeout
        if not limit:
            return
        try:
            async with asyncio.timeout(None if math.isinf(limit) else limit):
                await self._first_prices()
        except TimeoutError:
            if self._first_error is not None:
                raise self._first_error from None
            raise StalePriceError(f"no prices within {limit:g} s", age=math.inf) from None

    async def stop(self) -> None:
        """End all tasks; a leader gives its lease back."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self._poller.stop()

    def stats(self, subscribers: int) -> FeedStats:
        """The figures of this moment."""
        tally, schedule, shared = self._poller.tally, self._poller.schedule, self._shared
        newest = self._board.snapshots.value
        error = tally.last_error
        return FeedStats(
            polls=tally.polls,
            errors=tally.errors,
            failing=schedule.failures,
            last_error=None if error is None else f"{type(error).__name__}: {error}",
            lag=tally.lag,
            missed=schedule.missed,
            subscribers=subscribers,
            version=self._board.snapshots.version,
            age=None if newest is None else newest.age,
            role="alone" if shared is None else shared.role,
            redis="unused" if shared is None else shared.state,
            redis_error=None if shared is None else shared.error,
            received=0 if shared is None else shared.received,
        )

    def _spawn(self, work: Callable[[], Coroutine[Any, Any, None]], name: str) -> None:
        self._tasks.append(asyncio.create_task(work(), name=f"minted price feed: {name}"))

    def _complain(self, error: BaseException) -> None:
        if not self._board.snapshots.version:
            self._first_error = error
            self._board.snapshots.waiters.wake()

    async def _first_prices(self) -> None:
        shown = self._board.snapshots
        while not shown.version:
            if isinstance(self._first_error, _HOPELESS):
                raise self._first_error
            await shown.waiters.join()
