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
from minted_async.generated import models

__all__ = ["LISTED", "OPERATIONS", "Orders"]

_BUY = Operation(
    id="orders.buy",
    method="POST",
    path="/partner/order/digital/buy",
    result=models.OrderReceipt,
    api_version="2",
    alone=True,
    docs="Buy (Silver) (api-3769742); Buy (Gold); Buy (Platinum)",
)

_BUY_WITH_CARD_TOKEN = Operation(
    id="orders.buy_with_card_token",
    method="POST",
    path="/partner/order/digital/buy",
    result=models.OrderReceipt,
    api_version="2",
    alone=True,
    docs="Card Payment Buy (with card token) (api-4434391)",
)

_SELL = Operation(
    id="orders.sell",
    method="POST",
    path="/partner/order/digital/sell",
    result=models.OrderReceipt,
    api_version="2",
    alone=True,
    docs="Sell (Gold); Sell (Silver) (api-3769745)",
)

_FIND = Operation(
    id="orders.find",
    method="POST",
    path="/partner/order",
    result=models.Order,
    api_version="2",
    docs="Get Order (Alternative) (api-3874525)",
)

_GET = Operation(
    id="orders.get",
    method="GET",
    path="/partner/order/{external_order_id}",
    result=models.Order,
    api_version="2",
    idempotent=True,
    docs="Get Order (api-3652432); Card Payment Get Order (api-4295600)",
)

_BUY_WITH_CARD_NUMBER = ListedOperation(
    id="orders.buy_with_card_number",
    title="Card Payment Buy (with card number)",
    section="Buy / Card Payment",
    method="POST",
)

_LIST = ListedOperation(
    id="orders.list",
    title="Get Orders",
    section="Partner",
    method="GET",
)

_STATUSES = ListedOperation(
    id="orders.statuses",
    title="Order Statusses",
    section="Partner",
    method="GET",
)

OPERATIONS: tuple[Operation[Any], ...] = (
    _BUY,
    _BUY_WITH_CARD_TOKEN,
    _SELL,
    _FIND,
    _GET,
)
"""The operations of this resource that are typed."""

LISTED: tuple[ListedOperation, ...] = (
    _BUY_WITH_CARD_NUMBER,
    _LIST,
    _STATUSES,
)
"""The operations of this resource of which only the name is known."""


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

        Needs the token of a live price fix. `external_id` is the partner's own id of the order,
        unique, by which it can be looked up later. Not idempotent: when the answer is lost, look
        the order up before trying again.

        Which of the three menu rows named Buy (Silver) the documented page is cannot be seen; the
        other metals and groups are taken to work alike, with another sku. Whether `customer` may be
        left out when the partner buys for itself, and whether `amount` is needed after a price fix
        from a total, is not documented. The page contradicts itself on the form of
        `customer.birthdate` and on whether items are named by `sku` or by `product_id`.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Unique; the order can be looked up
                by it later.
            customer: Whom the metal is for.
            items: What to buy.
            currency_code: Currency to pay in.
            topup: A top-up of unstated purpose. The documentation lists `price` right after it,
                without showing whether it belongs inside; here it does.

        Returns:
            The order is placed.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Buy (Silver)" in Buy / Customer - B2B2C / From Amount, page api-3769742, last
                modified 2025-01-17 (documented).
            "Buy (Gold)" in Buy / Customer - B2B2C / From Amount, page not read (sibling).
            "Buy (Platinum)" in Buy / Customer - B2B2C / From Amount, page not read (sibling).
            "Buy (Gold)" in Buy / Customer - B2B2C / From Total Price, page not read (sibling).
            "Buy (Silver)" in Buy / Customer - B2B2C / From Total Price, page not read
                (sibling).
            "Buy (Gold)" in Buy / Partner - B2B, page not read (sibling).
            "Buy (Silver)" in Buy / Partner - B2B, page not read (sibling).
        """
        return await self._sender.send(
            _BUY,
            body=models.BuyRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                customer=customer,
                items=cast("builtins.list[models.BuyItem]", items),
                topup=topup,
            ),
        )

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

        Needs the token of a live price fix and the token of a stored card. `payment_type:
        creditcard` is sent by itself. Not idempotent: when the answer is lost, look the order up
        before trying again.

        The page is of 2023 and calls `external_id` optional; it is required here because a newer
        page of the endpoint requires it and an order without it cannot be looked up. The page marks
        `price_token` required while its text calls it optional; it is required here. No field for
        instalments is known.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Required here although the page for
                card tokens calls it optional: a newer page of the same endpoint requires it, and an
                order without it could not be looked up if its answer were lost.
            customer: Whom the metal is for.
            items: What to buy. Each item needs `sku` and `amount`.
            payment: The stored card to charge.
            currency_code: Currency to pay in. The documentation names GBP as what applies when
                it is left out; better send it.

        Returns:
            The order is placed.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Card Payment Buy (with card token)" in Buy / Card Payment, page api-4434391
                (documented).
        """
        return await self._sender.send(
            _BUY_WITH_CARD_TOKEN,
            body=models.BuyWithCardTokenRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                customer=customer,
                items=cast("builtins.list[models.BuyItem]", items),
                payment_type="creditcard",
                payment=payment,
            ),
        )

    async def sell(
        self,
        *,
        price_token: str,
        external_id: ExternalId,
        items: Sequence[models.SellItem],
        currency_code: models.Currency | str | UnsetType = UNSET,
    ) -> models.OrderReceipt:
        """Sell metal at fixed prices.

        Needs the token of a live price fix. The metal is picked by the item's sku. The body names
        no customer: whose metal is sold must come from the price fix, though no page says so. Not
        idempotent: when the answer is lost, look the order up before trying again.

        The documented page is one of two menu rows named Sell (Silver), which of them cannot be
        seen; Sell (Gold) is taken to work alike. It types `amount` as an integer, the buy page as a
        number: it is sent as a decimal, and whether fractions are accepted is up to the server. The
        end of the answer is not shown; it is taken to be that of buying.

        Args:
            price_token: Token of a live price fix.
            external_id: The partner's own id of this order. Unique; the order can be looked up
                by it later.
            items: What to sell.
            currency_code: Currency to be paid in.

        Returns:
            The order is placed.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Sell (Gold)" in Sell / Customer - B2B2C, page not read (sibling).
            "Sell (Silver)" in Sell / Customer - B2B2C, page not read (sibling).
            "Sell (Gold)" in Sell / Partner - B2B, page not read (sibling).
            "Sell (Silver)" in Sell / Partner - B2B, page api-3769745, last modified 2024-08-26
                (documented).
        """
        return await self._sender.send(
            _SELL,
            body=models.SellRequest(
                price_token=price_token,
                currency_code=enum_value(models.Currency, currency_code),
                external_id=external_id,
                items=cast("builtins.list[models.SellItem]", items),
            ),
        )

    async def find(
        self,
        *,
        guid: str | UnsetType = UNSET,
        order_code: str | UnsetType = UNSET,
        external_id: ExternalId | UnsetType = UNSET,
        push_hook: bool | UnsetType = UNSET,
    ) -> models.Order:
        """Find an order by Minted's id, by its code or by the partner's own id.

        Give one of `guid`, `order_code` and `external_id`; what happens with none or several is not
        documented. It reads, but is a POST with a possible side effect (`push_hook`), so it is
        never retried by itself and `push_hook` is never sent unless given.

        Args:
            guid: Minted's id of the order, an upper-case UUID.
            order_code: Minted's short code of the order.
            external_id: The partner's own id of the order.
            push_hook: True makes Minted also push the order's webhook to the address that the
                partner has set up. A side effect: it is not sent unless given.

        Returns:
            The order.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.

        Source:
            "Get Order (Alternative)" in Partner, page api-3874525, last modified 2024-06-26
                (documented).
        """
        return await self._sender.send(
            _FIND,
            body=models.FindOrderRequest(
                guid=guid,
                order_code=order_code,
                external_id=external_id,
                push_hook=push_hook,
            ),
        )

    async def get(
        self,
        external_order_id: ExternalId,
    ) -> models.Order:
        """Read an order by the partner's own id.

        Serves every kind of order, card payments included. Be ready for states that the enum does
        not have, for a missing `type` or `currency_code`, and for further keys: one documented
        example is in an older form.

        The page for card payments (2023) requires `payment`, the plain page (2024) makes it
        optional; it can be missing or null here. The answer for an unknown id is not documented.

        Args:
            external_order_id: The partner's own id of the order, sent as its `external_id`.

        Returns:
            The order.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent (an empty id, an infinite number); nothing
                was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.

        Source:
            "Get Order" in Partner, page api-3652432, last modified 2024-06-26 (documented).
            "Card Payment Get Order" in Buy / Card Payment, page api-4295600, last modified
                2023-10-11 (documented).
        """
        return await self._sender.send(
            _GET,
            path=(external_order_id,),
        )

    async def buy_with_card_number(self, **arguments: object) -> Any:
        """Listed only: "Card Payment Buy (with card number)" in Buy / Card Payment.

        Buys metal and pays with a card given by its number instead of by a stored token.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"orders.buy_with_card_number":
        "POST /partner/..."})`, and the arguments are sent as they are; or describe the operation in
        the spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            OutcomeUnknownError: The answer was lost; the request may or may not have been
                carried out. It is not sent again.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_BUY_WITH_CARD_NUMBER, arguments)

    async def list(self, **arguments: object) -> Any:
        """Listed only: "Get Orders" in Partner.

        Lists the partner's orders; its filters and its paging are not documented.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"orders.list": "GET
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_LIST, arguments)

    async def statuses(self, **arguments: object) -> Any:
        """Listed only: "Order Statusses" in Partner.

        By its title, the states that an order can have, with their numbers.

        No page that describes it could be read, so neither its path nor its fields are known. Two
        ways on: give the path yourself, `MintedClient(..., paths={"orders.statuses": "GET
        /partner/..."})`, and the arguments are sent as they are; or describe the operation in the
        spec (openapi/paths) and run `python -m codegen generate`, and it is typed.

        Args:
            **arguments: What to send, by the names of the wire.

        Returns:
            The data of the answer as plain Python values, numbers as Decimal.

        Raises:
            UndocumentedOperationError: Its path was not given; nothing was sent.
            APIError: Minted refused it. Its subclasses say why: AuthenticationError (401),
                PermissionDeniedError (403), NotFoundError (404), ValidationError (422),
                RateLimitedError (429), ServerError (5xx).
            NotSentError: No connection; nothing was sent, and it is safe to try again.
            RequestTimeoutError: No answer in time, retries included.
            ConnectionLostError: The connection broke before the answer was whole, retries
                included.
            DecodeError: The answer does not fit the spec.
        """
        return await self._sender.send_listed(_STATUSES, arguments)
