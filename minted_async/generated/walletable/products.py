# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The catalog of the Walletable part."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_LIST = ListedOperation(
    id="walletable.products.list",
    title="Get Products",
    section="Walletable E-Commerce / Products",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (_LIST,)


class WalletableProducts(Resource):
    """The catalog of the Walletable part."""

    __slots__ = ()

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Get Products" in Walletable E-Commerce / Products.

        By its title, the catalog of the Walletable part. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.products.list": ...})` says where it is.
        """
        sending = self._sender.send_listed(_LIST, arguments)
        del arguments
        return await sending
