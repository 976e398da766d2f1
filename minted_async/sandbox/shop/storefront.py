"""The operations of the E-Commerce tab and of the webview: products, baskets, orders.

Assumptions of this sandbox, where the documentation is silent:

- A product is looked up by `sku`, by `id`, or by both together; by neither is refused.
- `total` of the incomplete baskets is 1 to 100, and 10 without being given. `card_bin` is checked, and read
  past.
- Setting an address answers the basket, as clearing it does.
- Each piece is a row of `items`.
- A webview's token is good for its customer's baskets and orders alone, for as long as the sandbox runs.
"""

from __future__ import annotations

from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.request_query import Query
from minted_async.sandbox.shop import answers
from minted_async.sandbox.shop.addresses import LONGEST_ID, read_billing, read_shipping
from minted_async.sandbox.shop.basket_requests import TOKEN_LENGTH, open_basket, read_basket
from minted_async.sandbox.shop.baskets import Basket
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.listing import ECOM_STATUSES, read_days, read_orders, read_page
from minted_async.sandbox.shop.paging import page_of
from minted_async.sandbox.state import State

_BIN_LENGTH = 6


class Storefront:
    """The operations that read and change baskets, and read the rest."""

    def __init__(self, state: State, shop: Ecom) -> None:
        self._state = state
        self._shop = shop

    # ---------------------------------------------------------------- products
    def products(self, query: Query) -> object:
        """GET /partner/ecom/products."""
        query.require("page", "total")
        number, per_page = read_page(query, fewest=5, most=100, default=None)
        query.check()
        quotes = self._state.fixes.market.quotes("TRY")
        return page_of(
            list(self._shop.catalog.values()),
            lambda article: answers.product(article, quotes),
            path=self._address("products"),
            number=number,
            per_page=per_page,
        )

    def product(self, query: Query) -> object:
        """GET /partner/ecom/product."""
        sku = query.sized_text("sku", shortest=1, longest=1000)
        number = query.integer("id")
        if not (query.has("sku") or query.has("id")):
            query.note("sku", FieldError.REQUIRED)
            query.note("id", FieldError.REQUIRED)
        query.check()
        for article in self._shop.catalog.values():
            if sku in (None, article.sku) and number in (None, article.id):
                return answers.product(article, self._state.fixes.market.quotes("TRY"))
        raise RefusedError(ErrorCode.NO_SUCH_PRODUCT)

    # ---------------------------------------------------------------- baskets
    def incomplete_baskets(self, query: Query) -> object:
        """GET /partner/ecom/baskets."""
        query.require("customer_external_id")
        customer = query.sized_text("customer_external_id", longest=LONGEST_ID) or ""
        number, per_page = read_page(query, fewest=1, most=100)
        opened_within = read_days(query, both=True)
        query.sized_text("card_bin", shortest=_BIN_LENGTH, longest=_BIN_LENGTH)
        query.check()
        incomplete = self._shop.baskets.incomplete(customer)
        found = [basket for basket in incomplete if opened_within(basket.created_at)]
        return page_of(
            found,
            lambda basket: self._answer(basket, updated=False),
            path=self._address("baskets"),
            number=number,
            per_page=per_page,
        )

    def set_address(self, body: Body) -> object:
        """PATCH /partner/ecom/basket/setaddress."""
        customer, token = read_basket(body)
        shipping = read_shipping(body.required_object("shipping"))
        billing = read_billing(body.required_object("billing"))
        body.sized_text("card_bin", shortest=_BIN_LENGTH, longest=_BIN_LENGTH)
        body.check()
        basket = open_basket(body, self._shop.baskets, customer, token)
        basket.shipping, basket.billing = shipping, billing
        return self._answer(basket, updated=None)

    def clear(self, body: Body) -> object:
        """DELETE /partner/ecom/basket/empty, with a body."""
        customer, token = read_basket(body, shortest=TOKEN_LENGTH, longest=TOKEN_LENGTH)
        body.check()
        basket = open_basket(body, self._shop.baskets, customer, token)
        self._shop.baskets.clear(basket)
        return self._answer(basket, updated=None)

    def active_basket(self, customer: str, query: Query) -> object:
        """GET /partner/ecom/getActiveBasket, by a webview."""
        query.check()
        return self._read(self._shop.baskets.active(customer))

    # ---------------------------------------------------------------- orders
    def orders(self, query: Query) -> object:
        """GET /partner/ecom/orders."""
        return self._orders(query, None)

    def own_orders(self, customer: str, query: Query) -> object:
        """GET /partner/ecom/orders, by a webview."""
        return self._orders(query, customer)

    def get_order(self, body: Body) -> object:
        """POST /partner/ecom/getorder, of an order or a basket."""
        name = "customer_external_id"
        customer = body.sized_text(name, required=True, shortest=1, longest=LONGEST_ID)
        token = body.sized_text("cart_token", required=True, shortest=TOKEN_LENGTH, longest=TOKEN_LENGTH)
        body.check()
        return self._read(self._shop.baskets.of(customer or "", token or ""))

    def _orders(self, query: Query, owner: str | None) -> object:
        number, per_page = read_page(query, fewest=5, most=30)
        customer = query.sized_text("customer_external_id", longest=LONGEST_ID)
        sku = query.sized_text("sku", shortest=3, longest=21)
        select = read_orders(query, ECOM_STATUSES)
        query.check()
        found = [
            basket
            for basket in select(list(self._shop.baskets.values()))
            if owner in (None, basket.customer.external_id)
            and customer in (None, basket.customer.external_id)
            and (sku is None or sku in basket.items)
        ]
        return page_of(
            found,
            lambda order: answers.ecom_order_row(order, self._state.delivery_fee),
            path=self._address("orders"),
            number=number,
            per_page=per_page,
        )

    def _read(self, basket: Basket) -> object:
        return self._answer(basket, updated=self._shop.baskets.refresh(basket))

    def _answer(self, basket: Basket, *, updated: bool | None) -> dict[str, object]:
        return answers.ecom_basket(basket, self._state.delivery_fee, updated=updated)

    def _address(self, name: str) -> str:
        return f"{self._state.url}/partner/ecom/{name}"
