"""Sends requests under one deadline, authenticated, and again when they only read and it helps.

What a failure means is for `core.responses` to say; here are the facts: had it left, and what broke.
"""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import aiohttp
import anyio
import msgspec

from minted_async.core.capture import BLOCKS, record
from minted_async.core.config import NeverPickled, Timeout
from minted_async.core.connection import Connection
from minted_async.core.deadlines import Deadline
from minted_async.core.lifecycle import Lifecycle, OpenClient, TransportOptions
from minted_async.core.logs import Log, classes_of
from minted_async.core.protocol import Request, Response
from minted_async.core.responses import raise_failure
from minted_async.core.retry import RETRYABLE_STATUSES, RetryBudget, RetryPolicy, read_retry_after
from minted_async.core.secret_names import unseen
from minted_async.core.watching import Emitter
from minted_async.errors import (
    ConfigurationError,
    ConnectionLostError,
    MintedError,
    NotSentError,
    RequestTimeoutError,
)
from minted_async.events import Challenged, Retrying

if TYPE_CHECKING:
    from minted_async.core.bearer import BearerFlow
    from minted_async.core.digest.flow import AuthFlow

logger: Final = Log("minted_async")

_ONCE: Final = RetryPolicy(attempts=1)


class Call(msgspec.Struct):
    """One call, and how far it has come.

    Attributes:
        request: What is sent.
        timeout: Its limits.
        events: Is told of further attempts and challenges; None if nobody listens.
        number: What they name it by.
        cautious: After a refusal that may be that of a wrong password nothing is signed again: each try may
            count towards a lock-out. The 401 is the answer then, also where only the nonce was old.
        refused: There was such a refusal, whatever became of the rest of its answer.
        attempts: How often it was tried.
        deadline: When its time is over, by the loop's clock; None until it uses a connection.
        sent: The last bytes that left; empty if none did.
        status: HTTP status of the answer to the last attempt; None while there is none.
        waited: Seconds for which it stood in line for a slot.
    """

    request: Request
    timeout: Timeout
    events: Emitter | None = None
    number: int = 0
    cautious: bool = False
    refused: bool = False
    attempts: int = 0
    deadline: float | None = None
    sent: bytes = b""
    status: int | None = None
    waited: float = 0.0

    def challenged(self, *, signed: bool) -> None:
        """Tell that the server wanted another proof, and that the request is sent again."""
        if self.events is not None:
            name = self.request.operation.public_name
            self.events.emit(Challenged(call=self.number, operation=name, signed=signed))

    def __repr__(self) -> str:
        """What is called, and how often it was tried; not what was sent, which holds secrets."""
        return f"<Call {self.request.operation.id}, attempt {self.attempts}>"

    __rich_repr__ = unseen


class Transport(NeverPickled):
    """Sends requests to one origin."""

    def __init__(self, options: TransportOptions) -> None:
        self._options = options
        self._lifecycle = Lifecycle(options)
        self._budget = RetryBudget()
        self._before_target, self._host_lines = options.addressing()

    @property
    def options(self) -> TransportOptions:
        """How it is set up."""
        return self._options

    @property
    def username(self) -> str:
        """User name of the partner account."""
        return self._options.username

    async def call(self, call: Call, policy: RetryPolicy | None) -> Response:
        """Send a request, again if that is allowed and helps, until there is an answer or the time is over.

        Args:
            call: What to send, and within which limits; it is told how far it has come.
            policy: How to repeat requests that only read; None for a single attempt.

        Raises:
            NotSentError: It could not be sent.
            RequestTimeoutError: No answer in time, and the request only reads.
            ConnectionLostError: The connection broke, and the request only reads.
            OutcomeUnknownError: No answer, and the request changes something.
            DecodeError: The answer is longer than it may be, and the request only reads.
            AuthenticationError: The credentials were refused a short while ago, and there are no others.
            ConfigurationError: The client is closed, belongs to another event loop or process, or is called
                by its own credentials=.
        """
        client = self._lifecycle.enter()
        request = call.request
        if request.token is None and client.handshake.waits_for_itself:
            raise ConfigurationError(
                f"{request.operation.id}: credentials= calls the client that asks it, and would wait for "
                "itself: let it use another one",
                operation=request.operation.id,
            )
        blocks = BLOCKS.get()
        started = client.loop.time() if blocks else 0.0
        response: Response | None = None
        error: BaseException | None = None
        if policy is not None:
            self._budget.deposit(policy)
        if policy is None or not request.operation.idempotent:
            policy = _ONCE
        try:
            while True:
                call.attempts += 1
                call.status = None
                try:
                    response = await self._attempt(client, call)
                    call.status = response.status
                    wait = self._wait_after(client, call, policy, response)
                    if wait is None:
                        return response
                    broke, reason = None, f"HTTP {response.status}"
                except (NotSentError, RequestTimeoutError, ConnectionLostError) as failure:
                    response = None
                    wait = self._wait_after(client, call, policy, None)
                    if wait is None:
                        raise
                    broke, reason = type(failure).__name__, classes_of(failure)
                logger.info(
                    "%s: attempt %d failed (%s), the next one in %.3f s",
                    request.operation.public_name,
                    call.attempts,
                    reason,
                    wait,
                    extra={
                        "minted_operation": request.operation.public_name,
                        "minted_attempt": call.attempts,
                        "minted_status": call.status,
                        "minted_error": broke,
                        "minted_wait": wait,
                    },
                )
                if call.events is not None:
                    call.events.emit(
                        Retrying(
                            call=call.number,
                            operation=request.operation.public_name,
                            attempt=call.attempts,
                            status=call.status,
                            error=broke,
                            wait=wait,
                        )
                    )
                await asyncio.sleep(wait)
        except BaseException as problem:
            error = problem
            raise
        finally:
            if blocks:
                record(
                    blocks,
                    self,
                    request,
                    self._options.origin,
                    call.sent,
                    response=response,
                    error=error,
                    elapsed=client.loop.time() - started,
                    attempts=call.attempts,
                )

    async def aclose(self) -> None:
        """Close the connections. May be called again."""
        await self._lifecycle.aclose()

    async def _attempt(self, client: OpenClient, call: Call) -> Response:
        """Send a request once, as far as authentication lets it be once."""
        options, request, timeout = self._options, call.request, call.timeout
        operation = request.operation
        try:
            client.slots.acquire_nowait()
        except anyio.WouldBlock:
            await self._queue(client, call)
        if call.deadline is None and timeout.total is not None:
            call.deadline = client.loop.time() + timeout.total  # a call's clock starts with its first slot
        flow: AuthFlow | BearerFlow
        if request.token is None:
            target = f"{options.origin.prefix}{request.target}"
            flow = client.handshake.flow(operation.id, operation.method, target, request.body)
            del target  # in no variable of ours: some write those down with a traceback
        else:
            # Loaded by the first call with a token: programs that have none start faster.
            from minted_async.core.bearer import BearerFlow

            flow = BearerFlow(request.token)
        connection: Connection | None = None
        left = False
        moves: bool | None = None  # whether it goes on over another connection; None until it is challenged
        status: int | None = None
        try:
            with Deadline(client.deadlines, call.deadline):
                while True:
                    if connection is not None and (moves or flow.must_wait or connection.unread()):
                        await connection.leave()
                        connection = None
                    await flow.ready()
                    if connection is None:
                        limits = _limits(timeout.connect, timeout.read)
                        connection = await client.pool.take(limits, alone=operation.alone)
                    call.sent = request.write(
                        self._before_target, self._host_lines, flow.authorization(connection.auth)
                    )
                    connection.expect()
                    # From this line on the server may have it.
                    left, status = True, None
                    connection.send(call.sent)
                    status, headers = await connection.head()
                    # A 401 is given before anything is done, whatever becomes of the rest of it.
                    left = status != 401
                    again = flow.received(status, headers)
                    if again and call.cautious and flow.doubted:
                        call.refused, again = True, False
                    if again:
                        call.challenged(signed=flow.signed)
                        # What else comes over this connection would pass for the answer to the next try.
                        # Who challenges again has nonces that nobody else knows: stay with that server. And
                        # a login that may be wrong is tried where it was asked for, elsewhere it is twice.
                        moves = operation.alone and moves is None and client.handshake.state.known_right
                        await connection.drain(headers)
                        continue
                    # What a 401 means does not hang on its body, which may be cut off, or very long.
                    body = await (
                        connection.drain(headers)
                        if status == 401
                        else connection.body(options.limits.body, headers)
                    )
                    connection.release()
                    if status == 401 and not call.cautious and await flow.renewed():
                        connection = None
                        call.challenged(signed=True)
                        continue
                    return Response(status, headers, body, flow.reason, flow.failure)
        except MintedError:
            raise
        except Exception as cause:
            raise_failure(
                request,
                cause,
                left=left,
                awaited=flow.awaited,
                attempts=call.attempts,
                total=timeout.total,
                status=status,
                limits=options.limits,
                server=options.origin.base,
            )
        finally:
            client.slots.release()
            flow.close()
            if connection is not None:
                connection.close()

    def _wait_after(
        self, client: OpenClient, call: Call, policy: RetryPolicy, response: Response | None
    ) -> float | None:
        """Seconds until the next attempt, None if there is to be none."""
        if response is not None and response.status not in RETRYABLE_STATUSES:
            return None
        remaining = None if call.deadline is None else call.deadline - client.loop.time()
        retry_after = None if response is None else read_retry_after(response.headers.get("Retry-After"))
        wait = policy.delay(call.attempts, retry_after=retry_after, remaining=remaining)
        return wait if wait is not None and self._budget.spend() else None

    async def _queue(self, client: OpenClient, call: Call) -> None:
        """Wait for a slot; first come, first served."""
        timeout = call.timeout
        limit = timeout.pool if timeout.pool is not None else timeout.total
        until = call.deadline
        if until is None and limit is not None:
            until = client.loop.time() + limit
        began = client.loop.time()
        try:
            async with asyncio.timeout_at(until):
                await client.slots.acquire()
        except TimeoutError as cause:
            name = call.request.operation.id
            number = self._options.max_connections
            busy = f"all {number} connections of this client stayed in use for {limit:g} s"
            if call.attempts > 1:
                call.attempts -= 1
                # A call that has a limit has reached it: it began with the first attempt.
                what = busy if timeout.total is None else f"no answer within {timeout.total} s"
                raise RequestTimeoutError(
                    f"{name}: {what}, after {call.attempts} attempts", operation=name, attempts=call.attempts
                ) from cause
            raise NotSentError(
                f"{name}: not sent, because {busy}",
                operation=name,
                advice="It is safe to repeat. Raise max_connections, or make fewer calls at once.",
            ) from cause
        finally:
            call.waited += client.loop.time() - began


@lru_cache(maxsize=64)
def _limits(connect: float | None, read: float | None) -> aiohttp.ClientTimeout:
    # No total: the deadline is ours, and counts from when a call starts to use a connection.
    return aiohttp.ClientTimeout(total=None, connect=connect, sock_read=read)
