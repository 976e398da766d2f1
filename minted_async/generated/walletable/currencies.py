# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Rates of currencies, now and before."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_RATES = ListedOperation(
    id="walletable.currencies.rates", title="Currency Rates", section="Walletable E-Commerce", method="GET"
)
_RATE_HISTORY = ListedOperation(
    id="walletable.currencies.rate_history",
    title="Rate History",
    section="Walletable E-Commerce",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _RATES,
    _RATE_HISTORY,
)


class WalletableCurrencies(Resource):
    """Rates of currencies, now and before."""

    __slots__ = ()

    async def rates(self, **arguments: object) -> Any:
        """Listed only: "Currency Rates" in Walletable E-Commerce.

        By its title, the current rates of currencies. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.currencies.rates": ...})` says where it is.
        """
        sending = self._sender.send_listed(_RATES, arguments)
        del arguments
        return await sending

    async def rate_history(self, **arguments: object) -> Any:
        """Listed only: "Rate History" in Walletable E-Commerce.

        By its title, earlier rates of currencies. Only in menus since 2026-03-16. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.currencies.rate_history":
        ...})` says where it is.
        """
        sending = self._sender.send_listed(_RATE_HISTORY, arguments)
        del arguments
        return await sending
