"""Whoever asked, and however long it was on its way: an older price never comes after a newer one."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from minted_async import Clock
from minted_async.feeds import History, Moment
from minted_async.feeds.latest import LatestPrices
from minted_async.feeds.source import Sample, read_sample
from tests.feeds.virtual_time import price

CLOCK = Clock(monotonic=lambda: 1000.0)


@dataclass(frozen=True)
class Arrival:
    """Prices that arrive in a process.

    Attributes:
        asked: When they were really asked for.
        takes: Seconds until they are here.
        doubt: By how much longer ago it might have been, for all that the process knows.
        leader: Who asked; 0 is the process itself, which has no doubt.
    """

    asked: int
    takes: int
    doubt: int
    leader: int

    def sample(self) -> Sample:
        doubt = self.doubt if self.leader else 0
        moment = Moment(datetime.now(UTC), float(self.asked - doubt), CLOCK.monotonic)
        quotes = read_sample([price(buy=str(Decimal(self.asked)))], moment, "TRY").quotes
        if not self.leader:
            return Sample("TRY", moment, quotes, asked_by=moment.taken)
        # A leader numbers what it asks for in the order in which it asks.
        place = (str(self.leader), self.asked)
        return Sample("TRY", moment, quotes, asked_by=float(self.asked + self.takes), place=place)


arrivals = st.builds(
    Arrival, st.integers(1, 40), takes=st.integers(0, 20), doubt=st.integers(0, 10), leader=st.integers(0, 2)
)


async def shown(arriving: list[Arrival]) -> list[Decimal]:
    history = History(100)
    latest = LatestPrices(history, math.inf, CLOCK)
    for arrival in sorted(arriving, key=lambda each: each.asked + each.takes):
        latest.put(arrival.sample())
    return [snapshot["GAU"].buy for snapshot in history]


@given(st.lists(arrivals, max_size=30))
def test_an_older_price_never_comes_after_a_newer_one(arriving: list[Arrival]) -> None:
    prices = asyncio.run(shown(arriving))
    assert bool(prices) == bool(arriving)
    assert all(earlier <= later for earlier, later in pairwise(prices))
