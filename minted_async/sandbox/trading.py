"""Fixing prices, buying, selling, delivering, and reading orders.

What the documentation leaves open is decided here, and each decision is an assumption of this sandbox:

- A price token stays usable until it expires; one order does not use it up.
- A price fix without a currency is in the sandbox's own currency (TRY unless set otherwise), not in the GBP
  that the field list prints as default: the documented example answers TRY. An order is in the currency of
  its price fix; another `currency_code` is refused.
- A purchase may be for a customer who is not known yet: the customer is then created from the order, which
  needs the documented fields. For a known customer `external_id` is enough.
- Metal is bought at `buy_price` and sold at `sell_price`. A line is rounded half up to two decimals and may
  not round to zero.
- After a price fix from a total, a single item may leave `amount` out: it is the fix's `buy_amount` then.
- A purchase without `payment_type` is paid from the customer's cash; one by card leaves the cash alone. Metal
  and money move when the order is placed.
- A sale is for the customer of its price fix, because its body names none.
- A second order with an `external_id` that is taken is refused with 422, whatever else it holds.
- `topup` is read past: what it does is not documented.
- A delivery costs a fixed fee, paid from the customer's cash, and takes whole grams. It shares the ids of
  orders.
- Finding an order by several ids finds the one that has all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Unpack

from minted_async.sandbox import answers
from minted_async.sandbox.clock import ISTANBUL
from minted_async.sandbox.ledger import InsufficientBalanceError
from minted_async.sandbox.market import FIX_CURRENCIES, PRODUCTS, PriceFix, fresh_token
from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.orders import CardPayment, NewOrder, Order, OrderItem
from minted_async.sandbox.request_body import (
    BUYER,
    RECIPIENT,
    Body,
    read_addresses,
    read_items,
    read_profile,
    require_amounts,
)
from minted_async.sandbox.state import State


class Trading:
    """The operations on prices and orders."""

    def __init__(self, state: State) -> None:
        self._state = state

    def fix_price(self, body: Body) -> object:
        """POST /partner/pricefix."""
        if body.required_text("type") not in ("digital", ""):
            body.note("type", FieldError.UNKNOWN_VALUE)
        currency = body.optional_choice("currency", FIX_CURRENCIES) or self._state.currency
        total = body.optional_number("total")
        # The page that fixes from a total requires the customer; the other one does not.
        customer = body.text("customer_external_id", required=body.has("total"))
        body.check()
        fixes = self._state.fixes
        fix = fixes.fix(currency, total=total, customer_external_id=customer or None)
        expires_at = self._state.clock.wall(fix.expires_at).astimezone(ISTANBUL).isoformat(timespec="seconds")
        return answers.price_fix(fix, fixes.ttl, expires_at)

    def buy(self, body: Body) -> object:
        """POST /partner/order/digital/buy, paid in cash or with a stored card."""
        state = self._state
        by_card = body.optional_choice("payment_type", ("creditcard",)) is not None
        external_id = body.text("external_id", required=not by_card)
        buyer = body.required_object("customer")
        customer_id = buyer.required_text("external_id")
        known = state.customers.get(customer_id)
        profile = read_profile(buyer, required=() if known else BUYER)
        payment = self._read_card_payment(body) if by_card else None
        fix = state.fixes.live(body.required_text("price_token"))
        currency = body.optional_choice("currency_code", FIX_CURRENCIES)
        wanted = read_items(body)
        if fix is None or fix.total is None or len(wanted) != 1:
            require_amounts(wanted)
        body.check()

        fix = self._accept(body, external_id or None, fix, currency)
        items = tuple(item.priced(fix, buying=True) for item in wanted)
        total = sum((item.total for item in items), Decimal(0))
        movements = _grams(items)
        if not by_card:
            movements[fix.currency] = -total
            if known is None and total > state.starting_cash:
                raise _insufficient(body, "items")
        customer = known or state.add_customer(customer_id, profile)
        order = self._place(
            body,
            "items",
            movements,
            type="Buy",
            external_id=external_id or None,
            currency=fix.currency,
            items=items,
            total=total,
            customer=customer,
            buyer=profile if profile.firstname else customer.profile,
            payment=payment,
        )
        return answers.receipt(order)

    def sell(self, body: Body) -> object:
        """POST /partner/order/digital/sell."""
        state = self._state
        external_id = body.required_text("external_id")
        fix = state.fixes.live(body.required_text("price_token"))
        currency = body.optional_choice("currency_code", FIX_CURRENCIES)
        wanted = read_items(body)
        require_amounts(wanted)
        body.check()

        fix = self._accept(body, external_id, fix, currency)
        if fix.customer_external_id is None:
            raise body.refuse("price_token", FieldError.NO_CUSTOMER)
        customer = state.customers.get(fix.customer_external_id)
        if customer is None:
            raise body.refuse("price_token", FieldError.UNKNOWN_CUSTOMER)
        items = tuple(item.priced(fix, buying=False) for item in wanted)
        total = sum((item.total for item in items), Decimal(0))
        movements = {sku: -amount for sku, amount in _grams(items).items()}
        movements[fix.currency] = total
        order = self._place(
            body,
            "items",
            movements,
            type="Sell",
            external_id=external_id,
            currency=fix.currency,
            items=items,
            total=total,
            customer=customer,
            buyer=customer.profile,
        )
        return answers.receipt(order)

    def create_delivery(self, body: Body) -> object:
        """POST /partner/delivery/create, paid with cash."""
        state = self._state
        external_id = body.required_text("external_id")
        recipient = body.required_object("customer")
        customer_id = recipient.required_text("external_id")
        buyer = read_profile(recipient, required=RECIPIENT)
        product = PRODUCTS.get(body.optional_choice("sku", PRODUCTS) or "")
        if not body.has("sku"):
            body.note("sku", FieldError.REQUIRED)
        amount = body.required_number("amount")
        if amount != amount.to_integral_value():
            body.note("amount", FieldError.NOT_WHOLE)
        addresses = read_addresses(body)
        body.check()

        self._require_free(body, external_id)
        customer = state.customers.get(customer_id)
        if customer is None or product is None:
            raise recipient.refuse("external_id", FieldError.UNKNOWN_CUSTOMER)
        order = self._place(
            body,
            "amount",
            {product.sku: -amount, state.currency: -state.delivery_fee},
            type="Delivery",
            external_id=external_id,
            currency=state.currency,
            items=(OrderItem(product, Decimal(0), Decimal(0), amount, state.delivery_fee),),
            total=state.delivery_fee,
            customer=customer,
            buyer=buyer,
            addresses=addresses,
        )
        return answers.delivery_receipt(order)

    def get(self, external_id: str) -> object:
        """GET /partner/order/{external_order_id}."""
        order = self._state.orders.find(external_id=external_id)
        if order is None:
            raise RefusedError(ErrorCode.NO_SUCH_ORDER)
        return answers.order(order)

    def find(self, body: Body) -> object:
        """POST /partner/order, by at least one of three ids; `push_hook` is noted, and nothing is sent."""
        ids = {name: body.optional_text(name) or None for name in ("guid", "order_code", "external_id")}
        push_hook = body.optional_boolean("push_hook")
        if not any(ids.values()):
            for name in ids:
                body.note(name, FieldError.REQUIRED)
        body.check()
        order = self._state.orders.find(**ids)
        if order is None:
            raise RefusedError(ErrorCode.NO_SUCH_ORDER)
        if push_hook:
            self._state.pushed_hooks.append(order.guid)
        return answers.order(order)

    def _require_free(self, body: Body, external_id: str | None) -> None:
        if external_id is not None and self._state.orders.has_external_id(external_id):
            raise body.refuse("external_id", FieldError.TAKEN_ORDER, ErrorCode.DUPLICATE_ORDER)

    def _place(
        self, body: Body, paid: str, movements: Mapping[str, Decimal], **order: Unpack[NewOrder]
    ) -> Order:
        """Take the order in, unless the customer does not own enough for the field `paid`."""
        try:
            return self._state.place(movements, **order)
        except InsufficientBalanceError:
            raise _insufficient(body, paid) from None

    def _accept(
        self, body: Body, external_id: str | None, fix: PriceFix | None, currency: str | None
    ) -> PriceFix:
        """The price fix of an order, if it is alive, the currency is right, and the order's id is free."""
        self._require_free(body, external_id)
        if fix is None:
            raise body.refuse("price_token", FieldError.EXPIRED, ErrorCode.NO_LIVE_PRICE)
        if currency not in (None, fix.currency):
            raise body.refuse("currency_code", FieldError.OTHER_CURRENCY)
        return fix

    def _read_card_payment(self, body: Body) -> CardPayment:
        """The card's token and security code are checked to be strings, and forgotten."""
        payment = body.required_object("payment")
        payment.required_text("card_token")
        payment.optional_text("card_cvv")
        return CardPayment(fresh_token(self._state.rng, 128), payment.optional_text("customer_ip"))


def _insufficient(body: Body, name: str) -> RefusedError:
    return body.refuse(name, FieldError.INSUFFICIENT, ErrorCode.INSUFFICIENT_BALANCE)


def _grams(items: Sequence[OrderItem]) -> dict[str, Decimal]:
    """How much of each metal, by sku; a sku may stand in several items."""
    amounts: dict[str, Decimal] = {}
    for item in items:
        amounts[item.product.sku] = amounts.get(item.product.sku, Decimal(0)) + item.amount
    return amounts
