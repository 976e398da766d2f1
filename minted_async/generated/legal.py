# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The partner's legal documents."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_DOCUMENTS = ListedOperation(id="legal.documents", title="Partner Legal", section="Partner", method="POST")

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (_DOCUMENTS,)


class Legal(Resource):
    """The partner's legal documents."""

    __slots__ = ()

    async def documents(self, **arguments: object) -> Any:
        """Listed only: "Partner Legal" in Partner.

        By its title, the partner's legal documents. Raises UndocumentedOperationError until
        `MintedClient(paths={"legal.documents": ...})` says where it is.
        """
        sending = self._sender.send_listed(_DOCUMENTS, arguments)
        del arguments
        return await sending
