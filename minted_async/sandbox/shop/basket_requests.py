"""What requests on baskets share: finding the basket that one names, refusing it, having it paid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from minted_async.sandbox.ledger import InsufficientBalanceError
from minted_async.sandbox.messages import ErrorCode, FieldError, RefusedError
from minted_async.sandbox.request_body import Body
from minted_async.sandbox.shop.addresses import LONGEST_ID
from minted_async.sandbox.shop.baskets import Basket, Baskets
from minted_async.sandbox.state import State

TOKEN_LENGTH = 32
"""Of a basket's token, where the documentation gives it."""


def read_basket(body: Body, *, shortest: int = 1, longest: int = 1000) -> tuple[str, str]:
    """`external_customer_id` and `cart_token`, whose length is bounded on some pages."""
    customer = body.sized_text("external_customer_id", required=True, shortest=1, longest=LONGEST_ID)
    token = body.sized_text("cart_token", required=True, shortest=shortest, longest=longest)
    return customer or "", token or ""


def open_basket(body: Body, baskets: Baskets, customer: str, token: str) -> Basket:
    """A customer's basket that is not completed.

    Raises:
        RefusedError: 404, there is none; 422, it is completed.
    """
    basket = baskets.of(customer, token)
    if basket.placed_at is not None:
        raise body.refuse("cart_token", FieldError.COMPLETED_BASKET, ErrorCode.COMPLETED_BASKET)
    return basket


def require_ready(basket: Basket, external_id: str | None, state: State) -> None:
    """Refuse what cannot become an order with this id.

    Raises:
        RefusedError: 422, the basket is empty, a stock is too small, or the id is taken.
    """
    if not basket.items:
        raise RefusedError(ErrorCode.EMPTY_BASKET, {"cart_token": [FieldError.EMPTY_BASKET]})
    if external_id is not None and state.orders.has_external_id(external_id):
        raise RefusedError(ErrorCode.DUPLICATE_ORDER, {"external_id": [FieldError.TAKEN_ORDER]})
    if basket.kind == "buy" and basket.short_of_stock():
        raise RefusedError(ErrorCode.OUT_OF_STOCK, {"cart_token": [FieldError.OUT_OF_STOCK]})


def pay(body: Body, basket: Basket, state: State, movements: Mapping[str, Decimal]) -> None:
    """Move money and pieces for a basket: all of it, or nothing.

    Raises:
        RefusedError: 422, the customer does not own enough.
    """
    try:
        state.ledger.post(basket.guid, basket.customer.external_id, movements)
    except InsufficientBalanceError:
        raise body.refuse("cart_token", FieldError.INSUFFICIENT, ErrorCode.INSUFFICIENT_BALANCE) from None
