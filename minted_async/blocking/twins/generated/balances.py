# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Metal and cash held by customers and by the partner."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.generated.balances import Balances as AsyncBalances


class Balances(Twin[AsyncBalances]):
    """Metal and cash held by customers and by the partner."""

    def customer(self, customer_external_id: ExternalId) -> list[models.CustomerBalance]:
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
        return self._run(self._async.customer, customer_external_id)

    def partner(self, **arguments: object) -> Any:
        """Listed only: "Partner Balance" in Balances.

        Reads what the partner itself holds. Raises UndocumentedOperationError until
        `MintedClient(paths={"balances.partner": ...})` says where it is.
        """
        return self._run(self._async.partner, **arguments)

    def update_cash(self, **arguments: object) -> Any:
        """Listed only: "Update Customer Cash Balance" in Balances.

        Changes the cash balance of a customer. Raises UndocumentedOperationError until
        `MintedClient(paths={"balances.update_cash": ...})` says where it is.
        """
        return self._run(self._async.update_cash, **arguments)

    def stats(self, **arguments: object) -> Any:
        """Listed only: "Stats" in Balances.

        By its title, statistics of balances; a POST although the title reads like a query. Raises
        UndocumentedOperationError until `MintedClient(paths={"balances.stats": ...})` says where it
        is.
        """
        return self._run(self._async.stats, **arguments)

    def stats_7d(self, **arguments: object) -> Any:
        """Listed only: "Customer Balance 7d Stats" in Balances.

        By its title, a customer's balance over the last seven days. Raises
        UndocumentedOperationError until `MintedClient(paths={"balances.stats_7d": ...})` says where
        it is.
        """
        return self._run(self._async.stats_7d, **arguments)
