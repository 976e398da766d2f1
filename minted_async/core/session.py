"""The life of a client's session: opened by the first call, bound to its loop and process, closed once."""

from __future__ import annotations

import asyncio
import os
import warnings
from typing import Final

import aiohttp
import anyio
import msgspec

from minted_async.core.config import Origin, Secret
from minted_async.core.digest import Handshake
from minted_async.core.wire import ObservedRequest, ObservedResponse
from minted_async.errors import ConfigurationError

__all__ = ["OpenSession", "SessionKeeper", "TransportOptions"]

KEEPALIVE: Final = 12.0
"""Seconds for which an idle connection is kept: shorter than the usual idle limits of servers, which then
seldom close a connection just as a request takes it."""


class TransportOptions(msgspec.Struct, frozen=True):
    """How a transport is set up; see `MintedClient` for what the values mean."""

    origin: Origin
    username: str
    password: Secret
    user_agent: str
    max_connections: int = 100
    max_response_bytes: int = 16 * 1024 * 1024
    serialize_nonces: bool = False
    opened_at: str = "an unknown line"


class OpenSession(msgspec.Struct, frozen=True):
    """What a client holds after its first call; all of it belongs to one event loop and one process.

    Attributes:
        http: The aiohttp session.
        owned: Whether it is ours to close.
        slots: One for each connection that may be in use.
        handshake: Digest state.
        loop: The event loop.
        process: Id of the process.
    """

    http: aiohttp.ClientSession
    owned: bool
    slots: anyio.Semaphore
    handshake: Handshake
    loop: asyncio.AbstractEventLoop
    process: int


# A forked child shares its parent's sockets and epoll: closing them there, even by dropping the last
# reference, would leave the parent waiting for answers that it is no longer told of.
_PARENTS_SESSIONS: Final[list[OpenSession]] = []


class SessionKeeper:
    """Opens the session when it is first needed, and closes it."""

    def __init__(self, options: TransportOptions, given: aiohttp.ClientSession | None = None) -> None:
        self._options = options
        self._given = given
        self._open: OpenSession | None = None
        self._closed = False

    def enter(self) -> OpenSession:
        """The open session, for a call that begins now.

        Raises:
            ConfigurationError: The client is closed, or belongs to another event loop or process.
        """
        loop = asyncio.get_running_loop()
        if self._closed:
            raise ConfigurationError("this client is closed: make a new one (nothing was sent)")
        session = self._open
        if session is None:
            session = self._open = self._make(loop)
        elif session.process != os.getpid():
            raise ConfigurationError(
                "this client was used before the process forked, and neither its connections nor its nonces "
                "can be shared: make a new client in each process (nothing was sent)"
            )
        elif session.loop is not loop:
            raise ConfigurationError(
                "this client belongs to another event loop: make a client for each loop; every asyncio.run() "
                "makes a new loop (nothing was sent)"
            )
        if session.http.closed:
            raise ConfigurationError("the aiohttp session of this client is closed (nothing was sent)")
        return session

    async def aclose(self) -> None:
        """Close the session, unless it was handed in. May be called again."""
        self._closed = True
        session, self._open = self._open, None
        if session is None or not session.owned:
            return
        if session.process != os.getpid():
            _PARENTS_SESSIONS.append(session)
        elif session.loop is asyncio.get_running_loop():
            await session.http.close()
        elif session.loop.is_running():
            closing = asyncio.run_coroutine_threadsafe(session.http.close(), session.loop)
            await asyncio.wrap_future(closing)
        else:
            _drop(session.http)

    def _make(self, loop: asyncio.AbstractEventLoop) -> OpenSession:
        options = self._options
        return OpenSession(
            http=self._given or _open_session(options),
            owned=self._given is None,
            slots=anyio.Semaphore(options.max_connections, fast_acquire=True),
            handshake=Handshake(
                options.username,
                options.password.reveal(),
                origin=options.origin.base,
                clock=loop.time,
                serialize=options.serialize_nonces,
            ),
            loop=loop,
            process=os.getpid(),
        )

    def __del__(self) -> None:
        """Warn about a client that was used and never closed."""
        session: OpenSession | None = getattr(self, "_open", None)
        if session is None or not session.owned:
            return
        if session.process != os.getpid():
            _PARENTS_SESSIONS.append(session)
            return
        warnings.warn(
            f"the MintedClient opened at {self._options.opened_at} was never closed: use "
            "`async with MintedClient(...)` or `await minted.aclose()`",
            ResourceWarning,
            stacklevel=1,
            source=self,
        )
        # One warning that names the line is enough: aiohttp's own, of session and connector, would not.
        _drop(session.http)


def _drop(http: aiohttp.ClientSession) -> None:
    """Close a session of which the loop cannot be waited for."""
    connector = http.connector
    http.detach()
    if connector is not None:
        # Its first step closes the sockets, and here nobody can wait for the rest.
        closing = connector.close().__await__()
        next(closing, None)
        closing.close()


def _open_session(options: TransportOptions) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=options.max_connections, keepalive_timeout=KEEPALIVE),
        # A cookie would tie calls together that have nothing to do with each other, and is a credential.
        cookie_jar=aiohttp.DummyCookieJar(),
        request_class=ObservedRequest,
        response_class=ObservedResponse,
        headers={"User-Agent": options.user_agent},
        timeout=aiohttp.ClientTimeout(total=None),
    )
