"""What a source of prices may give, and how it becomes a sample: prices only, the price token is left
behind.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeAlias, cast

from minted_async.feeds.snapshot import Moment, Quote, Snapshot
from minted_async.generated import models

__all__ = ["PriceRow", "Sample", "Source", "read_sample"]


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


@dataclass(frozen=True, slots=True)
class Sample:
    """Prices as they were sampled, before they get a number."""

    currency: str
    moment: Moment
    quotes: Mapping[str, Quote]

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
        ValueError: There are no prices in it, or one is no finite number.
        TypeError: A price is no Decimal.
    """
    rows: Iterable[PriceRow]
    if isinstance(prices, models.PriceFix):
        rows, currency = prices.prices, str(prices.currency)
    elif isinstance(prices, Mapping):
        rows = cast("Mapping[str, PriceRow]", prices).values()
    else:
        rows = prices
    quotes: dict[str, Quote] = {}
    for row in rows:
        own = row.currency if isinstance(row, Quote) else currency
        quotes[row.sku] = Quote(
            sku=row.sku,
            buy=_exact(row.sku, row.buy_price),
            sell=_exact(row.sku, row.sell_price),
            spot=_exact(row.sku, row.spot_price),
            currency=own,
            moment=moment,
        )
        currency = currency or own
    if not quotes:
        raise ValueError("the source of the price feed gave no prices")
    return Sample(currency, moment, quotes)


def _exact(sku: str, price: object) -> Decimal:
    if not isinstance(price, Decimal):
        raise TypeError(
            f"a price of {sku} is {type(price).__name__}, not Decimal: the feed never rounds money"
        )
    if not price.is_finite():
        raise ValueError(f"a price of {sku} is no number: {price}")
    return price
