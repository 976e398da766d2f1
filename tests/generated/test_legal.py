# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.legal` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_documents_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Partner Legal")):
        await recorder.minted.legal.documents(external_id="a/b ü")
    assert recorder.requests == []


async def test_documents_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"legal.documents": "POST /told/{external_id}/documents"})
    result = await minted.legal.documents(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/documents", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
