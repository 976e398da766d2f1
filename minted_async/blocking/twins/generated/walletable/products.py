# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The catalog of the Walletable part."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.walletable.products import (
    WalletableProducts as AsyncWalletableProducts,
)


class WalletableProducts(Twin[AsyncWalletableProducts]):
    """The catalog of the Walletable part."""

    def list(self, **arguments: object) -> Any:
        """Listed only: "Get Products" in Walletable E-Commerce / Products.

        By its title, the catalog of the Walletable part. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.products.list": ...})` says where it is.
        """
        return self._run(self._async.list, **arguments)
