# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The bodies of requests, which methods make of their arguments."""

from __future__ import annotations

from typing import ClassVar, Literal

from msgspec import UNSET, UnsetType

from minted_async.core.model import Model, complete
from minted_async.core.scalars import ExternalId
from minted_async.generated.ecom.models import (
    BasketBillingAddress,
    BasketShippingAddress,
)
from minted_async.generated.models import (
    InvoiceType,
)

__all__ = [
    "ClearBasketRequest",
    "CreateBillingAddressRequest",
    "GetEcomOrderRequest",
    "SetBasketAddressRequest",
]


class GetEcomOrderRequest(Model, kw_only=True, frozen=True):
    """Which order to read. There is no number to ask by, only the token of the basket."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    customer_external_id: ExternalId
    """The partner's own id of the customer. Other endpoints call it `external_customer_id`."""

    cart_token: str
    """Token of the basket or order, 32 characters."""


class ClearBasketRequest(Model, kw_only=True, frozen=True):
    """Which basket to empty."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    cart_token: str
    """Token of the basket, 32 characters."""


class CreateBillingAddressRequest(Model, kw_only=True, frozen=True):
    """A billing address to store with a customer."""

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    invoice_type: InvoiceType
    """Whether invoices are made out to a person or to a company."""

    tax_number: str
    """Tax number."""

    type: Literal["billing"] = "billing"
    """Always `billing`. The documentation allows `shipping` too, whose own page is not known."""

    city: str
    """City or province."""

    county: str
    """County of the city."""

    address: str
    """The rest of the address in free text."""

    company_name: str | UnsetType = UNSET
    """Name of the company."""

    tax_office: str | UnsetType = UNSET
    """Tax office of the company."""

    district: str | UnsetType = UNSET
    """District of the county."""

    street: str | UnsetType = UNSET
    """Street."""


class SetBasketAddressRequest(Model, kw_only=True, frozen=True):
    """Where a basket goes, and who gets the invoice."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    cart_token: str
    """Token of the basket."""

    shipping: BasketShippingAddress
    """Where the parcel goes."""

    billing: BasketBillingAddress
    """Where the invoice goes."""

    card_bin: str | UnsetType = UNSET
    """The first six digits of the card that will pay. That it stands beside the addresses and not
    inside `billing` is likely, not certain.
    """


complete(GetEcomOrderRequest, ClearBasketRequest, CreateBillingAddressRequest, SetBasketAddressRequest)
