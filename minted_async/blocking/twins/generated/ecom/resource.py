# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The shop, with its catalog, baskets and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async.blocking.twin import Twin
from minted_async.core.cached import cached_property
from minted_async.generated.ecom.resource import Ecom as AsyncEcom

if TYPE_CHECKING:
    from minted_async.blocking.twins.generated.ecom.addresses import EcomAddresses
    from minted_async.blocking.twins.generated.ecom.baskets import EcomBaskets
    from minted_async.blocking.twins.generated.ecom.legal import EcomLegal
    from minted_async.blocking.twins.generated.ecom.orders import EcomOrders
    from minted_async.blocking.twins.generated.ecom.payments import EcomPayments
    from minted_async.blocking.twins.generated.ecom.products import EcomProducts


class Ecom(Twin[AsyncEcom]):
    """The shop, with its catalog, baskets and orders."""

    @cached_property
    def products(self) -> EcomProducts:
        """The catalog of the shop, with stock and prices."""
        from minted_async.blocking.twins.generated.ecom.products import EcomProducts

        return EcomProducts(self._source.then(lambda it: it.products))

    @cached_property
    def addresses(self) -> EcomAddresses:
        """Addresses that are stored with a customer."""
        from minted_async.blocking.twins.generated.ecom.addresses import EcomAddresses

        return EcomAddresses(self._source.then(lambda it: it.addresses))

    @cached_property
    def baskets(self) -> EcomBaskets:
        """Baskets, from the first item to their completion."""
        from minted_async.blocking.twins.generated.ecom.baskets import EcomBaskets

        return EcomBaskets(self._source.then(lambda it: it.baskets))

    @cached_property
    def orders(self) -> EcomOrders:
        """Orders of the shop, each read by the token of its basket."""
        from minted_async.blocking.twins.generated.ecom.orders import EcomOrders

        return EcomOrders(self._source.then(lambda it: it.orders))

    @cached_property
    def payments(self) -> EcomPayments:
        """The ways to pay for a basket."""
        from minted_async.blocking.twins.generated.ecom.payments import EcomPayments

        return EcomPayments(self._source.then(lambda it: it.payments))

    @cached_property
    def legal(self) -> EcomLegal:
        """Legal texts that the shop shows."""
        from minted_async.blocking.twins.generated.ecom.legal import EcomLegal

        return EcomLegal(self._source.then(lambda it: it.legal))
