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
    webview,
    webview_tokens,
)
from minted_async.generated.ecom import addresses as ecom_addresses
from minted_async.generated.ecom import baskets as ecom_baskets
from minted_async.generated.ecom import legal as ecom_legal
from minted_async.generated.ecom import orders as ecom_orders
from minted_async.generated.ecom import payments as ecom_payments
from minted_async.generated.ecom import products as ecom_products
from minted_async.generated.ecom import resource as ecom
from minted_async.generated.walletable import balance as walletable_balance
from minted_async.generated.walletable import baskets as walletable_baskets
from minted_async.generated.walletable import currencies as walletable_currencies
from minted_async.generated.walletable import imports as walletable_imports
from minted_async.generated.walletable import orders as walletable_orders
from minted_async.generated.walletable import products as walletable_products
from minted_async.generated.walletable import resource as walletable
from minted_async.generated.walletable import summary as walletable_summary

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
    "ecom.addresses": ecom_addresses.EcomAddresses,
    "ecom.baskets": ecom_baskets.EcomBaskets,
    "ecom.orders": ecom_orders.EcomOrders,
    "ecom.payments": ecom_payments.EcomPayments,
    "ecom.legal": ecom_legal.EcomLegal,
    "walletable": walletable.Walletable,
    "walletable.products": walletable_products.WalletableProducts,
    "walletable.baskets": walletable_baskets.WalletableBaskets,
    "walletable.orders": walletable_orders.WalletableOrders,
    "walletable.balance": walletable_balance.WalletableBalanceResource,
    "walletable.currencies": walletable_currencies.WalletableCurrencies,
    "walletable.summary": walletable_summary.WalletableSummary,
    "walletable.imports": walletable_imports.WalletableImports,
    "webview_tokens": webview_tokens.WebviewTokens,
    "webview": webview.Webview,
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
    *ecom_addresses.OPERATIONS,
    *ecom_baskets.OPERATIONS,
    *ecom_orders.OPERATIONS,
    *ecom_payments.OPERATIONS,
    *ecom_legal.OPERATIONS,
    *walletable.OPERATIONS,
    *walletable_products.OPERATIONS,
    *walletable_baskets.OPERATIONS,
    *walletable_orders.OPERATIONS,
    *walletable_balance.OPERATIONS,
    *walletable_currencies.OPERATIONS,
    *walletable_summary.OPERATIONS,
    *walletable_imports.OPERATIONS,
    *webview_tokens.OPERATIONS,
    *webview.OPERATIONS,
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
    *ecom_addresses.LISTED,
    *ecom_baskets.LISTED,
    *ecom_orders.LISTED,
    *ecom_payments.LISTED,
    *ecom_legal.LISTED,
    *walletable.LISTED,
    *walletable_products.LISTED,
    *walletable_baskets.LISTED,
    *walletable_orders.LISTED,
    *walletable_balance.LISTED,
    *walletable_currencies.LISTED,
    *walletable_summary.LISTED,
    *walletable_imports.LISTED,
    *webview_tokens.LISTED,
    *webview.LISTED,
)
"""Every operation of which only the name is known."""
