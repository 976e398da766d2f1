"""Calls with a webview's token: which customer's, where it counts, and what faults do to it."""

from __future__ import annotations

import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.shopper import ACTIVE_BASKET, GOLD, ORDERS, PRODUCTS, Shopper

pytestmark = pytest.mark.anyio


async def test_a_token_reads_its_customers_newest_basket(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.create_customer(external_id="CST-2")
    token = sandbox.ecom.webview_token("CST-1")
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    newest = sandbox.ecom.fill_basket("CST-1", {GOLD: 2})
    sandbox.ecom.fill_basket("CST-2", {GOLD: 3})
    answer = (await shopper.by_webview(ACTIVE_BASKET, token)).data
    assert (answer["id"], len(answer["items"]), answer["pricefix"]["updated"]) == (newest.id, 2, False)
    assert sandbox.requests[-1].authenticated


async def test_reading_the_active_basket_locks_new_prices(sandbox: Sandbox, shopper: Shopper) -> None:
    token = sandbox.ecom.webview_token("CST-1")
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    sandbox.advance(300)
    lock = (await shopper.by_webview(ACTIVE_BASKET, token)).data["pricefix"]
    assert (lock["remaining"], lock["updated"]) == (240, True)


async def test_without_a_basket_there_is_none(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.order()
    answer = await shopper.by_webview(ACTIVE_BASKET, sandbox.ecom.webview_token("CST-1"))
    assert (answer.status, answer.envelope["message"]) == (404, "The basket was not found.")


async def test_a_token_lists_its_customers_orders_alone(sandbox: Sandbox, shopper: Shopper) -> None:
    await shopper.create_customer(external_id="CST-2")
    mine, _ = await shopper.order(), await shopper.order(customer="CST-2")
    token = sandbox.ecom.webview_token("CST-1")
    sample = f"{ORDERS}?page=1&total=10&sortBy=created_at&sortType=desc&status=2&startDate&endDate"
    for path in (ORDERS, sample):
        page = (await shopper.by_webview(path, token)).data
        assert [row["id"] for row in page["data"]] == [mine.id]
    others = await shopper.by_webview(f"{ORDERS}?customer_external_id=CST-2", token)
    assert others.data["data"] == []
    assert (await shopper.get(ORDERS)).data["total"] == 2


@pytest.mark.parametrize("path", [ACTIVE_BASKET, ORDERS])
@pytest.mark.parametrize("token", ["", "x", "x" * 64])
async def test_a_wrong_token_is_refused(sandbox: Sandbox, shopper: Shopper, path: str, token: str) -> None:
    sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    answer = await shopper.by_webview(path, token)
    assert (answer.status, answer.envelope["code"]) == (401, 4010)
    assert answer.challenges == ['Bearer realm="minted-sandbox"']
    assert not sandbox.requests[-1].authenticated


async def test_a_token_opens_nothing_else(sandbox: Sandbox, shopper: Shopper) -> None:
    token = sandbox.ecom.webview_token("CST-1")
    answer = await shopper.by_webview(f"{PRODUCTS}?page=1&total=10", token)
    assert (answer.status, answer.challenges[0].partition(" ")[0]) == (401, "Digest")


async def test_the_scheme_is_known_in_any_case_of_letters(sandbox: Sandbox, shopper: Shopper) -> None:
    token = sandbox.ecom.webview_token("CST-1")
    answer = await shopper.send("GET", ORDERS, headers={"Authorization": f"bearer {token}"})
    assert answer.status == 200


async def test_faults_happen_to_a_webview_too(sandbox: Sandbox, shopper: Shopper) -> None:
    token = sandbox.ecom.webview_token("CST-1")
    sandbox.fail_next("too_many_requests", path=ORDERS)
    assert (await shopper.by_webview(ORDERS, token)).status == 429
    sandbox.fail_next("stale_nonces")
    turned_away = await shopper.by_webview(ORDERS, token)
    assert (turned_away.status, turned_away.challenges) == (401, ['Bearer realm="minted-sandbox"'])
    assert (await shopper.by_webview(ORDERS, token)).status == 200


async def test_nobody_unknown_gets_a_token(sandbox: Sandbox) -> None:
    with pytest.raises(KeyError):
        sandbox.ecom.webview_token("CST-9")


async def test_a_token_does_not_show_when_things_are_printed(sandbox: Sandbox, shopper: Shopper) -> None:
    token = sandbox.ecom.webview_token("CST-1")
    basket = sandbox.ecom.fill_basket("CST-1", {GOLD: 1})
    await shopper.by_webview(ACTIVE_BASKET, token)
    printed = repr((sandbox, sandbox.ecom, dict(sandbox.ecom.catalog), list(sandbox.requests), basket))
    assert token not in printed
    assert basket.token not in printed
