"""What generated resources stand on: something that sends operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from minted_async.core.model import Model
from minted_async.core.operation import ListedOperation, Operation

__all__ = ["Resource", "Sender"]

T = TypeVar("T")


class Sender(Protocol):
    """Sends operations and reads their answers; the client is one."""

    async def send(
        self,
        operation: Operation[T],
        /,
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Model | None = None,
    ) -> T:
        """Send a typed operation."""
        ...

    async def send_listed(self, operation: ListedOperation, arguments: Mapping[str, object], /) -> Any:
        """Send an operation of which only the name is known, if the caller has told its path."""
        ...


class Resource:
    """A group of operations: `minted.orders`, `minted.prices`, ..."""

    __slots__ = ("_sender",)

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
