# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Rates of currencies, now and before."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.walletable.currencies import (
    WalletableCurrencies as AsyncWalletableCurrencies,
)


class WalletableCurrencies(Twin[AsyncWalletableCurrencies]):
    """Rates of currencies, now and before."""

    def rates(self, **arguments: object) -> Any:
        """Listed only: "Currency Rates" in Walletable E-Commerce.

        By its title, the current rates of currencies. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.currencies.rates": ...})` says where it is.
        """
        return self._run(self._async.rates, **arguments)

    def rate_history(self, **arguments: object) -> Any:
        """Listed only: "Rate History" in Walletable E-Commerce.

        By its title, earlier rates of currencies. Only in menus since 2026-03-16. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.currencies.rate_history":
        ...})` says where it is.
        """
        return self._run(self._async.rate_history, **arguments)
