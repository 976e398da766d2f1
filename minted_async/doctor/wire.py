"""What the client does by itself, done step by step: connect, ask unsigned, sign, ask again.

Each step is seen and timed. There is one place that signs, and it does so no more once a login was refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import aiohttp
import anyio
from multidict import CIMultiDictProxy

from minted_async.core.config import Secret
from minted_async.core.connection import Connection
from minted_async.core.digest.challenge import (
    Challenge,
    UnusableChallengeError,
    choose_challenge,
    read_next_nonce,
)
from minted_async.core.digest.signing import Credentials, Nonce
from minted_async.core.lifecycle import Lifecycle, TransportOptions
from minted_async.doctor.questions import Question

__all__ = ["Answer", "Line", "LoginRefusedError", "Wire", "resolve"]

_MOST_BYTES: Final = 1024 * 1024
"""Of an answer that is looked at raw: all of them are short."""


class LoginRefusedError(Exception):
    """A login was refused before: none is tried again, because each may count towards a lock-out."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it came.

    Attributes:
        status: HTTP status.
        headers: Its headers.
        body: Its body, decompressed.
        seconds: From sending the request to the first byte of the answer.
        challenge: What a 401 asks for, if it can be answered.
    """

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    seconds: float
    challenge: Challenge | None = None

    @property
    def stale(self) -> Challenge | None:
        """The challenge, if all that was wrong was the nonce."""
        return self.challenge if self.challenge is not None and self.challenge.stale else None


@dataclass(slots=True)
class Line:
    """A connection of our own.

    Attributes:
        connection: It.
        seconds: What opening it took: TCP, a proxy's CONNECT, TLS.
        answers: How many answers it has carried.
    """

    connection: Connection
    seconds: float
    answers: int = 0

    @property
    def open(self) -> bool:
        """Whether another request can be sent."""
        return not self.connection.unread()


class Wire:
    """Raw exchanges with a server, set up as a client is.

    Args:
        options: How the client is set up.
        password: What is signed with, by the user name of `options`.
        connect: Seconds in which a connection has to be there; None for no limit.
        monotonic: The clock.

    Attributes:
        refused: Whether a login was refused.
    """

    def __init__(
        self,
        options: TransportOptions,
        password: Secret,
        *,
        connect: float | None,
        monotonic: Callable[[], float],
    ) -> None:
        self._options = options
        self._lifecycle = Lifecycle(options)
        self._limits = aiohttp.ClientTimeout(total=None, connect=connect)
        self._monotonic = monotonic
        self._credentials = Credentials(options.username, password.reveal())
        self._lines: list[Line] = []
        self._nonces: dict[str, Nonce] = {}
        self.refused = False

    async def open(self) -> Line:
        """Open a connection.

        Raises:
            aiohttp.ClientError: It could not be opened.
        """
        started = self._monotonic()
        connection = await self._lifecycle.enter().pool.take(self._limits, alone=True)
        line = Line(connection, self._monotonic() - started)
        self._lines.append(line)
        return line

    def nonce(self, challenge: Challenge, value: str | None = None) -> Nonce:
        """A nonce to sign with, of a challenge, or announced later; one that comes back counts on."""
        value = value or challenge.nonce
        known = self._nonces.get(value)
        if known is None:
            known = self._nonces[value] = Nonce(value, challenge, self._credentials, uuid4().hex)
        return known

    async def ask(self, line: Line, question: Question, nonce: Nonce | None = None) -> Answer:
        """Ask something on a connection.

        Args:
            line: The connection.
            question: What is asked.
            nonce: What the request is signed with; None for an unsigned one.

        Raises:
            LoginRefusedError: It was to be signed, and a login was refused before.
            aiohttp.ClientError: No answer came.
        """
        request, connection = question.request, line.connection
        target = f"{self._options.origin.prefix}{request.target}"
        before_target, host_lines = self._options.addressing()
        authorization = None
        if nonce is not None:
            if self.refused:
                raise LoginRefusedError
            authorization = nonce.sign(request.operation.method, target, request.body)
        data = request.write(before_target, host_lines, authorization)
        challenge = None
        try:
            connection.expect()
            started = self._monotonic()
            connection.send(data)
            status, headers = await connection.head()
            seconds = self._monotonic() - started
            if status == 401:
                with contextlib.suppress(UnusableChallengeError):
                    challenge = choose_challenge(headers.getall("WWW-Authenticate", []))
                if nonce is not None and not (challenge and challenge.stale):
                    self.refused = True
            body = await connection.body(_MOST_BYTES, headers)
        except BaseException:
            # What comes yet would pass for the answer to the next question.
            connection.close()
            raise
        line.answers += 1
        return Answer(status, headers, body, seconds, challenge)

    async def aclose(self) -> None:
        """Close all connections."""
        for line in self._lines:
            line.connection.close()
        with anyio.CancelScope(shield=True):
            await self._lifecycle.aclose()


def next_nonce(answer: Answer) -> str | None:
    """The nonce that an answer announces for the next request."""
    information = answer.headers.get("Authentication-Info")
    return None if information is None else read_next_nonce(information)


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, as the system gives them.

    In a thread that the process does not wait for: a resolver that hangs can hang for minutes.

    Raises:
        OSError: There is none.
    """
    loop = asyncio.get_running_loop()
    result: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], problem: OSError | UnicodeError | None) -> None:
        if result.done():
            return
        if problem is None:
            result.set_result(addresses)
        else:
            result.set_exception(problem)

    def work() -> None:
        addresses: list[str] = []
        problem: OSError | UnicodeError | None = None
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            addresses = [str(address[0]) for *_, address in found]
        except (OSError, UnicodeError) as error:
            problem = error
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any longer
            loop.call_soon_threadsafe(settle, addresses, problem)

    threading.Thread(target=work, name="minted-doctor-resolver", daemon=True).start()
    return list(dict.fromkeys(await result))
