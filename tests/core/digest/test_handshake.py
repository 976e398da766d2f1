"""Who provokes a challenge, who waits, and when refused credentials are tried again."""

from __future__ import annotations

import asyncio

import anyio
import pytest

from minted_async.core.digest.flow import MAX_STALE, AuthFlow
from minted_async.core.digest.handshake import PAUSE_AFTER_REFUSAL
from minted_async.core.digest.state import ConnectionState
from minted_async.errors import AuthenticationError
from tests.core.digest.handshake_calls import (
    Clock,
    Outcome,
    Reply,
    Server,
    accepting,
    at_once,
    call,
    challenge,
    handshake,
    refusing,
    refusing_with,
)

pytestmark = pytest.mark.anyio


async def test_a_cold_call_asks_and_signs() -> None:
    server = Server(accepting("n1"))
    reply, reason = await call(handshake(), server.send)
    assert (reply.status, reason) == (200, "")
    assert server.asked == [None, "n1"]


async def test_the_others_wait_while_one_asks() -> None:
    server, hands = Server(accepting("n1")), handshake()
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(20)]
    await anyio.wait_all_tasks_blocked()
    assert server.asked == [None]
    server.open.set()
    assert {reply.status for reply, _ in await asyncio.gather(*calls)} == {200}
    assert server.asked == [None] + ["n1"] * 20


async def test_a_refusal_is_kept_for_a_while() -> None:
    clock = Clock()
    server, hands = Server(refusing), handshake(clock)
    reply, reason = await call(hands, server.send)
    assert (reply.status, reason) == (401, "the server refused user name or password")
    assert len(server.asked) == 2
    clock.now = PAUSE_AFTER_REFUSAL - 0.5
    with pytest.raises(AuthenticationError, match="not sent, because the server refused") as caught:
        await call(hands, server.send)
    assert caught.value.retry_after == 0.5
    assert len(server.asked) == 2


async def test_after_the_pause_one_call_tries_again_for_all() -> None:
    clock = Clock()
    server, hands = Server(refusing), handshake(clock)
    await call(hands, server.send)
    clock.now = PAUSE_AFTER_REFUSAL
    outcomes = await asyncio.gather(*(call(hands, server.send) for _ in range(20)), return_exceptions=True)
    assert len(server.asked) == 2 + 2
    assert sum(isinstance(outcome, AuthenticationError) for outcome in outcomes) == 19


async def test_after_the_pause_credentials_that_are_right_by_now_work() -> None:
    clock = Clock()
    server, hands = Server(refusing), handshake(clock)
    await call(hands, server.send)
    clock.now = PAUSE_AFTER_REFUSAL
    server.decide = accepting("n2")
    for _ in range(2):
        reply, _ = await call(hands, server.send)
        assert reply.status == 200


async def test_those_who_wait_do_not_send_after_a_refusal() -> None:
    server, hands = Server(refusing), handshake()
    outcomes = await at_once(server, hands, 200)
    assert len(server.asked) == 2
    assert sum(isinstance(outcome, AuthenticationError) for outcome in outcomes) == 199


async def test_a_stale_nonce_is_replaced_without_asking_the_others_to_wait() -> None:
    server, hands = Server(accepting("n1")), handshake()
    await call(hands, server.send)
    server.decide = accepting("n2")
    reply, _ = await call(hands, server.send)
    assert reply.status == 200
    assert server.asked == [None, "n1", "n1", "n2"]


async def test_endless_staleness_is_given_up() -> None:
    numbers = iter(range(100))
    server = Server(lambda given: Reply(401, challenge(f"n{next(numbers)}", stale=True)))
    reply, reason = await call(handshake(), server.send)
    assert reply.status == 401
    assert f"{MAX_STALE + 1} nonces in a row stale" in reason
    assert len(server.asked) == 1 + MAX_STALE + 1


async def test_a_doubtful_401_is_settled_by_one_call() -> None:
    """Without stale=true an old nonce and a wrong password look alike."""
    server, hands = Server(accepting("n1")), handshake()
    await call(hands, server.send)
    server.decide = accepting("n2", says_stale=False)
    server.asked.clear()
    outcomes = await at_once(server, hands, 10)
    assert [type(outcome) for outcome in outcomes] == [Outcome] * 10
    assert server.asked == ["n1"] * 10 + ["n2"] * 10


async def test_a_doubtful_401_that_was_a_wrong_password_is_one_failed_login_more() -> None:
    server, hands = Server(accepting("n1")), handshake()
    await call(hands, server.send)
    server.decide = refusing_with("n2")
    server.asked.clear()
    outcomes = await at_once(server, hands, 10)
    assert server.asked == ["n1"] * 10 + ["n2"]
    assert sum(isinstance(outcome, AuthenticationError) for outcome in outcomes) == 9


async def test_an_unusable_challenge_is_returned_with_its_reason() -> None:
    server = Server(lambda given: Reply(401, 'Basic realm="r"'))
    reply, reason = await call(handshake(), server.send)
    assert (reply.status, reason) == (401, "no Digest challenge among those offered: 'basic'")


async def test_a_server_that_wants_no_credentials_opens_the_way() -> None:
    server, hands = Server(lambda given: Reply(200)), handshake()
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(5)]
    await anyio.wait_all_tasks_blocked()
    assert len(server.asked) == 1
    server.open.set()
    await asyncio.gather(*calls)
    assert server.asked == [None] * 5


@pytest.mark.parametrize("status", [200, 403, 404, 422])
async def test_what_only_the_api_says_opens_the_way(status: int) -> None:
    server, hands = Server(lambda given: Reply(status)), handshake()
    await call(hands, server.send)
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(5)]
    await anyio.wait_all_tasks_blocked()
    assert len(server.asked) == 1 + 5
    server.open.set()
    await asyncio.gather(*calls)


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_what_somebody_in_front_of_the_api_may_say_does_not(status: int) -> None:
    server, hands = Server(lambda given: Reply(status)), handshake()
    await call(hands, server.send)
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(5)]
    await anyio.wait_all_tasks_blocked()
    assert len(server.asked) == 1 + 1
    server.open.set()
    await asyncio.gather(*calls)


async def test_a_failure_of_the_one_who_asks_passes_the_turn_on() -> None:
    server, hands = Server(accepting("n1")), handshake()

    async def fail(flow: AuthFlow) -> Reply:
        raise ConnectionResetError

    outcomes = await asyncio.gather(call(hands, fail), call(hands, server.send), return_exceptions=True)
    assert isinstance(outcomes[0], ConnectionResetError)
    assert server.asked == [None, "n1"]


async def test_a_cancelled_wait_leaves_the_turn_alone() -> None:
    server, hands = Server(accepting("n1")), handshake()
    server.open.clear()
    first, second, third = (asyncio.create_task(call(hands, server.send)) for _ in range(3))
    await anyio.wait_all_tasks_blocked()
    second.cancel()
    await anyio.wait_all_tasks_blocked()
    assert server.asked == [None]
    server.open.set()
    await asyncio.gather(first, third)
    assert second.cancelled()
    assert server.asked == [None, "n1", "n1"]


async def test_a_request_knows_beforehand_whether_it_has_to_wait() -> None:
    hands = handshake()
    first, second = (hands.flow("orders.get", "GET", "/x", None) for _ in range(2))
    assert not first.must_wait
    await first.ready()
    assert not first.must_wait
    assert second.must_wait
    first.close()
    assert not second.must_wait
    await second.ready()
    second.close()


async def test_a_request_in_line_knows_whether_it_has_to_wait() -> None:
    hands = handshake(serialize=True)
    first, second, third = (hands.flow("orders.get", "GET", "/x", None) for _ in range(3))
    await first.ready()
    assert not first.must_wait
    assert second.must_wait
    waiting = asyncio.create_task(second.ready())
    await anyio.wait_all_tasks_blocked()
    first.close()
    # It is the turn of the second, although that does not run yet.
    assert third.must_wait
    await waiting
    assert third.must_wait
    second.close()
    assert not third.must_wait


async def test_a_request_that_is_cancelled_in_line_lets_the_next_one_through() -> None:
    hands = handshake(serialize=True)
    flows = [hands.flow("orders.get", "GET", "/x", None) for _ in range(3)]
    await flows[0].ready()
    waiting = [asyncio.create_task(flow.ready()) for flow in flows[1:]]
    await anyio.wait_all_tasks_blocked()
    waiting[0].cancel()
    flows[0].close()
    await waiting[1]
    flows[1].close()
    flows[2].close()
    assert not hands.flow("orders.get", "GET", "/x", None).must_wait


async def test_closing_twice_gives_up_one_place() -> None:
    hands = handshake(serialize=True)
    flows = [hands.flow("orders.get", "GET", "/x", None) for _ in range(2)]
    await flows[0].ready()
    flows[0].close()
    await flows[1].ready()
    flows[0].close()
    assert hands.flow("orders.get", "GET", "/x", None).must_wait
    flows[1].close()


async def test_one_at_a_time_if_counts_must_be_in_order() -> None:
    server, hands = Server(accepting("n1")), handshake(serialize=True)
    server.open.clear()
    calls = [asyncio.create_task(call(hands, server.send)) for _ in range(5)]
    await anyio.wait_all_tasks_blocked()
    assert server.asked == [None]
    server.open.set()
    await asyncio.gather(*calls)
    assert server.asked == [None] + ["n1"] * 5


async def test_one_at_a_time_keeps_a_refusal_too() -> None:
    server, hands = Server(refusing), handshake(serialize=True)
    await call(hands, server.send)
    with pytest.raises(AuthenticationError):
        await call(hands, server.send)
    assert len(server.asked) == 2


async def test_a_late_success_ends_the_pause() -> None:
    server, hands, release = Server(accepting("n1")), handshake(), asyncio.Event()
    await call(hands, server.send)

    async def late(flow: AuthFlow) -> Reply:
        assert flow.authorization(ConnectionState()) is not None
        await release.wait()
        return Reply(200)

    under_way = asyncio.create_task(call(hands, late))
    await anyio.wait_all_tasks_blocked()
    server.decide = refusing
    reply, _ = await call(hands, server.send)
    assert reply.status == 401
    with pytest.raises(AuthenticationError):
        await call(hands, server.send)
    release.set()
    await under_way
    server.decide = accepting("n1")
    reply, _ = await call(hands, server.send)
    assert reply.status == 200
