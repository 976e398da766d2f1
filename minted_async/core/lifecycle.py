"""The life of a client's connections: opened by the first call, of one loop and process, closed once."""

from __future__ import annotations

import asyncio
import os
import warnings
from collections.abc import Callable
from contextlib import suppress
from ssl import SSLContext
from typing import Final

import aiohttp
import anyio
import msgspec
from yarl import URL

from minted_async.core.config import Limits, Secret
from minted_async.core.deadlines import Deadlines
from minted_async.core.digest.handshake import CredentialSource, Handshake
from minted_async.core.finalizers import finalizer
from minted_async.core.loops import Home, Place, running_loop
from minted_async.core.origin import Origin, Proxy
from minted_async.core.pool import ConnectionPool
from minted_async.errors import ConfigurationError

KEEPALIVE: Final = 12.0
"""Seconds for which an idle connection is kept: shorter than the usual idle limits of servers (20 s on AWS),
which then seldom close a connection just as a request takes it."""


class TransportOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a transport is set up; see `MintedClient` for what the values mean."""

    origin: Origin
    username: str
    password: Secret | None
    max_connections: int
    limits: Limits
    serialize_nonces: bool
    connector: Callable[[], aiohttp.BaseConnector] | None
    ssl_context: SSLContext | None
    proxy: Proxy | None
    opened_at: str
    credentials: CredentialSource | None = None

    def addressing(self) -> tuple[str, str]:
        """What stands before a request's target, and the lines of its head that name the server."""
        before_target, host_lines = self.origin.prefix, f"Host: {self.origin.host}\r\n"
        if self.proxy is not None and self.origin.base.startswith("http:"):
            # A proxy that does not only pass bytes on is told the whole URL (RFC 9112 section 3.2.2).
            before_target = f"{self.origin.base}{before_target}"
            host_lines += "".join(f"{name}: {value}\r\n" for name, value in self.proxy.headers().items())
        return before_target, host_lines


class OpenClient(msgspec.Struct, frozen=True):
    """What a client holds after its first call; all of it belongs to one event loop and one process.

    Attributes:
        pool: Connections to the server.
        slots: One for each connection that may be in use.
        handshake: Digest state.
        deadlines: When calls have to end.
        loop: The event loop.
        process: Id of the process.
    """

    pool: ConnectionPool
    slots: anyio.Semaphore
    handshake: Handshake
    deadlines: Deadlines
    loop: asyncio.AbstractEventLoop
    process: int


_LOOK_UP: Final = 0.1
"""Seconds after which whoever waits for another event loop looks whether it still runs."""

# A forked child shares its parent's sockets and epoll: closing them there, even by dropping the last
# reference, would leave the parent waiting for answers that it is no longer told of.
_PARENTS: Final[list[OpenClient]] = []


class Lifecycle:
    """Opens the connections when they are first needed, and closes them."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._open: OpenClient | None = None
        self._home = Home()
        self._closed = False

    def enter(self) -> OpenClient:
        """The open client, for a call that begins now.

        Raises:
            ConfigurationError: The client is closed, or belongs to another event loop or process.
        """
        loop = running_loop()
        client = self._open
        if self._closed:
            raise ConfigurationError("this client is closed: make a new one")
        if client is None:
            place = self._home.claim()
            if place != (os.getpid(), loop):
                raise _belongs_elsewhere(place)
            try:
                client = self._open = self._make(loop)
            except BaseException:
                self._home.leave()
                raise
        elif client.process != os.getpid() or client.loop is not loop:
            raise _belongs_elsewhere(client)
        return client

    async def aclose(self) -> None:
        """Close all connections. May be called again."""
        self._closed = True
        client, self._open = self._open, None
        if client is None:
            return
        if client.process != os.getpid():
            _PARENTS.append(client)
        elif client.loop is asyncio.get_running_loop():
            await client.pool.aclose()
        else:
            await _close_from_elsewhere(client)

    def _make(self, loop: asyncio.AbstractEventLoop) -> OpenClient:
        options = self._options
        return OpenClient(
            pool=ConnectionPool(
                self._connector,
                URL(options.origin.base),
                ssl=options.ssl_context or True,
                proxy=options.proxy,
                max_header_bytes=options.limits.header,
            ),
            slots=anyio.Semaphore(options.max_connections, fast_acquire=True),
            handshake=Handshake(
                options.username,
                None if options.password is None else options.password.reveal(),
                origin=options.origin.base,
                clock=loop.time,
                serialize=options.serialize_nonces,
                source=options.credentials,
            ),
            deadlines=Deadlines(loop),
            loop=loop,
            process=os.getpid(),
        )

    def _connector(self) -> aiohttp.BaseConnector:
        if self._options.connector is None:
            return aiohttp.TCPConnector(limit=self._options.max_connections, keepalive_timeout=KEEPALIVE)
        try:
            made: object = self._options.connector()
        except Exception as problem:
            raise ConfigurationError(f"connector= raised {type(problem).__name__}") from problem
        # The annotation is not checked at run time.
        if isinstance(made, aiohttp.BaseConnector) and not made.closed:  # pyright: ignore[reportUnnecessaryIsInstance]
            if made._loop is not asyncio.get_running_loop():  # pyright: ignore[reportPrivateUsage]
                raise ConfigurationError(
                    "connector= gave the connector of another event loop or process: let it make one for each"
                )
            return made
        raise ConfigurationError(f"connector= must give an open aiohttp connector, not {made!r}")

    # Names of the module are gone when the interpreter ends.
    @finalizer
    def __del__(
        self, getpid: Callable[[], int] = os.getpid, keep: Callable[[OpenClient], None] = _PARENTS.append
    ) -> None:
        """Warn about a client that was used and never closed."""
        client: OpenClient | None = getattr(self, "_open", None)
        if client is None:
            return
        if client.process != getpid():
            keep(client)
            return
        warnings.warn(
            f"the MintedClient opened at {self._options.opened_at} was never closed: use "
            "`async with MintedClient(...)` or `await minted.aclose()`",
            ResourceWarning,
            stacklevel=1,
            source=self,
        )
        # One warning that names the line is enough: aiohttp's own, of each connector, would not. The garbage
        # collector runs in any thread, and nothing of a loop that runs in another one may be touched.
        if client.loop.is_running() and client.loop is not _loop_here():
            with suppress(RuntimeError):  # it was closed meanwhile
                client.loop.call_soon_threadsafe(client.pool.drop)
        else:
            client.pool.drop()


def _loop_here() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _belongs_elsewhere(place: OpenClient | Place) -> ConfigurationError:
    if place.process != os.getpid():
        return ConfigurationError(
            "this client was used before the process forked, and neither its connections nor its nonces "
            "can be shared: make a new client in each process"
        )
    return ConfigurationError(
        "this client belongs to another event loop: make a client for each loop; every asyncio.run() "
        "makes a new loop, and pytest-asyncio one for each loop_scope"
    )


async def _close_from_elsewhere(client: OpenClient) -> None:
    """Close what belongs to another event loop: in that loop if it runs, and for as long as it does."""
    if client.loop.is_running():
        closing = client.pool.aclose()
        try:
            closed = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(closing, client.loop))
        except RuntimeError:  # it was closed meanwhile
            closing.close()
        else:
            while client.loop.is_running() and not closed.done():
                await asyncio.wait([closed], timeout=_LOOK_UP)
            if closed.done():
                await closed
                return
            closing.close()
    client.pool.drop()
