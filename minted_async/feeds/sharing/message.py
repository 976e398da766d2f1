"""What travels through Redis: MessagePack with exact prices, and never a price token.

A message says when its prices were asked for, in the time of Redis. That is the one clock which all
processes can read, on whatever machine they run; and because the time of the question does not change on the
way, a message that was held up anywhere is as old as it is. Neither process knows the time of Redis exactly,
only that it lies within a round trip: both err towards older prices.

Nothing that comes from Redis is believed. What is no message of ours, or holds what an answer of Minted must
not hold either, raises `ValueError`.
"""

from __future__ import annotations

import math
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Final

import msgspec

from minted_async.clock import Clock
from minted_async.feeds.snapshot import Moment, Quote, Snapshot
from minted_async.feeds.source import Place, Sample, by_sku

VERSION: Final = 2
"""First field of each message. Processes of other versions are neither understood nor misunderstood."""

_LONGEST: Final = 1 << 20
"""Bytes of a message that is read at all: a hundred times what all products take."""

COMPARE_EVERY: Final = 10.0
"""Seconds for which the tightest comparison of clocks counts: clocks drift by a millisecond meanwhile."""

_TOLERANCE: Final = 0.01
"""Seconds by which two clocks may drift apart between two comparisons."""

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Number = Annotated[str, msgspec.Meta(max_length=200, pattern=r"\A[0-9]+(\.[0-9]+)?(E[+-][0-9]+)?\Z")]
"""As `str` writes a Decimal that is not negative; `Decimal` itself would read much more than that."""

_Count = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]


class _Version(msgspec.Struct, frozen=True, array_like=True):
    """What messages of all versions begin with."""

    version: int


class _Message(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Prices, with decimals as strings.

    Attributes:
        version: Of this form.
        leadership: Fencing token of the process that asked.
        number: Rises with each message of that leadership.
        asked: When they were asked for, in microseconds of Redis; rather too early than too late.
        currency: Currency of all prices.
        rows: sku, buy, sell, spot, currency.
    """

    version: int
    leadership: _Text
    number: _Count
    asked: _Count
    currency: _Text
    rows: Annotated[list[tuple[_Text, _Number, _Number, _Number, _Text]], msgspec.Meta(min_length=1)]


_encoder: Final = msgspec.msgpack.Encoder()
_version_decoder: Final = msgspec.msgpack.Decoder(_Version)
_decoder: Final = msgspec.msgpack.Decoder(_Message)


class RedisClock:
    """How the time of Redis relates to the monotonic clock of this process: known within a round trip."""

    def __init__(self) -> None:
        self._sent = self._received = 0.0
        self._stamp: int | None = None

    @property
    def is_set(self) -> bool:
        """Whether it has been compared."""
        return self._stamp is not None

    @property
    def compared(self) -> float:
        """When it was compared, by the own clock."""
        return self._received

    def compare(self, sent: float, received: float, stamp: int) -> None:
        """Take note of what time it was in Redis.

        Args:
            sent: When Redis was asked, by the own clock.
            received: When the answer was here.
            stamp: The time of Redis in between, in microseconds.
        """
        better = self._stamp is None or received - sent <= self._received - self._sent
        # Clocks drift, slowly, and can be set, which shows: both bounds then contradict the earlier ones.
        old = received - self._received > COMPARE_EVERY
        if better or old or not self._agrees(sent, received, stamp):
            self._sent, self._received, self._stamp = sent, received, stamp

    def _agrees(self, sent: float, received: float, stamp: int) -> bool:
        assert self._stamp is not None
        passed = (stamp - self._stamp) / 1e6
        return sent - self._received <= passed <= received - self._sent

    def forget(self) -> None:
        """Another Redis may be there from now on."""
        self._stamp = None

    def stamp(self, own: float) -> int:
        """A time of the own clock as one of Redis, rather too early than too late."""
        assert self._stamp is not None
        return self._stamp + math.floor((own - self._received) * 1e6)

    def own(self, stamp: int) -> float:
        """A time of Redis by the own clock, rather too early than too late."""
        assert self._stamp is not None
        return self._sent + (stamp - self._stamp) / 1e6


def encode(snapshot: Snapshot, leadership: str, asked: int) -> bytes:
    """A snapshot as a message.

    Args:
        snapshot: What this process has asked for.
        leadership: Its fencing token.
        asked: When, in the time of Redis.
    """
    rows = [
        (quote.sku, str(quote.buy), str(quote.sell), str(quote.spot), quote.currency)
        for quote in snapshot.values()
    ]
    return _encoder.encode(_Message(VERSION, leadership, snapshot.version, asked, snapshot.currency, rows))


def decode(message: bytes, redis_clock: RedisClock, clock: Clock, currency: str = "") -> Sample:
    """The sample of a message.

    Args:
        message: As it came.
        redis_clock: Time of Redis.
        clock: Time of this process.
        currency: What the feed is in; empty if it was not told.

    Raises:
        ValueError: It is no message of ours, or says what no message can say.
    """
    if len(message) > _LONGEST:
        raise ValueError(f"it has {len(message)} bytes")
    try:
        version = _version_decoder.decode(message).version
        if version != VERSION:
            raise ValueError(f"it is of version {version}, not {VERSION}")
        content = _decoder.decode(message)
        now = clock.monotonic()
        taken = redis_clock.own(content.asked)
        if taken - now > _TOLERANCE:
            raise ValueError("its prices are of the future")
        taken = min(taken, now)
        # The time of day is shown, so that it is this machine's own, and fits the age.
        moment = Moment(clock.now() - timedelta(seconds=now - taken), taken, clock.monotonic)
        if currency and content.currency != currency:
            raise ValueError(f"its prices are in {content.currency!r}, not in {currency}")
        quotes = by_sku(
            (
                Quote(sku, Decimal(buy), Decimal(sell), Decimal(spot), own, moment)
                for sku, buy, sell, spot, own in content.rows
            ),
            content.currency,
        )
    except (msgspec.MsgspecError, ArithmeticError, RecursionError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error
    place = Place(content.leadership, content.number, content.asked / 1e6)
    return Sample(content.currency, moment, quotes, asked_by=now, place=place)
