"""aiohttp at our edge: knowing whether a request has left, never sending one twice, reading answers within a
limit.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any, Final
from weakref import WeakKeyDictionary

import aiohttp

from minted_async.core.digest import Lane
from minted_async.core.handshake import Signing
from minted_async.core.masking import Secrets, mask_text

__all__ = [
    "CURRENT",
    "BrokenConnectionError",
    "Departure",
    "ObservedRequest",
    "ObservedResponse",
    "ResponseTooLargeError",
    "WireResponse",
    "describe_failure",
    "guard_repeats",
]

DRAIN_LIMIT: Final = 64 * 1024
"""Bytes of an unwanted body that are read to keep its connection; beyond that a new connection is cheaper."""


class ResponseTooLargeError(Exception):
    """The answer is larger than the client's limit."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class Departure:
    """Whether a request has begun to leave this machine, and what signs it as it does."""

    __slots__ = ("_connector", "_key", "_protocol", "begun", "signing")

    def __init__(self) -> None:
        self.begun = False
        self.signing: Signing | None = None
        self._connector: Any = None
        self._key: Any = None
        self._protocol: Any = None

    def begin(self) -> None:
        """Note that the first byte is about to be written.

        Raises:
            aiohttp.ServerDisconnectedError: It is the second time.
        """
        if self.begun:
            raise aiohttp.ServerDisconnectedError("the connection was lost after the request had been sent")
        self.begun = True

    def through(self, connection: Any) -> None:
        """Note the connection that the request goes out on."""
        self._connector, self._key = connection._connector, connection._key
        self._protocol = connection.protocol

    def return_to_connection(self) -> None:
        """Have the next request take the connection of the last one, if it is free.

        A nonce is only sure to be known to the server that gave it, and behind one address there may be
        several. aiohttp offers no way to ask for a connection, so this reaches into its pool; should that
        ever look different, the retry goes out on whatever connection comes first.
        """
        pool: dict[Any, deque[Any]] = getattr(self._connector, "_conns", {})
        idle = pool.get(self._key, deque())
        for position, entry in enumerate(idle):
            if entry[0] is self._protocol:
                idle.rotate(-position)
                return


CURRENT: ContextVar[Departure | None] = ContextVar("minted_async.departure", default=None)


# Goes with the connections: each is one to a server that may know nonces which its twins do not.
_LANES: WeakKeyDictionary[object, Lane] = WeakKeyDictionary()


def _lane(connection: aiohttp.connector.Connection) -> Lane:
    lane = _LANES.get(connection.protocol)
    if lane is None:
        lane = _LANES[connection.protocol] = Lane()
    return lane


class ObservedRequest(aiohttp.ClientRequest):
    """A request that tells when its connection stands and its first byte is about to leave."""

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """Write the request."""
        if (departure := CURRENT.get()) is not None:
            departure.begin()
            departure.through(conn)
            if departure.signing is not None and (header := departure.signing(_lane(conn))) is not None:
                self.headers["Authorization"] = header
        return await super().send(conn)


class BrokenConnectionError(aiohttp.ClientError):
    """The connection broke before the headers of the answer were there."""

    def __init__(self, origin: aiohttp.ClientError) -> None:
        super().__init__(str(origin))
        self.origin = origin


class ObservedResponse(aiohttp.ClientResponse):
    """An answer that is waited for once.

    aiohttp sends a GET, PUT or DELETE again by itself when the connection breaks, a new one too. How often a
    request is sent is for us to say, so that it must not recognise what has happened.
    """

    async def start(self, connection: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        """Wait for the headers."""
        try:
            return await super().start(connection)
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as cause:
            raise BrokenConnectionError(cause) from cause


async def guard_repeats(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """For a session that was handed in: never send a PUT or DELETE twice."""
    if (departure := CURRENT.get()) is not None:
        departure.begin()
    return await handler(request)


class WireResponse:
    """An answer whose headers are here and whose body is still to be read."""

    __slots__ = ("_response", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status = response.status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are compared without regard to case."""
        return self._response.headers

    def challenges(self) -> Sequence[str]:
        """All WWW-Authenticate headers."""
        return self._response.headers.getall("WWW-Authenticate", [])

    def authentication_info(self) -> str | None:
        """The Authentication-Info header."""
        return self._response.headers.get("Authentication-Info")

    async def discard(self) -> None:
        """Free the connection: by reading a short body, or by closing it."""
        with contextlib.suppress(ResponseTooLargeError, aiohttp.ClientError):
            await self.read(DRAIN_LIMIT)

    async def read(self, limit: int) -> bytes:
        """Read the whole body, decompressed.

        Raises:
            ResponseTooLargeError: It is longer than `limit` bytes; the connection is closed.
        """
        response = self._response
        try:
            length = response.content_length
            if length is not None and length > limit:
                raise ResponseTooLargeError(self.status)
            if length is not None and "Content-Encoding" not in response.headers:
                return await response.read()
            chunks: list[bytes] = []
            size = 0
            async for chunk in response.content.iter_any():
                size += len(chunk)
                if size > limit:
                    raise ResponseTooLargeError(self.status)
                chunks.append(chunk)
            return b"".join(chunks)
        finally:
            # Gives the connection back if the body was read to its end, and closes it otherwise.
            if not response.content.at_eof():
                response.close()
            response.release()


def describe_failure(cause: Exception, secrets: Secrets) -> tuple[str, bool]:
    """What went wrong on the wire, for an error's text.

    Args:
        cause: What aiohttp or the system raised.
        secrets: Values that must not be shown.

    Returns:
        The text, empty for a time limit of our own, and whether the exception itself can be shown: aiohttp
        quotes what it cannot read, and that may be our own request, echoed.
    """
    whole = str(cause)
    text = mask_text(whole, secrets)
    shown = text == whole
    if isinstance(cause, aiohttp.ServerDisconnectedError) and not isinstance(cause.message, str):
        return "the connection was lost inside the headers of the answer", False
    if not isinstance(cause, TimeoutError):
        text = f"{type(cause).__name__}: {text}" if text else type(cause).__name__
    return text, shown
