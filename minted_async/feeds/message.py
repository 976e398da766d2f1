"""What travels through Redis: MessagePack with exact prices, and never a price token.

Redis puts its own time in front of each message when it takes it. With one round trip a reader learns how
that time relates to its own clock, and so the age of a message, on whatever machine it was written and
however long it was on its way.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from minted_async.clock import Clock
from minted_async.feeds.snapshot import Moment, Quote, Snapshot
from minted_async.feeds.source import Sample

__all__ = ["FORMAT", "RedisClock", "decode", "encode"]

FORMAT: Final = 1
"""Part of every key: processes whose messages differ do not meet."""

_STAMP: Final = 16


class _Message(msgspec.Struct, frozen=True, array_like=True):
    """Prices, with decimals as strings.

    Attributes:
        at: Time of day of the question, by the machine that asked.
        age: Seconds from the question until Redis was told.
        currency: Currency of all prices.
        rows: sku, buy, sell, spot, currency.
    """

    at: datetime
    age: float
    currency: str
    rows: list[tuple[str, Decimal, Decimal, Decimal, str]]


_encoder: Final = msgspec.msgpack.Encoder(decimal_format="string")
_decoder: Final = msgspec.msgpack.Decoder(_Message)


def encode(snapshot: Snapshot) -> bytes:
    """A snapshot as a message, without the time that Redis adds."""
    rows = [(quote.sku, quote.buy, quote.sell, quote.spot, quote.currency) for quote in snapshot.values()]
    return _encoder.encode(_Message(snapshot.at, snapshot.age, snapshot.currency, rows))


def decode(stamped: bytes, redis_clock: RedisClock, clock: Clock) -> Sample:
    """The sample of a message as Redis gave it.

    Raises:
        msgspec.DecodeError: It is none of our messages.
        ValueError: It has no time in front.
    """
    message = _decoder.decode(stamped[_STAMP:])
    now = clock.monotonic
    taken = min(redis_clock.local(int(stamped[:_STAMP])) - message.age, now())
    moment = Moment(message.at, taken, now)
    quotes = {
        sku: Quote(sku, buy, sell, spot, currency, moment) for sku, buy, sell, spot, currency in message.rows
    }
    return Sample(message.currency, moment, quotes)


class RedisClock:
    """How the clock of Redis relates to a clock of this process.

    Args:
        asked: When Redis was asked for its time, by the own clock.
        stamp: Its answer, in microseconds.
    """

    __slots__ = ("_offset",)

    def __init__(self, asked: float, stamp: int) -> None:
        # As if the answer had been given at once: messages then look older by a round trip, never younger.
        self._offset = asked - stamp / 1e6

    def local(self, stamp: int) -> float:
        """A time of Redis by the own clock."""
        return stamp / 1e6 + self._offset
