# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Orders of the shop, each read by the token of its basket."""

from __future__ import annotations

import datetime

from msgspec import UNSET, UnsetType

from minted_async.blocking.iterating import Rows
from minted_async.blocking.twin import Twin
from minted_async.core.paging import Page
from minted_async.core.scalars import ExternalId
from minted_async.generated.ecom import models as ecom
from minted_async.generated.ecom.orders import EcomOrders as AsyncEcomOrders


class EcomOrders(Twin[AsyncEcomOrders]):
    """Orders of the shop, each read by the token of its basket."""

    def list(
        self,
        *,
        page: int | UnsetType = UNSET,
        total: int | UnsetType = UNSET,
        customer_external_id: ExternalId | UnsetType = UNSET,
        sku: str | UnsetType = UNSET,
        sort_by: ecom.EcomOrderSort | str | UnsetType = UNSET,
        sort_type: ecom.SortDirection | str | UnsetType = UNSET,
        status: ecom.EcomOrderStatus | str | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
    ) -> Page[ecom.EcomOrder]:
        """Read a page of orders.
        `GET /partner/ecom/orders` <https://docs.mintedconnect.com/api-8228838>.

        All filters are optional.

        Args:
            page: Number of the page, from 1, which it is when left out.
            total: How many orders a page has, 5 to 30, and 10 when left out.
            customer_external_id: Only orders of this customer, by the partner's own id. Other endpoints
                call it `external_customer_id`.
            sku: Only orders with this product.
            sort_by: By what to sort.
            sort_type: In which direction to sort.
            status: Only orders in this state. The samples send Minted's number of it as text, such as
                `2`.
            start_date: First day of a span.
            end_date: Last day of a span.

        Returns:
            The page.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        return self._run(
            self._async.list,
            page=page,
            total=total,
            customer_external_id=customer_external_id,
            sku=sku,
            sort_by=sort_by,
            sort_type=sort_type,
            status=status,
            start_date=start_date,
            end_date=end_date,
        )

    def all(
        self,
        *,
        total: int | UnsetType = UNSET,
        customer_external_id: ExternalId | UnsetType = UNSET,
        sku: str | UnsetType = UNSET,
        sort_by: ecom.EcomOrderSort | str | UnsetType = UNSET,
        sort_type: ecom.SortDirection | str | UnsetType = UNSET,
        status: ecom.EcomOrderStatus | str | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
    ) -> Rows[ecom.EcomOrder]:
        """The rows of all pages of `list`, one by one: `for row in ...`.

        Args:
            total: How many orders a page has, 5 to 30, and 10 when left out.
            customer_external_id: Only orders of this customer, by the partner's own id. Other endpoints
                call it `external_customer_id`.
            sku: Only orders with this product.
            sort_by: By what to sort.
            sort_type: In which direction to sort.
            status: Only orders in this state. The samples send Minted's number of it as text, such as
                `2`.
            start_date: First day of a span.
            end_date: Last day of a span.

        Returns:
            An iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list`, in place of the rows.
        """
        return Rows[ecom.EcomOrder](
            self._source.then(
                lambda it: it.all(
                    total=total,
                    customer_external_id=customer_external_id,
                    sku=sku,
                    sort_by=sort_by,
                    sort_type=sort_type,
                    status=status,
                    start_date=start_date,
                    end_date=end_date,
                )
            )
        )

    def get(self, *, customer_external_id: ExternalId, cart_token: str) -> ecom.EcomOrder:
        """Read an order by the token of its basket.
        `POST /partner/ecom/getorder` <https://docs.mintedconnect.com/api-8854297>.

        It reads, but is a POST, so it is never retried by itself.

        Args:
            customer_external_id: The partner's own id of the customer. Other endpoints call it
                `external_customer_id`.
            cart_token: Token of the basket or order, 32 characters.

        Returns:
            The order, or the basket that it still is.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        return self._run(self._async.get, customer_external_id=customer_external_id, cart_token=cart_token)
