"""A proxy in front of a sandbox that changes answers: what a gateway or a newer API version may do."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from aiohttp import web
from yarl import URL

from minted_async.sandbox import Sandbox

Change = Callable[[web.BaseRequest, int, bytes], tuple[int, bytes] | None]

_PASSED_ON = ("WWW-Authenticate", "Authentication-Info", "Content-Type", "Retry-After")


class RewritingProxy:
    """Forwards each request, and lets `change` put another status and body in place of the answer's.

    Attributes:
        url: where it listens.
        change: called with the request, the answer's status and its body; None leaves the answer as it is.
    """

    def __init__(self) -> None:
        self.url = ""
        self.change: Change = lambda request, status, body: None


@asynccontextmanager
async def rewriting(sandbox: Sandbox) -> AsyncGenerator[RewritingProxy]:
    proxy = RewritingProxy()
    async with aiohttp.ClientSession(auto_decompress=False) as session:

        async def handle(request: web.BaseRequest) -> web.Response:
            headers = {name: value for name, value in request.headers.items() if name != "Host"}
            url = URL(sandbox.url + request.raw_path, encoded=True)
            body = await request.read()
            async with session.request(request.method, url, data=body or None, headers=headers) as answer:
                status, content = answer.status, await answer.read()
                if status != 401:
                    status, content = proxy.change(request, status, content) or (status, content)
                response = web.Response(status=status, body=content)
                for name in _PASSED_ON:
                    if name in answer.headers:
                        response.headers.popall(name, None)
                        for value in answer.headers.getall(name):
                            response.headers.add(name, value)
                return response

        server = web.Server(handle)
        runner = web.ServerRunner(server)
        await runner.setup()
        try:
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            proxy.url = f"http://{host}:{port}"
            yield proxy
        finally:
            await runner.cleanup()


def with_data(body: bytes, **changes: Any) -> bytes:
    """An envelope whose data has other values."""
    envelope = msgspec.json.decode(body)
    envelope["data"] |= changes
    return msgspec.json.encode(envelope)
