"""Addresses that are stored with a customer."""

from __future__ import annotations

import pytest

from tests.sandbox.shopper import ADDRESS, ADDRESSES, STORED_PLACE, Shopper

pytestmark = pytest.mark.anyio


async def test_an_address_is_stored_and_answered_with_its_number(shopper: Shopper) -> None:
    first = (await shopper.store_address(type="billing", company_name="Ornek LTD")).data
    assert first == {
        "id": 1,
        "external_customer_id": "CST-1",
        **STORED_PLACE,
        "type": "billing",
        "company_name": "Ornek LTD",
        "tax_office": None,
        "district": None,
        "street": None,
    }
    body = {"external_customer_id": "CST-1", "addresses": [STORED_PLACE, STORED_PLACE]}
    assert [address["id"] for address in (await shopper.post(ADDRESSES, body)).data] == [2, 3]


@pytest.mark.parametrize("name", [*STORED_PLACE, "external_customer_id"])
async def test_an_address_needs_its_fields(shopper: Shopper, name: str) -> None:
    refused = await shopper.store_address(**{name: None})
    assert refused.errors == {name: ["This field is required."]}


async def test_addresses_are_stored_together_or_not_at_all(shopper: Shopper) -> None:
    wrong = STORED_PLACE | {"type": "home"}
    body = {"external_customer_id": "CST-1", "addresses": [STORED_PLACE, wrong]}
    assert list((await shopper.post(ADDRESSES, body)).errors) == ["addresses.1.type"]
    assert list((await shopper.post(ADDRESSES, body | {"addresses": []})).errors) == ["addresses"]
    assert (await shopper.store_address()).data["id"] == 1


async def test_an_address_is_of_a_known_customer(shopper: Shopper) -> None:
    refused = await shopper.post(ADDRESS, {"external_customer_id": "CST-9"} | STORED_PLACE)
    assert refused.errors == {"external_customer_id": ["The customer was not found."]}
