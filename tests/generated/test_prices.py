# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.prices` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors, models
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

PRICE_FIX: object = {
    "token": "token-1",
    "total": Decimal("7791.60"),
    "expires_at": "2030-01-31T18:05:00+03:00",
    "is_total_price": True,
    "expire_ttl": 891,
    "prices": [
        {
            "currency_id": 934,
            "product_id": 358,
            "spot_price": Decimal("1210.40"),
            "buy_price": Decimal("6535.10"),
            "sell_price": Decimal("5110.70"),
            "buy_amount": Decimal("4934.20"),
            "sku": "sku-1",
        }
    ],
    "currency": "GBP",
}

BARE_PRICE_FIX: object = {
    "token": "token-1",
    "expires_at": "2030-01-31T18:05:00+03:00",
    "is_total_price": True,
    "expire_ttl": 891,
    "prices": [
        {
            "currency_id": 934,
            "product_id": 358,
            "spot_price": Decimal("1210.40"),
            "buy_price": Decimal("6535.10"),
            "sell_price": Decimal("5110.70"),
            "sku": "sku-1",
        }
    ],
    "currency": "GBP",
}

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_fix_with_everything(recorder: Recorder) -> None:
    recorder.answer(PRICE_FIX)
    result = await recorder.minted.prices.fix(
        type="type-1",
        customer_external_id="customer_external_id/1 ü",
        currency="currency-1",
        total=Decimal("7791.60"),
    )
    recorder.assert_sent(
        "POST",
        "/partner/pricefix",
        api_version="3",
        body={
            "type": "type-1",
            "customer_external_id": "customer_external_id/1 ü",
            "currency": "currency-1",
            "total": Decimal("7791.60"),
        },
    )
    assert_same(result, PRICE_FIX, models.PriceFix)


async def test_fix_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_PRICE_FIX)
    result = await recorder.minted.prices.fix(type="type-1")
    recorder.assert_sent(
        "POST",
        "/partner/pricefix",
        api_version="3",
        body={"type": "type-1"},
    )
    assert_same(result, BARE_PRICE_FIX, models.PriceFix)


async def test_calculate_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Calculate Price")):
        await recorder.minted.prices.calculate(external_id="a/b ü")
    assert recorder.requests == []


async def test_calculate_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"prices.calculate": "POST /told/{external_id}/calculate"})
    result = await minted.prices.calculate(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/calculate", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_products_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Product Prices")):
        await recorder.minted.prices.products(external_id="a/b ü")
    assert recorder.requests == []


async def test_products_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"prices.products": "GET /told/{external_id}/products"})
    result = await minted.prices.products(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/products", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)


async def test_live_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Minted Prices")):
        await recorder.minted.prices.live(external_id="a/b ü")
    assert recorder.requests == []


async def test_live_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"prices.live": "GET /told/{external_id}/live"})
    result = await minted.prices.live(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/live", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)
