"""What a test does to a running sandbox, and what it looks at: from any thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from threading import RLock

from minted_async.sandbox.arguments import convert, typed
from minted_async.sandbox.authentication import DigestGuard
from minted_async.sandbox.clock import Clock
from minted_async.sandbox.customers import Customer
from minted_async.sandbox.faults import FaultName, Faults
from minted_async.sandbox.handler import Handler
from minted_async.sandbox.ledger import Ledger
from minted_async.sandbox.market import CURRENCIES, PRODUCTS
from minted_async.sandbox.news import News
from minted_async.sandbox.orders import Order
from minted_async.sandbox.recording import RequestLog
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.walletable import Walletable
from minted_async.sandbox.stubs import RouteAnswer
from minted_async.sandbox.world import World


class Controls:
    """The part of `Sandbox` that does not care where it is served.

    One lock makes it safe. A request holds it wherever it does not wait, and whatever changes something here
    takes it too, so it lies between two requests. Calls into the server's event loop would order things as
    well, but they would need a loop that runs, could not be made from that loop, and would wait for whatever
    else is due there.
    """

    _lock: RLock
    _clock: Clock
    _guard: DigestGuard
    _handler: Handler
    _news: News
    _fresh_world: Callable[[], World]
    _loop: asyncio.AbstractEventLoop | None
    _first_password: str
    password: str
    """The password that is taken now."""
    requests: RequestLog
    """The last requests, oldest first, refused ones included."""

    @property
    def _world(self) -> World:
        return self._handler.world

    # ---------------------------------------------------------------- time and faults
    def reset(self) -> None:
        """Become as it was made: no orders, customers, requests, faults or routes, at the first prices.

        It goes on serving under the same address, with the password that it began with. Requests that are
        under way are broken off; clients that are logged in sign once more. `ecom` and `walletable` are
        others afterwards.
        """
        with self._lock:
            ended = self._world
            self._clock.reset()
            world = self._fresh_world()
            world.state.url = ended.state.url
            self._handler.world = world
            self._handler.unauthorized = 0
            self.change_password(self._first_password)
            self._guard.forget()
            self._guard.one_time = self.faults.one_time_nonces
            self.requests.clear()
            if self._loop is not None:
                self._loop.call_soon_threadsafe(ended.ended.set)

    @typed
    def change_password(self, password: str) -> None:
        """Take another password from the next request on, and not the old one any more: a rotation."""
        with self._lock:
            self.password = password
            self._guard.change_password(password)

    @typed
    def advance(self, seconds: float) -> None:
        """Move the clock forward without waiting: price fixes, nonces and orders age at once.

        Raises:
            ValueError: `seconds` is negative or not finite.
        """
        with self._lock:
            self._clock.advance(seconds)

    @property
    def faults(self) -> Faults:
        """What may go wrong; can be exchanged while the sandbox runs."""
        return self._world.plan.faults

    @faults.setter
    @typed
    def faults(self, faults: Faults) -> None:
        with self._lock:
            self._world.plan.faults = faults
            self._guard.one_time = faults.one_time_nonces

    def fail_next(
        self,
        fault: FaultName,
        times: int = 1,
        path: str | None = None,
        *,
        method: str | None = None,
        seconds: float = 1.0,
        optional: bool = False,
    ) -> None:
        """Order a fault for the next authenticated calls, ahead of what `faults` draws.

        Args:
            fault: What goes wrong: the name of a probability of `Faults`, or `delay`, `delay_after` (waits
                once the request was carried out), or `forbidden` (403 with the envelope, not carried out).
            times: To how many calls.
            path: Only to calls of this path, as sent: not decoded, without the query; `{name}` stands for one
                segment.
            method: Only to calls by this method, in capitals.
            seconds: How long `delay` and `delay_after` take.
            optional: Whether it is fine if it never happens. The fixture `minted_sandbox` fails a test in
                which any other fault did not: the test has not shown what it says.

        Raises:
            TypeError: An argument has the wrong type.
            ValueError: An unknown fault, a number that makes no sense, a path or a method that no call has.
        """
        convert(
            {"fault": str, "times": int, "path": str | None, "method": str | None, "seconds": float},
            {"fault": fault, "times": times, "path": path, "method": method, "seconds": seconds},
        )
        with self._lock:
            self._world.plan.order(
                fault, times=times, path=path, method=method, seconds=seconds, optional=optional
            )

    def forget_faults(self) -> None:
        """Take back what `fail_next` has ordered and what has not happened yet."""
        with self._lock:
            self._world.plan.forget()

    @property
    def unmet_faults(self) -> Sequence[str]:
        """The faults of `fail_next` that have not happened and are not optional, each as a sentence."""
        with self._lock:
            return self._world.plan.unmet

    def route(self, method: str, path: str, answer: RouteAnswer) -> None:
        """Answer calls of a path that the sandbox does not know, or knows in another way.

        ```python
        sandbox.route("GET", "/partner/balance/{id}", {"balance": Decimal("1.5")})
        sandbox.route("GET", "/partner/report", Answer(status=503, body="<html>", headers={...}))
        sandbox.route("POST", "/partner/echo/{id}", lambda request: {"id": request.ids["id"]})
        ```

        Calls are authenticated first, by digest or a webview's token, and meet the faults. A route goes
        before the sandbox's own path and before older routes; one that is never called is fine.

        Args:
            method: In capitals.
            path: As sent, without the query; `{name}` stands for one segment.
            answer: Data to be put into the envelope, as it is now; an `Answer` for another status, headers or
                body; or a function of a `RouteRequest` that gives one of these, async if it likes. It runs in
                the sandbox's event loop. If it raises, the call is answered with 500, and the log says why.

        Raises:
            ValueError: The method or the path is none, or this is the sandbox's own: `/health`, `/pay/...`.
            TypeError: The data cannot be written as JSON.
        """
        with self._lock:
            self._world.stubs.add(method, path, answer)

    # ---------------------------------------------------------------- what happened
    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on what the sandbox did holds, such as `lambda: "ORD-1" in sandbox.orders`.

        It is looked at now, and each time that a request arrives, is let in, is carried out or is answered.
        The thread of the sandbox looks, so it must not wait for anything.

        Raises:
            RuntimeError: The sandbox was closed before.
        """
        await self._news.until(condition)

    def wait_until(self, condition: Callable[[], bool], timeout: float = 30.0) -> None:
        """The same for a thread without an event loop.

        Raises:
            RuntimeError: The sandbox was closed before.
            TimeoutError: It did not hold within so many seconds.
        """
        self._news.wait_until(condition, timeout)

    @property
    def ecom(self) -> Ecom:
        """The shop of the E-Commerce tab: its catalog, baskets, webview tokens and card pages."""
        return self._world.ecom

    @property
    def walletable(self) -> Walletable:
        """The shop of the Walletable tab: its catalog, baskets, wallets and fees."""
        return self._world.walletable

    @property
    def orders(self) -> Mapping[str, Order]:
        """All orders by the partner's own id; by guid those that have none."""
        return self._world.state.orders

    @property
    def customers(self) -> Mapping[str, Customer]:
        """All customers by the partner's own id."""
        return self._world.state.customers

    @property
    def ledger(self) -> Ledger:
        """Every movement of metal and money; `ledger.verify()` adds them all up again."""
        return self._world.state.ledger

    @typed
    def balances(self, customer_external_id: str) -> dict[str, Decimal]:
        """What a customer owns, by sku (grams) and currency.

        Raises:
            KeyError: There is no such customer.
        """
        with self._lock:
            if customer_external_id not in self.customers:
                raise KeyError(customer_external_id)
            owned = self.ledger.balances(customer_external_id)
        return {unit: owned.get(unit, Decimal(0)) for unit in (*PRODUCTS, *CURRENCIES)}

    @property
    def pushed_hooks(self) -> Sequence[str]:
        """The guids of the orders for which `push_hook` was asked, oldest first. Nothing is ever sent."""
        return tuple(self._world.state.pushed_hooks)

    @property
    def unauthorized(self) -> int:
        """How many 401s were sent."""
        return self._handler.unauthorized

    @property
    def replayed(self) -> int:
        """How many signed requests repeated the nonce count of an earlier one, or came too late to tell."""
        return self._guard.replayed
