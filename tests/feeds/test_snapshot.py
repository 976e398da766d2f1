"""Snapshots are exact, immutable, and hold no price token."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, Inexact, Rounded, localcontext
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import MintedClient, models
from minted_async.feeds import Moment, Quote, Snapshot
from minted_async.feeds.source import read_sample
from tests.feeds.virtual_time import price

AT = datetime(2026, 11, 23, 9, 0, 0, 123456, tzinfo=UTC)


def snapshot(*prices: models.Price, taken: float = 100.0, now: float = 101.5) -> Snapshot:
    return read_sample(prices or (price(),), Moment(AT, taken, lambda: now), "TRY").numbered(3)


def test_a_quote_has_its_prices_by_both_names() -> None:
    quote = snapshot()["GAU"]
    assert (quote.buy, quote.sell, quote.spot) == (
        Decimal("4260.9438"),
        Decimal("4176.6938"),
        Decimal("4212.5"),
    )
    assert (quote.buy_price, quote.sell_price, quote.spot_price) == (quote.buy, quote.sell, quote.spot)
    assert (quote.spread, quote.currency, quote.at, quote.age) == (Decimal("84.25"), "TRY", AT, 1.5)


def test_an_unknown_sku_is_answered_with_the_known_ones() -> None:
    with pytest.raises(KeyError, match="no price of 'TIN': there are GAU, GAG"):
        snapshot(price(), price("GAG"))["TIN"]
    assert "TIN" not in snapshot()
    assert snapshot().get("TIN") is None


def test_a_snapshot_cannot_be_changed() -> None:
    prices = snapshot()
    with pytest.raises(AttributeError):
        prices.version = 4
    with pytest.raises(AttributeError):
        del prices.version
    with pytest.raises(AttributeError):
        prices["GAU"].buy = Decimal(1)  # type: ignore[misc]
    with pytest.raises(TypeError):
        prices["GAU"] = prices["GAU"]  # type: ignore[index]


def test_quotes_with_the_same_prices_are_equal_whatever_their_age() -> None:
    earlier, later = snapshot(taken=1.0), snapshot(taken=2.0)
    assert earlier["GAU"] == later["GAU"]
    assert hash(earlier["GAU"]) == hash(later["GAU"])
    assert earlier == later


def test_json_is_exact_and_encoded_once() -> None:
    prices = snapshot(price(buy="0.10"))
    assert prices.json is prices.json
    content = msgspec.json.decode(prices.json)
    assert content["quotes"]["GAU"]["buy"] == "0.10"
    assert (content["version"], content["currency"]) == (3, "TRY")
    assert datetime.fromisoformat(content["at"]) == AT


def test_a_snapshot_survives_pickling_with_its_age_by_the_time_of_day() -> None:
    prices = read_sample(
        [price()], Moment(datetime.now(UTC) - timedelta(seconds=60), 0.0, lambda: 5.0), "TRY"
    ).numbered(1)
    again = pickle.loads(pickle.dumps(prices))
    assert again == prices
    assert again.version == 1
    assert 60 <= again.age < 65
    assert 60 <= again["GAU"].age < 65
    assert copy.deepcopy(prices) == prices


@pytest.mark.parametrize("wrong", [4260.5, "4260.5", None])
def test_a_price_that_is_no_decimal_is_refused(wrong: object) -> None:
    row = price()
    with pytest.raises(TypeError, match=r"a price of GAU is .*, not Decimal"):
        read_sample([msgspec.structs.replace(row, buy_price=wrong)], Moment(AT, 0.0), "")


@pytest.mark.parametrize(
    "wrong", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+50", "1E-51", "1E+999999", "0", "-0.00", "-1"]
)
@pytest.mark.parametrize("name", ["buy", "sell", "spot"])
def test_a_price_that_no_price_can_be_is_refused(name: str, wrong: str) -> None:
    with pytest.raises(ValueError, match="a price of GAU"):
        read_sample([price(**{name: wrong})], Moment(AT, 0.0), "")


prices_of_any_size = st.decimals(min_value=Decimal("1E-50"), max_value=Decimal("1E+49"), places=50)


@given(buy=prices_of_any_size, sell=prices_of_any_size)
def test_a_spread_is_exact_whatever_the_decimal_context(buy: Decimal, sell: Decimal) -> None:
    quote = Quote("GAU", buy, sell, buy, "TRY", Moment(AT, 0.0))
    exact = Fraction(buy) - Fraction(sell)
    for context in (Context(prec=3), Context(prec=2, traps=[]), Context(prec=5, traps=[Inexact, Rounded])):
        with localcontext(context):
            assert Fraction(quote.spread) == exact


@pytest.mark.parametrize("sku", ["", " ", "GAU\n", "G\x00", "\u202eGAU"])
def test_a_product_without_a_printable_code_is_refused(sku: str) -> None:
    with pytest.raises(ValueError, match="a sku is empty or cannot be printed"):
        read_sample([price(sku)], Moment(AT, 0.0), "")


def test_a_product_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two prices of GAU"):
        read_sample([price(), price()], Moment(AT, 0.0), "TRY")


def test_prices_in_more_than_one_currency_are_refused() -> None:
    dollar = Quote("GAG", Decimal(3), Decimal(1), Decimal(2), "USD", Moment(AT, 0.0))
    with pytest.raises(ValueError, match="GAG is in USD, not in TRY"):
        read_sample([price(), dollar], Moment(AT, 0.0), "TRY")


def test_an_empty_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no prices"):
        read_sample([], Moment(AT, 0.0), "")


def test_a_source_may_give_a_mapping_and_quotes() -> None:
    quote = Quote("GAU", Decimal(3), Decimal(1), Decimal(2), "USD", Moment(AT, 0.0))
    sample = read_sample({"GAU": quote}, Moment(AT, 0.0), "")
    assert sample.quotes["GAU"] == quote
    assert sample.currency == "USD"


@pytest.mark.anyio
async def test_the_price_token_is_in_nothing_that_the_feed_shows(minted: MintedClient) -> None:
    fix = await minted.prices.fix(type="digital")
    prices = read_sample(fix, Moment(AT, 0.0), "").numbered(1)
    shown = repr(prices) + repr(dict(prices)) + prices.json.decode()
    assert fix.token not in shown
    assert fix.token.encode() not in pickle.dumps(prices)
