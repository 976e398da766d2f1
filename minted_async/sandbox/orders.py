"""Orders: what was bought, sold or delivered, and the states that an order goes through by the clock."""

from __future__ import annotations

import random
import string
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, NotRequired, TypedDict, Unpack

from minted_async.sandbox.clock import Clock
from minted_async.sandbox.customers import Customer, Profile
from minted_async.sandbox.market import Product

OrderType = Literal["Buy", "Sell", "Delivery"]
StatusDelays = tuple[float, float]
"""Seconds after which an order is Pending, and after which it is Completed."""

STATUSES = (
    "Created",
    "Pending",
    "Processing",
    "Cancelled",
    "Completed",
    "Preparing",
    "Packed",
    "Shipped",
    "Transferring",
    "Refunding",
    "Refunded",
    "Payment Confirmed",
)
"""The documented states. Of their numbers 1 and 2 are known; that the others follow this order is assumed."""

_CODE_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line: the unit price that was applied, grams, and money rounded half up to two decimals."""

    product: Product
    spot: Decimal
    price: Decimal
    amount: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class CardPayment:
    """A payment by stored card. Its token and security code are not kept; the card shown is made up."""

    token: str = field(repr=False)
    customer_ip: str | None


class NewOrder(TypedDict):
    """What an order is made of."""

    type: OrderType
    external_id: str | None
    currency: str
    items: tuple[OrderItem, ...]
    total: Decimal
    customer: Customer
    buyer: Profile
    payment: NotRequired[CardPayment | None]
    addresses: NotRequired[Mapping[str, Mapping[str, str | None]]]


@dataclass(slots=True, kw_only=True)
class Order:
    """One order as the sandbox keeps it."""

    id: int
    guid: str
    order_code: str
    external_id: str | None
    type: OrderType
    currency: str
    items: tuple[OrderItem, ...]
    total: Decimal
    customer: Customer
    buyer: Profile
    """The customer as given in the order, not as known today."""
    placed_at: datetime
    """In UTC."""
    payment: CardPayment | None = None
    addresses: Mapping[str, Mapping[str, str | None]] | None = None
    """Of a delivery: `billing` and `shipping`."""
    _forced_status: str | None = field(default=None, repr=False)
    _clock: Clock = field(repr=False)
    _created_at: float = field(repr=False)
    _status_delays: StatusDelays = field(repr=False)

    @property
    def status(self) -> str:
        """Created, Pending or Completed by its age, unless another state was forced."""
        if self._forced_status is not None:
            return self._forced_status
        now = self._clock.now()
        if now < self._created_at + self._status_delays[0]:
            return "Created"
        return "Pending" if now < self._created_at + self._status_delays[1] else "Completed"

    def force_status(self, status: str) -> None:
        """Put the order into any state, known or not, for good. Balances do not follow."""
        self._forced_status = status


class Orders(Mapping[str, Order]):
    """All orders by the partner's own id; by guid those that have none."""

    def __init__(self, clock: Clock, status_delays: StatusDelays, rng: random.Random) -> None:
        if not 0 <= status_delays[0] <= status_delays[1] < float("inf"):
            raise ValueError(
                f"status_delays is (seconds to Pending, seconds to Completed): {status_delays!r}"
            )
        self._clock = clock
        self._status_delays = status_delays
        self._rng = rng
        self._orders: dict[str, Order] = {}
        self._by_external_id: dict[str, Order] = {}
        self._by_guid: dict[str, Order] = {}
        self._by_code: dict[str, Order] = {}
        self._taken_elsewhere: set[str] = set()

    def __getitem__(self, key: str) -> Order:
        return self._orders[key]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._orders))  # requests may add to it meanwhile

    def __len__(self) -> int:
        return len(self._orders)

    def has_external_id(self, external_id: str) -> bool:
        """Whether an order has taken this id, of this tab or of another."""
        return external_id in self._by_external_id or external_id in self._taken_elsewhere

    def take_external_id(self, external_id: str) -> None:
        """Note that an order of another tab has this id."""
        self._taken_elsewhere.add(external_id)

    def find(
        self, *, guid: str | None = None, order_code: str | None = None, external_id: str | None = None
    ) -> Order | None:
        """The one order that has all of the given ids."""
        found = [
            orders.get(key)
            for key, orders in (
                (guid, self._by_guid),
                (order_code, self._by_code),
                (external_id, self._by_external_id),
            )
            if key is not None
        ]
        return found[0] if found and all(order is found[0] for order in found) else None

    def place(self, guid: str, **order: Unpack[NewOrder]) -> Order:
        """Take in an order whose ids are not taken."""
        external_id = order["external_id"]
        if external_id is not None and external_id in self._by_external_id:
            raise ValueError(f"the order {external_id!r} exists")
        now = self._clock.now()
        placed = Order(
            id=len(self._orders) + 1,
            guid=guid,
            order_code=self.fresh_code(),
            placed_at=self._clock.wall(now),
            _clock=self._clock,
            _created_at=now,
            _status_delays=self._status_delays,
            **order,
        )
        self._orders[guid if external_id is None else external_id] = placed
        if external_id is not None:
            self._by_external_id[external_id] = placed
        self._by_guid[guid] = placed
        self._by_code[placed.order_code] = placed
        return placed

    def fresh_guid(self) -> str:
        """An id for an order to come: an upper-case UUID."""
        return str(uuid.UUID(int=self._rng.getrandbits(128), version=4)).upper()

    def fresh_code(self) -> str:
        """A code that no order has: eight capitals and digits."""
        while True:
            code = "".join(self._rng.choices(_CODE_ALPHABET, k=8))
            if code not in self._by_code:
                return code
