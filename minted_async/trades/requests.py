"""What can be asked for: purchases and sales as immutable values, which know their own id from the start."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeAlias, cast

import msgspec
from msgspec import UNSET, UnsetType

from minted_async.core.checks import argument_error, check_text
from minted_async.core.model import Model
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.trades.exact import is_plausible
from minted_async.trades.price_lock import PriceLock
from minted_async.trades.quotes import Quote

PriceToken: TypeAlias = PriceLock | models.PriceFix | str
"""What an order is placed with. Only a `PriceLock` knows for how long."""

ReferencePrice: TypeAlias = Decimal | Mapping[str, Decimal]
"""Price of one unit that the caller had in mind, or such prices by sku."""


_SAFE: Final = re.compile(r"[A-Za-z0-9._~:@=,-]*[A-Za-z0-9_~:@=,-]")
"""Ids that every proxy and framework leaves as they are in a path, decoded once, twice or not at all."""

_QUOTES: Final = uuid.UUID("6f2c1f2e-7a55-4d0b-9a3f-0b6f6f7c5d11")


def new_external_id(quote: Quote | str | None = None) -> str:
    """An id for an order that no other order has: random, or derived from its quote."""
    if quote is None:
        return str(uuid.uuid4())
    # A hash: the id of an order is shown to many, and must not tell the quote's.
    return str(uuid.uuid5(_QUOTES, quote_id(quote)))


def quote_id(quote: Quote | str) -> str:
    """The id of a quote.

    Raises:
        TypeError: It is neither a quote nor an id.
        ArgumentError: The id is empty.
    """
    text = check_text(quote.id if isinstance(quote, Quote) else quote, "quote")
    if not text:
        raise argument_error("quote", "must not be empty")
    return text


def check_external_id(value: object) -> str:
    """Check an id by which the order must be found again.

    Raises:
        TypeError: It is no string.
        ArgumentError: It cannot stand in a path as it is. What a proxy rewrites is looked up under another
            id, and that it is not found there would look like proof that the order does not exist.
    """
    text = check_text(value, "external_id")
    if not text:
        raise argument_error("external_id", "must not be empty")
    if not _SAFE.fullmatch(text):
        raise argument_error(
            "external_id",
            f"{text!r} could not be looked up for certain: use ASCII letters, digits and -._~:@=, only, and "
            "no dot at the end",
        )
    return text


class _Request(Model, kw_only=True, frozen=True):
    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token", "quote"})

    external_id: ExternalId = cast("Any", None)
    """The partner's own id of the order; made up if it is left out."""

    price_token: PriceToken | None = None
    """A price lock, or None to fix a price."""

    quote: Quote | str | None = None
    """A quote of `trades.quote`, or its id, instead of a price token; its order is placed once."""

    currency_code: models.Currency | str | UnsetType = UNSET
    """Currency of the money; that of the price lock if it is left out."""

    max_slippage: Decimal | None = None
    """By how large a share the fixed price may be worse than the reference."""

    reference_price: ReferencePrice | None = None
    """Price of one unit, or prices by sku, that `max_slippage` counts from."""

    def __post_init__(self) -> None:
        """Make up an id if none is given."""
        if cast("str | None", self.external_id) is None:
            msgspec.structs.force_setattr(self, "external_id", new_external_id(self.quote))


class Buy(_Request, kw_only=True, frozen=True):
    """A purchase, for `trades.gather`. The fields are the arguments of `trades.buy`; `external_id` is made up
    here if it is not given, so that it is known before anything is sent.
    """

    customer: models.OrderCustomer
    """Whom the metal is for."""

    items: Sequence[models.BuyItem]
    """What to buy."""

    topup: models.Topup | UnsetType = UNSET
    """A top-up, of a purchase without a card."""

    payment: models.CardTokenPayment | UnsetType = UNSET
    """A stored card to charge."""

    total: Decimal | None = None
    """Money to spend instead of an amount to buy, in `currency_code`."""

    @property
    def customer_external_id(self) -> str | None:
        """For whom prices are fixed."""
        return self.customer.external_id


class Sell(_Request, kw_only=True, frozen=True):
    """A sale, for `trades.gather`. The fields are the arguments of `trades.sell`; `external_id` is made up
    here if it is not given, so that it is known before anything is sent.
    """

    items: Sequence[models.SellItem]
    """What to sell."""

    customer_external_id: ExternalId | None = None
    """Whose metal is sold: the price is fixed for this customer."""


def check_request(request: Buy | Sell) -> None:
    """Check what can be seen to be wrong before a price is fixed.

    Raises:
        TypeError: An argument has the wrong type.
        ArgumentError: An argument cannot be sent, or contradicts another one.
    """
    check_external_id(request.external_id)
    if not isinstance(request.items, list | tuple):
        raise TypeError(f"items must be a list, not {type(request.items).__name__}")
    if not request.items:
        raise argument_error("items", "must not be empty")
    for index, item in enumerate(request.items):
        amount = getattr(item, "amount", None)  # what has none is refused by its type, later
        if isinstance(amount, Decimal) and not is_plausible(amount):
            raise argument_error(f"items[{index}].amount", f"is {amount}, which is no amount of metal")
    if request.quote is not None and request.price_token is not None:
        raise argument_error("quote", "has its own price: give no price_token")
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
    if not isinstance(request.total, Decimal):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise TypeError(f"total must be a Decimal, not {type(request.total).__name__}")
    if not is_plausible(request.total):
        raise argument_error("total", "must be an amount of money")
    if isinstance(request.price_token, str):
        raise argument_error("total", "cannot be checked against a bare price token: hand in the PriceLock")
    if request.price_token is None and request.quote is None and request.currency_code is UNSET:
        raise argument_error("total", "is an amount of money: currency_code must say of which currency")
    if len(request.items) != 1 or request.items[0].amount is not UNSET:
        raise argument_error("total", "buys one item, without an amount: the price fix says how much it is")
