"""A user's program of the other two tabs, for the type checkers, as `user_program.py` is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, assert_type

from minted_async import MintedClient, Page, Rows
from minted_async.models import ecom, walletable


async def shop(minted: MintedClient) -> None:
    page = await minted.ecom.products.list(page=1, total=20)
    assert_type(page, Page[ecom.Product])
    assert_type(page.rows, list[ecom.Product])
    assert_type(page.rows[0].sale_price, Decimal)
    assert_type(page.has_next, bool)
    assert_type(page.last_number, int | None)
    everything = minted.ecom.products.all(total=100)
    assert_type(everything, Rows[ecom.Product])
    async for product in everything:
        assert_type(product, ecom.Product)
        assert_type(product.basecurrency, dict[str, Any])
    assert_type(await minted.ecom.products.get(sku="MNT0001"), ecom.Product)
    assert_type(await minted.ecom.products.prices(anything=1), Any)

    baskets = await minted.ecom.baskets.list_incomplete(
        customer_external_id="CST-1", page=1, start_date=date(2024, 7, 1), end_date=date(2024, 7, 31)
    )
    assert_type(baskets, Page[ecom.EcomOrder])
    async for basket in minted.ecom.baskets.all_incomplete(customer_external_id="CST-1"):
        assert_type(basket.pricefix, ecom.BasketPriceFix | None)
        await minted.ecom.baskets.set_address(
            external_customer_id="CST-1",
            cart_token=basket.token,
            shipping=ecom.BasketShippingAddress(
                tax_number="1",
                fullname="Deniz Örnek",
                phone="+905550000000",
                city="İstanbul",
                county="Kadıköy",
                district="Moda",
                address="1",
            ),
            billing=ecom.BasketBillingAddress(
                phone="+905550000000",
                city="İstanbul",
                county="Kadıköy",
                district="Moda",
                address="1",
                tax_number="1",
            ),
        )
    emptied = await minted.ecom.baskets.clear(external_customer_id="CST-1", cart_token="t")
    assert_type(emptied.order_creation_status, ecom.BasketStatus)
    assert_type(await minted.ecom.baskets.complete(cart_token="t", card=[1]), Any)
    await minted.ecom.addresses.create_many(external_customer_id="CST-1")

    orders = minted.ecom.orders.all(sort_by="created_at", sort_type=ecom.SortDirection.DESC, status="2")
    async with orders:
        async for order in orders:
            assert_type(order.items, list[ecom.EcomOrderItem] | None)
    assert_type(await minted.ecom.orders.get(customer_external_id="C", cart_token="t"), ecom.EcomOrder)


async def wallet(minted: MintedClient) -> None:
    assert_type(await minted.walletable.complete_buy(external_customer_id="C", cart_token="t"), Any)
    assert_type(await minted.walletable.complete_delivery(cart_token="t"), walletable.WalletableOrder)
    assert_type(await minted.walletable.baskets.active(external_customer_id="C"), walletable.WalletableOrder)
    assert_type(await minted.walletable.orders.list(status="2,5", page=1), Any)
    assert_type(await minted.walletable.orders.invoice("ORD-1"), walletable.OrderInvoice)
    lines = await minted.walletable.balance.wallet(external_customer_id="C", is_deliverable=True)
    assert_type(lines, list[walletable.WalletableBalance])
    await minted.walletable.baskets.update_item(
        external_customer_id="C", cart_token="t", sku="MNTBAE0001", qty=3
    )


async def webview(minted: MintedClient) -> None:
    embedded = minted.with_options(locale="en").webview("TOKEN")
    assert_type(await embedded.active_basket(), ecom.EcomOrder)
    assert_type(await embedded.orders(page=1, total=10), Page[ecom.EcomOrder])
    async for order in embedded.all_orders(total=30):
        assert_type(order.paid_total, Decimal | None)
    assert_type(await embedded.complete(), Any)
