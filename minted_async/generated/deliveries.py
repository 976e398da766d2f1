# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Physical delivery of metal held in a wallet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models, requests

_CREATE = Operation(
    id="deliveries.create",
    method="POST",
    path="/partner/delivery/create",
    result=models.DeliveryReceipt,
    api_version="2",
    lookup="orders.get",
    alone=True,
    docs="https://docs.mintedconnect.com/api-4908364",
)

_WALLETS = ListedOperation(
    id="deliveries.wallets", title="Delivery - List Wallets", section="Delivery", method="POST"
)
_CALCULATE = ListedOperation(
    id="deliveries.calculate", title="Delivery - Calculate", section="Delivery", method="POST"
)
_CREATE_WITH_CARD = ListedOperation(
    id="deliveries.create_with_card",
    title="Delivery - Create (Pay With Card Payment)",
    section="Delivery",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = (_CREATE,)
LISTED: tuple[ListedOperation, ...] = (
    _WALLETS,
    _CALCULATE,
    _CREATE_WITH_CARD,
)


class Deliveries(Resource):
    """Physical delivery of metal held in a wallet."""

    __slots__ = ()

    async def create(
        self,
        *,
        customer: models.DeliveryCustomer,
        external_id: ExternalId,
        sku: str,
        amount: Decimal,
        address: models.DeliveryAddress,
    ) -> models.DeliveryReceipt:
        """Have metal from a customer's wallet delivered, paid in cash.
        `POST /partner/delivery/create` <https://docs.mintedconnect.com/api-4908364>.

        One sku a call. Not idempotent: when the answer is lost, look the order up before trying
        again.

        Args:
            customer: Who receives the delivery.
            external_id: The partner's own id of this order.
            sku: Product code of what is delivered, such as `GAU` (gold).
            amount: How much to deliver, in the unit of the sku. The documentation types it as an integer.
            address: Billing and shipping address.

        Returns:
            The delivery is ordered.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CREATE,
            body=requests.CreateDeliveryRequest(
                customer=customer,
                external_id=external_id,
                sku=sku,
                amount=amount,
                address=address,
            ),
        )
        del customer, external_id, sku, amount, address
        return await sending

    async def wallets(self, **arguments: object) -> Any:
        """Listed only: "Delivery - List Wallets" in Delivery.

        By its title, the wallets from which metal can be delivered; a POST although it reads.
        Raises UndocumentedOperationError until `MintedClient(paths={"deliveries.wallets": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_WALLETS, arguments)
        del arguments
        return await sending

    async def calculate(self, **arguments: object) -> Any:
        """Listed only: "Delivery - Calculate" in Delivery.

        By its title, works out the cost of a delivery before it is ordered. Raises
        UndocumentedOperationError until `MintedClient(paths={"deliveries.calculate": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_CALCULATE, arguments)
        del arguments
        return await sending

    async def create_with_card(self, **arguments: object) -> Any:
        """Listed only: "Delivery - Create (Pay With Card Payment)" in Delivery.

        Has metal delivered and pays the cost by card. Raises UndocumentedOperationError until
        `MintedClient(paths={"deliveries.create_with_card": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CREATE_WITH_CARD, arguments)
        del arguments
        return await sending
