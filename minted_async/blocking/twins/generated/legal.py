# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""The partner's legal documents."""

from __future__ import annotations

from typing import Any

from minted_async.blocking.twin import Twin
from minted_async.generated.legal import Legal as AsyncLegal


class Legal(Twin[AsyncLegal]):
    """The partner's legal documents."""

    def documents(self, **arguments: object) -> Any:
        """Listed only: "Partner Legal" in Partner.

        By its title, the partner's legal documents. Raises UndocumentedOperationError until
        `MintedClient(paths={"legal.documents": ...})` says where it is.
        """
        return self._run(self._async.documents, **arguments)
