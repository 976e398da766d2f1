"""Collecting what was sent and received, for debugging and audit trails; secrets are masked first."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, overload

from minted_async.core.masking import mask_headers, mask_text, secret_values
from minted_async.core.origin import Origin
from minted_async.core.protocol import Request, Response


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call: what was sent last, and what came back.

    Attributes:
        operation: The method's name, such as `"orders.get"`.
        method: HTTP method.
        url: The whole URL.
        request_headers: Headers that went out last, names in lower case; credentials masked. Empty if nothing
            did.
        request_body: Body sent, secrets masked; empty if there was none.
        status: HTTP status, None if no answer came.
        headers: Headers received, names in lower case.
        body: Body received, decompressed, secrets masked.
        elapsed: Seconds for the whole call, over all attempts.
        attempts: How often the request was tried.
        error: The exception that ended the call without an answer, as text.
    """

    operation: str
    method: str
    url: str
    request_headers: dict[str, str]
    request_body: bytes
    status: int | None
    headers: dict[str, str]
    body: bytes
    elapsed: float
    attempts: int
    error: str | None = None


class Exchanges(Sequence[Exchange]):
    """The calls made inside a `capture()` block, newest last."""

    def __init__(self, owner: object) -> None:
        self._owner = owner
        self._items: list[Exchange] = []
        self._open = True

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        return self._items[index]

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        """The calls, a line each."""
        lines = [f"{item.operation}: {item.method} {item.url} -> {item.status}" for item in self]
        return f"Exchanges({lines!r})"

    def takes(self, owner: object) -> bool:
        """Whether the block is still open and belongs to this transport."""
        return self._open and self._owner is owner

    def add(self, exchange: Exchange) -> None:
        """Keep an exchange."""
        self._items.append(exchange)

    def close(self) -> None:
        """The block has ended: tasks that outlive it are not collected any more."""
        self._open = False


# A task inherits the blocks of the task that started it, and no others: that is what a context variable does.
BLOCKS: Final[ContextVar[tuple[Exchanges, ...]]] = ContextVar("minted_async.capture", default=())


@contextmanager
def capturing(owner: object) -> Generator[Exchanges, None, None]:
    """Collect the exchanges of a transport, made by this task and its children."""
    exchanges = Exchanges(owner)
    token = BLOCKS.set((*BLOCKS.get(), exchanges))
    try:
        yield exchanges
    finally:
        exchanges.close()
        BLOCKS.reset(token)


def record(
    blocks: tuple[Exchanges, ...],
    owner: object,
    request: Request,
    origin: Origin,
    sent: bytes,
    *,
    response: Response | None,
    error: BaseException | None,
    elapsed: float,
    attempts: int,
) -> None:
    """Give an exchange to each block that is open for it.

    Args:
        blocks: Those of the running task (`BLOCKS`).
        owner: The transport.
        request: What was to be sent.
        origin: Where to.
        sent: The bytes that went out last; empty if none did.
        response: What came back.
        error: What ended the call instead.
        elapsed: Seconds for the whole call.
        attempts: How often it was tried.
    """
    takers = [block for block in blocks if block.takes(owner)]
    if not takers:
        return
    secrets = secret_values(request.searched_for_secrets)

    def masked(body: bytes) -> bytes:
        return mask_text(body.decode("utf-8", "backslashreplace"), secrets, limit=None).encode()

    exchange = Exchange(
        operation=request.operation.id,
        method=request.operation.method,
        url=mask_text(f"{origin.base}{origin.prefix}{request.target}", secrets, limit=None, cards=False),
        request_headers=mask_headers(_headers(sent), secrets),
        request_body=masked(request.body or b""),
        status=response.status if response else None,
        headers=mask_headers(response.headers, secrets) if response else {},
        body=masked(response.body) if response else b"",
        elapsed=elapsed,
        attempts=attempts,
        error=repr(error) if error is not None else None,
    )
    for block in takers:
        block.add(exchange)


def _headers(sent: bytes) -> dict[str, str]:
    head, _, _ = sent.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")[1:]
    return dict(line.split(": ", 1) for line in lines)
