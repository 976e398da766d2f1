# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.customers` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest

from minted_async import errors, models
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

CUSTOMER: object = {
    "id": 156,
    "external_id": "external_id-1",
    "company_id": 466,
    "user_id": 797,
    "firstname": "firstname-1",
    "middlename": "middlename-1",
    "lastname": "lastname-1",
    "fullname": "fullname-1",
    "email": "ayse@example.com",
    "phone": "+905550000000",
    "gender": "M",
    "identity_number": "identity_number-1",
    "birthdate": "2024-02-29",
    "created_at": "13-10-2023 11:10",
    "updated_at": "13-10-2023 11:10",
    "wallets": [{"id": 156}],
}

BARE_CUSTOMER: object = {"external_id": "external_id-1", "firstname": "firstname-1"}

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_create_with_everything(recorder: Recorder) -> None:
    recorder.answer(CUSTOMER)
    result = await recorder.minted.customers.create(
        external_id="external_id/1 ü",
        firstname="firstname-1",
        middlename="middlename-1",
        lastname="lastname-1",
        email="ayse@example.com",
        phone="+905550000000",
        gender=models.Gender.M,
        identity_number="identity_number-1",
        birthdate=date(2024, 2, 29),
    )
    recorder.assert_sent(
        "POST",
        "/partner/customer",
        api_version="2",
        body={
            "external_id": "external_id/1 ü",
            "firstname": "firstname-1",
            "middlename": "middlename-1",
            "lastname": "lastname-1",
            "email": "ayse@example.com",
            "phone": "+905550000000",
            "gender": "M",
            "identity_number": "identity_number-1",
            "birthdate": "2024-02-29",
        },
    )
    assert_same(result, CUSTOMER, models.Customer)


async def test_create_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_CUSTOMER)
    result = await recorder.minted.customers.create(external_id="external_id/1 ü")
    recorder.assert_sent(
        "POST",
        "/partner/customer",
        api_version="2",
        body={"external_id": "external_id/1 ü"},
    )
    assert_same(result, BARE_CUSTOMER, models.Customer)


async def test_create_business_with_everything(recorder: Recorder) -> None:
    recorder.answer(CUSTOMER)
    result = await recorder.minted.customers.create_business(
        external_id="external_id/1 ü",
        firstname="firstname-1",
        tax_office="tax_office-1",
        email="ayse@example.com",
        phone="+905550000000",
        identity_number="identity_number-1",
        account_type="account_type-1",
        birthdate=date(2024, 2, 29),
    )
    recorder.assert_sent(
        "POST",
        "/partner/customer",
        api_version="2",
        body={
            "external_id": "external_id/1 ü",
            "firstname": "firstname-1",
            "tax_office": "tax_office-1",
            "email": "ayse@example.com",
            "phone": "+905550000000",
            "identity_number": "identity_number-1",
            "account_type": "account_type-1",
            "birthdate": "2024-02-29",
        },
    )
    assert_same(result, CUSTOMER, models.Customer)


async def test_create_business_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_CUSTOMER)
    result = await recorder.minted.customers.create_business(external_id="external_id/1 ü")
    recorder.assert_sent(
        "POST",
        "/partner/customer",
        api_version="2",
        body={"external_id": "external_id/1 ü"},
    )
    assert_same(result, BARE_CUSTOMER, models.Customer)


async def test_get_with_everything(recorder: Recorder) -> None:
    recorder.answer(CUSTOMER)
    result = await recorder.minted.customers.get("external_customer_id/1 ü")
    recorder.assert_sent(
        "GET",
        "/partner/customer/external_customer_id%2F1%20%C3%BC",
        api_version="2",
    )
    assert_same(result, CUSTOMER, models.Customer)


async def test_get_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_CUSTOMER)
    result = await recorder.minted.customers.get("external_customer_id/1 ü")
    recorder.assert_sent(
        "GET",
        "/partner/customer/external_customer_id%2F1%20%C3%BC",
        api_version="2",
    )
    assert_same(result, BARE_CUSTOMER, models.Customer)


async def test_update_with_everything(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    result = await recorder.minted.customers.update(
        "external_customer_id/1 ü",
        firstname="firstname-1",
        lastname="lastname-1",
        phone="+905550000000",
        identity_number="identity_number-1",
        middlename="middlename-1",
        email="ayse@example.com",
        gender=models.Gender.M,
        birthdate=date(2024, 2, 29),
        external_id="external_id/1 ü",
    )
    recorder.assert_sent(
        "PATCH",
        "/partner/customer/external_customer_id%2F1%20%C3%BC",
        api_version="2",
        body={
            "firstname": "firstname-1",
            "middlename": "middlename-1",
            "lastname": "lastname-1",
            "email": "ayse@example.com",
            "phone": "+905550000000",
            "gender": "M",
            "identity_number": "identity_number-1",
            "birthdate": "2024-02-29",
            "external_id": "external_id/1 ü",
        },
    )
    assert_same(result, UNKNOWN)


async def test_update_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    result = await recorder.minted.customers.update(
        "external_customer_id/1 ü",
        firstname="firstname-1",
        lastname="lastname-1",
        phone="+905550000000",
        identity_number="identity_number-1",
    )
    recorder.assert_sent(
        "PATCH",
        "/partner/customer/external_customer_id%2F1%20%C3%BC",
        api_version="2",
        body={
            "firstname": "firstname-1",
            "lastname": "lastname-1",
            "phone": "+905550000000",
            "identity_number": "identity_number-1",
        },
    )
    assert_same(result, UNKNOWN)


async def test_remove_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Remove Customer Id")):
        await recorder.minted.customers.remove(external_id="a/b ü")
    assert recorder.requests == []


async def test_remove_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"customers.remove": "DELETE /told/{external_id}/remove"})
    result = await minted.customers.remove(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("DELETE", "/told/a%2Fb%20%C3%BC/remove", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
