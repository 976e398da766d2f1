# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The bodies of requests, which methods make of their arguments."""

from __future__ import annotations

from typing import ClassVar

from minted_async.core.model import Model, complete
from minted_async.core.scalars import ExternalId

__all__ = ["CompleteBuyRequest", "DeleteBasketItemRequest", "UpdateBasketItemRequest"]


class UpdateBasketItemRequest(Model, kw_only=True, frozen=True):
    """How many pieces of a product a basket is to hold."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    cart_token: str
    """Token of the basket."""

    sku: str
    """Product code of the item."""

    qty: int
    """How many pieces. Answers call it `amount`."""


class DeleteBasketItemRequest(Model, kw_only=True, frozen=True):
    """Which item to take out of a basket."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    cart_token: str
    """Token of the basket."""

    sku: str
    """Product code of the item."""


class CompleteBuyRequest(Model, kw_only=True, frozen=True):
    """Which basket to buy."""

    __secret_fields__: ClassVar[frozenset[str]] = frozenset({"cart_token"})

    external_customer_id: ExternalId
    """The partner's own id of the customer."""

    cart_token: str
    """Token of the basket."""


complete(UpdateBasketItemRequest, DeleteBasketItemRequest, CompleteBuyRequest)
