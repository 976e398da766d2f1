# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The messages of the API: immutable structs, open enums, exact decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from msgspec import field

from minted_async.core.model import Model, complete
from minted_async.core.scalars import IsoDateTime, JsonObject
from minted_async.generated.models import (
    Payment,
)

__all__ = [
    "OrderInvoice",
    "WalletableBalance",
    "WalletableCustomer",
    "WalletableDelivery",
    "WalletableItemPrice",
    "WalletableOrder",
    "WalletableOrderItem",
    "WalletablePriceFix",
    "WalletableShippingAddress",
]


class WalletablePriceFix(Model, kw_only=True, frozen=True):
    """How long the prices of a basket hold."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token"})

    remaining: int | None = None
    """Seconds until `nextUpdate`."""

    next_update: IsoDateTime | None = field(name="nextUpdate", default=None)
    """When the prices change, with the offset `+03:00` in the examples."""

    updated: bool | None = None
    """Whether this read has refreshed the prices. Missing from the answer to adding an item."""

    token: str | None = None
    """Token of the new prices, the same as `price_token` in the example."""


class WalletableCustomer(Model, kw_only=True, frozen=True):
    """The customer of a basket or order."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"identity_number"})

    external_id: str | None = None
    """The partner's own id of the customer."""

    firstname: str | None = None
    """First name."""

    middlename: str | None = None
    """Middle name. An empty string in the examples."""

    lastname: str | None = None
    """Last name."""

    fullname: str | None = None
    """First, middle and last name in one."""

    email: str | None = None
    """E-mail address."""

    phone: str | None = None
    """Phone number with country code."""

    gender: str | None = None
    """Gender, `M` in the examples."""

    identity_number: str | None = None
    """National identity number."""

    tax_office: str | None = None
    """Tax office of a company. Null in the examples."""

    birthdate: str | None = None
    """Date of birth, `YYYY-MM-DD` in the examples."""

    account_type: str | None = None
    """Kind of account, `person` in the examples."""


class WalletableShippingAddress(Model, kw_only=True, frozen=True):
    """Where a parcel goes."""

    id: int | None = None
    """Minted's number of the address."""

    tax_number: str | None = None
    """Tax number. An empty string in the example."""

    external_id: str | None = None
    """The partner's own id of the address. Null in the example."""

    fullname: str | None = None
    """Name of the recipient."""

    phone: str | None = None
    """Phone number of the recipient."""

    email: str | None = None
    """E-mail address of the recipient."""

    city: str | None = None
    """City or province."""

    county: str | None = None
    """County of the city."""

    district: str | None = None
    """District of the county. Garbled in the example: UTF-8 that was read as Latin."""

    street: str | None = None
    """Street."""

    zipcode: str | None = None
    """Postal code."""

    address: str | None = None
    """The rest of the address in free text."""


class WalletableDelivery(Model, kw_only=True, frozen=True):
    """The parcel of a delivery."""

    cargo_tracking_url: str | None = None
    """Address at which the parcel can be tracked."""

    cargo_tracking_number: str | None = None
    """The carrier's number of the parcel."""

    estimated_arrival_date: date | None = None
    """Day on which it should arrive."""


class WalletableItemPrice(Model, kw_only=True, frozen=True):
    """A named cost of a piece."""

    id: int | None = None
    """Minted's number of the cost."""

    name: str | None = None
    """Its name for display, such as `Mint Ücreti` (minting fee)."""

    price: Decimal | None = None
    """Its money."""


class OrderInvoice(Model, kw_only=True, frozen=True):
    """The invoice of an order. The example ends after two keys."""

    guid: str | None = None
    """Minted's id of the order, an upper-case UUID in the example."""

    order_code: str | None = None
    """Minted's short code of the order, 8 letters and digits."""


class WalletableBalance(Model, kw_only=True, frozen=True):
    """A product that a customer holds. The example ends after two keys."""

    product_name: str | None = field(name="productName", default=None)
    """Name of the product for display."""

    images: list[object] | None = None
    """Pictures. What stands in the list is not known."""


class WalletableOrderItem(Model, kw_only=True, frozen=True):
    """One piece of a basket or order."""

    item_currency_id: int | None = None
    """Minted's number of the metal."""

    item_currency_name: str | None = None
    """Name of the metal for display, such as `Dirham Gold`."""

    product_id: int | None = None
    """Minted's number of the product."""

    sku: str | None = None
    """Product code."""

    product_name: str | None = None
    """Name of the product for display."""

    product_weight: Decimal | None = None
    """Weight of the piece, in grams by the names of the products."""

    price: Decimal | None = None
    """Price of the piece. Zero in a delivery."""

    tax_rate: Decimal | None = None
    """Tax rate."""

    tax: Decimal | None = None
    """Tax on the piece."""

    amount: Decimal | None = None
    """How many pieces, 1 in the examples. Requests call it `qty`."""

    total: Decimal | None = None
    """What this line comes to."""

    product_images: list[str] | None = None
    """Addresses of pictures."""

    prices: list[WalletableItemPrice] | None = None
    """Further costs of the piece."""


class WalletableOrder(Model, kw_only=True, frozen=True):
    """A basket, or the order that it has become; baskets, purchases, sales and deliveries share the
    form. Money is in `currency_code`. `total` is what the pieces come to, or what a delivery costs.
    `paid_total` is the final amount: when buying, `total` plus the three fees and their VAT; when
    selling, `total` less the service fee and its VAT.
    """

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"token", "price_token"})

    pricefix: WalletablePriceFix | None = None
    """How long the basket's prices hold. Missing from an order."""

    id: int | None = None
    """Minted's number of the basket or order."""

    guid: str | None = None
    """Minted's id, an upper-case UUID in the examples."""

    order_creation_status: str | None = None
    """Whether it is a basket still or an order, `basket` or `order`."""

    external_id: str | None = None
    """The partner's own id of the order. Null in all examples."""

    increment_id: str | None = None
    """Number for display, 11 digits in the examples."""

    token: str | None = None
    """What requests call `cart_token`, 32 characters in the examples."""

    price_token: str | None = None
    """Token of the price fix, 32 characters in the examples."""

    type: str | None = None
    """Kind of the basket or order. `buy` and `walletable_ecommerce` are known; a delivery has the
    latter.
    """

    price: Decimal | None = None
    """Price of all pieces."""

    tax: Decimal | None = None
    """Tax on all pieces."""

    total: Decimal | None = None
    """What the pieces come to before fees; for a delivery, what it costs."""

    payment_cost: Decimal | None = None
    """Cost of the transaction."""

    paid_total: Decimal | None = None
    """The final amount, fees and VAT included."""

    delivery_cost: Decimal | None = None
    """Cost of the delivery."""

    insurance_price: Decimal | None = None
    """Cost of the insurance."""

    conversion_price: Decimal | None = None
    """Cost of the conversion."""

    market_commission: Decimal | None = None
    """Commission of the market place."""

    minted_markup_price: Decimal | None = None
    """Minted's markup."""

    silver_craftsmanship: Decimal | None = None
    """By its name, the cost of working silver."""

    charge_fee: Decimal | None = None
    """Service fee."""

    charge_fee_rate: Decimal | None = None
    """Rate of the service fee, in percent of `total`."""

    minting_fee: Decimal | None = None
    """Minting fee."""

    storage_fee: Decimal | None = None
    """Storage fee. Zero up to the weight that is stored for free."""

    storage_fee_rate: Decimal | None = None
    """Rate of the storage fee, in percent of `total`."""

    charges_vat: Decimal | None = None
    """VAT on the fees; on its cost for a delivery."""

    vat_rate: Decimal | None = None
    """Rate of that VAT, in percent."""

    currency_code: str | None = None
    """Currency of all money here, `AED` in the examples."""

    status_id: int | None = None
    """Minted's number of the state: 1 goes with `Created`, 2 with `Pending`."""

    status_name: str | None = None
    """State. `Created` and `Pending` are known."""

    customer: WalletableCustomer | None = None
    """The customer."""

    shippingaddress: WalletableShippingAddress | None = None
    """Where the parcel goes. Null for a basket."""

    billingaddress: JsonObject | None = None
    """Where the invoice goes. Null in all examples, so its keys are not known."""

    payment: Payment | None = None
    """The card payment. Null, or an object with empty texts and the state `new`."""

    delivery: WalletableDelivery | None = None
    """The parcel. Null for a basket."""

    order_at: IsoDateTime | None = None
    """When it was made, in UTC with microseconds."""

    items: list[WalletableOrderItem] | None = None
    """The pieces, one line each: five equal pieces are five lines of the amount 1."""


complete(
    WalletablePriceFix,
    WalletableCustomer,
    WalletableShippingAddress,
    WalletableDelivery,
    WalletableItemPrice,
    OrderInvoice,
    WalletableBalance,
    WalletableOrderItem,
    WalletableOrder,
)
