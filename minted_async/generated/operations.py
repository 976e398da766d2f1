# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""All operations as data, for what looks at them as a whole."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation
from minted_async.generated import (
    balances,
    card_payments,
    cards,
    customers,
    deliveries,
    kyc,
    legal,
    orders,
    prices,
)

OPERATIONS: tuple[Operation[Any], ...] = (
    *prices.OPERATIONS,
    *orders.OPERATIONS,
    *card_payments.OPERATIONS,
    *customers.OPERATIONS,
    *kyc.OPERATIONS,
    *balances.OPERATIONS,
    *cards.OPERATIONS,
    *deliveries.OPERATIONS,
    *legal.OPERATIONS,
)
"""Every operation that is typed."""

LISTED: tuple[ListedOperation, ...] = (
    *prices.LISTED,
    *orders.LISTED,
    *card_payments.LISTED,
    *customers.LISTED,
    *kyc.LISTED,
    *balances.LISTED,
    *cards.LISTED,
    *deliveries.LISTED,
    *legal.LISTED,
)
"""Every operation of which only the name is known."""
