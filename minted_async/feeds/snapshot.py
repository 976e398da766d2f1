"""The prices of one moment: immutable, shared by all readers, and without the price token they came with."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final

import msgspec

_PLACES: Final = 50
"""Digits that a price may have before its point, and after it. No price comes near; but `1E+999999` is a
number too, and its spread would have a million digits.
"""

_EXACT: Final = Context(
    prec=2 * _PLACES + 1,
    rounding=ROUND_HALF_EVEN,
    Emin=MIN_EMIN,
    Emax=MAX_EMAX,
    capitals=1,
    clamp=0,
    flags=[],
    traps=[Inexact, InvalidOperation],
)
"""The context of the caller's thread may be narrow, and may not say so: differences are taken in this one,
which has room for any two prices.
"""


def exact_difference(price: Decimal, other: Decimal) -> Decimal:
    """The difference of two prices, with every digit, whatever the decimal context of this thread."""
    return _EXACT.subtract(price, other)


@dataclass(frozen=True, slots=True)
class Moment:
    """When prices were sampled.

    Attributes:
        at: Time of day.
        taken: The same by `clock`, from which the age follows.
        clock: Seconds that never go back.
    """

    at: datetime
    taken: float
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    @property
    def age(self) -> float:
        """Seconds since then."""
        return max(0.0, self.clock() - self.taken)

    def __reduce__(self) -> tuple[object, ...]:
        # Another process has another clock: what survives the journey is the time of day.
        return _moment, (self.at,)


def _moment(at: datetime) -> Moment:
    return Moment(at, time.monotonic() - (datetime.now(UTC) - at).total_seconds())


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one unit of a product. Two quotes are equal when their prices are, whatever their age.

    There is no quote without a product and prices that a product can have, wherever they came from.

    Attributes:
        sku: Product code, such as `GAU`.
        buy: What the customer pays.
        sell: What the customer gets.
        spot: Price of the market; it need not lie between the two.
        currency: Currency of all three.
        moment: When they were sampled.

    Raises:
        TypeError: A price is no Decimal, or the product code is no text.
        ValueError: A price is not positive and finite, or has more digits than a price can have; the product
            code is empty or cannot be printed.
    """

    sku: str
    buy: Decimal
    sell: Decimal
    spot: Decimal
    currency: str
    moment: Moment = field(compare=False, repr=False)

    def __post_init__(self) -> None:
        _check_sku(self.sku)
        for price in (self.buy, self.sell, self.spot):
            _check_price(self.sku, price)

    @property
    def spread(self) -> Decimal:
        """What buying and selling back costs: exact."""
        return exact_difference(self.buy, self.sell)

    @property
    def at(self) -> datetime:
        """Time of day at which the price was asked for."""
        return self.moment.at

    @property
    def age(self) -> float:
        """Seconds since the price was asked for; the price itself is never older than that."""
        return self.moment.age

    @property
    def buy_price(self) -> Decimal:
        """The same as `buy`, by its name on the wire."""
        return self.buy

    @property
    def sell_price(self) -> Decimal:
        """The same as `sell`, by its name on the wire."""
        return self.sell

    @property
    def spot_price(self) -> Decimal:
        """The same as `spot`, by its name on the wire."""
        return self.spot


def _check_sku(sku: object) -> None:
    if not isinstance(sku, str):
        raise TypeError(f"a sku is {type(sku).__name__}, not str")
    if not sku.isprintable() or not sku.strip():
        raise ValueError(f"a sku is empty or cannot be printed: {sku!r}")


def _check_price(sku: str, price: object) -> None:
    if not isinstance(price, Decimal):
        raise TypeError(
            f"a price of {sku} is {type(price).__name__}, not Decimal: the feed never rounds money"
        )
    if not price.is_finite():
        raise ValueError(f"a price of {sku} is no number: {price}")
    if price <= 0:
        raise ValueError(f"a price of {sku} is not positive: {price}")
    exponent = price.as_tuple().exponent
    if price.adjusted() >= _PLACES or not isinstance(exponent, int) or exponent < -_PLACES:
        raise ValueError(f"a price of {sku} has more than {_PLACES} digits before or after its point")


class Snapshot(Mapping[str, Quote]):
    """The prices of all products at one moment, by sku.

    Attributes:
        version: Number of this snapshot in its feed: 1, 2, 3, ...
        currency: Currency of all prices; empty if the source did not name one.
        moment: When the prices were sampled.
    """

    __slots__ = ("_json", "_quotes", "currency", "moment", "version")

    version: int
    currency: str
    moment: Moment

    def __init__(self, version: int, currency: str, moment: Moment, quotes: Mapping[str, Quote]) -> None:
        write = object.__setattr__
        write(self, "version", version)
        write(self, "currency", currency)
        write(self, "moment", moment)
        write(self, "_quotes", dict(quotes))
        write(self, "_json", None)

    @property
    def at(self) -> datetime:
        """Time of day at which the prices were asked for."""
        return self.moment.at

    @property
    def age(self) -> float:
        """Seconds since the prices were asked for; the prices themselves are never older than that."""
        return self.moment.age

    @property
    def json(self) -> bytes:
        """The snapshot as JSON, prices as strings so that they stay exact. Encoded once for all readers."""
        encoded = self._json
        if encoded is None:
            quotes = {
                quote.sku: {"buy": quote.buy, "sell": quote.sell, "spot": quote.spot, "spread": quote.spread}
                for quote in self._quotes.values()
            }
            content = {"version": self.version, "at": self.at, "currency": self.currency, "quotes": quotes}
            encoded = msgspec.json.encode(content)
            object.__setattr__(self, "_json", encoded)
        return encoded

    def __getitem__(self, sku: str) -> Quote:
        try:
            return self._quotes[sku]
        except KeyError:
            raise KeyError(f"no price of {sku!r}: there are {', '.join(self._quotes)}") from None

    def __contains__(self, sku: object) -> bool:
        return sku in self._quotes

    def __iter__(self) -> Iterator[str]:
        return iter(self._quotes)

    def __len__(self) -> int:
        return len(self._quotes)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a snapshot is shared by all readers and cannot be changed")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a snapshot is shared by all readers and cannot be changed")

    def __reduce__(self) -> tuple[object, ...]:
        return Snapshot, (self.version, self.currency, self.moment, self._quotes)

    def __repr__(self) -> str:
        """Version, time and buy prices."""
        prices = ", ".join(f"{quote.sku} {quote.buy}" for quote in self._quotes.values())
        return f"<Snapshot {self.version} of {self.at:%H:%M:%S}: {prices} {self.currency}>"

    _quotes: dict[str, Quote]
    _json: bytes | None
