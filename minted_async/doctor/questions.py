"""The only things that the doctor can ask: nothing that orders, and nothing that changes anything.

All that it sends, raw or through the client, is a `Question`, and a question is made of an operation of
`HARMLESS` or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from msgspec import structs

from minted_async.core.config import HeaderOptions
from minted_async.core.operation import Operation
from minted_async.core.protocol import Request, build_request
from minted_async.generated.operations import OPERATIONS
from minted_async.generated.requests import PriceFixRequest

__all__ = ["ABSENT_ID", "HARMLESS", "READS", "Question"]

_NOTHING: Final[Mapping[str, object]] = {}
_ASKED: Final[Mapping[str, Mapping[str, object]]] = {
    "prices.fix": _NOTHING,
    "orders.get": _NOTHING,
    "customers.get": _NOTHING,
    "balances.customer": _NOTHING,
    "ecom.products.list": {"page": 1, "total": 5},
    "ecom.products.get": {"sku": None},
    "ecom.baskets.list_incomplete": {"customer_external_id": None},
    "ecom.orders.list": _NOTHING,
    "walletable.orders.list": _NOTHING,
    "walletable.orders.invoice": _NOTHING,
    "walletable.balance.wallet": {"external_customer_id": None},
}
"""What is asked, and what that takes besides path and body; None stands for an id.

Written by hand: what an endpoint takes that was generated a moment ago, a person says. Those of a webview
need a token of one customer, which the doctor does not have.
"""

HARMLESS: Final[Mapping[str, Operation[Any]]] = {
    operation.id: operation
    for operation in OPERATIONS
    if operation.id in _ASKED and (operation.idempotent or operation.harmless) and not operation.alone
}
"""All that is ever asked: what only reads, and a price fix, which locks prices and orders nothing."""

READS: Final = {name: operation for name, operation in HARMLESS.items() if operation.idempotent}
"""Operations that only read, by the spec's own word, with the account's login."""

ABSENT_ID: Final = f"minted-doctor-{uuid4().hex}"
"""An id that nothing has."""

_ABSENT_TYPE: Final = "minted-doctor"


class Question:
    """A request that orders nothing and changes nothing.

    Args:
        operation: What is asked.
        options: What goes into its head.
        path: Values of the path's placeholders, in order.
        query: Query parameters.
        body: The body, if it has one.
        without: Name of a header that is left out, in lower case.

    Raises:
        ValueError: The operation is none of `HARMLESS`.
    """

    __slots__ = ("request",)

    def __init__(
        self,
        operation: Operation[Any],
        options: HeaderOptions,
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        body: PriceFixRequest | None = None,
        without: str = "",
    ) -> None:
        if HARMLESS.get(operation.id) is not operation:
            raise ValueError(f"{operation.id} is nothing that the doctor asks")
        request = build_request(operation, options, path=path, query=query, body=body)
        lines = request.lines.splitlines(keepends=True)
        left = "".join(line for line in lines if line.partition(":")[0].lower() != without)
        self.request: Request = structs.replace(request, lines=left)


def absent_order(options: HeaderOptions, *, without: str = "") -> Question:
    """Read an order that does not exist."""
    return Question(READS["orders.get"], options, path=(ABSENT_ID,), without=without)


def prices(options: HeaderOptions, *, without: str = "") -> Question:
    """Fix prices, without a currency."""
    return Question(HARMLESS["prices.fix"], options, body=PriceFixRequest(type="digital"), without=without)


def prices_of_no_type(options: HeaderOptions) -> Question:
    """Fix prices of a type that does not exist."""
    return Question(HARMLESS["prices.fix"], options, body=PriceFixRequest(type=_ABSENT_TYPE))


def read(
    operation: Operation[Any], options: HeaderOptions, id_for: Callable[[str], str | None]
) -> tuple[Question, bool]:
    """Read something: by the user's ids where there are some, else by one that nothing has.

    Args:
        operation: One of `READS`.
        options: What goes into its head.
        id_for: Gives the user's id for the name of a parameter.

    Returns:
        The question, and whether an id is in it that nothing has.
    """
    query = _ASKED[operation.id]
    wanted = [*operation.placeholders, *(name for name, value in query.items() if value is None)]
    known = {name: id_for(name) or ABSENT_ID for name in wanted}
    question = Question(
        operation,
        options,
        path=tuple(known[name] for name in operation.placeholders),
        query={**query, **{name: value for name, value in known.items() if name in query}},
    )
    return question, ABSENT_ID in known.values()
