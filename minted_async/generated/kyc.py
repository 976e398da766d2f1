# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The know-your-customer records behind a customer's wallet."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_GET = ListedOperation(id="kyc.get", title="Customer Wallet Kyc - Get", section="Customers", method="GET")
_UPSERT = ListedOperation(
    id="kyc.upsert", title="Customer Wallet Kyc - Upsert", section="Customers", method="POST"
)
_BULK_UPSERT = ListedOperation(
    id="kyc.bulk_upsert", title="Customer Wallet Kyc - Bulk Upsert", section="Customers", method="POST"
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _GET,
    _UPSERT,
    _BULK_UPSERT,
)


class Kyc(Resource):
    """The know-your-customer records behind a customer's wallet."""

    __slots__ = ()

    async def get(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Get" in Customers.

        Reads the know-your-customer record of a customer's wallet. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.get": ...})` says where it is.
        """
        sending = self._sender.send_listed(_GET, arguments)
        del arguments
        return await sending

    async def upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Upsert" in Customers.

        Creates or updates the know-your-customer record of a customer's wallet. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.upsert": ...})` says where it is.
        """
        sending = self._sender.send_listed(_UPSERT, arguments)
        del arguments
        return await sending

    async def bulk_upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Bulk Upsert" in Customers.

        Creates or updates the know-your-customer records of many wallets in one call. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.bulk_upsert": ...})` says where
        it is.
        """
        sending = self._sender.send_listed(_BULK_UPSERT, arguments)
        del arguments
        return await sending
