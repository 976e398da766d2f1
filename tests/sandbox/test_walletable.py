"""The Walletable tab: fees to the cent, baskets, completion, orders, balance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from minted_async.sandbox import Fees, Sandbox
from tests.sandbox.shopper import (
    BAR,
    SILVER_BAR,
    WALLET_BALANCE,
    WALLET_BASKET,
    WALLET_BUY,
    WALLET_DELIVERY,
    WALLET_ORDERS,
    Shopper,
    names,
)

pytestmark = pytest.mark.anyio

FEE_NAMES = ("total", "charge_fee", "minting_fee", "storage_fee", "charges_vat", "paid_total")


def fees_of(answer: Any) -> list[str]:
    return [str(answer[name]) for name in FEE_NAMES]


async def show(shopper: Shopper, basket: Any, sku: str) -> Any:
    """A basket, by an update that changes nothing."""
    body = names(basket) | {"sku": sku, "qty": basket.items[sku]}
    return (await shopper.call("PATCH", WALLET_BASKET, body)).data


# ---------------------------------------------------------------- fees
@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        # The examples of docs pages api-26503549 (five pieces), api-26503559 and api-27307650.
        ({BAR: ("601.78", 5)}, ["3008.9", "300.89", "150.45", "601.78", "52.66", "4114.68"]),
        (
            {SILVER_BAR: ("496", 2), BAR: ("603.27", 1)},
            ["1595.27", "159.53", "79.76", "319.05", "27.92", "2181.53"],
        ),
        ({BAR: ("2184.24", 1)}, ["2184.24", "218.42", "109.21", "436.85", "38.22", "2986.94"]),
    ],
)
async def test_the_fees_of_the_documented_purchases_come_out_to_the_cent(
    sandbox: Sandbox, shopper: Shopper, prices: dict[str, tuple[str, int]], expected: list[str]
) -> None:
    for sku, (price, _) in prices.items():
        sandbox.walletable.catalog[sku].price = Decimal(price)
    answer = (await shopper.wallet_buy({sku: count for sku, (_, count) in prices.items()})).data
    assert fees_of(answer) == expected
    assert (answer["charge_fee_rate"], answer["storage_fee_rate"], answer["vat_rate"]) == (10, 20, 5)
    assert answer["currency_code"] == "AED"
    assert sandbox.balances("CST-1")["AED"] == 100_000_000 - Decimal(expected[-1])


async def test_the_fees_of_the_documented_purchase_at_other_rates(sandbox: Sandbox, shopper: Shopper) -> None:
    """The example of docs page api-26503559 of February 2026."""
    rates = {"service": Decimal("1.75"), "minting": Decimal(2), "storage": Decimal("0.3")}
    sandbox.walletable.fees = Fees(**rates)
    sandbox.walletable.catalog[BAR].price = Decimal("592.34")
    basket = sandbox.walletable.fill_basket("CST-1", {BAR: 1})
    answer = await show(shopper, basket, BAR)
    assert fees_of(answer) == ["592.34", "10.37", "11.85", "1.78", "1.2", "617.54"]
    assert (str(answer["charge_fee_rate"]), str(answer["storage_fee_rate"])) == ("1.75", "0.3")


async def test_the_fees_of_the_documented_delivery_come_out_to_the_cent(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    """The example of docs page api-27307650."""
    await shopper.wallet_buy({BAR: 1})
    await shopper.store_address()
    cash = sandbox.balances("CST-1")["AED"]
    answer = (await shopper.wallet_deliver({BAR: 1})).data
    assert fees_of(answer) == ["3", "0", "0", "0", "0.15", "3.15"]
    assert (answer["price"], answer["delivery_cost"], answer["items"][0]["price"]) == (0, 3, 0)
    assert (answer["type"], answer["status_id"], answer["status_name"]) == (
        "walletable_ecommerce",
        2,
        "Pending",
    )
    assert "pricefix" not in answer
    assert sandbox.balances("CST-1")["AED"] == cash - Decimal("3.15")


async def test_storage_is_free_up_to_a_limit(sandbox: Sandbox, shopper: Shopper) -> None:
    sandbox.walletable.fees = Fees(storage_limit=Decimal(60))
    first = (await shopper.wallet_buy({SILVER_BAR: 1, BAR: 10})).data
    assert first["storage_fee"] == 0
    second = (await shopper.wallet_buy({BAR: 1})).data
    assert second["storage_fee"] > 0


async def test_what_was_ordered_keeps_its_fees(sandbox: Sandbox, shopper: Shopper) -> None:
    answer = (await shopper.wallet_buy({BAR: 1})).data
    sandbox.walletable.fees = Fees(service=Decimal(99))
    await shopper.wallet_buy({SILVER_BAR: 1})
    rows = (await shopper.ask(WALLET_ORDERS, orderId=answer["id"])).data["data"]
    assert rows == [answer]


@pytest.mark.parametrize("rate", ["-1", "NaN", "Infinity"])
def test_rates_that_make_no_sense_are_refused(rate: str) -> None:
    with pytest.raises(ValueError, match="vat"):
        Fees(vat=Decimal(rate))


# ---------------------------------------------------------------- baskets
async def test_a_basket_is_changed_item_by_item(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.walletable.fill_basket("CST-1", {BAR: 1, SILVER_BAR: 1})
    body = names(basket) | {"sku": BAR, "qty": 3}
    answer = (await shopper.call("PATCH", WALLET_BASKET, body)).data
    assert [item["sku"] for item in answer["items"]] == [BAR] * 3 + [SILVER_BAR]
    assert [item["amount"] for item in answer["items"]] == [1] * 4
    assert (answer["type"], answer["status_id"], answer["status_name"]) == ("buy", 1, "Created")
    assert (answer["token"], answer["price_token"]) == (basket.token, basket.lock.fix.token)
    assert len(answer["increment_id"]) == 11
    left = (await shopper.call("DELETE", WALLET_BASKET, names(basket) | {"sku": BAR})).data
    assert [item["sku"] for item in left["items"]] == [SILVER_BAR]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"sku": "MNT9999"}, {"sku": ["The product was not found."]}),
        ({"sku": SILVER_BAR}, {"sku": ["This product is not in the basket."]}),
        ({"qty": 21}, {"qty": ["There is not enough of this in stock."]}),
        ({"qty": 0}, {"qty": ["This value is out of range."]}),
        ({"qty": -1}, {"qty": ["This value is out of range."]}),
        ({"qty": Decimal("1.5")}, {"qty": ["This field must be a whole number."]}),
        ({"qty": "3"}, {"qty": ["This field must be a number."]}),
        ({"qty": None}, {"qty": ["This field is required."]}),
        ({"cart_token": ""}, {"cart_token": ["This field is required."]}),
        ({"external_customer_id": None}, {"external_customer_id": ["This field is required."]}),
    ],
)
async def test_a_change_that_makes_no_sense_is_refused(
    sandbox: Sandbox, shopper: Shopper, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    basket = sandbox.walletable.fill_basket("CST-1", {BAR: 1})
    body = names(basket) | {"sku": BAR, "qty": 2} | changes
    assert (await shopper.call("PATCH", WALLET_BASKET, body)).errors == errors
    assert basket.items == {BAR: 1}


async def test_a_change_locks_new_prices_once_the_old_ones_ran_out(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.walletable.fill_basket("CST-1", {BAR: 1})
    before = await show(shopper, basket, BAR)
    sandbox.advance(239)
    assert (await show(shopper, basket, BAR))["price_token"] == before["price_token"]
    sandbox.advance(1)
    after = await show(shopper, basket, BAR)
    assert after["price_token"] != before["price_token"]
    assert after["total"] != before["total"]
    assert after["pricefix"]["remaining"] == 240


# ---------------------------------------------------------------- completion
async def test_what_is_bought_is_in_the_wallet(sandbox: Sandbox, shopper: Shopper) -> None:
    answer = (await shopper.wallet_buy({BAR: 2, SILVER_BAR: 1})).data
    assert (answer["order_creation_status"], answer["status_name"]) == ("order", "Pending")
    assert "pricefix" not in answer
    assert sandbox.walletable.wallet("CST-1") == {BAR: 2, SILVER_BAR: 1}
    assert sandbox.walletable.catalog[BAR].stock == 18
    sandbox.ledger.verify()


async def test_what_is_delivered_leaves_the_wallet(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.wallet_buy({BAR: 2})
    address = (await shopper.store_address(street="Ornek Sk.")).data
    answer = (await shopper.wallet_deliver({BAR: 2})).data
    assert (answer["shippingaddress"]["id"], answer["shippingaddress"]["street"]) == (
        address["id"],
        "Ornek Sk.",
    )
    assert answer["delivery"]["estimated_arrival_date"] == "2030-02-05"
    assert sandbox.walletable.wallet("CST-1") == {}
    assert sandbox.walletable.catalog[BAR].stock == 18
    sandbox.ledger.verify()


async def test_a_purchase_is_refused_like_one_of_the_shop(sandbox: Sandbox, shopper: Shopper) -> None:
    async def code(basket: Any, path: str = WALLET_BUY) -> int:
        answer = await shopper.post(path, names(basket))
        number: int = answer.envelope["code"]
        return number

    shop = sandbox.walletable
    assert await code(shop.fill_basket("CST-1", {})) == 4226
    assert await code(shop.fill_basket("CST-1", {BAR: 21})) == 4225
    assert await code(shop.fill_basket("CST-1", {BAR: 1}, kind="delivery")) == 4044
    shop.catalog[BAR].price = Decimal(100_000_000)
    assert await code(shop.fill_basket("CST-1", {BAR: 1})) == 4224
    late = shop.fill_basket("CST-1", {SILVER_BAR: 1})
    sandbox.advance(240)
    assert await code(late) == 4221
    basket = shop.fill_basket("CST-1", {SILVER_BAR: 1})
    assert [await code(basket), await code(basket)] == [0, 4228]
    assert sandbox.walletable.wallet("CST-1") == {SILVER_BAR: 1}


async def test_a_delivery_needs_an_address_and_pieces_that_can_be_delivered(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    await shopper.wallet_buy({BAR: 1, "MNTBAE0012": 1})
    assert (await shopper.wallet_deliver({BAR: 1})).envelope["code"] == 4227
    await shopper.store_address(type="billing")
    assert (await shopper.wallet_deliver({BAR: 1})).envelope["code"] == 4227
    await shopper.store_address()
    refused = await shopper.wallet_deliver({"MNTBAE0012": 1})
    assert refused.errors == {"cart_token": ["This product cannot be delivered."]}
    assert (await shopper.wallet_deliver({BAR: 2})).envelope["code"] == 4224
    assert sandbox.walletable.wallet("CST-1") == {BAR: 1, "MNTBAE0012": 1}
    sandbox.advance(1000)
    assert (await shopper.wallet_deliver({BAR: 1})).status == 200


async def test_a_delivery_does_not_mind_a_lock_that_ran_out(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.wallet_buy({BAR: 1})
    await shopper.store_address()
    basket = sandbox.walletable.fill_basket("CST-1", {BAR: 1}, kind="delivery")
    sandbox.advance(1000)
    assert (await shopper.post(WALLET_DELIVERY, names(basket))).status == 200


# ---------------------------------------------------------------- reading
@pytest.fixture
async def orders(sandbox: Sandbox, shopper: Shopper) -> list[int]:
    """The numbers of three orders: a purchase, completed; a delivery; a purchase of another customer."""
    await shopper.create_customer(external_id="CST-2")
    await shopper.store_address()
    bought = (await shopper.wallet_buy({BAR: 5})).data
    sandbox.advance(86_400)
    delivered = (await shopper.wallet_deliver({BAR: 1})).data
    basket = sandbox.walletable.fill_basket("CST-2", {SILVER_BAR: 1})
    other = (await shopper.post(WALLET_BUY, names(basket))).data
    sandbox.walletable.fill_basket("CST-1", {BAR: 1})
    return [bought["id"], delivered["id"], other["id"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [2, 1, 0]),
        ({"sortType": "asc"}, [0, 1, 2]),
        ({"status": "2,5"}, [2, 1, 0]),
        ({"status": "5"}, [0]),
        ({"tx_type": "buy,sell,delivery"}, [2, 1, 0]),
        ({"tx_type": "delivery"}, [1]),
        ({"tx_type": "sell"}, []),
        ({"customer_external_id": "CST-1"}, [1, 0]),
        ({"startDate": "2030-02-02", "endDate": "2030-02-02"}, [2, 1]),
    ],
)
async def test_orders_are_filtered_and_sorted(
    shopper: Shopper, orders: list[int], query: dict[str, object], found: list[int]
) -> None:
    page = (await shopper.ask(WALLET_ORDERS, **query)).data
    assert [orders.index(row["id"]) for row in page["data"]] == found


async def test_one_order_is_found_by_its_number(shopper: Shopper, orders: list[int]) -> None:
    sample = "page=1&total=10&sortBy=created_at&sortType=desc&status=2,5&startDate&endDate&tx_type=buy"
    page = (await shopper.get(f"{WALLET_ORDERS}?{sample}&orderId={orders[2]}")).data
    assert [row["id"] for row in page["data"]] == [orders[2]]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"tx_type": "buy,gift"}, "tx_type"), ({"orderId": "x"}, "orderId"), ({"total": 0}, "total")],
)
async def test_a_list_that_is_asked_for_wrongly_is_refused(
    shopper: Shopper, query: dict[str, object], field: str
) -> None:
    assert list((await shopper.ask(WALLET_ORDERS, **query)).errors) == [field]


async def test_an_invoice_is_found_by_the_partners_id(sandbox: Sandbox, shopper: Shopper) -> None:
    bought = (await shopper.wallet_buy({BAR: 1}, external_id="W/1")).data
    assert bought["external_id"] == "W/1"
    invoice = (await shopper.get("/partner/order/W%2F1/invoice")).data
    assert invoice["guid"] == bought["guid"]
    assert len(invoice["order_code"]) == 8
    receipt = (await shopper.buy("ORD-1")).data
    assert (await shopper.get("/partner/order/ORD-1/invoice")).data == {
        "guid": receipt["guid"][0],
        "order_code": receipt["order_code"][0],
    }
    assert (await shopper.get("/partner/order/ORD-9/invoice")).status == 404
    assert (await shopper.get("/partner/order/W%2F1")).status == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"metal_type": "gold,silver", "is_deliverable": "false"}, [BAR, SILVER_BAR, "MNTBAE0012"]),
        ({}, [BAR, SILVER_BAR, "MNTBAE0012"]),
        ({"metal_type": "gold"}, [BAR, "MNTBAE0012"]),
        ({"metal_type": "platinum"}, []),
        ({"is_deliverable": "true"}, [BAR, SILVER_BAR]),
    ],
)
async def test_the_balance_has_a_row_for_each_product_held(
    sandbox: Sandbox, shopper: Shopper, query: dict[str, object], found: list[str]
) -> None:
    await shopper.wallet_buy({BAR: 2, SILVER_BAR: 1, "MNTBAE0012": 1})
    rows = (await shopper.ask(WALLET_BALANCE, external_customer_id="CST-1", **query)).data
    catalog = sandbox.walletable.catalog
    assert rows == [{"productName": catalog[sku].name, "images": catalog[sku].images} for sku in found]


async def test_a_balance_that_is_asked_for_wrongly_is_refused(shopper: Shopper) -> None:
    assert list((await shopper.ask(WALLET_BALANCE)).errors) == ["external_customer_id"]
    wrong = {"metal_type": "gold,tin", "is_deliverable": "yes"}
    answer = await shopper.ask(WALLET_BALANCE, external_customer_id="CST-1", **wrong)
    assert list(answer.errors) == ["metal_type", "is_deliverable"]
    assert (await shopper.ask(WALLET_BALANCE, external_customer_id="CST-9")).status == 404


async def test_the_cash_of_the_wallet_shows_in_the_partner_tab(shopper: Shopper) -> None:
    bought = (await shopper.wallet_buy({BAR: 1})).data
    lines = (await shopper.get("/partner/balance/customer/CST-1")).data
    cash = {line["currency_code"]: line["balance"] for line in lines if line["is_cash"]}
    assert cash == {"TRY": 100_000_000, "AED": 100_000_000 - bought["paid_total"]}


async def test_a_price_fix_is_not_in_the_walletable_currency(shopper: Shopper) -> None:
    refused = await shopper.post("/partner/pricefix", {"type": "digital", "currency": "AED"})
    assert list(refused.errors) == ["currency"]
