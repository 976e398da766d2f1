"""The test suite's digest server, against curl, aiohttp and httpx; and our signatures against it."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import subprocess
from dataclasses import replace
from typing import Any

import aiohttp
import httpx
import pytest
from yarl import URL

from minted_async.core.digest.state import Digest, Verdict
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


async def sign_in(
    server: DigestServer,
    digest: Digest,
    session: aiohttp.ClientSession,
    *,
    method: str = "POST",
    target: str = "/t?a=%22b%22",
    body: bytes = b"gold",
    tries: int = 3,
) -> int:
    """Make one call, with as many tries as it may take; returns the last status."""
    challenge = None
    status = 0
    for _ in range(tries):
        authorization = digest.authorize(method, target, challenge, body=body)
        headers = {} if authorization is None else {"Authorization": authorization.header}
        url = URL(server.url + target, encoded=True)
        async with session.request(method, url, data=body, headers=headers) as response:
            await response.read()
            status = response.status
            if status != 401:
                if authorization:
                    digest.accepted(authorization, response.headers.get("Authentication-Info"))
                break
            reply = digest.challenged(response.headers.getall("WWW-Authenticate", []), authorization)
            if reply.verdict is not Verdict.RETRY:
                break
            challenge = reply.challenge
    return status


ALGORITHMS = ["MD5", "SHA-256", "SHA-512", "SHA-512-256"]
PLAIN = DigestPolicy(jitter=0)
POLICIES = {
    **{
        f"{algorithm} {qop}": replace(PLAIN, algorithm=algorithm, qop=qop)
        for name in ALGORITHMS
        for algorithm in (name, f"{name}-sess")
        for qop in ("auth", "auth-int", "auth-int,auth")
    },
    **{f"{algorithm} without qop": replace(PLAIN, algorithm=algorithm, qop=None) for algorithm in ALGORITHMS},
    "no algorithm": replace(PLAIN, algorithm=None),
    "no algorithm, no qop": replace(PLAIN, algorithm=None, qop=None),
    "several algorithms": replace(PLAIN, more_algorithms=("SHA-256", "SHA-512-256")),
    "several algorithms in one header": replace(PLAIN, more_algorithms=("SHA-256",), one_header=True),
    "Basic first": replace(PLAIN, before=('Basic realm="x, y"',)),
    "Basic first in one header": replace(PLAIN, before=("Negotiate", 'Basic realm="x"'), one_header=True),
    "a malformed challenge first": replace(PLAIN, before=("Digest nonce=@", 'Digest realm="no end')),
    "an unknown algorithm first": replace(PLAIN, before=('Digest realm="x", nonce="y", algorithm=X',)),
    "other schemes after": replace(PLAIN, after=("Bearer", 'Basic realm="x"'), one_header=True),
    "quotes in the realm": replace(PLAIN, realm='a "b", \\c'),
    "realm beyond ASCII": replace(PLAIN, realm="Altın, 金"),
    "opaque": replace(PLAIN, opaque='o "p"'),
    "empty opaque": replace(PLAIN, opaque=""),
    "userhash": replace(PLAIN, userhash=True, algorithm="SHA-256"),
    "userhash with charset": replace(PLAIN, userhash=True, charset="UTF-8", username="müşteri"),
    "name beyond ASCII": replace(PLAIN, username="müşteri", password="şifre"),
    "name beyond ASCII with charset": replace(PLAIN, username="müşteri", password="şifre", charset="UTF-8"),
    "quotes in the name": replace(PLAIN, username='m"\\', password='"'),
    "domain": replace(PLAIN, domain="/t /u"),
    "large 401": replace(PLAIN, body_on_401=100_000),
}


@pytest.mark.parametrize("policy", POLICIES.values(), ids=list(POLICIES))
async def test_our_signature_is_right(policy: DigestPolicy) -> None:
    digest = Digest(policy.username, policy.password)
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        for _ in range(3):
            assert await sign_in(server, digest, session) == 200
    assert (server.unauthorized, server.unsigned, server.wrong_credentials) == (1, 1, 0)
    assert (server.accepted, server.duplicates) == (3, 0)


async def test_the_strongest_of_several_algorithms_is_used() -> None:
    digest = Digest("user", "password")
    policy = replace(PLAIN, more_algorithms=("SHA-256", "SHA-512-256"))
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        assert await sign_in(server, digest, session) == 200
    assert "algorithm=SHA-512-256" in (server.seen[-1].authorization or "")


async def test_a_broken_401_fails_one_call_and_not_the_next() -> None:
    digest = Digest("user", "password")
    async with DigestServer(replace(PLAIN, broken_401s=1)) as server, aiohttp.ClientSession() as session:
        assert [await sign_in(server, digest, session) for _ in range(2)] == [401, 200]
    assert server.requests == 3


async def test_paths_outside_the_protected_ones_need_no_signature() -> None:
    digest = Digest("user", "password")
    policy = replace(PLAIN, protected="/partner", domain="/partner")
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        for target in ("/partner/a", "/open", "/partner/b"):
            assert await sign_in(server, digest, session, target=target) == 200
    assert [seen.authorization is None for seen in server.seen] == [True, False, True, False]


async def test_a_nonce_dies_by_the_clock_of_the_server() -> None:
    now = [0.0]
    digest = Digest("user", "password")
    async with (
        DigestServer(replace(PLAIN, nonce_life=10), clock=lambda: now[0]) as server,
        aiohttp.ClientSession() as session,
    ):
        for now[0] in (0.0, 9.9, 10.0, 10.1):
            assert await sign_in(server, digest, session) == 200
    assert [seen.status for seen in server.seen] == [401, 200, 200, 401, 200, 200]


@pytest.mark.parametrize("stale_flag", [True, False])
async def test_a_nonce_wears_out_after_its_uses(stale_flag: bool) -> None:
    digest = Digest("user", "password")
    policy = replace(PLAIN, uses_per_nonce=2, stale_flag=stale_flag)
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        for _ in range(4):
            assert await sign_in(server, digest, session) == 200
    assert [seen.status for seen in server.seen] == [401, 200, 200, 401, 200, 200]


async def test_one_time_nonces_cost_one_401_in_all() -> None:
    digest = Digest("user", "password")
    async with DigestServer(replace(PLAIN, one_time=True)) as server, aiohttp.ClientSession() as session:
        for _ in range(5):
            assert await sign_in(server, digest, session) == 200
    assert server.unauthorized == 1
    assert set(server.nonce_counts.values()) == {1}
    assert {count for _, count in server.nonce_counts} == {1}


async def test_a_nonce_announced_by_every_answer_is_used_many_times() -> None:
    digest = Digest("user", "password")
    async with (
        DigestServer(replace(PLAIN, next_nonce="second")) as server,
        aiohttp.ClientSession() as session,
    ):
        for _ in range(5):
            assert await sign_in(server, digest, session) == 200
    assert server.unauthorized == 1
    assert [count for nonce, count in server.nonce_counts if nonce == "second"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "policy", [replace(PLAIN, replay_check=True), replace(PLAIN, strictly_increasing_nc=True)]
)
async def test_a_repeated_count_is_refused(policy: DigestPolicy) -> None:
    digest = Digest("user", "password")
    policy = replace(policy, shared_nonce=True)
    async with DigestServer(policy) as server, aiohttp.ClientSession() as session:
        assert await sign_in(server, digest, session) == 200
        digest.forget()
        # The count starts again at 1, with the same nonce.
        assert await sign_in(server, digest, session) == 200
    assert [seen.status for seen in server.seen] == [401, 200, 401, 401, 200]
    assert server.duplicates == 1


async def test_backends_do_not_know_each_others_nonces() -> None:
    digest = Digest("user", "password")
    async with (
        DigestServer(replace(PLAIN, backends=2)) as server,
        aiohttp.ClientSession() as first,
        aiohttp.ClientSession() as second,
    ):
        for session in (first, second, first, second):
            assert await sign_in(server, digest, session) == 200
    assert [seen.status for seen in server.seen] == [401, 200, 401, 200, 401, 200, 401, 200]


async def test_a_wrong_password_costs_two_requests() -> None:
    digest = Digest("user", "wrong")
    async with DigestServer(PLAIN) as server, aiohttp.ClientSession() as session:
        assert await sign_in(server, digest, session, tries=9) == 401
    assert (server.requests, server.wrong_credentials) == (2, 1)


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
    digest = Digest("user", "password")
    async with DigestServer(replace(PLAIN, opaque="o")) as server, aiohttp.ClientSession() as session:
        async with session.get(f"{server.url}/t?a=b") as response:
            reply = digest.challenged(response.headers.getall("WWW-Authenticate"), None)
        authorization = digest.authorize("GET", "/t?a=b", reply.challenge)
        assert authorization
        assert found in authorization.header
        for header, status in ((authorization.header.replace(found, put), 401), (authorization.header, 200)):
            async with session.get(f"{server.url}/t?a=b", headers={"Authorization": header}) as response:
                assert response.status == status
    assert server.wrong_credentials == 1
