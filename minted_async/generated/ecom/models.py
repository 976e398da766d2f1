# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The messages of the API: immutable structs, open enums, exact decimals."""

from __future__ import annotations

from decimal import Decimal

from minted_async.core.model import Model
from minted_async.core.scalars import JsonObject
from minted_async.generated.models import (
    Currency,
)

__all__ = ["Product"]


class Product(Model, kw_only=True, frozen=True):
    """A product of the catalog."""

    id: int
    """Minted's number of the product."""

    name: str
    """Its name."""

    text: str
    """Its description."""

    barcode: str
    """Its barcode."""

    sku: str
    """Product code, such as `MNT0001`."""

    stock: int
    """How many are in stock."""

    currency_code: Currency
    """Currency of the prices."""

    list_price: Decimal
    """The price before a discount, in `currency_code`."""

    sale_price: Decimal
    """The price that is paid, in `currency_code`."""

    product_images: list[str]
    """Its images."""

    basecurrency: JsonObject
    """The metal that it is made of. Its fields are not documented."""

    category: JsonObject
    """The category that it stands in. Its fields are not documented."""
