"""How databases write what a journal keeps: numbers, items and prices as text, which keeps every decimal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from minted_async.core.decoding import convert
from minted_async.generated import models
from minted_async.trades.journal.base import (
    IntendedItem,
    OrderIntent,
    OrderRecord,
    Outcome,
    Progress,
    QuoteRecord,
    UnreadableRecord,
)

INTENT_COLUMNS: Final = (
    "account, external_id, operation, items, customer_external_id, currency_code, total, wish"
)
RECORD_COLUMNS: Final = f"{INTENT_COLUMNS}, recorded_at, certain_at, progress, outcome, settled_at"
QUOTE_COLUMNS: Final = "id, account, token, customer_external_id, currency, prices, is_total_price, total"
IntentRow = tuple[str, str, str, str, str | None, str | None, str | None, str | None]
QuoteRow = tuple[str, str, str | None, str | None, str, str, bool, str | None]

_PRICES: Final = msgspec.json.Decoder(list[models.Price])
_ITEMS: Final = msgspec.json.Decoder(list[tuple[str, str | None]])


def intent_row(intent: OrderIntent) -> IntentRow:
    """An intent, in the order of `INTENT_COLUMNS`."""
    items = [(item.product, _number_text(item.amount)) for item in intent.items]
    return (
        intent.account,
        intent.external_id,
        intent.operation,
        msgspec.json.encode(items).decode(),
        intent.customer_external_id,
        intent.currency_code,
        _number_text(intent.total),
        intent.wish,
    )


def read_record(row: tuple[Any, ...], now: datetime) -> OrderRecord | UnreadableRecord:
    """The record of a row of `RECORD_COLUMNS`, whose times may be text.

    Args:
        row: The row, of which nothing is taken for granted.
        now: The present by the journal's clock.
    """
    try:
        return _read_record(row, now)
    except Exception as problem:  # whatever a row holds, it must not keep others from being read
        external_id = row[1] if isinstance(row[1], str) and row[1].isprintable() else None
        return UnreadableRecord(external_id=external_id, problem=f"{type(problem).__name__}: {problem}")


def quote_row(quote: QuoteRecord) -> QuoteRow:
    """A quote, in the order of `QUOTE_COLUMNS`."""
    return (
        quote.id,
        quote.account,
        quote.token,
        quote.customer_external_id,
        quote.currency,
        msgspec.json.encode(quote.prices).decode(),
        quote.is_total_price,
        _number_text(quote.total),
    )


def read_quote(
    row: tuple[Any, ...], *, expires_at: datetime, ends_at: datetime, used_by: str | None, now: datetime
) -> QuoteRecord:
    """The quote of a row of `QUOTE_COLUMNS`."""
    quote_id, account, token, customer, currency, prices, is_total_price, total = row
    return QuoteRecord(
        id=quote_id,
        account=account,
        token=token,
        customer_external_id=customer,
        currency=currency,
        prices=_PRICES.decode(prices),
        is_total_price=bool(is_total_price),
        total=None if total is None else Decimal(total),
        usable_for=(expires_at - now).total_seconds(),
        ends_in=max((ends_at - now).total_seconds(), 0.0),
        used_by=used_by,
    )


def stamp(moment: datetime) -> str:
    """A moment as text, in UTC with microseconds: comparing the texts compares the times."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def moment(value: str | datetime) -> datetime:
    """The moment of a text of `stamp`, or the moment itself.

    Raises:
        ValueError: It is none, or has no time zone.
    """
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    if found.tzinfo is None:
        raise ValueError(f"{found} has no time zone")
    return found


def _read_record(row: tuple[Any, ...], now: datetime) -> OrderRecord:
    account, external_id, operation, items, customer, currency, total, wish = row[:8]
    recorded_at, certain_at, progress, outcome, settled_at = row[8:]
    pairs = _ITEMS.decode(items)
    intent = OrderIntent(
        account=account,
        external_id=external_id,
        operation=operation,
        items=tuple(
            IntendedItem(product, None if amount is None else Decimal(amount)) for product, amount in pairs
        ),
        customer_external_id=customer,
        currency_code=currency,
        total=None if total is None else Decimal(total),
        wish=wish,
    )
    convert(msgspec.structs.asdict(intent), OrderIntent)  # the types of what a row holds are its own
    external_id.encode()
    recorded, certain = moment(recorded_at), moment(certain_at)
    # It was written before now: whatever the clock did since, no more than the whole time is left.
    left = min(max(certain - now, timedelta(0)), max(certain - recorded, timedelta(0)))
    return OrderRecord(
        intent=intent,
        recorded_at=recorded,
        certain_at=certain,
        certain_in=left.total_seconds(),
        progress=Progress(progress),
        outcome=None if outcome is None else Outcome(outcome),
        settled_at=None if settled_at is None else moment(settled_at),
    )


def _number_text(number: Decimal | None) -> str | None:
    return None if number is None else format(number, "f")
