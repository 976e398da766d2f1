# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Tokens with which the embedded webview acts for one customer."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.webview_tokens import WebviewTokens as AsyncWebviewTokens


class WebviewTokens(Twin[AsyncWebviewTokens]):
    """Tokens with which the embedded webview acts for one customer."""

    def create(self, **arguments: object) -> Any:
        """Listed only: "Create Token" in Embedded Webview.

        By its title, makes the Bearer token of the webview. Raises UndocumentedOperationError until
        `MintedClient(paths={"webview_tokens.create": ...})` says where it is.
        """
        return self._run(self._async.create, **arguments)
