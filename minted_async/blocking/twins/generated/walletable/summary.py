# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Summaries of what a basket will cost or bring; gone from newer menus."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.walletable.summary import (
    WalletableSummary as AsyncWalletableSummary,
)


class WalletableSummary(Twin[AsyncWalletableSummary]):
    """Summaries of what a basket will cost or bring; gone from newer menus."""

    def get(self, **arguments: object) -> Any:
        """Listed only: "Get Summary" in Walletable E-Commerce / Summary.

        By its title, reads a summary. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.get": ...})` says
        where it is.
        """
        return self._run(self._async.get, **arguments)

    def post(self, **arguments: object) -> Any:
        """Listed only: "Post Summary" in Walletable E-Commerce / Summary.

        By its title, asks for a summary. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.post": ...})` says
        where it is.
        """
        return self._run(self._async.post, **arguments)

    def buy(self, **arguments: object) -> Any:
        """Listed only: "Summary Buy" in Walletable E-Commerce / Summary.

        By its title, the summary of a purchase. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.buy": ...})` says
        where it is.
        """
        return self._run(self._async.buy, **arguments)

    def sell(self, **arguments: object) -> Any:
        """Listed only: "Summary Sell" in Walletable E-Commerce / Summary.

        By its title, the summary of a sale. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.sell": ...})` says
        where it is.
        """
        return self._run(self._async.sell, **arguments)

    def delivery(self, **arguments: object) -> Any:
        """Listed only: "Summary Delivery" in Walletable E-Commerce / Summary.

        By its title, the summary of a delivery. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.delivery": ...})`
        says where it is.
        """
        return self._run(self._async.delivery, **arguments)
