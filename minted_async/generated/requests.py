# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The bodies of requests, which methods make of their arguments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType

from minted_async.core.model import Model, complete
from minted_async.core.scalars import ExternalId
from minted_async.generated.models import (
    BuyItem,
    CardTokenPayment,
    Currency,
    DeliveryAddress,
    DeliveryCustomer,
    Gender,
    OrderCustomer,
    SellItem,
    Topup,
)

__all__ = [
    "BuyRequest",
    "BuyWithCardTokenRequest",
    "CreateBusinessCustomerRequest",
    "CreateCustomerRequest",
    "CreateDeliveryRequest",
    "FindOrderRequest",
    "PriceFixRequest",
    "SellRequest",
    "UpdateCustomerRequest",
]


class PriceFixRequest(Model, kw_only=True, frozen=True):
    """What to price."""

    type: str
    """Kind of product to price. `digital` is the only value that the documentation shows."""

    customer_external_id: ExternalId | UnsetType = UNSET
    """The partner's id of the customer for whom prices are fixed. Needed when fixing from a total."""

    currency: str | UnsetType = UNSET
    """Currency of `total`, such as `TRY`. Used when fixing from a total."""

    total: Decimal | UnsetType = UNSET
    """Money to spend, in `currency`. With it, prices are fixed from a total instead of from amounts."""


class FindOrderRequest(Model, kw_only=True, frozen=True):
    """By which id to find an order. What happens with none, or with several, is not documented."""

    guid: str | UnsetType = UNSET
    """Minted's id of the order, an upper-case UUID."""

    order_code: str | UnsetType = UNSET
    """Minted's short code of the order."""

    external_id: ExternalId | UnsetType = UNSET
    """The partner's own id of the order."""

    push_hook: bool | UnsetType = UNSET
    """True makes Minted also push the order's webhook to the address that the partner has set up. A
    side effect: it is not sent unless given.
    """


class CreateCustomerRequest(Model, kw_only=True, frozen=True):
    """A person to create."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: ExternalId
    """The partner's own id of the customer, unique. 3 to 40 letters, digits, hyphens and underscores
    by the documentation.
    """

    firstname: str | UnsetType = UNSET
    """First name, 3 to 40 characters by the documentation."""

    middlename: str | UnsetType = UNSET
    """Middle name, 3 to 40 characters by the documentation, whose example is an empty string."""

    lastname: str | UnsetType = UNSET
    """Last name, 3 to 40 characters by the documentation."""

    email: str | UnsetType = UNSET
    """E-mail address."""

    phone: str | UnsetType = UNSET
    """Phone number with country code, such as `+90 555 000 00 00`."""

    gender: Gender | UnsetType = UNSET
    """Gender."""

    identity_number: str | UnsetType = UNSET
    """National identity number, 11 digits in the example."""

    birthdate: date | UnsetType = UNSET
    """Date of birth, sent as `YYYY-MM-DD`."""


class CreateBusinessCustomerRequest(Model, kw_only=True, frozen=True):
    """A company to create."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: ExternalId
    """The partner's own id of the customer, unique. 3 to 40 letters, digits, hyphens and underscores
    by the documentation.
    """

    firstname: str | UnsetType = UNSET
    """Name of the company, 3 to 40 characters by the documentation."""

    tax_office: str | UnsetType = UNSET
    """Tax office of the company, 3 to 40 characters by the documentation."""

    email: str | UnsetType = UNSET
    """E-mail address."""

    phone: str | UnsetType = UNSET
    """Phone number with country code, such as `+90 555 000 00 00`."""

    identity_number: str | UnsetType = UNSET
    """Number that identifies the company, 10 digits in the example; by its length the tax number."""

    account_type: str | UnsetType = UNSET
    """Kind of account. `company` is the only value that the documentation shows here."""

    birthdate: date | UnsetType = UNSET
    """A date, sent as `YYYY-MM-DD`. Only the request example has it; what it means for a company is
    not said.
    """


class UpdateCustomerRequest(Model, kw_only=True, frozen=True):
    """What to change. The documentation requires the four fields below although the method is PATCH: a
    partial update is not documented.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    firstname: str
    """First name, 3 to 40 characters by the documentation."""

    lastname: str
    """Last name, 3 to 40 characters by the documentation."""

    phone: str
    """Phone number with country code and no spaces, such as `+905550000000`."""

    identity_number: str
    """National identity number, 11 digits in the example."""

    middlename: str | UnsetType = UNSET
    """Middle name, 3 to 40 characters by the documentation, whose example is an empty string."""

    email: str | UnsetType = UNSET
    """E-mail address."""

    gender: Gender | UnsetType = UNSET
    """Gender."""

    birthdate: date | UnsetType = UNSET
    """Date of birth, sent as `YYYY-MM-DD`."""

    external_id: ExternalId | UnsetType = UNSET
    """An id in the body beside the one in the path. Only the request example has it; whether it
    renames the customer, is ignored or fails is not known.
    """


class BuyRequest(Model, kw_only=True, frozen=True):
    """A purchase at fixed prices."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    price_token: str
    """Token of a live price fix."""

    external_id: ExternalId
    """The partner's own id of this order. Unique; the order can be looked up by it later."""

    customer: OrderCustomer
    """Whom the metal is for."""

    items: list[BuyItem]
    """What to buy."""

    currency_code: Currency | UnsetType = UNSET
    """Currency to pay in."""

    topup: Topup | UnsetType = UNSET
    """A top-up of unstated purpose. The documentation lists `price` right after it, without showing
    whether it belongs inside; here it does.
    """


class BuyWithCardTokenRequest(Model, kw_only=True, frozen=True):
    """A purchase at fixed prices, paid with a stored card."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    price_token: str
    """Token of a live price fix."""

    external_id: ExternalId
    """The partner's own id of this order. Required here although the page for card tokens calls it
    optional: a newer page of the same endpoint requires it, and an order without it could not be
    looked up if its answer were lost.
    """

    customer: OrderCustomer
    """Whom the metal is for."""

    items: list[BuyItem]
    """What to buy. Each item needs `sku` and `amount`."""

    payment_type: Literal["creditcard"] = "creditcard"
    """Always `creditcard`. Answers spell it `credit-card`."""

    payment: CardTokenPayment
    """The stored card to charge."""

    currency_code: Currency | UnsetType = UNSET
    """Currency to pay in. The documentation names GBP as what applies when it is left out; better send
    it.
    """


class SellRequest(Model, kw_only=True, frozen=True):
    """A sale at fixed prices. Whose metal is sold is not part of it; the price fix names the customer."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"price_token"})

    price_token: str
    """Token of a live price fix."""

    external_id: ExternalId
    """The partner's own id of this order. Unique; the order can be looked up by it later."""

    items: list[SellItem]
    """What to sell."""

    currency_code: Currency | UnsetType = UNSET
    """Currency to be paid in."""


class CreateDeliveryRequest(Model, kw_only=True, frozen=True):
    """A delivery of metal from a customer's wallet, one sku a call."""

    customer: DeliveryCustomer
    """Who receives the delivery."""

    external_id: ExternalId
    """The partner's own id of this order."""

    sku: str
    """Product code of what is delivered, such as `GAU` (gold)."""

    amount: Decimal
    """How much to deliver, in the unit of the sku. The documentation types it as an integer."""

    address: DeliveryAddress
    """Billing and shipping address."""


complete(
    PriceFixRequest,
    FindOrderRequest,
    CreateCustomerRequest,
    CreateBusinessCustomerRequest,
    UpdateCustomerRequest,
    BuyRequest,
    BuyWithCardTokenRequest,
    SellRequest,
    CreateDeliveryRequest,
)
