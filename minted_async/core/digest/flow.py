"""The authentication of one request: when it may be sent, what signs it, and what a 401 to it means."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NoReturn

from multidict import CIMultiDictProxy, istr

from minted_async.core.config import MEND_SOURCE
from minted_async.core.digest.signing import Credentials, Nonce
from minted_async.core.digest.state import ConnectionState
from minted_async.errors import AuthenticationError, ConfigurationError, NotSentError

if TYPE_CHECKING:
    from minted_async.core.digest.handshake import Handshake

MAX_STALE: Final = 2
"""Further tries when the server calls the nonce stale; one that always does so may mean the password."""

_AUTHENTICATION_INFO: Final = istr("Authentication-Info")
_CONNECTION: Final = istr("Connection")


class AuthFlow:
    """The authentication of one request, from its first sending to the response that counts.

    Attributes:
        awaited: What is waited for beside the server, for errors; mostly empty.
        reason: Why authentication failed, when `received` gave False for a 401; otherwise empty.
        failure: What made asking for others fail then, if anything did.
        doubted: Whether a signed sending was refused in a way that a wrong password is refused too.
    """

    __slots__ = (
        "_acceptances",
        "_before",
        "_body",
        "_connection",
        "_given",
        "_handshake",
        "_in_line",
        "_may_renew",
        "_method",
        "_nonce",
        "_operation",
        "_refused",
        "_signed",
        "_stranded",
        "_target",
        "_turn",
        "awaited",
        "doubted",
        "failure",
        "reason",
    )
    _connection: ConnectionState

    def __init__(
        self, handshake: Handshake, operation: str, method: str, target: str, body: bytes | None
    ) -> None:
        self.awaited = self.reason = ""
        self.failure: Exception | None = None
        self.doubted = False
        # What was refused, and whether other credentials can still be asked for: once an attempt.
        self._refused: Credentials | None = None
        self._may_renew = True
        self._handshake = handshake
        self._operation = operation
        self._method = method
        self._target = target
        self._body = body
        # What came with the 401 to this request, whether the server ended the connection on which it came,
        # and how often it was refused although it was signed.
        self._given: Nonce | None = None
        self._stranded = False
        self._signed = 0
        self._nonce: Nonce | None = None
        # How many requests had been accepted when this one was signed last, and when it was at first.
        self._acceptances = self._before = 0
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
            NotSentError: There are no credentials yet, and what gives them raised.
            ConfigurationError: It gave something else.
        """
        handshake = self._handshake
        if handshake.line is not None:
            if not self._in_line:
                await self._join(handshake.line)
            if not handshake.accepted:
                await self._have_credentials()
            return
        while not handshake.accepted:
            await self._have_credentials()
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
        state, given = self._handshake.state, self._given
        self._stranded = given is not None and self._connection.ended
        self._connection = connection
        nonce = self._nonce = state.choose(connection, self._target, given, stranded=self._stranded)
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
            if not handshake.accepted and (
                not _says_nothing(status) if nonce is None else nonce.credentials is state.credentials
            ):
                handshake.accept()
            return False
        if nonce is not None and nonce.credentials is state.credentials:
            if not self._signed:
                self._before = self._acceptances
            self._signed += 1
        result = state.challenged(
            headers.getall("WWW-Authenticate", []),
            self._connection,
            nonce,
            given=self._given,
            stranded=self._stranded,
            overtaken=self._acceptances != state.acceptances,
        )
        self._connection.ended = headers.get(_CONNECTION, "").lower() == "close"
        self._given = result.nonce
        tried = self._signed > MAX_STALE
        reason = result.reason
        if tried and result.nonce is not None:
            reason = (
                f"the server called {self._signed} nonces in a row stale: that may mean a wrong user name or "
                "password; if it wants nonce counts in order, it needs serialize_nonces=True"
            )
        # Some servers call stale whatever is wrong. Where a fresh nonce is stale because others were given
        # out meanwhile, one of those got through.
        if result.refused or (tried and result.stale and state.acceptances == self._before):
            self._refused = state.credentials
            handshake.refuse(reason)
        if tried or result.nonce is None:
            self.reason = reason
            return False
        if result.doubtful:
            handshake.accepted = False
            self.doubted = nonce is not None
        return True

    async def renewed(self) -> bool:
        """After a 401 that `received` took for the answer: whether there are other credentials now.

        If so the request is to be sent once more, on another connection.
        """
        refused, self._refused = self._refused, None
        if refused is None or not self._may_renew:
            return False
        if not await self._renew(refused):
            self.reason += self._handshake.no_others
            self.failure = self._handshake.failure
            return False
        self.reason = ""
        self._given, self._signed = None, 0
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

    async def _renew(self, tried: Credentials) -> bool:
        self._may_renew = False
        self.awaited = "credentials= gave nothing"
        renewed = await self._handshake.renew(tried)
        self.awaited = ""
        return renewed

    async def _have_credentials(self) -> None:
        handshake = self._handshake
        credentials = handshake.state.credentials
        if not credentials.known:
            if not await self._renew(credentials):
                self._raise_failure()
            self._may_renew = True
        elif handshake.refused_until and self._may_renew:
            await self._renew(credentials)
        wait = handshake.refused_until - handshake.clock()
        if wait > 0:
            raise AuthenticationError(
                f"{self._operation}: not sent, because the server refused the credentials a moment ago "
                f"({handshake.refusal}{handshake.no_others}); the next try is possible in {wait:.0f} s",
                operation=self._operation,
                status=401,
                retry_after=wait,
                advice=None if handshake.failure is None else MEND_SOURCE,
            ) from handshake.failure

    def _raise_failure(self) -> NoReturn:
        failure, complaint = self._handshake.failure, self._handshake.complaint
        if isinstance(failure, ConfigurationError):
            raise ConfigurationError(complaint, operation=self._operation) from failure
        raise NotSentError(
            f"{self._operation}: not sent ({complaint})",
            operation=self._operation,
            advice="It is safe to repeat.",
        ) from failure


def _says_nothing(status: int) -> bool:
    """Whether an unsigned request got an answer that somebody in front of the API may have given."""
    return status >= 500 or status in (408, 429)
