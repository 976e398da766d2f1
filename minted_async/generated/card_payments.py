# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What is needed around paying by card, such as payment types, card ranges and instalments."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

__all__ = ["LISTED", "OPERATIONS", "CardPayments"]

_TYPES = ListedOperation(
    id="card_payments.types",
    title="Payment Get All Types",
    section="Buy / Card Payment",
    method="GET",
)

_BIN_QUERY = ListedOperation(
    id="card_payments.bin_query",
    title="Card Payment Bin Query (Installments/Comissions)",
    section="Buy / Card Payment",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _TYPES,
    _BIN_QUERY,
)
"""The operations of this resource of which only the name is known."""


class CardPayments(Resource):
    """What is needed around paying by card, such as payment types, card ranges and instalments."""

    __slots__ = ()

    async def types(self, **arguments: object) -> Any:
        """Listed only: "Payment Get All Types" in Buy / Card Payment.

        By its title, the ways to pay that are open to the partner.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"card_payments.types": "GET
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
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_TYPES, arguments)

    async def bin_query(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Bin Query (Installments/Comissions)" in Buy / Card Payment.

        By its title, instalments and commissions for a card, asked by the first digits of its
        number.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"card_payments.bin_query": "POST
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
        return await self._sender.send_listed(_BIN_QUERY, arguments)
