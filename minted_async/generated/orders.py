# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Buying and selling metal at fixed prices, and reading orders back."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any, cast

from msgspec import UNSET, UnsetType

from minted_async.core.enums import enum_value
from minted_async.core.operation import ListedOperation, Operation, Resource
from minted_async.core.scalars import ExternalId
from minted_async.generated import models, requests

_BUY = Operation(
    id="orders.buy",
    method="POST",
    path="/partner/order/digital/buy",
    result=models.OrderReceipt,
    api_version="2",
    lookup="orders.get",
    alone=True,
    docs="https://docs.mintedconnect.com/api-3769742",
)

_BUY_WITH_CARD_TOKEN = Operation(
    id="orders.buy_with_card_token",
    method="POST",
    path="/partner/order/digital/buy",
    result=models.OrderReceipt,
    api_version="2",
    lookup="orders.get",
    alone=True,
    docs="https://docs.mintedconnect.com/api-4434391",
)

_SELL = Operation(
    id="orders.sell",
    method="POST",
    path="/partner/order/digital/sell",
    result=models.OrderReceipt,
    api_version="2",
    lookup="orders.get",
    alone=True,
    docs="https://docs.mintedconnect.com/api-3769745",
)

_FIND = Operation(
    id="orders.find",
    method="POST",
    path="/partner/order",
    result=models.Order,
    api_version="2",
    docs="https://docs.mintedconnect.com/api-3874525",
)

_GET = Operation(
    id="orders.get",
    method="GET",
    path="/partner/order/{external_order_id}",
    result=models.Order,
    api_version="2",
    idempotent=True,
    docs="https://docs.mintedconnect.com/api-3652432",
)

_BUY_WITH_CARD_NUMBER = ListedOperation(
    id="orders.buy_with_card_number",
    title="Card Payment Buy (with card number)",
    section="Buy / Card Payment",
    method="POST",
)
_LIST = ListedOperation(id="orders.list", title="Get Orders", section="Partner", method="GET")
_STATUSES = ListedOperation(id="orders.statuses", title="Order Statusses", section="Partner", method="GET")

OPERATIONS: tuple[Operation[Any], ...] = (
    _BUY,
    _BUY_WITH_CARD_TOKEN,
    _SELL,
    _FIND,
    _GET,
)
LISTED: tuple[ListedOperation, ...] = (
    _BUY_WITH_CARD_NUMBER,
    _LIST,
    _STATUSES,
)


class Orders(Resource):
    """Buying and selling metal at fixed prices, and reading orders back."""

    __slots__ = ()

    async def buy(
        self,
        *,
        price_token: str,
        external_id: ExternalId,
        customer: models.OrderCustomer,
        items: Sequence[models.BuyItem],
        currency_code: models.Currency | str | UnsetType = UNSET,
        topup: models.Topup | UnsetType = UNSET,
    ) -> models.OrderReceipt:
        """Buy metal at fixed prices, without a card payment.
        `POST /partner/order/digital/buy` <https://docs.mintedconnect.com/api-3769742>.

        Needs the token of a live price fix. `external_id` is the partner's own id of the order,
        unique, by which it can be looked up later. Not idempotent: when the answer is lost, look
        the order up before trying again.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Unique; the order can be looked up by it
                later.
            customer: Whom the metal is for.
            items: What to buy.
            currency_code: Currency to pay in.
            topup: A top-up of unstated purpose. The documentation lists `price` right after it, without
                showing whether it belongs inside; here it does.

        Returns:
            The order is placed.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _BUY,
            body=requests.BuyRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                customer=customer,
                items=cast("builtins.list[models.BuyItem]", items),
                topup=topup,
            ),
        )
        del price_token, external_id, customer, items, currency_code, topup
        return await sending

    async def buy_with_card_token(
        self,
        *,
        price_token: str,
        external_id: ExternalId,
        customer: models.OrderCustomer,
        items: Sequence[models.BuyItem],
        payment: models.CardTokenPayment,
        currency_code: models.Currency | str | UnsetType = UNSET,
    ) -> models.OrderReceipt:
        """Buy metal at fixed prices, paid with a stored card.
        `POST /partner/order/digital/buy` <https://docs.mintedconnect.com/api-4434391>.

        Needs the token of a live price fix and the token of a stored card. `payment_type:
        creditcard` is sent by itself. Not idempotent: when the answer is lost, look the order up
        before trying again.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Required here although the page for card
                tokens calls it optional: a newer page of the same endpoint requires it, and an order without
                it could not be looked up if its answer were lost.
            customer: Whom the metal is for.
            items: What to buy. Each item needs `sku` and `amount`.
            payment: The stored card to charge.
            currency_code: Currency to pay in. The documentation names GBP as what applies when it is left
                out; better send it.

        Returns:
            The order is placed.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _BUY_WITH_CARD_TOKEN,
            body=requests.BuyWithCardTokenRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                customer=customer,
                items=cast("builtins.list[models.BuyItem]", items),
                payment_type="creditcard",
                payment=payment,
            ),
        )
        del price_token, external_id, customer, items, payment, currency_code
        return await sending

    async def sell(
        self,
        *,
        price_token: str,
        external_id: ExternalId,
        items: Sequence[models.SellItem],
        currency_code: models.Currency | str | UnsetType = UNSET,
    ) -> models.OrderReceipt:
        """Sell metal at fixed prices.
        `POST /partner/order/digital/sell` <https://docs.mintedconnect.com/api-3769745>.

        Needs the token of a live price fix. The metal is picked by the item's sku. The body names
        no customer: whose metal is sold must come from the price fix, though no page says so. Not
        idempotent: when the answer is lost, look the order up before trying again.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Unique; the order can be looked up by it
                later.
            items: What to sell.
            currency_code: Currency to be paid in.

        Returns:
            The order is placed.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _SELL,
            body=requests.SellRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                items=cast("builtins.list[models.SellItem]", items),
            ),
        )
        del price_token, external_id, items, currency_code
        return await sending

    async def find(
        self,
        *,
        guid: str | UnsetType = UNSET,
        order_code: str | UnsetType = UNSET,
        external_id: ExternalId | UnsetType = UNSET,
        push_hook: bool | UnsetType = UNSET,
    ) -> models.Order:
        """Find an order by Minted's id, by its code or by the partner's own id.
        `POST /partner/order` <https://docs.mintedconnect.com/api-3874525>.

        Give one of `guid`, `order_code` and `external_id`; what happens with none or several is not
        documented. It reads, but is a POST with a possible side effect (`push_hook`), so it is
        never retried by itself and `push_hook` is never sent unless given.

        Args:
            guid: Minted's id of the order, an upper-case UUID.
            order_code: Minted's short code of the order.
            external_id: The partner's own id of the order.
            push_hook: True makes Minted also push the order's webhook to the address that the partner has
                set up. A side effect: it is not sent unless given.

        Returns:
            The order.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. OutcomeUnknownError, DecodeError: It may have been carried out.
        """
        sending = self._sender.send(
            _FIND,
            body=requests.FindOrderRequest(
                guid=guid,
                order_code=order_code,
                external_id=external_id,
                push_hook=push_hook,
            ),
        )
        del guid, order_code, external_id, push_hook
        return await sending

    async def get(
        self,
        external_order_id: ExternalId,
    ) -> models.Order:
        """Read an order by the partner's own id.
        `GET /partner/order/{external_order_id}` <https://docs.mintedconnect.com/api-3652432>.

        Serves every kind of order, card payments included. Be ready for states that the enum does
        not have, for a missing `type` or `currency_code`, and for further keys: one documented
        example is in an older form.

        Args:
            external_order_id: The partner's own id of the order, sent as its `external_id`.

        Returns:
            The order.

        Raises:
            TypeError, ArgumentError, NotSentError: Nothing was sent.
            APIError: Minted refused it. RequestTimeoutError, ConnectionLostError, DecodeError: No usable
                answer.
        """
        sending = self._sender.send(
            _GET,
            path=(external_order_id,),
        )
        del external_order_id
        return await sending

    async def buy_with_card_number(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Buy (with card number)" in Buy / Card Payment.

        Buys metal and pays with a card given by its number instead of by a stored token. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.buy_with_card_number": ...})`
        says where it is.
        """
        sending = self._sender.send_listed(_BUY_WITH_CARD_NUMBER, arguments)
        del arguments
        return await sending

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Get Orders" in Partner.

        Lists the partner's orders; its filters and its paging are not documented. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.list": ...})` says where it
        is.
        """
        sending = self._sender.send_listed(_LIST, arguments)
        del arguments
        return await sending

    async def statuses(self, **arguments: object) -> Any:
        """Listed only: "Order Statusses" in Partner.

        By its title, the states that an order can have, with their numbers. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.statuses": ...})` says where
        it is.
        """
        sending = self._sender.send_listed(_STATUSES, arguments)
        del arguments
        return await sending
