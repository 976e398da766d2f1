"""An order under an id that is in use: placed before, or another one's."""

from __future__ import annotations

from typing import Final, TypeGuard

from minted_async import MintedClient, models
from minted_async.errors import APIError, ExternalIdUsedError, NotFoundError
from minted_async.trades import Buy, Sell
from minted_async.trades.journal.base import IntendedItem, OrderIntent
from minted_async.trades.lookup import differs
from minted_async.trades.preparing import amount_of, product_of

_MAY_SAY_TAKEN: Final = (400, 409, 422)
"""The documentation does not say how the API refuses an id that it knows."""


def may_be_repeated(result: object) -> TypeGuard[ExternalIdUsedError | APIError]:
    """Whether an order was refused as one would be whose id is in use, by the server or by the journal."""
    taken = isinstance(result, APIError) and result.status in _MAY_SAY_TAKEN
    return taken or isinstance(result, ExternalIdUsedError)


async def placed_before(minted: MintedClient, external_id: str) -> models.Order | None:
    """The order that has the id; None if there is none.

    Raises:
        MintedError: It could not be read.
    """
    try:
        return await minted.orders.get(external_id)
    except NotFoundError:
        return None


def difference(request: Buy | Sell, order: models.Order) -> str | None:
    """Why an order is not the one that is asked for, or cannot be told to be; None if it is."""
    items = tuple(IntendedItem(product_of(item), amount_of(item)) for item in request.items)
    if any(item.amount is None for item in items):
        return "a total was asked for, which an order does not show"
    if len(order.items) != 1 or None in (order.type, order.items[0].sku, order.items[0].amount):
        return "it does not show what it is for"
    intent = OrderIntent(
        account="",
        external_id=request.external_id,
        operation="orders.buy" if isinstance(request, Buy) else "orders.sell",
        items=items,
        customer_external_id=request.customer_external_id,
    )
    return differs(request.external_id, intent, order)
