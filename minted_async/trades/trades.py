"""`minted.trades`: what a program that places orders sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterable, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec
from msgspec import UNSET, UnsetType

from minted_async.clock import Clock
from minted_async.core.config import NeverPickled, check_seconds
from minted_async.core.frames import empty_frames
from minted_async.core.retry import RetryPolicy
from minted_async.errors import MintedError, NotSentError, OrderNotPlacedError, OutcomeUnknownError
from minted_async.generated import models
from minted_async.generated.orders import Orders
from minted_async.generated.prices import Prices
from minted_async.trades import lookup, price_lock, quotes
from minted_async.trades.journal.base import OrderRecord, Outcome
from minted_async.trades.open_orders import OpenOrders
from minted_async.trades.options import TradeOptions
from minted_async.trades.parallel import in_parallel
from minted_async.trades.placement import Placement, Recovery
from minted_async.trades.preparing import prepare_order
from minted_async.trades.quoted import order_of_quote
from minted_async.trades.requests import (
    Buy,
    PriceToken,
    ReferencePrice,
    Sell,
    check_external_id,
    check_request,
    new_external_id,
)

Result: TypeAlias = models.Order | Exception
"""What `gather` gives for each order."""


class Trades(NeverPickled):
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
        lookups: Orders,
        *,
        open_orders: OpenOrders,
        retry: RetryPolicy | None,
        options: TradeOptions | None = None,
    ) -> None:
        self._prices = prices
        self._orders = orders
        # What proves that an order does not exist must be the answer to that question and to no other.
        self._lookups = lookups
        self._open_orders = open_orders
        self._retry = retry
        self._options = TradeOptions() if options is None else options
        self._placement = Placement(lookups, open_orders, self._options)

    def with_options(
        self,
        *,
        settle_timeout: float | UnsetType | None = UNSET,
        price_margin: float | UnsetType = UNSET,
        absence_margin: float | UnsetType = UNSET,
        assumed_lock_seconds: float | UnsetType = UNSET,
        clock_margin: float | UnsetType = UNSET,
        is_absent: Callable[[MintedError], bool] | UnsetType = UNSET,
        clock: Clock | UnsetType = UNSET,
    ) -> Trades:
        """The same trades, placed with other options.

        Args:
            settle_timeout: Seconds for which an order of unknown outcome is looked up before
                `OutcomeUnknownError` is raised (10); None until it is certain.
            price_margin: Seconds before its end at which a price lock is not used any more (1): time for the
                order to get there.
            absence_margin: Seconds after the end of a price lock from which on a lookup proves that there
                is no order (10): for the server's own delays and clocks.
            assumed_lock_seconds: Seconds that a price lock is taken to last if it is not known (900): with a
                bare price token, and for `resolve` of an order that nothing is known of.
            clock_margin: Seconds by which a quote ends early (2): for the clocks of machines that share it.
            is_absent: Whether a failed lookup says that there is no such order. The documentation does not
                show that answer; a 404 in the API's own envelope is taken for it.
            clock: Time, for tests and simulations.

        Raises:
            ConfigurationError: A number of seconds is negative.
        """
        given = {
            "settle_timeout": settle_timeout,
            "price_margin": price_margin,
            "absence_margin": absence_margin,
            "assumed_lock_seconds": assumed_lock_seconds,
            "clock_margin": clock_margin,
            "is_absent": is_absent,
            "clock": clock,
        }
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not UNSET}
        return self.over(
            self._prices,
            self._orders,
            self._lookups,
            self._retry,
            msgspec.structs.replace(self._options, **changes),
        )

    def over(
        self,
        prices: Prices,
        orders: Orders,
        lookups: Orders,
        retry: RetryPolicy | None,
        options: TradeOptions | None = None,
    ) -> Trades:
        """The same open orders and the same journal, over other resources: those of a view of the client."""
        return Trades(
            prices,
            orders,
            lookups,
            open_orders=self._open_orders,
            retry=retry,
            options=options or self._options,
        )

    # ---------------------------------------------------------------- prices
    async def fix_price(
        self,
        *,
        customer_external_id: str | None = None,
        currency: models.Currency | str | None = None,
        total: Decimal | None = None,
        type: str = "digital",  # noqa: A002 (the name on the wire)
    ) -> price_lock.PriceLock:
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
            DecodeError: The answer cannot be true, such as a lock of years. Nothing was ordered.
            MintedError: As for `prices.fix`.
        """
        return await price_lock.fix_price(
            self._prices,
            clock=self._options.clock,
            margin=self._options.price_margin,
            retry=self._retry,
            type=type,
            customer_external_id=customer_external_id,
            currency=currency,
            total=total,
        )

    async def quote(
        self,
        *,
        customer_external_id: str | None = None,
        currency: models.Currency | str | None = None,
        total: Decimal | None = None,
        type: str = "digital",  # noqa: A002 (the name on the wire)
    ) -> quotes.Quote:
        """Fix prices to be shown now and bought later, by any worker that shares the journal.

        ```python
        quote = await minted.trades.quote(customer_external_id="CST-1", currency="TRY")
        order = await minted.trades.buy(quote=quote.id, customer=buyer, items=half_a_gram)  # anywhere, once
        ```

        The price token stays in the journal: in memory without one, in its SQLite file for the workers of a
        machine, in PostgreSQL for a fleet. It is erased once the order has left or the quote has run out.

        Args:
            customer_external_id: As for `fix_price`.
            currency: As for `fix_price`.
            total: As for `fix_price`.
            type: As for `fix_price`.

        Returns:
            The quote. It ends `clock_margin` seconds before a price lock would.

        Raises:
            PriceExpiredError: The price lock is too short for a quote.
            NotSentError: The journal could not be written.
            MintedError: As for `fix_price`.
        """
        lock = await self.fix_price(
            customer_external_id=customer_external_id, currency=currency, total=total, type=type
        )
        return await quotes.save_quote(lock, self._open_orders, self._options)

    # ---------------------------------------------------------------- orders
    async def buy(
        self,
        *,
        customer: models.OrderCustomer,
        items: Sequence[models.BuyItem],
        external_id: str | None = None,
        price_token: PriceToken | None = None,
        quote: quotes.Quote | str | None = None,
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
            external_id: The partner's own id of the order, used for no other one: ASCII letters, digits and
                `-._~:@=,`, which no proxy rewrites. Made up if it is not given, from the quote if there is
                one; then it is in the order and in every error.
            price_token: A price lock of `fix_price`. Without one a price is fixed now, for this customer. A
                bare token or `PriceFix` is taken too, but then it cannot be told here whether it has expired.
            quote: A quote of `quote`, or its id, instead of a price token. It buys once: whoever comes second
                with it gets the first one's order if that asked for the same, in each argument that changes
                what is ordered, and `QuoteUsedError` otherwise.
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
            ArgumentError: An argument cannot be sent.
            ExternalIdUsedError: An order with this id is open or, by the journal, placed; nothing was sent.
            PriceExpiredError: The price lock has run out; nothing was sent.
            QuoteExpiredError: The quote has run out; nothing was sent.
            QuoteNotFoundError: This account has no such quote; nothing was sent.
            QuoteUsedError: The quote was used by another order, which `external_id` names; nothing was sent.
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
            external_id=new_external_id(quote) if external_id is None else external_id,
            price_token=price_token,
            quote=quote,
            currency_code=currency_code,
            topup=topup,
            payment=payment,
            total=total,
            max_slippage=max_slippage,
            reference_price=reference_price,
        )
        # Some write down the variables of a traceback.
        del customer, items, price_token, quote, topup, payment
        return await self._place(request, settle_timeout)

    async def sell(
        self,
        *,
        items: Sequence[models.SellItem],
        customer_external_id: str | None = None,
        external_id: str | None = None,
        price_token: PriceToken | None = None,
        quote: quotes.Quote | str | None = None,
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
            quote: As for `buy`.
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
            external_id=new_external_id(quote) if external_id is None else external_id,
            price_token=price_token,
            quote=quote,
            currency_code=currency_code,
            max_slippage=max_slippage,
            reference_price=reference_price,
        )
        del items, price_token, quote  # as in `buy`
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
                that a cancellation interrupts: with an `OutcomeUnknownError` if it may have been placed, an
                `OrderNotPlacedError` if it is known not to have been, and a `NotSentError` if it was not
                sent; of those that were not begun nothing is heard.

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

        return await in_parallel(one, requests, limit)

    # ---------------------------------------------------------------- after an order was sent
    async def resolve(
        self, external_id: str, *, certain_at: datetime | None = None, timeout: float | None = None
    ) -> models.Order:
        """Find out what became of an order of unknown outcome. It is only looked up, never sent.

        It is looked for where `minted.orders` places it. What a basket of `minted.ecom` or
        `minted.walletable` has become is not known to be found there: read it in its shop.

        Args:
            external_id: The partner's own id of the order.
            certain_at: From when on it is certain, as an `OutcomeUnknownError` said; only needed for an order
                that neither this process nor the journal knows. Left out for such a one, its price lock is
                taken to have been fixed now, and to last as long as any (`assumed_lock_seconds`).
            timeout: Seconds; None waits until it is certain.

        Returns:
            The order.

        Raises:
            ArgumentError: The id cannot be looked up for certain, see `buy`.
            NotSentError: The journal could not be read.
            OrderNotPlacedError: It was not placed; it is safe to place it again.
            OutcomeUnknownError: It is still not known: the time was over, or the lookups cannot tell.
        """
        with naming(external_id):
            check_external_id(external_id)
            check_seconds("timeout", timeout, optional=True)
            return await self._placement.resolve(external_id, certain_at=certain_at, timeout=timeout)

    async def recover(self, *, timeout: float | None = None, limit: int = 10) -> list[Recovery]:
        """Find out what became of all orders whose outcome is open: call it when a program starts.

        They are those that the journal has without an outcome, and those that this process left open. Orders
        that are being placed right now, here or elsewhere, are not among them. Processes that share a journal
        share the work: each order is looked up and reported by one of them, and what a process held when it
        died is free after the journal's `lease`. Nothing is ever sent again.

        Args:
            timeout: Seconds for each order; None waits until it is certain, which for orders of an earlier
                process goes by the journal's clock.
            limit: How many are looked up at the same time.

        Returns:
            What became of each, oldest first; before them rows of the journal that cannot be read.

        Raises:
            NotSentError: The journal could not be read.
        """
        return await self._placement.recover(timeout=timeout, limit=limit)

    async def outcome(self, external_id: str) -> OrderRecord | None:
        """What the journal knows of an order of this account, settled or not; nothing is looked up.

        Args:
            external_id: The partner's own id of the order.

        Returns:
            Its record, the newest of this id; None if the journal has none.

        Raises:
            NotSentError: The journal could not be read.
        """
        return await self._open_orders.recorded(external_id)

    async def wait(
        self,
        order: models.Order | str,
        *,
        until: Collection[str] = lookup.FINAL_STATES,
        timeout: float | None = None,
    ) -> models.Order:
        """Wait until an order has reached a state, by default Completed, Cancelled or Refunded.

        Looks again after half a second, then less and less often, every 10 seconds at last. A state that the
        documentation does not name is no reason to stop. Lookups that fail for want of a connection are
        repeated, up to ten in a row.

        Args:
            order: The order, or the partner's own id of it.
            until: The states to wait for.
            timeout: Seconds; None sets no limit.

        Returns:
            The order in that state.

        Raises:
            RequestTimeoutError: The order is in another state when the time is over.
            NotFoundError: There is no such order.
            MintedError: As for `orders.get`.
        """
        with naming(lookup.id_of(order)):
            check_seconds("timeout", timeout, optional=True)
            return await lookup.wait_for(
                order, self._orders, self._options.clock, until=until, timeout=timeout
            )

    def watch(
        self,
        order: models.Order | str,
        *,
        until: Collection[str] = lookup.FINAL_STATES,
        timeout: float | None = None,
    ) -> AsyncGenerator[models.Order]:
        """Follow an order: its state now, and each change, until it has reached one of some states.

        A state that the documentation does not name is news like any other (`order.status_name.is_known`).

        Args:
            order: The order, or the partner's own id of it.
            until: The states after which there is no more to come.
            timeout: Seconds; None sets no limit.

        Returns:
            An iterator of the order as it was after each change.

        Raises:
            MintedError: While iterating, as for `wait`.
        """
        check_seconds("timeout", timeout, optional=True)
        return lookup.watch(order, self._orders, self._options.clock, until=until, timeout=timeout)

    @property
    def unsettled(self) -> int | None:
        """How many orders of this client have no outcome yet; 0 when all is well and nothing is being placed.

        They are those that are being placed, those whose answer was lost, and those that `resolve` or
        `recover` has found open in the journal, until their outcome is known here. What other processes hold,
        and what an earlier one left, is not among them. None once the client is closed: what is left then is
        for `recover`. Nothing is read from the journal, and it may be asked from any thread.
        """
        return self._open_orders.unsettled

    # ---------------------------------------------------------------- within
    async def open(self) -> None:
        """Open the journal. `MintedClient.connect` does this.

        Raises:
            ConfigurationError: It cannot be used.
            NotSentError: It cannot be reached.
        """
        await self._open_orders.open()

    async def drain(self, seconds: float) -> None:
        """Take no further order, and wait for those under way and for the journal. The client does this."""
        await self._open_orders.drain(seconds)

    async def aclose(self) -> None:
        """Close the journal. The client does this when it is closed."""
        await self._open_orders.aclose()

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
        if request.quote is not None:
            return await order_of_quote(
                request, self._placement, self._orders, self._open_orders, self._options, settle_timeout
            )
        if isinstance(request.price_token, price_lock.PriceLock):
            request.price_token.check()
        prepared = prepare_order(
            request,
            await self._fix_price_for(request) if request.price_token is None else request.price_token,
            self._orders,
            self._open_orders.account,
        )
        return await self._placement.place(prepared, settle_timeout)

    async def _fix_price_for(self, request: Buy | Sell) -> price_lock.PriceLock:
        return await self.fix_price(
            customer_external_id=request.customer_external_id,
            currency=None if request.currency_code is UNSET else str(request.currency_code),
            total=request.total if isinstance(request, Buy) else None,
        )

    def _interrupted(self, external_id: str) -> OutcomeUnknownError | OrderNotPlacedError | NotSentError:
        """What is known of an order at the moment of a cancellation."""
        order = self._open_orders.find(external_id)
        outcome = self._open_orders.settled_as(external_id)
        if order is None and outcome is Outcome.PLACED:
            return OutcomeUnknownError(
                f"cancelled: the order {external_id!r} was placed",
                external_id=external_id,
                placed=True,
                advice=f"`minted.trades.resolve({external_id!r})` reads it.",
            )
        if order is None and outcome in (Outcome.NOT_PLACED, Outcome.REFUSED):
            return OrderNotPlacedError(
                f"cancelled: the order {external_id!r} was {outcome}", external_id=external_id
            )
        if order is None:
            sent = NotSentError(
                f"cancelled: the order {external_id!r} was not sent", advice="It is safe to place it again."
            )
            sent.external_id = external_id
            return sent
        return OutcomeUnknownError(
            f"cancelled: it is not known whether the order {external_id!r} was placed",
            operation=order.intent.operation,
            external_id=external_id,
            certain_at=self._options.certain_at(order.absence_proven_at),
            placed=order.confirmed,
            advice=f"`minted.trades.resolve({external_id!r})` finds out.",
        )


@contextmanager
def naming(external_id: str) -> Generator[None]:
    """Put the order's id into every exception."""
    try:
        yield
    except Exception as error:
        empty_frames(error)
        named = error.external_id if isinstance(error, MintedError) else None
        if named is None:
            error.add_note(f"external_id: {external_id}")
            if isinstance(error, MintedError):
                error.external_id = external_id
        raise
