"""What can be asked for: purchases and sales as immutable values, which know their own id from the start."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import ClassVar, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from minted_async.core.checks import argument_error, check_path_value
from minted_async.core.model import Model
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.trades.lock import PriceLock

__all__ = ["Buy", "PriceToken", "ReferencePrice", "Sell", "fresh_external_id"]

PriceToken: TypeAlias = PriceLock | models.PriceFix | str
"""What an order is placed with. Only a `PriceLock` knows for how long."""

ReferencePrice: TypeAlias = Decimal | Mapping[str, Decimal]
"""Price of one unit that the caller had in mind, or such prices by sku."""


def fresh_external_id() -> str:
    """An id for an order that no other order has: a random UUID."""
    return str(uuid.uuid4())


class Buy(Model, kw_only=True, frozen=True):
    """A purchase, for `trades.gather`. The fields are the arguments of `trades.buy`; `external_id` is made up
    here if it is not given, so that it is known before anything is sent.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    customer: models.OrderCustomer
    """Whom the metal is for."""

    items: Sequence[models.BuyItem]
    """What to buy."""

    external_id: ExternalId = msgspec.field(default_factory=fresh_external_id)
    """The partner's own id of the order."""

    price_token: PriceToken | None = None
    """A price lock, or None to fix a price."""

    currency_code: models.Currency | str | UnsetType = UNSET
    """Currency to pay in; that of the price lock if it is left out."""

    topup: models.Topup | UnsetType = UNSET
    """A top-up, of a purchase without a card."""

    payment: models.CardTokenPayment | UnsetType = UNSET
    """A stored card to charge."""

    total: Decimal | None = None
    """Money to spend instead of an amount to buy, in `currency_code`."""

    max_slippage: Decimal | None = None
    """By how large a share the fixed price may be worse than the reference."""

    reference_price: ReferencePrice | None = None
    """Price of one unit, or prices by sku, that `max_slippage` counts from."""

    @property
    def customer_external_id(self) -> str | None:
        """For whom prices are fixed."""
        return self.customer.external_id


class Sell(Model, kw_only=True, frozen=True):
    """A sale, for `trades.gather`. The fields are the arguments of `trades.sell`; `external_id` is made up
    here if it is not given, so that it is known before anything is sent.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    items: Sequence[models.SellItem]
    """What to sell."""

    customer_external_id: ExternalId | None = None
    """Whose metal is sold: the price is fixed for this customer."""

    external_id: ExternalId = msgspec.field(default_factory=fresh_external_id)
    """The partner's own id of the order."""

    price_token: PriceToken | None = None
    """A price lock, or None to fix a price."""

    currency_code: models.Currency | str | UnsetType = UNSET
    """Currency to be paid in; that of the price lock if it is left out."""

    max_slippage: Decimal | None = None
    """By how large a share the fixed price may be worse than the reference."""

    reference_price: ReferencePrice | None = None
    """Price of one unit, or prices by sku, that `max_slippage` counts from."""


def check_request(request: Buy | Sell) -> None:
    """Refuse what can be seen to be wrong before a price is fixed.

    Raises:
        TypeError: An argument has the wrong type.
        ArgumentError: An argument cannot be sent, or contradicts another one.
    """
    # What cannot stand in a path could be sent, but never looked up.
    check_path_value("external_id", request.external_id)
    if not isinstance(request.items, list | tuple):
        raise TypeError(f"items must be a list, not {type(request.items).__name__}")
    if not request.items:
        raise argument_error("items", "must not be empty")
    if (request.max_slippage is None) != (request.reference_price is None):
        raise argument_error("max_slippage", "and reference_price go together: give both or none")
    if isinstance(request, Buy):
        _check_buy(request)
    elif isinstance(request.price_token, PriceLock) and request.customer_external_id is not None:
        locked_for = request.price_token.customer_external_id
        if locked_for != request.customer_external_id:
            raise argument_error(
                "price_token", f"is for the customer {locked_for!r}, and a sale is for that customer"
            )


def _check_buy(request: Buy) -> None:
    if not isinstance(request.customer, models.OrderCustomer):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"customer must be an OrderCustomer, not {type(request.customer).__name__}")
    if request.payment is not UNSET and request.topup is not UNSET:
        raise argument_error("topup", "is for purchases without a card")
    if request.total is None:
        return
    if isinstance(request.price_token, str):
        raise argument_error("total", "cannot be checked against a bare price token: hand in the PriceLock")
    if request.price_token is None and request.currency_code is UNSET:
        raise argument_error("total", "is an amount of money: currency_code must say of which currency")
    if len(request.items) != 1 or request.items[0].amount is not UNSET:
        raise argument_error("total", "buys one item, without an amount: the price fix says how much it is")
