"""What a source of prices may give, and how it becomes a sample: prices only, the price token is left
behind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple, Protocol, TypeAlias, cast

from minted_async.feeds.snapshot import Moment, Quote, Snapshot
from minted_async.generated import models

DOUBT: Final = 2.0
"""Seconds: the longest round trip to Redis that counts, which is how well a process knows its time."""


class PriceRow(Protocol):
    """Prices of one product: `models.Price` and `Quote` are such rows."""

    @property
    def sku(self) -> str:
        """Product code."""
        ...

    @property
    def buy_price(self) -> Decimal:
        """Price when the customer buys."""
        ...

    @property
    def sell_price(self) -> Decimal:
        """Price when the customer sells."""
        ...

    @property
    def spot_price(self) -> Decimal:
        """Price of the market."""
        ...


Prices: TypeAlias = models.PriceFix | Mapping[str, PriceRow] | Iterable[PriceRow]
Source: TypeAlias = Callable[[], Awaitable[Prices]]
"""Any async callable without arguments that gives prices."""


class Place(NamedTuple):
    """Where a message lies among those that other processes have published.

    Attributes:
        leadership: Fencing token of the process that asked.
        number: Rises with each message of that leadership.
        asked: When it was asked, in seconds of Redis, known within `DOUBT`.
    """

    leadership: str
    number: int
    asked: float

    def is_after(self, other: Place) -> bool:
        """Whether it comes later in the same leadership.

        Numbers tell what was asked close together; beyond that the times do, so that one absurd number
        cannot silence a leader that goes on.
        """
        apart = self.asked - other.asked
        return apart > DOUBT or (self.number > other.number and apart >= -DOUBT)


@dataclass(frozen=True, slots=True)
class Sample:
    """Prices as they were sampled, before they get a number.

    Attributes:
        currency: Currency of all prices; empty if nothing says which.
        moment: When they were asked for: surely not earlier than that.
        quotes: By sku.
        asked_by: When they had surely been asked for, by the clock of `moment`. Only what another process
            has asked for leaves a doubt between the two.
        place: Of what another process has published.
    """

    currency: str
    moment: Moment
    quotes: Mapping[str, Quote]
    asked_by: float
    place: Place | None = None

    def is_newer_than(self, other: Sample) -> bool:
        """Whether it was surely asked for later."""
        here, there = self.place, other.place
        if here is not None and there is not None and here.leadership == there.leadership:
            return here.is_after(there)
        return self.moment.taken > other.asked_by

    def numbered(self, version: int) -> Snapshot:
        """The snapshot of this number."""
        return Snapshot(version, self.currency, self.moment, self.quotes)


def read_sample(prices: Prices, moment: Moment, currency: str) -> Sample:
    """Take the prices out of what a source gave.

    Args:
        prices: What it gave.
        moment: When it was asked.
        currency: Currency of rows that name none.

    Raises:
        ValueError: There are no prices in it, one is no number that a price can be, a product comes twice, or
            there is more than one currency.
        TypeError: A price is no Decimal.
    """
    rows: Iterable[PriceRow]
    if isinstance(prices, models.PriceFix):
        rows, currency = prices.prices, str(prices.currency)
    elif isinstance(prices, Mapping):
        rows = cast("Mapping[str, PriceRow]", prices).values()
    else:
        rows = prices
    quotes: list[Quote] = []
    for row in rows:
        own = row.currency if isinstance(row, Quote) else currency
        quotes.append(Quote(row.sku, row.buy_price, row.sell_price, row.spot_price, own, moment))
        currency = currency or own
    return Sample(currency, moment, by_sku(quotes, currency), asked_by=moment.taken)


def by_sku(quotes: Iterable[Quote], currency: str) -> dict[str, Quote]:
    """The quotes of one moment by sku.

    Args:
        quotes: All of them.
        currency: What each must be in.

    Raises:
        ValueError: There are none, a product comes twice, or one is in another currency.
    """
    products: dict[str, Quote] = {}
    for quote in quotes:
        if quote.currency != currency:
            raise ValueError(f"{quote.sku} is in {quote.currency or 'no currency'}, not in {currency}")
        if quote.sku in products:
            raise ValueError(f"there are two prices of {quote.sku}")
        products[quote.sku] = quote
    if not products:
        raise ValueError("the source of the price feed gave no prices")
    return products
