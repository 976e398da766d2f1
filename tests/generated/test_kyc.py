# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.kyc` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_get_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Customer Wallet Kyc - Get")):
        await recorder.minted.kyc.get(external_id="a/b ü")
    assert recorder.requests == []


async def test_get_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"kyc.get": "GET /told/{external_id}/get"})
    result = await minted.kyc.get(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/get", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)


async def test_upsert_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Customer Wallet Kyc - Upsert")):
        await recorder.minted.kyc.upsert(external_id="a/b ü")
    assert recorder.requests == []


async def test_upsert_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"kyc.upsert": "POST /told/{external_id}/upsert"})
    result = await minted.kyc.upsert(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/upsert", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_bulk_upsert_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(
        errors.UndocumentedOperationError, match=re.escape("Customer Wallet Kyc - Bulk Upsert")
    ):
        await recorder.minted.kyc.bulk_upsert(external_id="a/b ü")
    assert recorder.requests == []


async def test_bulk_upsert_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"kyc.bulk_upsert": "POST /told/{external_id}/bulk_upsert"})
    result = await minted.kyc.bulk_upsert(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/bulk_upsert", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
