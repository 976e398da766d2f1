# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""All operations as data, for what looks at them as a whole."""

from __future__ import annotations

from typing import Any

from minted_async.core.operation import ListedOperation, Operation, Resource
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
from minted_async.generated.ecom import products as ecom_products
from minted_async.generated.ecom import resource as ecom

RESOURCES: dict[str, type[Resource]] = {
    "prices": prices.Prices,
    "orders": orders.Orders,
    "card_payments": card_payments.CardPayments,
    "customers": customers.Customers,
    "kyc": kyc.Kyc,
    "balances": balances.Balances,
    "cards": cards.Cards,
    "deliveries": deliveries.Deliveries,
    "legal": legal.Legal,
    "ecom": ecom.Ecom,
    "ecom.products": ecom_products.EcomProducts,
}
"""Every resource by its name."""

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
    *ecom.OPERATIONS,
    *ecom_products.OPERATIONS,
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
    *ecom.LISTED,
    *ecom_products.LISTED,
)
"""Every operation of which only the name is known."""
