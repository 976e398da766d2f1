"""Baskets: pieces at prices that are locked for a while.

A basket that is completed is an order, with the same ids.

Assumptions of this sandbox, where the documentation is silent:

- The prices of a basket are locked when it is opened. Reading it as the active basket, or by its token, locks
  new ones if they have run out (`pricefix.updated`), and so does changing its items; nothing else does.
- A card payment that is open is void once its basket has other items or other prices.
- A basket of the Walletable tab is Created, as in the examples; one of the E-Commerce tab is Pending, because
  its states do not include Created. An order is Pending when it is placed, and Completed when as much time
  has passed as for other orders.
- A customer may have several baskets; the active one is the newest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Literal, NamedTuple

from minted_async.sandbox.customers import Customer
from minted_async.sandbox.market import EXACT, PriceFix, fresh_token
from minted_async.sandbox.messages import ErrorCode, RefusedError
from minted_async.sandbox.orders import STATUSES
from minted_async.sandbox.shop.catalog import Article, Catalog
from minted_async.sandbox.shop.fees import NOTHING, Bill
from minted_async.sandbox.state import State

BasketKind = Literal["buy", "delivery"]
Address = Mapping[str, object]


class Piece(NamedTuple):
    """One piece in a basket, at the price of the basket's lock."""

    article: Article
    spot: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class PriceLock:
    """The prices of all articles, kept for a while."""

    fix: PriceFix
    prices: Mapping[str, Decimal]


@dataclass(slots=True, kw_only=True, eq=False)
class Basket:
    """A basket, or the order that it became."""

    id: int
    guid: str
    order_code: str
    increment_id: str
    token: str = field(repr=False)
    """What requests call `cart_token`."""
    customer: Customer
    kind: BasketKind
    items: Mapping[str, int]
    """How many pieces of each sku: exchanged when it changes, so that any thread may read it."""
    created_at: datetime
    lock: PriceLock = field(repr=False)
    external_id: str | None = None
    shipping: Address | None = field(default=None, repr=False)
    billing: Address | None = field(default=None, repr=False)
    open_payment: str | None = field(default=None, repr=False)
    """The token of a card payment whose result is not known yet."""
    bill: Bill | None = None
    """What the order of a Walletable basket came to."""
    placed_at: datetime | None = None
    """When it became an order, in UTC."""
    _state: State = field(repr=False)
    _catalog: Catalog = field(repr=False)
    _first_status: str = field(repr=False)
    _forced_status: str | None = field(default=None, repr=False)

    @property
    def creation_status(self) -> str:
        """`basket` or `order`."""
        return "basket" if self.placed_at is None else "order"

    @property
    def status(self) -> str:
        """A basket's is that of its tab; an order is Pending, then Completed by its age, unless forced."""
        if self._forced_status is not None:
            return self._forced_status
        if self.placed_at is None:
            return self._first_status
        age = (self._state.clock.wall() - self.placed_at).total_seconds()
        return "Pending" if age < self._state.status_delays[1] else "Completed"

    @property
    def status_id(self) -> int:
        """The number of the status, by its place in the list."""
        return STATUSES.index(self.status) + 1 if self.status in STATUSES else 0

    def force_status(self, status: str) -> None:
        """Put the order into any state, known or not, for good. Nothing else follows."""
        with self._state.lock:
            self._forced_status = status

    @property
    def pieces(self) -> list[Piece]:
        """Piece by piece. A delivery charges nothing for them."""
        lock = self.lock
        quotes = lock.fix.quotes
        return [
            Piece(
                article,
                quotes[article.metal].spot,
                NOTHING if self.kind == "delivery" else lock.prices[sku],
            )
            for sku, count in self.items.items()
            for article in (self._catalog[sku],)
            for _ in range(count)
        ]

    @property
    def price(self) -> Decimal:
        """What the pieces cost."""
        return sum((piece.price for piece in self.pieces), NOTHING)

    @property
    def grams(self) -> Decimal:
        """What the pieces weigh."""
        return sum((piece.article.weight for piece in self.pieces), NOTHING)

    @property
    def remaining(self) -> int:
        """Seconds until the prices run out; negative once they have."""
        return math.floor(self.lock.fix.expires_at - self._state.clock.now())

    @property
    def runs_out_at(self) -> datetime:
        """When the prices run out, in UTC."""
        return self._state.clock.wall(self.lock.fix.expires_at)

    @property
    def has_run_out(self) -> bool:
        """Whether the prices hold no longer."""
        return self._state.clock.now() >= self.lock.fix.expires_at

    def short_of_stock(self) -> bool:
        """Whether there is less of something than the basket holds."""
        return any(self._catalog[sku].stock < count for sku, count in self.items.items())

    def place(self, external_id: str | None) -> None:
        """Make an order of it, now; its pieces leave the stock, unless they are those of a wallet."""
        if external_id is not None:
            self.external_id = external_id
            self._state.orders.take_external_id(external_id)
        if self.kind == "buy":
            for sku, count in self.items.items():
                self._catalog[sku].stock -= count
        self.open_payment = None
        self.placed_at = self._state.clock.wall()


class Baskets(Mapping[str, Basket]):
    """All baskets of a shop by token, those that became orders included.

    Args:
        state: Clock, prices and dice.
        catalog: What can be in them.
        currency: What they are paid in.
        first_id: The number of the first.
        numbered: Whether `increment_id` is a number of 11 digits, not a code of 16 characters.
        first_status: The state of a basket.
    """

    def __init__(
        self,
        state: State,
        catalog: Catalog,
        *,
        currency: str,
        first_id: int,
        numbered: bool,
        first_status: str,
    ) -> None:
        self._state = state
        self._catalog = catalog
        self._currency = currency
        self._next_id = first_id
        self._numbered = numbered
        self._first_status = first_status
        self._baskets: dict[str, Basket] = {}

    def __getitem__(self, token: str) -> Basket:
        return self._baskets[token]

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._baskets))  # requests may add to it meanwhile

    def __len__(self) -> int:
        return len(self._baskets)

    def open(self, customer: Customer, kind: BasketKind) -> Basket:
        """An empty basket with fresh prices."""
        state = self._state
        number = self._next_id
        self._next_id += 1
        basket = Basket(
            id=number,
            guid=state.orders.fresh_guid(),
            order_code=state.orders.fresh_code(),
            increment_id=f"4{number:010}" if self._numbered else f"MC_{state.rng.getrandbits(52):013X}",
            token=fresh_token(state.rng, 32),
            customer=customer,
            kind=kind,
            items={},
            created_at=state.clock.wall(),
            lock=self._fresh_lock(customer),
            _state=state,
            _catalog=self._catalog,
            _first_status=self._first_status,
        )
        self._baskets[basket.token] = basket
        return basket

    def of(self, customer_external_id: str, token: str) -> Basket:
        """A customer's basket.

        Raises:
            RefusedError: 404, there is none with this token, or it is another customer's.
        """
        basket = self._baskets.get(token)
        if basket is None or basket.customer.external_id != customer_external_id:
            raise RefusedError(ErrorCode.NO_SUCH_BASKET)
        return basket

    def active(self, customer_external_id: str) -> Basket:
        """A customer's newest basket that is not completed.

        Raises:
            RefusedError: 404, there is none.
        """
        incomplete = self.incomplete(customer_external_id)
        if not incomplete:
            raise RefusedError(ErrorCode.NO_SUCH_BASKET)
        return incomplete[0]

    def incomplete(self, customer_external_id: str) -> list[Basket]:
        """A customer's baskets that are not completed, newest first."""
        return [
            basket
            for basket in reversed(tuple(self._baskets.values()))
            if basket.placed_at is None and basket.customer.external_id == customer_external_id
        ]

    def refresh(self, basket: Basket) -> bool:
        """Lock new prices if the basket's have run out; whether it did. An open card payment is void then."""
        if not basket.has_run_out or basket.placed_at is not None:
            return False
        basket.open_payment = None
        basket.lock = self._fresh_lock(basket.customer)
        return True

    def fill(
        self, customer_external_id: str, items: Mapping[str, int], *, token: str | None, kind: BasketKind
    ) -> Basket:
        """Put pieces into a basket, on top of what it holds; see `Ecom.fill_basket`."""
        with self._state.lock:
            return self._fill(customer_external_id, items, token, kind)

    def _fill(
        self, customer_external_id: str, items: Mapping[str, int], token: str | None, kind: BasketKind
    ) -> Basket:
        customer = self._state.customers[customer_external_id]
        for sku, count in items.items():
            if count < 1:
                raise ValueError(f"a basket holds at least one piece of what is in it: {sku!r}, {count!r}")
            self._catalog[sku]
        if token is not None:
            if self[token].customer is not customer:
                raise KeyError(token)
            if self[token].placed_at is not None:
                raise ValueError("the basket is completed")
        with localcontext(EXACT):
            basket = self.open(customer, kind) if token is None else self[token]
            for sku, count in items.items():
                self.put(basket, sku, basket.items.get(sku, 0) + count)
        return basket

    def put(self, basket: Basket, sku: str, count: int) -> None:
        """Let a basket hold this many pieces. A card payment that is open for it is void."""
        basket.open_payment = None
        items = {**basket.items, sku: count}
        if not count:
            del items[sku]
        basket.items = items
        self.refresh(basket)

    def clear(self, basket: Basket) -> None:
        """Take everything out. A card payment that is open for it is void; the prices stay as they are."""
        basket.open_payment = None
        basket.items = {}

    def _fresh_lock(self, customer: Customer) -> PriceLock:
        fix = self._state.fixes.fix(self._currency, total=None, customer_external_id=customer.external_id)
        prices = {sku: article.sale_price(fix.quotes) for sku, article in self._catalog.items()}
        return PriceLock(fix, prices)
