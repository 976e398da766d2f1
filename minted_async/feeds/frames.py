"""Snapshots as tables of polars and Arrow. The libraries are the extra `frames`; nothing here needs them
before a table is asked for.

One row for each product of each snapshot. Prices keep every digit: they are 128-bit decimals with as many
decimals as the longest price has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from minted_async.errors import ConfigurationError
from minted_async.feeds.snapshot import Quote, Snapshot

if TYPE_CHECKING:
    import polars
    import pyarrow

_DIGITS: Final = 38
_PRICES: Final = ("buy", "sell", "spot", "spread")


def to_polars(snapshots: Iterable[Snapshot]) -> polars.DataFrame:
    """A polars DataFrame with the columns version, at (UTC), sku, currency, buy, sell, spot and spread.

    Raises:
        ConfigurationError: polars is not installed.
    """
    try:
        import polars
    except ModuleNotFoundError as error:
        raise _missing("polars") from error
    rows = _rows(snapshots)
    money = polars.Decimal(_DIGITS, _scale(rows))
    schema: dict[str, Any] = {
        "version": polars.Int64(),
        "at": polars.Datetime("us", "UTC"),
        "sku": polars.String(),
        "currency": polars.String(),
        **dict.fromkeys(_PRICES, money),
    }
    return polars.DataFrame(_columns(rows), schema=schema)


def to_arrow(snapshots: Iterable[Snapshot]) -> pyarrow.Table:
    """An Arrow table with the columns version, at (UTC), sku, currency, buy, sell, spot and spread.

    Raises:
        ConfigurationError: pyarrow is not installed.
    """
    try:
        import pyarrow
    except ModuleNotFoundError as error:
        raise _missing("pyarrow") from error
    rows = _rows(snapshots)
    money = pyarrow.decimal128(_DIGITS, _scale(rows))
    fields: list[tuple[str, pyarrow.DataType]] = [
        ("version", pyarrow.int64()),
        ("at", pyarrow.timestamp("us", "UTC")),
        ("sku", pyarrow.string()),
        ("currency", pyarrow.string()),
        *((name, money) for name in _PRICES),
    ]
    make: Any = pyarrow.Table
    table: pyarrow.Table = make.from_pydict(_columns(rows), schema=pyarrow.schema(fields))
    return table


def _missing(name: str) -> ConfigurationError:
    return ConfigurationError(f"{name} is not installed: pip install 'minted-async[frames]'")


def _rows(snapshots: Iterable[Snapshot]) -> list[tuple[Snapshot, Quote]]:
    return [(snapshot, quote) for snapshot in snapshots for quote in snapshot.values()]


def _columns(rows: Sequence[tuple[Snapshot, Quote]]) -> dict[str, list[Any]]:
    return {
        "version": [snapshot.version for snapshot, _ in rows],
        "at": [snapshot.at for snapshot, _ in rows],
        "sku": [quote.sku for _, quote in rows],
        "currency": [quote.currency for _, quote in rows],
        **{name: [getattr(quote, name) for _, quote in rows] for name in _PRICES},
    }


def _scale(rows: Iterable[tuple[Snapshot, Quote]]) -> int:
    """How many decimals the longest price has.

    Raises:
        ValueError: There is no room left for the digits before the point.
    """
    prices = [getattr(quote, name) for _, quote in rows for name in _PRICES]
    scale = max((_decimals(price) for price in prices), default=0)
    whole = max((price.adjusted() + 1 for price in prices), default=0)
    if scale + whole > _DIGITS:
        raise ValueError(
            f"prices with {whole} digits before the point and {scale} after it do not fit into a decimal of "
            f"{_DIGITS} digits: round them in the source"
        )
    return scale


def _decimals(price: Decimal) -> int:
    exponent = price.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
