"""Prices that walk at random, and the price fixes that lock them.

All values are made up. One price walk serves all currencies, through made-up rates that do not move.
"""

from __future__ import annotations

import random
import string
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import cast

from minted_async.sandbox.clock import Clock

MAX_STEPS = 3600
"""Steps that the walk takes at once; a longer jump of the clock counts as an hour."""

EXACT = Context(prec=60)
"""Wide enough that no sum or product of accepted numbers is rounded, whatever context the program has set."""

_FOUR = Decimal("0.0001")
_BASIS_POINT = Decimal("0.0001")
_TOKEN_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Product:
    """A digital product: one gram of a metal."""

    sku: str
    product_id: int
    currency_id: int
    metal: str
    name: str
    opening: Decimal
    """Where the walk of its spot price starts, in TRY."""


PRODUCTS: dict[str, Product] = {
    product.sku: product
    for product in (
        Product("GAU", 3000001, 1000004, "Gold", "Gold - Digital storage", Decimal("4212.5")),
        Product("GAG", 3000002, 1000005, "Silver", "Silver - Digital storage", Decimal("51.48")),
        Product("BGAU", 3000088, 1000015, "BGAU", "BGAU - Digital storage", Decimal("4230")),
        Product("BGAG", 3000089, 1000016, "BGAG", "BGAG - Digital storage", Decimal("51.9")),
        Product("GPT", 3000090, 1000017, "GPT", "GPT - Digital storage", Decimal("1463.75")),
        Product("GPD", 3000091, 1000018, "GPD", "GPD - Digital storage", Decimal("1391.2")),
    )
}
PRODUCTS_BY_ID: dict[str, Product] = {str(product.product_id): product for product in PRODUCTS.values()}


@dataclass(frozen=True, slots=True)
class Cash:
    """A currency: its number and symbol, and how many TRY it costs."""

    code: str
    currency_id: int
    symbol: str
    name: str
    rate: Decimal


CURRENCIES: dict[str, Cash] = {
    cash.code: cash
    for cash in (
        Cash("TRY", 1000003, "₺", "Türk Lirası", Decimal(1)),
        Cash("USD", 1000001, "$", "US Dollar", Decimal("41.2")),
        Cash("EUR", 1000002, "€", "Euro", Decimal("48.1")),
        Cash("GBP", 1000006, "£", "Pound Sterling", Decimal("55.3")),
        Cash("AED", 1000012, "د.إ", "UAE Dirham", Decimal("11.2")),
    )
}
FIX_CURRENCIES = ("TRY", "USD", "EUR", "GBP")
"""What a price fix and an order of the Partner tab can be in; AED is seen in the Walletable tab alone."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Prices of one gram, at most four decimals: of the market, for a buyer, for a seller."""

    spot: Decimal
    buy: Decimal
    sell: Decimal


def plain(number: Decimal) -> Decimal:
    """The same number without trailing zeros or an exponent: `2940`, not `2940.0000` or `2.94E+3`."""
    number = number.normalize()
    return number.quantize(Decimal(1)) if cast(int, number.as_tuple().exponent) > 0 else number


def to_cents(amount: Decimal) -> Decimal:
    """Money, rounded half up to two decimals."""
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def fresh_token(rng: random.Random, length: int) -> str:
    """Letters and digits that nobody has guessed."""
    return "".join(rng.choices(_TOKEN_ALPHABET, k=length))


class Market:
    """The price walk: one step for each whole second of the clock, the same for the same seed.

    A step moves each spot price by up to 0.12%; no price leaves the range from half to twice its opening.
    """

    def __init__(self, seed: int, clock: Clock) -> None:
        self._rng = random.Random(f"market {seed}")
        self._clock = clock
        self._started_at = clock.now()
        self._steps = 0
        self._spots = {sku: product.opening for sku, product in PRODUCTS.items()}
        self._quotes: dict[str, dict[str, Quote]] = {}

    def quotes(self, currency: str) -> dict[str, Quote]:
        """The prices of this second in a currency, by sku."""
        self._catch_up()
        if currency not in self._quotes:
            rate = CURRENCIES[currency].rate
            self._quotes[currency] = {sku: _quote(spot, rate) for sku, spot in self._spots.items()}
        return self._quotes[currency]

    def _catch_up(self) -> None:
        due = int(self._clock.now() - self._started_at)
        if due == self._steps:
            return
        for _ in range(min(due - self._steps, MAX_STEPS)):
            for sku, product in PRODUCTS.items():
                moved = self._spots[sku] * (10_000 + self._rng.randint(-12, 12)) * _BASIS_POINT
                moved = min(max(moved, product.opening / 2), product.opening * 2)
                self._spots[sku] = moved.quantize(_FOUR, ROUND_HALF_UP)
        self._steps = due
        self._quotes.clear()


def _quote(spot: Decimal, rate: Decimal) -> Quote:
    def price(factor: str) -> Decimal:
        return plain((spot * Decimal(factor) / rate).quantize(_FOUR, ROUND_HALF_UP))

    return Quote(spot=price("1"), buy=price("1.0115"), sell=price("0.9915"))


@dataclass(frozen=True, slots=True)
class PriceFix:
    """Prices that are locked for a while, for whoever holds the token."""

    token: str = field(repr=False)
    currency: str
    total: Decimal | None
    customer_external_id: str | None
    expires_at: float
    """By the clock's `now`."""
    quotes: dict[str, Quote] = field(repr=False)

    def buy_amount(self, sku: str) -> Decimal | None:
        """Grams that the fixed total buys, rounded down to four decimals; nothing without a total."""
        if self.total is None:
            return None
        return plain((self.total / self.quotes[sku].buy).quantize(_FOUR, ROUND_DOWN))


class PriceFixes:
    """All price fixes that are still alive.

    A token can be used for any number of orders until it expires: the documentation does not say that one
    order uses it up.
    """

    def __init__(self, market: Market, clock: Clock, ttl: float, rng: random.Random) -> None:
        if not 0 < ttl < float("inf"):
            raise ValueError(f"price_ttl is a positive number of seconds: {ttl!r}")
        self.ttl = ttl
        self.market = market
        self._clock = clock
        self._rng = rng
        self._fixes: dict[str, PriceFix] = {}

    def __len__(self) -> int:
        return len(self._fixes)

    def fix(self, currency: str, *, total: Decimal | None, customer_external_id: str | None) -> PriceFix:
        """Lock the prices of this moment."""
        now = self._clock.now()
        self._forget_expired(now)
        token = fresh_token(self._rng, 32)
        quotes = self.market.quotes(currency)
        fix = PriceFix(token, currency, total, customer_external_id, now + self.ttl, quotes)
        self._fixes[token] = fix
        return fix

    def live(self, token: str) -> PriceFix | None:
        """The fix of a token, unless the token is unknown or has expired."""
        fix = self._fixes.get(token)
        return None if fix is None or fix.expires_at <= self._clock.now() else fix

    def _forget_expired(self, now: float) -> None:
        while self._fixes:
            oldest = next(iter(self._fixes))
            if self._fixes[oldest].expires_at > now:
                return
            del self._fixes[oldest]
