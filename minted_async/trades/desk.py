"""`minted.trades`: what a program that places orders sees."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from minted_async.core.retry import RetryPolicy
from minted_async.errors import MintedError, NotSentError, OutcomeUnknownError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.generated.prices import Prices
from minted_async.trades import lock, many
from minted_async.trades.clock import Clock
from minted_async.trades.following import Following, naming
from minted_async.trades.open_trades import OpenTrades
from minted_async.trades.options import TradeOptions, check_seconds
from minted_async.trades.placing import place
from minted_async.trades.requests import (
    Buy,
    PriceToken,
    ReferencePrice,
    Sell,
    check_request,
    fresh_external_id,
)
from minted_async.trades.slippage import check_slippage
from minted_async.trades.tickets import make_ticket, price_fix

__all__ = ["Result", "Trades"]

Result: TypeAlias = models.Order | Exception
"""What `gather` gives for each order."""


class Trades(Following):
    """Orders that are placed once, and of which you always know whether they were: `minted.trades`.

    ```python
    half_a_gram = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    order = await minted.trades.buy(customer=customer, items=half_a_gram)
    ```

    An order is sent once, whatever happens. If its answer is lost, it is looked up by its `external_id` until
    it is found, or until it is certain that it does not exist: because a lookup that began after the price
    lock had run out did not find it. With `MintedClient(journal=...)` each order is on the disk before it is
    sent, so that `recover` can account for it after a crash.

    Not made by users: it is `minted.trades`.
    """

    def __init__(
        self,
        prices: Prices,
        orders: Orders,
        *,
        open_trades: OpenTrades,
        retry: RetryPolicy | None,
        options: TradeOptions | None = None,
    ) -> None:
        super().__init__(orders, open_trades, TradeOptions() if options is None else options)
        self._prices = prices
        self._retry = retry

    def with_options(
        self,
        *,
        settle_timeout: float | UnsetType | None = UNSET,
        price_margin: float | UnsetType = UNSET,
        certainty_margin: float | UnsetType = UNSET,
        longest_lock: float | UnsetType = UNSET,
        is_absent: Callable[[MintedError], bool] | UnsetType = UNSET,
        clock: Clock | UnsetType = UNSET,
    ) -> Trades:
        """The same trades, placed with other options.

        Args:
            settle_timeout: Seconds for which an order of unknown outcome is looked up before
                `OutcomeUnknownError` is raised (10); None until it is certain.
            price_margin: Seconds before its end at which a price lock is not used any more (1): time for the
                order to get there.
            certainty_margin: Seconds after the end of a price lock from which on a lookup proves that there
                is no order (10): for the server's own delays and clocks.
            longest_lock: Seconds that a price lock is taken to last if it is not known (900): with a bare
                price token, and for `resolve` of an order that this process knows nothing of.
            is_absent: Whether a failed lookup says that there is no such order. The documentation does not
                show that answer; a 404 in the API's own envelope is taken for it.
            clock: Time, for tests and simulations.

        Raises:
            ConfigurationError: A number of seconds is negative.
        """
        given = {
            "settle_timeout": settle_timeout,
            "price_margin": price_margin,
            "certainty_margin": certainty_margin,
            "longest_lock": longest_lock,
            "is_absent": is_absent,
            "clock": clock,
        }
        changes = {name: value for name, value in given.items() if value is not UNSET}
        return self.over(
            self._prices, self._orders, self._retry, msgspec.structs.replace(self._options, **changes)
        )

    def over(
        self, prices: Prices, orders: Orders, retry: RetryPolicy | None, options: TradeOptions | None = None
    ) -> Trades:
        """The same open orders and the same journal, over other resources: those of a view of the client."""
        return Trades(
            prices, orders, open_trades=self._open_trades, retry=retry, options=options or self._options
        )

    # ---------------------------------------------------------------- prices
    async def fix_price(
        self,
        *,
        customer_external_id: str | None = None,
        currency: models.Currency | str | None = None,
        total: Decimal | None = None,
        type: str = "digital",  # noqa: A002 (the name on the wire)
    ) -> lock.PriceLock:
        """Fix the prices of all products, and know for how long.

        Asks again as the client's `retry` says if the answer is lost: unlike an order, a price fix costs
        nothing.

        Args:
            customer_external_id: For whom. The documentation requires it with `total`; for a sale it is the
                only thing that says whose metal is sold.
            currency: Currency of `total`. Documented with `total` only; without one it is sent if given, as
                both pages describe the same address.
            total: Money to spend, instead of an amount to buy.
            type: Kind of product; `digital` is the only one that the documentation shows.

        Returns:
            The lock; `buy` and `sell` take it as their `price_token`.

        Raises:
            TypeError: An argument has the wrong type.
            ConnectionLostError: No answer. Nothing was ordered.
            MintedError: As for `prices.fix`.
        """
        return await lock.fix_price(
            self._prices,
            clock=self._options.clock,
            margin=self._options.price_margin,
            retry=self._retry,
            type=type,
            customer_external_id=customer_external_id,
            currency=currency,
            total=total,
        )

    # ---------------------------------------------------------------- orders
    async def buy(
        self,
        *,
        customer: models.OrderCustomer,
        items: Sequence[models.BuyItem],
        external_id: str | None = None,
        price_token: PriceToken | None = None,
        currency_code: models.Currency | str | UnsetType = UNSET,
        topup: models.Topup | UnsetType = UNSET,
        payment: models.CardTokenPayment | UnsetType = UNSET,
        total: Decimal | None = None,
        max_slippage: Decimal | None = None,
        reference_price: ReferencePrice | None = None,
        settle_timeout: float | UnsetType | None = UNSET,
    ) -> models.Order:
        """Buy metal: the order is sent once, and what became of it is found out.

        Args:
            customer: Whom the metal is for.
            items: What to buy.
            external_id: The partner's own id of the order, used for no other one. Made up if it is not given;
                then it is in the order and in every error.
            price_token: A price lock of `fix_price`. Without one a price is fixed now, for this customer. A
                bare token or `PriceFix` is taken too, but then it cannot be told here whether it has expired.
            currency_code: Currency to pay in; if it is left out, that of the price lock is sent.
            topup: As for `orders.buy`.
            payment: A stored card to charge; the order is then sent by `orders.buy_with_card_token`.
            total: Money to spend, in `currency_code`, on one item that has no amount. The price is then fixed
                from this total, and the order sent with the `buy_amount` that the price fix states. The
                documentation does not say whether the amount is to be sent: sent, it cannot buy anything else
                than what the price fix promised. If the price fix states none, the item goes without.
            max_slippage: Do not order if the fixed price is above `reference_price` by more than this share
                of it, such as `Decimal("0.002")` for 0.2%.
            reference_price: Price of one unit that you had in mind, such as the one that your customer saw,
                in the currency of the price lock; for several items prices by sku.
            settle_timeout: Seconds for which the order is looked up if its outcome is unknown (10 unless set
                otherwise); None until it is certain, which is as long as the price lock lasts and a little
                more.

        Returns:
            The order: from the receipt, or as it was looked up. If one order became several, the one that is
            found by its `external_id`.

        Raises:
            TypeError: An argument has the wrong type; nothing was sent.
            ArgumentError: An argument cannot be sent, or the id is in use by an order that is open or, by
                the journal, placed.
            PriceExpiredError: The price lock has run out; nothing was sent.
            SlippageError: The fixed price is too much worse than the reference; nothing was ordered.
            NotSentError: No connection, or the journal could not be written; the order was not sent.
            ConnectionLostError: No price could be fixed; nothing was ordered.
            APIError: The API refused the price fix or the order; nothing was ordered.
            OrderNotPlacedError: The answer was lost, and the order was certainly not placed.
            OutcomeUnknownError: It is not known whether it was placed. `certain_at` tells when it will be,
                and `resolve` goes on.

        A cancellation leaves the order open, unless it had not been begun: `resolve` and `recover` find out
        what became of it. The exception has a note with its id.
        """
        request = Buy(
            customer=customer,
            items=items,
            external_id=fresh_external_id() if external_id is None else external_id,
            price_token=price_token,
            currency_code=currency_code,
            topup=topup,
            payment=payment,
            total=total,
            max_slippage=max_slippage,
            reference_price=reference_price,
        )
        return await self._place(request, settle_timeout)

    async def sell(
        self,
        *,
        items: Sequence[models.SellItem],
        customer_external_id: str | None = None,
        external_id: str | None = None,
        price_token: PriceToken | None = None,
        currency_code: models.Currency | str | UnsetType = UNSET,
        max_slippage: Decimal | None = None,
        reference_price: ReferencePrice | None = None,
        settle_timeout: float | UnsetType | None = UNSET,
    ) -> models.Order:
        """Sell metal: the order is sent once, and what became of it is found out.

        Args:
            items: What to sell.
            customer_external_id: Whose metal; the price is fixed for this customer, as an order to sell
                itself names none. Left out, a new price is fixed for the partner itself.
            external_id: As for `buy`.
            price_token: As for `buy`; it must have been fixed for the same customer.
            currency_code: Currency to be paid in; if it is left out, that of the price lock is sent.
            max_slippage: Do not order if the fixed price is below `reference_price` by more than this share
                of it.
            reference_price: As for `buy`.
            settle_timeout: As for `buy`.

        Returns:
            The order.

        Raises:
            MintedError: As for `buy`.
        """
        request = Sell(
            items=items,
            customer_external_id=customer_external_id,
            external_id=fresh_external_id() if external_id is None else external_id,
            price_token=price_token,
            currency_code=currency_code,
            max_slippage=max_slippage,
            reference_price=reference_price,
        )
        return await self._place(request, settle_timeout)

    async def gather(
        self,
        requests: Iterable[Buy | Sell],
        *,
        limit: int = 20,
        settle_timeout: float | UnsetType | None = UNSET,
        on_result: Callable[[Buy | Sell, Result], None] | None = None,
    ) -> list[Result]:
        """Place many orders, some of them at a time.

        Args:
            requests: The orders. Each has its `external_id` before anything is sent.
            limit: How many are under way at the same time.
            settle_timeout: As for `buy`.
            on_result: Called with each order's result as soon as there is one. It is also called for those
                that a cancellation interrupts, with an `OutcomeUnknownError` if it may have been sent and a
                `NotSentError` if not; of those that were not begun nothing is heard.

        Returns:
            For each request, in order, its order or the exception that `buy` or `sell` would have raised.
        """
        if not (settle_timeout is UNSET or settle_timeout is None):
            check_seconds("settle_timeout", settle_timeout)

        async def one(request: Buy | Sell) -> Result:
            result: Result
            try:
                result = await self._place(request, settle_timeout)
            except Exception as error:
                result = error
            except BaseException:
                if on_result is not None:
                    on_result(request, self._interrupted(request.external_id))
                raise
            if on_result is not None:
                on_result(request, result)
            return result

        return await many.in_parallel(one, requests, limit)

    async def aclose(self) -> None:
        """Close the journal. The client does this when it is closed."""
        await self._open_trades.aclose()

    # ---------------------------------------------------------------- within
    async def _place(self, request: Buy | Sell, settle_timeout: float | UnsetType | None) -> models.Order:
        with naming(request.external_id):
            limit = self._options.settle_timeout if settle_timeout is UNSET else settle_timeout
            check_seconds("settle_timeout", limit, optional=True)
            check_request(request)
            try:
                return await self._carry_out(request, limit)
            except asyncio.CancelledError as cancelled:
                cancelled.add_note(str(self._interrupted(request.external_id)))
                raise

    async def _carry_out(self, request: Buy | Sell, settle_timeout: float | None) -> models.Order:
        token = request.price_token
        if token is None:
            token = await self._fix_price_for(request)
        elif isinstance(token, lock.PriceLock):
            token.check()
        check_slippage(request, price_fix(token))
        ticket = make_ticket(request, token, self._orders)
        return await place(ticket, self._orders, self._open_trades, self._options, settle_timeout)

    async def _fix_price_for(self, request: Buy | Sell) -> lock.PriceLock:
        return await self.fix_price(
            customer_external_id=request.customer_external_id,
            currency=None if request.currency_code is UNSET else str(request.currency_code),
            total=request.total if isinstance(request, Buy) else None,
        )

    def _interrupted(self, external_id: str) -> OutcomeUnknownError | NotSentError:
        """What is known of an order at the moment of a cancellation."""
        trade = self._open_trades.find(external_id)
        if trade is None:
            sent = NotSentError(f"cancelled: the order {external_id!r} was not sent")
            sent.external_id = external_id
            return sent
        return OutcomeUnknownError(
            f"cancelled: it is not known whether the order {external_id!r} was placed; "
            f"`await minted.trades.resolve({external_id!r})` finds out",
            operation=trade.intention.operation,
            external_id=external_id,
            certain_at=trade.intention.certain_at,
            placed=trade.placed,
        )
