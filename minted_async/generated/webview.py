# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What the embedded webview of one customer reads and does, with a token of its own."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.enums import enum_value
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.paging import Page, Rows
from minted_async.generated.ecom import models as ecom

_ORDERS = Operation(
    id="webview.orders",
    method="GET",
    path="/partner/ecom/orders",
    result=Page[ecom.EcomOrder],
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-26025311",
)

_ACTIVE_BASKET = Operation(
    id="webview.active_basket",
    method="GET",
    path="/partner/ecom/getActiveBasket",
    result=ecom.EcomOrder,
    api_version="3",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-18948551",
)

_COMPLETE = ListedOperation(
    id="webview.complete", title="Complete", section="Embedded Webview", method="POST"
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _ORDERS,
    _ACTIVE_BASKET,
)
LISTED: tuple[ListedOperation, ...] = (_COMPLETE,)


class Webview(Resource):
    """What the embedded webview of one customer reads and does, with a token of its own."""

    __slots__ = ()

    async def orders(
        self,
        *,
        page: int | UnsetType = UNSET,
        total: int | UnsetType = UNSET,
        sort_by: ecom.EcomOrderSort | str | UnsetType = UNSET,
        sort_type: ecom.SortDirection | str | UnsetType = UNSET,
        status: ecom.EcomOrderStatus | str | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
    ) -> Page[ecom.EcomOrder]:
        """Read a page of the orders of the token's customer.
        `GET /partner/ecom/orders` <https://docs.mintedconnect.com/api-26025311>.

        All filters are optional.

        Args:
            page: Number of the page, from 1, which it is when left out.
            total: How many orders a page has, 5 to 30, and 10 when left out.
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
            _ORDERS,
            query={
                "page": check_argument(page, "page", int, 1),
                "total": check_argument(total, "total", int, 5, 30),
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
        del page, total, sort_by, sort_type, status, start_date, end_date
        return await sending

    def all_orders(
        self,
        *,
        total: int | UnsetType = UNSET,
        sort_by: ecom.EcomOrderSort | str | UnsetType = UNSET,
        sort_type: ecom.SortDirection | str | UnsetType = UNSET,
        status: ecom.EcomOrderStatus | str | UnsetType = UNSET,
        start_date: datetime.date | UnsetType = UNSET,
        end_date: datetime.date | UnsetType = UNSET,
    ) -> Rows[ecom.EcomOrder]:
        """The rows of all pages of `orders`, one by one: `async for row in ...`.

        Args:
            total: How many orders a page has, 5 to 30, and 10 when left out.
            sort_by: By what to sort.
            sort_type: In which direction to sort.
            status: Only orders in this state. The samples send Minted's number of it as text, such as
                `2`.
            start_date: First day of a span.
            end_date: Last day of a span.

        Returns:
            An async iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `orders`, in place of the rows.
        """
        return Rows(
            lambda page: self.orders(
                page=page,
                total=total,
                sort_by=sort_by,
                sort_type=sort_type,
                status=status,
                start_date=start_date,
                end_date=end_date,
            )
        )

    async def active_basket(
        self,
    ) -> ecom.EcomOrder:
        """Read the basket of the token's customer.
        `GET /partner/ecom/getActiveBasket` <https://docs.mintedconnect.com/api-18948551>.

        It has no parameters; the customer follows from the token.

        Returns:
            The basket.

        Raises:
            NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        return await self._sender.send(
            _ACTIVE_BASKET,
        )

    async def complete(self, **arguments: object) -> Any:
        """Listed only: "Complete" in Embedded Webview.

        By its title, completes the basket of the webview. Raises UndocumentedOperationError until
        `MintedClient(paths={"webview.complete": ...})` says where it is.
        """
        sending = self._sender.send_listed(_COMPLETE, arguments)
        del arguments
        return await sending
