"""One digest handshake for all calls of a client: one challenge when it is cold, one try of a wrong password.

`core.digest.state` knows how to answer a challenge; this module decides which request provokes one and who
waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from multidict import CIMultiDictProxy

from minted_async.core.digest.challenge import Challenge
from minted_async.core.digest.state import Authorization, ConnectionState, Digest, Verdict
from minted_async.errors import AuthenticationError

MAX_STALE: Final = 2
"""Further tries when the server calls the nonce stale; a server that always does so is not asked for ever."""

PAUSE_AFTER_REFUSAL: Final = 30.0
"""Seconds for which refused credentials are not tried again. Each try may count towards a lock-out of the
account, and a service that polls would make one a second; a partner who has mended the password on the other
side does not want to wait for minutes either."""


class Handshake:
    """The authentication of one open client: it belongs to one event loop and one process.

    Args:
        username: User name.
        password: Password.
        origin: Scheme, host and port of the API; a challenge's ``domain`` may name it.
        clock: Monotonic seconds.
        serialize: One signed request at a time, for servers that want nonce counts in strict order.
    """

    __slots__ = ("accepted", "asking", "clock", "digest", "in_line", "line", "refusal", "refused_until")

    def __init__(
        self,
        username: str,
        password: str,
        *,
        origin: str,
        clock: Callable[[], float],
        serialize: bool = False,
    ) -> None:
        self.digest = Digest(username, password, origin=origin)
        self.clock = clock
        self.line = asyncio.Lock() if serialize else None
        # Flows that stand in the line, the one at its head included.
        self.in_line = 0
        # Whether the server accepted the credentials, or asked for none.
        self.accepted = False
        # Set while one request asks; those that wait for it wake when it is done, whatever came out.
        self.asking: asyncio.Event | None = None
        self.refused_until = 0.0
        self.refusal = ""

    def flow(self, operation: str, method: str, target: str, body: bytes | None) -> AuthFlow:
        """The authentication of one request.

        Args:
            operation: Name of the operation, for errors.
            method: HTTP method.
            target: Request target as on the wire: raw path and query.
            body: The whole body, which auth-int signs.
        """
        return AuthFlow(self, operation, method, target, body)


class AuthFlow:
    """The authentication of one request, from its first sending to the response that counts.

    Attributes:
        reason: Why authentication failed, when `received` gave False for a 401; otherwise empty.
    """

    __slots__ = (
        "_authorization",
        "_body",
        "_challenge",
        "_handshake",
        "_in_line",
        "_method",
        "_operation",
        "_signed",
        "_target",
        "_turn",
        "reason",
    )

    def __init__(
        self, handshake: Handshake, operation: str, method: str, target: str, body: bytes | None
    ) -> None:
        self.reason = ""
        self._handshake = handshake
        self._operation = operation
        self._method = method
        self._target = target
        self._body = body
        self._challenge: Challenge | None = None
        self._authorization: Authorization | None = None
        self._signed = 0
        self._turn: asyncio.Event | None = None
        self._in_line = False

    @property
    def must_wait(self) -> bool:
        """Whether `ready` would wait for another request: hold no connection meanwhile."""
        handshake = self._handshake
        if handshake.line is not None:
            return not self._in_line and handshake.in_line > 0
        return not handshake.accepted and self._turn is None and handshake.asking is not None

    async def ready(self) -> None:
        """Wait until this request may be sent; await it before each sending, the repeated one too.

        It returns at once while the credentials are accepted, and where `must_wait` is False. May be
        cancelled.

        Raises:
            AuthenticationError: The credentials were refused a short while ago; nothing was sent.
        """
        handshake = self._handshake
        if handshake.line is not None:
            if not self._in_line:
                await self._join_line(handshake, handshake.line)
            if not handshake.accepted:
                self._raise_if_refused()
            return
        while not handshake.accepted and self._turn is None:
            self._raise_if_refused()
            if handshake.asking is None:
                handshake.asking = self._turn = asyncio.Event()
            else:
                await handshake.asking.wait()

    def authorization(self, connection: ConnectionState) -> str | None:
        """The Authorization header for one sending; None for a request that goes out unsigned.

        Args:
            connection: What is known of the connection on which the request goes out now.
        """
        signed = self._authorization = self._handshake.digest.authorize(
            self._method, self._target, self._challenge, body=self._body or b"", lane=connection
        )
        return None if signed is None else signed.header

    def received(self, status: int, headers: CIMultiDictProxy[str]) -> bool:
        """Look at the headers of the response.

        Args:
            status: Its HTTP status.
            headers: Its headers.

        Returns:
            Whether to throw the response away and send the request once more, signed anew.
        """
        handshake, authorization = self._handshake, self._authorization
        if status != 401:
            if authorization is not None:
                handshake.digest.accepted(authorization, headers.get("Authentication-Info"))
                self._accepted()
            elif not _says_nothing(status):
                self._accepted()
            return False
        self._signed += authorization is not None
        reply = handshake.digest.challenged(headers.getall("WWW-Authenticate", []), authorization)
        self._challenge = reply.challenge
        if reply.verdict is Verdict.REFUSED:
            handshake.accepted = False
            handshake.refusal = reply.reason
            handshake.refused_until = handshake.clock() + PAUSE_AFTER_REFUSAL
        if reply.verdict is not Verdict.RETRY or reply.challenge is None:
            self.reason = reply.reason
            return False
        if self._signed > MAX_STALE:
            self.reason = f"the server called {self._signed} nonces in a row stale"
            return False
        if authorization is None or not reply.challenge.stale:
            # Either credentials are asked for that were not before, or these may be refused from now on:
            # one request finds out, the others wait for it.
            handshake.accepted = False
        return True

    def close(self) -> None:
        """Let the others go on, whatever became of this request. May be called again."""
        if self._turn is not None:
            self._end_turn()
            self._turn = None
        if self._in_line:
            self._in_line = False
            handshake = self._handshake
            handshake.in_line -= 1
            if handshake.line is not None:
                handshake.line.release()

    async def _join_line(self, handshake: Handshake, line: asyncio.Lock) -> None:
        handshake.in_line += 1
        try:
            await line.acquire()
        except BaseException:
            handshake.in_line -= 1
            raise
        self._in_line = True

    def _accepted(self) -> None:
        handshake = self._handshake
        handshake.accepted = True
        handshake.refused_until = 0.0
        if handshake.asking is not None:
            # The others need not wait for the body of this response.
            handshake.asking.set()
            handshake.asking = None

    def _end_turn(self) -> None:
        handshake, turn = self._handshake, self._turn
        if turn is not None:
            if handshake.asking is turn:
                handshake.asking = None
            turn.set()

    def _raise_if_refused(self) -> None:
        handshake = self._handshake
        wait = handshake.refused_until - handshake.clock()
        if wait > 0:
            raise AuthenticationError(
                f"{self._operation}: not sent, because the server refused the credentials a moment ago "
                f"({handshake.refusal}). Check user name and password; the next try is possible in "
                f"{wait:.0f} s",
                operation=self._operation,
                status=401,
                retry_after=wait,
            )


def _says_nothing(status: int) -> bool:
    """Whether an unsigned request got an answer that somebody in front of the API may have given."""
    return status >= 500 or status in (408, 429)
