"""The state behind the API: customers, what they own, price fixes, orders. It changes whole or not at all."""

from __future__ import annotations

import random
from collections.abc import Mapping
from decimal import Decimal
from threading import RLock
from typing import Unpack

from minted_async.sandbox.clock import Clock
from minted_async.sandbox.customers import Customer, Customers, Profile
from minted_async.sandbox.ledger import Ledger
from minted_async.sandbox.market import CURRENCIES, FIX_CURRENCIES, Market, PriceFixes
from minted_async.sandbox.orders import NewOrder, Order, Orders, StatusDelays


class State:
    """Everything that the sandbox knows. Nothing here waits, so no two requests mix.

    A request holds `lock` while it is carried out, and so does whatever a test does from another thread. What
    tests can go through (orders, baskets, requests) hands out copies of itself.

    Args:
        clock: Time of everything.
        seed: Prices, tokens and ids follow from it.
        price_ttl: Seconds that a price fix lives.
        status_delays: Seconds until an order is Pending, and Completed.
        currency: The currency of price fixes that ask for none.
        starting_cash: What a new customer owns of each currency.
        delivery_fee: What a delivery costs, in `currency`.
        lock: Of the sandbox, if it is not the only one who knows this state.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        seed: int,
        price_ttl: float,
        status_delays: StatusDelays,
        currency: str,
        starting_cash: Decimal,
        delivery_fee: Decimal,
        lock: RLock | None = None,
    ) -> None:
        if currency not in FIX_CURRENCIES:
            raise ValueError(f"currency is one of {', '.join(FIX_CURRENCIES)}: {currency!r}")
        for name, amount in {"starting_cash": starting_cash, "delivery_fee": delivery_fee}.items():
            if not (amount.is_finite() and amount >= 0):
                raise ValueError(f"{name} is an amount of money, not negative: {amount!r}")
        self.lock = RLock() if lock is None else lock
        self.clock = clock
        self.currency = currency
        self.starting_cash = starting_cash
        self.delivery_fee = delivery_fee
        self.rng = random.Random(f"books {seed}")
        self.fixes = PriceFixes(Market(seed, clock), clock, price_ttl, self.rng)
        self.ledger = Ledger()
        self.customers = Customers()
        self.orders = Orders(clock, status_delays, self.rng)
        self.pushed_hooks: list[str] = []
        self.status_delays = status_delays
        self.url = ""
        """Where the sandbox listens."""

    def add_customer(self, external_id: str, profile: Profile) -> Customer:
        """Take in a customer and give the starting cash."""
        customer = self.customers.add(external_id, profile, self.clock.wall())
        self.ledger.post("opening", external_id, dict.fromkeys(CURRENCIES, self.starting_cash))
        return customer

    def place(self, movements: Mapping[str, Decimal], **order: Unpack[NewOrder]) -> Order:
        """Move metal and money, then take the order in: both, or neither.

        Raises:
            InsufficientBalanceError: The customer does not own enough.
        """
        guid = self.orders.fresh_guid()
        self.ledger.post(guid, order["customer"].external_id, movements)
        return self.orders.place(guid, **order)
