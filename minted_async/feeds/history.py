"""The last snapshots of a feed, and candles made of them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, TypeAlias, overload

from minted_async.feeds.snapshot import Snapshot, exact_difference

PriceKind: TypeAlias = Literal["buy", "sell", "spot"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Candle:
    """The course of one price over one span of time.

    Attributes:
        start: Beginning of the span, in UTC.
        open: First price sampled in it.
        high: Highest.
        low: Lowest.
        close: Last.
        samples: How many snapshots it is made of.
    """

    start: datetime
    open: Decimal
    high: Decimal
    low: Decimal
    close: Decimal
    samples: int

    @property
    def change(self) -> Decimal:
        """How much the price rose over the span: exact, negative if it fell."""
        return exact_difference(self.close, self.open)


class History(Sequence[Snapshot]):
    """The last snapshots, oldest first. It goes on growing at its end, up to its size, and shrinking at its
    start.

    Args:
        size: How many snapshots are kept; 0 keeps none.
    """

    __slots__ = ("_ring",)

    def __init__(self, size: int) -> None:
        self._ring: deque[Snapshot] = deque(maxlen=size)

    def add(self, snapshot: Snapshot) -> None:
        """Take in the newest snapshot."""
        self._ring.append(snapshot)

    @overload
    def __getitem__(self, index: int) -> Snapshot: ...
    @overload
    def __getitem__(self, index: slice) -> list[Snapshot]: ...
    def __getitem__(self, index: int | slice) -> Snapshot | list[Snapshot]:
        return list(self._ring)[index] if isinstance(index, slice) else self._ring[index]

    def __len__(self) -> int:
        return len(self._ring)

    def __iter__(self) -> Iterator[Snapshot]:
        return iter(tuple(self._ring))

    def ohlc(self, sku: str, every: float | timedelta = 60.0, *, price: PriceKind = "buy") -> list[Candle]:
        """Open, high, low and close of a product, oldest first; spans without a snapshot are left out.

        Args:
            sku: Product code.
            every: Length of a span, in seconds or as a timedelta. Spans start at whole multiples of it since
                1970-01-01 UTC: a span of 60 seconds is a minute of the clock.
            price: Which of its prices.

        Raises:
            ValueError: `every` is not longer than a microsecond.
        """
        span = every if isinstance(every, timedelta) else timedelta(seconds=every)
        if span <= timedelta(0):
            raise ValueError(f"every is a positive length of time, not {every!r}")
        candles: list[Candle] = []
        for snapshot in self:
            quote = snapshot.get(sku)
            if quote is None:
                continue
            value: Decimal = getattr(quote, price)
            # Whole microseconds: floor division of timedeltas is exact.
            start = _EPOCH + (snapshot.at - _EPOCH) // span * span
            last = candles[-1] if candles else None
            if last is None or last.start != start:
                candles.append(Candle(start, value, value, value, value, 1))
            else:
                candles[-1] = Candle(
                    start, last.open, max(last.high, value), min(last.low, value), value, last.samples + 1
                )
        return candles

    def __repr__(self) -> str:
        """How many, and of when."""
        if not self._ring:
            return "<History: empty>"
        return f"<History: {len(self)} snapshots, {self[0].at:%H:%M:%S} to {self[-1].at:%H:%M:%S}>"
