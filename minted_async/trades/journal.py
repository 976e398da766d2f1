"""What a journal keeps: the intention to place an order, written before it is sent, and what became of it."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal
from typing import Protocol, runtime_checkable

import msgspec

__all__ = ["IntendedItem", "Intention", "Journal", "Outcome"]


class Outcome(enum.StrEnum):
    """What became of an intention."""

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


class Intention(msgspec.Struct, frozen=True, kw_only=True):
    """An order that is about to be sent. It holds no secret and no price token: nothing is ever sent from it.

    Attributes:
        account: User and server that it is sent by and to: a journal may be used with several.
        external_id: The partner's own id of the order.
        operation: The method that sends it, such as `"orders.buy"`.
        items: What is bought or sold.
        customer_external_id: For whom, if it is for a customer.
        currency_code: Currency of the order, if it is known.
        total: Money to spend, for a purchase from a total.
        recorded_at: When it was written down; aware.
        certain_at: From when on a lookup that does not find the order proves that it was not placed; aware.
    """

    account: str
    external_id: str
    operation: str
    items: tuple[IntendedItem, ...]
    customer_external_id: str | None = None
    currency_code: str | None = None
    total: Decimal | None = None
    recorded_at: datetime
    certain_at: datetime


@runtime_checkable
class Journal(Protocol):
    """Where intentions outlive the process. `SqliteJournal` is one; yours may be a table in your database."""

    async def record(self, intention: Intention) -> None:
        """Write an intention down; it must be durable (fsynced) when this returns, for then the order is
        sent.

        Raises:
            ArgumentError: The journal has an intention of this account with this id already that is
                unsettled or placed. Any other exception means that it could not be written. Nothing is sent
                in both cases.
        """
        ...

    def settle(self, intention: Intention, outcome: Outcome) -> None:
        """Note the outcome of the unsettled intention with this account and id; nothing if there is none.

        Must neither wait nor raise: the caller is told the outcome in the same breath, so that a cancellation
        cannot come in between. Write it at leisure. A mark that is lost in a crash costs one lookup.
        """
        ...

    async def unsettled(self) -> list[Intention]:
        """All intentions without an outcome, of whichever account, oldest first."""
        ...

    async def aclose(self) -> None:
        """Write what is left to write. May be called again."""
        ...
