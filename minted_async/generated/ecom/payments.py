# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The ways to pay for a basket."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_TYPES = ListedOperation(
    id="ecom.payments.types", title="Payment Get All Types", section="E-Commerce API / Checkout", method="GET"
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (_TYPES,)


class EcomPayments(Resource):
    """The ways to pay for a basket."""

    __slots__ = ()

    async def types(self, **arguments: object) -> Any:
        """Listed only: "Payment Get All Types" in E-Commerce API / Checkout.

        By its title, the ways to pay for a basket. Whether it is the endpoint of the same name in
        the Partner part is not documented. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.payments.types": ...})` says where it is.
        """
        sending = self._sender.send_listed(_TYPES, arguments)
        del arguments
        return await sending
