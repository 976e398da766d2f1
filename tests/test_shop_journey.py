"""What a shop does with the E-Commerce and the Walletable part, from the catalog to the order."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import pytest

from minted_async import MintedClient, callbacks, errors
from minted_async.models import ecom
from minted_async.sandbox import Clock, Sandbox
from tests.servers import LoopbackServer, answering, response

pytestmark = pytest.mark.anyio

CUSTOMER = "CST-1"
PLACE: dict[str, Any] = {
    "fullname": "Defne Kaya",
    "phone": "+905550000000",
    "tax_number": "10000000146",
    "city": "İstanbul",
    "county": "Kadıköy",
    "district": "Moda",
    "address": "Bahar Sk. No: 1",
}
DELIVERY = Decimal(75)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=Clock(monotonic=lambda: 0.0)) as sandbox:
        yield sandbox


@pytest.fixture
async def minted(sandbox: Sandbox) -> AsyncIterator[MintedClient]:
    async with MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url, locale="en") as minted:
        await minted.customers.create(external_id=CUSTOMER, firstname="Defne", lastname="Kaya")
        yield minted


async def visit(url: str) -> str:
    """Where a browser ends that is sent to a page."""
    async with aiohttp.ClientSession() as browser, browser.get(url) as landed:
        return str(landed.url)


async def set_address(minted: MintedClient, token: str) -> None:
    await minted.ecom.baskets.set_address(
        external_customer_id=CUSTOMER,
        cart_token=token,
        shipping=ecom.BasketShippingAddress(**PLACE),
        billing=ecom.BasketBillingAddress(**PLACE, email="defne@example.com"),
    )


async def read(minted: MintedClient, token: str) -> ecom.EcomOrder:
    return await minted.ecom.orders.get(customer_external_id=CUSTOMER, cart_token=token)


async def test_from_two_pages_of_the_catalog_to_an_order(sandbox: Sandbox, minted: MintedClient) -> None:
    first = await minted.ecom.products.list(page=1, total=10)
    second = await minted.ecom.products.list(page=2, total=10)
    assert [(page.number, page.last_number, page.row_count) for page in (first, second)] == [
        (1, 3, 23),
        (2, 3, 23),
    ]
    assert first.has_next
    every = [bar async for bar in minted.ecom.products.all(total=10)]
    assert every[:20] == [*first.rows, *second.rows]
    assert [bar.sku for bar in every] == list(sandbox.ecom.catalog)
    one, other = first.rows[0], second.rows[3]
    assert await minted.ecom.products.get(sku=other.sku) == other

    token = sandbox.ecom.fill_basket(CUSTOMER, {one.sku: 2, other.sku: 1}).token
    basket = await read(minted, token)
    assert basket.items is not None
    assert [piece.sku for piece in basket.items] == [one.sku, one.sku, other.sku]
    assert basket.order_creation_status == "basket"
    assert basket.pricefix is not None
    assert (basket.pricefix.remaining, basket.pricefix.updated) == (240, False)
    assert basket.total == sum((piece.price for piece in basket.items if piece.price), Decimal(0))
    assert basket.paid_total == (basket.total or 0) + DELIVERY

    sandbox.ecom.catalog[one.sku].price = Decimal("601.78")
    sandbox.ecom.catalog[other.sku].price = Decimal("0.10")
    sandbox.advance(241)
    (stale,) = [row async for row in minted.ecom.baskets.all_incomplete(customer_external_id=CUSTOMER)]
    assert stale.pricefix is not None
    assert (stale.pricefix.remaining, stale.paid_total) == (-1, basket.paid_total)
    await set_address(minted, token)
    with pytest.raises(errors.ValidationError, match="The price has expired"):
        await minted.ecom.baskets.complete(external_customer_id=CUSTOMER, cart_token=token)

    renewed = await read(minted, token)
    assert renewed.pricefix is not None
    assert (renewed.pricefix.remaining, renewed.pricefix.updated) == (240, True)
    assert renewed.paid_total == 2 * Decimal("601.78") + Decimal("0.10") + DELIVERY

    async with LoopbackServer(answering(response("thank you"))) as shop:
        sandbox.ecom.callback_url = shop.url
        completed = await minted.ecom.baskets.complete(
            external_customer_id=CUSTOMER, cart_token=token, payment_type="creditcard", payment={}
        )
        payment = completed["payment"]
        assert payment["amount"] == renewed.paid_total
        landed = await visit(payment["redirect_url"])
        assert [request.target for request in shop.received] == [landed.removeprefix(shop.url)]
        for address in (landed, shop.received[0].target):
            back = callbacks.read(address)
            assert (back.about, back.succeeded, back.token) == ("payment", True, payment["token"])

    order = await read(minted, token)
    assert (order.order_creation_status, order.status_name) == ("order", "Pending")
    assert (order.id, order.token, order.paid_total) == (basket.id, token, renewed.paid_total)
    assert sandbox.ecom.catalog[one.sku].stock == one.stock - 2
    (listed,) = [row async for row in minted.ecom.orders.all(customer_external_id=CUSTOMER, total=5)]
    assert (listed.guid, listed.paid_total) == (order.guid, order.paid_total)
    assert [row async for row in minted.ecom.baskets.all_incomplete(customer_external_id=CUSTOMER)] == []


async def test_a_payment_that_fails_leaves_the_basket(sandbox: Sandbox, minted: MintedClient) -> None:
    token = sandbox.ecom.fill_basket(CUSTOMER, {"MNT0001": 1}).token
    await set_address(minted, token)
    sandbox.ecom.decline_next("Kart limiti yetersiz & bitti", "050")
    cart = {"external_customer_id": CUSTOMER, "cart_token": token}
    completed = await minted.ecom.baskets.complete(**cart, payment_type="creditcard", payment={})
    back = callbacks.read(await visit(completed["payment"]["redirect_url"]))
    assert (back.succeeded, back.reason, back.code) == (False, "Kart limiti yetersiz & bitti", "050")
    assert (await read(minted, token)).order_creation_status == "basket"

    emptied = await minted.ecom.baskets.clear(**cart)
    assert (emptied.token, emptied.items, emptied.total) == (token, [], Decimal(0))

    stored = callbacks.read(await visit(sandbox.ecom.card_page()))
    assert (stored.about, stored.succeeded) == ("card", True)


async def test_an_order_that_is_paid_without_a_card(sandbox: Sandbox, minted: MintedClient) -> None:
    token = sandbox.ecom.fill_basket(CUSTOMER, {"MNT0001": 1}).token
    await set_address(minted, token)
    sandbox.fail_next("reset_after", path="/partner/ecom/basket/complete")
    with pytest.raises(errors.OutcomeUnknownError):
        await minted.ecom.baskets.complete(external_customer_id=CUSTOMER, cart_token=token)
    assert (await read(minted, token)).order_creation_status == "order"
    completions = [request for request in sandbox.requests if request.path == "/partner/ecom/basket/complete"]
    assert len([request for request in completions if request.authenticated]) == 1


async def test_a_webview_sees_its_customer(sandbox: Sandbox, minted: MintedClient) -> None:
    token = sandbox.ecom.fill_basket(CUSTOMER, {"MNT0001": 1}).token
    webview = minted.webview(sandbox.ecom.webview_token(CUSTOMER))
    assert (await webview.active_basket()).token == token
    await set_address(minted, token)
    await minted.ecom.baskets.complete(external_customer_id=CUSTOMER, cart_token=token)
    assert [row.token async for row in webview.all_orders(total=5)] == [token]


async def test_bars_are_bought_into_a_wallet_and_delivered(sandbox: Sandbox, minted: MintedClient) -> None:
    sandbox.walletable.catalog["MNTBAE0001"].price = Decimal("601.78")
    token = sandbox.walletable.fill_basket(CUSTOMER, {"MNTBAE0001": 1, "MNTBAE0013": 1}).token
    cart = {"external_customer_id": CUSTOMER, "cart_token": token}
    await minted.walletable.baskets.delete_item(**cart, sku="MNTBAE0013")
    await minted.walletable.baskets.update_item(**cart, sku="MNTBAE0001", qty=5)
    bought = await minted.walletable.complete_buy(**cart)
    assert (bought["total"], bought["paid_total"]) == (Decimal("3008.9"), Decimal("4114.68"))
    assert sandbox.walletable.wallet(CUSTOMER) == {"MNTBAE0001": 5}

    (held,) = await minted.walletable.balance.wallet(external_customer_id=CUSTOMER, metal_type="gold,silver")
    assert held.product_name == "Minted 1 g 999.9 Gold Bar"
    assert await minted.walletable.balance.wallet(external_customer_id=CUSTOMER, metal_type="silver") == []

    await minted.ecom.addresses.create_many(
        external_customer_id=CUSTOMER,
        addresses=[
            {
                "type": "shipping",
                "invoice_type": "Individual",
                **{name: PLACE[name] for name in ("tax_number", "city", "county", "district", "address")},
            }
        ],
    )
    parcel = sandbox.walletable.fill_basket(CUSTOMER, {"MNTBAE0001": 2}, kind="delivery").token
    delivered = await minted.walletable.complete_delivery(
        external_customer_id=CUSTOMER, cart_token=parcel, external_id="PARCEL-1"
    )
    assert (delivered.total, delivered.charges_vat) == (Decimal(3), Decimal("0.15"))
    assert delivered.paid_total == Decimal("3.15")
    assert delivered.shippingaddress is not None
    assert delivered.shippingaddress.city == "İstanbul"
    assert sandbox.walletable.wallet(CUSTOMER) == {"MNTBAE0001": 3}

    orders = await minted.walletable.orders.list(
        page=1, total=10, customer_external_id=CUSTOMER, tx_type="buy,delivery"
    )
    assert [row["token"] for row in orders["data"]] == [parcel, token]
    invoice = await minted.walletable.orders.invoice("PARCEL-1")
    assert invoice.guid == delivered.guid
