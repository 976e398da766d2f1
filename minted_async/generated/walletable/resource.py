# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Completing baskets of metal that is kept in a wallet until it is sold or delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minted_async.core.cached import cached_property
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated.walletable import models as walletable
from minted_async.generated.walletable import requests as walletable_requests

if TYPE_CHECKING:
    from minted_async.generated.walletable.balance import WalletableBalanceResource
    from minted_async.generated.walletable.baskets import WalletableBaskets
    from minted_async.generated.walletable.currencies import WalletableCurrencies
    from minted_async.generated.walletable.imports import WalletableImports
    from minted_async.generated.walletable.orders import WalletableOrders
    from minted_async.generated.walletable.products import WalletableProducts
    from minted_async.generated.walletable.summary import WalletableSummary

_COMPLETE_BUY: Operation[Any] = Operation(
    id="walletable.complete_buy",
    method="POST",
    path="/partner/walletable/complete/buy",
    result=object,
    api_version="3",
    alone=True,
    docs="https://docs.mintedconnect.com/api-27307626",
)

_COMPLETE_DELIVERY = Operation(
    id="walletable.complete_delivery",
    method="POST",
    path="/partner/walletable/complete/delivery",
    result=walletable.WalletableOrder,
    alone=True,
    docs="https://docs.mintedconnect.com/api-27307650",
)

_COMPLETE_SELL = ListedOperation(
    id="walletable.complete_sell",
    title="Complete Sell",
    section="Walletable E-Commerce / Complete",
    method="POST",
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _COMPLETE_BUY,
    _COMPLETE_DELIVERY,
)
LISTED: tuple[ListedOperation, ...] = (_COMPLETE_SELL,)


class Walletable(Resource):
    """Completing baskets of metal that is kept in a wallet until it is sold or delivered."""

    @cached_property
    def products(self) -> WalletableProducts:
        """The catalog of the Walletable part."""
        from minted_async.generated.walletable.products import WalletableProducts

        return WalletableProducts(self._sender)

    @cached_property
    def baskets(self) -> WalletableBaskets:
        """Baskets of the Walletable part."""
        from minted_async.generated.walletable.baskets import WalletableBaskets

        return WalletableBaskets(self._sender)

    @cached_property
    def orders(self) -> WalletableOrders:
        """Orders of the Walletable part, with their receipts and invoices."""
        from minted_async.generated.walletable.orders import WalletableOrders

        return WalletableOrders(self._sender)

    @cached_property
    def balance(self) -> WalletableBalanceResource:
        """What customers hold."""
        from minted_async.generated.walletable.balance import WalletableBalanceResource

        return WalletableBalanceResource(self._sender)

    @cached_property
    def currencies(self) -> WalletableCurrencies:
        """Rates of currencies, now and before."""
        from minted_async.generated.walletable.currencies import WalletableCurrencies

        return WalletableCurrencies(self._sender)

    @cached_property
    def summary(self) -> WalletableSummary:
        """Summaries of what a basket will cost or bring; gone from newer menus."""
        from minted_async.generated.walletable.summary import WalletableSummary

        return WalletableSummary(self._sender)

    @cached_property
    def imports(self) -> WalletableImports:
        """Imports from Excel files; gone from newer menus."""
        from minted_async.generated.walletable.imports import WalletableImports

        return WalletableImports(self._sender)

    async def complete_buy(
        self,
        *,
        external_customer_id: ExternalId,
        cart_token: str,
    ) -> Any:
        """Buy what is in a basket.
        `POST /partner/walletable/complete/buy` <https://docs.mintedconnect.com/api-27307626>.

        Only a sample of the request was seen, with these two fields and no payment; what would be
        bought without one of them is not known, so both are required. The answer is not shown, so
        its data comes as plain values. Not idempotent: when the answer is lost, look for it in
        `walletable.orders.list` before trying again.

        Args:
            external_customer_id: The partner's own id of the customer.
            cart_token: Token of the basket.

        Returns:
            The basket is bought. What `data` holds is not documented. Plain Python values, numbers as
                Decimal.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _COMPLETE_BUY,
            body=walletable_requests.CompleteBuyRequest(
                external_customer_id=external_customer_id,
                cart_token=cart_token,
            ),
        )
        del external_customer_id, cart_token
        return await sending

    async def complete_delivery(
        self,
        **fields: object,
    ) -> walletable.WalletableOrder:
        """Have what is in a basket delivered.
        `POST /partner/walletable/complete/delivery` <https://docs.mintedconnect.com/api-27307650>.

        The body was not seen: give the fields that Minted told you. Not idempotent: when the answer
        is lost, look for it in `walletable.orders.list` before trying again.

        Args:
            fields: What to send: JSON values, by their names on the wire.

        Returns:
            The delivery as ordered.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _COMPLETE_DELIVERY,
            json=fields,
        )
        del fields
        return await sending

    async def complete_sell(self, **arguments: object) -> Any:
        """Listed only: "Complete Sell" in Walletable E-Commerce / Complete.

        Sells what is in a basket. Raises UndocumentedOperationError until
        `MintedClient(paths={"walletable.complete_sell": ...})` says where it is.
        """
        sending = self._sender.send_listed(_COMPLETE_SELL, arguments)
        del arguments
        return await sending
