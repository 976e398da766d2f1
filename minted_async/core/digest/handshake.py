"""One digest handshake for all calls of a client: one challenge when it is cold, one try of a wrong password.

`core.digest.state` knows how to answer a challenge; this module decides which request provokes one and who
waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from multidict import CIMultiDictProxy, istr

from minted_async.core.digest.signing import Nonce
from minted_async.core.digest.state import ConnectionState, DigestState
from minted_async.errors import AuthenticationError

MAX_STALE: Final = 2
"""Further tries when the server calls the nonce stale; a server that always does so is not asked for ever."""

PAUSE_AFTER_REFUSAL: Final = 30.0
"""Seconds for which refused credentials are not tried again. Each try may count towards a lock-out of the
account: a service that polls every second would make 60 a minute, and this way makes two. Longer would not
spare much more, and would keep a partner waiting who has just corrected the password at Minted's side."""

_AUTHENTICATION_INFO: Final = istr("Authentication-Info")


class Handshake:
    """The authentication of one open client: it belongs to one event loop and one process.

    Args:
        username: User name.
        password: Password.
        origin: Scheme, host and port of the API; a challenge's ``domain`` may name it.
        clock: Monotonic seconds.
        serialize: One signed request at a time, for servers that want nonce counts in strict order.
    """

    __slots__ = ("accepted", "asking", "clock", "in_line", "line", "refusal", "refused_until", "state")

    def __init__(
        self,
        username: str,
        password: str,
        *,
        origin: str,
        clock: Callable[[], float],
        serialize: bool = False,
    ) -> None:
        self.state = DigestState(username, password, origin=origin)
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

    def accept(self) -> None:
        """The credentials were accepted: nobody need wait any longer."""
        self.accepted = True
        self.refused_until = 0.0
        if self.asking is not None:
            # Its request may still be reading the body of its response.
            self.asking.set()
            self.asking = None

    def refuse(self, reason: str) -> None:
        """The credentials were refused: nobody tries them again for a while."""
        self.accepted = False
        self.refusal = reason
        self.refused_until = self.clock() + PAUSE_AFTER_REFUSAL


class AuthFlow:
    """The authentication of one request, from its first sending to the response that counts.

    Attributes:
        reason: Why authentication failed, when `received` gave False for a 401; otherwise empty.
        doubted: Whether a signed sending was refused in a way that a wrong password is refused too.
    """

    __slots__ = (
        "_acceptances",
        "_body",
        "_connection",
        "_given",
        "_handshake",
        "_in_line",
        "_method",
        "_nonce",
        "_operation",
        "_signed",
        "_target",
        "_turn",
        "doubted",
        "reason",
    )
    _connection: ConnectionState

    def __init__(
        self, handshake: Handshake, operation: str, method: str, target: str, body: bytes | None
    ) -> None:
        self.reason = ""
        self.doubted = False
        self._handshake = handshake
        self._operation = operation
        self._method = method
        self._target = target
        self._body = body
        # What came with the 401 to this request, and how often it was refused although it was signed.
        self._given: Nonce | None = None
        self._signed = 0
        self._nonce: Nonce | None = None
        self._acceptances = 0
        self._turn: asyncio.Event | None = None
        self._in_line = False

    @property
    def must_wait(self) -> bool:
        """Whether `ready` would wait for another request: hold no connection meanwhile."""
        handshake = self._handshake
        if handshake.line is not None:
            return not self._in_line and handshake.in_line > 0
        asking = handshake.asking
        return not handshake.accepted and asking is not None and asking is not self._turn

    @property
    def signed(self) -> bool:
        """Whether the last sending was signed."""
        return self._nonce is not None

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
                await self._join(handshake.line)
            if not handshake.accepted:
                self._raise_if_refused()
            return
        while not handshake.accepted:
            self._raise_if_refused()
            asking = handshake.asking
            if asking is None:
                asking = handshake.asking = self._turn = asyncio.Event()
            if asking is self._turn:
                return
            await asking.wait()

    def authorization(self, connection: ConnectionState) -> str | None:
        """The Authorization header for one sending; None for a request that goes out unsigned.

        Args:
            connection: What is known of the connection on which the request goes out now.
        """
        state = self._handshake.state
        self._connection = connection
        nonce = self._nonce = state.choose(connection, self._target, self._given)
        if nonce is None:
            return None
        self._acceptances = state.acceptances
        return nonce.sign(self._method, self._target, self._body)

    def received(self, status: int, headers: CIMultiDictProxy[str]) -> bool:
        """Look at the headers of the response.

        Args:
            status: Its HTTP status.
            headers: Its headers.

        Returns:
            Whether to throw the response away and send the request once more, signed anew.
        """
        handshake, nonce = self._handshake, self._nonce
        state = handshake.state
        if status != 401:
            if nonce is not None:
                state.accepted(nonce, self._connection, headers.get(_AUTHENTICATION_INFO))
            if not handshake.accepted and (nonce is not None or not _says_nothing(status)):
                handshake.accept()
            return False
        self._signed += nonce is not None
        result = state.challenged(
            headers.getall("WWW-Authenticate", []),
            self._connection,
            nonce,
            given=self._given,
            overtaken=self._acceptances != state.acceptances,
        )
        self._given = result.nonce
        if result.refused:
            handshake.refuse(result.reason)
        if result.nonce is None:
            self.reason = result.reason
            return False
        if self._signed > MAX_STALE:
            self.reason = (
                f"the server called {self._signed} nonces in a row stale: if it wants nonce counts in order, "
                "it needs serialize_nonces=True"
            )
            return False
        if result.doubtful:
            handshake.accepted = False
            self.doubted = nonce is not None
        return True

    def close(self) -> None:
        """Let the others go on, whatever became of this request. May be called again."""
        handshake, turn = self._handshake, self._turn
        if turn is not None and turn is handshake.asking:
            handshake.asking = None
            turn.set()
        if self._in_line and handshake.line is not None:
            self._in_line = False
            handshake.in_line -= 1
            handshake.line.release()

    async def _join(self, line: asyncio.Lock) -> None:
        handshake = self._handshake
        handshake.in_line += 1
        try:
            await line.acquire()
        except BaseException:
            handshake.in_line -= 1
            raise
        self._in_line = True

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
