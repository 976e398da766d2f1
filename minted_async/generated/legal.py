# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The partner's legal documents."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

__all__ = ["LISTED", "OPERATIONS", "Legal"]

_DOCUMENTS = ListedOperation(
    id="legal.documents",
    title="Partner Legal",
    section="Partner",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = ()
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (_DOCUMENTS,)
"""The operations of this resource of which only the name is known."""


class Legal(Resource):
    """The partner's legal documents."""

    __slots__ = ()

    async def documents(self, **arguments: object) -> Any:
        """Listed only: "Partner Legal" in Partner.

        By its title, the partner's legal documents.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"legal.documents": "POST
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
        return await self._sender.send_listed(_DOCUMENTS, arguments)
