"""Quotes: a price that was shown by one worker and is bought by another, once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final, NoReturn

from minted_async.core.model import Model
from minted_async.errors import PriceExpiredError
from minted_async.generated import models
from minted_async.trades.journal import refusals
from minted_async.trades.journal.base import QuoteRecord
from minted_async.trades.journal.refusals import check_storable, journal_problems
from minted_async.trades.open_orders import OpenOrders
from minted_async.trades.options import TradeOptions
from minted_async.trades.price_lock import PriceLock

_TOLERATED: Final = 0.25
"""Share of the margin for clocks that disagree which a journal may take to write a quote."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Quote(Model, frozen=True, kw_only=True):
    """A price to show. Any worker that shares the journal can buy with its `id`, once.

    It holds no price token: that stays in the journal. Its `id` is what crosses to another process: the quote
    itself goes by the clock of its own one, and cannot be pickled.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"id"})

    id: str
    """What `buy` and `sell` take as their `quote`: unguessable, and without meaning."""

    prices: list[models.Price]
    """The fixed prices, one row for each product."""

    currency: models.Currency
    """Currency of all prices here."""

    customer_external_id: str | None
    """For whom the price was fixed; None for the partner itself."""

    total: Decimal | None
    """The money total that prices were fixed from, if they were."""

    expires_at: datetime
    """Until when it can be used, by the journal's clock and with a margin for clocks that disagree; aware."""

    now: Callable[[], datetime] = _utc_now
    """The clock that `remaining` goes by."""

    @property
    def remaining(self) -> float:
        """Seconds for which it can be used; below 0 once it has run out."""
        return (self.expires_at - self.now()).total_seconds()

    def price(self, sku: str) -> models.Price:
        """The fixed prices of a product.

        Raises:
            KeyError: The quote does not have this product.
        """
        for price in self.prices:
            if price.sku == sku:
                return price
        raise KeyError(sku)

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a Quote goes by the clock of its process and cannot be pickled or copied to another: hand over "
            "its id, and `buy(quote=id)` there"
        )


async def save_quote(lock: PriceLock, open_orders: OpenOrders, options: TradeOptions) -> Quote:
    """Keep a price lock in the journal for whoever buys with it.

    Raises:
        ArgumentError: The customer's id cannot be kept.
        PriceExpiredError: The lock is too short to be shown to anybody.
        NotSentError: The journal could not be written.
    """
    check_storable("customer_external_id", lock.customer_external_id)
    # The journal counts from when it writes: what it took longer than was allowed for would be added to the
    # quote's life. Then the id, which nobody has seen, is dropped for one that ends early enough.
    reserve = 0.0
    while True:
        started = options.clock.monotonic()
        record = _record_of(lock, open_orders.account, options, reserve)
        with journal_problems("written"):
            expires_at = await open_orders.journal.save_quote(record)
        took = options.clock.monotonic() - started
        if took <= reserve + options.clock_margin * _TOLERATED:
            break
        reserve = 2 * took
    fix = lock.fix
    return Quote(
        id=record.id,
        prices=fix.prices,
        currency=fix.currency,
        customer_external_id=lock.customer_external_id,
        total=fix.total,
        expires_at=expires_at,
        now=options.clock.now,
    )


def _record_of(lock: PriceLock, account: str, options: TradeOptions, reserve: float) -> QuoteRecord:
    usable_for = lock.remaining - options.clock_margin - reserve
    if usable_for <= 0:
        raise PriceExpiredError(
            f"the price lock has {lock.remaining:.1f} s left, too little for a quote",
            expired_for=-usable_for,
        )
    fix = lock.fix
    return QuoteRecord(
        id=secrets.token_urlsafe(24),
        account=account,
        token=fix.token,
        customer_external_id=lock.customer_external_id,
        currency=str(fix.currency),
        prices=fix.prices,
        is_total_price=fix.is_total_price,
        total=fix.total,
        usable_for=usable_for,
        ends_in=max(lock.latest_possible_end - options.clock.monotonic(), 0.0) + options.clock_margin,
    )


async def find_quote(quote_id: str, open_orders: OpenOrders) -> QuoteRecord:
    """A quote of this account.

    Raises:
        QuoteNotFoundError: There is none with this id.
        ArgumentError: It cannot be the id of one.
        NotSentError: The journal could not be read.
    """
    check_storable("quote", quote_id)
    with journal_problems("read"):
        record = await open_orders.journal.quote(open_orders.account, quote_id)
    if record is None:
        raise refusals.quote_not_found()
    return record


def lock_of(record: QuoteRecord, options: TradeOptions, asked_at: float) -> PriceLock:
    """The price lock of a quote; of one that was used already, to see what was ordered with it.

    Args:
        record: The quote, as it was read.
        options: Clock and margins.
        asked_at: When the journal was asked for it, by the monotonic clock.

    Raises:
        QuoteExpiredError: It has run out, and nobody has used it.
    """
    if record.used_by is None and (record.usable_for <= 0 or record.token is None):
        raise refusals.quote_expired()
    now = options.clock.monotonic()
    ends = asked_at + record.usable_for
    fix = models.PriceFix(
        token=record.token or "",
        expires_at=options.clock.now() + timedelta(seconds=record.usable_for),
        is_total_price=record.is_total_price,
        expire_ttl=int(record.usable_for),
        prices=record.prices,
        currency=models.Currency(record.currency),
        total=record.total,
    )
    return PriceLock(
        fix,
        ends=ends,
        latest_possible_end=now + record.ends_in,
        margin=0.0,  # it went into the end of the quote
        customer_external_id=record.customer_external_id,
        monotonic=options.clock.monotonic,
    )
