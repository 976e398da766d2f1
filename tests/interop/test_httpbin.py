"""httpbin's /digest-auth: a second digest server that we did not write."""

from __future__ import annotations

import asyncio
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import BaseWSGIServer, make_server

from minted_async.core.config import HeaderOptions, Limits, Secret, Timeout
from minted_async.core.lifecycle import TransportOptions
from minted_async.core.operation import Operation
from minted_async.core.origin import Origin
from minted_async.core.sender import OperationSender
from minted_async.core.transport import Transport
from minted_async.errors import AuthenticationError

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def httpbin() -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own imports, not ours
        from httpbin import app  # type: ignore[import-untyped]
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def caller(url: str, password: str = "pass,word") -> OperationSender:
    options = TransportOptions(
        origin=Origin.parse(url),
        username="user",
        password=Secret(password),
        max_connections=10,
        limits=Limits(),
        serialize_nonces=False,
        connector=None,
        ssl_context=None,
        proxy=None,
        opened_at="here",
    )
    return OperationSender(Transport(options), HeaderOptions(), Timeout(), None, {})


def operation(qop: str, algorithm: str) -> Operation[Any]:
    """httpbin answers without our envelope."""
    path = f"/digest-auth/{qop}/user/pass,word/{algorithm}"
    return Operation(id="httpbin", method="GET", path=path, result=object, idempotent=True, envelope=False)


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256", "SHA-512"])
@pytest.mark.parametrize("qop", ["auth", "auth-int", "both"])
async def test_every_algorithm_and_quality_of_protection_is_accepted(
    httpbin: str, qop: str, algorithm: str
) -> None:
    connected = caller(httpbin)
    try:
        answer = await connected.send(operation(qop, algorithm))
        again = await connected.send(operation(qop, algorithm))
    finally:
        await connected.transport.aclose()
    assert answer == again == {"authenticated": True, "user": "user"}


async def test_many_calls_at_once_are_all_authenticated(httpbin: str) -> None:
    connected = caller(httpbin)
    try:
        answers = await asyncio.gather(*(connected.send(operation("auth", "SHA-256")) for _ in range(50)))
    finally:
        await connected.transport.aclose()
    assert all(answer["authenticated"] for answer in answers)


async def test_a_wrong_password_is_refused(httpbin: str) -> None:
    connected = caller(httpbin, password="wrong")
    try:
        with pytest.raises(AuthenticationError):
            await connected.send(operation("auth", "MD5"))
    finally:
        await connected.transport.aclose()
