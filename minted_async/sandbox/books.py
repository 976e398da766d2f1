"""The state behind the API: customers, what they own, price fixes, orders. It changes whole or not at all."""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from decimal import Decimal
from typing import Unpack

from minted_async.sandbox.bodies import Body
from minted_async.sandbox.clock import Clock
from minted_async.sandbox.customers import Customer, Customers, Profile
from minted_async.sandbox.ledger import InsufficientBalanceError, Ledger
from minted_async.sandbox.market import CURRENCIES, Market, PriceFixes
from minted_async.sandbox.messages import Flaw, Reason, RefusedError
from minted_async.sandbox.orders import NewOrder, Order, Orders, Settle

_TOKEN_ALPHABET = string.ascii_letters + string.digits


class Books:
    """Everything that the sandbox knows. Nothing here waits, so no two requests mix.

    Args:
        clock: Time of everything.
        seed: Prices, tokens and ids follow from it.
        price_ttl: Seconds that a price fix lives.
        settle: Seconds until an order is Pending, and Completed.
        currency: The currency of price fixes that ask for none.
        starting_cash: What a new customer owns of each currency.
        delivery_fee: What a delivery costs, in `currency`.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int,
        price_ttl: float,
        settle: Settle,
        currency: str,
        starting_cash: Decimal,
        delivery_fee: Decimal,
    ) -> None:
        if currency not in CURRENCIES:
            raise ValueError(f"currency is one of {', '.join(CURRENCIES)}: {currency!r}")
        for name, amount in {"starting_cash": starting_cash, "delivery_fee": delivery_fee}.items():
            if not (amount.is_finite() and amount >= 0):
                raise ValueError(f"{name} is an amount of money, not negative: {amount!r}")
        self.clock = clock
        self.currency = currency
        self.starting_cash = starting_cash
        self.delivery_fee = delivery_fee
        self.rng = random.Random(f"books {seed}")
        self.fixes = PriceFixes(Market(seed, clock), clock, price_ttl, self.rng)
        self.ledger = Ledger()
        self.customers = Customers()
        self.orders = Orders(clock, settle, self.rng)
        self.pushed_hooks: list[str] = []

    def customer(self, external_id: str) -> Customer:
        """The customer whom a path names.

        Raises:
            RefusedError: 404, no such customer.
        """
        customer = self.customers.get(external_id)
        if customer is None:
            raise RefusedError(Reason.NO_SUCH_CUSTOMER)
        return customer

    def add_customer(self, external_id: str, profile: Profile) -> Customer:
        """Take in a customer and give the starting cash."""
        customer = self.customers.add(external_id, profile, self.clock.wall())
        self.ledger.post("opening", external_id, dict.fromkeys(CURRENCIES, self.starting_cash))
        return customer

    def refuse_taken(self, body: Body, external_id: str | None) -> None:
        """Refuse an order whose id another order has.

        Raises:
            RefusedError: 422, the id is taken.
        """
        if external_id is not None and self.orders.has_external_id(external_id):
            raise body.refuse("external_id", Flaw.TAKEN_ORDER, Reason.DUPLICATE_ORDER)

    def place(self, movements: Mapping[str, Decimal], **order: Unpack[NewOrder]) -> Order:
        """Move metal and money, then take the order in: both, or neither.

        Raises:
            RefusedError: 422, the customer does not own enough.
        """
        guid = self.orders.fresh_guid()
        try:
            self.ledger.post(guid, order["customer"].external_id, movements)
        except InsufficientBalanceError:
            name = "amount" if order["type"] == "Delivery" else "items"
            raise RefusedError(Reason.INSUFFICIENT_BALANCE, {name: [Flaw.INSUFFICIENT]}) from None
        return self.orders.place(guid, **order)

    def fresh_token(self, length: int) -> str:
        """Letters and digits that nobody has guessed."""
        return "".join(self.rng.choices(_TOKEN_ALPHABET, k=length))
