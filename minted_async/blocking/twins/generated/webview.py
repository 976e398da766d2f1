# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""What the embedded webview of one customer reads and does, with a token of its own."""

from __future__ import annotations

import datetime
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.blocking.iterating import Rows
from minted_async.blocking.twin import Twin
from minted_async.core.paging import Page
from minted_async.generated.ecom import models as ecom
from minted_async.generated.webview import Webview as AsyncWebview


class Webview(Twin[AsyncWebview]):
    """What the embedded webview of one customer reads and does, with a token of its own."""

    def orders(
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
        return self._run(
            self._async.orders,
            page=page,
            total=total,
            sort_by=sort_by,
            sort_type=sort_type,
            status=status,
            start_date=start_date,
            end_date=end_date,
        )

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
        """The rows of all pages of `orders`, one by one: `for row in ...`.

        Args:
            total: How many orders a page has, 5 to 30, and 10 when left out.
            sort_by: By what to sort.
            sort_type: In which direction to sort.
            status: Only orders in this state. The samples send Minted's number of it as text, such as
                `2`.
            start_date: First day of a span.
            end_date: Last day of a span.

        Returns:
            An iterable; the next page is read while this one is used.

        Raises:
            MintedError: As for `orders`, in place of the rows.
        """
        return Rows[ecom.EcomOrder](
            self._source.then(
                lambda it: it.all_orders(
                    total=total,
                    sort_by=sort_by,
                    sort_type=sort_type,
                    status=status,
                    start_date=start_date,
                    end_date=end_date,
                )
            )
        )

    def active_basket(self) -> ecom.EcomOrder:
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
        return self._run(self._async.active_basket)

    def complete(self, **arguments: object) -> Any:
        """Listed only: "Complete" in Embedded Webview.

        By its title, completes the basket of the webview. Raises UndocumentedOperationError until
        `MintedClient(paths={"webview.complete": ...})` says where it is.
        """
        return self._run(self._async.complete, **arguments)
