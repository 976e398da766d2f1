"""Connections to one server: opened and kept by aiohttp's connectors, handed out with nothing unread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Final
from weakref import WeakKeyDictionary

import aiohttp
from yarl import URL

from minted_async.core.connection import BrokenExchangeError, Connection, Known
from minted_async.core.deadlines import is_cancelled
from minted_async.core.digest.state import ConnectionState
from minted_async.core.origin import Proxy
from minted_async.errors import ConfigurationError

_KNOWN: Final[WeakKeyDictionary[object, Known]] = WeakKeyDictionary()


class ConnectionPool:
    """Connections to one origin.

    Args:
        make: Makes a connector: called once for the connections that are kept, and once for those that travel
            alone. One that it gives both times belongs to somebody else, and is not closed.
        url: The origin.
        ssl: TLS settings; True for the usual ones.
        proxy: A proxy to go through.
        max_header_bytes: The longest line of a response's head.
    """

    def __init__(
        self,
        make: Callable[[], aiohttp.BaseConnector],
        url: URL,
        *,
        ssl: SSLContext | bool,
        proxy: Proxy | None,
        max_header_bytes: int,
    ) -> None:
        self._connectors = make(), make()
        self._closed = False
        self._max_header_bytes = max_header_bytes

        def template(server_hostname: str | None) -> aiohttp.ClientRequest:
            headers = None if proxy is None else proxy.headers()
            request = aiohttp.ClientRequest(
                "GET",
                url,
                loop=asyncio.get_running_loop(),
                ssl=ssl,
                proxy=None if proxy is None else proxy.url,
                proxy_headers=headers,
                server_hostname=server_hostname,
            )
            if headers is not None:
                # aiohttp adds it with the first connection, which the second call then would not find again.
                headers["Host"] = request.headers["Host"]
            return request

        # A connector tells its connections apart by what they were opened with, and a server name spelled out
        # counts: even in a shared one, those that travel alone never meet those that are kept.
        self._templates = template(None), template(url.raw_host)

    async def take(self, timeout: aiohttp.ClientTimeout, *, alone: bool) -> Connection:
        """Take a connection with nothing unread on it.

        Args:
            timeout: Its `connect` and `sock_read` count.
            alone: Take one that has carried nothing, and is closed after use.

        Raises:
            aiohttp.ClientError: It could not be opened, or not in time.
            ConfigurationError: The client was closed meanwhile.
        """
        while True:
            taken = await self._connect(timeout, alone=alone)
            protocol, transport = taken.protocol, taken.transport
            if protocol is None or transport is None:  # it was lost in this very moment
                taken.close()
                continue
            known = _KNOWN.get(protocol)
            used = known is not None
            if known is None:
                known = _KNOWN[protocol] = Known(transport)
            if known.owner is not self:
                known.owner, known.auth = self, ConnectionState()
            connection = Connection(
                taken, protocol, known, self._max_header_bytes, timeout.sock_read, alone=alone
            )
            try:
                clean = not (alone or connection.unread()) if used else await connection.settle()
            except BaseException:
                connection.close()
                raise
            if clean:
                return connection
            connection.close()
            if not used:
                raise BrokenExchangeError("the server spoke, or hung up, before it was asked")

    async def _connect(self, timeout: aiohttp.ClientTimeout, *, alone: bool) -> aiohttp.connector.Connection:
        connector = self._connectors[alone]
        if self._closed:
            raise ConfigurationError("this client was closed before the call was sent: make a new one")
        try:
            return await connector.connect(self._templates[alone], [], timeout)
        except TimeoutError:
            raise aiohttp.ConnectionTimeoutError(f"no connection within {timeout.connect} s") from None
        except asyncio.CancelledError:
            if connector.closed and not is_cancelled():
                # So a connector that is closed tells those who wait for a connection of it.
                raise aiohttp.ClientConnectionError("the connector was closed") from None
            raise

    async def aclose(self) -> None:
        """Close all connections; whoever waits for one is told."""
        self._closed = True
        for connector in self._own():
            await connector.close()

    def drop(self) -> None:
        """Close the sockets at once, where the loop cannot be waited for."""
        self._closed = True
        for connector in self._own():
            # The first step of closing closes the sockets; the rest is waiting.
            closing = connector.close().__await__()
            next(closing, None)
            closing.close()

    def _own(self) -> Iterable[aiohttp.BaseConnector]:
        kept, alone = self._connectors
        return () if kept is alone else (kept, alone)
