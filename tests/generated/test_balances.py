# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.balances` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors, models
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

CUSTOMER_BALANCE_LIST: object = [
    {
        "customer_external_id": "customer_external_id-1",
        "name": "name-1",
        "currency_id": 934,
        "currency_symbol": "currency_symbol-1",
        "currency_code": "currency_code-1",
        "is_cash": True,
        "balance": Decimal("8127.90"),
        "blocked": Decimal("937.10"),
        "real_balance": Decimal("5939.80"),
        "soft_blocked_amount": Decimal("3589.70"),
        "stats": {"anything": [Decimal("1.50"), "text", None, True]},
        "prices": {"anything": [Decimal("1.50"), "text", None, True]},
    }
]

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_customer_with_everything(recorder: Recorder) -> None:
    recorder.answer(CUSTOMER_BALANCE_LIST)
    result = await recorder.minted.balances.customer("customer_external_id/1 ü")
    recorder.assert_sent(
        "GET",
        "/partner/balance/customer/customer_external_id%2F1%20%C3%BC",
        api_version="2",
    )
    assert_same(result, CUSTOMER_BALANCE_LIST, models.CustomerBalance)


async def test_partner_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Partner Balance")):
        await recorder.minted.balances.partner(external_id="a/b ü")
    assert recorder.requests == []


async def test_partner_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"balances.partner": "GET /told/{external_id}/partner"})
    result = await minted.balances.partner(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/partner", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)


async def test_update_cash_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Update Customer Cash Balance")):
        await recorder.minted.balances.update_cash(external_id="a/b ü")
    assert recorder.requests == []


async def test_update_cash_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"balances.update_cash": "PATCH /told/{external_id}/update_cash"})
    result = await minted.balances.update_cash(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("PATCH", "/told/a%2Fb%20%C3%BC/update_cash", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_stats_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Stats")):
        await recorder.minted.balances.stats(external_id="a/b ü")
    assert recorder.requests == []


async def test_stats_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"balances.stats": "POST /told/{external_id}/stats"})
    result = await minted.balances.stats(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/stats", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_stats_7d_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Customer Balance 7d Stats")):
        await recorder.minted.balances.stats_7d(external_id="a/b ü")
    assert recorder.requests == []


async def test_stats_7d_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"balances.stats_7d": "GET /told/{external_id}/stats_7d"})
    result = await minted.balances.stats_7d(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/stats_7d", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)
