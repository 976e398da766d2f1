# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""All resources in one class, which the client inherits from; each is imported when it is first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minted_async.core.cached import cached_property

if TYPE_CHECKING:
    from minted_async.core.sender import OperationSender
    from minted_async.generated.balances import Balances
    from minted_async.generated.card_payments import CardPayments
    from minted_async.generated.cards import Cards
    from minted_async.generated.customers import Customers
    from minted_async.generated.deliveries import Deliveries
    from minted_async.generated.ecom.resource import Ecom
    from minted_async.generated.kyc import Kyc
    from minted_async.generated.legal import Legal
    from minted_async.generated.orders import Orders
    from minted_async.generated.prices import Prices
    from minted_async.generated.walletable.resource import Walletable
    from minted_async.generated.webview_tokens import WebviewTokens


class Resources:
    """Everything that can be asked of the API, by resource."""

    def __init__(self, sender: OperationSender) -> None:
        self._sender = sender

    @cached_property
    def prices(self) -> Prices:
        """Price fixes, which lock the prices of all products for a few minutes, and price lists."""
        from minted_async.generated.prices import Prices

        return Prices(self._sender)

    @cached_property
    def orders(self) -> Orders:
        """Buying and selling metal at fixed prices, and reading orders back."""
        from minted_async.generated.orders import Orders

        return Orders(self._sender)

    @cached_property
    def card_payments(self) -> CardPayments:
        """What is needed around paying by card, such as payment types, card ranges and instalments."""
        from minted_async.generated.card_payments import CardPayments

        return CardPayments(self._sender)

    @cached_property
    def customers(self) -> Customers:
        """The partner's customers as Minted knows them, persons and companies."""
        from minted_async.generated.customers import Customers

        return Customers(self._sender)

    @cached_property
    def kyc(self) -> Kyc:
        """The know-your-customer records behind a customer's wallet."""
        from minted_async.generated.kyc import Kyc

        return Kyc(self._sender)

    @cached_property
    def balances(self) -> Balances:
        """Metal and cash held by customers and by the partner."""
        from minted_async.generated.balances import Balances

        return Balances(self._sender)

    @cached_property
    def cards(self) -> Cards:
        """Stored payment cards, which orders refer to by a token."""
        from minted_async.generated.cards import Cards

        return Cards(self._sender)

    @cached_property
    def deliveries(self) -> Deliveries:
        """Physical delivery of metal held in a wallet."""
        from minted_async.generated.deliveries import Deliveries

        return Deliveries(self._sender)

    @cached_property
    def legal(self) -> Legal:
        """The partner's legal documents."""
        from minted_async.generated.legal import Legal

        return Legal(self._sender)

    @cached_property
    def ecom(self) -> Ecom:
        """The shop, with its catalog, baskets and orders."""
        from minted_async.generated.ecom.resource import Ecom

        return Ecom(self._sender)

    @cached_property
    def walletable(self) -> Walletable:
        """Completing baskets of metal that is kept in a wallet until it is sold or delivered."""
        from minted_async.generated.walletable.resource import Walletable

        return Walletable(self._sender)

    @cached_property
    def webview_tokens(self) -> WebviewTokens:
        """Tokens with which the embedded webview acts for one customer."""
        from minted_async.generated.webview_tokens import WebviewTokens

        return WebviewTokens(self._sender)
