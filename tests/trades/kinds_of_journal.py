"""Every kind of journal, each with its own storage, for tests of what all of them must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from minted_async import Clock, models
from minted_async.trades import IntendedItem, Journal, OrderIntent, QuoteRecord

ACCOUNT = "shop https://one.example"
ME = "one:1:aa"
OTHER = "two:2:bb"


@dataclass
class Storage:
    """Where the journals of one test keep what they know.

    Attributes:
        make: another journal on the same storage, as another process would have it.
        kind: which kind it is.
        advance: lets so many seconds pass for the journal.
    """

    kind: str
    make: Callable[[], Journal]
    advance: Callable[[float], None]
    made: list[Journal] = field(default_factory=list[Journal])

    def journal(self) -> Journal:
        journal = self.make()
        self.made.append(journal)
        return journal


class MovableClock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def clock(self) -> Clock:
        start = datetime(2030, 1, 31, 21, 30, tzinfo=UTC)
        return Clock(monotonic=lambda: self.seconds, now=lambda: start + timedelta(seconds=self.seconds))

    def advance(self, seconds: float) -> None:
        self.seconds += seconds


def intent(external_id: str = "B-1", **changes: object) -> OrderIntent:
    values: dict[str, object] = {
        "account": ACCOUNT,
        "external_id": external_id,
        "operation": "orders.buy",
        "items": (IntendedItem("GAU", Decimal("0.10")), IntendedItem("3000002", None)),
        "customer_external_id": "CST-1",
        "currency_code": "TRY",
        "total": Decimal("1000.00"),
        "wish": "a digest",
    }
    return OrderIntent(**(values | changes))  # type: ignore[arg-type]


def quote(quote_id: str = "Q-1", **changes: object) -> QuoteRecord:
    values: dict[str, object] = {
        "id": quote_id,
        "account": ACCOUNT,
        "token": "secret-token",
        "customer_external_id": "CST-1",
        "currency": "TRY",
        "prices": [
            models.Price(
                currency_id=1,
                product_id=3000001,
                spot_price=Decimal("4200.10"),
                buy_price=Decimal("4260.9400"),
                sell_price=Decimal("4180"),
                sku="GAU",
            )
        ],
        "is_total_price": False,
        "total": None,
        "usable_for": 200.0,
        "ends_in": 240.0,
    }
    return QuoteRecord(**(values | changes))  # type: ignore[arg-type]
