# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.deliveries` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors, models
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

DELIVERY_RECEIPT: object = {
    "id": 156,
    "guid": "guid-1",
    "order_code": "order_code-1",
    "external_id": "external_id-1",
    "channel": "channel-1",
    "tx_type": "tx_type-1",
    "price_token": "price_token-1",
    "price": Decimal("5754.30"),
    "tax": Decimal("7551.90"),
    "total": Decimal("7791.60"),
    "currency_rate": Decimal("5958.90"),
    "currency_total": Decimal("3233.20"),
    "status_id": 793,
    "status_name": "status_name-1",
    "order_at": "2030-01-31T18:05:00+03:00",
    "items": [
        {
            "item_currency_id": 808,
            "item_currency_name": "item_currency_name-1",
            "product_id": 358,
            "product_name": "product_name-1",
            "product_weight": Decimal("1038.30"),
            "spot_price": Decimal("1210.40"),
            "price": Decimal("5754.30"),
            "tax_rate": Decimal("5666.50"),
            "tax": Decimal("7551.90"),
            "amount": Decimal("6707.20"),
            "total": Decimal("7791.60"),
            "currency_id": 934,
            "currency_rate": Decimal("5958.90"),
        }
    ],
}

BARE_DELIVERY_RECEIPT: object = {"id": 156}

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_create_with_everything(recorder: Recorder) -> None:
    recorder.answer(DELIVERY_RECEIPT)
    result = await recorder.minted.deliveries.create(
        customer=models.DeliveryCustomer(
            external_id="external_id/1 ü",
            firstname="firstname-1",
            lastname="lastname-1",
            phone="+905550000000",
            email="ayse@example.com",
        ),
        external_id="external_id/1 ü",
        sku="sku-1",
        amount=Decimal("6707.20"),
        address=models.DeliveryAddress(
            billing=models.BillingAddressInput(
                external_id="external_id-1",
                invoice_type=models.InvoiceType.INDIVIDUAL,
                fullname="fullname-1",
                company_name="company_name-1",
                phone="+905550000000",
                email="ayse@example.com",
                city="city-1",
                county="county-1",
                district="district-1",
                address="address-1",
                zipcode="zipcode-1",
                street="street-1",
                tax_office="tax_office-1",
                tax_number="tax_number-1",
            ),
            shipping=models.ShippingAddressInput(
                id=156,
                external_id="external_id-1",
                tax_number="tax_number-1",
                fullname="fullname-1",
                phone="+905550000000",
                city="city-1",
                county="county-1",
                district="district-1",
                address="address-1",
                zipcode="zipcode-1",
                street="street-1",
                company_name="company_name-1",
            ),
        ),
    )
    recorder.assert_sent(
        "POST",
        "/partner/delivery/create",
        api_version="2",
        body={
            "customer": {
                "external_id": "external_id/1 ü",
                "firstname": "firstname-1",
                "lastname": "lastname-1",
                "phone": "+905550000000",
                "email": "ayse@example.com",
            },
            "external_id": "external_id/1 ü",
            "sku": "sku-1",
            "amount": Decimal("6707.20"),
            "address": {
                "billing": {
                    "external_id": "external_id-1",
                    "invoice_type": "Individual",
                    "fullname": "fullname-1",
                    "company_name": "company_name-1",
                    "phone": "+905550000000",
                    "email": "ayse@example.com",
                    "city": "city-1",
                    "county": "county-1",
                    "district": "district-1",
                    "address": "address-1",
                    "zipcode": "zipcode-1",
                    "street": "street-1",
                    "tax_office": "tax_office-1",
                    "tax_number": "tax_number-1",
                },
                "shipping": {
                    "id": 156,
                    "external_id": "external_id-1",
                    "tax_number": "tax_number-1",
                    "fullname": "fullname-1",
                    "phone": "+905550000000",
                    "city": "city-1",
                    "county": "county-1",
                    "district": "district-1",
                    "address": "address-1",
                    "zipcode": "zipcode-1",
                    "street": "street-1",
                    "company_name": "company_name-1",
                },
            },
        },
    )
    assert_same(result, DELIVERY_RECEIPT, models.DeliveryReceipt)


async def test_create_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_DELIVERY_RECEIPT)
    result = await recorder.minted.deliveries.create(
        customer=models.DeliveryCustomer(
            external_id="external_id/1 ü",
            firstname="firstname-1",
            lastname="lastname-1",
            phone="+905550000000",
            email="ayse@example.com",
        ),
        external_id="external_id/1 ü",
        sku="sku-1",
        amount=Decimal("6707.20"),
        address=models.DeliveryAddress(
            billing=models.BillingAddressInput(
                city="city-1", county="county-1", district="district-1", address="address-1"
            ),
            shipping=models.ShippingAddressInput(
                fullname="fullname-1",
                city="city-1",
                county="county-1",
                district="district-1",
                address="address-1",
            ),
        ),
    )
    recorder.assert_sent(
        "POST",
        "/partner/delivery/create",
        api_version="2",
        body={
            "customer": {
                "external_id": "external_id/1 ü",
                "firstname": "firstname-1",
                "lastname": "lastname-1",
                "phone": "+905550000000",
                "email": "ayse@example.com",
            },
            "external_id": "external_id/1 ü",
            "sku": "sku-1",
            "amount": Decimal("6707.20"),
            "address": {
                "billing": {
                    "city": "city-1",
                    "county": "county-1",
                    "district": "district-1",
                    "address": "address-1",
                },
                "shipping": {
                    "fullname": "fullname-1",
                    "city": "city-1",
                    "county": "county-1",
                    "district": "district-1",
                    "address": "address-1",
                },
            },
        },
    )
    assert_same(result, BARE_DELIVERY_RECEIPT, models.DeliveryReceipt)


async def test_wallets_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Delivery - List Wallets")):
        await recorder.minted.deliveries.wallets(external_id="a/b ü")
    assert recorder.requests == []


async def test_wallets_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"deliveries.wallets": "POST /told/{external_id}/wallets"})
    result = await minted.deliveries.wallets(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/wallets", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_calculate_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Delivery - Calculate")):
        await recorder.minted.deliveries.calculate(external_id="a/b ü")
    assert recorder.requests == []


async def test_calculate_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"deliveries.calculate": "POST /told/{external_id}/calculate"})
    result = await minted.deliveries.calculate(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/calculate", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)


async def test_create_with_card_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(
        errors.UndocumentedOperationError, match=re.escape("Delivery - Create (Pay With Card Payment)")
    ):
        await recorder.minted.deliveries.create_with_card(external_id="a/b ü")
    assert recorder.requests == []


async def test_create_with_card_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(
        paths={"deliveries.create_with_card": "POST /told/{external_id}/create_with_card"}
    )
    result = await minted.deliveries.create_with_card(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("POST", "/told/a%2Fb%20%C3%BC/create_with_card", body={"amount": Decimal("0.50")})
    assert_same(result, UNKNOWN)
