# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Price fixes, which lock the prices of all products for a few minutes, and price lists."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.blocking.twin import Twin
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.generated.prices import Prices as AsyncPrices


class Prices(Twin[AsyncPrices]):
    """Price fixes, which lock the prices of all products for a few minutes, and price lists."""

    def fix(
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
        return self._run(
            self._async.fix,
            type=type,
            customer_external_id=customer_external_id,
            currency=currency,
            total=total,
        )

    def calculate(self, **arguments: object) -> Any:
        """Listed only: "Calculate Price" in Buy / Customer - B2B2C / From Amount.

        By its title, works out what an amount of metal costs before prices are fixed. Raises
        UndocumentedOperationError until `MintedClient(paths={"prices.calculate": ...})` says where
        it is.
        """
        return self._run(self._async.calculate, **arguments)

    def products(self, **arguments: object) -> Any:
        """Listed only: "Product Prices" in Partner.

        By its title, the current prices of all products, without fixing them. Raises
        UndocumentedOperationError until `MintedClient(paths={"prices.products": ...})` says where
        it is.
        """
        return self._run(self._async.products, **arguments)

    def live(self, **arguments: object) -> Any:
        """Listed only: "Minted Prices" in WS.

        By its place in the menu, a feed of prices over a WebSocket; its address and messages are
        not documented. Raises UndocumentedOperationError until `MintedClient(paths={"prices.live":
        ...})` says where it is.
        """
        return self._run(self._async.live, **arguments)
