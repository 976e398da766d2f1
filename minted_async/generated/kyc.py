# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The know-your-customer records behind a customer's wallet."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

__all__ = ["LISTED", "OPERATIONS", "Kyc"]

_GET = ListedOperation(
    id="kyc.get",
    title="Customer Wallet Kyc - Get",
    section="Customers",
    method="GET",
)

_UPSERT = ListedOperation(
    id="kyc.upsert",
    title="Customer Wallet Kyc - Upsert",
    section="Customers",
    method="POST",
)

_BULK_UPSERT = ListedOperation(
    id="kyc.bulk_upsert",
    title="Customer Wallet Kyc - Bulk Upsert",
    section="Customers",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _GET,
    _UPSERT,
    _BULK_UPSERT,
)
"""The operations of this resource of which only the name is known."""


class Kyc(Resource):
    """The know-your-customer records behind a customer's wallet."""

    __slots__ = ()

    async def get(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Get" in Customers.

        Reads the know-your-customer record of a customer's wallet.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"kyc.get": "GET /partner/..."})`,
        and the arguments are sent as they are; or describe the operation in the spec
        (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_GET, arguments)

    async def upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Upsert" in Customers.

        Creates or updates the know-your-customer record of a customer's wallet.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"kyc.upsert": "POST
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_UPSERT, arguments)

    async def bulk_upsert(self, **arguments: object) -> Any:
        """Listed only: "Customer Wallet Kyc - Bulk Upsert" in Customers.

        Creates or updates the know-your-customer records of many wallets in one call.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"kyc.bulk_upsert": "POST
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_BULK_UPSERT, arguments)
