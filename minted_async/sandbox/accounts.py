"""Customers, their balances, and deliveries from their wallets.

Assumptions of this sandbox, where the documentation is silent:

- A customer id that is taken is refused with 422.
- An update needs the four fields that the one documented page requires; optional fields that it leaves out
  stay as they are; `external_id` in its body is read past. It answers the customer as reading does: no page
  shows the answer.
- A balance has a line for each metal, one for the sandbox's own currency, and one for each further currency
  that has moved. Nothing is ever blocked.
- A delivery costs a fixed fee, paid from the customer's cash, and takes whole grams. It shares the ids of
  orders.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from minted_async.sandbox import answers
from minted_async.sandbox.bodies import Body
from minted_async.sandbox.books import Books
from minted_async.sandbox.fields import CHANGED_CUSTOMER, RECIPIENT, read_addresses, read_profile
from minted_async.sandbox.market import CURRENCIES, PRODUCTS
from minted_async.sandbox.messages import Flaw, Reason
from minted_async.sandbox.orders import OrderItem

_KEPT_UNLESS_GIVEN = ("middlename", "email", "gender", "birthdate")


class Accounts:
    """The operations on customers, balances and deliveries."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def create(self, body: Body) -> object:
        """POST /partner/customer, for a person or (`account_type: company`) a company."""
        external_id = body.required_text("external_id")
        profile = read_profile(body)
        body.check()
        if external_id in self._books.customers:
            raise body.refuse("external_id", Flaw.TAKEN_CUSTOMER, Reason.DUPLICATE_CUSTOMER)
        return answers.created_customer(self._books.add_customer(external_id, profile))

    def update(self, external_id: str, body: Body) -> object:
        """PATCH /partner/customer/{external_customer_id}."""
        customer = self._books.customer(external_id)
        given = read_profile(body, required=CHANGED_CUSTOMER)
        body.check()
        kept = {name: getattr(customer.profile, name) for name in _KEPT_UNLESS_GIVEN if not body.has(name)}
        customer.profile = replace(
            given, **kept, account_type=customer.profile.account_type, tax_office=customer.profile.tax_office
        )
        customer.updated_at = self._books.clock.wall()
        return answers.customer(customer)

    def get(self, external_id: str) -> object:
        """GET /partner/customer/{external_customer_id}."""
        return answers.customer(self._books.customer(external_id))

    def balance(self, external_id: str) -> object:
        """GET /partner/balance/customer/{customer_external_id}."""
        self._books.customer(external_id)
        owned = self._books.ledger.balances(external_id)
        amounts = {sku: owned.get(sku, Decimal(0)) for sku in PRODUCTS}
        for code in CURRENCIES:
            if code == self._books.currency or owned[code] != self._books.starting_cash:
                amounts[code] = owned[code]
        return answers.balances(external_id, amounts)

    def create_delivery(self, body: Body) -> object:
        """POST /partner/delivery/create, paid with cash."""
        books = self._books
        external_id = body.required_text("external_id")
        recipient = body.required_object("customer")
        customer_id = recipient.required_text("external_id")
        buyer = read_profile(recipient, required=RECIPIENT)
        product = PRODUCTS.get(body.optional_choice("sku", PRODUCTS) or "")
        if not body.has("sku"):
            body.note("sku", Flaw.REQUIRED)
        amount = body.required_number("amount")
        if amount != amount.to_integral_value():
            body.note("amount", Flaw.NOT_WHOLE)
        addresses = read_addresses(body)
        body.check()

        books.refuse_taken(body, external_id)
        customer = books.customers.get(customer_id)
        if customer is None or product is None:
            raise recipient.refuse("external_id", Flaw.UNKNOWN_CUSTOMER)
        order = books.place(
            {product.sku: -amount, books.currency: -books.delivery_fee},
            type="Delivery",
            external_id=external_id,
            currency=books.currency,
            items=(OrderItem(product, Decimal(0), Decimal(0), amount, books.delivery_fee),),
            total=books.delivery_fee,
            customer=customer,
            buyer=buyer,
            addresses=addresses,
        )
        return answers.delivery_receipt(order)
