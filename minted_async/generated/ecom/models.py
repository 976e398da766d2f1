# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The messages of the API: immutable structs, open enums, exact decimals."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import UNSET, UnsetType, field

from minted_async.core.enums import OpenStrEnum
from minted_async.core.model import Model, complete
from minted_async.core.scalars import IsoDateTime, JsonObject
from minted_async.generated.models import (
    InvoiceType,
)

__all__ = [
    "BasketBillingAddress",
    "BasketPriceFix",
    "BasketShippingAddress",
    "BasketStatus",
    "EcomDelivery",
    "EcomOrder",
    "EcomOrderItem",
    "EcomOrderItemPrice",
    "EcomOrderSort",
    "EcomOrderStatus",
    "Product",
    "SortDirection",
]


class Product(Model, kw_only=True, frozen=True):
    """A product of the catalog, such as a bar or a coin. Prices are in the product's currency."""

    id: int
    """Minted's number of the product."""

    name: str
    """Name for display."""

    text: str
    """Description for display."""

    barcode: str
    """Barcode of the product."""

    sku: str
    """Product code."""

    stock: int
    """How many pieces are in stock."""

    currency_code: str
    """Currency of the prices, such as `TRY`."""

    list_price: Decimal
    """List price of one piece."""

    sale_price: Decimal
    """Price of one piece at which it is sold."""

    product_images: list[str]
    """Addresses of pictures."""

    basecurrency: JsonObject
    """By its type, "Base Product Currency", the metal of the product; its keys are not documented."""

    category: JsonObject
    """The category of the product; its keys are not documented."""


class BasketStatus(OpenStrEnum):
    """Whether it is a basket still, or an order."""

    BASKET = "basket"
    ORDER = "order"


class EcomOrderStatus(OpenStrEnum):
    """State of an order, as the filter of the list names it. The list for other orders begins with
    `Created`.
    """

    PENDING = "Pending"
    PROCESSING = "Processing"
    CANCELLED = "Cancelled"
    COMPLETED = "Completed"
    PREPARING = "Preparing"
    PACKED = "Packed"
    SHIPPED = "Shipped"
    TRANSFERRING = "Transferring"
    REFUNDING = "Refunding"
    REFUNDED = "Refunded"
    PAYMENT_CONFIRMED = "Payment Confirmed"


class EcomOrderSort(OpenStrEnum):
    """By what a list of orders is sorted."""

    TYPE = "type"
    TOTAL = "total"
    CUSTOMER_EXTERNAL_ID = "customer_external_id"
    CREATED_AT = "created_at"


class SortDirection(OpenStrEnum):
    """Ascending or descending."""

    ASC = "asc"
    DESC = "desc"


class BasketPriceFix(Model, kw_only=True, frozen=True):
    """How long the prices of a basket hold."""

    remaining: int | None = None
    """Seconds until the prices change. Below zero when they have run out."""

    next_update: IsoDateTime | None = field(name="nextUpdate", default=None)
    """When the prices change, with the offset `+03:00` in the examples."""

    updated: bool | None = None
    """By its name, whether this answer has new prices. Missing from the example of an emptied basket."""


class EcomDelivery(Model, kw_only=True, frozen=True):
    """The parcel of an order."""

    cargo_tracking_number: str | None = None
    """The carrier's number of the parcel."""

    cargo_tracking_url: str | None = None
    """Address at which the parcel can be tracked."""


class EcomOrderItemPrice(Model, kw_only=True, frozen=True):
    """A named part of a line's price."""

    id: int | None = None
    """Minted's number of the part."""

    name: str | None = None
    """Its name for display."""

    price: Decimal | None = None
    """Its money."""


class BasketShippingAddress(Model, kw_only=True, frozen=True):
    """Where the parcel of a basket goes."""

    tax_number: str
    """Tax number. Required here too."""

    fullname: str
    """Name of the recipient."""

    phone: str
    """Phone number of the recipient."""

    city: str
    """City or province."""

    county: str
    """County of the city."""

    district: str
    """District of the county."""

    address: str
    """The rest of the address in free text."""

    id: int | UnsetType = UNSET
    """Minted's number of the address."""

    external_id: str | UnsetType | None = UNSET
    """The partner's own id of the address, 1 to 110 characters."""

    zipcode: str | UnsetType | None = UNSET
    """Postal code, at most 5 characters."""

    street: str | UnsetType | None = UNSET
    """Street."""


class BasketBillingAddress(Model, kw_only=True, frozen=True):
    """Where the invoice of a basket goes."""

    phone: str
    """Phone number."""

    city: str
    """City or province."""

    county: str
    """County of the city."""

    district: str
    """District of the county."""

    address: str
    """The rest of the address in free text."""

    tax_number: str
    """Tax number."""

    external_id: str | UnsetType | None = UNSET
    """The partner's own id of the address, 1 to 110 characters."""

    invoice_type: InvoiceType | UnsetType = UNSET
    """Whether the invoice is made out to a person or to a company."""

    fullname: str | UnsetType | None = UNSET
    """Name of the person."""

    company_name: str | UnsetType | None = UNSET
    """Name of the company."""

    email: str | UnsetType | None = UNSET
    """E-mail address."""

    zipcode: str | UnsetType | None = UNSET
    """Postal code, at most 5 characters."""

    street: str | UnsetType = UNSET
    """Street."""

    tax_office: str | UnsetType = UNSET
    """Tax office of the company."""


class EcomOrderItem(Model, kw_only=True, frozen=True):
    """One line of a basket or order. Money is in its currency."""

    item_currency_id: int | None = None
    """Minted's number of the metal."""

    item_currency_name: str | None = None
    """Name of the metal for display."""

    product_id: int | None = None
    """Minted's number of the product."""

    sku: str | None = None
    """Product code."""

    product_name: str | None = None
    """Name of the product for display."""

    product_weight: Decimal | None = None
    """Weight of one piece."""

    spot_price: Decimal | None = None
    """Market price at the time."""

    price: Decimal | None = None
    """Price of one piece."""

    tax_rate: Decimal | None = None
    """Tax rate."""

    tax: Decimal | None = None
    """Tax on this line."""

    amount: Decimal | None = None
    """How many pieces."""

    total: Decimal | None = None
    """What this line comes to."""

    prices: list[EcomOrderItemPrice] | None = None
    """Named parts of the price, such as a fee."""


class EcomOrder(Model, kw_only=True, frozen=True):
    """A basket, or the order that it has become. Money is in its currency. The documentation counts 28
    keys and shows 24; what it requires beyond these five is optional here, because a documented
    order lacks `pricefix`.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token"})

    id: int
    """Minted's number of the basket or order."""

    guid: str
    """Minted's id, an upper-case UUID in the examples."""

    order_creation_status: BasketStatus
    """Whether it is a basket still, or an order."""

    token: str
    """What requests call `cart_token`, 32 characters in the examples."""

    increment_id: str
    """Number for display. 16 characters by the documentation, such as `MC_0A1B2C3D4E5F6`; 11 digits in
    newer examples of the Walletable part, so its length means nothing.
    """

    pricefix: BasketPriceFix | None = None
    """How long the basket's prices hold. Missing from a documented order."""

    external_id: str | None = None
    """The partner's own id of the order. Null while it has none."""

    price: Decimal | None = None
    """Price of all pieces."""

    tax: Decimal | None = None
    """Tax on all pieces."""

    total: Decimal | None = None
    """What all pieces come to."""

    delivery_price: Decimal | None = None
    """Cost of the delivery."""

    insurance_price: Decimal | None = None
    """Cost of the insurance."""

    market_commission: Decimal | None = None
    """Commission of the market place."""

    minted_markup_price: Decimal | None = None
    """Minted's markup."""

    silver_craftsmanship: Decimal | None = None
    """By its name, the cost of working silver."""

    paid_total: Decimal | None = None
    """What is to be paid, or has been."""

    currency_rate: Decimal | None = None
    """Exchange rate applied."""

    currency_total: Decimal | None = None
    """Total after exchange."""

    status_id: int | None = None
    """Minted's number of the state."""

    status_name: EcomOrderStatus | None = None
    """State of the order."""

    delivery: EcomDelivery | None = None
    """The parcel."""

    order_at: IsoDateTime | None = None
    """When it was made, with microseconds and `Z` in the example."""

    payment_cost: Decimal | None = None
    """Cost of the payment."""

    items: list[EcomOrderItem] | None = None
    """The pieces."""


complete(
    Product,
    BasketPriceFix,
    EcomDelivery,
    EcomOrderItemPrice,
    BasketShippingAddress,
    BasketBillingAddress,
    EcomOrderItem,
    EcomOrder,
)
