# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Baskets, from the first item to their completion."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.paging import Page, Rows
from minted_async.core.scalars import ExternalId
from minted_async.generated.ecom import models as ecom
from minted_async.generated.ecom import requests as ecom_requests

_LIST_INCOMPLETE = Operation(
    id="ecom.baskets.list_incomplete",
    method="GET",
    path="/partner/ecom/baskets",
    result=Page[ecom.EcomOrder],
    api_version="3",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8328441",
)

_SET_ADDRESS: Operation[Any] = Operation(
    id="ecom.baskets.set_address",
    method="PATCH",
    path="/partner/ecom/basket/setaddress",
    result=object,
    api_version="3",
    docs="https://docs.mintedconnect.com/api-8209448",
)

_CLEAR = Operation(
    id="ecom.baskets.clear",
    method="DELETE",
    path="/partner/ecom/basket/empty",
    result=ecom.EcomOrder,
    api_version="3",
    docs="https://docs.mintedconnect.com/api-8547070",
)

_COMPLETE: Operation[Any] = Operation(
    id="ecom.baskets.complete",
    method="PUT",
    path="/partner/ecom/basket/complete",
    result=object,
    alone=True,
    docs="https://docs.mintedconnect.com/api-8209450",
)

_GET = ListedOperation(
    id="ecom.baskets.get", title="Get Basket", section="E-Commerce API / Checkout", method="GET"
)
_CREATE = ListedOperation(
    id="ecom.baskets.create",
    title="Add to Basket (New basket)",
    section="E-Commerce API / Checkout",
    method="POST",
)
_ADD_ITEM = ListedOperation(
    id="ecom.baskets.add_item",
    title="Add to Basket (Existing Basket)",
    section="E-Commerce API / Checkout",
    method="POST",
)
_SET_EXISTING_ADDRESS = ListedOperation(
    id="ecom.baskets.set_existing_address",
    title="Set Existing Address",
    section="E-Commerce API / Checkout",
    method="PATCH",
)
_UPDATE_ITEM = ListedOperation(
    id="ecom.baskets.update_item", title="Update Item", section="E-Commerce API / Checkout", method="PATCH"
)
_DELETE_ITEM = ListedOperation(
    id="ecom.baskets.delete_item", title="Delete Item", section="E-Commerce API / Checkout", method="DELETE"
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _LIST_INCOMPLETE,
    _SET_ADDRESS,
    _CLEAR,
    _COMPLETE,
)
LISTED: tuple[ListedOperation, ...] = (
    _GET,
    _CREATE,
    _ADD_ITEM,
    _SET_EXISTING_ADDRESS,
    _UPDATE_ITEM,
    _DELETE_ITEM,
)


class EcomBaskets(Resource):
    """Baskets, from the first item to their completion."""

    __slots__ = ()

    async def list_incomplete(
        self,
        *,
        customer_external_id: ExternalId,
        page: int | UnsetType = UNSET,
        total: int | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
        card_bin: str | UnsetType = UNSET,
    ) -> Page[ecom.EcomOrder]:
        """Read a page of a customer's baskets that are not completed.
        `GET /partner/ecom/baskets` <https://docs.mintedconnect.com/api-8328441>.

        The two days go together. No bounds are documented for `page` and `total`.

        Args:
            customer_external_id: The partner's own id of the customer. Other endpoints call it
                `external_customer_id`.
            page: Number of the page.
            total: How many baskets a page has.
            start_date: First day of a span. Goes with `endDate`.
            end_date: Last day of a span. Goes with `startDate`.
            card_bin: The first six digits of a card.

        Returns:
            The page.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _LIST_INCOMPLETE,
            query={
                "customer_external_id": check_argument(customer_external_id, "customer_external_id", str, 1),
                "page": check_argument(page, "page", int),
                "total": check_argument(total, "total", int),
                "startDate": check_argument(start_date, "start_date", datetime.date),
                "endDate": check_argument(end_date, "end_date", datetime.date),
                "card_bin": check_argument(card_bin, "card_bin", str, 6, 6),
            },
        )
        del customer_external_id, page, total, start_date, end_date, card_bin
        return await sending

    def all_incomplete(
        self,
        *,
        customer_external_id: ExternalId,
        total: int | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
        card_bin: str | UnsetType = UNSET,
    ) -> Rows[ecom.EcomOrder]:
        """The rows of all pages of `list_incomplete`, one by one: `async for row in ...`.

        Args:
            customer_external_id: The partner's own id of the customer. Other endpoints call it
                `external_customer_id`.
            total: How many baskets a page has.
            start_date: First day of a span. Goes with `endDate`.
            end_date: Last day of a span. Goes with `startDate`.
            card_bin: The first six digits of a card.

        Returns:
            An async iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list_incomplete`, in place of the rows.
        """
        return Rows(
            lambda page: self.list_incomplete(
                page=page,
                customer_external_id=customer_external_id,
                total=total,
                start_date=start_date,
                end_date=end_date,
                card_bin=card_bin,
            )
        )

    async def set_address(
        self,
        *,
        external_customer_id: ExternalId,
        cart_token: str,
        shipping: ecom.BasketShippingAddress,
        billing: ecom.BasketBillingAddress,
        card_bin: str | UnsetType = UNSET,
    ) -> Any:
        """Set where a basket goes and who gets the invoice.
        `PATCH /partner/ecom/basket/setaddress` <https://docs.mintedconnect.com/api-8209448>.

        The answer is not shown, so its data comes as plain values.

        Args:
            external_customer_id: The partner's own id of the customer.
            cart_token: Token of the basket.
            shipping: Where the parcel goes.
            billing: Where the invoice goes.
            card_bin: The first six digits of the card that will pay. That it stands beside the addresses
                and not inside `billing` is likely, not certain.

        Returns:
            The addresses are set. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _SET_ADDRESS,
            body=ecom_requests.SetBasketAddressRequest(
                external_customer_id=external_customer_id,
                cart_token=cart_token,
                shipping=shipping,
                billing=billing,
                card_bin=card_bin,
            ),
        )
        del external_customer_id, cart_token, shipping, billing, card_bin
        return await sending

    async def clear(
        self,
        *,
        external_customer_id: ExternalId,
        cart_token: str,
    ) -> ecom.EcomOrder:
        """Take all items out of a basket.
        `DELETE /partner/ecom/basket/empty` <https://docs.mintedconnect.com/api-8547070>.

        The basket stays, with the same token, and is answered.

        Args:
            external_customer_id: The partner's own id of the customer.
            cart_token: Token of the basket, 32 characters.

        Returns:
            The emptied basket.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _CLEAR,
            body=ecom_requests.ClearBasketRequest(
                external_customer_id=external_customer_id,
                cart_token=cart_token,
            ),
        )
        del external_customer_id, cart_token
        return await sending

    async def complete(
        self,
        **fields: object,
    ) -> Any:
        """Complete a basket, and begin its payment.
        `PUT /partner/ecom/basket/complete` <https://docs.mintedconnect.com/api-8209450>.

        Neither the body nor the answer was seen: give the fields that Minted told you; the answer's
        data comes as plain values. In the end the customer's browser is sent to
        `/pay/{token}/callback/(success|fail)` or, when a card was stored,
        `/pay/cards/{token}/callback/(success|fail)`, with `reason` and `code` after a failure; of
        which host is not clear. `minted_async.callbacks.read` reads that address. Not idempotent:
        when the answer is lost, read the basket with `ecom.orders.get` before trying again.

        Args:
            fields: What to send: JSON values, by their names on the wire.

        Returns:
            The basket is completed. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _COMPLETE,
            json=fields,
        )
        del fields
        return await sending

    async def get(self, **arguments: object) -> Any:
        """Listed only: "Get Basket" in E-Commerce API / Checkout.

        By its title, reads a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.get": ...})` says where it is.
        """
        sending = self._sender.send_listed(_GET, arguments)
        del arguments
        return await sending

    async def create(self, **arguments: object) -> Any:
        """Listed only: "Add to Basket (New basket)" in E-Commerce API / Checkout.

        Puts an item into a new basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.create": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CREATE, arguments)
        del arguments
        return await sending

    async def add_item(self, **arguments: object) -> Any:
        """Listed only: "Add to Basket (Existing Basket)" in E-Commerce API / Checkout.

        Puts an item into a basket that is there. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.add_item": ...})` says where it is.
        """
        sending = self._sender.send_listed(_ADD_ITEM, arguments)
        del arguments
        return await sending

    async def set_existing_address(self, **arguments: object) -> Any:
        """Listed only: "Set Existing Address" in E-Commerce API / Checkout.

        Sets addresses that are stored with the customer; whether it shares the path of the other
        way to set addresses is not documented. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.set_existing_address": ...})` says where it is.
        """
        sending = self._sender.send_listed(_SET_EXISTING_ADDRESS, arguments)
        del arguments
        return await sending

    async def update_item(self, **arguments: object) -> Any:
        """Listed only: "Update Item" in E-Commerce API / Checkout.

        Changes an item of a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.update_item": ...})` says where it is.
        """
        sending = self._sender.send_listed(_UPDATE_ITEM, arguments)
        del arguments
        return await sending

    async def delete_item(self, **arguments: object) -> Any:
        """Listed only: "Delete Item" in E-Commerce API / Checkout.

        Takes an item out of a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.delete_item": ...})` says where it is.
        """
        sending = self._sender.send_listed(_DELETE_ITEM, arguments)
        del arguments
        return await sending
