"""One HTTP request from arrival to answer: reading, authentication, faults, the operation, the envelope."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import sys
import time
from asyncio import Transport
from decimal import localcontext
from email.utils import formatdate
from threading import RLock
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

import anyio
from aiohttp import web

from minted_async.sandbox import answers
from minted_async.sandbox.authentication import DigestGuard, Verdict
from minted_async.sandbox.faults import FaultName, Faults
from minted_async.sandbox.market import EXACT
from minted_async.sandbox.messages import ErrorCode, FieldError, Language, RefusedError, choose_language
from minted_async.sandbox.news import News
from minted_async.sandbox.recording import RecordedRequest, RequestLog
from minted_async.sandbox.request_body import decode
from minted_async.sandbox.request_query import read_query
from minted_async.sandbox.shop.payments import CARD_PAGES
from minted_async.sandbox.stubs import HEALTH, Answer
from minted_async.sandbox.webview import read_token
from minted_async.sandbox.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

logger = logging.getLogger("minted_async.sandbox")

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Handler</title></head>\r\n"
    b"<body>\r\n<center><h1>502 Bad Handler</h1></center>\r\n</body>\r\n</html>\r\n"
)

_RESET_ON_CLOSE = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
_REFUSING: dict[FaultName, ErrorCode] = {
    "forbidden": ErrorCode.FORBIDDEN,
    "server_error": ErrorCode.SERVER_ERROR,
    "too_many_requests": ErrorCode.TOO_MANY_REQUESTS,
}


class Handler:
    """The request handler of the server.

    It holds the lock wherever it does not wait, so that a test in another thread sees requests that have been
    carried out or not, never half of one.

    Args:
        lock: Of the sandbox.
        world: What requests are carried out on.
        guard: Digest authentication.
        requests: Where requests are remembered.
        news: Who waits for what happens.
    """

    def __init__(
        self,
        *,
        lock: RLock,
        world: World,
        guard: DigestGuard,
        requests: RequestLog,
        news: News,
    ) -> None:
        self.unauthorized = 0
        self.world = world
        """Exchanged by a reset; a request that came before is broken off then."""
        self.closed = False
        self._lock = lock
        self._guard = guard
        self._requests = requests
        self._news = news
        self._backends: WeakKeyDictionary[Transport, int] = WeakKeyDictionary()
        self._connections = 0

    @property
    def faults(self) -> Faults:
        """What may go wrong."""
        return self.world.plan.faults

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or break its connection."""
        if request.raw_path == HEALTH:
            return web.Response(text="ok\n")
        record = RecordedRequest(request.method, request.raw_path, request.headers)
        with self._lock:
            world = self.world
            self._requests.append(record)
            self._news.announce()
        response = await self._answer(
            world, request, record, choose_language(request.headers.get("Accept-Language", ""))
        )
        if response is None:
            _reset(request)
            # Nothing of this can be sent any more; the server only needs something to fail with.
            return web.Response()
        record.status = response.status
        self._news.announce()
        return response

    async def _answer(
        self, world: World, request: web.BaseRequest, record: RecordedRequest, language: Language
    ) -> web.Response | None:
        try:
            record.body = await _read(request)
        except RefusedError as refusal:
            return _refused(refusal, language)
        except ConnectionError:
            return None
        path = record.path.partition("?")[0]
        with self._lock:
            if self.world is not world:
                return None
            if record.method == "GET" and path.startswith(CARD_PAGES):
                return self._show_card_page(world, path, language)
            backend = self._backend(request)
            verdict = self._admit(world, record, path, backend)
            if not verdict.accepted:
                return self._challenge(world, language, verdict, backend=backend)
            record.authenticated = True
            fault, seconds = world.plan.draw(record.method, path)
            record.fault = fault
            self._news.announce()
            if fault == "stale_nonces":
                return self._challenge(world, language, verdict._replace(stale=True), backend=backend)
            delay = world.plan.delay()
        if not await _wait(world, delay + (seconds if fault == "delay" else 0.0)):
            return None
        response = self._before(fault, language)
        if response is None and fault != "reset_before":
            response = await self._ask_stub(world, record, language)
            with self._lock:
                if self.world is not world:
                    return None
                if response is None:
                    response = self._carry_out(world, record, path, verdict, language)
                self._news.announce()
            if not await _wait(world, seconds if fault == "delay_after" else 0.0):
                return None
            response = _after(fault, response)
        if response is not None and verdict.next_nonce is not None:
            response.headers["Authentication-Info"] = f'nextnonce="{verdict.next_nonce}"'
        return response

    def close(self) -> None:
        """Break off whatever waits."""
        self.closed = True
        self.world.ended.set()
        self._news.end()

    def _admit(self, world: World, record: RecordedRequest, path: str, backend: int) -> Verdict:
        """Whether the credentials are right: a webview's token where one is taken, else those of digest.

        What a test answers takes both: which of them the real API wants there is not known.
        """
        authorization = record.headers.get("Authorization")
        offered = read_token(authorization) is not None
        if world.routes.takes_bearer(record.method, path, offered=offered) or (
            offered and world.stubs.find(record.method, path)
        ):
            return world.ecom.bearer.verify(authorization)
        return self._guard.verify(record.method, record.path, authorization, backend=backend)

    async def _ask_stub(
        self, world: World, record: RecordedRequest, language: Language
    ) -> web.Response | None:
        """What a test has routed there, if it has. Its function runs without the lock: it may wait."""
        try:
            answer = await world.stubs.answer(record)
        except BaseException as error:  # sys.exit() would end the server; pytest.fail() is no Exception
            task = asyncio.current_task()
            if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling():
                raise
            logger.exception("the answer of a test to %s %s failed", record.method, record.path)
            return _refused(RefusedError(ErrorCode.SERVER_ERROR), language)
        return None if answer is None else _stubbed(answer)

    def _show_card_page(self, world: World, path: str, language: Language) -> web.Response:
        pages = world.ecom.pages
        with localcontext(EXACT):
            callback = pages.visit(path)
        self._news.announce()
        if callback is not None:
            return web.Response(status=302, headers={"Location": callback})
        if pages.is_callback(path):
            return web.Response(text="You may close this page.\n")
        return _refused(RefusedError(ErrorCode.NO_SUCH_ADDRESS), language)

    def _carry_out(
        self, world: World, record: RecordedRequest, path: str, verdict: Verdict, language: Language
    ) -> web.Response:
        """Do what the request asks for. Nothing waits in here, so each order happens whole or not at all."""
        try:
            with localcontext(EXACT):
                operation, ids = world.routes.find(record.method, path, verdict.customer)
                if record.method == "GET":
                    arguments = ids or (read_query(record.path),)
                else:
                    _require_headers(record.headers)
                    arguments = (*ids, decode(record.body))
                return _json(200, answers.success(operation(*arguments)))
        except RefusedError as refusal:
            return _refused(refusal, language)
        except Exception:
            logger.exception("the sandbox failed at %s %s", record.method, path)
            return _refused(RefusedError(ErrorCode.SERVER_ERROR), language)

    def _before(self, fault: FaultName | None, language: Language) -> web.Response | None:
        """The answer of a fault that keeps the request from being carried out."""
        if fault == "server_error_html":
            return _bad_gateway()
        code = None if fault is None else _REFUSING.get(fault)
        if code is None:
            return None
        response = _refused(RefusedError(code), language)
        seconds = self.faults.retry_after
        if code is ErrorCode.TOO_MANY_REQUESTS and seconds is not None:
            # Clients compare a date with their own clock and with the Date header, which show real time.
            as_date = formatdate(time.time() + seconds, usegmt=True)
            response.headers["Retry-After"] = as_date if self.faults.retry_after_as_date else str(seconds)
        return response

    def _challenge(self, world: World, language: Language, verdict: Verdict, *, backend: int) -> web.Response:
        self.unauthorized += 1
        response = _refused(RefusedError(ErrorCode.UNAUTHORIZED), language)
        guard = world.ecom.bearer if verdict.bearer else self._guard
        for challenge in guard.challenges(stale=verdict.stale, backend=backend):
            response.headers.add("WWW-Authenticate", challenge)
        return response

    def _backend(self, request: web.BaseRequest) -> int:
        """The backend of a connection: the first request of each takes the next in turn."""
        transport = request.transport
        if self.faults.backends == 1 or transport is None:
            return 0
        if transport not in self._backends:
            self._backends[transport] = self._connections
            self._connections += 1
        return self._backends[transport] % self.faults.backends


async def _wait(world: World, seconds: float) -> bool:
    """Wait, but not longer than the world lasts; false if it has ended."""
    if seconds:
        with anyio.move_on_after(seconds):
            await world.ended.wait()
    return not world.ended.is_set()


async def _read(request: web.BaseRequest) -> bytes:
    """The body, at most 1 MiB (aiohttp's `client_max_size`)."""
    if not request.body_exists:
        return b""
    if request.headers.get("Expect", "").lower() == "100-continue" and request.transport is not None:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedError(ErrorCode.BODY_TOO_LARGE) from None
    except web.RequestPayloadError:
        raise RefusedError(ErrorCode.INVALID_JSON) from None


def _require_headers(headers: Mapping[str, str]) -> None:
    media_type = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise RefusedError(ErrorCode.NOT_JSON)
    if not headers.get("x-client-id"):
        raise RefusedError(ErrorCode.INVALID, {"x-client-id": [FieldError.REQUIRED]})


def _after(fault: FaultName | None, response: web.Response) -> web.Response | None:
    """What a fault leaves of the answer to a request that was carried out."""
    if fault == "reset_after":
        return None
    if fault == "server_error_html_after":
        return _bad_gateway()
    if fault == "truncate":
        body = cast(bytes, response.body)
        response.headers["Content-Length"] = str(len(body))
        response.body = body[: len(body) // 2]
        response.force_close()
    return response


def _json(status: int, body: bytes) -> web.Response:
    return web.Response(status=status, body=body, content_type="application/json")


def _stubbed(answer: Answer) -> web.Response:
    body = answer.body.encode() if isinstance(answer.body, str) else answer.body
    response = web.Response(status=answer.status, body=body, headers=answer.headers)
    if not any(name.lower() == "content-type" for name in answer.headers):
        response.headers["Content-Type"] = "application/json"
    return response


def _refused(refusal: RefusedError, language: Language) -> web.Response:
    return _json(refusal.code.status, answers.failure(refusal, language))


def _bad_gateway() -> web.Response:
    return web.Response(status=502, body=BAD_GATEWAY, content_type="text/html")


def _reset(request: web.BaseRequest) -> None:
    """Break the connection so that the client sees a reset (RST), not an orderly end."""
    transport = request.transport
    if transport is None:
        return
    connection: socket.socket | None = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()
