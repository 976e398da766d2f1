# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.card_payments` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_types_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Payment Get All Types")):
        await recorder.minted.card_payments.types(external_id="a/b ü")
    assert recorder.requests == []


async def test_types_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"card_payments.types": "GET /told/{external_id}/types"})
    result = await minted.card_payments.types(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/types", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)


async def test_bin_query_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(
        errors.UndocumentedOperationError, match=re.escape("Card Payment Bin Query (Installments/Comissions)")
    ):
        await recorder.minted.card_payments.bin_query(external_id="a/b ü")
    assert recorder.requests == []


async def test_bin_query_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"card_payments.bin_query": "POST /told/{external_id}/bin_query"})
    result = await minted.card_payments.bin_query(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/bin_query", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
