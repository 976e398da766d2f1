"""Completing a basket of the E-Commerce tab, in cash and by card, and reading its order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import Answer
from tests.sandbox.shopper import BASKETS, CARD, EMPTY, GOLD, Shopper, names

pytestmark = pytest.mark.anyio


def is_refused(answer: Answer, code: int, message: str, field: str = "cart_token") -> bool:
    return (answer.envelope["code"], answer.errors) == (code, {field: [message]})


# ---------------------------------------------------------------- in cash
async def test_a_completed_basket_is_an_order_that_is_paid(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 2})
    await shopper.set_address(basket)
    before = await shopper.read(basket)
    order = (await shopper.complete(basket, external_id="ORD-1")).data
    assert (order["order_creation_status"], order["status_name"], order["status_id"]) == (
        "order",
        "Pending",
        2,
    )
    assert (order["external_id"], order["token"]) == ("ORD-1", basket.token)
    assert order["paid_total"] == before["paid_total"]
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000 - order["paid_total"]
    assert sandbox.ecom.catalog[GOLD].stock == 18
    sandbox.ledger.verify()


async def test_an_order_is_completed_by_the_clock_or_by_force(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = await shopper.order()
    sandbox.advance(1)
    assert (await shopper.read(basket))["status_name"] == "Pending"
    sandbox.advance(1)
    read = await shopper.read(basket)
    assert (read["status_name"], read["status_id"]) == ("Completed", 5)
    basket.force_status("Payment Confirmed")
    read = await shopper.read(basket)
    assert (read["status_name"], read["status_id"]) == ("Payment Confirmed", 12)


async def test_an_order_keeps_its_prices_for_good(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = await shopper.order()
    total = (await shopper.read(basket))["total"]
    sandbox.advance(1000)
    read = await shopper.read(basket)
    assert (read["total"], read["pricefix"]["updated"]) == (total, False)


async def test_a_completed_basket_is_no_basket_any_more(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = await shopper.order()
    assert (await shopper.ask(BASKETS, customer_external_id="CST-1")).data["data"] == []
    message = "This basket has been completed already."
    assert is_refused(await shopper.complete(basket), 4228, message)
    assert is_refused(await shopper.set_address(basket), 4228, message)
    assert is_refused(await shopper.call("DELETE", EMPTY, names(basket)), 4228, message)
    with pytest.raises(ValueError, match="completed"):
        sandbox.ecom.fill_basket("CST-1", {GOLD: 1}, token=basket.token)
    assert sandbox.ecom.catalog[GOLD].stock == 19


# ---------------------------------------------------------------- what is refused
async def test_an_empty_basket_is_refused(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {})
    await shopper.set_address(basket)
    assert is_refused(await shopper.complete(basket), 4226, "The basket is empty.")


async def test_a_basket_without_an_address_is_refused(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    assert is_refused(await shopper.complete(basket), 4227, "There is no address to deliver to.")


async def test_a_lock_that_ran_out_is_refused_until_the_basket_was_read(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    sandbox.advance(240)
    for body in ({}, CARD):
        refused = await shopper.complete(basket, **body)
        assert is_refused(refused, 4221, "The price has expired or does not exist.")
    await shopper.read(basket)
    assert (await shopper.complete(basket)).status == 200


async def test_more_than_there_is_in_stock_is_refused(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1, "MNT0023": 1})
    await shopper.set_address(basket)
    assert is_refused(await shopper.complete(basket), 4225, "There is not enough of this in stock.")
    assert sandbox.ecom.catalog[GOLD].stock == 20
    sandbox.ecom.catalog["MNT0023"].stock = 1
    assert (await shopper.complete(basket)).status == 200


async def test_a_customer_who_cannot_pay_is_refused(session: Any) -> None:
    async with Sandbox(starting_cash=1000) as sandbox:
        shopper = Shopper(session, sandbox)
        await shopper.create_customer()
        basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
        await shopper.set_address(basket)
        assert is_refused(await shopper.complete(basket), 4224, "The balance is not sufficient.")
        assert sandbox.balances("CST-1")["TRY"] == 1000
        assert sandbox.ecom.catalog[GOLD].stock == 20


async def test_an_id_is_taken_once_over_all_tabs(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.order(external_id="ORD-1")
    refused = await shopper.buy("ORD-1")
    assert is_refused(refused, 4222, "This order id has been used already.", "external_id")
    await shopper.buy("ORD-2")
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    refused = await shopper.complete(basket, external_id="ORD-2")
    assert is_refused(refused, 4222, "This order id has been used already.", "external_id")


async def test_a_completion_whose_answer_is_lost_happened_once(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    sandbox.fail_next("server_error_html_after", path="/partner/ecom/basket/complete")
    assert (await shopper.complete(basket)).status == 502
    assert (await shopper.complete(basket)).envelope["code"] == 4228
    assert (await shopper.read(basket))["order_creation_status"] == "order"
    assert sandbox.ecom.catalog[GOLD].stock == 19


# ---------------------------------------------------------------- by card
async def test_a_card_payment_is_an_order_once_its_page_was_visited(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    answer = (await shopper.complete(basket, external_id="ORD-1", **CARD)).data
    payment = answer["payment"]
    assert (answer["order_creation_status"], answer["external_id"]) == ("basket", None)
    assert (payment["state"], payment["amount"]) == ("new", answer["paid_total"])
    assert list(sandbox.ecom.callbacks) == []

    callback = await shopper.visit(payment["redirect_url"])
    assert callback == f"{sandbox.url}/pay/{payment['token']}/callback/success"
    assert list(sandbox.ecom.callbacks) == [callback]
    order = await shopper.read(basket)
    assert (order["order_creation_status"], order["external_id"]) == ("order", "ORD-1")
    assert sandbox.balances("CST-1")["TRY"] == 100_000_000
    assert sandbox.ecom.catalog[GOLD].stock == 19


async def test_a_browser_arrives_at_the_url_of_the_tests_choosing(
    sandbox: Sandbox, shopper: Shopper, session: Any
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    payment = (await shopper.complete(basket, **CARD)).data["payment"]
    async with Sandbox() as shop:  # any server that remembers what came
        sandbox.ecom.callback_url = f"{shop.url}/"
        async with session.get(payment["redirect_url"]) as response:
            assert str(response.url) == sandbox.ecom.callbacks[0]
        assert [request.path for request in shop.requests] == [f"/pay/{payment['token']}/callback/success"]


async def test_a_declined_card_leaves_a_basket_that_can_be_completed(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    payment = (await shopper.complete(basket, **CARD)).data["payment"]
    sandbox.ecom.decline_next("Yetersiz bakiye & limit", "051")
    callback = urlsplit(await shopper.visit(payment["redirect_url"]))
    assert callback.path == f"/pay/{payment['token']}/callback/fail"
    assert parse_qs(callback.query) == {"reason": ["Yetersiz bakiye & limit"], "code": ["051"]}
    assert (await shopper.read(basket))["order_creation_status"] == "basket"

    again = (await shopper.complete(basket, **CARD)).data["payment"]
    assert (await shopper.visit(again["redirect_url"])).endswith("/callback/success")


async def test_a_page_that_is_visited_again_leads_to_the_same_callback(
    sandbox: Sandbox, shopper: Shopper
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    url = (await shopper.complete(basket, **CARD)).data["payment"]["redirect_url"]
    first = await shopper.visit(url)
    sandbox.ecom.decline_next()
    assert await shopper.visit(url) == first
    assert sandbox.ecom.catalog[GOLD].stock == 19


@pytest.mark.parametrize("change", ["filled", "emptied", "new prices", "another payment", "no stock"])
async def test_a_card_does_not_pay_for_a_basket_that_has_changed(
    sandbox: Sandbox, shopper: Shopper, change: str
) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    url = (await shopper.complete(basket, **CARD)).data["payment"]["redirect_url"]
    if change == "filled":
        sandbox.ecom.fill_basket("CST-1", {GOLD: 1}, token=basket.token)
    elif change == "emptied":
        await shopper.call("DELETE", EMPTY, names(basket))
    elif change == "new prices":
        sandbox.advance(240)
        await shopper.read(basket)
    elif change == "another payment":
        await shopper.complete(basket, **CARD)
    else:
        sandbox.ecom.catalog[GOLD].stock = 0
    callback = urlsplit(await shopper.visit(url))
    assert callback.path.endswith("/callback/fail")
    assert parse_qs(callback.query)["reason"]
    assert (await shopper.read(basket))["order_creation_status"] == "basket"


async def test_a_payment_keeps_the_price_that_it_was_opened_with(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    payment = (await shopper.complete(basket, **CARD)).data["payment"]
    sandbox.advance(300)
    assert (await shopper.visit(payment["redirect_url"])).endswith("/callback/success")
    assert (await shopper.read(basket))["paid_total"] == payment["amount"]


async def test_a_card_without_payment_is_refused(sandbox: Sandbox, shopper: Shopper) -> None:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    assert list((await shopper.complete(basket, payment_type="creditcard")).errors) == ["payment"]
    assert list((await shopper.complete(basket, payment_type="credit-card")).errors) == ["payment_type"]


async def test_storing_a_card_ends_at_a_callback_of_its_own(sandbox: Sandbox, shopper: Shopper) -> None:
    stored = await shopper.visit(sandbox.ecom.card_page())
    assert urlsplit(stored).path.startswith("/pay/cards/")
    assert stored.endswith("/callback/success")
    sandbox.ecom.decline_next(code="012")
    assert (await shopper.visit(sandbox.ecom.card_page())).endswith(
        "/callback/fail?reason=Do+not+honour&code=012"
    )
    assert len(sandbox.ecom.callbacks) == 2


@pytest.mark.parametrize("path", ["/pay/x", "/pay/cards/x", "/pay/x/callback/success", "/pay/"])
async def test_there_are_no_other_pages(shopper: Shopper, path: str) -> None:
    assert (await shopper.send("GET", path)).status == 404


async def test_money_is_written_as_exact_json_numbers(sandbox: Sandbox, shopper: Shopper) -> None:
    sandbox.ecom.catalog[GOLD].price = Decimal("4637.50")
    raw = (await shopper.complete(await _ready(sandbox, shopper))).raw
    assert b'"price":4637.5,' in raw
    assert b'"paid_total":4712.5,' in raw


async def _ready(sandbox: Sandbox, shopper: Shopper) -> Any:
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.set_address(basket)
    return basket
