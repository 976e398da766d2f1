"""What a partner does with the API, from the first customer to the last gram."""

from __future__ import annotations

from decimal import Decimal

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import ADDRESSES, BALANCE, CUSTOMER, FIND, PERSON, Caller

pytestmark = pytest.mark.anyio


async def test_buy_and_sell_move_gold_and_money_to_the_last_decimal(sandbox: Sandbox, caller: Caller) -> None:
    await caller.create_customer()
    fix = await caller.fix()
    gold = next(row for row in fix["prices"] if row["sku"] == "GAU")
    bought = (await caller.buy("ORD-1", Decimal("0.5"), price_token=fix["token"])).data
    assert bought["total"] == (gold["buy_price"] / 2).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    held = {line["currency_code"]: line["balance"] for line in (await caller.get(f"{BALANCE}/CST-1")).data}
    assert held["GAU"] == Decimal("0.5")
    assert held["TRY"] == 100_000_000 - bought["total"]

    sold = (await caller.sell("ORD-2", Decimal("0.2"), price_token=fix["token"])).data
    assert sold["total"] == (gold["sell_price"] / 5).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    held = {line["currency_code"]: line["balance"] for line in (await caller.get(f"{BALANCE}/CST-1")).data}
    assert held["GAU"] == Decimal("0.3")
    assert held["TRY"] == 100_000_000 - bought["total"] + sold["total"]
    assert sandbox.balances("CST-1")["GAU"] == Decimal("0.3")
    sandbox.ledger.verify()


async def test_an_order_is_created_then_pending_then_completed(sandbox: Sandbox, caller: Caller) -> None:
    receipt = (await caller.buy("ORD-1")).data
    assert receipt["orders"][0]["status_name"] == "Created"
    seen: list[str] = []
    for _ in range(4):
        seen.append((await caller.get("/partner/order/ORD-1")).data["status_name"])
        sandbox.advance(0.4)
    assert seen == ["Created", "Pending", "Pending", "Completed"]
    assert sandbox.orders["ORD-1"].status == "Completed"


async def test_a_forced_status_is_answered_from_then_on(sandbox: Sandbox, caller: Caller) -> None:
    await caller.buy("ORD-1")
    sandbox.orders["ORD-1"].force_status("New")
    sandbox.advance(60)
    assert (await caller.get("/partner/order/ORD-1")).data["status_name"] == "New"


async def test_times_are_in_the_zone_and_form_of_each_answer(caller: Caller) -> None:
    """The clock stands at 2030-01-31 21:30:15 UTC."""
    created = await caller.create_customer()
    assert created["created_at"] == created["updated_at"] == "2030-02-01 00:30:15"
    assert (await caller.fix())["expires_at"] == "2030-02-01T00:34:15+03:00"
    assert (await caller.buy("ORD-1", 3)).data["order_at"] == "2030-02-01 00:30:15"
    assert (await caller.get("/partner/order/ORD-1")).data["order_at"] == "31-01-2030 21:30"
    assert (await caller.deliver("ORD-2")).data["order_at"] == "2030-02-01T00:30:15+03:00"


async def test_ids_are_lists_in_a_receipt_and_scalars_in_an_order(caller: Caller) -> None:
    receipt = (await caller.buy("ORD-1")).data
    order = (await caller.get("/partner/order/ORD-1")).data
    assert receipt["guid"] == [order["guid"]]
    assert receipt["order_code"] == [order["order_code"]]
    assert order["guid"] == order["guid"].upper()


@pytest.mark.parametrize("name", ["guid", "order_code", "external_id"])
async def test_an_order_is_found_by_each_of_its_ids(caller: Caller, name: str) -> None:
    await caller.buy("ORD-1")
    order = (await caller.get("/partner/order/ORD-1")).data
    assert (await caller.post(FIND, {name: order[name]})).data == order


async def test_an_order_is_not_found_by_ids_of_two_orders(caller: Caller) -> None:
    await caller.buy("ORD-1")
    other = (await caller.buy("ORD-2")).data
    answer = await caller.post(FIND, {"external_id": "ORD-1", "guid": other["guid"][0]})
    assert (answer.status, answer.envelope["data"]) == (404, [])


async def test_finding_needs_an_id(caller: Caller) -> None:
    assert set((await caller.post(FIND, {"push_hook": False})).errors) == {
        "guid",
        "order_code",
        "external_id",
    }


async def test_a_wanted_webhook_is_noted(sandbox: Sandbox, caller: Caller) -> None:
    await caller.buy("ORD-1")
    await caller.post(FIND, {"external_id": "ORD-1"})
    assert not sandbox.pushed_hooks
    await caller.post(FIND, {"external_id": "ORD-1", "push_hook": True})
    assert list(sandbox.pushed_hooks) == [sandbox.orders["ORD-1"].guid]


async def test_a_card_purchase_leaves_the_cash_alone(sandbox: Sandbox, caller: Caller) -> None:
    payment = {"card_token": "token_1", "card_cvv": "123", "customer_ip": "127.0.0.1"}
    receipt = (await caller.buy("ORD-1", payment_type="creditcard", payment=payment)).data
    assert receipt["payment"]["total"] == receipt["total"]
    order = (await caller.get("/partner/order/ORD-1")).data
    assert order["payment_type"] == "credit-card"
    assert order["payment"]["details"]["customer_ip"] == "127.0.0.1"
    assert order["payment"]["details"]["card_cvv"] == "000"
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000
    assert sandbox.balances("CST-1")["GAU"] == Decimal("0.5")


async def test_a_card_purchase_may_have_no_external_id(sandbox: Sandbox, caller: Caller) -> None:
    receipt = (await caller.buy(None, payment_type="creditcard", payment={"card_token": "token_1"})).data
    guid = receipt["guid"][0]
    assert (await caller.post(FIND, {"guid": guid})).data["external_id"] is None
    assert sandbox.orders[guid].external_id is None


async def test_a_cash_order_has_no_payment(caller: Caller) -> None:
    receipt = (await caller.buy("ORD-1")).data
    assert "payment" not in receipt
    order = (await caller.get("/partner/order/ORD-1")).data
    assert (order["payment_type"], order["payment"]) == ("cash", None)


async def test_a_fixed_total_buys_the_amount_of_the_fix(sandbox: Sandbox, caller: Caller) -> None:
    fix = await caller.fix(total=Decimal("1000.50"))
    assert (fix["is_total_price"], fix["total"]) == (True, Decimal("1000.5"))
    for row in fix["prices"]:
        exact = Decimal("1000.50") / row["buy_price"]
        assert row["buy_amount"] == exact.quantize(Decimal("0.0001"), "ROUND_DOWN")
    bought = (await caller.buy("ORD-1", price_token=fix["token"], items=[{"sku": "GAG"}])).data
    assert bought["orders"][0]["items"][0]["amount"] == fix["prices"][1]["buy_amount"]
    assert sandbox.balances("CST-1")["GAG"] == fix["prices"][1]["buy_amount"]


async def test_an_order_of_several_items_adds_up(sandbox: Sandbox, caller: Caller) -> None:
    items = [
        {"sku": "GAU", "amount": 1},
        {"sku": "GAG", "amount": 10},
        {"sku": "GAU", "amount": Decimal("0.25")},
    ]
    receipt = (await caller.buy("ORD-1", items=items)).data
    order = receipt["orders"][0]
    assert receipt["total"] == sum(item["total"] for item in order["items"])
    assert order["description"] == "1gr - #GAU, 10gr - #GAG, 0.25gr - #GAU"
    assert sandbox.balances("CST-1")["GAU"] == Decimal("1.25")
    assert sandbox.balances("CST-1")["GAG"] == 10


async def test_half_a_kurus_is_rounded_up(sandbox: Sandbox, caller: Caller) -> None:
    """At the opening price of BGAU, 4278.645, which rounding to even would take to 4278.64."""
    receipt = (await caller.buy("ORD-1", items=[{"sku": "BGAU", "amount": 1}])).data
    assert receipt["orders"][0]["items"][0]["price"] == Decimal("4278.645")
    assert receipt["total"] == Decimal("4278.65")
    assert sandbox.balances("CST-1")["TRY"] == Decimal("99995721.35")


async def test_an_item_can_be_named_by_its_product_id(caller: Caller) -> None:
    receipt = (await caller.buy("ORD-1", items=[{"product_id": "3000002", "amount": 1}])).data
    assert receipt["orders"][0]["items"][0]["sku"] == "GAG"


async def test_a_delivery_takes_metal_and_its_fee(sandbox: Sandbox, caller: Caller) -> None:
    bought = (await caller.buy("ORD-1", 5)).data
    receipt = (await caller.deliver("DLV-1", 2)).data
    assert (receipt["total"], receipt["external_id"], receipt["tx_type"]) == (75, "DLV-1", "delivery")
    assert sandbox.balances("CST-1")["GAU"] == 3
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000 - bought["total"] - 75
    order = (await caller.get("/partner/order/DLV-1")).data
    assert order["type"] == "Delivery"
    assert order["delivery"]["products"][0]["amount"] == 2
    assert order["address"] == ADDRESSES


async def test_a_customer_is_created_read_and_updated(sandbox: Sandbox, caller: Caller) -> None:
    created = await caller.create_customer(middlename="Su", birthdate="1980-01-31", gender="F")
    assert created["fullname"] == "Deniz Su Örnek"
    sandbox.advance(60)
    changes = {"firstname": "Derya", "lastname": "Örnek", "phone": "+905551111111", "identity_number": "1"}
    updated = (await caller.call("PATCH", f"{CUSTOMER}/CST-1", changes)).data
    assert updated == (await caller.get(f"{CUSTOMER}/CST-1")).data
    assert (updated["fullname"], updated["email"], updated["gender"]) == (
        "Derya Su Örnek",
        PERSON["email"],
        "F",
    )
    customer = sandbox.customers["CST-1"]
    assert (customer.updated_at - customer.created_at).total_seconds() == 60


async def test_a_company_is_created(sandbox: Sandbox, caller: Caller) -> None:
    body = {
        "external_id": "CMP-1",
        "firstname": "Örnek AŞ",
        "tax_office": "Kadıköy",
        "identity_number": "1000000014",
        "account_type": "company",
    }
    created = (await caller.post(CUSTOMER, body)).data
    assert (created["fullname"], created["lastname"]) == ("Örnek AŞ", None)
    profile = sandbox.customers["CMP-1"].profile
    assert (profile.account_type, profile.tax_office) == ("company", "Kadıköy")


async def test_a_purchase_creates_a_customer_who_is_not_known(sandbox: Sandbox, caller: Caller) -> None:
    await caller.buy("ORD-1")
    assert (await caller.get(f"{CUSTOMER}/CST-1")).data["fullname"] == "Deniz Örnek"
    assert list(sandbox.customers) == ["CST-1"]


async def test_the_external_id_is_enough_for_a_customer_who_is_known(caller: Caller) -> None:
    await caller.create_customer()
    receipt = (await caller.buy("ORD-1", customer={"external_id": "CST-1"})).data
    assert receipt["orders"][0]["customer"]["fullname"] == "Deniz Örnek"


async def test_an_order_keeps_the_buyer_as_given(caller: Caller) -> None:
    await caller.buy("ORD-1")
    changes = {"firstname": "Derya", "lastname": "Örnek", "phone": "+905551111111", "identity_number": "1"}
    await caller.call("PATCH", f"{CUSTOMER}/CST-1", changes)
    assert (await caller.get("/partner/order/ORD-1")).data["customer"]["firstname"] == "Deniz"


async def test_a_birthdate_is_taken_in_both_documented_forms(caller: Caller) -> None:
    for external_id, written in (("A", "31-12-1990"), ("B", "1990-12-31")):
        created = await caller.create_customer(external_id=external_id, birthdate=written)
        assert created["birthdate"] == "1990-12-31"


async def test_a_balance_has_one_line_for_each_metal_and_one_for_cash(caller: Caller) -> None:
    await caller.create_customer()
    lines = (await caller.get(f"{BALANCE}/CST-1")).data
    assert [line["currency_code"] for line in lines] == ["GAU", "GAG", "BGAU", "BGAG", "GPT", "GPD", "TRY"]
    assert [line["is_cash"] for line in lines] == [False] * 6 + [True]
    assert lines[0]["stats"] == lines[0]["prices"] == {}


async def test_buying_in_another_currency_opens_its_cash_line(sandbox: Sandbox, caller: Caller) -> None:
    fix = await caller.fix(currency="GBP")
    assert fix["currency"] == "GBP"
    receipt = (await caller.buy("ORD-1", price_token=fix["token"], currency_code="GBP")).data
    assert receipt["orders"][0]["currency_code"] == "GBP"
    lines = (await caller.get(f"{BALANCE}/CST-1")).data
    assert [line["currency_code"] for line in lines if line["is_cash"]] == ["TRY", "GBP"]
    assert sandbox.balances("CST-1")["GBP"] == 100_000_000 - receipt["total"]
