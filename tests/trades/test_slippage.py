"""A price that is worse than the caller accepts is not traded at, to the last decimal."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from decimal import Decimal, localcontext

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async import errors, models
from minted_async.sandbox import Sandbox
from minted_async.trades import Buy, Sell, Trades
from minted_async.trades.preparing import check_slippage
from tests.trades.orders import CUSTOMER, gold, gold_to_sell, sent_orders

pytestmark = pytest.mark.anyio

ONE_PERCENT = Decimal("0.01")


async def test_a_purchase_refuses_a_price_above_the_reference(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    fixed = lock.price("GAU").buy_price
    reference = fixed / Decimal("1.02")
    with pytest.raises(errors.SlippageError) as caught:
        await trades.buy(
            customer=CUSTOMER,
            items=gold(),
            price_token=lock,
            external_id="B-1",
            max_slippage=ONE_PERCENT,
            reference_price=reference,
        )
    error = caught.value
    assert (error.fixed_price, error.reference_price, error.max_slippage) == (fixed, reference, ONE_PERCENT)
    assert (error.sku, error.external_id, error.slippage) == ("GAU", "B-1", Decimal("0.02"))
    copy = pickle.loads(pickle.dumps(error))
    assert (copy.fixed_price, copy.external_id, str(copy)) == (fixed, "B-1", str(error))
    assert sent_orders(sandbox) == {}


async def test_a_purchase_takes_any_better_price(trades: Trades) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    await trades.buy(
        customer=CUSTOMER,
        items=gold(),
        price_token=lock,
        max_slippage=Decimal(0),
        reference_price=lock.price("GAU").buy_price * 2,
    )


async def test_a_sale_refuses_a_price_below_the_reference(trades: Trades, sandbox: Sandbox) -> None:
    lock = await trades.fix_price(customer_external_id="CST-1")
    with pytest.raises(errors.SlippageError):
        await trades.sell(
            items=gold_to_sell(),
            price_token=lock,
            max_slippage=ONE_PERCENT,
            reference_price=lock.price("GAU").sell_price * Decimal("1.02"),
        )
    assert sent_orders(sandbox) == {}


async def test_a_price_fixed_on_the_way_is_compared(trades: Trades, sandbox: Sandbox) -> None:
    with pytest.raises(errors.SlippageError):
        await trades.buy(
            customer=CUSTOMER, items=gold(), max_slippage=ONE_PERCENT, reference_price={"GAU": Decimal(1)}
        )
    assert sent_orders(sandbox) == {}


def price(buy: Decimal, sell: Decimal, sku: str = "GAU") -> models.Price:
    return models.Price(
        currency_id=1, product_id=3000001, spot_price=buy, buy_price=buy, sell_price=sell, sku=sku
    )


def fix(*prices: models.Price) -> models.PriceFix:
    return models.PriceFix(
        token="token",
        expires_at=datetime(2030, 1, 1, tzinfo=UTC),
        is_total_price=False,
        expire_ttl=240,
        prices=list(prices),
        currency=models.Currency.TRY,
    )


decimals = st.decimals(min_value="0.0001", max_value="1e12", places=8)
shares = st.decimals(min_value=0, max_value=2, places=6)


@given(fixed=decimals, reference=decimals, limit=shares)
def test_the_limit_is_exact_in_both_directions(fixed: Decimal, reference: Decimal, limit: Decimal) -> None:
    def refused(request: Buy | Sell) -> bool:
        # The program's own context must not matter.
        with localcontext(prec=3):
            try:
                check_slippage(request, fix(price(fixed, fixed)))
            except errors.SlippageError:
                return True
        return False

    with localcontext(prec=80):
        too_high = fixed > reference * (1 + limit)
        too_low = fixed < reference * (1 - limit)
    buy = Buy(customer=CUSTOMER, items=gold(), max_slippage=limit, reference_price=reference)
    sell = Sell(items=gold_to_sell(), max_slippage=limit, reference_price=reference)
    assert (refused(buy), refused(sell)) == (too_high, too_low)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"reference_price": {"GAG": Decimal(1)}}, "no price of GAU"),
        ({"reference_price": Decimal(0)}, "more than 0"),
        ({"reference_price": Decimal("NaN")}, "finite"),
        ({"max_slippage": Decimal(-1)}, "negative"),
        ({"currency_code": "USD"}, "fixed in TRY"),
        ({"items": [*gold(), models.BuyItem(sku="GAG", amount=Decimal(1))]}, "by sku"),
        ({"items": [models.BuyItem(sku="XXX", amount=Decimal(1))]}, "no price was fixed"),
    ],
)
def test_what_cannot_be_compared_is_refused(changes: dict[str, object], problem: str) -> None:
    request = Buy(customer=CUSTOMER, items=gold(), max_slippage=ONE_PERCENT, reference_price=Decimal(4000))
    with pytest.raises(errors.ArgumentError, match=problem):
        check_slippage(msgspec.structs.replace(request, **changes), fix(price(Decimal(4000), Decimal(3900))))


def test_items_by_product_number_are_compared() -> None:
    item = models.BuyItem(product_id="3000001", amount=Decimal(1))
    request = Buy(customer=CUSTOMER, items=[item], max_slippage=ONE_PERCENT, reference_price=Decimal(1))
    with pytest.raises(errors.SlippageError):
        check_slippage(request, fix(price(Decimal(4000), Decimal(3900))))


def test_prices_are_no_floats() -> None:
    request = Buy(
        customer=CUSTOMER,
        items=gold(),
        max_slippage=ONE_PERCENT,
        reference_price=1.5,  # type: ignore[arg-type]
    )
    with pytest.raises(TypeError, match="Decimal"):
        check_slippage(request, fix(price(Decimal(4000), Decimal(3900))))


def test_a_bare_token_cannot_be_compared() -> None:
    request = Buy(customer=CUSTOMER, items=gold(), max_slippage=ONE_PERCENT, reference_price=Decimal(1))
    with pytest.raises(errors.ArgumentError, match="PriceLock"):
        check_slippage(request, None)
