"""aiohttp at our edge: connections of its pool, of which it is known what has left and what was unread.

aiohttp's connector resolves names, connects, does TLS and keeps connections; what goes over them is written
and read here. This is the only module that uses names of aiohttp beyond its documentation: `ClientRequest` as
the template of a connection, and of a connection's protocol `set_response_params`, `start_timeout`, `read`,
`should_close`, `is_connected` and `_parser`.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
from collections.abc import Callable, Iterable
from ssl import SSLContext
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from minted_async.core.config import Proxy
from minted_async.core.digest import ConnectionState

DRAIN_LIMIT: Final = 64 * 1024
"""Bytes of an unwanted body that are read to keep its connection; beyond that a new connection is cheaper."""

_INTERIM_LIMIT: Final = 32
"""Interim responses (1xx) that are skipped before the answer; a server that sends more will send no answer."""


class ResponseTooLargeError(Exception):
    """The body is longer than the limit."""


class BrokenExchangeError(Exception):
    """What came over the connection is no answer to what was sent."""


class _Known:
    """What is known of one TCP connection for as long as it is open."""

    __slots__ = ("__weakref__", "auth", "owner", "poll")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.poll = _readable(transport)
        self.owner: object = None
        self.auth = ConnectionState()


class Connections:
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
            return aiohttp.ClientRequest(
                "GET",
                url,
                loop=asyncio.get_running_loop(),
                ssl=ssl,
                proxy=None if proxy is None else proxy.url,
                proxy_headers=None if proxy is None else proxy.headers(),
                server_hostname=server_hostname,
            )

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
            assert protocol is not None and transport is not None
            known = _KNOWN.get(protocol)
            used = known is not None
            if known is None:
                known = _KNOWN[protocol] = _Known(transport)
            if known.owner is not self:  # a connector may be shared, a login is not
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


_KNOWN: Final[WeakKeyDictionary[object, _Known]] = WeakKeyDictionary()


class Connection:
    """One connection, for one call: `send`, `head`, `body`, and again, then `close`."""

    __slots__ = ("_alone", "_known", "_max_header_bytes", "_payload", "_protocol", "_read_timeout", "_taken")

    def __init__(
        self,
        taken: Any,
        protocol: Any,
        known: _Known,
        max_header_bytes: int,
        read_timeout: float | None,
        *,
        alone: bool,
    ) -> None:
        self._taken = taken
        self._protocol = protocol
        self._known = known
        self._max_header_bytes = max_header_bytes
        self._read_timeout = read_timeout
        self._alone = alone
        self._payload: Any = None

    @property
    def auth(self) -> ConnectionState:
        """What the server at its other end knows of nonces."""
        return self._known.auth

    def unread(self, *, fresh: bool = False) -> bool:
        """Whether the connection has ended, or has bytes on it that nobody asked for.

        The loop may not have read them yet: the kernel's buffer is looked at too. Only on a `fresh` connection
        with TLS it is not, where the server's session tickets are on their way (RFC 8446 section 4.6.1).
        """
        protocol = self._protocol
        if protocol.should_close or not protocol.is_connected():
            return True
        if fresh and protocol.transport.get_extra_info("ssl_object") is not None:
            return False
        return self._known.poll()

    def send(self, data: bytes) -> None:
        """Write a request. From here on it has left."""
        protocol = self._protocol
        protocol.set_response_params(
            read_until_eof=True,
            read_timeout=self._read_timeout,
            max_line_size=self._max_header_bytes,
            max_field_size=self._max_header_bytes,
        )
        protocol.transport.write(data)
        protocol.start_timeout()

    async def head(self) -> tuple[int, CIMultiDictProxy[str]]:
        """Status and headers of the answer; interim responses are skipped (RFC 9110 section 15.2)."""
        for _ in range(_INTERIM_LIMIT):
            message, self._payload = await self._protocol.read()
            if message.code >= 200:
                return message.code, message.headers
            if message.code == 101:
                raise BrokenExchangeError("the server switched to another protocol")
        raise BrokenExchangeError("the server sent interim responses and no answer")

    async def body(self, limit: int, headers: CIMultiDictProxy[str]) -> bytes:
        """Read the whole body, decompressed.

        Raises:
            ResponseTooLargeError: It is longer than `limit` bytes.
        """
        payload = self._payload
        length = headers.get("Content-Length")
        if length is not None and int(length) > limit:
            raise ResponseTooLargeError
        if length is not None and "Content-Encoding" not in headers:
            # Mostly it came with the head.
            body: bytes = payload.read_nowait() if payload.is_eof() else await payload.read()
        else:
            chunks: list[bytes] = []
            size = 0
            while chunk := await payload.readany():
                size += len(chunk)
                if size > limit:
                    raise ResponseTooLargeError
                chunks.append(chunk)
            body = b"".join(chunks)
        return body

    async def drain(self, headers: CIMultiDictProxy[str]) -> None:
        """Read past an unwanted body. If that fails, or it is long, `unread` says so."""
        with contextlib.suppress(Exception):
            await self.body(DRAIN_LIMIT, headers)

    def release(self) -> None:
        """Give the connection back after a whole body."""
        if self._alone:
            self.close()
            return
        # Whatever comes while it rests is then kept unread, and seen by `should_close`.
        self._protocol._parser = None
        self._taken.release()

    def close(self) -> None:
        """Close it, unless it was given back."""
        self._taken.close()


def _readable(transport: asyncio.Transport) -> Callable[[], bool]:
    """A function that says whether the kernel holds bytes, or the end, of a connection."""
    socket = transport.get_extra_info("socket")
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(socket.fileno(), select.POLLIN)
        return lambda: bool(poller.poll(0))
    return lambda: bool(select.select([socket.fileno()], [], [], 0)[0])
