"""What the sandbox remembers of each request, for assertions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minted_async.sandbox.faults import FaultName


@dataclass(slots=True, repr=False)
class RecordedRequest:
    """One request as it came, and what became of it.

    Headers and body are kept whole for assertions; `repr` shows neither the credentials nor the body.
    """

    method: str
    path: str
    """The request target, path and query, nothing decoded."""
    headers: Mapping[str, str]
    """By name, in any case of letters."""
    body: bytes = b""
    status: int | None = None
    """Of the answer; nothing while there is none, and for ever if the connection was reset instead."""
    authenticated: bool = False
    """Whether the credentials were right and the nonce good."""
    fault: FaultName | None = None
    """What went wrong on purpose."""

    @property
    def api_version(self) -> str | None:
        """The `api-version` header."""
        return self.headers.get("api-version")

    def __repr__(self) -> str:
        shown = {
            name: "***" if name.lower() in ("authorization", "proxy-authorization", "cookie") else value
            for name, value in self.headers.items()
        }
        return (
            f"RecordedRequest({self.method} {self.path} -> {self.status}, fault={self.fault}, "
            f"authenticated={self.authenticated}, headers={shown}, body=<{len(self.body)} bytes>)"
        )
