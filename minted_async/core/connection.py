"""One connection, for one call: what has left on it, what came back, and what is unread.

aiohttp opens and keeps connections; what goes over them is written and read here. This is the only module
that uses names of aiohttp beyond its documentation: `set_response_params`, `start_timeout`, `read`,
`should_close`, `is_connected` and `_parser` of a connection's protocol, and `feed_eof` of that parser.
"""

from __future__ import annotations

import asyncio
import contextlib
import select
import ssl
from collections.abc import Callable
from typing import Any, Final

from multidict import CIMultiDictProxy

from minted_async.core.digest.state import ConnectionState

DRAIN_LIMIT: Final = 64 * 1024
"""Bytes of an unwanted body that are read to keep its connection; beyond that a new connection is cheaper."""

_INTERIM_LIMIT: Final = 32
"""Interim responses (1xx) that are skipped before the answer; a server that sends more sends no answer."""


_SETTLING: Final = 16
"""Turns of the loop in which it reads what a connection holds, such as session tickets; one or two do."""


class ResponseTooLargeError(Exception):
    """The body is longer than the limit."""


class BrokenExchangeError(Exception):
    """What came over the connection is no answer to what was sent."""


class Known:
    """What is known of one TCP connection for as long as it is open.

    Attributes:
        readable: Says whether the kernel holds bytes, or the end, of the connection.
        owner: Whose login `auth` belongs to: a connector may be shared, a login is not.
        auth: What the server at its other end knows of nonces.
    """

    __slots__ = ("__weakref__", "auth", "owner", "readable")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.readable = _readable(transport)
        self.owner: object = None
        self.auth = ConnectionState()


class Connection:
    """One connection, for one call: `send`, `head`, `body` or `drain`, perhaps again, `release`, `close`."""

    __slots__ = ("_alone", "_known", "_max_header_bytes", "_payload", "_protocol", "_read_timeout", "_taken")

    def __init__(
        self,
        taken: Any,
        protocol: Any,
        known: Known,
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

    @property
    def tls(self) -> ssl.SSLObject | None:
        """What was agreed on with TLS; None where there is none."""
        agreed: ssl.SSLObject | None = self._protocol.transport.get_extra_info("ssl_object")
        return agreed

    async def settle(self) -> bool:
        """Whether a new connection has nothing unread on it.

        With TLS, what the kernel holds is mostly session tickets (RFC 8446 section 4.6.1), which are no
        answer: the loop reads them first, and only what it took for an answer counts.
        """
        if self.tls is None:
            return not self.unread()
        return await self._read_on() and not self._ended()

    async def leave(self) -> None:
        """Close it, and note in `auth` whether the server had ended it.

        Bytes that nobody asked for are a reason to leave it too, and say nothing of its server.
        """
        await self._read_on()
        if not self._protocol.is_connected():
            self.auth.ended = True
        self.close()

    async def _read_on(self) -> bool:
        """Let the loop read what the kernel holds: whether that is all."""
        for _ in range(_SETTLING):
            if not self._protocol.is_connected() or not self._known.readable():
                return True
            await asyncio.sleep(0)
        return False

    def unread(self) -> bool:
        """Whether the connection has ended, or has bytes on it that nobody asked for.

        The loop may not have read them yet: the kernel's buffer is looked at too.
        """
        return self._ended() or self._known.readable()

    def _ended(self) -> bool:
        return self._protocol.should_close or not self._protocol.is_connected()

    def expect(self) -> None:
        """Make ready for an answer."""
        self._protocol.set_response_params(
            read_until_eof=True,
            read_timeout=self._read_timeout,
            max_line_size=self._max_header_bytes,
            max_field_size=self._max_header_bytes,
        )

    def send(self, data: bytes) -> None:
        """Write a request. From here on it has left."""
        self._protocol.transport.write(data)
        self._protocol.start_timeout()

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
            whole: bytes = payload.read_nowait() if payload.is_eof() else await payload.read()
            return whole
        chunks: list[bytes] = []
        size = 0
        while chunk := await payload.readany():
            size += len(chunk)
            if size > limit:
                raise ResponseTooLargeError
            chunks.append(chunk)
        return b"".join(chunks)

    async def drain(self, headers: CIMultiDictProxy[str]) -> bytes:
        """Read past a body that decides nothing; empty if that fails, or it is long: `unread` says so."""
        with contextlib.suppress(Exception):
            return await self.body(DRAIN_LIMIT, headers)
        return b""

    def release(self) -> None:
        """Give the connection back after a whole body."""
        # Without a parser, whatever comes while it rests is kept unread, and seen by `should_close`.
        parser, self._protocol._parser = self._protocol._parser, None
        if self._alone or parser is None or _amid_a_message(parser):
            self.close()
        else:
            self._taken.release()

    def close(self) -> None:
        """Close it, unless it was given back.

        At once: with TLS, its farewell could outlive the client, by 30 seconds if the server is silent.
        """
        transport = self._taken.transport
        if transport is not None:
            transport.abort()
        self._taken.close()


def _amid_a_message(parser: Any) -> bool:
    """Whether it has read the beginning of another message behind the answer."""
    try:
        return parser.feed_eof() is not None
    except Exception:
        return True


def _readable(transport: asyncio.Transport) -> Callable[[], bool]:
    socket = transport.get_extra_info("socket")
    if hasattr(select, "poll"):
        poller = select.poll()
        poller.register(socket.fileno(), select.POLLIN)
        return lambda: bool(poller.poll(0))
    return lambda: bool(select.select([socket.fileno()], [], [], 0)[0])
