# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What customers hold."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from minted_async.blocking.twin import Twin
from minted_async.core.scalars import ExternalId
from minted_async.generated.walletable import models as walletable
from minted_async.generated.walletable.balance import (
    WalletableBalanceResource as AsyncWalletableBalanceResource,
)


class WalletableBalanceResource(Twin[AsyncWalletableBalanceResource]):
    """What customers hold."""

    def wallet(
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
        return self._run(
            self._async.wallet,
            metal_type=metal_type,
            external_customer_id=external_customer_id,
            is_deliverable=is_deliverable,
        )
