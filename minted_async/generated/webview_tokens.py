# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Tokens with which the embedded webview acts for one customer."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource

_CREATE = ListedOperation(
    id="webview_tokens.create", title="Create Token", section="Embedded Webview", method="POST"
)

OPERATIONS: tuple[Operation[Any], ...] = ()
LISTED: tuple[ListedOperation, ...] = (_CREATE,)


class WebviewTokens(Resource):
    """Tokens with which the embedded webview acts for one customer."""

    __slots__ = ()

    async def create(self, **arguments: object) -> Any:
        """Listed only: "Create Token" in Embedded Webview.

        By its title, makes the Bearer token of the webview. Raises UndocumentedOperationError until
        `MintedClient(paths={"webview_tokens.create": ...})` says where it is.
        """
        sending = self._sender.send_listed(_CREATE, arguments)
        del arguments
        return await sending
