# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Stored payment cards, which orders refer to by a token."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_LIST = ListedOperation(id="cards.list", title="Card Storage List", section="Card Storage", method="POST")
_ADD = ListedOperation(id="cards.add", title="Card Storage Add", section="Card Storage", method="POST")
_DELETE = ListedOperation(
    id="cards.delete", title="Card Storage Delete", section="Card Storage", method="DELETE"
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _LIST,
    _ADD,
    _DELETE,
)


class Cards(Resource):
    """Stored payment cards, which orders refer to by a token."""

    __slots__ = ()

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Card Storage List" in Card Storage.

        Lists stored cards; a POST although it reads. Raises UndocumentedOperationError until
        `MintedClient(paths={"cards.list": ...})` says where it is.
        """
        sending = self._sender.send_listed(_LIST, arguments)
        del arguments
        return await sending

    async def add(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Add" in Card Storage.

        Stores a card for later payments by token. Raises UndocumentedOperationError until
        `MintedClient(paths={"cards.add": ...})` says where it is.
        """
        sending = self._sender.send_listed(_ADD, arguments)
        del arguments
        return await sending

    async def delete(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Delete" in Card Storage.

        Deletes a stored card; whether its token stands in the path or in a body is not documented.
        Raises UndocumentedOperationError until `MintedClient(paths={"cards.delete": ...})` says
        where it is.
        """
        sending = self._sender.send_listed(_DELETE, arguments)
        del arguments
        return await sending
