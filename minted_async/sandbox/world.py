"""Everything that a reset makes anew: books, shops, ordered faults, stubs."""

from __future__ import annotations

import random
from decimal import Decimal
from threading import RLock

import anyio

from minted_async.sandbox.clock import Clock
from minted_async.sandbox.faults import FaultPlan, Faults
from minted_async.sandbox.orders import StatusDelays
from minted_async.sandbox.routes import Routes
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.walletable import Walletable
from minted_async.sandbox.state import State
from minted_async.sandbox.stubs import Stubs


class World:
    """What requests are carried out on. The same arguments make the same world.

    Args:
        lock: Of the sandbox.
        clock: Time of everything.
        seed: Prices, tokens, ids and faults follow from it.
        price_ttl: Seconds that a price fix lives.
        status_delays: Seconds until an order is Pending, and Completed.
        currency: The currency of price fixes that ask for none.
        starting_cash: What a new customer owns of each currency.
        delivery_fee: What a delivery costs, in `currency`.
        faults: What goes wrong by the dice.
    """

    def __init__(
        self,
        *,
        lock: RLock,
        clock: Clock,
        seed: int,
        price_ttl: float,
        status_delays: StatusDelays,
        currency: str,
        starting_cash: Decimal,
        delivery_fee: Decimal,
        faults: Faults,
    ) -> None:
        self.state = State(
            clock=clock,
            seed=seed,
            price_ttl=price_ttl,
            status_delays=status_delays,
            currency=currency,
            starting_cash=starting_cash,
            delivery_fee=delivery_fee,
            lock=lock,
        )
        self.ecom = Ecom(self.state)
        self.walletable = Walletable(self.state)
        self.routes = Routes(self.state, self.ecom, self.walletable)
        self.stubs = Stubs()
        self.plan = FaultPlan(faults, random.Random(f"faults {seed}"))
        self.ended = anyio.Event()
        """Set in the server's event loop once the world is another one, or the sandbox is closed."""
