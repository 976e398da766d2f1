# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Imports from Excel files; gone from newer menus."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_QUEUE = ListedOperation(
    id="walletable.imports.queue",
    title="Import Queue",
    section="Walletable E-Commerce / Excel Import",
    method="POST",
)
_STATUS = ListedOperation(
    id="walletable.imports.status",
    title="Import Status",
    section="Walletable E-Commerce / Excel Import",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _QUEUE,
    _STATUS,
)


class WalletableImports(Resource):
    """Imports from Excel files; gone from newer menus."""

    __slots__ = ()

    async def queue(self, **arguments: object) -> Any:
        """Listed only: "Import Queue" in Walletable E-Commerce / Excel Import.

        By its title, queues an Excel file for import. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.imports.queue": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_QUEUE, arguments)
        del arguments
        return await sending

    async def status(self, **arguments: object) -> Any:
        """Listed only: "Import Status" in Walletable E-Commerce / Excel Import.

        By its title, the state of an import. Only in the menu of 2025-12-24. Raises
        UndocumentedOperationError until `MintedClient(paths={"walletable.imports.status": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_STATUS, arguments)
        del arguments
        return await sending
