# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Baskets of the Walletable part."""

from __future__ import annotations

from typing import Any, cast

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated.walletable import models as walletable
from minted_async.generated.walletable import requests as walletable_requests

_UPDATE_ITEM: Operation[Any] = Operation(
    id="walletable.baskets.update_item",
    method="PATCH",
    path="/partner/walletable/basket",
    result=object,
    api_version="3",
    docs="https://docs.mintedconnect.com/api-26503573",
)

_DELETE_ITEM: Operation[Any] = Operation(
    id="walletable.baskets.delete_item",
    method="DELETE",
    path="/partner/walletable/basket",
    result=object,
    api_version="3",
    docs="https://docs.mintedconnect.com/api-26503558",
)

_ACTIVE = ListedOperation(
    id="walletable.baskets.active",
    title="Get Active Basket",
    section="Walletable E-Commerce / Baskets",
    method="GET",
    page="api-26503549",
    result=walletable.WalletableOrder,
)
_ADD_ITEM = ListedOperation(
    id="walletable.baskets.add_item",
    title="Create Basket / Add Basket Item",
    section="Walletable E-Commerce / Baskets",
    method="POST",
    page="api-26503559",
    result=walletable.WalletableOrder,
)
_CLEAR = ListedOperation(
    id="walletable.baskets.clear",
    title="Clear Basket",
    section="Walletable E-Commerce / Baskets",
    method="DELETE",
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _UPDATE_ITEM,
    _DELETE_ITEM,
)
LISTED: tuple[ListedOperation, ...] = (
    _ACTIVE,
    _ADD_ITEM,
    _CLEAR,
)


class WalletableBaskets(Resource):
    """Baskets of the Walletable part."""

    __slots__ = ()

    async def update_item(
        self,
        *,
        external_customer_id: ExternalId,
        cart_token: str,
        sku: str,
        qty: int,
    ) -> Any:
        """Change how many pieces of a product a basket has.
        `PATCH /partner/walletable/basket` <https://docs.mintedconnect.com/api-26503573>.

        Only a sample of the request was seen; all four fields of it are required. The answer is not
        shown, so its data comes as plain values.

        Args:
            external_customer_id: The partner's own id of the customer.
            cart_token: Token of the basket.
            sku: Product code of the item.
            qty: How many pieces. Answers call it `amount`.

        Returns:
            The item is changed. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _UPDATE_ITEM,
            body=walletable_requests.UpdateBasketItemRequest(
                external_customer_id=external_customer_id,
                cart_token=cart_token,
                sku=sku,
                qty=qty,
            ),
        )
        del external_customer_id, cart_token, sku, qty
        return await sending

    async def delete_item(
        self,
        *,
        external_customer_id: ExternalId,
        cart_token: str,
        sku: str,
    ) -> Any:
        """Take a product out of a basket.
        `DELETE /partner/walletable/basket` <https://docs.mintedconnect.com/api-26503558>.

        Only a sample of the request was seen; all three fields of it are required. The answer is
        not shown, so its data comes as plain values.

        Args:
            external_customer_id: The partner's own id of the customer.
            cart_token: Token of the basket.
            sku: Product code of the item.

        Returns:
            The item is taken out. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _DELETE_ITEM,
            body=walletable_requests.DeleteBasketItemRequest(
                external_customer_id=external_customer_id,
                cart_token=cart_token,
                sku=sku,
            ),
        )
        del external_customer_id, cart_token, sku
        return await sending

    async def active(self, **arguments: object) -> walletable.WalletableOrder:
        """Listed only: "Get Active Basket" in Walletable E-Commerce / Baskets.

        Reads a customer's basket. Its answer is known from an example; its title and method are
        deduced from the menu's order. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.baskets.active": ...})` says where it is.
        """
        sending = self._sender.send_listed(_ACTIVE, arguments)
        del arguments
        return cast("walletable.WalletableOrder", await sending)

    async def add_item(self, **arguments: object) -> walletable.WalletableOrder:
        """Listed only: "Create Basket / Add Basket Item" in Walletable E-Commerce / Baskets.

        Puts an item into a basket, making one where there is none. Its answer is known from
        examples; its title and method are deduced from the menu's order. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.baskets.add_item": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_ADD_ITEM, arguments)
        del arguments
        return cast("walletable.WalletableOrder", await sending)

    async def clear(self, **arguments: object) -> Any:
        """Listed only: "Clear Basket" in Walletable E-Commerce / Baskets.

        Takes all items out of a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.baskets.clear": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CLEAR, arguments)
        del arguments
        return await sending
