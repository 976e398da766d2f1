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
from minted_async.core.digest import ConnectionState
from minted_async.core.origin import Proxy

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
        """
        connector, template = self._connectors[alone], self._templates[alone]
        while True:
            try:
                taken = await connector.connect(template, [], timeout)
            except TimeoutError:
                raise aiohttp.ConnectionTimeoutError(f"no connection within {timeout.connect} s") from None
            protocol, transport = taken.protocol, taken.transport
            assert protocol is not None
            assert transport is not None
            known = _KNOWN.get(protocol)
            used = known is not None
            if known is None:
                known = _KNOWN[protocol] = Known(transport)
            if known.owner is not self:
                known.owner, known.auth = self, ConnectionState()
            connection = Connection(
                taken, protocol, known, self._max_header_bytes, timeout.sock_read, alone=alone
            )
            if not (used and alone) and not connection.unread(fresh=not used):
                return connection
            connection.close()
            if not used:
                raise BrokenExchangeError("the server spoke, or hung up, before it was asked")

    async def aclose(self) -> None:
        """Close all connections."""
        for connector in self._own():
            await connector.close()

    def drop(self) -> None:
        """Close the sockets at once, where the loop cannot be waited for."""
        for connector in self._own():
            # The first step of closing closes the sockets; the rest is waiting.
            closing = connector.close().__await__()
            next(closing, None)
            closing.close()

    def _own(self) -> Iterable[aiohttp.BaseConnector]:
        kept, alone = self._connectors
        return () if kept is alone else (kept, alone)
