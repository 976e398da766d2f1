# Generated from openapi/ by `python -m codegen generate`; do not edit.
# ruff: noqa: A002
"""Price fixes, which lock the prices of all products for a few minutes, and price lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models

__all__ = ["LISTED", "OPERATIONS", "Prices"]

_FIX = Operation(
    id="prices.fix",
    method="POST",
    path="/partner/pricefix",
    result=models.PriceFix,
    api_version="3",
    docs=(
        "Price Fix (Get Prices) (api-3826800); Price Fix (Get Prices) (api-7918013)"
        "; Card Payment Price Fix (Get Prices)"
    ),
)

_CALCULATE = ListedOperation(
    id="prices.calculate",
    title="Calculate Price",
    section="Buy / Customer - B2B2C / From Amount",
)

_PRODUCTS = ListedOperation(
    id="prices.products",
    title="Product Prices",
    section="Partner",
    method="GET",
)

_LIVE = ListedOperation(
    id="prices.live",
    title="Minted Prices",
    section="WS",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = (_FIX,)
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _CALCULATE,
    _PRODUCTS,
    _LIVE,
)
"""The operations of this resource of which only the name is known."""


class Prices(Resource):
    """Price fixes, which lock the prices of all products for a few minutes, and price lists."""

    __slots__ = ()

    async def fix(
        self,
        *,
        type: str,
        customer_external_id: ExternalId | UnsetType = UNSET,
        currency: str | UnsetType = UNSET,
        total: Decimal | UnsetType = UNSET,
    ) -> models.PriceFix:
        """Fix the prices of all products for a few minutes.

        The answer's token is what an order is placed with; each product has a buy and a sell price,
        so one fix can serve both directions. Prices are in the currency that the answer names and
        locked for `expire_ttl` seconds (239 in the example).

        With `total` (and `currency`) prices are fixed from a sum of money, without it from amounts.
        `customer_external_id` is required by the page that fixes from a total and optional by the
        other. That the card payment, sell and partner pages use this same endpoint is taken from
        their titles.

        Args:
            type: Kind of product to price. `digital` is the only value that the documentation
                shows.
            customer_external_id: The partner's id of the customer for whom prices are fixed.
                Needed when fixing from a total.
            currency: Currency of `total`, such as `TRY`. Used when fixing from a total.
            total: Money to spend, in `currency`. With it, prices are fixed from a total instead
                of from amounts.

        Returns:
            The fixed prices.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Price Fix (Get Prices)" in Buy / Customer - B2B2C / From Amount, page api-3826800,
                last modified 2025-01-17 (documented).
            "Price Fix (Get Prices)" in Buy / Customer - B2B2C / From Total Price, page
                api-7918013, last modified 2025-01-17 (documented).
            "Price Fix (Get Prices)" in Buy / Partner - B2B, page not read (sibling).
            "Card Payment Price Fix (Get Prices)" in Buy / Card Payment, page not read
                (sibling).
            "Price Fix (Get Prices)" in Sell / Customer - B2B2C, page not read (sibling).
            "Price Fix (Get Prices)" in Sell / Partner - B2B, page not read (sibling).
        """
        return await self._sender.send(
            _FIX,
            body=models.PriceFixRequest(
                type=type,
                customer_external_id=customer_external_id,
                currency=currency,
                total=total,
            ),
        )

    async def calculate(self, **arguments: object) -> Any:
        """Listed only: "Calculate Price" in Buy / Customer - B2B2C / From Amount.

        By its title, works out what an amount of metal costs before prices are fixed.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"prices.calculate": "POST
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
        return await self._sender.send_listed(_CALCULATE, arguments)

    async def products(self, **arguments: object) -> Any:
        """Listed only: "Product Prices" in Partner.

        By its title, the current prices of all products, without fixing them.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"prices.products": "GET
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
        return await self._sender.send_listed(_PRODUCTS, arguments)

    async def live(self, **arguments: object) -> Any:
        """Listed only: "Minted Prices" in WS.

        By its place in the menu, a feed of prices over a WebSocket; its address and messages are
        not documented.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"prices.live": "GET
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
        return await self._sender.send_listed(_LIVE, arguments)
