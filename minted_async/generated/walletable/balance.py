# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What customers hold."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated.walletable import models as walletable

_WALLET = Operation(
    id="walletable.balance.wallet",
    method="GET",
    path="/partner/walletable/balance",
    result=list[walletable.WalletableBalance],
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-27130593",
)


OPERATIONS: tuple[Operation[Any], ...] = (_WALLET,)
LISTED: tuple[ListedOperation, ...] = ()


class WalletableBalanceResource(Resource):
    """What customers hold."""

    __slots__ = ()

    async def wallet(
        self,
        *,
        metal_type: str | UnsetType = UNSET,
        external_customer_id: ExternalId | UnsetType = UNSET,
        is_deliverable: bool | UnsetType = UNSET,
    ) -> list[walletable.WalletableBalance]:
        """Read what a customer holds, one line for each product.
        `GET /partner/walletable/balance` <https://docs.mintedconnect.com/api-27130593>.

        Only a sample of the request was seen: whether the customer may be left out is not
        documented. Of a line two keys are known, and the amount is none of them: `minted.request`
        of the same path gives all that is there, as plain values.

        Args:
            metal_type: Only these metals, with commas between, such as `gold,silver`.
            external_customer_id: The partner's own id of the customer. The list of orders calls it
                `customer_external_id`.
            is_deliverable: By its name, only what can be delivered, or only what cannot. Sent as `true`
                or `false`.

        Returns:
            The lines of the balance, all at once and not by pages.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _WALLET,
            query={
                "metal_type": check_argument(metal_type, "metal_type", str),
                "external_customer_id": check_argument(external_customer_id, "external_customer_id", str, 1),
                "is_deliverable": check_argument(is_deliverable, "is_deliverable", bool),
            },
        )
        del metal_type, external_customer_id, is_deliverable
        return await sending
