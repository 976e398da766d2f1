# Generated from openapi/ by `python -m codegen generate`; do not edit.
"""`minted.trades`: what a program that places orders sees."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from msgspec import UNSET, UnsetType

from minted_async.blocking.iterating import Values
from minted_async.blocking.twin import Twin
from minted_async.clock import Clock
from minted_async.errors import MintedError
from minted_async.generated import models
from minted_async.trades import lookup, price_lock, quotes
from minted_async.trades.journal.base import OrderRecord
from minted_async.trades.placement import Recovery
from minted_async.trades.requests import Buy, PriceToken, ReferencePrice, Sell
from minted_async.trades.trades import Result
from minted_async.trades.trades import Trades as AsyncTrades


class Trades(Twin[AsyncTrades]):
    """Orders that are placed once, and of which you always know whether they were: `minted.trades`.

    ```python
    half_a_gram = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]
    order = minted.trades.buy(customer=customer, items=half_a_gram)
    ```

    An order is sent once, whatever happens. If its answer is lost, it is looked up by its `external_id` until
    it is found, or until it is certain that it does not exist: because a lookup that began after the price
    lock had run out did not find it. With `MintedClient(journal=...)` each order is on the disk before it is
    sent, so that `recover` can account for it after a crash.

    Not made by users: it is `minted.trades`.
    """

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
        return Trades(
            self._source.then(
                lambda it: it.with_options(
                    settle_timeout=settle_timeout,
                    price_margin=price_margin,
                    absence_margin=absence_margin,
                    assumed_lock_seconds=assumed_lock_seconds,
                    clock_margin=clock_margin,
                    is_absent=is_absent,
                    clock=clock,
                )
            )
        )

    def fix_price(
        self,
        *,
        customer_external_id: str | None = None,
        currency: models.Currency | str | None = None,
        total: Decimal | None = None,
        type: str = "digital",
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
        return self._run(
            self._async.fix_price,
            customer_external_id=customer_external_id,
            currency=currency,
            total=total,
            type=type,
        )

    def quote(
        self,
        *,
        customer_external_id: str | None = None,
        currency: models.Currency | str | None = None,
        total: Decimal | None = None,
        type: str = "digital",
    ) -> quotes.Quote:
        """Fix prices to be shown now and bought later, by any worker that shares the journal.

        ```python
        quote = minted.trades.quote(customer_external_id="CST-1", currency="TRY")
        order = minted.trades.buy(quote=quote.id, customer=buyer, items=half_a_gram)  # anywhere, once
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
        return self._run(
            self._async.quote,
            customer_external_id=customer_external_id,
            currency=currency,
            total=total,
            type=type,
        )

    def buy(
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
        return self._run(
            self._async.buy,
            customer=customer,
            items=items,
            external_id=external_id,
            price_token=price_token,
            quote=quote,
            currency_code=currency_code,
            topup=topup,
            payment=payment,
            total=total,
            max_slippage=max_slippage,
            reference_price=reference_price,
            settle_timeout=settle_timeout,
        )

    def sell(
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
        return self._run(
            self._async.sell,
            items=items,
            customer_external_id=customer_external_id,
            external_id=external_id,
            price_token=price_token,
            quote=quote,
            currency_code=currency_code,
            max_slippage=max_slippage,
            reference_price=reference_price,
            settle_timeout=settle_timeout,
        )

    def gather(
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
        return self._run(
            self._async.gather, requests, limit=limit, settle_timeout=settle_timeout, on_result=on_result
        )

    def resolve(
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
        return self._run(self._async.resolve, external_id, certain_at=certain_at, timeout=timeout)

    def recover(self, *, timeout: float | None = None, limit: int = 10) -> list[Recovery]:
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
        return self._run(self._async.recover, timeout=timeout, limit=limit)

    def outcome(self, external_id: str) -> OrderRecord | None:
        """What the journal knows of an order of this account, settled or not; nothing is looked up.

        Args:
            external_id: The partner's own id of the order.

        Returns:
            Its record, the newest of this id; None if the journal has none.

        Raises:
            NotSentError: The journal could not be read.
        """
        return self._run(self._async.outcome, external_id)

    def wait(
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
        return self._run(self._async.wait, order, until=until, timeout=timeout)

    def watch(
        self,
        order: models.Order | str,
        *,
        until: Collection[str] = lookup.FINAL_STATES,
        timeout: float | None = None,
    ) -> Values[models.Order]:
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
        return Values[models.Order](self._begin(self._async.watch, order, until=until, timeout=timeout))

    @property
    def unsettled(self) -> int | None:
        """How many orders of this client have no outcome yet; 0 when all is well and nothing is being placed.

        They are those that are being placed, those whose answer was lost, and those that `resolve` or
        `recover` has found open in the journal, until their outcome is known here. What other processes hold,
        and what an earlier one left, is not among them. None once the client is closed: what is left then is
        for `recover`. Nothing is read from the journal, and it may be asked from any thread.
        """
        return self._async.unsettled

    def open(self) -> None:
        """Open the journal. `MintedClient.connect` does this.

        Raises:
            ConfigurationError: It cannot be used.
            NotSentError: It cannot be reached.
        """
        return self._run(self._async.open)

    def drain(self, seconds: float) -> None:
        """Take no further order, and wait for those under way and for the journal. The client does this."""
        return self._run(self._async.drain, seconds)

    def close(self) -> None:
        """Close the journal. The client does this when it is closed."""
        self._close(AsyncTrades.aclose)
