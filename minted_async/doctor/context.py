"""What the checks share: the client, the wire below it, and what those before have found."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Final, LiteralString

import msgspec

from minted_async.clock import Clock
from minted_async.core.config import HeaderOptions
from minted_async.core.digest.challenge import Challenge
from minted_async.core.digest.signing import Nonce
from minted_async.core.lifecycle import TransportOptions
from minted_async.core.operation import Operation
from minted_async.core.protocol import Response
from minted_async.core.sender import OperationSender
from minted_async.core.transport import Call
from minted_async.doctor.questions import Question
from minted_async.doctor.report import Fact, Finding, Word, say
from minted_async.doctor.wire import Answer, Line, LoginRefusedError, Wire, next_nonce
from minted_async.errors import AuthenticationError

__all__ = ["TO_A_QUESTION", "Check", "Context", "Kept", "ThrottledError", "envelope_of"]

TO_A_QUESTION: Final[LiteralString] = "Attach this report to a question: the SDK has to learn it."
"""Advice, where nothing else helps."""

_PLAIN: Final = msgspec.json.Decoder(float_hook=Decimal)


class ThrottledError(Exception):
    """The server wants to be asked less: nothing more is asked."""


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether an assumption of the sandbox is kept, and what was seen."""

    kept: bool | None
    seen: str


@dataclass(slots=True, kw_only=True)
class Context:
    """What the checks share.

    Attributes:
        sender: The client's own way to send.
        wire: Raw exchanges with the same server.
        clock: Time.
        ids: The user's ids by the word that a parameter's name has in it.
        limit: Seconds that a check may take.
        addresses: What the name of the server, or of the proxy, stands for.
        line: The connection of the first requests, while it is open.
        connect_seconds: What opening it took.
        first: The first answer, to a request without a signature.
        received_at: When its headers came, as seconds since 1970.
        login: The answer to the first signed request.
        nonce: What the next raw request is signed with.
        one_time: Whether answers announce the next nonce.
        priced: Whether prices could be fixed.
        probed_until: When nonces have been probed for long enough.
        encodings: Content-Encoding of the answers that the client got; empty for none.
        seconds: What each reading took.
        kept: What is known of the sandbox's assumptions, by their ids.
    """

    sender: OperationSender
    wire: Wire
    clock: Clock
    ids: Mapping[str, str]
    limit: float
    addresses: list[str] = field(default_factory=list[str])
    line: Line | None = None
    connect_seconds: float = 0.0
    first: Answer | None = None
    received_at: float = 0.0
    login: Answer | None = None
    nonce: Nonce | None = None
    one_time: bool = False
    priced: bool = False
    probed_until: float = 0.0
    encodings: list[str] = field(default_factory=list[str])
    seconds: list[float] = field(default_factory=list[float])
    kept: dict[str, Kept] = field(default_factory=dict[str, Kept])

    @property
    def options(self) -> TransportOptions:
        """How the client is set up."""
        return self.sender.transport.options

    @property
    def headers(self) -> HeaderOptions:
        """What the client puts into each head."""
        return self.sender.headers

    def in_language(self, locale: str) -> HeaderOptions:
        """The same in another language."""
        return replace(self.sender.headers, locale=locale)

    @property
    def challenge(self) -> Challenge | None:
        """What the server asks for; None if it asks for nothing."""
        return None if self.first is None else self.first.challenge

    def id_for(self, operation: Operation[Any], name: str) -> str | None:
        """The user's id for a parameter; none for orders of the two shops, which are others."""
        if "order" in name and operation.id.count(".") > 1:
            return None
        return next((value for word, value in self.ids.items() if word in name), None)

    def assume(self, assumption: str, kept: bool | None, seen: LiteralString, **facts: Fact) -> None:
        """Note whether an assumption of the sandbox is kept."""
        self.kept[assumption] = Kept(kept, say(seen, **facts))

    async def ask(self, question: Question) -> Response:
        """Ask through the client, once.

        Raises:
            LoginRefusedError: A login was refused before, or now.
            ThrottledError: The server wants to be asked less.
            MintedError: No answer came.
        """
        if self.wire.refused:
            raise LoginRefusedError
        started = self.clock.monotonic()
        call = Call(question.request, self.sender.timeout, cautious=True)
        try:
            response = await self.sender.transport.call(call, None)
        except AuthenticationError:
            self.wire.refused = True
            raise LoginRefusedError from None
        finally:
            # Also where the rest of the refusal cannot be read, or does not come in time.
            self.wire.refused |= call.refused
        self.seconds.append(self.clock.monotonic() - started)
        self.encodings.append(response.headers.get("Content-Encoding", "").strip().lower())
        if response.status == 401:
            self.wire.refused = True
            raise LoginRefusedError
        if response.status == 429:
            raise ThrottledError
        return response

    async def ask_raw(self, question: Question, *, again: int = 0) -> Answer:
        """Ask raw, signed if the server wants that, on the connection of the first requests or a new one.

        Args:
            question: What is asked.
            again: How often it is asked again if the nonce was stale.

        Raises:
            LoginRefusedError: A login was refused before.
            aiohttp.ClientError: No answer came.
        """
        if self.line is None or not self.line.open:
            self.line = await self.wire.open()
        answer = await self.wire.ask(self.line, question, self.nonce)
        announced = next_nonce(answer)
        if announced is not None and self.challenge is not None:
            self.nonce = self.wire.nonce(self.challenge, announced)
        elif answer.stale:
            self.nonce = self.wire.nonce(answer.stale)
            return await self.ask_raw(question, again=again - 1) if again else answer
        return answer


@dataclass(frozen=True, slots=True)
class Check:
    """One check.

    Attributes:
        name: What it is called.
        run: Makes it; None if nobody need be told what came out.
        path: Whether it is on the way to the server: when it does not come to an end, none behind it can.
        limit: Seconds that it may take, if not as many as any other.
    """

    name: Word | LiteralString
    run: Callable[[Context], Awaitable[Finding | None]]
    path: bool = False
    limit: float | None = None


def envelope_of(body: bytes) -> dict[str, object] | None:
    """The envelope of an answer as plain values, numbers as int or Decimal; None if it is none."""
    try:
        value = _PLAIN.decode(body)
    except (ValueError, ArithmeticError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(value.get("success"), bool):  # pyright: ignore[reportUnknownMemberType]
        return value  # pyright: ignore[reportUnknownVariableType]
    return None
