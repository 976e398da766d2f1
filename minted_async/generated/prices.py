# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Price fixes, which lock the prices of all products for a few minutes, and price lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models, requests

_FIX = Operation(
    id="prices.fix",
    method="POST",
    path="/partner/pricefix",
    result=models.PriceFix,
    api_version="3",
    harmless=True,
    docs="https://docs.mintedconnect.com/api-3826800",
)

_CALCULATE = ListedOperation(
    id="prices.calculate", title="Calculate Price", section="Buy / Customer - B2B2C / From Amount"
)
_PRODUCTS = ListedOperation(id="prices.products", title="Product Prices", section="Partner", method="GET")
_LIVE = ListedOperation(id="prices.live", title="Minted Prices", section="WS", method="GET")

OPERATIONS: tuple[Operation[Any], ...] = (_FIX,)
LISTED: tuple[ListedOperation, ...] = (
    _CALCULATE,
    _PRODUCTS,
    _LIVE,
)


class Prices(Resource):
    """Price fixes, which lock the prices of all products for a few minutes, and price lists."""

    __slots__ = ()

    async def fix(
        self,
        *,
        type: str = "digital",
        customer_external_id: ExternalId | UnsetType = UNSET,
        currency: str | UnsetType = UNSET,
        total: Decimal | UnsetType = UNSET,
    ) -> models.PriceFix:
        """Fix the prices of all products for a few minutes.
        `POST /partner/pricefix` <https://docs.mintedconnect.com/api-3826800>.

        The answer's token is what an order is placed with; each product has a buy and a sell price,
        so one fix can serve both directions. Prices are in the currency that the answer names and
        locked for `expire_ttl` seconds (239 in the example).

        Args:
            type: Kind of product to price. `digital` is the only value that the documentation shows.
            customer_external_id: The partner's id of the customer for whom prices are fixed. Needed when
                fixing from a total.
            currency: Currency of `total`, such as `TRY`. Used when fixing from a total.
            total: Money to spend, in `currency`. With it, prices are fixed from a total instead of from
                amounts.

        Returns:
            The fixed prices.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _FIX,
            body=requests.PriceFixRequest(
                type=type,
                customer_external_id=customer_external_id,
                currency=currency,
                total=total,
            ),
        )
        del type, customer_external_id, currency, total
        return await sending

    async def calculate(self, **arguments: object) -> Any:
        """Listed only: "Calculate Price" in Buy / Customer - B2B2C / From Amount.

        By its title, works out what an amount of metal costs before prices are fixed. Raises
        UndocumentedOperationError until `MintedClient(paths={"prices.calculate": ...})` says where
        it is.
        """
        sending = self._sender.send_listed(_CALCULATE, arguments)
        del arguments
        return await sending

    async def products(self, **arguments: object) -> Any:
        """Listed only: "Product Prices" in Partner.

        By its title, the current prices of all products, without fixing them. Raises
        UndocumentedOperationError until `MintedClient(paths={"prices.products": ...})` says where
        it is.
        """
        sending = self._sender.send_listed(_PRODUCTS, arguments)
        del arguments
        return await sending

    async def live(self, **arguments: object) -> Any:
        """Listed only: "Minted Prices" in WS.

        By its place in the menu, a feed of prices over a WebSocket; its address and messages are
        not documented. Raises UndocumentedOperationError until `MintedClient(paths={"prices.live":
        ...})` says where it is.
        """
        sending = self._sender.send_listed(_LIVE, arguments)
        del arguments
        return await sending
