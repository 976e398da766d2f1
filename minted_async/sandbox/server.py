"""The sandbox as a whole: configuration, the listening socket, and what tests look at."""

from __future__ import annotations

import asyncio
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import TracebackType
from typing import Self

from aiohttp import web

from minted_async.sandbox.authentication import DigestGuard
from minted_async.sandbox.clock import Clock
from minted_async.sandbox.customers import Customer
from minted_async.sandbox.faults import FaultName, FaultPlan, Faults
from minted_async.sandbox.handler import Handler
from minted_async.sandbox.ledger import Ledger
from minted_async.sandbox.listening import BACKLOG, listen, settle_accepts
from minted_async.sandbox.market import CURRENCIES, PRODUCTS
from minted_async.sandbox.orders import Order, StatusDelays
from minted_async.sandbox.recording import RecordedRequest
from minted_async.sandbox.routes import Routes
from minted_async.sandbox.shop.ecom import Ecom
from minted_async.sandbox.shop.walletable import Walletable
from minted_async.sandbox.state import State

_SHUTDOWN_TIMEOUT = 0.1
_LINGERING_TIME = 2.0


class Sandbox:
    """An embedded Minted: a real HTTP server on a local port, with made-up data.

    Use it as an async context manager, or call `start` and `aclose`. Several can run at once.

    Args:
        username: The only user.
        password: Their password.
        seed: Prices, tokens, ids and faults follow from it.
        price_ttl: Seconds that a price fix lives.
        faults: What goes wrong on purpose.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        algorithms: Digest algorithms to offer, in this order.
        nonce_lifetime: Seconds that a nonce is good for.
        status_delays: Seconds after which an order is Pending, and Completed.
        currency: The currency of price fixes that ask for none: TRY, USD, EUR or GBP.
        starting_cash: What a new customer owns of each currency.
        delivery_fee: What a delivery costs, in `currency`.
        max_requests: How many requests are remembered.
        clock: Time of everything but real waiting; it runs by itself and is moved by `advance`.

    Raises:
        ValueError: An argument that makes no sense.
    """

    def __init__(
        self,
        *,
        username: str = "demo",
        password: str = "demo",
        seed: int = 7,
        price_ttl: float = 240,
        faults: Faults | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        algorithms: Sequence[str] = ("SHA-256", "MD5"),
        nonce_lifetime: float = 300,
        status_delays: StatusDelays = (0.4, 1.2),
        currency: str = "TRY",
        starting_cash: Decimal | int = 100_000_000,
        delivery_fee: Decimal | int = 75,
        max_requests: int = 10_000,
        clock: Clock | None = None,
    ) -> None:
        self.username = username
        self.password = password
        self.requests: deque[RecordedRequest] = deque(maxlen=max_requests)
        """The last requests, oldest first, refused ones included."""
        self._clock = Clock() if clock is None else clock
        self._state = State(
            clock=self._clock,
            seed=seed,
            price_ttl=price_ttl,
            status_delays=status_delays,
            currency=currency,
            starting_cash=Decimal(starting_cash),
            delivery_fee=Decimal(delivery_fee),
        )
        self._guard = DigestGuard(
            username, password, clock=self._clock, algorithms=algorithms, nonce_lifetime=nonce_lifetime
        )
        self._plan = FaultPlan(faults or Faults(), random.Random(f"faults {seed}"))
        self._guard.one_time = self.faults.one_time_nonces
        self.ecom = Ecom(self._state)
        """The shop of the E-Commerce tab: its catalog, baskets, webview tokens and card pages."""
        self.walletable = Walletable(self._state)
        """The shop of the Walletable tab: its catalog, baskets, wallets and fees."""
        self._handler = Handler(
            routes=Routes(self._state, self.ecom, self.walletable),
            guard=self._guard,
            bearer=self.ecom.bearer,
            pages=self.ecom.pages,
            plan=self._plan,
            requests=self.requests,
        )
        self._host = host
        self._port = port
        self._server: asyncio.Server | None = None
        self._http: web.Server | None = None
        self._url: str | None = None

    def __repr__(self) -> str:
        return f"<Sandbox {self._url or 'not running'}, {len(self.orders)} orders>"

    # ---------------------------------------------------------------- lifecycle
    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def start(self) -> None:
        """Listen.

        Raises:
            OSError: The address cannot be listened on, for example because the port is in use.
            RuntimeError: It runs already, or was closed.
        """
        if self._server is not None or self._handler.closing.is_set():
            raise RuntimeError("a sandbox is started once")
        listening = listen(self._host, self._port)
        http = web.Server(self._handler.handle, access_log=None, lingering_time=_LINGERING_TIME)
        try:
            server = await asyncio.get_running_loop().create_server(
                http, sock=listening, backlog=BACKLOG, start_serving=False
            )
        except BaseException:
            listening.close()
            raise
        self._http, self._server = http, server
        address: tuple[str, int] = listening.getsockname()[:2]
        host, port = address
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self._url = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
        self._state.url = self._url
        try:
            await server.start_serving()
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Stop listening, break what is under way, close every connection.

        May be called again, and before `start`.
        """
        self._handler.close()
        server, http = self._server, self._http
        self._server = self._http = self._url = None
        if server is None or http is None:
            return
        try:
            await settle_accepts(server)
        finally:
            transports = [connection.transport for connection in http.connections]
            server.close()
            http.pre_shutdown()
            try:
                await http.shutdown(_SHUTDOWN_TIMEOUT)
            finally:
                for transport in transports:
                    if transport is not None:
                        transport.abort()
        await server.wait_closed()
        # Connections tell the loop that they are gone in its next turn.
        await asyncio.sleep(0)

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8765`.

        Raises:
            RuntimeError: It is not running.
        """
        if self._url is None:
            raise RuntimeError("the sandbox is not running")
        return self._url

    # ---------------------------------------------------------------- time and faults
    def advance(self, seconds: float) -> None:
        """Move the clock forward without waiting: price fixes, nonces and orders age at once.

        Raises:
            ValueError: `seconds` is negative or not finite.
        """
        self._clock.advance(seconds)

    @property
    def faults(self) -> Faults:
        """What may go wrong; can be exchanged while the sandbox runs."""
        return self._plan.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._plan.faults = faults
        self._guard.one_time = faults.one_time_nonces

    def fail_next(
        self,
        fault: FaultName,
        times: int = 1,
        path: str | None = None,
        *,
        method: str | None = None,
        seconds: float = 1.0,
    ) -> None:
        """Order a fault for the next authenticated calls, ahead of what `faults` draws.

        Args:
            fault: What goes wrong: the name of a probability of `Faults`, or `delay`, `delay_after` (waits
                once the request was carried out), or `forbidden` (403 with the envelope, not carried out).
            times: To how many calls.
            path: Only to calls of this path, as sent: not decoded, without the query.
            method: Only to calls by this method.
            seconds: How long `delay` and `delay_after` take.

        Raises:
            ValueError: An unknown fault, or a number that makes no sense.
        """
        self._plan.order(fault, times=times, path=path, method=method, seconds=seconds)

    # ---------------------------------------------------------------- what happened
    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition on what the sandbox did holds, such as `lambda: "ORD-1" in sandbox.orders`.

        It is looked at now, and each time that a request arrives, is let in, is carried out or is answered.

        Raises:
            RuntimeError: The sandbox was closed before.
        """
        await self._handler.until(condition)

    @property
    def orders(self) -> Mapping[str, Order]:
        """All orders by the partner's own id; by guid those that have none."""
        return self._state.orders

    @property
    def customers(self) -> Mapping[str, Customer]:
        """All customers by the partner's own id."""
        return self._state.customers

    @property
    def ledger(self) -> Ledger:
        """Every movement of metal and money; `ledger.verify()` adds them all up again."""
        return self._state.ledger

    def balances(self, customer_external_id: str) -> dict[str, Decimal]:
        """What a customer owns, by sku (grams) and currency.

        Raises:
            KeyError: There is no such customer.
        """
        if customer_external_id not in self.customers:
            raise KeyError(customer_external_id)
        balance = self._state.ledger.balance
        return {unit: balance(customer_external_id, unit) for unit in (*PRODUCTS, *CURRENCIES)}

    @property
    def pushed_hooks(self) -> Sequence[str]:
        """The guids of the orders for which `push_hook` was asked, oldest first. Nothing is ever sent."""
        return tuple(self._state.pushed_hooks)

    @property
    def unauthorized(self) -> int:
        """How many 401s were sent."""
        return self._handler.unauthorized

    @property
    def replayed(self) -> int:
        """How many signed requests repeated the nonce count of an earlier one, or came too late to tell."""
        return self._guard.replayed
