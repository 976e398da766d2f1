"""Every answer has the documented shape: it fits the spec, and holds no key that the spec does not name."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.sandbox.caller import BALANCE, CUSTOMER, FIND, PERSON, PRICE_FIX, Caller
from tests.sandbox.spec import OPENAPI, OPERATIONS, problems, read_yaml

pytestmark = pytest.mark.anyio

Journey = Callable[[Caller], Awaitable[Any]]

CARD: dict[str, Any] = {
    "payment_type": "creditcard",
    "payment": {"card_token": "token_1", "customer_ip": "127.0.0.1"},
}
COMPANY: dict[str, Any] = {"external_id": "CMP-1", "firstname": "Örnek AŞ", "account_type": "company"}
CHANGES = {"firstname": "Derya", "lastname": "Örnek", "phone": "+905551111111", "identity_number": "1"}


async def fix(caller: Caller) -> Any:
    return await caller.fix()


async def fix_total(caller: Caller) -> Any:
    return await caller.fix(total=1000, currency="USD")


async def fix_for_nobody(caller: Caller) -> Any:
    return (await caller.post(PRICE_FIX, {"type": "digital"})).data


async def buy(caller: Caller) -> Any:
    return (await caller.buy("ORD-1")).data


async def buy_for_a_known_customer(caller: Caller) -> Any:
    await caller.create_customer(gender="F", middlename="Su", birthdate="1980-01-31")
    return (await caller.buy("ORD-1", customer={"external_id": "CST-1"})).data


async def buy_for_a_company(caller: Caller) -> Any:
    await caller.post(CUSTOMER, COMPANY)
    return (await caller.buy("ORD-1", customer={"external_id": "CMP-1"})).data


async def buy_by_card(caller: Caller) -> Any:
    return (await caller.buy("ORD-1", **CARD)).data


async def buy_by_card_without_id(caller: Caller) -> Any:
    return (await caller.buy(None, **CARD)).data


async def sell(caller: Caller) -> Any:
    await caller.buy("ORD-1", 3)
    return (await caller.sell("ORD-2", 1)).data


def get_after(journey: Journey) -> Journey:
    async def get(caller: Caller) -> Any:
        receipt = await journey(caller)
        guid = receipt["guid"]
        return (await caller.post(FIND, {"guid": guid if isinstance(guid, str) else guid[0]})).data

    return get


async def get(caller: Caller) -> Any:
    await caller.buy("ORD-1")
    caller.sandbox.advance(60)
    return (await caller.get("/partner/order/ORD-1")).data


async def create(caller: Caller) -> Any:
    return await caller.create_customer(gender="F", middlename="Su", birthdate="1980-01-31")


async def create_with_an_id_only(caller: Caller) -> Any:
    return (await caller.post(CUSTOMER, {"external_id": "CST-1"})).data


async def create_company(caller: Caller) -> Any:
    return (await caller.post(CUSTOMER, COMPANY)).data


async def update(caller: Caller) -> Any:
    await caller.create_customer()
    return (await caller.call("PATCH", f"{CUSTOMER}/CST-1", CHANGES)).data


async def get_customer(caller: Caller) -> Any:
    await create(caller)
    return (await caller.get(f"{CUSTOMER}/CST-1")).data


async def get_customer_with_an_id_only(caller: Caller) -> Any:
    await create_with_an_id_only(caller)
    return (await caller.get(f"{CUSTOMER}/CST-1")).data


async def balance(caller: Caller) -> Any:
    await caller.buy("ORD-1")
    return (await caller.get(f"{BALANCE}/CST-1")).data


async def balance_of_a_newcomer(caller: Caller) -> Any:
    await caller.create_customer()
    return (await caller.get(f"{BALANCE}/CST-1")).data


async def deliver(caller: Caller) -> Any:
    await caller.buy("ORD-1", 3)
    return (await caller.deliver("DLV-1", 2)).data


JOURNEYS: list[tuple[str, Journey]] = [
    ("prices.fix", fix),
    ("prices.fix", fix_total),
    ("prices.fix", fix_for_nobody),
    ("orders.buy", buy),
    ("orders.buy", buy_for_a_known_customer),
    ("orders.buy", buy_for_a_company),
    ("orders.buy", buy_by_card),
    ("orders.buy", buy_by_card_without_id),
    ("orders.sell", sell),
    ("orders.get", get),
    ("orders.find", get_after(buy)),
    ("orders.find", get_after(buy_for_a_company)),
    ("orders.find", get_after(buy_by_card)),
    ("orders.find", get_after(buy_by_card_without_id)),
    ("orders.find", get_after(sell)),
    ("orders.find", get_after(deliver)),
    ("customers.create", create),
    ("customers.create", create_with_an_id_only),
    ("customers.create", create_company),
    ("customers.update", update),
    ("customers.get", get_customer),
    ("customers.get", get_customer_with_an_id_only),
    ("balances.customer", balance),
    ("balances.customer", balance_of_a_newcomer),
    ("deliveries.create", deliver),
]


@pytest.mark.parametrize(("operation", "journey"), JOURNEYS)
async def test_an_answer_fits_the_spec_and_holds_nothing_else(
    caller: Caller, operation: str, journey: Journey
) -> None:
    assert problems(operation, await journey(caller)) == []


def test_what_the_sandbox_answers_is_in_the_spec() -> None:
    assert {operation for operation, _ in JOURNEYS} <= set(OPERATIONS)


async def test_reading_an_order_names_every_field_that_the_list_requires(caller: Caller) -> None:
    """The spec makes some of them optional, because an older example lacks them."""
    order = await get(caller)
    required = {"guid", "order_code", "external_id", "type", "currency_code", "items"}
    assert required | {"price", "tax", "total", "status_name", "customer", "payment", "order_at"} <= set(
        order
    )


async def test_numbers_are_json_numbers_without_exponents(caller: Caller) -> None:
    await caller.buy("ORD-1", 1000)
    raw = (await caller.get("/partner/order/ORD-1")).raw
    assert b'"amount":1000,' in raw
    assert re.search(rb'"(price|total|amount)":"', raw) is None
    assert re.search(rb":[0-9.]+[eE]", raw) is None


@pytest.mark.parametrize(
    ("operation", "spoil"),
    [
        ("orders.get", {"unnamed": 1}),
        ("orders.get", {"order_at": "2030-01-31T21:30:15Z"}),
        ("orders.get", {"order_at": "31-13-2030 21:30"}),
        ("orders.get", {"total": "1"}),
        ("orders.get", {"guid": None}),
        ("orders.get", {"items": [{"unnamed": 1}]}),
        ("prices.fix", {"expires_at": "2030-01-31 21:30:15"}),
    ],
)
async def test_the_check_itself_finds_what_does_not_fit(
    caller: Caller, operation: str, spoil: dict[str, Any]
) -> None:
    answered = await (get if operation == "orders.get" else fix)(caller)
    assert problems(operation, answered) == []
    assert problems(operation, answered | spoil) != []


def test_person_holds_what_a_new_buyer_must_tell() -> None:
    schema = read_yaml((OPENAPI / "schemas" / "orders.yaml").as_uri())["OrderCustomer"]
    assert set(schema["required"]) == set(PERSON)
