"""The last snapshots, candles of them, and tables that keep every digit."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import MintedClient
from minted_async.errors import ConfigurationError
from minted_async.feeds import Candle, Moment, Snapshot
from minted_async.feeds.frames import to_arrow, to_polars
from minted_async.feeds.history import History
from minted_async.feeds.source import read_sample
from tests.feeds.virtual_time import Ticker, VirtualTime, price

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def snapshot(version: int, buy: str, after: float = 0.0) -> Snapshot:
    at = NINE + timedelta(seconds=after)
    return read_sample([price(buy=buy), price("GAG", buy="52.07")], Moment(at, after), "TRY").numbered(
        version
    )


def history(*bought: tuple[float, str]) -> History:
    kept = History(100)
    for version, (after, buy) in enumerate(bought, 1):
        kept.add(snapshot(version, buy, after))
    return kept


@pytest.mark.anyio
async def test_a_feed_keeps_the_last_snapshots(minted: MintedClient, virtual: VirtualTime) -> None:
    async with minted.price_feed(source=Ticker(), clock=virtual.clock, history=5) as feed:
        await virtual.run(20.0)
        assert [kept.version for kept in feed.history] == [17, 18, 19, 20, 21]
        assert feed.history[-1] is feed.latest
        assert [kept.version for kept in feed.history[:2]] == [17, 18]
        assert repr(feed.history) == "<History: 5 snapshots, 09:00:16 to 09:00:20>"


@pytest.mark.anyio
async def test_a_feed_may_keep_nothing(minted: MintedClient) -> None:
    async with minted.price_feed(interval=60, history=0) as feed:
        assert list(feed.history) == []
        assert repr(feed.history) == "<History: empty>"


def test_candles_of_a_minute_begin_with_the_minute() -> None:
    kept = history((10, "5"), (20, "9"), (59.9, "2"), (60, "7"), (180, "8"))
    assert kept.ohlc("GAU", every=60) == [
        Candle(NINE, Decimal(5), Decimal(9), Decimal(2), Decimal(2), 3),
        Candle(NINE + timedelta(minutes=1), Decimal(7), Decimal(7), Decimal(7), Decimal(7), 1),
        Candle(NINE + timedelta(minutes=3), Decimal(8), Decimal(8), Decimal(8), Decimal(8), 1),
    ]
    assert kept.ohlc("GAU", every=timedelta(hours=1))[0].samples == 5
    assert kept.ohlc("GAG", price="spot")[0].open == Decimal("4212.5")
    assert kept.ohlc("TIN") == []


@pytest.mark.parametrize("every", [0, -1, timedelta(0), 1e-9])
def test_a_span_without_length_is_refused(every: float | timedelta) -> None:
    with pytest.raises(ValueError, match="positive length of time"):
        history((0, "1")).ohlc("GAU", every=every)


@given(
    bought=st.lists(
        st.tuples(st.floats(0, 3600), st.decimals(1, 10**6, places=4).map(str)), min_size=1, max_size=60
    ),
    every=st.floats(0.5, 600),
)
def test_candles_hold_what_was_sampled(bought: list[tuple[float, str]], every: float) -> None:
    bought.sort(key=lambda sample: sample[0])
    candles = history(*bought).ohlc("GAU", every=every)
    assert sum(candle.samples for candle in candles) == len(bought)
    assert [candle.start for candle in candles] == sorted({candle.start for candle in candles})
    assert candles[0].open == Decimal(bought[0][1])
    assert candles[-1].close == Decimal(bought[-1][1])
    assert max(candle.high for candle in candles) == max(Decimal(buy) for _, buy in bought)
    assert min(candle.low for candle in candles) == min(Decimal(buy) for _, buy in bought)
    assert all(candle.low <= candle.open <= candle.high for candle in candles)
    assert all(candle.low <= candle.close <= candle.high for candle in candles)


def test_candles_are_exact_whatever_the_decimal_context() -> None:
    kept = history((0, "4260.94380001"), (10, "4260.94380003"), (20, "4260.94380002"))
    with localcontext(Context(prec=2, traps=[])):
        (candle,) = kept.ohlc("GAU")
        assert (candle.high, candle.low) == (Decimal("4260.94380003"), Decimal("4260.94380001"))
        assert str(candle.change) == "1E-8"


@pytest.mark.parametrize("convert", [to_polars, to_arrow])
def test_prices_that_no_column_can_hold_are_refused_before_they_are_rounded(
    convert: Callable[[History], object],
) -> None:
    with pytest.raises(ValueError, match="round them in the source"):
        convert(history((0, "1E+20"), (1, "1E-30")))


def test_a_polars_frame_has_every_digit() -> None:
    frame: Any = to_polars(history((0, "4260.9438"), (1, "4260.94380001")))
    assert frame.columns == ["version", "at", "sku", "currency", "buy", "sell", "spot", "spread"]
    assert frame.shape == (4, 8)
    gold = frame.filter(frame["sku"] == "GAU")
    assert gold["buy"].to_list() == [Decimal("4260.9438"), Decimal("4260.94380001")]
    assert gold["spread"].to_list() == [Decimal("84.2500"), Decimal("84.25000001")]
    assert gold["at"].to_list() == [NINE, NINE + timedelta(seconds=1)]


def test_an_arrow_table_has_every_digit() -> None:
    table = to_arrow(history((0, "4260.9438"), (1, "4260.94380001")))
    rows = table.to_pylist()
    assert [row["buy"] for row in rows if row["sku"] == "GAU"] == [
        Decimal("4260.9438"),
        Decimal("4260.94380001"),
    ]
    assert rows[0]["at"] == NINE
    assert rows[0]["currency"] == "TRY"


def test_tables_of_nothing_have_their_columns() -> None:
    assert to_polars(History(5)).columns == to_arrow(History(5)).column_names


@pytest.mark.parametrize(("module", "convert"), [("polars", to_polars), ("pyarrow", to_arrow)])
def test_without_the_libraries_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, module: str, convert: object
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match=r"pip install 'minted-async\[frames\]'"):
        convert(History(5))  # type: ignore[operator]


def test_none_of_it_is_imported_before_it_is_needed() -> None:
    program = (
        "import sys, minted_async; from minted_async import MintedClient;"
        "assert 'minted_async.feeds' not in sys.modules;"
        "MintedClient('a', 'b').price_feed(share='redis://127.0.0.1:1');"
        "assert 'minted_async.feeds' in sys.modules;"
        "assert not {'redis', 'polars', 'pyarrow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
