"""Messages keep every digit and their true age; nothing in Redis is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import Clock, MintedClient
from minted_async.feeds import Moment, Snapshot
from minted_async.feeds.sharing.message import VERSION, RedisClock, decode, encode
from minted_async.feeds.source import read_sample
from tests.feeds.virtual_time import price

MONEY = st.decimals(min_value=Decimal("1E-8"), max_value=10**9, places=8)
AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)
NOW = 200.0
CLOCK = Clock(monotonic=lambda: NOW, now=lambda: AT)
NO_PRICES = ("NaN", "sNaN", "Infinity", "-Infinity", "", "x", "1E+99999999", "0x1")
UNUSUAL = ("0", "-1", "+1", "4_2", "\u0661\u0662", " 7 ", "7\n", "1e2", ".5", "5.")
ROW = ["GAU", "3", "1", "2", "TRY"]


def redis_clock() -> RedisClock:
    """One that was compared at this moment, when it was 6 s in Redis."""
    clock = RedisClock()
    clock.compare(NOW, NOW, 6_000_000)
    return clock


def snapshot(buy: str = "3", sell: str = "1", spot: str = "2") -> Snapshot:
    return read_sample([price(buy=buy, sell=sell, spot=spot)], Moment(AT, NOW), "TRY").numbered(3)


def content(**changes: Any) -> bytes:
    """A message, or something like it."""
    fields = {
        "version": VERSION,
        "leadership": "7",
        "number": 3,
        "asked": 5_000_000,
        "currency": "TRY",
        "rows": [ROW],
    }
    return msgspec.msgpack.encode(list((fields | changes).values()))


@given(buy=MONEY, sell=MONEY, spot=MONEY)
def test_a_message_gives_back_every_digit(buy: Decimal, sell: Decimal, spot: Decimal) -> None:
    before = snapshot(str(buy), str(sell), str(spot))
    sample = decode(encode(before, "7", 5_000_000), redis_clock(), CLOCK)
    after = sample.numbered(1)["GAU"]
    assert [str(value) for value in (after.buy, after.sell, after.spot)] == [
        str(value) for value in (before["GAU"].buy, before["GAU"].sell, before["GAU"].spot)
    ]
    assert sample.currency == after.currency == "TRY"
    assert sample.moment.age == pytest.approx(1.0)
    assert sample.moment.at == AT - timedelta(seconds=1)


spans = st.floats(0, 5)


@given(
    offset=st.integers(0, 2**50),
    asked=st.floats(100, 1000),
    leader=st.lists(st.tuples(st.floats(0, 1000), spans, spans), min_size=1, max_size=5),
    follower=st.lists(st.tuples(st.floats(0, 1000), spans, spans), min_size=1, max_size=5),
)
def test_slow_comparisons_make_prices_older_and_never_younger(
    offset: int,
    asked: float,
    leader: list[tuple[float, float, float]],
    follower: list[tuple[float, float, float]],
) -> None:
    # One machine, so that the two clocks are the same; neither side makes use of that.
    clocks = RedisClock(), RedisClock()
    for clock, comparisons in zip(clocks, (leader, follower), strict=True):
        for sent, there, back in sorted(comparisons):
            clock.compare(sent, sent + there + back, offset + int((sent + there) * 1e6))
    taken = clocks[1].own(clocks[0].stamp(asked))
    assert taken <= asked + 1e-5
    assert taken >= asked - 20 - 1e-5


def test_the_tightest_comparison_counts_until_it_is_old_or_contradicted() -> None:
    clock = RedisClock()
    clock.compare(0.0, 0.1, 1_000_000)
    clock.compare(1.0, 2.0, 2_500_000)
    assert clock.own(1_000_000) == pytest.approx(0.0)
    # The time of Redis was set back by a second.
    clock.compare(3.0, 4.0, 3_000_000)
    assert clock.own(3_000_000) == pytest.approx(3.0)
    clock.compare(13.5, 15.0, 13_600_000)
    assert clock.own(13_600_000) == pytest.approx(13.5)


@pytest.mark.parametrize(
    "junk",
    [
        b"",
        b"x",
        b"0000000000000000",
        b"\xdd\xff\xff\xff\xff",
        b"\x91" * 100_000,
        b"\xc1",
        content()[:-1],
        content() + b"x",
        content() * 2,
        content(version=1),
        content(version=VERSION + 1),
        content(version=None),
        content(version=str(VERSION)),
        content(leadership="7" * 1000),
        content(number=-1),
        content(number=1.5),
        content(asked=-1),
        content(asked=2**60),
        content(asked=float("nan")),
        content(asked=60_000_000),
        content(currency=None),
        content(rows=[]),
        content(rows=[ROW[:-1]]),
        content(rows=[[*ROW, "more"]]),
        content(rows=[["GAU", 3, 1, 2, "TRY"]]),
        content(rows=[["GAU", 3.5, 1.5, 2.5, "TRY"]]),
        content(rows=[["x" * 1000, "3", "1", "2", "TRY"]]),
        content(rows=[ROW] * 100_000),
        content(more="fields"),
        content(currency="USD"),
        content(rows=[[*ROW[:-1], "USD"]]),
        content(rows=[ROW, ROW]),
        content(rows=[["", *ROW[1:]]]),
        content(rows=[["G\x00", *ROW[1:]]]),
    ],
)
def test_what_is_no_message_of_ours_is_a_value_error(junk: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(junk, redis_clock(), CLOCK)


@pytest.mark.parametrize("wrong", [*NO_PRICES, *UNUSUAL])
@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_price_that_no_price_can_be_is_a_value_error(place: int, wrong: str) -> None:
    row = [*ROW[:place], wrong, *ROW[place + 1 :]]
    with pytest.raises(ValueError, match=r"."):
        decode(content(rows=[row]), redis_clock(), CLOCK)


def test_a_message_in_the_currency_of_the_feed_is_taken() -> None:
    assert decode(content(), redis_clock(), CLOCK, "TRY").currency == "TRY"
    with pytest.raises(ValueError, match="not in USD"):
        decode(content(), redis_clock(), CLOCK, "USD")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_error_or_finite_prices(junk: bytes) -> None:
    try:
        sample = decode(junk, redis_clock(), CLOCK)
    except ValueError:
        return
    assert all(quote.buy.is_finite() for quote in sample.quotes.values())


@given(st.integers(0, len(content()) - 1), st.integers(0, 255))
def test_a_message_with_one_byte_changed_is_a_value_error_or_a_possible_message(at: int, byte: int) -> None:
    spoilt = bytearray(content())
    spoilt[at] = byte
    try:
        sample = decode(bytes(spoilt), redis_clock(), CLOCK)
    except ValueError:
        return
    assert sample.moment.age >= 0
    assert all(quote.spread.is_finite() for quote in sample.quotes.values())


@pytest.mark.anyio
async def test_the_price_token_is_in_no_message(minted: MintedClient) -> None:
    fix = await minted.prices.fix(type="digital")
    prices = read_sample(fix, Moment(AT, 0.0), "").numbered(1)
    assert fix.token.encode() not in encode(prices, "7", 0)
