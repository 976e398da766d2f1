"""One HTTP request from arrival to answer: reading, authentication, faults, the operation, the envelope."""

from __future__ import annotations

import logging
import socket
import struct
import sys
import time
from asyncio import Transport
from collections import deque
from decimal import localcontext
from email.utils import formatdate
from typing import TYPE_CHECKING, cast
from weakref import WeakKeyDictionary

import anyio
from aiohttp import web

from minted_async.sandbox import answers
from minted_async.sandbox.authentication import DigestGuard, Verdict
from minted_async.sandbox.faults import FaultName, FaultPlan, Faults
from minted_async.sandbox.market import EXACT
from minted_async.sandbox.messages import ErrorCode, FieldError, Language, RefusedError, choose_language
from minted_async.sandbox.recording import RecordedRequest
from minted_async.sandbox.request_body import decode
from minted_async.sandbox.request_query import read_query
from minted_async.sandbox.routes import Routes
from minted_async.sandbox.shop.payments import CardPages
from minted_async.sandbox.webview import BearerGuard, read_token

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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

    Args:
        routes: The operations.
        guard: Digest authentication.
        bearer: The tokens of webviews.
        pages: The card pages, for a browser without credentials.
        plan: What goes wrong.
        requests: Where requests are remembered.
    """

    def __init__(
        self,
        *,
        routes: Routes,
        guard: DigestGuard,
        bearer: BearerGuard,
        pages: CardPages,
        plan: FaultPlan,
        requests: deque[RecordedRequest],
    ) -> None:
        self.unauthorized = 0
        self.closing = anyio.Event()
        self._routes = routes
        self._bearer = bearer
        self._pages = pages
        self._guard = guard
        self._plan = plan
        self._requests = requests
        self._backends: WeakKeyDictionary[Transport, int] = WeakKeyDictionary()
        self._connections = 0
        self._news: anyio.Event | None = None

    @property
    def faults(self) -> Faults:
        """What may go wrong."""
        return self._plan.faults

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request, or break its connection."""
        record = RecordedRequest(request.method, request.raw_path, request.headers)
        self._requests.append(record)
        self._announce()
        response = await self._answer(
            request, record, choose_language(request.headers.get("Accept-Language", ""))
        )
        if response is None:
            _reset(request)
            # Nothing of this can be sent any more; the server only needs something to fail with.
            return web.Response()
        record.status = response.status
        self._announce()
        return response

    async def _answer(
        self, request: web.BaseRequest, record: RecordedRequest, language: Language
    ) -> web.Response | None:
        try:
            record.body = await _read(request)
        except RefusedError as refusal:
            return _refused(refusal, language)
        except ConnectionError:
            return None
        path = record.path.partition("?")[0]
        if record.method == "GET" and path.startswith("/pay/"):
            return self._show_card_page(path, language)
        backend = self._backend(request)
        verdict = self._admit(record, path, backend)
        if not verdict.accepted:
            return self._challenge(language, verdict, backend=backend)
        record.authenticated = True
        fault, seconds = self._plan.draw(record.method, path)
        record.fault = fault
        self._announce()
        if fault == "stale_nonces":
            return self._challenge(language, verdict._replace(stale=True), backend=backend)
        if not await self._wait(self._plan.delay() + (seconds if fault == "delay" else 0.0)):
            return None
        response = self._before(fault, language)
        if response is None and fault != "reset_before":
            response = self._carry_out(record, path, verdict, language)
            self._announce()
            if not await self._wait(seconds if fault == "delay_after" else 0.0):
                return None
            response = _after(fault, response)
        if response is not None and verdict.next_nonce is not None:
            response.headers["Authentication-Info"] = f'nextnonce="{verdict.next_nonce}"'
        return response

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something that the sandbox does makes a condition true; see `Sandbox.until`."""
        while not condition():
            if self.closing.is_set():
                raise RuntimeError("the sandbox is closed")
            if self._news is None:
                self._news = anyio.Event()
            await self._news.wait()

    def close(self) -> None:
        """Break off whatever waits."""
        self.closing.set()
        self._announce()

    def _announce(self) -> None:
        if self._news is not None:
            self._news.set()
            self._news = None

    def _admit(self, record: RecordedRequest, path: str, backend: int) -> Verdict:
        """Whether the credentials are right: a webview's token where one is taken, else those of digest."""
        authorization = record.headers.get("Authorization")
        offered = read_token(authorization) is not None
        if self._routes.takes_bearer(record.method, path, offered=offered):
            return self._bearer.verify(authorization)
        return self._guard.verify(record.method, record.path, authorization, backend=backend)

    def _show_card_page(self, path: str, language: Language) -> web.Response:
        with localcontext(EXACT):
            callback = self._pages.visit(path)
        self._announce()
        if callback is not None:
            return web.Response(status=302, headers={"Location": callback})
        if self._pages.is_callback(path):
            return web.Response(text="You may close this page.\n")
        return _refused(RefusedError(ErrorCode.NO_SUCH_ADDRESS), language)

    def _carry_out(
        self, record: RecordedRequest, path: str, verdict: Verdict, language: Language
    ) -> web.Response:
        """Do what the request asks for. Nothing waits in here, so each order happens whole or not at all."""
        try:
            with localcontext(EXACT):
                operation, ids = self._routes.find(record.method, path, verdict.customer)
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

    def _challenge(self, language: Language, verdict: Verdict, *, backend: int) -> web.Response:
        self.unauthorized += 1
        response = _refused(RefusedError(ErrorCode.UNAUTHORIZED), language)
        guard = self._bearer if verdict.bearer else self._guard
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

    async def _wait(self, seconds: float) -> bool:
        """Wait, but not longer than the server lives; false if it is closing."""
        if seconds:
            with anyio.move_on_after(seconds):
                await self.closing.wait()
        return not self.closing.is_set()


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
