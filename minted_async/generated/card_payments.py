# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What is needed around paying by card, such as payment types, card ranges and instalments."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_TYPES = ListedOperation(
    id="card_payments.types", title="Payment Get All Types", section="Buy / Card Payment", method="GET"
)
_BIN_QUERY = ListedOperation(
    id="card_payments.bin_query",
    title="Card Payment Bin Query (Installments/Comissions)",
    section="Buy / Card Payment",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _TYPES,
    _BIN_QUERY,
)


class CardPayments(Resource):
    """What is needed around paying by card, such as payment types, card ranges and instalments."""

    __slots__ = ()

    async def types(self, **arguments: object) -> Any:
        """Listed only: "Payment Get All Types" in Buy / Card Payment.

        By its title, the ways to pay that are open to the partner. Raises
        UndocumentedOperationError until `MintedClient(paths={"card_payments.types": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_TYPES, arguments)
        del arguments
        return await sending

    async def bin_query(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Bin Query (Installments/Comissions)" in Buy / Card Payment.

        By its title, instalments and commissions for a card, asked by the first digits of its
        number. Raises UndocumentedOperationError until
        `MintedClient(paths={"card_payments.bin_query": ...})` says where it is.
        """
        sending = self._sender.send_listed(_BIN_QUERY, arguments)
        del arguments
        return await sending
