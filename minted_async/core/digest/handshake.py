"""One digest handshake for all calls of a client: one challenge when it is cold, one try of a wrong password.

`core.digest.state` knows how to answer a challenge, `core.digest.flow` decides for one request; this module
is what the requests of a client share: which of them provokes a challenge, who waits for it, and whether
there are other credentials once they were refused.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from functools import partial
from types import NoneType
from typing import Any, Final, TypeAlias, TypeVar, cast, get_origin, get_type_hints

from minted_async.core.config import Secret, check_factory, check_password, check_username
from minted_async.core.deadlines import is_cancelled
from minted_async.core.digest.flow import AuthFlow
from minted_async.core.digest.signing import Credentials
from minted_async.core.digest.state import DigestState
from minted_async.errors import ConfigurationError

PAUSE_AFTER_REFUSAL: Final = 30.0
"""Seconds for which refused credentials are not tried again. Each try may count towards a lock-out of the
account: a service that polls every second would make 60 a minute, and this way makes two. Longer would not
spare much more, and would keep a partner waiting who has just corrected the password at Minted's side."""

CredentialSource: TypeAlias = Callable[[], Awaitable[tuple[str, str] | str]]
"""What `MintedClient(credentials=...)` takes: it gives user name and password, or the password alone."""

_NOT_ASYNC: Final = "it must be an async function"
_MUST_GIVE: Final = "it must give a password, or a pair of user name and password"

S = TypeVar("S", bound=CredentialSource | None)

# The last question that the running task, or the one that started it, was to answer.
_ANSWERING: Final[ContextVar[object]] = ContextVar("minted_async.credentials", default=None)


def check_source(source: S) -> S:
    """Check `credentials=` as far as something is known of it before it is asked.

    What a plain function returns may be awaitable, as that of a lambda or a decorator is. So one is refused
    only if it says itself that it returns something else.

    Raises:
        ConfigurationError: It takes arguments, or says that it returns what is of no use.
    """
    function: Any = check_factory("credentials", source)
    while isinstance(function, partial):
        function = cast("partial[object]", function).func
    if not inspect.isroutine(function):
        function = type(function).__call__
    try:
        hint = get_type_hints(function).get("return")
    except Exception:  # names that only a type checker knows
        hint = None
    kind = get_origin(hint) or hint
    if hasattr(function, "__wrapped__"):  # what it says is copied from the function that it calls
        return source
    if kind in (bytes, NoneType):
        raise ConfigurationError(f"credentials= is of no use: {_MUST_GIVE}, not {kind.__name__}")
    if kind in (str, tuple) and not inspect.iscoroutinefunction(function):
        raise ConfigurationError(f"credentials= is of no use: {_NOT_ASYNC}")
    return source


class Handshake:
    """The authentication of one open client: it belongs to one event loop and one process.

    Args:
        username: User name.
        password: Password; None if `source` is to be asked for it first.
        origin: Scheme, host and port of the API; a challenge's ``domain`` may name it.
        clock: Monotonic seconds.
        serialize: One signed request at a time, for servers that want nonce counts in strict order.
        source: Asked for other credentials when these are refused.
    """

    __slots__ = (
        "_answers",
        "_question",
        "_questions",
        "_refused",
        "_source",
        "_username",
        "accepted",
        "asking",
        "clock",
        "failure",
        "in_line",
        "line",
        "refusal",
        "refused_until",
        "state",
    )

    def __init__(
        self,
        username: str,
        password: str | None,
        *,
        origin: str,
        clock: Callable[[], float],
        serialize: bool = False,
        source: CredentialSource | None = None,
    ) -> None:
        self.state = DigestState(Credentials(username, password or ""), origin=origin)
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
        # Why the source's last answer was of no use.
        self.failure: Exception | None = None
        self._username = username
        self._source = source
        self._questions = asyncio.Lock()
        # The one that is open.
        self._question: object = None
        self._answers: int = 0
        self._refused: list[Credentials] = []

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
        self._refused.clear()
        if self.asking is not None:
            # Its request may still be reading the body of its response.
            self.asking.set()
            self.asking = None

    def refuse(self, reason: str) -> None:
        """The credentials were refused: nobody tries them again for a while."""
        self.accepted = False
        self.state.refused()
        self.refusal = reason
        self.refused_until = self.clock() + PAUSE_AFTER_REFUSAL
        self._refused.append(self.state.credentials)

    @property
    def waits_for_itself(self) -> bool:
        """Whether the call that begins now is made by credentials= while it is asked."""
        return self._question is not None and _ANSWERING.get() is self._question

    @property
    def no_others(self) -> str:
        """Why there are no other credentials than those that were refused, as the end of a sentence."""
        return "" if self._source is None else f", and {self.complaint}"

    @property
    def complaint(self) -> str:
        """Why the source's last answer was of no use. Words of others are left out: they may be a secret."""
        match self.failure:
            case None:
                return "credentials= gave no others"
            case ConfigurationError():
                return f"credentials= is of no use: {self.failure.happened}"
            case _:
                return f"credentials= raised {type(self.failure).__name__}"

    async def renew(self, tried: Credentials) -> bool:
        """Ask the source for other credentials than those that were tried, if there is one.

        It is asked one question at a time, and its answer is that of all who waited for it.

        Returns:
            Whether there are others now.
        """
        if self._source is None:
            return False
        answers = self._answers
        async with self._questions:
            if self.state.credentials is not tried:
                return True
            if self._answers != answers:
                return False
            self.failure = None
            self._question = object()
            _ANSWERING.set(self._question)
            try:
                found = await _ask(self._source, self._username)
            except Exception as problem:
                found, self.failure = None, problem
            finally:
                self._question = None
            self._answers += 1
            if self.clock() >= self.refused_until:
                self._refused.clear()  # what was wrong then may be right now
            if found is None or found == tried or found in self._refused:
                return False
            self.state.renew(found)
            self.accepted = False
            self.refused_until = 0.0
            return True


async def _ask(source: CredentialSource, username: str) -> Credentials:
    try:
        question: object = source()
        if not inspect.isawaitable(question):
            del question  # it may be the password
            raise ConfigurationError(_NOT_ASYNC)
        found = _read(await question, username)
    except asyncio.CancelledError:
        if is_cancelled():
            raise
        raise RuntimeError("something was cancelled in it") from None
    if isinstance(found, str):
        raise ConfigurationError(found)
    return found


def _read(answer: Any, username: str) -> Credentials | str:
    """What the source gave, or what is wrong with it: nothing is raised where a variable holds it."""
    match answer:
        case str():
            given, password = username, answer
        case (given, password):
            pass
        case _:
            return f"{_MUST_GIVE}, not {type(answer).__name__}"
    try:
        if check_username(given) != username:
            return "it gave another user name than that of this client: make one for each account"
        return Credentials(username, check_password(Secret(password)).reveal())
    except ConfigurationError as problem:
        return f"of what it gave, {problem.happened}"
