# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Orders of the Walletable part, with their receipts and invoices."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.checks import check_argument
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated.walletable import models as walletable

_LIST: Operation[Any] = Operation(
    id="walletable.orders.list",
    method="GET",
    path="/partner/walletable/orders",
    result=object,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-26192668",
)

_INVOICE = Operation(
    id="walletable.orders.invoice",
    method="GET",
    path="/partner/order/{external_order_id}/invoice",
    result=walletable.OrderInvoice,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-38613148",
)

_RECEIPT = ListedOperation(
    id="walletable.orders.receipt", title="Receipt", section="Walletable E-Commerce / Orders", method="GET"
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _LIST,
    _INVOICE,
)
LISTED: tuple[ListedOperation, ...] = (_RECEIPT,)


class WalletableOrders(Resource):
    """Orders of the Walletable part, with their receipts and invoices."""

    __slots__ = ()

    async def list(
        self,
        *,
        page: int | UnsetType = UNSET,
        total: int | UnsetType = UNSET,
        sort_by: str | UnsetType = UNSET,
        sort_type: str | UnsetType = UNSET,
        status: str | UnsetType = UNSET,
        start_date: str | UnsetType = UNSET,
        end_date: str | UnsetType = UNSET,
        tx_type: str | UnsetType = UNSET,
        customer_external_id: ExternalId | UnsetType = UNSET,
        order_id: str | UnsetType = UNSET,
    ) -> Any:
        """List orders.
        `GET /partner/walletable/orders` <https://docs.mintedconnect.com/api-26192668>.

        Only a sample of the request was seen: which filters are required, and their bounds, is not
        documented. The answer is not shown, so its data comes as plain values.

        Args:
            page: Number of the page.
            total: How many orders a page has.
            sort_by: By what to sort, such as `created_at`.
            sort_type: In which direction to sort, such as `desc`.
            status: Only orders in these states, by Minted's numbers of them with commas between, such as
                `2,5`.
            start_date: First day of a span. Empty in the sample, so its form is not known.
            end_date: Last day of a span. Empty in the sample, so its form is not known.
            tx_type: Only orders of these kinds, with commas between, such as `buy,sell,delivery`.
            customer_external_id: Only orders of this customer, by the partner's own id. Other endpoints
                call it `external_customer_id`.
            order_id: Only the order with this number, 5 digits in the sample.

        Returns:
            The orders. What `data` holds is not documented. Plain Python values, numbers as Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _LIST,
            query={
                "page": check_argument(page, "page", int),
                "total": check_argument(total, "total", int),
                "sortBy": check_argument(sort_by, "sort_by", str),
                "sortType": check_argument(sort_type, "sort_type", str),
                "status": check_argument(status, "status", str),
                "startDate": check_argument(start_date, "start_date", str),
                "endDate": check_argument(end_date, "end_date", str),
                "tx_type": check_argument(tx_type, "tx_type", str),
                "customer_external_id": check_argument(customer_external_id, "customer_external_id", str, 1),
                "orderId": check_argument(order_id, "order_id", str),
            },
        )
        del (
            page,
            total,
            sort_by,
            sort_type,
            status,
            start_date,
            end_date,
            tx_type,
            customer_external_id,
            order_id,
        )
        return await sending

    async def invoice(
        self,
        external_order_id: ExternalId,
    ) -> walletable.OrderInvoice:
        """Read the invoice of an order.
        `GET /partner/order/{external_order_id}/invoice` <https://docs.mintedconnect.com/api-38613148>.

        The answer is JSON, of which two keys are known. `minted.request` of the same path gives all
        that is there.

        Args:
            external_order_id: The partner's own id of the order.

        Returns:
            The invoice.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _INVOICE,
            path=(external_order_id,),
        )
        del external_order_id
        return await sending

    async def receipt(self, **arguments: object) -> Any:
        """Listed only: "Receipt" in Walletable E-Commerce / Orders.

        By its title, the receipt of an order. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.orders.receipt": ...})` says where it is.
        """
        sending = self._sender.send_listed(_RECEIPT, arguments)
        del arguments
        return await sending
