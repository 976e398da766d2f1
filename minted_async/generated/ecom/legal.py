# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Legal texts that the shop shows."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_TYPES = ListedOperation(id="ecom.legal.types", title="Legal Types", section="E-Commerce API / Legal")
_PDF = ListedOperation(id="ecom.legal.pdf", title="Partner Legal PDF", section="E-Commerce API / Legal")

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (
    _TYPES,
    _PDF,
)


class EcomLegal(Resource):
    """Legal texts that the shop shows."""

    __slots__ = ()

    async def types(self, **arguments: object) -> Any:
        """Listed only: "Legal Types" in E-Commerce API / Legal.

        By its title, the kinds of legal texts. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.legal.types": ...})` says where it is.
        """
        sending = self._sender.send_listed(_TYPES, arguments)
        del arguments
        return await sending

    async def pdf(self, **arguments: object) -> Any:
        """Listed only: "Partner Legal PDF" in E-Commerce API / Legal.

        By its title, a legal text as a PDF file. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.legal.pdf": ...})` says where it is.
        """
        sending = self._sender.send_listed(_PDF, arguments)
        del arguments
        return await sending
