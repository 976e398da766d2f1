"""Equal price fixes within one tick share one request.

A price fix comes with a token, and sharing the fix is sharing the token: whoever turns this on says that the
same token may serve several of their tasks. That is why it is an option, and why it is an option of a feed:
the feed knows what a tick is, and `minted.prices.fix` itself always gives a token of one's own.
"""

from __future__ import annotations

import asyncio
import copy
import math
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from minted_async.generated import models
from minted_async.prices.timing import Timing

__all__ = ["FixArguments", "SharedFixes"]


class FixArguments(NamedTuple):
    """What decides whether two fixes are the same."""

    type: str
    customer_external_id: str | None = None
    currency: str | None = None
    total: Decimal | None = None


@dataclass(slots=True, eq=False, repr=False)
class _Shared:
    """A request and those who wait for it."""

    task: asyncio.Task[models.PriceFix]
    asked: float
    answered: float | None = None
    waiting: int = 0


class SharedFixes:
    """Sends one request for all equal ones of a tick.

    Args:
        send: Fixes prices.
        tick: Seconds for which a fix is shared, from when it was asked for.
        timing: Clock.
    """

    def __init__(
        self,
        send: Callable[[FixArguments], Coroutine[Any, Any, models.PriceFix]],
        tick: float,
        timing: Timing,
    ) -> None:
        self._send = send
        self._tick = tick
        self._clock = timing.clock
        self._shared: dict[FixArguments, _Shared] = {}

    def __len__(self) -> int:
        """How many fixes are being shared."""
        return len(self._shared)

    async def fix(self, arguments: FixArguments) -> models.PriceFix:
        """The fix of this tick: one that is there already, or under way, or a new one.

        What a later caller gets is the same lock with as many seconds less of `expire_ttl` as have passed.

        Raises:
            MintedError: As for `minted.prices.fix`; the same error for everyone who waited for the request.
                The next call sends a new one.
        """
        shared = self._shared.get(arguments)
        if shared is not None and self._clock() - shared.asked < self._tick:
            if shared.answered is None:
                return await self._wait(arguments, shared)
            fix = shared.task.result()
            left = fix.expire_ttl - math.ceil(self._clock() - shared.answered)
            if left > 0:
                return msgspec.structs.replace(fix, expire_ttl=left)
        return await self.renew(arguments)

    async def renew(self, arguments: FixArguments) -> models.PriceFix:
        """A fix of now; those who ask for the same within this tick share it."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._send(arguments), name="minted price feed: shared price fix")
        shared = self._shared[arguments] = _Shared(task, self._clock())
        task.add_done_callback(lambda _: self._answered(arguments, shared))
        # Not only when the next one comes: a token that nobody may use any more is not kept.
        loop.call_later(self._tick, self._forget, arguments, shared)
        return await self._wait(arguments, shared)

    def clear(self) -> None:
        """Forget what could be shared; who waits for a request still gets its answer."""
        self._shared.clear()

    async def _wait(self, arguments: FixArguments, shared: _Shared) -> models.PriceFix:
        shared.waiting += 1
        try:
            # Not `await task`: the cancellation of one who waits would reach the task, and with it all
            # others.
            await asyncio.wait([shared.task])
        finally:
            shared.waiting -= 1
            if not shared.waiting and not shared.task.done():
                self._forget(arguments, shared)
                shared.task.cancel()
        error = shared.task.exception()
        if error is None:
            return shared.task.result()
        # Each gets its own: tracebacks of many tasks would pile up in a common one.
        raise copy.copy(error) from error.__cause__

    def _answered(self, arguments: FixArguments, shared: _Shared) -> None:
        shared.answered = self._clock()
        if shared.task.cancelled() or shared.task.exception() is not None:
            self._forget(arguments, shared)

    def _forget(self, arguments: FixArguments, shared: _Shared) -> None:
        if self._shared.get(arguments) is shared:
            del self._shared[arguments]
