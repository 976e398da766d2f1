# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The ways to pay for a basket."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.ecom.payments import EcomPayments as AsyncEcomPayments


class EcomPayments(Twin[AsyncEcomPayments]):
    """The ways to pay for a basket."""

    def types(self, **arguments: object) -> Any:
        """Listed only: "Payment Get All Types" in E-Commerce API / Checkout.

        By its title, the ways to pay for a basket. Whether it is the endpoint of the same name in
        the Partner part is not documented. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.payments.types": ...})` says where it is.
        """
        return self._run(self._async.types, **arguments)
