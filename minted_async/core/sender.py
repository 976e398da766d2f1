"""One call from end to end: arguments to request, request to response, response to result."""

from __future__ import annotations

from collections.abc import Mapping
from logging import DEBUG
from time import monotonic
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET

from minted_async.core.config import HeaderOptions, Secret, Timeout
from minted_async.core.frames import empty_frames
from minted_async.core.listed import Route, call_listed
from minted_async.core.logs import log_call, logger
from minted_async.core.model import Model
from minted_async.core.operation import ListedOperation, Operation
from minted_async.core.protocol import Response, build_request
from minted_async.core.responses import read_response
from minted_async.core.retry import RetryPolicy
from minted_async.core.transport import Call, Transport
from minted_async.core.watching import CALLS, Emitter, Watcher
from minted_async.errors import MintedError
from minted_async.events import CallFinished

T = TypeVar("T")


class OperationSender(msgspec.Struct, frozen=True):
    """A transport and the options with which it is used; what a client and its views are made of.

    Attributes:
        transport: The connection to the server, shared by a client and its views.
        headers: What goes into each head.
        timeout: Limits of each call.
        retry: How calls that only read are repeated.
        routes: Paths of listed operations, as told by the user.
        alone: Whether each call goes out on a connection that has carried nothing, whatever it does.
        token: A Bearer token, sent instead of what user name and password come to.
        watchers: See each answer before it is read.
        events: Is told how each call ended; None if nobody listens.
    """

    transport: Transport
    headers: HeaderOptions
    timeout: Timeout
    retry: RetryPolicy | None
    routes: Mapping[str, Route]
    alone: bool = False
    token: Secret | None = None
    watchers: tuple[Watcher, ...] = ()
    events: Emitter | None = None

    async def send(
        self,
        operation: Operation[T],
        /,
        *,
        path: tuple[str, ...] = (),
        query: Mapping[str, object] | None = None,
        body: Model | None = None,
        json: object = UNSET,
    ) -> T:
        """Send a typed operation.

        Raises:
            TypeError: An argument has the wrong type.
            MintedError: Whatever went wrong; see `minted_async.errors`.
        """
        if self.alone:
            operation = msgspec.structs.replace(operation, alone=True)
        logged = logger.logger.isEnabledFor(DEBUG)
        watched = logged or self.events is not None
        number, started = (next(CALLS), monotonic()) if watched else (0, 0.0)
        call: Call | None = None
        response: Response | None = None
        error: str | None = None
        try:
            request = build_request(operation, self.headers, path=path, query=query, body=body, json=json)
            if self.token is not None:
                request = msgspec.structs.replace(request, token=self.token)
            call = Call(request, self.timeout, events=self.events, number=number)
            response = await self.transport.call(call, self.retry)
            for watcher in self.watchers:
                watcher.see(operation, request, response)
            return read_response(operation, request, response)
        except BaseException as problem:
            # What is sent and what comes back stands in no variable of ours any more.
            path, query, json = (), None, UNSET
            empty_frames(problem)
            error = type(problem).__name__
            if call is not None and not operation.idempotent and isinstance(problem, MintedError):
                problem.external_id = problem.external_id or call.request.external_id
            raise
        finally:
            if watched:
                finished = self._finished(operation, call, number, monotonic() - started, error)
                if logged:
                    log_call(finished, None if call is None else call.request, response)
                if self.events is not None:
                    self.events.emit(finished)

    async def send_listed(self, operation: ListedOperation, arguments: Mapping[str, object], /) -> Any:
        """Send an operation of which only the name is known, if the user has told its path.

        Raises:
            UndocumentedOperationError: The path is not known.
        """
        typed, path, query, json = call_listed(operation, self.routes, arguments)
        sending = self.send(typed, path=path, query=query, json=json)
        del arguments, path, query, json
        return await sending

    def _finished(
        self, operation: Operation[Any], call: Call | None, number: int, seconds: float, error: str | None
    ) -> CallFinished:
        """What there is to tell of a call; None if its arguments made no request."""
        return CallFinished(
            call=number,
            operation=operation.public_name,
            method=operation.method,
            path=operation.public_path,
            server=self.transport.options.origin.base,
            status=None if call is None else call.status,
            attempts=0 if call is None else call.attempts,
            seconds=seconds,
            waited=0.0 if call is None else call.waited,
            sent=call is not None and bool(call.sent),
            error=error,
        )
