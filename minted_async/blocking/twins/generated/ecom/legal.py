# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Legal texts that the shop shows."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.ecom.legal import EcomLegal as AsyncEcomLegal


class EcomLegal(Twin[AsyncEcomLegal]):
    """Legal texts that the shop shows."""

    def types(self, **arguments: object) -> Any:
        """Listed only: "Legal Types" in E-Commerce API / Legal.

        By its title, the kinds of legal texts. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.legal.types": ...})` says where it is.
        """
        return self._run(self._async.types, **arguments)

    def pdf(self, **arguments: object) -> Any:
        """Listed only: "Partner Legal PDF" in E-Commerce API / Legal.

        By its title, a legal text as a PDF file. Raises UndocumentedOperationError until
        `MintedClient(paths={"ecom.legal.pdf": ...})` says where it is.
        """
        return self._run(self._async.pdf, **arguments)
