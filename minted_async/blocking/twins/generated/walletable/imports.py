# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Imports from Excel files; gone from newer menus."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.walletable.imports import (
    WalletableImports as AsyncWalletableImports,
)


class WalletableImports(Twin[AsyncWalletableImports]):
    """Imports from Excel files; gone from newer menus."""

    def queue(self, **arguments: object) -> Any:
        """Listed only: "Import Queue" in Walletable E-Commerce / Excel Import.

        By its title, queues an Excel file for import. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.imports.queue": ...})`
        says where it is.
        """
        return self._run(self._async.queue, **arguments)

    def status(self, **arguments: object) -> Any:
        """Listed only: "Import Status" in Walletable E-Commerce / Excel Import.

        By its title, the state of an import. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.imports.status": ...})`
        says where it is.
        """
        return self._run(self._async.status, **arguments)
