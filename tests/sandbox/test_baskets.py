"""Baskets of the E-Commerce tab: the price lock, reading, the address, emptying."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.shopper import (
    ACTIVE_BASKET,
    BASKETS,
    EMPTY,
    GET_ORDER,
    GOLD,
    PLACE,
    PRODUCT,
    SET_ADDRESS,
    Shopper,
    names,
)

pytestmark = pytest.mark.anyio


async def lock_in_list(shopper: Shopper) -> Any:
    """The price lock as the list shows it, which locks nothing anew."""
    return (await shopper.ask(BASKETS, customer_external_id="CST-1")).data["data"][0]["pricefix"]


# ---------------------------------------------------------------- what it holds
async def test_a_basket_has_a_row_for_each_piece_at_the_price_of_the_catalog(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 2, "MNT0011": 1})
    shown = await shopper.read(basket)
    gold = (await shopper.ask(PRODUCT, sku=GOLD)).data["sale_price"]
    assert [(item["sku"], item["amount"]) for item in shown["items"]] == [
        (GOLD, 1),
        (GOLD, 1),
        ("MNT0011", 1),
    ]
    assert shown["items"][0]["price"] == shown["items"][0]["total"] == gold
    assert shown["total"] == shown["price"] == sum(Decimal(item["total"]) for item in shown["items"])
    assert shown["paid_total"] == shown["total"] + 75 == shown["total"] + shown["delivery_price"]
    assert shown["order_creation_status"] == "basket"
    assert shown["token"] == basket.token
    assert re.fullmatch("MC_[0-9A-F]{13}", shown["increment_id"])


async def test_more_goes_into_a_basket_that_is_named(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    assert sandbox.ecom.fill_basket("CST-1", {GOLD: 1, "MNT0002": 1}, token=basket.token) is basket
    assert [item["sku"] for item in (await shopper.read(basket))["items"]] == [GOLD, GOLD, "MNT0002"]
    assert sandbox.ecom.fill_basket("CST-1", {GOLD: 1}).token != basket.token


async def test_what_cannot_be_put_into_a_basket_opens_none(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.create_customer(external_id="CST-2")
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    for customer, items, token, error in (
        ("CST-9", {GOLD: 1}, None, KeyError),
        ("CST-1", {"MNT9999": 1}, None, KeyError),
        ("CST-1", {GOLD: 1}, "unknown", KeyError),
        ("CST-2", {GOLD: 1}, basket.token, KeyError),
        ("CST-1", {GOLD: 0}, None, ValueError),
        ("CST-1", {GOLD: 1, "MNT0002": -1}, basket.token, ValueError),
    ):
        with pytest.raises(error):
            sandbox.ecom.fill_basket(customer, items, token=token)
    assert list(sandbox.ecom.baskets) == [basket.token]
    assert basket.items == {GOLD: 1}


# ---------------------------------------------------------------- the price lock
async def test_a_lock_counts_down_and_below_zero(sandbox: Sandbox, shopper: Shopper) -> None:
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    lock = await lock_in_list(shopper)
    assert lock == {"remaining": 240, "nextUpdate": "2030-02-01T00:34:15+03:00", "updated": False}
    sandbox.advance(100.5)
    assert (await lock_in_list(shopper))["remaining"] == 139
    sandbox.advance(141.5)
    assert await lock_in_list(shopper) == lock | {"remaining": -2}


async def test_reading_by_token_locks_new_prices_once_the_old_ones_ran_out(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    sandbox.advance(239)
    first = await shopper.read(basket)
    assert (first["pricefix"]["remaining"], first["pricefix"]["updated"]) == (1, False)
    sandbox.advance(1)
    second = await shopper.read(basket)
    assert (second["pricefix"]["remaining"], second["pricefix"]["updated"]) == (240, True)
    assert second["total"] != first["total"]
    updates = [datetime.fromisoformat(read["pricefix"]["nextUpdate"]) for read in (first, second)]
    assert (updates[1] - updates[0]).total_seconds() == 240
    assert (await shopper.read(basket))["pricefix"]["updated"] is False


async def test_prices_hold_while_the_market_moves(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    total = (await shopper.read(basket))["total"]
    sandbox.advance(200)
    sandbox.ecom.catalog[GOLD].price = Decimal(1)
    assert (await shopper.read(basket))["total"] == total
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1}, token=basket.token)
    assert (await shopper.read(basket))["total"] == 2 * total
    sandbox.advance(40)
    assert (await shopper.read(basket))["total"] == 2


# ---------------------------------------------------------------- the list
async def test_the_list_has_the_newest_first_and_no_order(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.create_customer(external_id="CST-2")
    sandbox.ecom.fill_basket("CST-2", {GOLD: 1})
    await shopper.order()
    baskets = [sandbox.ecom.fill_basket("CST-1", {GOLD: 1}) for _ in range(3)]
    page = (await shopper.ask(BASKETS, customer_external_id="CST-1", page=1, total=2)).data
    assert [row["id"] for row in page["data"]] == [baskets[2].id, baskets[1].id]
    assert (page["total"], page["last_page"]) == (3, 2)


async def test_the_list_takes_the_empty_parameters_of_the_sample(sandbox: Sandbox, shopper: Shopper) -> None:
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    sample = f"{BASKETS}?customer_external_id=CST-1&page=&total=&startDate&endDate&card_bin"
    page = (await shopper.get(sample)).data
    assert (page["total"], page["per_page"], page["current_page"]) == (1, 10, 1)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        ("2030-02-01", "2030-02-01", 1),  # by the calendar of Istanbul
        ("2030-01-01", "2030-12-31", 1),
        ("2030-01-31", "2030-01-31", 0),
        ("2030-02-02", "2030-02-03", 0),
    ],
)
async def test_the_list_is_of_the_days_asked_for(
    sandbox: Sandbox, shopper: Shopper, first: str, last: str, found: int
) -> None:
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    page = await shopper.ask(BASKETS, customer_external_id="CST-1", startDate=first, endDate=last)
    assert page.data["total"] == found


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "customer_external_id"),
        ({"customer_external_id": "x" * 111}, "customer_external_id"),
        ({"customer_external_id": "CST-1", "startDate": "2030-01-01"}, "endDate"),
        ({"customer_external_id": "CST-1", "endDate": "2030-01-01"}, "startDate"),
        ({"customer_external_id": "CST-1", "startDate": "2030-01-02", "endDate": "2030-01-01"}, "endDate"),
        ({"customer_external_id": "CST-1", "startDate": "01-01-2030", "endDate": "2030-01-01"}, "startDate"),
        ({"customer_external_id": "CST-1", "startDate": "2030-02-30", "endDate": "2030-03-01"}, "startDate"),
        ({"customer_external_id": "CST-1", "card_bin": "55555"}, "card_bin"),
        ({"customer_external_id": "CST-1", "page": 0}, "page"),
    ],
)
async def test_a_list_that_is_asked_for_wrongly_is_refused(
    shopper: Shopper, query: dict[str, object], field: str
) -> None:
    assert list((await shopper.ask(BASKETS, **query)).errors) == [field]


# ---------------------------------------------------------------- the address
async def test_an_address_is_set_and_the_basket_answered(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    answer = (await shopper.set_address(basket)).data
    assert (answer["token"], "updated" in answer["pricefix"]) == (basket.token, False)
    assert basket.shipping is not None
    assert basket.billing is not None
    assert (basket.shipping["city"], basket.billing["tax_number"]) == ("İstanbul", "1234567")
    assert "İstanbul" not in repr(basket)


@pytest.mark.parametrize("name", ["fullname", "phone", "city", "county", "district", "address", "tax_number"])
async def test_a_shipping_address_needs_its_fields(sandbox: Sandbox, shopper: Shopper, name: str) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    shipping = {key: value for key, value in PLACE.items() if key != name}
    refused = await shopper.set_address(basket, shipping=shipping)
    assert refused.errors == {f"shipping.{name}": ["This field is required."]}
    assert basket.shipping is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"billing": PLACE | {"zipcode": "340000"}}, "billing.zipcode"),
        ({"billing": PLACE | {"email": "nobody"}}, "billing.email"),
        ({"billing": PLACE | {"invoice_type": "individual"}}, "billing.invoice_type"),
        ({"billing": PLACE | {"external_id": "x" * 111}}, "billing.external_id"),
        ({"shipping": PLACE | {"id": "7"}}, "shipping.id"),
        ({"shipping": None}, "shipping"),
        ({"card_bin": "5555555"}, "card_bin"),
    ],
)
async def test_an_address_with_a_wrong_field_is_refused(
    sandbox: Sandbox, shopper: Shopper, changes: dict[str, Any], field: str
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    assert list((await shopper.set_address(basket, **changes)).errors) == [field]


async def test_a_billing_address_needs_no_name(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    billing = {key: value for key, value in PLACE.items() if key != "fullname"}
    assert (await shopper.set_address(basket, billing=billing)).status == 200


# ---------------------------------------------------------------- emptying
async def test_an_emptied_basket_comes_back_with_its_token(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 2})
    sandbox.advance(242)
    answer = (await shopper.call("DELETE", EMPTY, names(basket))).data
    assert answer["pricefix"] == {"remaining": -2, "nextUpdate": "2030-02-01T00:34:15+03:00"}
    assert (answer["token"], answer["items"], answer["order_creation_status"]) == (basket.token, [], "basket")
    assert (answer["price"], answer["total"], answer["paid_total"], answer["delivery_price"]) == (0, 0, 0, 0)
    assert (await shopper.read(basket))["items"] == []


async def test_emptying_needs_a_body_and_a_token_of_32_characters(shopper: Shopper) -> None:
    assert (await shopper.call("DELETE", EMPTY)).status == 415
    short = {"external_customer_id": "CST-1", "cart_token": "x" * 31}
    assert list((await shopper.call("DELETE", EMPTY, short)).errors) == ["cart_token"]


# ---------------------------------------------------------------- whose basket it is
@pytest.mark.parametrize("method_path", [("DELETE", EMPTY), ("PATCH", SET_ADDRESS), ("POST", GET_ORDER)])
@pytest.mark.parametrize("whose", ["another's", "nobody's"])
async def test_a_basket_is_found_by_its_customer_and_token_alone(
    sandbox: Sandbox, shopper: Shopper, method_path: tuple[str, str], whose: str
) -> None:
    await shopper.create_customer(external_id="CST-2")
    basket = sandbox.ecom.fill_basket("CST-2", {GOLD: 1})
    token = basket.token if whose == "another's" else "x" * 32
    body = {
        "external_customer_id": "CST-1",
        "customer_external_id": "CST-1",
        "cart_token": token,
        "shipping": PLACE,
        "billing": PLACE,
    }
    answer = await shopper.call(*method_path, body)
    assert (answer.status, answer.envelope["message"]) == (404, "The basket was not found.")
    assert basket.items == {GOLD: 1}


async def test_the_active_basket_is_not_for_digest(shopper: Shopper) -> None:
    signed = shopper.signer.sign("GET", ACTIVE_BASKET)
    answer = await shopper.send("GET", ACTIVE_BASKET, headers={"Authorization": signed})
    assert (answer.status, answer.challenges) == (401, ['Bearer realm="minted-sandbox"'])
