"""What the sandbox remembers of each request, for assertions."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import overload

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


class RequestLog(Sequence[RecordedRequest]):
    """The last requests, oldest first. Going through them goes through those that are there at its start.

    Args:
        longest: How many are kept.
    """

    def __init__(self, longest: int) -> None:
        self._kept: deque[RecordedRequest] = deque(maxlen=longest)
        self._lock = Lock()

    def append(self, request: RecordedRequest) -> None:
        """Remember one more, and forget the oldest if there are too many."""
        with self._lock:
            self._kept.append(request)

    def clear(self) -> None:
        """Forget them all."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, index: int) -> RecordedRequest: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RecordedRequest]: ...
    def __getitem__(self, index: int | slice) -> RecordedRequest | Sequence[RecordedRequest]:
        return self._all()[index]

    def __iter__(self) -> Iterator[RecordedRequest]:
        return iter(self._all())

    def __reversed__(self) -> Iterator[RecordedRequest]:
        return reversed(self._all())

    def __repr__(self) -> str:
        return f"<{len(self)} requests>"

    def _all(self) -> tuple[RecordedRequest, ...]:
        with self._lock:
            return tuple(self._kept)
