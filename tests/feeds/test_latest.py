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
from minted_async.feeds.source import Place, Sample, read_sample
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
        place = Place(str(self.leader), self.asked, float(self.asked - doubt / 10))
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


async def put(*samples: Sample, max_age: float = math.inf) -> list[bool]:
    latest = LatestPrices(History(1), max_age, CLOCK)
    return [latest.put(sample) for sample in samples]


def message(number: int, asked: float, leadership: str = "7") -> Sample:
    moment = Moment(datetime.now(UTC), asked, CLOCK.monotonic)
    quotes = read_sample([price()], moment, "TRY").quotes
    return Sample("TRY", moment, quotes, asked_by=CLOCK.monotonic(), place=Place(leadership, number, asked))


def test_an_absurd_number_does_not_silence_the_leader_it_claims_to_be_of() -> None:
    taken = asyncio.run(put(message(2**53, 990.0), message(3, 991.0), message(4, 993.0), message(5, 993.5)))
    assert taken == [True, False, True, True]


def test_a_high_number_does_not_make_old_prices_new() -> None:
    assert asyncio.run(put(message(3, 990.0), message(2**53, 980.0))) == [True, False]


def test_anything_is_newer_than_what_is_too_old() -> None:
    clock = Clock(monotonic=lambda: now)
    now = 1000.0

    async def play() -> bool:
        nonlocal now
        latest = LatestPrices(History(1), 5.0, clock)
        assert latest.put(message(2**53, 999.0))
        now = 1006.0
        return latest.put(message(3, 1001.5, "6"))

    assert asyncio.run(play())
