"""The one task that asks for prices: waits, asks, hands over, and goes on whatever the answer was."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from minted_async.clock import Clock
from minted_async.errors import APIError
from minted_async.feeds.schedule import Schedule
from minted_async.feeds.snapshot import Moment
from minted_async.feeds.source import Sample, Source, read_sample

__all__ = ["Poller", "Tally"]


@dataclass(slots=True)
class Tally:
    """What a poller has done so far."""

    polls: int = 0
    errors: int = 0
    last_error: BaseException | None = None
    lag: float = 0.0


class Poller:
    """Asks a source for prices by a schedule.

    Args:
        source: Where prices come from.
        schedule: When to ask.
        clock: Clock and sleep.
        timeout: Seconds for one question; None for as long as the source takes.
        currency: Currency of prices whose source names none.
        deliver: Takes each sample.
        complain: Is told of each failure.
    """

    def __init__(
        self,
        source: Source,
        schedule: Schedule,
        clock: Clock,
        *,
        timeout: float | None,
        currency: str,
        deliver: Callable[[Sample], object],
        complain: Callable[[BaseException], object],
    ) -> None:
        self.schedule = schedule
        self.tally = Tally()
        self._source = source
        self._clock = clock
        self._timeout = timeout
        self._currency = currency
        self._deliver = deliver
        self._complain = complain
        self._task: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether it polls."""
        return self._task is not None

    def keeps_failing(self, since: int) -> bool:
        """Whether all is failing, and not because the server asked for patience.

        Args:
            since: Count of errors from which on they are looked at.
        """
        fresh = self.tally.errors - since
        return min(fresh, self.schedule.failures) >= 3 and not self.schedule.held

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
        while True:
            await self._clock.sleep(max(0.0, self.schedule.due - self._clock.monotonic()))
            await self._poll()

    async def _poll(self) -> None:
        now, due = self._clock.monotonic, self.schedule.due
        # The age counts from the question, not from the answer: a price is never younger than it looks.
        moment = Moment(self._clock.now(), now(), now)
        self.tally.polls += 1
        try:
            async with asyncio.timeout(self._timeout):
                prices = await self._source()
            sample = read_sample(prices, moment, self._currency)
        except asyncio.CancelledError as error:
            if _cancelled_from_outside():
                raise
            self._failed(error)
        except Exception as error:
            self._failed(error)
        else:
            self.schedule.succeeded(now())
            self.tally.lag = max(0.0, now() - due)
            self._deliver(sample)

    def _failed(self, error: BaseException) -> None:
        self.tally.errors += 1
        self.tally.last_error = error.with_traceback(None)
        self.schedule.failed(
            self._clock.monotonic(), error.retry_after if isinstance(error, APIError) else None
        )
        self._complain(error)


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
