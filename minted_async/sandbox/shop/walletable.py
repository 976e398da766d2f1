"""The Walletable tab: what tests do to it, and its operations.

Assumptions of this sandbox, where the documentation is silent:

- A basket holds pieces to buy, or pieces of the customer's wallet to deliver; each kind has its completion.
- Changing an item answers the basket as adding to one does; `qty` is the new number of pieces, at least 1,
  of an item that is in the basket.
- A purchase is paid from the customer's cash in AED, and its pieces are in the wallet then. `external_id`
  may be given to a completion.
- The minting fee is rounded for each piece; the storage fee is charged on the whole basket if the wallet then
  weighs more than the limit.
- A delivery goes to the customer's newest shipping address. Pieces that cannot be delivered are refused.
- A completed order is of the type `walletable_ecommerce`, whatever it did. Lists have rows like the answers
  of a completion, and pages of 1 to 100.
- The balance has a row for each product in the wallet. `is_deliverable=true` leaves out what cannot be
  delivered; `false` leaves out nothing.
- An invoice is found by the partner's own id, of orders of this tab and of the Partner tab.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from minted_async.sandbox.arguments import typed
from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.request_query import Query
from minted_async.sandbox.shop import answers
from minted_async.sandbox.shop.addresses import LONGEST_ID, Addresses
from minted_async.sandbox.shop.basket_requests import open_basket, pay, read_basket, require_ready
from minted_async.sandbox.shop.baskets import Basket, BasketKind, Baskets
from minted_async.sandbox.shop.catalog import METAL_TYPES, Catalog, walletable_catalog
from minted_async.sandbox.shop.fees import NOTHING, Bill, Fees
from minted_async.sandbox.shop.listing import ALL_STATUSES, read_orders, read_page
from minted_async.sandbox.shop.paging import page_of
from minted_async.sandbox.state import State

_KINDS = ("buy", "sell", "delivery")
_BOOLEANS = ("true", "false")


class Walletable:
    """The shop behind the Walletable tab, as tests see it and move it.

    `fill_basket` is the sandbox's own: the path of adding to a basket is not known.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._fees = Fees()
        self.catalog: Catalog = walletable_catalog(state.lock)
        """The articles by sku; their `stock` and `price` may be set."""
        self.baskets = Baskets(
            state, self.catalog, currency="AED", first_id=11101, numbered=True, first_status="Created"
        )
        """All baskets by token, those that became orders included."""

    @property
    def fees(self) -> Fees:
        """The rates; can be exchanged while the sandbox runs. What was ordered keeps its fees."""
        return self._fees

    @fees.setter
    @typed
    def fees(self, fees: Fees) -> None:
        with self._state.lock:
            self._fees = fees

    @typed
    def fill_basket(
        self,
        customer_external_id: str,
        items: Mapping[str, int],
        *,
        token: str | None = None,
        kind: BasketKind = "buy",
    ) -> Basket:
        """Put pieces into a basket, on top of what it holds.

        Args:
            customer_external_id: The customer, who is known.
            items: How many pieces of each sku.
            token: The basket; without it a new one is opened.
            kind: What a new basket is for: to `buy`, or for a `delivery` out of the wallet.

        Raises:
            KeyError: There is no such customer, basket or article.
            ValueError: A count is not positive, or the basket is completed.
        """
        return self.baskets.fill(customer_external_id, items, token=token, kind=kind)

    @typed
    def wallet(self, customer_external_id: str) -> dict[str, int]:
        """How many pieces of each sku a customer has.

        Raises:
            KeyError: There is no such customer.
        """
        customer = self._state.customers[customer_external_id].external_id
        owned = self._state.ledger.balances(customer)
        held = {sku: int(owned.get(sku, NOTHING)) for sku in self.catalog}
        return {sku: count for sku, count in held.items() if count}

    def bill(self, basket: Basket) -> Bill:
        """What a basket comes to now, or what the order that it became did."""
        with self._state.lock:
            return self._bill(basket)

    def _bill(self, basket: Basket) -> Bill:
        if basket.bill is not None:
            return basket.bill
        if basket.kind == "delivery":
            return self.fees.bill_delivery()
        wallet = self.wallet(basket.customer.external_id)
        stored = sum((self.catalog[sku].weight * count for sku, count in wallet.items()), NOTHING)
        return self.fees.bill_purchase([piece.price for piece in basket.pieces], stored + basket.grams)


class WalletableOperations:
    """The operations of the Walletable tab."""

    def __init__(self, state: State, shop: Walletable, addresses: Addresses) -> None:
        self._state = state
        self._shop = shop
        self._addresses = addresses

    # ---------------------------------------------------------------- baskets
    def update_item(self, body: Body) -> object:
        """PATCH /partner/walletable/basket."""
        customer, token = read_basket(body)
        sku = body.required_text("sku")
        count = body.required_count("qty")
        body.check()
        basket = self._basket_with(body, customer, token, sku)
        if basket.kind == "buy" and self._shop.catalog[sku].stock < count:
            raise body.refuse("qty", FieldError.OUT_OF_STOCK, ErrorCode.OUT_OF_STOCK)
        self._shop.baskets.put(basket, sku, count)
        return self._answer(basket)

    def delete_item(self, body: Body) -> object:
        """DELETE /partner/walletable/basket, with a body."""
        customer, token = read_basket(body)
        sku = body.required_text("sku")
        body.check()
        basket = self._basket_with(body, customer, token, sku)
        self._shop.baskets.put(basket, sku, 0)
        return self._answer(basket)

    def _basket_with(self, body: Body, customer: str, token: str, sku: str) -> Basket:
        basket = open_basket(body, self._shop.baskets, customer, token)
        if sku not in self._shop.catalog:
            raise body.refuse("sku", FieldError.UNKNOWN_PRODUCT)
        if sku not in basket.items:
            raise body.refuse("sku", FieldError.NOT_IN_BASKET)
        return basket

    # ---------------------------------------------------------------- completion
    def complete_buy(self, body: Body) -> object:
        """POST /partner/walletable/complete/buy."""
        basket, external_id = self._read_completion(body, "buy")
        if basket.has_run_out:
            raise body.refuse("cart_token", FieldError.EXPIRED, ErrorCode.NO_LIVE_PRICE)
        pieces = {sku: Decimal(count) for sku, count in basket.items.items()}
        return self._complete(body, basket, external_id, pieces)

    def complete_delivery(self, body: Body) -> object:
        """POST /partner/walletable/complete/delivery."""
        basket, external_id = self._read_completion(body, "delivery")
        if not all(self._shop.catalog[sku].deliverable for sku in basket.items):
            raise body.refuse("cart_token", FieldError.NOT_DELIVERABLE)
        address = self._addresses.newest(basket.customer.external_id, "shipping")
        if address is None:
            raise body.refuse("cart_token", FieldError.NO_ADDRESS, ErrorCode.NO_ADDRESS)
        pieces = {sku: Decimal(-count) for sku, count in basket.items.items()}
        return self._complete(body, basket, external_id, pieces, address)

    def _read_completion(self, body: Body, kind: BasketKind) -> tuple[Basket, str | None]:
        customer, token = read_basket(body)
        external_id = body.sized_text("external_id", shortest=1, longest=LONGEST_ID)
        body.check()
        basket = open_basket(body, self._shop.baskets, customer, token)
        if basket.kind != kind:
            raise RefusedError(ErrorCode.NO_SUCH_BASKET)
        require_ready(basket, external_id, self._state)
        return basket, external_id

    def _complete(
        self,
        body: Body,
        basket: Basket,
        external_id: str | None,
        pieces: Mapping[str, Decimal],
        address: Mapping[str, object] | None = None,
    ) -> object:
        bill = self._shop.bill(basket)
        pay(body, basket, self._state, {**pieces, "AED": -bill.paid_total})
        basket.bill, basket.shipping = bill, address
        basket.place(external_id)
        return self._answer(basket)

    # ---------------------------------------------------------------- reading
    def orders(self, query: Query) -> object:
        """GET /partner/walletable/orders."""
        number, per_page = read_page(query, fewest=1, most=100)
        select = read_orders(query, ALL_STATUSES)
        kinds = query.choices("tx_type", _KINDS)
        customer = query.optional_text("customer_external_id")
        order_id = query.integer("orderId")
        query.check()
        found = [
            basket
            for basket in select(list(self._shop.baskets.values()))
            if (not kinds or basket.kind in kinds)
            and customer in (None, basket.customer.external_id)
            and order_id in (None, basket.id)
        ]
        return page_of(
            found,
            self._answer,
            path=f"{self._state.url}/partner/walletable/orders",
            number=number,
            per_page=per_page,
        )

    def invoice(self, external_id: str) -> object:
        """GET /partner/order/{external_order_id}/invoice."""
        order = self._state.orders.find(external_id=external_id)
        if order is not None:
            return answers.invoice(order.guid, order.order_code)
        for basket in self._shop.baskets.values():
            if basket.external_id == external_id:
                return answers.invoice(basket.guid, basket.order_code)
        raise RefusedError(ErrorCode.NO_SUCH_ORDER)

    def balance(self, query: Query) -> object:
        """GET /partner/walletable/balance."""
        query.require("external_customer_id")
        customer = query.optional_text("external_customer_id") or ""
        metals = query.choices("metal_type", METAL_TYPES)
        deliverable = query.optional_choice("is_deliverable", _BOOLEANS) == "true"
        query.check()
        if customer not in self._state.customers:
            raise RefusedError(ErrorCode.NO_SUCH_CUSTOMER)
        articles = [self._shop.catalog[sku] for sku in self._shop.wallet(customer)]
        return [
            answers.held(article)
            for article in articles
            if (not metals or article.metal_type in metals) and (article.deliverable or not deliverable)
        ]

    def _answer(self, basket: Basket) -> dict[str, object]:
        return answers.walletable_basket(basket, self._shop.bill(basket))
