"""What the sandbox refuses, and how it says so."""

from __future__ import annotations

import decimal
from decimal import Decimal
from typing import Any

import anyio
import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import BALANCE, CUSTOMER, PERSON, PRICE_FIX, Answer, Caller

pytestmark = pytest.mark.anyio


# ---------------------------------------------------------------- orders
async def test_a_second_order_with_the_same_id_is_refused_and_not_placed(
    sandbox: Sandbox, caller: Caller
) -> None:
    first = (await caller.buy("ORD-1")).data
    refused = await caller.buy("ORD-1", 7)
    assert refused.errors == {"external_id": ["This order id has been used already."]}
    assert len(sandbox.orders) == 1
    assert sandbox.balances("CST-1")["GAU"] == Decimal("0.5")
    assert (await caller.get("/partner/order/ORD-1")).data["guid"] == first["guid"][0]


@pytest.mark.parametrize("second", ["sell", "deliver"])
async def test_ids_are_unique_over_all_kinds_of_orders(sandbox: Sandbox, caller: Caller, second: str) -> None:
    await caller.buy("ORD-1", 5)
    refused = await getattr(caller, second)("ORD-1", 1)
    assert list(refused.errors) == ["external_id"]
    assert len(sandbox.orders) == 1


async def test_a_hundred_orders_at_once_with_one_id_are_one_order(sandbox: Sandbox, caller: Caller) -> None:
    token = await caller.token()
    answers: list[Answer] = []

    async def buy() -> None:
        answers.append(await caller.buy("ORD-1", price_token=token))

    async with anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(buy)
    assert sorted(answer.status for answer in answers) == [200] + [422] * 99
    assert len(sandbox.orders) == 1
    assert sandbox.balances("CST-1")["GAU"] == Decimal("0.5")
    sandbox.ledger.verify()


async def test_a_price_token_is_good_until_the_very_end_of_its_life(sandbox: Sandbox, caller: Caller) -> None:
    fix = await caller.fix()
    assert fix["expire_ttl"] == 240
    sandbox.advance(239.999)
    assert (await caller.buy("ORD-1", price_token=fix["token"])).status == 200
    sandbox.advance(0.001)
    refused = await caller.buy("ORD-2", price_token=fix["token"])
    assert refused.errors == {"price_token": ["The price has expired or does not exist."]}
    assert list(sandbox.orders) == ["ORD-1"]


async def test_a_price_token_can_be_used_again_until_it_expires(caller: Caller) -> None:
    token = await caller.token()
    assert (await caller.buy("ORD-1", price_token=token)).status == 200
    assert (await caller.buy("ORD-2", price_token=token)).status == 200


async def test_an_unknown_price_token_is_refused(caller: Caller) -> None:
    assert list((await caller.buy("ORD-1", price_token="x" * 32)).errors) == ["price_token"]


async def test_metal_that_is_not_there_cannot_be_sold(sandbox: Sandbox, caller: Caller) -> None:
    await caller.buy("ORD-1", Decimal("0.5"))
    before = sandbox.balances("CST-1")
    refused = await caller.sell("ORD-2", Decimal("0.50000001"))
    assert refused.errors == {"items": ["The balance is not sufficient."]}
    assert sandbox.balances("CST-1") == before
    assert len(sandbox.orders) == 1


async def test_items_of_one_metal_are_added_before_the_balance_is_checked(
    sandbox: Sandbox, caller: Caller
) -> None:
    await caller.buy("ORD-1", 1)
    halves = [{"sku": "GAU", "amount": Decimal("0.6")}] * 2
    assert list((await caller.sell("ORD-2", items=halves)).errors) == ["items"]
    assert sandbox.balances("CST-1")["GAU"] == 1


async def test_a_purchase_without_enough_cash_leaves_nothing_behind(sandbox: Sandbox, caller: Caller) -> None:
    refused = await caller.buy("ORD-1", 999_999_999)
    assert refused.errors == {"items": ["The balance is not sufficient."]}
    assert not sandbox.orders
    assert not sandbox.customers
    assert sandbox.ledger.entries == ()


async def test_a_sale_needs_a_price_that_was_fixed_for_a_customer(caller: Caller) -> None:
    await caller.buy("ORD-1")
    token = (await caller.post(PRICE_FIX, {"type": "digital"})).data["token"]
    refused = await caller.sell("ORD-2", price_token=token)
    assert refused.errors == {"price_token": ["The price was not fixed for a customer."]}


async def test_an_unknown_customer_has_nothing_to_sell(caller: Caller) -> None:
    assert (await caller.sell("ORD-1")).errors == {"price_token": ["The customer was not found."]}


async def test_an_order_in_another_currency_than_its_price_is_refused(caller: Caller) -> None:
    assert list((await caller.buy("ORD-1", currency_code="GBP")).errors) == ["currency_code"]


async def test_a_line_that_would_cost_nothing_is_refused(caller: Caller) -> None:
    items = [{"sku": "GAG", "amount": Decimal("0.00000001")}]
    assert list((await caller.buy("ORD-1", items=items)).errors) == ["items.0.amount"]


async def test_a_delivery_of_more_than_there_is_is_refused(sandbox: Sandbox, caller: Caller) -> None:
    await caller.buy("ORD-1", 1)
    assert (await caller.deliver("DLV-1", 2)).errors == {"amount": ["The balance is not sufficient."]}
    assert sandbox.balances("CST-1")["GAU"] == 1


async def test_sums_stay_exact_whatever_decimal_context_the_program_has(session: Any) -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        context.rounding = "ROUND_UP"
        async with Sandbox() as sandbox:
            caller = Caller(session, sandbox)
            await caller.buy("ORD-1", Decimal("123.45678901"))
            await caller.buy("ORD-2", Decimal("0.00100001"))
            assert str(sandbox.balances("CST-1")["GAU"]) == "123.45778902"


# ---------------------------------------------------------------- customers
async def test_a_customer_id_is_taken_once(sandbox: Sandbox, caller: Caller) -> None:
    await caller.create_customer()
    refused = await caller.post(CUSTOMER, PERSON | {"firstname": "Derya"})
    assert refused.errors == {"external_id": ["This customer id has been used already."]}
    assert sandbox.customers["CST-1"].profile.firstname == "Deniz"


async def test_an_unknown_customer_is_not_found(caller: Caller) -> None:
    for method, path, body in (
        ("GET", f"{CUSTOMER}/CST-9", None),
        ("PATCH", f"{CUSTOMER}/CST-9", PERSON),
        ("GET", f"{BALANCE}/CST-9", None),
    ):
        answer = await caller.call(method, path, body)
        assert (answer.status, answer.envelope["message"]) == (404, "The customer was not found.")
