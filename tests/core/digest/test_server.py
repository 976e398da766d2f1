"""The test suite's digest server, judged by curl, aiohttp and httpx."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
import time
from typing import Any

import aiohttp
import httpx
import pytest

from minted_async.core.digest.handshake import Handshake
from minted_async.core.digest.state import ConnectionState
from tests.digest_server import DigestPolicy, DigestServer

pytestmark = pytest.mark.anyio

CURL = shutil.which("curl")
needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")


def curl_version() -> tuple[int, ...]:
    if CURL is None:
        return (0,)
    shown = subprocess.run([CURL, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"curl (\d+)\.(\d+)", shown)
    return tuple(int(number) for number in found.groups()) if found else (0,)


# Before 8.8 curl computed SHA-256 for SHA-512-256.
CURL_ALGORITHMS = ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"]
if curl_version() >= (8, 8):
    CURL_ALGORITHMS.append("SHA-512-256")


async def curl(url: str, *arguments: str, user: str = "user:password") -> tuple[int, dict[str, Any]]:
    """Status and JSON of what curl gets."""
    assert CURL
    process = await asyncio.create_subprocess_exec(
        *(CURL, "-s", "-w", "\n%{http_code}", "--digest", "-u", user, *arguments, url),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    text, _, status = output.decode().rpartition("\n")
    return int(status), json.loads(text)


@needs_curl
@pytest.mark.parametrize("algorithm", CURL_ALGORITHMS)
async def test_curl_gets_in(algorithm: str) -> None:
    async with DigestServer(DigestPolicy(algorithm=algorithm, opaque='a "b"')) as server:
        status, envelope = await curl(f"{server.url}/a/b?c=d%20e")
    assert (status, envelope["success"], envelope["code"], envelope["message"]) == (200, True, 0, "")
    assert envelope["data"]["target"] == "/a/b?c=d%20e"
    assert (server.requests, server.unauthorized, server.unsigned, server.accepted) == (2, 1, 1, 1)
    assert (server.duplicates, server.wrong_credentials) == (0, 0)


@needs_curl
async def test_curl_gets_in_without_qop() -> None:
    async with DigestServer(DigestPolicy(qop=None, algorithm=None)) as server:
        assert (await curl(f"{server.url}/"))[0] == 200
    assert "qop" not in (server.seen[1].authorization or "qop")


@needs_curl
async def test_curl_gets_in_with_userhash() -> None:
    async with DigestServer(DigestPolicy(userhash=True, algorithm="SHA-256")) as server:
        assert (await curl(f"{server.url}/"))[0] == 200
    assert "userhash=true" in (server.seen[1].authorization or "")


@needs_curl
async def test_curl_is_kept_out_with_a_wrong_password() -> None:
    async with DigestServer() as server:
        status, envelope = await curl(f"{server.url}/", user="user:wrong")
    assert (status, envelope["success"], envelope["code"]) == (401, False, 401)
    assert (server.requests, server.unauthorized, server.wrong_credentials) == (2, 2, 1)


@needs_curl
async def test_a_body_is_echoed_and_recorded() -> None:
    async with DigestServer() as server:
        status, envelope = await curl(f"{server.url}/orders", "-d", "gold", "-H", "X-Request-Id: 7")
    assert (status, envelope["data"]["method"], envelope["data"]["body"]) == (200, "POST", "gold")
    # curl knows that the first one will be challenged, and keeps its body back.
    assert server.bodies["7"] == [b"", b"gold"]


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-512", "SHA-512-sess"])
@pytest.mark.parametrize("qop", ["auth", "auth-int"])
async def test_aiohttp_gets_in(algorithm: str, qop: str) -> None:
    middleware = aiohttp.DigestAuthMiddleware("user", "password")
    async with (
        DigestServer(DigestPolicy(algorithm=algorithm, qop=qop, opaque="o")) as server,
        aiohttp.ClientSession(middlewares=(middleware,)) as session,
        session.post(f"{server.url}/a%2Fb?c=%22", data=b"gold") as response,
    ):
        assert response.status == 200
        assert (await response.json())["data"]["body"] == "gold"
    assert server.bodies["POST /a%2Fb?c=%22"] == [b"gold", b"gold"]


async def test_httpx_gets_in() -> None:
    async with (
        DigestServer() as server,
        httpx.AsyncClient(auth=httpx.DigestAuth("user", "password")) as client,
    ):
        assert (await client.get(f"{server.url}/")).status_code == 200


@pytest.mark.parametrize(
    ("found", "put"),
    [
        ('uri="/t?', 'uri="/x?'),
        ("nc=00000001", "nc=00000002"),
        ('opaque="o"', 'opaque="p"'),
        ("qop=auth,", "qop=auth-int,"),
        ('realm="minted"', 'realm="other"'),
        ('username="user"', 'username="User"'),
        ("algorithm=MD5", "algorithm=SHA-256"),
        ('response="', 'response="0'),
        ("nonce=", "once="),
        ("Digest ", "Digest , "),
        ("Digest ", 'Digest realm="minted", '),
    ],
)
async def test_the_server_refuses_what_is_not_right(found: str, put: str) -> None:
    policy = DigestPolicy(opaque="o", jitter=0)
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        handshake = Handshake("user", "password", origin=server.url, clock=time.monotonic)
        flow, connection = handshake.flow("x", "GET", "/t?a=b", None), ConnectionState()
        flow.authorization(connection)
        async with session.get(f"{server.url}/t?a=b") as response:
            assert flow.received(response.status, response.headers)
        right = flow.authorization(connection) or ""
        assert found in right
        for header, status in ((right.replace(found, put), 401), (right, 200)):
            async with session.get(f"{server.url}/t?a=b", headers={"Authorization": header}) as response:
                assert response.status == status
    assert server.wrong_credentials == 1
