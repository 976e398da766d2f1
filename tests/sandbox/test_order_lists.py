"""Lists of the orders of the E-Commerce tab."""

from __future__ import annotations

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.shopper import GOLD, ORDERS, Shopper

pytestmark = pytest.mark.anyio


@pytest.fixture
async def orders(sandbox: Sandbox, shopper: Shopper) -> list[int]:
    """The numbers of three orders: two old ones, completed, and a new one of another customer."""
    await shopper.create_customer(external_id="CST-2")
    first = await shopper.order(3)
    second = await shopper.order(1, "MNT0011")
    sandbox.advance(86_400)
    third = await shopper.order(2, customer="CST-2")
    return [first.id, second.id, third.id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [2, 1, 0]),
        ({"sortBy": "created_at", "sortType": "desc"}, [2, 1, 0]),
        ({"sortBy": "created_at", "sortType": "asc"}, [0, 1, 2]),
        ({"sortBy": "total"}, [0, 2, 1]),
        ({"sortBy": "total", "sortType": "asc"}, [1, 2, 0]),
        ({"sortBy": "customer_external_id", "sortType": "asc"}, [0, 1, 2]),
        ({"sortBy": "type"}, [2, 1, 0]),
        ({"status": "Completed"}, [1, 0]),
        ({"status": "5"}, [1, 0]),
        ({"status": 2}, [2]),
        ({"status": "2,5"}, [2, 1, 0]),
        ({"status": "Pending,5"}, [2, 1, 0]),
        ({"status": "Cancelled"}, []),
        ({"customer_external_id": "CST-1"}, [1, 0]),
        ({"customer_external_id": "CST-9"}, []),
        ({"sku": GOLD}, [2, 0]),
        ({"startDate": "2030-02-02"}, [2]),
        ({"endDate": "2030-02-01"}, [1, 0]),
        ({"startDate": "2030-02-01", "endDate": "2030-02-02"}, [2, 1, 0]),
    ],
)
async def test_orders_are_filtered_and_sorted(
    shopper: Shopper, orders: list[int], query: dict[str, object], found: list[int]
) -> None:
    page = (await shopper.ask(ORDERS, **query)).data
    assert [orders.index(row["id"]) for row in page["data"]] == found
    assert page["total"] == len(found)


async def test_the_list_takes_the_empty_parameters_of_the_sample(shopper: Shopper, orders: list[int]) -> None:
    sample = "page=1&total=10&customer_external_id=&sku=&sortBy=created_at&sortType=desc&status=2"
    page = (await shopper.get(f"{ORDERS}?{sample}&startDate&endDate")).data
    assert [row["id"] for row in page["data"]] == [orders[2]]


async def test_a_list_without_parameters_has_pages_of_ten(shopper: Shopper) -> None:
    for _ in range(11):
        await shopper.order()
    page = (await shopper.get(ORDERS)).data
    assert (page["per_page"], page["last_page"], len(page["data"])) == (10, 2, 10)
    assert len((await shopper.ask(ORDERS, page=2)).data["data"]) == 1


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"total": 4}, "total"),
        ({"total": 31}, "total"),
        ({"page": 0}, "page"),
        ({"sku": "MN"}, "sku"),
        ({"sku": "x" * 22}, "sku"),
        ({"customer_external_id": "x" * 111}, "customer_external_id"),
        ({"sortBy": "id"}, "sortBy"),
        ({"sortType": "down"}, "sortType"),
        ({"status": "New"}, "status"),
        ({"status": "Created"}, "status"),
        ({"status": "2,13"}, "status"),
        ({"startDate": "2030-1-1"}, "startDate"),
    ],
)
async def test_a_list_that_is_asked_for_wrongly_is_refused(
    shopper: Shopper, query: dict[str, object], field: str
) -> None:
    assert list((await shopper.ask(ORDERS, **query)).errors) == [field]
