# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Metal and cash held by customers and by the partner."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models

_CUSTOMER = Operation(
    id="balances.customer",
    method="GET",
    path="/partner/balance/customer/{customer_external_id}",
    result=list[models.CustomerBalance],
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-3717483",
)

_PARTNER = ListedOperation(id="balances.partner", title="Partner Balance", section="Balances", method="GET")
_UPDATE_CASH = ListedOperation(
    id="balances.update_cash", title="Update Customer Cash Balance", section="Balances", method="PATCH"
)
_STATS = ListedOperation(id="balances.stats", title="Stats", section="Balances", method="POST")
_STATS_7D = ListedOperation(
    id="balances.stats_7d", title="Customer Balance 7d Stats", section="Balances", method="GET"
)

OPERATIONS: tuple[Operation[Any], ...] = (_CUSTOMER,)
LISTED: tuple[ListedOperation, ...] = (
    _PARTNER,
    _UPDATE_CASH,
    _STATS,
    _STATS_7D,
)


class Balances(Resource):
    """Metal and cash held by customers and by the partner."""

    __slots__ = ()

    async def customer(
        self,
        customer_external_id: ExternalId,
    ) -> list[models.CustomerBalance]:
        """Read what a customer holds, one line for each metal and currency.
        `GET /partner/balance/customer/{customer_external_id}` <https://docs.mintedconnect.com/api-3717483>.

        The documentation types quantities as integers and shows generated sample values only; they
        are read as decimals. The insides of `stats` and `prices` are not documented.

        Args:
            customer_external_id: The partner's own id of the customer.

        Returns:
            The lines of the customer's balance.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _CUSTOMER,
            path=(customer_external_id,),
        )
        del customer_external_id
        return await sending

    async def partner(self, **arguments: object) -> Any:
        """Listed only: "Partner Balance" in Balances.

        Reads what the partner itself holds. Raises UndocumentedOperationError until
        `MintedClient(paths={"balances.partner": ...})` says where it is.
        """
        sending = self._sender.send_listed(_PARTNER, arguments)
        del arguments
        return await sending

    async def update_cash(self, **arguments: object) -> Any:
        """Listed only: "Update Customer Cash Balance" in Balances.

        Changes the cash balance of a customer. Raises UndocumentedOperationError until
        `MintedClient(paths={"balances.update_cash": ...})` says where it is.
        """
        sending = self._sender.send_listed(_UPDATE_CASH, arguments)
        del arguments
        return await sending

    async def stats(self, **arguments: object) -> Any:
        """Listed only: "Stats" in Balances.

        By its title, statistics of balances; a POST although the title reads like a query. Raises
        UndocumentedOperationError until `MintedClient(paths={"balances.stats": ...})` says where it
        is.
        """
        sending = self._sender.send_listed(_STATS, arguments)
        del arguments
        return await sending

    async def stats_7d(self, **arguments: object) -> Any:
        """Listed only: "Customer Balance 7d Stats" in Balances.

        By its title, a customer's balance over the last seven days. Raises
        UndocumentedOperationError until `MintedClient(paths={"balances.stats_7d": ...})` says where
        it is.
        """
        sending = self._sender.send_listed(_STATS_7D, arguments)
        del arguments
        return await sending
