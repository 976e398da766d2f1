"""Time that passes when a test says so, and prices that are made up on the spot."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from minted_async import Clock, models

_SETTLE = 12
"""Turns of the loop after which everything that a wake-up has set going is done: no test source does I/O."""

_START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class VirtualTime:
    """A clock and a sleep that take no real time. `draw` gives the middle unless told otherwise."""

    def __init__(self, draw: float = 0.5) -> None:
        self.time = 1000.0
        self._began = self.time
        self._draw = draw
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self.clock = Clock(
            monotonic=lambda: self.time, now=self.now, sleep=self.sleep, random=lambda: self._draw
        )

    def now(self) -> datetime:
        return _START + timedelta(seconds=self.time - self._began)

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.time + seconds, next(self._order), future))
        await future

    async def settle(self) -> None:
        for _ in range(_SETTLE):
            await asyncio.sleep(0)

    async def run(self, seconds: float) -> None:
        """Let time pass; sleepers wake in their order."""
        end = self.time + seconds
        await self.settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self.time = max(self.time, due)
            if not future.done():
                future.set_result(None)
                await self.settle()
        self.time = end


def price(
    sku: str = "GAU", buy: str = "4260.9438", sell: str = "4176.6938", spot: str = "4212.5"
) -> models.Price:
    return models.Price(
        currency_id=1,
        product_id=2,
        sku=sku,
        buy_price=Decimal(buy),
        sell_price=Decimal(sell),
        spot_price=Decimal(spot),
    )


class Ticker:
    """A source whose nth answer costs n: 1, 2, 3, ...

    An error put into `errors` is raised instead of an answer. While `gate` is closed it hangs.
    """

    def __init__(self) -> None:
        self.calls = 0
        self.errors: list[BaseException] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def __call__(self) -> list[models.Price]:
        self.calls += 1
        number = self.calls
        await self.gate.wait()
        if self.errors:
            raise self.errors.pop(0)
        return [price(buy=str(number)), price("GAG", buy="52")]
