# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Baskets, from the first item to their completion."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.blocking.iterating import Rows
from minted_async.blocking.twin import Twin
from minted_async.core.paging import Page
from minted_async.core.scalars import ExternalId
from minted_async.generated.ecom import models as ecom
from minted_async.generated.ecom.baskets import EcomBaskets as AsyncEcomBaskets


class EcomBaskets(Twin[AsyncEcomBaskets]):
    """Baskets, from the first item to their completion."""

    def list_incomplete(
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
        return self._run(
            self._async.list_incomplete,
            customer_external_id=customer_external_id,
            page=page,
            total=total,
            start_date=start_date,
            end_date=end_date,
            card_bin=card_bin,
        )

    def all_incomplete(
        self,
        *,
        customer_external_id: ExternalId,
        total: int | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
        card_bin: str | UnsetType = UNSET,
    ) -> Rows[ecom.EcomOrder]:
        """The rows of all pages of `list_incomplete`, one by one: `for row in ...`.

        Args:
            customer_external_id: The partner's own id of the customer. Other endpoints call it
                `external_customer_id`.
            total: How many baskets a page has.
            start_date: First day of a span. Goes with `endDate`.
            end_date: Last day of a span. Goes with `startDate`.
            card_bin: The first six digits of a card.

        Returns:
            An iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list_incomplete`, in place of the rows.
        """
        return Rows[ecom.EcomOrder](
            self._source.then(
                lambda it: it.all_incomplete(
                    customer_external_id=customer_external_id,
                    total=total,
                    start_date=start_date,
                    end_date=end_date,
                    card_bin=card_bin,
                )
            )
        )

    def set_address(
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
        return self._run(
            self._async.set_address,
            external_customer_id=external_customer_id,
            cart_token=cart_token,
            shipping=shipping,
            billing=billing,
            card_bin=card_bin,
        )

    def clear(self, *, external_customer_id: ExternalId, cart_token: str) -> ecom.EcomOrder:
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
        return self._run(self._async.clear, external_customer_id=external_customer_id, cart_token=cart_token)

    def complete(self, **fields: object) -> Any:
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
        return self._run(self._async.complete, **fields)

    def get(self, **arguments: object) -> Any:
        """Listed only: "Get Basket" in E-Commerce API / Checkout.

        By its title, reads a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.get": ...})` says where it is.
        """
        return self._run(self._async.get, **arguments)

    def create(self, **arguments: object) -> Any:
        """Listed only: "Add to Basket (New basket)" in E-Commerce API / Checkout.

        Puts an item into a new basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.create": ...})` says where it is.
        """
        return self._run(self._async.create, **arguments)

    def add_item(self, **arguments: object) -> Any:
        """Listed only: "Add to Basket (Existing Basket)" in E-Commerce API / Checkout.

        Puts an item into a basket that is there. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.add_item": ...})` says where it is.
        """
        return self._run(self._async.add_item, **arguments)

    def set_existing_address(self, **arguments: object) -> Any:
        """Listed only: "Set Existing Address" in E-Commerce API / Checkout.

        Sets addresses that are stored with the customer; whether it shares the path of the other
        way to set addresses is not documented. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.set_existing_address": ...})` says where it is.
        """
        return self._run(self._async.set_existing_address, **arguments)

    def update_item(self, **arguments: object) -> Any:
        """Listed only: "Update Item" in E-Commerce API / Checkout.

        Changes an item of a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.update_item": ...})` says where it is.
        """
        return self._run(self._async.update_item, **arguments)

    def delete_item(self, **arguments: object) -> Any:
        """Listed only: "Delete Item" in E-Commerce API / Checkout.

        Takes an item out of a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.baskets.delete_item": ...})` says where it is.
        """
        return self._run(self._async.delete_item, **arguments)
