"""One digest handshake for all calls of a client: one challenge when it is cold, one try of a wrong password.

`core.digest` knows how to answer a challenge; this module decides which request provokes one and who waits.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, TypeVar

from minted_async.core.challenge import Challenge
from minted_async.core.digest import Authorization, Digest, Lane, Verdict
from minted_async.errors import AuthenticationError

__all__ = ["Challenged", "Handshake", "Signable", "Signing"]

MAX_STALE: Final = 2
"""Further tries when the server calls the nonce stale; a server that always does so is not asked for ever."""

PAUSE_AFTER_REFUSAL: Final = 30.0
"""Seconds for which refused credentials are not tried again: each try may count towards a lock-out."""


class Signable(Protocol):
    """A request, as far as authentication looks at it."""

    @property
    def operation(self) -> str:
        """Name of the operation, for errors."""
        ...

    @property
    def method(self) -> str:
        """HTTP method."""
        ...

    @property
    def target(self) -> str:
        """Request target as on the wire."""
        ...

    @property
    def body(self) -> bytes | None:
        """The body, which auth-int signs."""
        ...


class Challenged(Protocol):
    """An answer, as far as authentication looks at it."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    def challenges(self) -> Sequence[str]:
        """All WWW-Authenticate headers."""
        ...

    def authentication_info(self) -> str | None:
        """The Authentication-Info header."""
        ...

    async def discard(self) -> None:
        """Free the connection without using the answer."""
        ...


R = TypeVar("R", bound=Challenged)


class Signing:
    """Signs one sending of a request, at the last moment: only then its connection is known.

    Attributes:
        authorization: The signature, once there is one; None for a request that goes out unsigned.
    """

    __slots__ = ("_challenge", "_digest", "_request", "authorization")

    def __init__(self, digest: Digest, request: Signable, challenge: Challenge | None) -> None:
        self._digest = digest
        self._request = request
        self._challenge = challenge
        self.authorization: Authorization | None = None

    def __call__(self, lane: Lane | None = None) -> str | None:
        """Sign.

        Args:
            lane: That of the connection, if it is known.

        Returns:
            The value of the Authorization header, None for a request that goes out unsigned.
        """
        request = self._request
        self.authorization = self._digest.authorize(
            request.method, request.target, self._challenge, body=request.body or b"", lane=lane
        )
        return self.authorization.header if self.authorization is not None else None


class Handshake:
    """Signs requests, and lets only one at a time find out whether the server accepts the credentials.

    Args:
        digest: The digest state of the client.
        clock: Monotonic seconds.
        serialize: Send one signed request at a time, for servers that want nonce counts in strict order.
    """

    def __init__(
        self, digest: Digest, *, clock: Callable[[], float] = time.monotonic, serialize: bool = False
    ) -> None:
        self._digest = digest
        self._clock = clock
        self._line = asyncio.Lock() if serialize else None
        # Whether the credentials (or doing without any) were accepted by the server.
        self._accepted = False
        # Set while one request asks; those that wait for it wake when it is done, whatever came out.
        self._asking: asyncio.Event | None = None
        self._refused_until = 0.0
        self._refusal = ""

    async def run(self, request: Signable, send: Callable[[Signing], Awaitable[R]]) -> tuple[R, str]:
        """Send a request, signed as far as that is possible, until the answer is no challenge.

        Args:
            request: What is signed.
            send: Sends the request once, signed by what it is given, and waits for the answer's headers.

        Returns:
            The answer, and why authentication failed if it is a 401.

        Raises:
            AuthenticationError: The credentials were refused a short while ago; nothing was sent.
        """
        if self._line is not None:
            async with self._line:
                return await self._run(request, send, None)
        turn = None if self._accepted else await self._take_turn(request)
        return await self._run(request, send, turn)

    async def _run(
        self,
        request: Signable,
        send: Callable[[Signing], Awaitable[R]],
        turn: asyncio.Event | None,
    ) -> tuple[R, str]:
        challenge: Challenge | None = None
        signed = 0
        try:
            while True:
                self._raise_if_refused(request)
                signing = Signing(self._digest, request, challenge)
                answer = await send(signing)
                authorization = signing.authorization
                if answer.status != 401:
                    if authorization is not None or not _says_nothing(answer.status):
                        self._accept(authorization, answer)
                    return answer, ""
                signed += authorization is not None
                reply = self._digest.challenged(answer.challenges(), authorization)
                challenge = reply.challenge
                if reply.verdict is Verdict.REFUSED:
                    self._refuse(reply.reason)
                if reply.verdict is not Verdict.RETRY or challenge is None:
                    return answer, reply.reason
                if signed > MAX_STALE:
                    return answer, f"the server called {signed} nonces in a row stale"
                await answer.discard()
                if challenge.stale and authorization is not None:
                    continue
                # Either credentials are asked for that were not before, or these may be refused from now on:
                # one request finds out, the others wait for it.
                self._accepted = False
                if turn is None and self._line is None:
                    turn = await self._take_turn(request)
        finally:
            if turn is not None:
                self._end_turn(turn)

    async def _take_turn(self, request: Signable) -> asyncio.Event | None:
        """Wait until the credentials are accepted (None), or until it is this request's turn to ask."""
        while not self._accepted:
            self._raise_if_refused(request)
            if self._asking is None:
                self._asking = asyncio.Event()
                return self._asking
            await self._asking.wait()
        return None

    def _end_turn(self, turn: asyncio.Event) -> None:
        if self._asking is turn:
            self._asking = None
        turn.set()

    def _accept(self, authorization: Authorization | None, answer: Challenged) -> None:
        if authorization is not None:
            self._digest.accepted(authorization, answer.authentication_info())
        self._accepted = True
        self._refused_until = 0.0
        if self._asking is not None:
            # The others need not wait for the body of this answer.
            self._end_turn(self._asking)

    def _refuse(self, reason: str) -> None:
        self._accepted = False
        self._refusal = reason
        self._refused_until = self._clock() + PAUSE_AFTER_REFUSAL

    def _raise_if_refused(self, request: Signable) -> None:
        wait = self._refused_until - self._clock()
        if wait > 0:
            raise AuthenticationError(
                f"{request.operation}: not sent, because the server refused the credentials a moment ago "
                f"({self._refusal}). Check user name and password; the next try is possible in {wait:.0f} s",
                operation=request.operation,
                status=401,
                retry_after=wait,
            )


def _says_nothing(status: int) -> bool:
    """Whether an unsigned request got an answer that somebody in front of the API may have given."""
    return status >= 500 or status in (408, 429)
