# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Calls of `minted.orders` over a real connection: what is sent, and what an answer comes to."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from minted_async import errors, models
from tests.recorder import Recorder, assert_same

pytestmark = pytest.mark.anyio

ORDER_RECEIPT: object = {
    "order_code": ["order_code-1", "order_code1-1"],
    "guid": ["guid-1", "guid1-1"],
    "price": Decimal("5754.30"),
    "tax": Decimal("7551.90"),
    "total": Decimal("7791.60"),
    "order_at": "13-10-2023 11:10",
    "orders": [
        {
            "guid": "guid-1",
            "order_code": "order_code-1",
            "external_id": "external_id-1",
            "type": "Buy",
            "price": Decimal("5754.30"),
            "tax": Decimal("7551.90"),
            "total": Decimal("7791.60"),
            "payment_cost": Decimal("2657.20"),
            "currency_code": "currency_code-1",
            "status_name": "Created",
            "items": [
                {
                    "sku": "sku-1",
                    "product_id": 358,
                    "product_name": "product_name-1",
                    "spot_price": Decimal("1210.40"),
                    "price": Decimal("5754.30"),
                    "tax_rate": Decimal("5666.50"),
                    "tax": Decimal("7551.90"),
                    "amount": Decimal("6707.20"),
                    "total": Decimal("7791.60"),
                    "product_weight": Decimal("1038.30"),
                    "currency_id": 934,
                    "currency_rate": Decimal("5958.90"),
                    "currency_total": Decimal("3233.20"),
                }
            ],
            "customer": {
                "external_id": "external_id-1",
                "firstname": "firstname-1",
                "middlename": "middlename-1",
                "lastname": "lastname-1",
                "fullname": "fullname-1",
                "email": "ayse@example.com",
                "phone": "+905550000000",
                "gender": "gender-1",
                "identity_number": "identity_number-1",
                "birthdate": "1990-05-17",
            },
            "payment_type": "cash",
            "payment": {
                "state": "state-1",
                "redirect_url": "redirect_url-1",
                "token": "token-1",
                "is_3d": True,
                "auth_mode": "auth_mode-1",
                "amount": Decimal("6707.20"),
                "comission": Decimal("7043.50"),
                "total": Decimal("7791.60"),
                "transaction_id": "transaction_id-1",
                "order_reference": "order_reference-1",
                "refunded_amount": Decimal("8105.50"),
                "error_code": "error_code-1",
                "error_message": "error_message-1",
                "details": {
                    "card_holder": "card_holder-1",
                    "card_number": "card_number-1",
                    "card_expiry": "card_expiry-1",
                    "card_cvv": "card_cvv-1",
                    "card_association": "card_association-1",
                    "customer_ip": "customer_ip-1",
                },
            },
            "delivery": {
                "status_id": 793,
                "status_name": "status_name-1",
                "cargo_tracking_url": "cargo_tracking_url-1",
                "cargo_tracking_number": "cargo_tracking_number-1",
                "sync_status": True,
                "products": [
                    {
                        "product_id": 358,
                        "sku": "sku-1",
                        "product_name": "product_name-1",
                        "amount": Decimal("6707.20"),
                    }
                ],
            },
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
                },
            },
            "description": "description-1",
            "order_at": "2023-05-31 03:16:45",
            "channel": "channel-1",
            "tx_type": "tx_type-1",
            "price_token": "price_token-1",
            "currency_rate": Decimal("5958.90"),
            "currency_total": Decimal("3233.20"),
            "status_id": 793,
        }
    ],
    "payment": {
        "state": "state-1",
        "redirect_url": "redirect_url-1",
        "token": "token-1",
        "is_3d": True,
        "auth_mode": "auth_mode-1",
        "amount": Decimal("6707.20"),
        "comission": Decimal("7043.50"),
        "total": Decimal("7791.60"),
        "transaction_id": "transaction_id-1",
        "order_reference": "order_reference-1",
        "refunded_amount": Decimal("8105.50"),
        "error_code": "error_code-1",
        "error_message": "error_message-1",
        "details": {
            "card_holder": "card_holder-1",
            "card_number": "card_number-1",
            "card_expiry": "card_expiry-1",
            "card_cvv": "card_cvv-1",
            "card_association": "card_association-1",
            "customer_ip": "customer_ip-1",
        },
    },
}

BARE_ORDER_RECEIPT: object = {
    "order_code": ["order_code-1", "order_code1-1"],
    "guid": ["guid-1", "guid1-1"],
    "price": Decimal("5754.30"),
    "tax": Decimal("7551.90"),
    "total": Decimal("7791.60"),
}

ORDER: object = {
    "guid": "guid-1",
    "order_code": "order_code-1",
    "external_id": "external_id-1",
    "type": "Buy",
    "price": Decimal("5754.30"),
    "tax": Decimal("7551.90"),
    "total": Decimal("7791.60"),
    "payment_cost": Decimal("2657.20"),
    "currency_code": "currency_code-1",
    "status_name": "Created",
    "items": [
        {
            "sku": "sku-1",
            "product_id": 358,
            "product_name": "product_name-1",
            "spot_price": Decimal("1210.40"),
            "price": Decimal("5754.30"),
            "tax_rate": Decimal("5666.50"),
            "tax": Decimal("7551.90"),
            "amount": Decimal("6707.20"),
            "total": Decimal("7791.60"),
            "product_weight": Decimal("1038.30"),
            "currency_id": 934,
            "currency_rate": Decimal("5958.90"),
            "currency_total": Decimal("3233.20"),
        }
    ],
    "customer": {
        "external_id": "external_id-1",
        "firstname": "firstname-1",
        "middlename": "middlename-1",
        "lastname": "lastname-1",
        "fullname": "fullname-1",
        "email": "ayse@example.com",
        "phone": "+905550000000",
        "gender": "gender-1",
        "identity_number": "identity_number-1",
        "birthdate": "1990-05-17",
    },
    "payment_type": "cash",
    "payment": {
        "state": "state-1",
        "redirect_url": "redirect_url-1",
        "token": "token-1",
        "is_3d": True,
        "auth_mode": "auth_mode-1",
        "amount": Decimal("6707.20"),
        "comission": Decimal("7043.50"),
        "total": Decimal("7791.60"),
        "transaction_id": "transaction_id-1",
        "order_reference": "order_reference-1",
        "refunded_amount": Decimal("8105.50"),
        "error_code": "error_code-1",
        "error_message": "error_message-1",
        "details": {
            "card_holder": "card_holder-1",
            "card_number": "card_number-1",
            "card_expiry": "card_expiry-1",
            "card_cvv": "card_cvv-1",
            "card_association": "card_association-1",
            "customer_ip": "customer_ip-1",
        },
    },
    "delivery": {
        "status_id": 793,
        "status_name": "status_name-1",
        "cargo_tracking_url": "cargo_tracking_url-1",
        "cargo_tracking_number": "cargo_tracking_number-1",
        "sync_status": True,
        "products": [
            {
                "product_id": 358,
                "sku": "sku-1",
                "product_name": "product_name-1",
                "amount": Decimal("6707.20"),
            }
        ],
    },
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
        },
    },
    "description": "description-1",
    "order_at": "2023-05-31 03:16:45",
    "channel": "channel-1",
    "tx_type": "tx_type-1",
    "price_token": "price_token-1",
    "currency_rate": Decimal("5958.90"),
    "currency_total": Decimal("3233.20"),
    "status_id": 793,
}

BARE_ORDER: object = {
    "guid": "guid-1",
    "order_code": "order_code-1",
    "external_id": None,
    "items": [{"sku": "sku-1"}],
}

UNKNOWN: object = {"anything": [Decimal("1.50"), "text", None, True]}


async def test_buy_with_everything(recorder: Recorder) -> None:
    recorder.answer(ORDER_RECEIPT)
    result = await recorder.minted.orders.buy(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        customer=models.OrderCustomer(
            external_id="external_id/1 ü",
            identity_number="identity_number-1",
            firstname="firstname-1",
            middlename="middlename-1",
            lastname="lastname-1",
            email="ayse@example.com",
            phone="+905550000000",
            gender=models.Gender.M,
            birthdate="1990-05-17",
            fullname="fullname-1",
        ),
        items=[models.BuyItem(sku="sku-1", amount=Decimal("6707.20"), product_id="product_id-1")],
        currency_code=models.Currency.GBP,
        topup=models.Topup(price=Decimal("5754.30")),
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/buy",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "currency_code": "GBP",
            "external_id": "external_id/1 ü",
            "customer": {
                "external_id": "external_id/1 ü",
                "identity_number": "identity_number-1",
                "firstname": "firstname-1",
                "middlename": "middlename-1",
                "lastname": "lastname-1",
                "email": "ayse@example.com",
                "phone": "+905550000000",
                "gender": "M",
                "birthdate": "1990-05-17",
                "fullname": "fullname-1",
            },
            "items": [{"sku": "sku-1", "amount": Decimal("6707.20"), "product_id": "product_id-1"}],
            "topup": {"price": Decimal("5754.30")},
        },
    )
    assert_same(result, ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_buy_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_ORDER_RECEIPT)
    result = await recorder.minted.orders.buy(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        customer=models.OrderCustomer(
            external_id="external_id/1 ü",
            identity_number="identity_number-1",
            firstname="firstname-1",
            lastname="lastname-1",
            email="ayse@example.com",
            phone="+905550000000",
        ),
        items=[models.BuyItem(sku="sku-1")],
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/buy",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "external_id": "external_id/1 ü",
            "customer": {
                "external_id": "external_id/1 ü",
                "identity_number": "identity_number-1",
                "firstname": "firstname-1",
                "lastname": "lastname-1",
                "email": "ayse@example.com",
                "phone": "+905550000000",
            },
            "items": [{"sku": "sku-1"}],
        },
    )
    assert_same(result, BARE_ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_buy_with_card_token_with_everything(recorder: Recorder) -> None:
    recorder.answer(ORDER_RECEIPT)
    result = await recorder.minted.orders.buy_with_card_token(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        customer=models.OrderCustomer(
            external_id="external_id/1 ü",
            identity_number="identity_number-1",
            firstname="firstname-1",
            middlename="middlename-1",
            lastname="lastname-1",
            email="ayse@example.com",
            phone="+905550000000",
            gender=models.Gender.M,
            birthdate="1990-05-17",
            fullname="fullname-1",
        ),
        items=[models.BuyItem(sku="sku-1", amount=Decimal("6707.20"), product_id="product_id-1")],
        payment=models.CardTokenPayment(
            card_token="card_token-1", card_cvv="card_cvv-1", customer_ip="customer_ip-1"
        ),
        currency_code=models.Currency.GBP,
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/buy",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "currency_code": "GBP",
            "external_id": "external_id/1 ü",
            "customer": {
                "external_id": "external_id/1 ü",
                "identity_number": "identity_number-1",
                "firstname": "firstname-1",
                "middlename": "middlename-1",
                "lastname": "lastname-1",
                "email": "ayse@example.com",
                "phone": "+905550000000",
                "gender": "M",
                "birthdate": "1990-05-17",
                "fullname": "fullname-1",
            },
            "items": [{"sku": "sku-1", "amount": Decimal("6707.20"), "product_id": "product_id-1"}],
            "payment_type": "creditcard",
            "payment": {
                "card_token": "card_token-1",
                "card_cvv": "card_cvv-1",
                "customer_ip": "customer_ip-1",
            },
        },
    )
    assert_same(result, ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_buy_with_card_token_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_ORDER_RECEIPT)
    result = await recorder.minted.orders.buy_with_card_token(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        customer=models.OrderCustomer(
            external_id="external_id/1 ü",
            identity_number="identity_number-1",
            firstname="firstname-1",
            lastname="lastname-1",
            email="ayse@example.com",
            phone="+905550000000",
        ),
        items=[models.BuyItem(sku="sku-1")],
        payment=models.CardTokenPayment(card_token="card_token-1"),
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/buy",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "external_id": "external_id/1 ü",
            "customer": {
                "external_id": "external_id/1 ü",
                "identity_number": "identity_number-1",
                "firstname": "firstname-1",
                "lastname": "lastname-1",
                "email": "ayse@example.com",
                "phone": "+905550000000",
            },
            "items": [{"sku": "sku-1"}],
            "payment_type": "creditcard",
            "payment": {"card_token": "card_token-1"},
        },
    )
    assert_same(result, BARE_ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_sell_with_everything(recorder: Recorder) -> None:
    recorder.answer(ORDER_RECEIPT)
    result = await recorder.minted.orders.sell(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        items=[models.SellItem(sku="sku-1", amount=Decimal("6707.20"))],
        currency_code=models.Currency.GBP,
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/sell",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "currency_code": "GBP",
            "external_id": "external_id/1 ü",
            "items": [{"sku": "sku-1", "amount": Decimal("6707.20")}],
        },
    )
    assert_same(result, ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_sell_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_ORDER_RECEIPT)
    result = await recorder.minted.orders.sell(
        price_token="price_token-1",
        external_id="external_id/1 ü",
        items=[models.SellItem(sku="sku-1", amount=Decimal("6707.20"))],
    )
    recorder.assert_sent(
        "POST",
        "/partner/order/digital/sell",
        api_version="2",
        body={
            "price_token": "price_token-1",
            "external_id": "external_id/1 ü",
            "items": [{"sku": "sku-1", "amount": Decimal("6707.20")}],
        },
    )
    assert_same(result, BARE_ORDER_RECEIPT, models.OrderReceipt, utc=["Order.order_at"])


async def test_find_with_everything(recorder: Recorder) -> None:
    recorder.answer(ORDER)
    result = await recorder.minted.orders.find(
        guid="guid-1", order_code="order_code-1", external_id="external_id/1 ü", push_hook=True
    )
    recorder.assert_sent(
        "POST",
        "/partner/order",
        api_version="2",
        body={
            "guid": "guid-1",
            "order_code": "order_code-1",
            "external_id": "external_id/1 ü",
            "push_hook": True,
        },
    )
    assert_same(result, ORDER, models.Order, utc=["Order.order_at"])


async def test_find_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_ORDER)
    result = await recorder.minted.orders.find()
    recorder.assert_sent(
        "POST",
        "/partner/order",
        api_version="2",
        body={},
    )
    assert_same(result, BARE_ORDER, models.Order, utc=["Order.order_at"])


async def test_get_with_everything(recorder: Recorder) -> None:
    recorder.answer(ORDER)
    result = await recorder.minted.orders.get("external_order_id/1 ü")
    recorder.assert_sent(
        "GET",
        "/partner/order/external_order_id%2F1%20%C3%BC",
        api_version="2",
    )
    assert_same(result, ORDER, models.Order, utc=["Order.order_at"])


async def test_get_with_required_arguments_only(recorder: Recorder) -> None:
    recorder.answer(BARE_ORDER)
    result = await recorder.minted.orders.get("external_order_id/1 ü")
    recorder.assert_sent(
        "GET",
        "/partner/order/external_order_id%2F1%20%C3%BC",
        api_version="2",
    )
    assert_same(result, BARE_ORDER, models.Order, utc=["Order.order_at"])


async def test_buy_with_card_number_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(
        errors.UndocumentedOperationError, match=re.escape("Card Payment Buy (with card number)")
    ):
        await recorder.minted.orders.buy_with_card_number(external_id="a/b ü")
    assert recorder.requests == []


async def test_buy_with_card_number_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(
        paths={"orders.buy_with_card_number": "POST /told/{external_id}/buy_with_card_number"}
    )
    result = await minted.orders.buy_with_card_number(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent(
        "POST", "/told/a%2Fb%20%C3%BC/buy_with_card_number", body={"amount": Decimal("0.50")}
    )
    assert_same(result, UNKNOWN)


async def test_list_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Get Orders")):
        await recorder.minted.orders.list(external_id="a/b ü")
    assert recorder.requests == []


async def test_list_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"orders.list": "GET /told/{external_id}/list"})
    result = await minted.orders.list(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/list", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)


async def test_statuses_is_only_listed(recorder: Recorder) -> None:
    with pytest.raises(errors.UndocumentedOperationError, match=re.escape("Order Statusses")):
        await recorder.minted.orders.statuses(external_id="a/b ü")
    assert recorder.requests == []


async def test_statuses_is_sent_where_its_path_is_told(recorder: Recorder) -> None:
    recorder.answer(UNKNOWN)
    minted = recorder.client(paths={"orders.statuses": "GET /told/{external_id}/statuses"})
    result = await minted.orders.statuses(external_id="a/b ü", amount=Decimal("0.50"))
    recorder.assert_sent("GET", "/told/a%2Fb%20%C3%BC/statuses", query={"amount": "0.50"})
    assert_same(result, UNKNOWN)
