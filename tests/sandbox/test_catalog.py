"""Products of the E-Commerce tab, and pages of them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.shopper import GOLD, PRODUCT, PRODUCTS, Shopper

pytestmark = pytest.mark.anyio


async def test_the_pages_hold_each_product_once_in_the_order_of_the_catalog(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    pages = [(await shopper.ask(PRODUCTS, page=number, total=10)).data for number in (1, 2, 3)]
    assert [len(page["data"]) for page in pages] == [10, 10, 3]
    assert [row["sku"] for page in pages for row in page["data"]] == list(sandbox.ecom.catalog)
    assert [(page["from"], page["to"]) for page in pages] == [(1, 10), (11, 20), (21, 23)]
    for page in pages:
        assert (page["total"], page["per_page"], page["last_page"]) == (23, 10, 3)


async def test_a_page_knows_the_addresses_of_the_others(sandbox: Sandbox, shopper: Shopper) -> None:
    path = f"{sandbox.url}{PRODUCTS}"
    first, last = [(await shopper.ask(PRODUCTS, page=number, total=12)).data for number in (1, 2)]
    assert (first["path"], first["first_page_url"], first["last_page_url"]) == (
        path,
        f"{path}?page=1",
        f"{path}?page=2",
    )
    assert (first["prev_page_url"], first["next_page_url"]) == (None, f"{path}?page=2")
    assert (last["prev_page_url"], last["next_page_url"]) == (f"{path}?page=1", None)
    assert [link["active"] for link in last["links"]] == [False, False, True, False]
    assert [link["url"] for link in last["links"]] == [f"{path}?page={page}" for page in (1, 1, 2)] + [None]


async def test_a_page_behind_the_last_is_empty(shopper: Shopper) -> None:
    page = (await shopper.ask(PRODUCTS, page=4, total=10)).data
    assert (page["data"], page["from"], page["to"], page["last_page"]) == ([], None, None, 3)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"page": 1, "total": 4}, "total"),
        ({"page": 1, "total": 101}, "total"),
        ({"page": 0, "total": 10}, "page"),
        ({"page": -1, "total": 10}, "page"),
        ({"page": "1.5", "total": 10}, "page"),
        ({"page": "x", "total": 10}, "page"),
        ({"page": 1}, "total"),
        ({"page": "", "total": 10}, "page"),
    ],
)
async def test_a_page_outside_the_bounds_is_refused(
    shopper: Shopper, query: dict[str, object], field: str
) -> None:
    assert list((await shopper.ask(PRODUCTS, **query)).errors) == [field]


@pytest.mark.parametrize("total", [5, 100])
async def test_the_bounds_themselves_are_fine(shopper: Shopper, total: int) -> None:
    assert (await shopper.ask(PRODUCTS, page=1, total=total)).data["per_page"] == total


async def test_a_parameter_that_is_given_twice_is_refused(shopper: Shopper) -> None:
    refused = await shopper.get(f"{PRODUCTS}?page=1&page=2&total=10")
    assert refused.errors == {"page": ["This field was given twice."]}


async def test_a_query_that_is_not_utf_8_is_refused(shopper: Shopper) -> None:
    assert (await shopper.get(f"{PRODUCT}?sku=%ff")).status == 400


async def test_a_product_is_found_by_sku_by_id_and_by_both(shopper: Shopper) -> None:
    by_sku = (await shopper.ask(PRODUCT, sku=GOLD)).data
    assert (by_sku["id"], by_sku["barcode"], by_sku["stock"]) == (3000065, "MNTMNT0001", 20)
    assert (by_sku["currency_code"], by_sku["category"]["name"]) == ("TRY", "Gold bars")
    assert by_sku["product_images"]
    assert by_sku["list_price"] > by_sku["sale_price"]
    assert (await shopper.ask(PRODUCT, id=3000065)).data == by_sku
    assert (await shopper.ask(PRODUCT, sku=GOLD, id=3000065)).data == by_sku


@pytest.mark.parametrize("query", [{"sku": "MNT9999"}, {"id": 1}, {"sku": GOLD, "id": 3000066}])
async def test_an_unknown_product_is_not_found(shopper: Shopper, query: dict[str, object]) -> None:
    answer = await shopper.ask(PRODUCT, **query)
    assert (answer.status, answer.envelope["message"]) == (404, "The product was not found.")


async def test_a_product_that_is_not_named_is_refused(shopper: Shopper) -> None:
    assert list((await shopper.get(PRODUCT)).errors) == ["sku", "id"]


async def test_stock_and_price_can_be_set(sandbox: Sandbox, shopper: Shopper) -> None:
    article = sandbox.ecom.catalog[GOLD]
    article.stock, article.price = 3, Decimal("4321.10")
    shown = (await shopper.ask(PRODUCT, sku=GOLD)).data
    assert (shown["stock"], str(shown["sale_price"]), shown["list_price"]) == (
        3,
        "4321.1",
        Decimal("4537.16"),
    )


async def test_prices_follow_the_metal(sandbox: Sandbox, shopper: Shopper) -> None:
    before = (await shopper.ask(PRODUCT, sku=GOLD)).data["sale_price"]
    sandbox.advance(60)
    assert (await shopper.ask(PRODUCT, sku=GOLD)).data["sale_price"] != before
