"""I/O: sends requests under one deadline, authenticated, and again when they only read and it helps.

What a failure means is decided by one fact, which `core.wire` observes: whether the request had begun to
leave.
"""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache, partial
from typing import Final, Never

import aiohttp
import anyio
import msgspec
from yarl import URL

from minted_async.core.answers import too_large, unknown_text
from minted_async.core.capture import record
from minted_async.core.config import Timeout
from minted_async.core.digest import AuthFlow, ConnectionState
from minted_async.core.masking import secret_values
from minted_async.core.protocol import Answer, Request
from minted_async.core.retry import RETRYABLE_STATUSES, RetryBudget, RetryPolicy, read_retry_after
from minted_async.core.session import OpenSession, SessionKeeper, TransportOptions
from minted_async.core.wire import (
    CURRENT,
    BrokenConnectionError,
    Departure,
    ResponseTooLargeError,
    WireResponse,
    describe_failure,
    guard_repeats,
)
from minted_async.errors import (
    ConnectionLostError,
    MintedError,
    NotSentError,
    OutcomeUnknownError,
    RequestTimeoutError,
)

__all__ = ["Transport"]

logger: Final = logging.getLogger("minted_async")

# aiohttp repeats these by itself when the connection breaks. GET too, but on a session that was handed in it
# does no harm, and a guard would take the place of that session's own middlewares.
_REPEATED_BY_AIOHTTP: Final = frozenset({"PUT", "DELETE"})
_BODYLESS: Final = ("Content-Type",)
# What aiohttp raises before the first byte of a request is written, and at no other time.
_BEFORE_SENDING: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ServerFingerprintMismatch,
)


class _Progress(msgspec.Struct, kw_only=True):
    """How far a call has come.

    Attributes:
        attempts: How often it was tried.
        deadline: When its time is over, by the loop's clock; None until it uses a connection.
    """

    attempts: int = 0
    deadline: float | None = None


class Transport:
    """Sends requests to one origin."""

    def __init__(self, options: TransportOptions, session: aiohttp.ClientSession | None = None) -> None:
        self._options = options
        self._keeper = SessionKeeper(options, session)
        self._budget = RetryBudget()
        # Not a method: it would hold the transport itself, and an unclosed client would only be noticed late.
        self._url = lru_cache(maxsize=256)(partial(_make_url, options.origin.base))

    @property
    def username(self) -> str:
        """User name of the partner account."""
        return self._options.username

    async def call(self, request: Request, timeout: Timeout, policy: RetryPolicy | None) -> Answer:
        """Send a request, again if that is allowed and helps, until there is an answer or the time is over.

        Args:
            request: What to send.
            timeout: Limits of the call.
            policy: How to repeat requests that only read; None for a single attempt.

        Raises:
            NotSentError: It could not be sent.
            RequestTimeoutError: No answer in time, and the request only reads.
            ConnectionLostError: The connection broke, and the request only reads.
            OutcomeUnknownError: No answer, and the request changes something.
            AuthenticationError: The credentials were refused a short while ago.
            ConfigurationError: The client is closed, or belongs to another event loop or process.
        """
        session = self._keeper.enter()
        if self._options.origin.prefix:
            request = msgspec.structs.replace(request, target=self._options.origin.prefix + request.target)
        progress = _Progress()
        started = session.loop.time()
        answer: Answer | None = None
        error: BaseException | None = None
        try:
            answer = await self._repeat(session, request, timeout, policy, progress)
            return answer
        except BaseException as problem:
            error = problem
            raise
        finally:
            record(
                self,
                request,
                self._options.origin.base + request.target,
                answer=answer,
                error=error,
                elapsed=session.loop.time() - started,
                attempts=progress.attempts,
            )

    async def aclose(self) -> None:
        """Close the session, unless it was handed in. May be called again."""
        await self._keeper.aclose()

    async def _repeat(
        self,
        session: OpenSession,
        request: Request,
        timeout: Timeout,
        policy: RetryPolicy | None,
        progress: _Progress,
    ) -> Answer:
        repeatable = policy if policy is not None and request.idempotent else RetryPolicy(attempts=1)
        if policy is not None:
            self._budget.deposit(policy)
        while True:
            progress.attempts += 1
            answer: Answer | None = None
            failure: NotSentError | RequestTimeoutError | ConnectionLostError | None = None
            await self._take_slot(session, request, timeout, progress)
            try:
                answer = await self._attempt(session, request, timeout, progress)
                if answer.status not in RETRYABLE_STATUSES:
                    return answer
            except (NotSentError, RequestTimeoutError, ConnectionLostError) as error:
                failure = error
            finally:
                session.slots.release()
            wait = self._wait(session, repeatable, progress, answer)
            if wait is None:
                if answer is not None:
                    return answer
                assert failure is not None
                raise failure
            reason = f"HTTP {answer.status}" if answer is not None else repr(failure)
            logger.debug(
                "%s: attempt %d failed (%s), the next one in %.3f s",
                request.operation,
                progress.attempts,
                reason,
                wait,
            )
            await asyncio.sleep(wait)

    def _wait(
        self, session: OpenSession, policy: RetryPolicy, progress: _Progress, answer: Answer | None
    ) -> float | None:
        """Seconds until the next attempt, None if there is to be none."""
        remaining = None if progress.deadline is None else progress.deadline - session.loop.time()
        retry_after = read_retry_after(answer.headers.get("Retry-After")) if answer is not None else None
        wait = policy.delay(progress.attempts, retry_after=retry_after, remaining=remaining)
        return wait if wait is not None and self._budget.spend() else None

    async def _take_slot(
        self, session: OpenSession, request: Request, timeout: Timeout, progress: _Progress
    ) -> None:
        """Take one of the client's connections. The first one that a call gets starts its clock."""
        try:
            session.slots.acquire_nowait()
        except anyio.WouldBlock:
            await self._queue(session, request, timeout, progress)
        if progress.deadline is None and timeout.total is not None:
            progress.deadline = session.loop.time() + timeout.total

    async def _queue(
        self, session: OpenSession, request: Request, timeout: Timeout, progress: _Progress
    ) -> None:
        limit = timeout.pool if timeout.pool is not None else timeout.total
        until = progress.deadline
        if until is None and limit is not None:
            until = session.loop.time() + limit
        try:
            async with asyncio.timeout_at(until):
                await session.slots.acquire()
        except TimeoutError as cause:
            if progress.attempts > 1:  # not the first attempt's limit was reached, but the whole call's
                progress.attempts -= 1
                self._fail(request, timeout, progress, cause, left=True)
            raise NotSentError(
                f"{request.operation}: not sent, because all {self._options.max_connections} connections of "
                f"this client stayed in use for {limit:g} s: raise max_connections, or make fewer calls at "
                "once",
                operation=request.operation,
            ) from cause

    async def _attempt(
        self, session: OpenSession, request: Request, timeout: Timeout, progress: _Progress
    ) -> Answer:
        """Send a request once, as far as authentication lets it be once."""
        departure = Departure()
        flow = session.handshake.flow(request.operation, request.method, request.target, request.body)
        token = CURRENT.set(departure)
        try:
            async with asyncio.timeout_at(progress.deadline):
                while True:
                    await flow.ready()
                    response = await self._send(session, request, timeout, flow, departure)
                    if not flow.received(response.status, response.headers):
                        break
                    await response.discard()
                body = await response.read(self._options.max_response_bytes)
            return Answer(response.status, response.headers, body, flow.reason)
        except ResponseTooLargeError as problem:
            raise too_large(request, problem.status, self._options.max_response_bytes) from None
        except (aiohttp.ClientError, OSError, RuntimeError) as cause:  # TimeoutError is an OSError
            if isinstance(cause, RuntimeError) and not session.http.closed:
                raise
            left = departure.begun and (session.owned or not isinstance(cause, _BEFORE_SENDING))
            known = cause.origin if isinstance(cause, BrokenConnectionError) else cause
            self._fail(request, timeout, progress, known, left=left)
        finally:
            flow.close()
            CURRENT.reset(token)

    async def _send(
        self,
        session: OpenSession,
        request: Request,
        timeout: Timeout,
        flow: AuthFlow,
        departure: Departure,
    ) -> WireResponse:
        headers = request.headers
        if session.owned:
            departure.flow = flow
            departure.return_to_connection()
        elif (authorization := flow.authorization(ConnectionState())) is not None:
            headers = {**headers, "Authorization": authorization}
        guarded = not session.owned and request.method in _REPEATED_BY_AIOHTTP
        # Nobody observes a session of others: from here on it may have left.
        departure.begun = not session.owned and not guarded
        response = await session.http.request(
            request.method,
            self._url(request.target),
            data=request.body,
            headers=headers,
            allow_redirects=False,
            raise_for_status=False,
            # Ours is set where there is a body; aiohttp would name one where there is none.
            skip_auto_headers=_BODYLESS,
            timeout=_limits(timeout.connect, timeout.read),
            middlewares=(guard_repeats,) if guarded else None,
        )
        if response.status == 401:
            # Refused before it was looked at: whatever happens from here on, it was not carried out.
            departure.begun = False
        return WireResponse(response)

    def _fail(
        self, request: Request, timeout: Timeout, progress: _Progress, cause: Exception, *, left: bool
    ) -> Never:
        """Raise what a failure means."""
        what, shown = describe_failure(cause, secret_values(request.content))
        if not what:
            what = f"no answer within {timeout.total} s"
        name = request.operation
        error: MintedError
        if not left:
            text = f"{name}: not sent to {self._options.origin.base}, it is safe to repeat ({what})"
            error = NotSentError(text, operation=name)
        elif not request.idempotent:
            error = OutcomeUnknownError(
                unknown_text(request, what), operation=name, external_id=request.external_id
            )
        else:
            kind = RequestTimeoutError if isinstance(cause, TimeoutError) else ConnectionLostError
            text = f"{name}: {what}, after {progress.attempts} attempts; it only reads and can be repeated"
            error = kind(text, operation=name, attempts=progress.attempts)
        raise error from (cause if shown else None)


def _make_url(base: str, target: str) -> URL:
    return URL(base + target, encoded=True)


@lru_cache(maxsize=64)
def _limits(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    # No total: it would count from when a call joins the queue for a connection. The deadline is ours.
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
