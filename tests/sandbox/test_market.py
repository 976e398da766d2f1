"""Prices and price fixes."""

from __future__ import annotations

import random
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from minted_async.sandbox.market import CURRENCIES, PRODUCTS, Market, PriceFixes, Quote
from tests.sandbox.caller import standing_clock


def walk(seed: int, seconds: list[float]) -> list[dict[str, Quote]]:
    clock = standing_clock()
    market = Market(seed, clock)
    quotes = [market.quotes("TRY")]
    for pause in seconds:
        clock.advance(pause)
        quotes.append(market.quotes("TRY"))
    return quotes


def test_the_same_seed_gives_the_same_prices() -> None:
    assert walk(7, [1.0] * 20) == walk(7, [1.0] * 20)
    assert walk(7, [1.0] * 20) != walk(8, [1.0] * 20)


def test_prices_move_with_each_second_and_not_within_one() -> None:
    start, same, moved = walk(7, [0.5, 0.5])
    assert start == same
    assert all(start[sku].spot != moved[sku].spot for sku in PRODUCTS)


def test_the_walk_does_not_depend_on_how_often_prices_are_asked_for() -> None:
    assert walk(7, [1.0] * 60)[-1] == walk(7, [60.0])[-1] == walk(7, [20.5, 39.5])[-1]


def test_prices_stay_in_their_range_over_a_long_time() -> None:
    for quotes in walk(7, [1800.0] * 40):
        for sku, quote in quotes.items():
            assert PRODUCTS[sku].opening / 2 <= quote.spot <= PRODUCTS[sku].opening * 2


@settings(deadline=None)
@given(st.integers(), st.sampled_from(sorted(CURRENCIES)), st.integers(min_value=0, max_value=500))
def test_buying_costs_more_than_selling_brings(seed: int, currency: str, seconds: int) -> None:
    clock = standing_clock()
    market = Market(seed, clock)
    clock.advance(seconds)
    quotes = market.quotes(currency)
    assert list(quotes) == list(PRODUCTS)
    for quote in quotes.values():
        assert quote.buy > quote.spot > quote.sell > 0
        for price in (quote.buy, quote.spot, quote.sell):
            assert price == price.quantize(Decimal("0.0001"))


def test_a_fix_keeps_its_prices_while_the_market_moves() -> None:
    clock = standing_clock()
    market = Market(7, clock)
    fixes = PriceFixes(market, clock, 240, random.Random(1))
    fix = fixes.fix("TRY", total=None, customer_external_id=None)
    before = dict(fix.quotes)
    clock.advance(100)
    assert fix.quotes == before != market.quotes("TRY")


def test_expired_fixes_do_not_pile_up() -> None:
    clock = standing_clock()
    fixes = PriceFixes(Market(7, clock), clock, 2.5, random.Random(1))
    for _ in range(100):
        fixes.fix("TRY", total=None, customer_external_id=None)
        clock.advance(1)
    assert len(fixes) == 3


def test_tokens_are_32_letters_and_digits_and_never_shown() -> None:
    clock = standing_clock()
    fixes = PriceFixes(Market(7, clock), clock, 240, random.Random(1))
    tokens = {fixes.fix("TRY", total=None, customer_external_id=None).token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 32 and token.isalnum() for token in tokens)
    fix = fixes.fix("TRY", total=None, customer_external_id=None)
    assert fix.token not in repr(fix)
