# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Physical delivery of metal held in a wallet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models

__all__ = ["LISTED", "OPERATIONS", "Deliveries"]

_CREATE = Operation(
    id="deliveries.create",
    method="POST",
    path="/partner/delivery/create",
    result=models.DeliveryReceipt,
    api_version="2",
    alone=True,
    docs="Delivery - Create (Pay With Cash) (api-4908364)",
)

_WALLETS = ListedOperation(
    id="deliveries.wallets",
    title="Delivery - List Wallets",
    section="Delivery",
    method="POST",
)

_CALCULATE = ListedOperation(
    id="deliveries.calculate",
    title="Delivery - Calculate",
    section="Delivery",
    method="POST",
)

_CREATE_WITH_CARD = ListedOperation(
    id="deliveries.create_with_card",
    title="Delivery - Create (Pay With Card Payment)",
    section="Delivery",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = (_CREATE,)
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _WALLETS,
    _CALCULATE,
    _CREATE_WITH_CARD,
)
"""The operations of this resource of which only the name is known."""


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

        One sku a call. Not idempotent: when the answer is lost, look the order up before trying
        again.

        The page contradicts itself: its field list of the answer has `total` and `items` only, its
        example is a whole order in an older form, with `external_id` null. `phone` and `tax_number`
        of the addresses are required by the field list of the shared address schemas and missing
        from the page's example; they are optional here.

        Args:
            customer: Who receives the delivery.
            external_id: The partner's own id of this order.
            sku: Product code of what is delivered, such as `GAU` (gold).
            amount: How much to deliver, in the unit of the sku. The documentation types it as
                an integer.
            address: Billing and shipping address.

        Returns:
            The delivery is ordered.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Delivery - Create (Pay With Cash)" in Delivery, page api-4908364 (documented).
        """
        return await self._sender.send(
            _CREATE,
            body=models.CreateDeliveryRequest(
                customer=customer,
                external_id=external_id,
                sku=sku,
                amount=amount,
                address=address,
            ),
        )

    async def wallets(self, **arguments: object) -> Any:
        """Listed only: "Delivery - List Wallets" in Delivery.

        By its title, the wallets from which metal can be delivered; a POST although it reads.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"deliveries.wallets": "POST
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
        return await self._sender.send_listed(_WALLETS, arguments)

    async def calculate(self, **arguments: object) -> Any:
        """Listed only: "Delivery - Calculate" in Delivery.

        By its title, works out the cost of a delivery before it is ordered.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"deliveries.calculate": "POST
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
        return await self._sender.send_listed(_CALCULATE, arguments)

    async def create_with_card(self, **arguments: object) -> Any:
        """Listed only: "Delivery - Create (Pay With Card Payment)" in Delivery.

        Has metal delivered and pays the cost by card.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"deliveries.create_with_card":
        "POST /partner/..."})`, and the arguments are sent as they are; or describe the operation in
        the spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

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
        return await self._sender.send_listed(_CREATE_WITH_CARD, arguments)
