# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Stored payment cards, which orders refer to by a token."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

__all__ = ["LISTED", "OPERATIONS", "Cards"]

_LIST = ListedOperation(
    id="cards.list",
    title="Card Storage List",
    section="Card Storage",
    method="POST",
)

_ADD = ListedOperation(
    id="cards.add",
    title="Card Storage Add",
    section="Card Storage",
    method="POST",
)

_DELETE = ListedOperation(
    id="cards.delete",
    title="Card Storage Delete",
    section="Card Storage",
    method="DELETE",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _LIST,
    _ADD,
    _DELETE,
)
"""The operations of this resource of which only the name is known."""


class Cards(Resource):
    """Stored payment cards, which orders refer to by a token."""

    __slots__ = ()

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Card Storage List" in Card Storage.

        Lists stored cards; a POST although it reads.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"cards.list": "POST
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_LIST, arguments)

    async def add(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Add" in Card Storage.

        Stores a card for later payments by token.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"cards.add": "POST
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_ADD, arguments)

    async def delete(self, **arguments: object) -> Any:
        """Listed only: "Card Storage Delete" in Card Storage.

        Deletes a stored card; whether its token stands in the path or in a body is not documented.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"cards.delete": "DELETE
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_DELETE, arguments)
