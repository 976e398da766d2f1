"""Reads the parts that several request bodies share: a person, an address, the items of an order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from minted_async.sandbox.bodies import Body
from minted_async.sandbox.customers import Profile
from minted_async.sandbox.market import PRODUCTS, PRODUCTS_BY_ID, PriceFix, Product
from minted_async.sandbox.messages import Flaw
from minted_async.sandbox.orders import OrderItem

CENT: Final = Decimal("0.01")

BUYER: Final = ("firstname", "lastname", "email", "phone", "identity_number")
"""What a purchase must tell of a customer who is not known yet (docs page api-3769742)."""

RECIPIENT: Final = ("firstname", "lastname", "phone", "email")
"""What a delivery must tell of its recipient (docs page api-4908364)."""

CHANGED_CUSTOMER: Final = ("firstname", "lastname", "phone", "identity_number")
"""What an update of a customer must hold (docs page api-8228809)."""

_GENDERS: Final = ("M", "F")
_INVOICE_TYPES: Final = ("Individual", "Corporate")
_PLACE: Final = ("city", "county", "district", "address")
_COMMON_ADDRESS: Final = ("external_id", "fullname", "phone", *_PLACE, "zipcode", "street", "tax_number")


def read_profile(body: Body, *, required: Collection[str] = ()) -> Profile:
    """A person or company; the fields named must be there and not empty."""
    return Profile(
        firstname=body.text("firstname", required="firstname" in required) or "",
        middlename=body.optional_text("middlename"),
        lastname=body.text("lastname", required="lastname" in required),
        email=body.email("email", required="email" in required),
        phone=body.text("phone", required="phone" in required),
        gender=body.optional_choice("gender", _GENDERS),
        identity_number=body.text("identity_number", required="identity_number" in required),
        birthdate=body.optional_date("birthdate"),
        account_type=body.optional_text("account_type") or "person",
        tax_office=body.optional_text("tax_office"),
    )


def read_addresses(body: Body) -> dict[str, dict[str, str | None]]:
    """The billing and the shipping address of a delivery, with the fields that an order shows of them."""
    address = body.required_object("address")
    billing, shipping = address.required_object("billing"), address.required_object("shipping")
    invoice_type = billing.optional_choice("invoice_type", _INVOICE_TYPES)
    invoice = {name: billing.optional_text(name) for name in ("company_name", "email", "tax_office")}
    addresses = {
        "billing": {**_read_place(billing, _PLACE), "invoice_type": invoice_type, **invoice},
        "shipping": _read_place(shipping, ("fullname", *_PLACE)),
    }
    return {
        kind: {name: value for name, value in fields.items() if value is not None}
        for kind, fields in addresses.items()
    }


def _read_place(body: Body, required: Collection[str]) -> dict[str, str | None]:
    return {name: body.text(name, required=name in required) for name in _COMMON_ADDRESS}


@dataclass(frozen=True, slots=True)
class WantedItem:
    """One item of an order as it was asked for."""

    body: Body
    product: Product | None
    amount: Decimal | None

    def priced(self, fix: PriceFix, *, buying: bool) -> OrderItem:
        """The item at the prices of a fix; the money is rounded half up to two decimals.

        Raises:
            RefusedError: 422, the item costs nothing.
        """
        if self.product is None:
            raise self.body.refuse("sku", Flaw.REQUIRED)
        quote = fix.quotes[self.product.sku]
        amount = self.amount or fix.buy_amount(self.product.sku)
        if amount is None:
            raise self.body.refuse("amount", Flaw.REQUIRED)
        price = quote.buy if buying else quote.sell
        total = (price * amount).quantize(CENT, ROUND_HALF_UP)
        if not total:
            raise self.body.refuse("amount", Flaw.OUT_OF_RANGE)
        return OrderItem(self.product, quote.spot, price, amount, total)


def read_items(body: Body) -> list[WantedItem]:
    """The items of an order, each named by `sku` or, as in one documented example, by `product_id`."""
    return [_read_item(item) for item in body.required_objects("items")]


def _read_item(item: Body) -> WantedItem:
    sku, product_id = item.optional_text("sku"), item.optional_text("product_id")
    by_id = product_id is not None and not sku
    product = PRODUCTS_BY_ID.get(product_id or "") if by_id else PRODUCTS.get(sku or "")
    if product is None:
        item.note(
            "product_id" if by_id else "sku", Flaw.UNKNOWN_VALUE if sku or product_id else Flaw.REQUIRED
        )
    return WantedItem(item, product, item.optional_number("amount"))


def require_amounts(wanted: Sequence[WantedItem]) -> None:
    """Note each item that does not say how much."""
    for item in wanted:
        if not item.body.has("amount"):
            item.body.note("amount", Flaw.REQUIRED)


def grams(items: Sequence[OrderItem]) -> dict[str, Decimal]:
    """How much of each metal, by sku; a sku may stand in several items."""
    amounts: dict[str, Decimal] = {}
    for item in items:
        amounts[item.product.sku] = amounts.get(item.product.sku, Decimal(0)) + item.amount
    return amounts
