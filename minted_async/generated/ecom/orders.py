# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Orders of the shop, each read by the token of its basket."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.enums import enum_value
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.paging import Page, Rows
from minted_async.core.scalars import ExternalId
from minted_async.generated.ecom import models as ecom
from minted_async.generated.ecom import requests as ecom_requests

_LIST = Operation(
    id="ecom.orders.list",
    method="GET",
    path="/partner/ecom/orders",
    result=Page[ecom.EcomOrder],
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-8228838",
)

_GET = Operation(
    id="ecom.orders.get",
    method="POST",
    path="/partner/ecom/getorder",
    result=ecom.EcomOrder,
    api_version="2",
    harmless=True,
    docs="https://docs.mintedconnect.com/api-8854297",
)


OPERATIONS: tuple[Operation[Any], ...] = (
    _LIST,
    _GET,
)
LISTED: tuple[ListedOperation, ...] = ()


class EcomOrders(Resource):
    """Orders of the shop, each read by the token of its basket."""

    __slots__ = ()

    async def list(
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
        sending = self._sender.send(
            _LIST,
            query={
                "page": check_argument(page, "page", int, 1),
                "total": check_argument(total, "total", int, 5, 30),
                "customer_external_id": check_argument(customer_external_id, "customer_external_id", str, 1),
                "sku": check_argument(sku, "sku", str, 3, 21),
                "sortBy": check_argument(
                    enum_value(ecom.EcomOrderSort, sort_by), "sort_by", ecom.EcomOrderSort
                ),
                "sortType": check_argument(
                    enum_value(ecom.SortDirection, sort_type), "sort_type", ecom.SortDirection
                ),
                "status": check_argument(
                    enum_value(ecom.EcomOrderStatus, status), "status", ecom.EcomOrderStatus
                ),
                "startDate": check_argument(start_date, "start_date", datetime.date),
                "endDate": check_argument(end_date, "end_date", datetime.date),
            },
        )
        del page, total, customer_external_id, sku, sort_by, sort_type, status, start_date, end_date
        return await sending

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
        """The rows of all pages of `list`, one by one: `async for row in ...`.

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
            An async iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `list`, in place of the rows.
        """
        return Rows(
            lambda page: self.list(
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
        )

    async def get(
        self,
        *,
        customer_external_id: ExternalId,
        cart_token: str,
    ) -> ecom.EcomOrder:
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
        sending = self._sender.send(
            _GET,
            body=ecom_requests.GetEcomOrderRequest(
                customer_external_id=customer_external_id,
                cart_token=cart_token,
            ),
        )
        del customer_external_id, cart_token
        return await sending
