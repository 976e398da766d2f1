# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The shop, tab E-Commerce of the documentation, with catalog, baskets, addresses and orders."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from minted_async.core.operation import ListedOperation, Operation, Resource

if TYPE_CHECKING:
    from minted_async.generated.ecom.products import EcomProducts


OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = ()


class Ecom(Resource):
    """The shop, tab E-Commerce of the documentation, with catalog, baskets, addresses and orders."""

    @cached_property
    def products(self) -> EcomProducts:
        """The products that the shop sells."""
        from minted_async.generated.ecom.products import EcomProducts

        return EcomProducts(self._sender)
