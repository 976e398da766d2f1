"""Customers and their balances.

Assumptions of this sandbox, where the documentation is silent:

- A customer id that is taken is refused with 422.
- An update needs the four fields that the one documented page requires; optional fields that it leaves out
  stay as they are; `external_id` in its body is read past. It answers the customer as reading does: no page
  shows the answer.
- A balance has a line for each metal, one for the sandbox's own currency, and one for each further currency
  that has moved. Nothing is ever blocked.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from minted_async.sandbox import answers
from minted_async.sandbox.customers import Customer
from minted_async.sandbox.market import CURRENCIES, PRODUCTS
from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import CHANGED_CUSTOMER, Body, read_profile
from minted_async.sandbox.state import State

_KEPT_UNLESS_GIVEN = ("middlename", "email", "gender", "birthdate")


class Accounts:
    """The operations on customers and balances."""

    def __init__(self, state: State) -> None:
        self._state = state

    def create(self, body: Body) -> object:
        """POST /partner/customer, for a person or (`account_type: company`) a company."""
        external_id = body.required_text("external_id")
        profile = read_profile(body)
        body.check()
        if external_id in self._state.customers:
            raise body.refuse("external_id", FieldError.TAKEN_CUSTOMER, ErrorCode.DUPLICATE_CUSTOMER)
        return answers.created_customer(self._state.add_customer(external_id, profile))

    def update(self, external_id: str, body: Body) -> object:
        """PATCH /partner/customer/{external_customer_id}."""
        customer = self._find(external_id)
        given = read_profile(body, required=CHANGED_CUSTOMER)
        body.check()
        kept = {name: getattr(customer.profile, name) for name in _KEPT_UNLESS_GIVEN if not body.has(name)}
        customer.profile = replace(
            given, **kept, account_type=customer.profile.account_type, tax_office=customer.profile.tax_office
        )
        customer.updated_at = self._state.clock.wall()
        return answers.customer(customer)

    def get(self, external_id: str) -> object:
        """GET /partner/customer/{external_customer_id}."""
        return answers.customer(self._find(external_id))

    def balance(self, external_id: str) -> object:
        """GET /partner/balance/customer/{customer_external_id}."""
        self._find(external_id)
        owned = self._state.ledger.balances(external_id)
        amounts = {sku: owned.get(sku, Decimal(0)) for sku in PRODUCTS}
        for code in CURRENCIES:
            if code == self._state.currency or owned[code] != self._state.starting_cash:
                amounts[code] = owned[code]
        return answers.balances(external_id, amounts)

    def _find(self, external_id: str) -> Customer:
        customer = self._state.customers.get(external_id)
        if customer is None:
            raise RefusedError(ErrorCode.NO_SUCH_CUSTOMER)
        return customer
