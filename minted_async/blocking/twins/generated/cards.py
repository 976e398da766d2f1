# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Stored payment cards, which orders refer to by a token."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.cards import Cards as AsyncCards


class Cards(Twin[AsyncCards]):
    """Stored payment cards, which orders refer to by a token."""

    def list(self, **arguments: object) -> Any:
        """Listed only: "Card Storage List" in Card Storage.

        Lists stored cards; a POST although it reads. Raises UndocumentedOperationError until
        `MintedClient(paths={"cards.list": ...})` says where it is.
        """
        return self._run(self._async.list, **arguments)

    def add(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Add" in Card Storage.

        Stores a card for later payments by token. Raises UndocumentedOperationError until
        `MintedClient(paths={"cards.add": ...})` says where it is.
        """
        return self._run(self._async.add, **arguments)

    def delete(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Delete" in Card Storage.

        Deletes a stored card; whether its token stands in the path or in a body is not documented.
        Raises UndocumentedOperationError until `MintedClient(paths={"cards.delete": ...})` says
        where it is.
        """
        return self._run(self._async.delete, **arguments)
