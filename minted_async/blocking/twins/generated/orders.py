# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""Buying and selling metal at fixed prices, and reading orders back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET, UnsetType

from minted_async.blocking.twin import Twin
from minted_async.core.scalars import ExternalId
from minted_async.generated import models
from minted_async.generated.orders import Orders as AsyncOrders


class Orders(Twin[AsyncOrders]):
    """Buying and selling metal at fixed prices, and reading orders back."""

    def buy(
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
        return self._run(
            self._async.buy,
            price_token=price_token,
            external_id=external_id,
            customer=customer,
            items=items,
            currency_code=currency_code,
            topup=topup,
        )

    def buy_with_card_token(
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
        return self._run(
            self._async.buy_with_card_token,
            price_token=price_token,
            external_id=external_id,
            customer=customer,
            items=items,
            payment=payment,
            currency_code=currency_code,
        )

    def sell(
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
        return self._run(
            self._async.sell,
            price_token=price_token,
            external_id=external_id,
            items=items,
            currency_code=currency_code,
        )

    def find(
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
        return self._run(
            self._async.find, guid=guid, order_code=order_code, external_id=external_id, push_hook=push_hook
        )

    def get(self, external_order_id: ExternalId) -> models.Order:
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
        return self._run(self._async.get, external_order_id)

    def buy_with_card_number(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Buy (with card number)" in Buy / Card Payment.

        Buys metal and pays with a card given by its number instead of by a stored token. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.buy_with_card_number": ...})`
        says where it is.
        """
        return self._run(self._async.buy_with_card_number, **arguments)

    def list(self, **arguments: object) -> Any:
        """Listed only: "Get Orders" in Partner.

        Lists the partner's orders; its filters and its paging are not documented. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.list": ...})` says where it
        is.
        """
        return self._run(self._async.list, **arguments)

    def statuses(self, **arguments: object) -> Any:
        """Listed only: "Order Statusses" in Partner.

        By its title, the states that an order can have, with their numbers. Raises
        UndocumentedOperationError until `MintedClient(paths={"orders.statuses": ...})` says where
        it is.
        """
        return self._run(self._async.statuses, **arguments)
