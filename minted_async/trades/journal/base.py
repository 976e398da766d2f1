"""What a journal keeps: orders that are about to be sent, what is known of them, and quotes."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Protocol, runtime_checkable

import msgspec

from minted_async.core.model import Model
from minted_async.generated import models


class Progress(enum.StrEnum):
    """How far an order without an outcome is known to have come."""

    INTENDED = "intended"
    """It was written down. Whether it was sent is not known."""

    SENT = "sent"
    """It was sent, and no answer told what became of it."""

    CONFIRMED = "confirmed"
    """The server has said that it was carried out; only the order itself could not be read."""


class Outcome(enum.StrEnum):
    """What became of an order."""

    PLACED = "placed"
    """The order exists."""

    NOT_SENT = "not sent"
    """It never left this machine."""

    REFUSED = "refused"
    """The API refused it."""

    NOT_PLACED = "not placed"
    """A lookup after its price lock had run out did not find it."""


class IntendedItem(msgspec.Struct, frozen=True):
    """One line of an order.

    Attributes:
        product: The sku, or the product's number if the order names it so.
        amount: How much, in the unit of the sku; None if the API works it out from a total.
    """

    product: str
    amount: Decimal | None


class OrderIntent(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is about to be sent. It holds no secret and no price token: nothing is ever sent from it.

    Attributes:
        account: User and server that it is sent by and to: a journal may be used with several.
        external_id: The partner's own id of the order.
        operation: The method that sends it, such as `"orders.buy"`.
        items: What is bought or sold.
        customer_external_id: For whom, if it is for a customer.
        currency_code: Currency of the order, if it is known.
        total: Money to spend, for a purchase from a total.
        wish: Digest of all that is asked for with a quote, which tells nothing by itself; None without one.
    """

    account: str
    external_id: str
    operation: str
    items: tuple[IntendedItem, ...]
    customer_external_id: str | None = None
    currency_code: str | None = None
    total: Decimal | None = None
    wish: str | None = None


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a journal knows of one order. All times are by the journal's own clock.

    Attributes:
        intent: What was to be placed.
        recorded_at: When it was written down; aware.
        certain_at: From when on a lookup that does not find the order proves that it was not placed; aware.
        certain_in: Seconds from the moment of reading until `certain_at`; 0 if it is past.
        progress: How far the order is known to have come.
        outcome: What became of it; None while that is not known.
        settled_at: When the outcome was noted; aware.
    """

    intent: OrderIntent
    recorded_at: datetime
    certain_at: datetime
    certain_in: float
    progress: Progress = Progress.INTENDED
    outcome: Outcome | None = None
    settled_at: datetime | None = None


class UnreadableRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An unsettled row that cannot be read, and stays where it is.

    Attributes:
        external_id: The order's id, if at least that can be read.
        problem: What is wrong with the row.
    """

    external_id: str | None
    problem: str


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """Unsettled orders that one process took over, so that no other looks them up at the same time.

    Attributes:
        records: The orders, oldest first.
        unreadable: Rows of this account that cannot be read.
        retry_in: Seconds until the first order that another process holds becomes free, if that process does
            not renew it; None if there is none.
    """

    records: list[OrderRecord]
    unreadable: list[UnreadableRecord]
    retry_in: float | None = None


class QuoteRecord(Model, frozen=True, kw_only=True):
    """A price that was shown to a customer, as a journal keeps it.

    Attributes:
        id: Unguessable, and without meaning.
        account: User and server that fixed the price.
        token: The price token, a secret; None once the order has left or the quote has run out.
        customer_external_id: For whom the price was fixed.
        currency: Currency of all prices.
        prices: The prices.
        is_total_price: Whether the price was fixed from a total.
        total: That total.
        usable_for: Seconds for which an order may still be sent with it.
        ends_in: Seconds until the server cannot accept it any more.
        used_by: The id of the order that has taken it; None while nobody has.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token", "id"})

    id: str
    account: str
    token: str | None
    customer_external_id: str | None
    currency: str
    prices: list[models.Price]
    is_total_price: bool
    total: Decimal | None
    usable_for: float
    ends_in: float
    used_by: str | None = None


@runtime_checkable
class Journal(Protocol):
    """Where orders and quotes outlive the process. `MemoryJournal`, `SqliteJournal` and `PostgresJournal` are
    journals; yours may be tables in another database.

    Every method may wait and may raise any exception: `minted.trades` shields it from cancellation, repeats
    what must not be lost, and turns what it raises into its own errors. A method may be called again after it
    failed without a known result.

    Attributes:
        lease: Seconds for which an order that a process has recorded or claimed is left to that process,
            unless it renews it.
    """

    lease: float

    async def open(self) -> None:
        """Make sure that the journal can be written.

        Raises:
            ConfigurationError: It cannot be used as it is, for example because a newer version made it.
        """
        ...

    async def record(
        self, intent: OrderIntent, *, certain_in: float, owner: str, quote: str | None = None
    ) -> datetime:
        """Write an order down, held by `owner`, and take its quote, both or neither.

        It must be durable (fsynced) when this returns, for then the order is sent. An unsettled order of the
        same id that `owner` holds already is the same one, recorded by an attempt whose result got lost.

        Args:
            intent: The order.
            certain_in: Seconds from now until its absence can be proven.
            owner: The process that places it.
            quote: Id of the quote that it uses up.

        Returns:
            The `recorded_at` of its record (aware), which tells it from others under its id.

        Raises:
            ExternalIdUsedError: The journal has an order of this account with this id, unsettled or placed.
            QuoteUsedError: Another order has taken the quote.
            QuoteExpiredError: The quote has run out.
            QuoteNotFoundError: This account has no such quote.
        """
        ...

    async def mark(self, intent: OrderIntent, progress: Progress, *, recorded_at: datetime) -> None:
        """Note how far an unsettled order has come, unless it is known to have come further.

        It is the one that was written down at this moment, and no other under its id. The token of its
        quote is erased: the order has left.
        """
        ...

    async def settle(
        self,
        intent: OrderIntent,
        outcome: Outcome,
        *,
        owner: str | None = None,
        recorded_at: datetime | None = None,
    ) -> bool:
        """Note the outcome of the unsettled order with this account and id.

        An order that was not sent gives its quote back; any other outcome erases the quote's token.

        Args:
            intent: The order.
            outcome: What became of it.
            owner: Only if this process holds the order.
            recorded_at: Only if the order was written down at this moment, as its record says: it may have
                been settled, and another one recorded under its id, since the record was read.

        Returns:
            Whether it was this call that settled it: False if there is no such order, or none any more.
        """
        ...

    async def find(self, account: str, external_id: str) -> OrderRecord | None:
        """What is known of an order, settled or not; of several with this id, the newest."""
        ...

    async def unsettled(self) -> list[OrderRecord | UnreadableRecord]:
        """All orders without an outcome, of whichever account, oldest first."""
        ...

    async def claim(self, account: str, owner: str, *, limit: int, held: Collection[str]) -> Claim:
        """Take over unsettled orders that nobody holds, or that `owner` holds itself; oldest first.

        Args:
            account: Whose orders.
            owner: The process that will look them up.
            limit: How many at most.
            held: Ids of orders that this process has in hand already; they are left out.
        """
        ...

    async def renew(self, account: str, owner: str, held: Collection[str]) -> None:
        """Hold these orders for another `lease`, as far as `owner` still holds them."""
        ...

    async def release(self, account: str, owner: str) -> None:
        """Leave all orders that `owner` holds to whoever claims them."""
        ...

    async def save_quote(self, quote: QuoteRecord) -> datetime:
        """Keep a quote, durably; returns its end (aware), `quote.usable_for` seconds from now."""
        ...

    async def quote(self, account: str, quote_id: str) -> QuoteRecord | None:
        """The quote of this account with this id; None if there is none."""
        ...

    async def aclose(self) -> None:
        """Close what was opened. May be called again."""
        ...
