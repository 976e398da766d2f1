"""Operations as data: what the spec says of each endpoint, as far as sending it needs to know; and what the
generated resources stand on.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from minted_async.core.config import NeverPickled

if TYPE_CHECKING:
    from minted_async.core.sender import OperationSender

__all__ = ["PLACEHOLDER", "ListedOperation", "Operation", "Resource"]

T = TypeVar("T")

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Operation(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """An operation whose documentation page was read.

    Attributes:
        id: The method's name, such as `"orders.get"`.
        method: HTTP method.
        path: Path with placeholders, such as `"/partner/order/{external_order_id}"`.
        result: Type of the answer's data.
        api_version: Sent as api-version, unless the client overrides it.
        idempotent: Whether the call may be repeated when its answer is lost (only GETs are, and only those
            that the spec marks).
        harmless: Whether a call that is no GET leaves nothing to look up when its answer is lost: it only
            reads, or fixes prices, which run out by themselves.
        alone: Whether it moves money: it is then sent on a connection that has carried nothing before, on
            which no answer but its own can arrive.
        lookup: The method that finds what it makes by its `external_id`, such as `"orders.get"`, if any does.
        envelope: Whether the answer is wrapped in {data, success, code, message}.
        docs: The documentation pages behind it.
        written_out: Whether a caller wrote the path out (`MintedClient.request`): it may hold ids.
    """

    id: str
    method: str
    path: str
    result: type[T]
    api_version: str | None = None
    idempotent: bool = False
    harmless: bool = False
    alone: bool = False
    lookup: str | None = None
    envelope: bool = True
    docs: str = ""
    written_out: bool = False

    @property
    def public_name(self) -> str:
        """Its name for statistics, in which no id may stand."""
        return "request" if self.written_out else self.id

    @property
    def public_path(self) -> str | None:
        """Its path for statistics; None if it is from no page: whoever wrote it may have put ids into it."""
        return self.path if self.docs else None

    @property
    def placeholders(self) -> list[str]:
        """Names of the path's parameters, in order."""
        return PLACEHOLDER.findall(self.path)


class ListedOperation(msgspec.Struct, frozen=True, kw_only=True):
    """An operation of which the documentation's menu shows that it is there, and no page where it is.

    Attributes:
        id: The method's name, such as `"balances.partner"`.
        title: Title of the page in the menu.
        section: Place of the page in the menu.
        method: HTTP method, if the menu shows it.
        page: Id of the page, if it is known.
        result: Type of the answer's data; `object` where it is not known.
    """

    id: str
    title: str
    section: str
    method: str | None = None
    page: str | None = None
    result: Any = object


class Resource(NeverPickled):
    """A group of operations: `minted.orders`, `minted.prices`, ..."""

    __slots__ = ("_sender",)

    def __init__(self, sender: OperationSender) -> None:
        self._sender = sender
