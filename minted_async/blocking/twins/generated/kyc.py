# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The know-your-customer records behind a customer's wallet."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.kyc import Kyc as AsyncKyc


class Kyc(Twin[AsyncKyc]):
    """The know-your-customer records behind a customer's wallet."""

    def get(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Get" in Customers.

        Reads the know-your-customer record of a customer's wallet. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.get": ...})` says where it is.
        """
        return self._run(self._async.get, **arguments)

    def upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Upsert" in Customers.

        Creates or updates the know-your-customer record of a customer's wallet. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.upsert": ...})` says where it is.
        """
        return self._run(self._async.upsert, **arguments)

    def bulk_upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Bulk Upsert" in Customers.

        Creates or updates the know-your-customer records of many wallets in one call. Raises
        UndocumentedOperationError until `MintedClient(paths={"kyc.bulk_upsert": ...})` says where
        it is.
        """
        return self._run(self._async.bulk_upsert, **arguments)
