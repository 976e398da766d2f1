"""Digest authentication: what the sandbox offers, accepts and refuses."""

from __future__ import annotations

import aiohttp
import anyio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minted_async.sandbox import Clock, Sandbox
from minted_async.sandbox.authentication import (
    NONCE_COUNT_WINDOW,
    REFUSED,
    STALE,
    DigestGuard,
    Nonce,
    parse_credentials,
)
from tests.sandbox.caller import PRICE_FIX, Caller, Signer, standing_clock

ORDER = "/partner/order/ORD-1"
RFC_7616_CREDENTIALS = (
    'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={algorithm}, '
    'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
    'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{response}", '
    'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
)


@pytest.fixture
async def signer(caller: Caller) -> Signer:
    """A signer that has taken a challenge."""
    caller.signer.take((await caller.send("GET", ORDER)).challenges[0])
    return caller.signer


@pytest.mark.anyio
async def test_an_unsigned_request_is_challenged_strongest_first(caller: Caller) -> None:
    answer = await caller.send("GET", ORDER)
    assert answer.status == 401
    assert [challenge.split("algorithm=")[1].split(",")[0] for challenge in answer.challenges] == [
        "SHA-256",
        "MD5",
    ]
    for challenge in answer.challenges:
        assert challenge.startswith('Digest realm="minted-sandbox", qop="auth", ')
        assert 'nonce="' in challenge
        assert 'opaque="' in challenge
        assert "stale" not in challenge
    assert answer.envelope["success"] is False


@pytest.mark.anyio
async def test_one_challenge_serves_any_number_of_requests(sandbox: Sandbox, caller: Caller) -> None:
    for _ in range(20):
        assert (await caller.get(ORDER)).status == 404
    assert sandbox.unauthorized == 1


@pytest.mark.anyio
async def test_a_changed_password_is_the_only_one(sandbox: Sandbox, caller: Caller) -> None:
    await caller.get(ORDER)
    sandbox.change_password("another")
    answer = await caller.get(ORDER)
    assert answer.status == 401
    assert "stale" not in answer.challenges[0]
    caller.signer.password = sandbox.password
    assert (await caller.get(ORDER)).status == 404


@pytest.mark.anyio
@pytest.mark.parametrize(
    "algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess", "SHA-512-256", "SHA-512-256-sess"]
)
async def test_each_algorithm_can_be_offered_and_used(session: aiohttp.ClientSession, algorithm: str) -> None:
    async with Sandbox(algorithms=[algorithm]) as sandbox:
        assert (await Caller(session, sandbox).get(ORDER)).status == 404
        assert sandbox.unauthorized == 1


@pytest.mark.anyio
async def test_an_algorithm_that_is_not_offered_is_refused(
    session: aiohttp.ClientSession, sandbox: Sandbox, signer: Signer, caller: Caller
) -> None:
    signer.challenge["algorithm"] = "SHA-512-256"
    answer = await caller.send("GET", ORDER, headers={"Authorization": signer.sign("GET", ORDER)})
    assert (answer.status, answer.stale) == (401, False)


@pytest.mark.anyio
async def test_another_client_library_gets_in(sandbox: Sandbox) -> None:
    middleware = aiohttp.DigestAuthMiddleware("demo", "demo")
    async with aiohttp.ClientSession(middlewares=(middleware,)) as session:
        for _ in range(3):
            async with session.get(sandbox.url + ORDER) as response:
                assert response.status == 404
    assert sandbox.unauthorized == 1


@pytest.mark.anyio
@pytest.mark.parametrize(
    "changed",
    [
        {"username": "other"},
        {"realm": "other"},
        {"opaque": "other"},
        {"uri": "/partner/order/ORD-2"},
        {"response": "0" * 64},
        {"response": ""},
    ],
)
async def test_a_wrong_field_is_refused_for_good(
    caller: Caller, signer: Signer, changed: dict[str, str]
) -> None:
    headers = {"Authorization": signer.sign("GET", ORDER, changed=changed)}
    answer = await caller.send("GET", ORDER, headers=headers)
    assert (answer.status, answer.stale) == (401, False)


@pytest.mark.anyio
async def test_a_wrong_password_is_refused_for_good(sandbox: Sandbox, caller: Caller) -> None:
    caller.signer = Signer("demo", "wrong")
    answer = await caller.get(ORDER)
    assert (answer.status, answer.stale) == (401, False)
    assert not any(request.authenticated for request in sandbox.requests)


@pytest.mark.anyio
async def test_a_signature_is_good_for_its_own_method_and_query_only(caller: Caller, signer: Signer) -> None:
    for method, target in (("POST", ORDER), ("GET", ORDER + "?x=1")):
        answer = await caller.send(method, target, headers={"Authorization": signer.sign("GET", ORDER)})
        assert (answer.status, answer.stale) == (401, False)


@pytest.mark.anyio
@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Digest",
        "Basic ZGVtbzpkZW1v",
        'Digest username="demo',
        'Digest username="demo" realm="x"',
        'Digest username="demo", username="demo"',
        "Digest nc=00000001,,",
        "Digest username*=latin1'en'demo",
    ],
)
async def test_malformed_credentials_are_refused_for_good(caller: Caller, authorization: str) -> None:
    answer = await caller.send("GET", ORDER, headers={"Authorization": authorization})
    assert (answer.status, answer.stale) == (401, False)


@pytest.mark.anyio
async def test_a_replayed_request_is_refused_and_may_be_signed_anew(
    sandbox: Sandbox, caller: Caller, signer: Signer
) -> None:
    headers = {"Authorization": signer.sign("GET", ORDER)}
    assert (await caller.send("GET", ORDER, headers=headers)).status == 404
    replay = await caller.send("GET", ORDER, headers=headers)
    assert (replay.status, replay.stale, sandbox.replayed) == (401, True, 1)
    signer.take(replay.challenges[0])
    assert (await caller.get(ORDER)).status == 404


@pytest.mark.anyio
async def test_nonce_counts_may_come_in_any_order(sandbox: Sandbox, caller: Caller, signer: Signer) -> None:
    for count in (3, 1, 700, 2, 699):
        headers = {"Authorization": signer.sign("GET", ORDER, count=count)}
        assert (await caller.send("GET", ORDER, headers=headers)).status == 404
    assert sandbox.replayed == 0


@pytest.mark.anyio
async def test_a_hundred_calls_at_once_share_one_nonce(sandbox: Sandbox, caller: Caller) -> None:
    await caller.get(ORDER)
    async with anyio.create_task_group() as group:
        for _ in range(100):
            group.start_soon(caller.get, ORDER)
    assert sandbox.unauthorized == 1


@pytest.mark.anyio
async def test_an_old_nonce_is_stale(sandbox: Sandbox, caller: Caller, signer: Signer) -> None:
    sandbox.advance(299)
    headers = {"Authorization": signer.sign("GET", ORDER)}
    assert (await caller.send("GET", ORDER, headers=headers)).status == 404
    sandbox.advance(1)
    answer = await caller.send("GET", ORDER, headers={"Authorization": signer.sign("GET", ORDER)})
    assert (answer.status, answer.stale) == (401, True)
    signer.take(answer.challenges[0])
    assert (await caller.get(ORDER)).status == 404


@pytest.mark.anyio
async def test_an_unknown_nonce_with_the_right_password_is_stale(caller: Caller, signer: Signer) -> None:
    signer.challenge["nonce"] = "0" * 32
    answer = await caller.send("GET", ORDER, headers={"Authorization": signer.sign("GET", ORDER)})
    assert (answer.status, answer.stale) == (401, True)


@pytest.mark.anyio
async def test_an_old_nonce_with_a_wrong_password_is_not_stale(
    sandbox: Sandbox, caller: Caller, signer: Signer
) -> None:
    sandbox.advance(300)
    signer.password = "wrong"
    answer = await caller.send("GET", ORDER, headers={"Authorization": signer.sign("GET", ORDER)})
    assert (answer.status, answer.stale) == (401, False)


@pytest.mark.anyio
async def test_a_refused_request_is_not_carried_out(sandbox: Sandbox, caller: Caller) -> None:
    await caller.send("POST", "/partner/customer", {"external_id": "CST-1"})
    assert not sandbox.customers
    (request,) = sandbox.requests
    assert (request.status, request.authenticated, request.body) == (401, False, b'{"external_id": "CST-1"}')


@pytest.mark.anyio
async def test_a_user_name_may_hold_any_letters(session: aiohttp.ClientSession) -> None:
    async with Sandbox(username='Jäs"ø\\n Doe', password="şifre:1") as sandbox:
        caller = Caller(session, sandbox, Signer('Jäs"ø\\n Doe', "şifre:1"))
        caller.signer.take((await caller.send("GET", ORDER)).challenges[0])
        quoted = {"username": 'Jäs\\"ø\\\\n Doe'}
        headers = {"Authorization": caller.signer.sign("GET", ORDER, changed=quoted)}
        assert (await caller.send("GET", ORDER, headers=headers)).status == 404
        extended = caller.signer.sign("GET", ORDER).split(", ", 1)[1]
        headers = {"Authorization": f"Digest username*=UTF-8''J%C3%A4s%22%C3%B8%5Cn%20Doe, {extended}"}
        assert (await caller.send("GET", ORDER, headers=headers)).status == 404


@pytest.mark.anyio
async def test_authentication_comes_before_everything_else(caller: Caller) -> None:
    for method, target in (("GET", "/nowhere"), ("POST", PRICE_FIX), ("GET", "/partner/order/%FF")):
        assert (await caller.send(method, target)).status == 401


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_the_rfc_proves_its_password(algorithm: str, response: str) -> None:
    """RFC 7616 section 3.9.1. Its nonce is not one of ours: stale says that all else is right."""
    guard = DigestGuard("Mufasa", "Circle of Life", clock=Clock(), realm="http-auth@example.org")
    guard.opaque = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
    right = RFC_7616_CREDENTIALS.format(algorithm=algorithm, response=response)
    assert guard.verify("GET", "/dir/index.html", right) == STALE
    wrong = RFC_7616_CREDENTIALS.format(algorithm=algorithm, response=response[:-1] + "0")
    assert guard.verify("GET", "/dir/index.html", wrong) == REFUSED


@settings(deadline=None)
@given(st.lists(st.integers(min_value=-2, max_value=3 * NONCE_COUNT_WINDOW), max_size=60))
def test_each_nonce_count_is_taken_once_and_only_within_the_window(counts: list[int]) -> None:
    nonce = Nonce(0.0)
    seen: set[int] = set()
    for count in counts:
        highest = max(seen, default=0)
        expected = count >= 1 and count not in seen and count > highest - NONCE_COUNT_WINDOW
        assert nonce.count(count) is expected
        if expected:
            seen.add(count)


@settings(deadline=None)
@given(st.text())
def test_no_authorization_header_breaks_the_parser(text: str) -> None:
    parse_credentials(text)
    parse_credentials("Digest " + text)


def test_forgotten_nonces_do_not_pile_up() -> None:
    clock = standing_clock()
    guard = DigestGuard("demo", "demo", clock=clock, nonce_lifetime=10)
    for _ in range(50):
        guard.challenges()
    clock.advance(10)
    guard.challenges()
    assert guard.live_nonces == 1


@pytest.mark.parametrize(
    "arguments",
    [
        {"username": ""},
        {"username": "a:b"},
        {"algorithms": ()},
        {"algorithms": ("MD5", "MD5")},
        {"algorithms": ("SHA-1",)},
        {"nonce_lifetime": 0},
        {"nonce_lifetime": float("nan")},
    ],
)
def test_credentials_that_cannot_work_are_refused_at_once(arguments: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"username|algorithms|nonce_lifetime"):
        Sandbox(**arguments)  # type: ignore[arg-type] # pyright: ignore[reportArgumentType]
