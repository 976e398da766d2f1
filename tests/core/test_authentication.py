"""Digest authentication through the client, against a server that shares no code with it."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import anyio
import pytest

from minted_async import MintedClient
from minted_async.errors import AuthenticationError, OutcomeUnknownError
from tests.digest_server import DigestPolicy, DigestServer
from tests.servers import PATIENT, QUICK_RETRIES, LoopbackServer, Wire, answering, envelope, refusal, response

pytestmark = pytest.mark.anyio

CHALLENGE = {"WWW-Authenticate": 'Digest realm="minted", nonce="n1", qop="auth"'}


def client(server: DigestServer, password: str = "password", **options: Any) -> MintedClient:
    arguments: dict[str, Any] = {"base_url": server.url, "retry": QUICK_RETRIES, "timeout": PATIENT} | options
    return MintedClient("user", password, **arguments)


async def gathered(calls: list[Any]) -> list[Any]:
    return await asyncio.gather(*calls, return_exceptions=True)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_hundred_calls_at_once_on_a_fresh_client_cost_one_401(method: str) -> None:
    async with DigestServer() as server, client(server) as minted:
        answers = await gathered([minted.request(method, f"/x/{number}") for number in range(100)])
        assert [answer["target"] for answer in answers] == [f"/x/{number}" for number in range(100)]
        assert (server.requests, server.unauthorized, server.unsigned) == (101, 1, 1)


async def test_of_a_hundred_changes_at_once_one_body_goes_out_twice() -> None:
    async with DigestServer() as server, client(server) as minted:
        await gathered([minted.request("POST", f"/x/{number}", json={"n": number}) for number in range(100)])
        bodies = {name: [json.loads(body) for body in sent] for name, sent in server.bodies.items()}
    assert sorted(len(sent) for sent in bodies.values()) == [1] * 99 + [2]
    assert all(sent == [{"n": int(name.rpartition("/")[2])}] * len(sent) for name, sent in bodies.items())


async def test_later_calls_are_signed_ahead() -> None:
    async with DigestServer() as server, client(server) as minted:
        for number in range(5):
            await minted.request("GET", f"/x/{number}")
        assert (server.requests, server.unauthorized) == (6, 1)


async def test_a_view_shares_the_authentication() -> None:
    async with DigestServer() as server, client(server) as minted:
        await minted.request("GET", "/x")
        await minted.with_options(locale="en").request("GET", "/x")
        assert server.unauthorized == 1


@pytest.mark.parametrize("hangs_up", [None, "said", "unsaid"])
async def test_a_wrong_password_costs_two_requests_for_any_number_of_calls(hangs_up: str | None) -> None:
    async with DigestServer(DigestPolicy(hangs_up=hangs_up)) as server, client(server, "wrong") as minted:
        errors = await gathered([minted.request("POST", f"/x/{number}") for number in range(200)])
        assert [type(error) for error in errors] == [AuthenticationError] * 200
        assert (server.requests, server.wrong_credentials) == (2, 1)
        refused = [error for error in errors if "HTTP 401" in str(error)]
        assert len(refused) == 1
        assert all("not sent" in str(error) for error in errors if error is not refused[0])


async def test_refused_credentials_are_not_tried_again_at_once() -> None:
    async with DigestServer() as server, client(server, "wrong") as minted:
        with pytest.raises(AuthenticationError, match="HTTP 401"):
            await minted.request("GET", "/x")
        for _ in range(2):
            with pytest.raises(AuthenticationError, match="Check user name and password"):
                await minted.request("GET", "/x")
        with pytest.raises(AuthenticationError, match="not sent") as caught:
            await minted.request("GET", "/x")
        assert server.requests == 2
    assert caught.value.status == 401
    assert caught.value.retry_after is not None
    assert 25 < caught.value.retry_after <= 30


async def test_wrong_credentials_show_no_password() -> None:
    async with DigestServer() as server, client(server, "hunter2") as minted:
        with pytest.raises(AuthenticationError) as caught:
            await minted.request("GET", "/x")
    assert "hunter2" not in str(caught.value) + repr(caught.value.__dict__)
    assert "'Unauthorized'; the server refused user name or password" in str(caught.value)


async def test_a_cancelled_first_call_hands_over() -> None:
    asked = asyncio.Event()

    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.target == "/first":
                asked.set()
                await wire.hang()
            elif "authorization" in request.headers:
                await wire.send(envelope("5"))
            else:
                await wire.send(response(b"", 401, headers=CHALLENGE))

    async with LoopbackServer(behave) as server, server.client() as minted:
        first = asyncio.create_task(minted.request("GET", "/first"))
        await asked.wait()
        others = [asyncio.create_task(minted.request("POST", f"/other/{number}")) for number in range(10)]
        await anyio.wait_all_tasks_blocked()
        assert len(server.received) == 1
        first.cancel()
        assert await asyncio.gather(*others) == [5] * 10
        unsigned = [request for request in server.received if "authorization" not in request.headers]
        assert len(unsigned) == 2
        assert first.cancelled()


async def test_a_first_call_that_fails_hands_over() -> None:
    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if request.target == "/first":
                wire.reset()
                return
            signed = "authorization" in request.headers
            await wire.send(envelope("5") if signed else response(b"", 401, headers=CHALLENGE))

    async with LoopbackServer(behave) as server, server.client() as minted:
        outcomes = await gathered([minted.request("POST", target) for target in ("/first", "/a", "/b", "/c")])
        assert isinstance(outcomes[0], OutcomeUnknownError)
        assert outcomes[1:] == [5, 5, 5]
        assert len([request for request in server.received if "authorization" not in request.headers]) == 2


async def test_the_others_wait_until_somebody_has_asked_the_api_itself() -> None:
    """A proxy in front of the API that fails does not mean that no authentication is wanted."""
    left = [refusal(503), refusal(429), response(b"", 502)]

    async def behave(wire: Wire) -> None:
        while (request := await wire.request()) is not None:
            if left:
                await wire.send(left.pop())
            else:
                signed = "authorization" in request.headers
                await wire.send(envelope("5") if signed else response(b"", 401, headers=CHALLENGE))

    async with LoopbackServer(behave) as server, server.client() as minted:
        outcomes = await gathered([minted.request("POST", f"/x/{number}") for number in range(50)])
        assert outcomes[3:] == [5] * 47
        unsigned = [request for request in server.received if "authorization" not in request.headers]
        assert len(unsigned) == 3 + 1


async def test_stale_nonces_are_replaced() -> None:
    policy = DigestPolicy(uses_per_nonce=5)
    async with DigestServer(policy) as server, client(server) as minted:
        answers = await gathered([minted.request("GET", f"/x/{number}") for number in range(50)])
        assert all(answer["method"] == "GET" for answer in answers)
        assert server.wrong_credentials == 0


async def test_a_server_that_calls_every_nonce_stale_is_given_up() -> None:
    async with DigestServer(DigestPolicy(uses_per_nonce=0)) as server, client(server) as minted:
        with pytest.raises(AuthenticationError, match="nonces in a row stale"):
            await minted.request("GET", "/x")
        assert server.requests == 1 + 3


async def test_a_server_that_calls_a_wrong_password_stale_is_asked_by_one_call() -> None:
    policy = DigestPolicy(always_stale=True)
    async with DigestServer(policy) as server, client(server, "wrong") as minted:
        errors = await gathered([minted.request("POST", f"/x/{number}") for number in range(200)])
        assert [type(error) for error in errors] == [AuthenticationError] * 200
        assert (server.requests, server.wrong_credentials) == (4, 3)
        assert sum("not sent" in str(error) for error in errors) == 199


async def test_a_server_that_recovers_is_used_again() -> None:
    async with DigestServer(DigestPolicy(broken_401s=1)) as server, client(server) as minted:
        with pytest.raises(AuthenticationError, match="no nonce"):
            await minted.request("GET", "/x")
        assert (await minted.request("GET", "/x"))["method"] == "GET"


async def test_a_server_without_authentication_gets_no_credentials() -> None:
    async with LoopbackServer(answering(envelope("5"))) as server, server.client() as minted:
        assert await gathered([minted.request("POST", "/x") for _ in range(20)]) == [5] * 20
        assert len(server.received) == 20
        assert not [request for request in server.received if "authorization" in request.headers]


@pytest.mark.parametrize(
    ("challenge", "reason"),
    [
        ('Basic realm="minted"', "no Digest challenge among those offered: 'basic'"),
        ('Digest realm="minted", nonce="n", algorithm=SHA3', "algorithm 'SHA3' is not supported"),
        ("", "WWW-Authenticate is missing or empty"),
    ],
)
async def test_a_challenge_that_cannot_be_answered_is_explained(challenge: str, reason: str) -> None:
    refused = response(b"", 401, headers={"WWW-Authenticate": challenge})
    async with LoopbackServer(answering(refused)) as server, server.client() as minted:
        with pytest.raises(AuthenticationError, match=reason):
            await minted.request("GET", "/x")
        assert len(server.received) == 1
        assert "authorization" not in server.received[0].headers


async def test_the_body_of_a_401_does_not_hold_its_connection() -> None:
    policy = DigestPolicy(body_on_401=1_000_000)
    async with DigestServer(policy) as server, client(server, max_connections=1) as minted:
        assert (await minted.request("POST", "/x", json={"a": 1}))["body"] == '{"a":1}'
        assert server.requests == 2


async def test_strictly_increasing_counts_are_kept_with_one_request_at_a_time() -> None:
    policy = DigestPolicy(strictly_increasing_nc=True)
    async with DigestServer(policy) as server, client(server, serialize_nonces=True) as minted:
        await gathered([minted.request("GET", f"/x/{number}") for number in range(50)])
        assert (server.requests, server.unauthorized) == (51, 1)


async def test_a_password_that_changes_on_the_server_is_tried_once() -> None:
    async with DigestServer() as server, client(server) as minted:
        await minted.request("GET", "/x")
        server.policy = DigestPolicy(password="new")
        errors = await gathered([minted.request("GET", f"/x/{number}") for number in range(50)])
        assert [type(error) for error in errors] == [AuthenticationError] * 50
        # Those already under way were signed with the old password; only one asked again.
        assert server.wrong_credentials <= 50 + 1


async def test_signed_targets_are_those_that_were_sent() -> None:
    async with DigestServer() as server, client(server) as minted:
        for target in ("../x", 'a"b', "ü", "a\\b", "a b", "%2F"):
            await minted.request("POST", f"/x/{target.replace('..', 'dots')}", params={"q": target})
        assert server.unauthorized == 1
