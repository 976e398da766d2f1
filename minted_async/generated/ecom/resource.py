# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The shop, with its catalog, baskets and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minted_async.core.cached import cached_property
from minted_async.core.operation import ListedOperation, Operation, Resource

if TYPE_CHECKING:
    from minted_async.generated.ecom.addresses import EcomAddresses
    from minted_async.generated.ecom.baskets import EcomBaskets
    from minted_async.generated.ecom.legal import EcomLegal
    from minted_async.generated.ecom.orders import EcomOrders
    from minted_async.generated.ecom.payments import EcomPayments
    from minted_async.generated.ecom.products import EcomProducts


OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = ()


class Ecom(Resource):
    """The shop, with its catalog, baskets and orders."""

    @cached_property
    def products(self) -> EcomProducts:
        """The catalog of the shop, with stock and prices."""
        from minted_async.generated.ecom.products import EcomProducts

        return EcomProducts(self._sender)

    @cached_property
    def addresses(self) -> EcomAddresses:
        """Addresses that are stored with a customer."""
        from minted_async.generated.ecom.addresses import EcomAddresses

        return EcomAddresses(self._sender)

    @cached_property
    def baskets(self) -> EcomBaskets:
        """Baskets, from the first item to their completion."""
        from minted_async.generated.ecom.baskets import EcomBaskets

        return EcomBaskets(self._sender)

    @cached_property
    def orders(self) -> EcomOrders:
        """Orders of the shop, each read by the token of its basket."""
        from minted_async.generated.ecom.orders import EcomOrders

        return EcomOrders(self._sender)

    @cached_property
    def payments(self) -> EcomPayments:
        """The ways to pay for a basket."""
        from minted_async.generated.ecom.payments import EcomPayments

        return EcomPayments(self._sender)

    @cached_property
    def legal(self) -> EcomLegal:
        """Legal texts that the shop shows."""
        from minted_async.generated.ecom.legal import EcomLegal

        return EcomLegal(self._sender)
