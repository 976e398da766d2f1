# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.cards` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_list_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Card Storage List")):
        await recorder.minted.cards.list(external_id="a/b ü")
    assert recorder.requests == []


async def test_list_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"cards.list": "POST /told/{external_id}/list"})
    result = await minted.cards.list(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/list", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_add_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Card Storage Add")):
        await recorder.minted.cards.add(external_id="a/b ü")
    assert recorder.requests == []


async def test_add_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"cards.add": "POST /told/{external_id}/add"})
    result = await minted.cards.add(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/add", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_delete_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Card Storage Delete")):
        await recorder.minted.cards.delete(external_id="a/b ü")
    assert recorder.requests == []


async def test_delete_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"cards.delete": "DELETE /told/{external_id}/delete"})
    result = await minted.cards.delete(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("DELETE", "/told/a%2Fb%20%C3%BC/delete", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
