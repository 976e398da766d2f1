# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Metal and cash held by customers and by the partner."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models

__all__ = ["LISTED", "OPERATIONS", "Balances"]

_CUSTOMER = Operation(
    id="balances.customer",
    method="GET",
    path="/partner/balance/customer/{customer_external_id}",
    result=list[models.CustomerBalance],
    api_version="2",
    idempotent=True,
    docs="Customer Balance (api-3717483)",
)

_PARTNER = ListedOperation(
    id="balances.partner",
    title="Partner Balance",
    section="Balances",
    method="GET",
)

_UPDATE_CASH = ListedOperation(
    id="balances.update_cash",
    title="Update Customer Cash Balance",
    section="Balances",
    method="PATCH",
)

_STATS = ListedOperation(
    id="balances.stats",
    title="Stats",
    section="Balances",
    method="POST",
)

_STATS_7D = ListedOperation(
    id="balances.stats_7d",
    title="Customer Balance 7d Stats",
    section="Balances",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = (_CUSTOMER,)
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _PARTNER,
    _UPDATE_CASH,
    _STATS,
    _STATS_7D,
)
"""The operations of this resource of which only the name is known."""


class Balances(Resource):
    """Metal and cash held by customers and by the partner."""

    __slots__ = ()

    async def customer(
        self,
        customer_external_id: ExternalId,
    ) -> list[models.CustomerBalance]:
        """Read what a customer holds, one line for each metal and currency.

        The documentation types quantities as integers and shows generated sample values only; they
        are read as decimals. The insides of `stats` and `prices` are not documented.

        Args:
            customer_external_id: The partner's own id of the customer.

        Returns:
            The lines of the customer's balance.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.

        Source:
            "Customer Balance" in Balances, page api-3717483, last modified 2024-08-23
                (documented).
        """
        return await self._sender.send(
            _CUSTOMER,
            path=(customer_external_id,),
        )

    async def partner(self, **arguments: object) -> Any:
        """Listed only: "Partner Balance" in Balances.

        Reads what the partner itself holds.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"balances.partner": "GET
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
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_PARTNER, arguments)

    async def update_cash(self, **arguments: object) -> Any:
        """Listed only: "Update Customer Cash Balance" in Balances.

        Changes the cash balance of a customer.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"balances.update_cash": "PATCH
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
        return await self._sender.send_listed(_UPDATE_CASH, arguments)

    async def stats(self, **arguments: object) -> Any:
        """Listed only: "Stats" in Balances.

        By its title, statistics of balances; a POST although the title reads like a query.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"balances.stats": "POST
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
        return await self._sender.send_listed(_STATS, arguments)

    async def stats_7d(self, **arguments: object) -> Any:
        """Listed only: "Customer Balance 7d Stats" in Balances.

        By its title, a customer's balance over the last seven days.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"balances.stats_7d": "GET
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
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_STATS_7D, arguments)
