# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Summaries of what a basket will cost or bring; gone from newer menus."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_GET = ListedOperation(
    id="walletable.summary.get", title="Get Summary", section="Walletable E-Commerce / Summary", method="GET"
)
_POST = ListedOperation(
    id="walletable.summary.post",
    title="Post Summary",
    section="Walletable E-Commerce / Summary",
    method="POST",
)
_BUY = ListedOperation(
    id="walletable.summary.buy", title="Summary Buy", section="Walletable E-Commerce / Summary", method="POST"
)
_SELL = ListedOperation(
    id="walletable.summary.sell",
    title="Summary Sell",
    section="Walletable E-Commerce / Summary",
    method="POST",
)
_DELIVERY = ListedOperation(
    id="walletable.summary.delivery",
    title="Summary Delivery",
    section="Walletable E-Commerce / Summary",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _GET,
    _POST,
    _BUY,
    _SELL,
    _DELIVERY,
)


class WalletableSummary(Resource):
    """Summaries of what a basket will cost or bring; gone from newer menus."""

    __slots__ = ()

    async def get(self, **arguments: object) -> Any:
        """Listed only: "Get Summary" in Walletable E-Commerce / Summary.

        By its title, reads a summary. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.get": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_GET, arguments)
        del arguments
        return await sending

    async def post(self, **arguments: object) -> Any:
        """Listed only: "Post Summary" in Walletable E-Commerce / Summary.

        By its title, asks for a summary. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.post": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_POST, arguments)
        del arguments
        return await sending

    async def buy(self, **arguments: object) -> Any:
        """Listed only: "Summary Buy" in Walletable E-Commerce / Summary.

        By its title, the summary of a purchase. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.buy": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_BUY, arguments)
        del arguments
        return await sending

    async def sell(self, **arguments: object) -> Any:
        """Listed only: "Summary Sell" in Walletable E-Commerce / Summary.

        By its title, the summary of a sale. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.sell": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_SELL, arguments)
        del arguments
        return await sending

    async def delivery(self, **arguments: object) -> Any:
        """Listed only: "Summary Delivery" in Walletable E-Commerce / Summary.

        By its title, the summary of a delivery. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.summary.delivery": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_DELIVERY, arguments)
        del arguments
        return await sending
