# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What is needed around paying by card, such as payment types, card ranges and instalments."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.card_payments import CardPayments as AsyncCardPayments


class CardPayments(Twin[AsyncCardPayments]):
    """What is needed around paying by card, such as payment types, card ranges and instalments."""

    def types(self, **arguments: object) -> Any:
        """Listed only: "Payment Get All Types" in Buy / Card Payment.

        By its title, the ways to pay that are open to the partner. Raises
        UndocumentedOperationError until `MintedClient(paths={"card_payments.types": ...})` says
        where it is.
        """
        return self._run(self._async.types, **arguments)

    def bin_query(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Bin Query (Installments/Comissions)" in Buy / Card Payment.

        By its title, instalments and commissions for a card, asked by the first digits of its
        number. Raises UndocumentedOperationError until
        `MintedClient(paths={"card_payments.bin_query": ...})` says where it is.
        """
        return self._run(self._async.bin_query, **arguments)
