# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""All resources in one class, which the client inherits from, and all operations as data."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from minted_async.core.operation import ListedOperation, Operation
from minted_async.generated.balances import LISTED as _BALANCES_LISTED
from minted_async.generated.balances import OPERATIONS as _BALANCES
from minted_async.generated.balances import Balances
from minted_async.generated.card_payments import LISTED as _CARD_PAYMENTS_LISTED
from minted_async.generated.card_payments import OPERATIONS as _CARD_PAYMENTS
from minted_async.generated.card_payments import CardPayments
from minted_async.generated.cards import LISTED as _CARDS_LISTED
from minted_async.generated.cards import OPERATIONS as _CARDS
from minted_async.generated.cards import Cards
from minted_async.generated.customers import LISTED as _CUSTOMERS_LISTED
from minted_async.generated.customers import OPERATIONS as _CUSTOMERS
from minted_async.generated.customers import Customers
from minted_async.generated.deliveries import LISTED as _DELIVERIES_LISTED
from minted_async.generated.deliveries import OPERATIONS as _DELIVERIES
from minted_async.generated.deliveries import Deliveries
from minted_async.generated.kyc import LISTED as _KYC_LISTED
from minted_async.generated.kyc import OPERATIONS as _KYC
from minted_async.generated.kyc import Kyc
from minted_async.generated.legal import LISTED as _LEGAL_LISTED
from minted_async.generated.legal import OPERATIONS as _LEGAL
from minted_async.generated.legal import Legal
from minted_async.generated.orders import LISTED as _ORDERS_LISTED
from minted_async.generated.orders import OPERATIONS as _ORDERS
from minted_async.generated.orders import Orders
from minted_async.generated.prices import LISTED as _PRICES_LISTED
from minted_async.generated.prices import OPERATIONS as _PRICES
from minted_async.generated.prices import Prices

if TYPE_CHECKING:
    from minted_async.core.sender import OperationSender

__all__ = ["LISTED", "OPERATIONS", "Resources"]

OPERATIONS: tuple[Operation[Any], ...] = (
    *_PRICES,
    *_ORDERS,
    *_CARD_PAYMENTS,
    *_CUSTOMERS,
    *_KYC,
    *_BALANCES,
    *_CARDS,
    *_DELIVERIES,
    *_LEGAL,
)
"""Every operation that is typed."""

LISTED: tuple[ListedOperation, ...] = (
    *_PRICES_LISTED,
    *_ORDERS_LISTED,
    *_CARD_PAYMENTS_LISTED,
    *_CUSTOMERS_LISTED,
    *_KYC_LISTED,
    *_BALANCES_LISTED,
    *_CARDS_LISTED,
    *_DELIVERIES_LISTED,
    *_LEGAL_LISTED,
)
"""Every operation of which only the name is known."""


class Resources:
    """Everything that can be asked of the API, by resource."""

    def __init__(self, sender: OperationSender) -> None:
        self._sender = sender

    @cached_property
    def prices(self) -> Prices:
        """Price fixes, which lock the prices of all products for a few minutes, and price lists."""
        return Prices(self._sender)

    @cached_property
    def orders(self) -> Orders:
        """Buying and selling metal at fixed prices, and reading orders back."""
        return Orders(self._sender)

    @cached_property
    def card_payments(self) -> CardPayments:
        """What is needed around paying by card, such as payment types, card ranges and instalments."""
        return CardPayments(self._sender)

    @cached_property
    def customers(self) -> Customers:
        """The partner's customers as Minted knows them, persons and companies."""
        return Customers(self._sender)

    @cached_property
    def kyc(self) -> Kyc:
        """The know-your-customer records behind a customer's wallet."""
        return Kyc(self._sender)

    @cached_property
    def balances(self) -> Balances:
        """Metal and cash held by customers and by the partner."""
        return Balances(self._sender)

    @cached_property
    def cards(self) -> Cards:
        """Stored payment cards, which orders refer to by a token."""
        return Cards(self._sender)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Physical delivery of metal held in a wallet."""
        return Deliveries(self._sender)

    @cached_property
    def legal(self) -> Legal:
        """The partner's legal documents."""
        return Legal(self._sender)
