"""The sandbox as a whole: configuration, the listening socket, and what tests look at."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from threading import RLock
from types import TracebackType
from typing import NoReturn, Self

from aiohttp import web

from minted_async.sandbox.arguments import typed
from minted_async.sandbox.authentication import DigestGuard
from minted_async.sandbox.clock import Clock
from minted_async.sandbox.controls import Controls
from minted_async.sandbox.faults import Faults
from minted_async.sandbox.handler import Handler
from minted_async.sandbox.listening import BACKLOG, listen, settle_accepts
from minted_async.sandbox.news import News
from minted_async.sandbox.orders import StatusDelays
from minted_async.sandbox.recording import RequestLog
from minted_async.sandbox.threads import InThread
from minted_async.sandbox.world import World

_SHUTDOWN_TIMEOUT = 0.1
_LINGERING_TIME = 2.0


class Sandbox(Controls):
    """An embedded Minted: a real HTTP server on a local port, with made-up data.

    Use it as an async context manager, or call `start` and `aclose`; without an event loop of your own use
    `with Sandbox().in_thread() as sandbox`. Several can run at once.

    Whatever is done to it and read from it may be done in any thread: a request is carried out before or
    after, and what has been answered is seen.

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
        TypeError: An argument has the wrong type.
        ValueError: An argument that makes no sense.
    """

    @typed
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
        if not 0 <= port <= 65535:
            raise ValueError(f"port is a number from 0 to 65535: {port!r}")
        if not 0 <= max_requests <= sys.maxsize:
            raise ValueError(f"max_requests is a number of requests, not negative: {max_requests!r}")
        self.username = username
        self.password = self._first_password = password
        self.requests = RequestLog(max_requests)
        self._lock = RLock()
        self._clock = Clock() if clock is None else clock
        self._fresh_world = partial(
            World,
            lock=self._lock,
            clock=self._clock,
            seed=seed,
            price_ttl=price_ttl,
            status_delays=status_delays,
            currency=currency,
            starting_cash=Decimal(starting_cash),
            delivery_fee=Decimal(delivery_fee),
            faults=faults or Faults(),
        )
        self._guard = DigestGuard(
            username, password, clock=self._clock, algorithms=algorithms, nonce_lifetime=nonce_lifetime
        )
        self._news = News(self._lock)
        self._handler = Handler(
            lock=self._lock,
            world=self._fresh_world(),
            guard=self._guard,
            requests=self.requests,
            news=self._news,
        )
        self._guard.one_time = self.faults.one_time_nonces
        self._host = host
        self._port = port
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._http: web.Server | None = None
        self._url: str | None = None

    def __reduce__(self) -> NoReturn:
        raise TypeError("Sandbox serves from its process, cannot be pickled or copied: hand over its `url`")

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
        if self._server is not None or self._handler.closed:
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
        self._http, self._server, self._loop = http, server, asyncio.get_running_loop()
        address: tuple[str, int] = listening.getsockname()[:2]
        host, port = address
        reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self._url = f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
        self._world.state.url = self._url
        try:
            await server.start_serving()
        except BaseException:
            await self.aclose()
            raise

    async def aclose(self) -> None:
        """Stop listening, break what is under way, close every connection.

        May be called again, before `start`, and in another event loop than `start`.
        """
        loop = self._loop
        if loop is not None and loop.is_running() and loop is not asyncio.get_running_loop():
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._close(), loop))
        else:
            await self._close()

    async def _close(self) -> None:
        self._handler.close()
        server, http = self._server, self._http
        self._server = self._http = self._url = self._loop = None
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

    def in_thread(self) -> InThread[Self]:
        """Serve from a thread with an event loop of its own, as long as a `with` block lasts.

        ```python
        with Sandbox(price_ttl=10).in_thread() as sandbox:
            subprocess.run(command, env={**os.environ, "MINTED_BASE_URL": sandbox.url})
        ```

        Raises:
            OSError: The address cannot be listened on, for example because the port is in use.
            RuntimeError: It runs already, or was closed.
        """
        return InThread(self)

    @property
    def url(self) -> str:
        """Where it listens, such as `http://127.0.0.1:8765`.

        Raises:
            RuntimeError: It is not running.
        """
        if self._url is None:
            raise RuntimeError(
                "the sandbox is not running: use it in `async with`, or serve by `with sandbox.in_thread()`"
            )
        return self._url
