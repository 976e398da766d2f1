"""Misbehaviour on purpose: each fault does to the client, and to the order, what it says."""

from __future__ import annotations

import email.utils
import errno
import json
import time
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import aiohttp
import anyio
import pytest

from minted_async.sandbox import FaultName, Faults, Sandbox
from tests.sandbox.caller import BUY, PRICE_FIX, Caller

pytestmark = pytest.mark.anyio


@pytest.fixture
async def faulty(sandbox: Sandbox, caller: Caller) -> AsyncIterator[Sandbox]:
    """A sandbox with a live price and a signed connection, so that only the next call suffers."""
    await caller.create_customer()
    yield sandbox
    sandbox.ledger.verify()


async def test_reset_before_breaks_the_connection_and_places_nothing(faulty: Sandbox, caller: Caller) -> None:
    faulty.fail_next("reset_before", path=BUY)
    with pytest.raises(aiohttp.ClientOSError) as caught:
        await caller.buy("ORD-1")
    assert caught.value.errno == errno.ECONNRESET
    assert not faulty.orders
    assert (faulty.requests[-1].status, faulty.requests[-1].fault) == (None, "reset_before")


async def test_reset_after_breaks_the_connection_and_the_order_stands(
    faulty: Sandbox, caller: Caller
) -> None:
    faulty.fail_next("reset_after", path=BUY)
    with pytest.raises(aiohttp.ClientOSError) as caught:
        await caller.buy("ORD-1")
    assert caught.value.errno == errno.ECONNRESET
    assert (await caller.get("/partner/order/ORD-1")).data["external_id"] == "ORD-1"


async def test_truncate_sends_half_of_the_answer_and_the_order_stands(
    faulty: Sandbox, caller: Caller
) -> None:
    faulty.fail_next("truncate", path=BUY)
    with pytest.raises(aiohttp.ClientPayloadError):
        await caller.buy("ORD-1")
    assert list(faulty.orders) == ["ORD-1"]


async def test_too_many_requests_says_when_to_come_back(faulty: Sandbox, caller: Caller) -> None:
    faulty.faults = Faults(retry_after=7)
    faulty.fail_next("too_many_requests", path=BUY)
    answer = await caller.buy("ORD-1")
    assert (answer.status, answer.headers["Retry-After"], answer.envelope["success"]) == (429, "7", False)
    assert not faulty.orders


async def test_too_many_requests_can_say_it_as_a_date(faulty: Sandbox, caller: Caller) -> None:
    faulty.faults = Faults(retry_after=100, retry_after_as_date=True)
    faulty.advance(10_000)
    faulty.fail_next("too_many_requests")
    before = time.time()
    answer = await caller.get("/partner/order/ORD-1")
    date = email.utils.parsedate_to_datetime(answer.headers["Retry-After"])
    assert before + 99 <= date.timestamp() <= time.time() + 100


async def test_too_many_requests_can_leave_it_open(faulty: Sandbox, caller: Caller) -> None:
    faulty.faults = Faults(retry_after=None)
    faulty.fail_next("too_many_requests")
    assert "Retry-After" not in (await caller.get("/partner/order/ORD-1")).headers


@pytest.mark.parametrize(
    ("fault", "status", "placed"),
    [
        ("server_error", 500, []),
        ("forbidden", 403, []),
        ("server_error_html", 502, []),
        ("server_error_html_after", 502, ["ORD-1"]),
    ],
)
async def test_an_error_answer_tells_nothing_of_what_was_done(
    faulty: Sandbox, caller: Caller, fault: FaultName, status: int, placed: list[str]
) -> None:
    faulty.fail_next(fault, path=BUY)
    answer = await caller.buy("ORD-1")
    assert answer.status == status
    assert list(faulty.orders) == placed
    if status == 502:
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.raw.startswith(b"<html>")
    else:
        assert answer.envelope["data"] == []


async def test_a_nonce_can_go_stale_on_purpose(faulty: Sandbox, caller: Caller) -> None:
    before = faulty.unauthorized
    faulty.fail_next("stale_nonces", path=BUY)
    assert (await caller.buy("ORD-1")).status == 200
    assert faulty.unauthorized == before + 1
    stale = [request for request in faulty.requests if request.fault == "stale_nonces"]
    assert [(request.status, request.authenticated) for request in stale] == [(401, True)]


async def test_a_delayed_order_is_placed_although_its_client_has_gone(
    faulty: Sandbox, caller: Caller
) -> None:
    faulty.fail_next("delay", path=BUY, seconds=0.2)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(caller.buy, "ORD-1")
            await faulty.until(lambda: faulty.requests[-1].fault == "delay")
            assert not faulty.orders
            group.cancel_scope.cancel()
        await faulty.until(lambda: len(faulty.orders) > 0)
    assert list(faulty.orders) == ["ORD-1"]


async def test_a_delayed_order_is_refused_when_its_price_expires_meanwhile(
    faulty: Sandbox, caller: Caller
) -> None:
    token = await caller.token()
    faulty.fail_next("delay", path=BUY, seconds=0.1)
    refused: list[dict[str, Any]] = []

    async def buy() -> None:
        refused.append((await caller.buy("ORD-1", price_token=token)).errors)

    async with anyio.create_task_group() as group:
        group.start_soon(buy)
        await faulty.until(lambda: faulty.requests[-1].fault == "delay")
        faulty.advance(240)
    assert [list(errors) for errors in refused] == [["price_token"]]
    assert not faulty.orders


async def test_an_answer_can_be_late_although_the_order_stands(faulty: Sandbox, caller: Caller) -> None:
    faulty.fail_next("delay_after", path=BUY, seconds=60)
    with anyio.fail_after(20):
        async with anyio.create_task_group() as group:
            group.start_soon(caller.buy, "ORD-1")
            await faulty.until(lambda: len(faulty.orders) > 0)
            group.cancel_scope.cancel()
    assert list(faulty.orders) == ["ORD-1"]


async def test_every_call_is_delayed_within_the_bounds(faulty: Sandbox, caller: Caller) -> None:
    faulty.faults = Faults(delay=(0.02, 0.03))
    started = time.perf_counter()
    await caller.get("/partner/order/ORD-1")
    assert time.perf_counter() - started >= 0.02


async def test_one_time_nonces_come_with_the_answer(faulty: Sandbox, caller: Caller) -> None:
    faulty.faults = Faults(one_time_nonces=True)
    first = await caller.get("/partner/order/ORD-1")
    info = first.headers["Authentication-Info"]
    again = await caller.send(
        "GET", "/x", headers={"Authorization": caller.signer.sign("GET", "/x", count=caller.signer.count + 1)}
    )
    assert (again.status, again.stale) == (401, True)
    caller.signer.challenge["nonce"] = info.split('"')[1]
    caller.signer.count = 0
    unauthorized = faulty.unauthorized
    assert (await caller.get("/partner/order/ORD-1")).status == 404
    assert faulty.unauthorized == unauthorized


async def test_backends_do_not_know_each_others_nonces() -> None:
    async with (
        Sandbox(faults=Faults(backends=2)) as sandbox,
        aiohttp.ClientSession() as one,
        aiohttp.ClientSession() as two,
    ):
        first = Caller(one, sandbox)
        assert (await first.get("/x")).status == 404
        second = Caller(two, sandbox, first.signer)
        signed = {"Authorization": first.signer.sign("GET", "/x")}
        foreign = await second.send("GET", "/x", headers=signed)
        assert (foreign.status, foreign.stale) == (401, True)
        assert (await first.get("/x")).status == 404
        second.signer.take(foreign.challenges[0])
        assert (await second.get("/x")).status == 404


async def test_a_fault_is_ordered_for_a_path_a_method_and_a_number_of_calls(
    faulty: Sandbox, caller: Caller
) -> None:
    faulty.fail_next("server_error", times=2, path="/partner/order/A%2F1", method="GET")
    statuses = [
        (await caller.call(method, path)).status
        for method, path in (
            ("GET", "/partner/order/A"),
            ("POST", "/partner/order/A%2F1"),
            ("GET", "/partner/order/A%2F1"),
            ("GET", "/partner/order/A%2F1?x=1"),
            ("GET", "/partner/order/A%2F1"),
        )
    ]
    assert statuses == [404, 404, 500, 500, 404]


async def test_a_fault_is_ordered_for_a_path_with_any_id(faulty: Sandbox, caller: Caller) -> None:
    faulty.fail_next("server_error", path="/partner/order/{id}")
    paths = ("/partner/order", "/partner/order/1/2", "/partner/order/A%2F1")
    assert [(await caller.get(path)).status for path in paths] == [404, 404, 500]


async def test_ordered_faults_come_in_their_order(faulty: Sandbox, caller: Caller) -> None:
    faulty.fail_next("forbidden")
    faulty.fail_next("server_error")
    assert [(await caller.get("/x")).status for _ in range(3)] == [403, 500, 404]


async def test_faults_spare_the_challenge(caller: Caller, sandbox: Sandbox) -> None:
    sandbox.faults = Faults(server_error=1)
    assert (await caller.send("GET", "/x")).status == 401
    assert (await caller.get("/x")).status == 500


async def statuses_of(seed: int, session: aiohttp.ClientSession) -> list[int]:
    faults = Faults(too_many_requests=0.2, server_error=0.1, server_error_html=0.1, stale_nonces=0.1)
    async with Sandbox(seed=seed, faults=faults) as sandbox:
        caller = Caller(session, sandbox)
        return [(await caller.post(PRICE_FIX, {"type": "digital"})).status for _ in range(200)]


async def test_what_goes_wrong_follows_from_the_seed(session: aiohttp.ClientSession) -> None:
    first = await statuses_of(7, session)
    assert first == await statuses_of(7, session)
    assert first != await statuses_of(8, session)


async def test_probabilities_are_shares_of_the_calls(session: aiohttp.ClientSession) -> None:
    statuses = await statuses_of(7, session)
    assert 20 <= statuses.count(429) <= 60
    assert 8 <= statuses.count(500) <= 35
    assert 8 <= statuses.count(502) <= 35


async def test_under_many_faults_the_books_and_the_records_agree(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    faults = Faults(
        reset_before=0.1,
        reset_after=0.1,
        truncate=0.05,
        too_many_requests=0.05,
        server_error_html=0.05,
        server_error_html_after=0.05,
        stale_nonces=0.05,
        delay=(0.0, 0.01),
    )
    async with Sandbox() as sandbox:
        caller = Caller(session, sandbox)
        token = await caller.token()
        await caller.create_customer()
        sandbox.faults = faults
        reported: set[str] = set()
        limiter = anyio.CapacityLimiter(50)

        async def buy(external_id: str) -> None:
            async with limiter:
                try:
                    answer = await caller.buy(external_id, price_token=token)
                except aiohttp.ClientError:
                    return
                if answer.status == 200:
                    reported.add(external_id)

        async with anyio.create_task_group() as group:
            for number in range(400):
                group.start_soon(buy, f"ORD-{number}")

        assert reported <= set(sandbox.orders)
        carried_out = {None, "reset_after", "truncate", "server_error_html_after"}
        signed = [record for record in sandbox.requests if record.path == BUY and record.authenticated]
        expected = {
            json.loads(record.body)["external_id"] for record in signed if record.fault in carried_out
        }
        assert set(sandbox.orders) == expected
        assert sandbox.balances("CST-1")["GAU"] == Decimal("0.5") * len(sandbox.orders)
        sandbox.ledger.verify()
    assert caplog.records == []


async def test_faults_do_not_change_the_prices(session: aiohttp.ClientSession) -> None:
    prices: list[Any] = []
    for faults in (Faults(), Faults(stale_nonces=0.5)):
        async with Sandbox(faults=faults, seed=3) as sandbox:
            caller = Caller(session, sandbox)
            prices.append((await caller.post(PRICE_FIX, {"type": "digital"})).data["prices"])
    assert prices[0] == prices[1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"reset_before": -0.1},
        {"truncate": 1.1},
        {"stale_nonces": float("nan")},
        {"reset_before": 0.6, "reset_after": 0.6},
        {"delay": (0.2, 0.1)},
        {"delay": (-1, 1)},
        {"delay": (0, float("inf"))},
        {"retry_after": -1},
        {"backends": 0},
    ],
)
async def test_faults_that_make_no_sense_are_refused(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Faults(**arguments)


@pytest.mark.parametrize(
    ("fault", "arguments"),
    [
        ("explode", {}),
        ("delay", {"seconds": -1}),
        ("delay", {"seconds": float("inf")}),
        ("delay", {"times": 0}),
        ("delay", {"method": "post"}),
        ("delay", {"path": "partner/x"}),
        ("delay", {"path": "/partner/x?page=1"}),
        ("delay", {"path": "/partner/müşteri"}),
    ],
)
async def test_orders_for_faults_that_make_no_sense_are_refused(
    sandbox: Sandbox, fault: Any, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"no such fault|seconds|times|in capitals|as it is sent"):
        sandbox.fail_next(fault, **arguments)
