"""A caller who shops: the requests of the E-Commerce and the Walletable tab."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from minted_async.sandbox import Basket
from tests.sandbox import caller
from tests.sandbox.caller import Answer, Caller

PRODUCTS = "/partner/ecom/products"
PRODUCT = "/partner/ecom/product"
BASKETS = "/partner/ecom/baskets"
SET_ADDRESS = "/partner/ecom/basket/setaddress"
EMPTY = "/partner/ecom/basket/empty"
COMPLETE = "/partner/ecom/basket/complete"
ORDERS = "/partner/ecom/orders"
GET_ORDER = "/partner/ecom/getorder"
ACTIVE_BASKET = "/partner/ecom/getActiveBasket"
ADDRESS = "/partner/customer/address"
ADDRESSES = "/partner/customer/address/createmulti"
WALLET_BASKET = "/partner/walletable/basket"
WALLET_BUY = "/partner/walletable/complete/buy"
WALLET_DELIVERY = "/partner/walletable/complete/delivery"
WALLET_ORDERS = "/partner/walletable/orders"
WALLET_BALANCE = "/partner/walletable/balance"

PLACE: dict[str, Any] = {**caller.PLACE, "phone": "+905550000000", "tax_number": "1234567"}
STORED_PLACE: dict[str, Any] = {
    "invoice_type": "Individual",
    "tax_number": "1234567",
    "type": "shipping",
    "city": "İstanbul",
    "county": "Kadıköy",
    "address": "No: 1/1",
}
CARD: dict[str, Any] = {"payment_type": "creditcard", "payment": {"card_token": "token_1"}}
GOLD, BAR, SILVER_BAR = "MNT0001", "MNTBAE0001", "MNTBAE0013"


def names(basket: Basket) -> dict[str, Any]:
    """How most requests name a basket."""
    return {"external_customer_id": basket.customer.external_id, "cart_token": basket.token}


@dataclass
class Shopper(Caller):
    """Shops as CST-1 unless told otherwise."""

    async def ask(self, path: str, **query: object) -> Answer:
        return await self.get(f"{path}?{urlencode(query)}" if query else path)

    async def read(self, basket: Basket) -> Any:
        body = {"customer_external_id": basket.customer.external_id, "cart_token": basket.token}
        return (await self.post(GET_ORDER, body)).data

    async def by_webview(self, path: str, token: str) -> Answer:
        return await self.send("GET", path, headers={"Authorization": f"Bearer {token}"})

    async def set_address(self, basket: Basket, **changes: Any) -> Answer:
        body = names(basket) | {"shipping": PLACE, "billing": PLACE} | changes
        return await self.call("PATCH", SET_ADDRESS, body)

    async def complete(self, basket: Basket, **changes: Any) -> Answer:
        return await self.call("PUT", COMPLETE, names(basket) | changes)

    async def order(self, count: int = 1, sku: str = GOLD, customer: str = "CST-1", **changes: Any) -> Basket:
        """An order of the shop, paid in cash."""
        basket = self.sandbox.ecom.fill_basket(customer, {sku: count})
        await self.set_address(basket)
        assert (await self.complete(basket, **changes)).data["order_creation_status"] == "order"
        return basket

    async def visit(self, url: str) -> str:
        """Where a card page leads to."""
        async with self.session.get(url, allow_redirects=False) as response:
            assert response.status == 302
            return response.headers["Location"]

    async def store_address(self, **changes: Any) -> Answer:
        return await self.post(ADDRESS, {"external_customer_id": "CST-1"} | STORED_PLACE | changes)

    async def wallet_buy(self, items: dict[str, int], **changes: Any) -> Answer:
        basket = self.sandbox.walletable.fill_basket("CST-1", items)
        return await self.post(WALLET_BUY, names(basket) | changes)

    async def wallet_deliver(self, items: dict[str, int], **changes: Any) -> Answer:
        basket = self.sandbox.walletable.fill_basket("CST-1", items, kind="delivery")
        return await self.post(WALLET_DELIVERY, names(basket) | changes)


def price(answer: Any, name: str = "paid_total") -> Decimal:
    """Money of an answer."""
    return Decimal(answer[name])
