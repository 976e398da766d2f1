"""A sandbox in a thread of its own, and everything that other threads do to it."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import aiohttp
import anyio
import anyio.lowlevel
import anyio.to_thread
import pytest

from minted_async.sandbox import Faults, Fees, Sandbox
from tests.sandbox.caller import BUY, PERSON, Caller, standing_clock
from tests.sandbox.shopper import BAR, GOLD, Shopper

pytestmark = pytest.mark.anyio


@pytest.fixture
def threaded() -> Iterator[Sandbox]:
    with Sandbox(clock=standing_clock()).in_thread() as sandbox:
        yield sandbox


@pytest.fixture
def fast_switches() -> Iterator[None]:
    """Threads take turns a thousand times as often as by default."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(5e-6)
    yield
    sys.setswitchinterval(before)


def threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "minted-sandbox"]


def test_it_serves_while_the_block_lasts_and_leaves_no_thread() -> None:
    with Sandbox().in_thread() as sandbox:
        port = int(sandbox.url.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()
        assert len(threads()) == 1
    assert threads() == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))
    with pytest.raises(RuntimeError, match="not running"):
        _ = sandbox.url
    gc.collect()


def test_what_keeps_it_from_starting_is_raised_where_it_was_asked_for() -> None:
    with Sandbox().in_thread() as sandbox:
        taken = Sandbox(port=int(sandbox.url.rpartition(":")[2]))
        with pytest.raises(OSError, match="the port is in use"), taken.in_thread():
            pass
        with pytest.raises(RuntimeError, match="started once"), sandbox.in_thread():
            pass
    assert threads() == []


def test_an_error_in_the_block_comes_out_of_it() -> None:
    with pytest.raises(ZeroDivisionError), Sandbox().in_thread():
        _ = 1 / 0
    assert threads() == []


def test_a_block_that_is_never_left_does_not_keep_a_program_from_ending() -> None:
    program = (
        "from minted_async.sandbox import Sandbox\nopen_block = Sandbox().in_thread()\nopen_block.__enter__()"
    )
    done = anyio.run(anyio.run_process, [sys.executable, "-c", program])
    assert done.returncode == 0


def test_its_loop_is_not_that_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("a loop of the program was asked for")

    monkeypatch.setattr(asyncio.events, "new_event_loop", refuse)
    with Sandbox().in_thread() as sandbox:
        sandbox.wait_until(lambda: True)


async def test_it_can_be_closed_from_another_event_loop(threaded: Sandbox) -> None:
    port = int(threaded.url.rpartition(":")[2])
    await threaded.aclose()
    await threaded.aclose()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


async def test_what_was_answered_is_seen_at_once(threaded: Sandbox, session: aiohttp.ClientSession) -> None:
    caller = Caller(session, threaded)
    for number in range(50):
        await caller.buy(f"ORD-{number}")
        assert f"ORD-{number}" in threaded.orders
        assert threaded.requests[-1].status == 200
        threaded.advance(1)
        threaded.fail_next("server_error")
        assert (await caller.get("/partner/customer/CST-1")).status == 500
        assert not threaded.unmet_faults
    threaded.ledger.verify()


async def test_another_loop_and_a_plain_thread_wait_for_what_happens(
    threaded: Sandbox, session: aiohttp.ClientSession
) -> None:
    caller = Caller(session, threaded)

    def in_a_thread() -> None:
        threaded.wait_until(lambda: "ORD-1" in threaded.orders)

    async def in_another_loop() -> None:
        await threaded.until(lambda: "ORD-1" in threaded.orders)

    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, in_a_thread)
        group.start_soon(anyio.to_thread.run_sync, lambda: asyncio.run(in_another_loop()))
        group.start_soon(in_another_loop)
        await caller.buy("ORD-1")
    in_a_thread()


async def test_what_holds_for_a_moment_only_is_seen(
    threaded: Sandbox, session: aiohttp.ClientSession
) -> None:
    caller = Caller(session, threaded)
    await caller.get("/x")
    looked = threading.Event()

    def is_under_way() -> bool:
        looked.set()
        return threaded.requests[-1].status is None

    async with anyio.create_task_group() as group:
        group.start_soon(anyio.to_thread.run_sync, lambda: threaded.wait_until(is_under_way))
        await anyio.to_thread.run_sync(looked.wait)
        await caller.get("/x")


def test_waiting_for_what_does_not_happen_ends(threaded: Sandbox) -> None:
    with pytest.raises(TimeoutError, match=r"did not happen within 0\.01 s"):
        threaded.wait_until(lambda: False, timeout=0.01)
    with pytest.raises(ZeroDivisionError):
        threaded.wait_until(lambda: bool(1 / 0))


async def test_a_condition_that_would_have_to_be_awaited_is_refused(threaded: Sandbox) -> None:
    async def never() -> bool:
        return False

    never_asked: Any = never
    with pytest.raises(TypeError, match="answers at once"):
        await threaded.until(never_asked)


async def test_a_condition_that_fails_the_test_fails_the_test(
    threaded: Sandbox, session: aiohttp.ClientSession
) -> None:
    caller = Caller(session, threaded)

    async def wait() -> None:
        with pytest.raises(pytest.fail.Exception, match="not this"):
            await threaded.until(lambda: len(threaded.requests) > 0 and pytest.fail("not this"))

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await anyio.lowlevel.checkpoint()
        assert (await caller.get("/x")).status == 404


def test_who_waits_when_it_is_closed_is_told_so() -> None:
    with ThreadPoolExecutor() as pool:
        with Sandbox().in_thread() as sandbox:
            looked = threading.Event()

            def look() -> bool:
                looked.set()
                return False

            waiting = pool.submit(sandbox.wait_until, look)
            looked.wait()
        with pytest.raises(RuntimeError, match="is closed"):
            waiting.result()


async def test_a_condition_that_raises_does_not_hurt_the_server(
    threaded: Sandbox, session: aiohttp.ClientSession
) -> None:
    caller = Caller(session, threaded)

    async def wait() -> None:
        with pytest.raises(IndexError):
            await threaded.until(lambda: len(threaded.requests) > 0 and bool(""[len(threaded.requests)]))

    async with anyio.create_task_group() as group:
        group.start_soon(wait)
        await anyio.lowlevel.checkpoint()
        assert (await caller.get("/x")).status == 404


@pytest.mark.usefixtures("fast_switches")
async def test_many_threads_at_once_break_nothing(threaded: Sandbox) -> None:
    """Threads trade over HTTP, among others that go through everything and change what can be changed."""
    rounds = 15
    over = threading.Event()
    customers = [f"CST-{number}" for number in range(4)]

    async def trade(customer: str) -> None:
        async with aiohttp.ClientSession() as session:
            caller = Caller(session, threaded)
            await caller.create_customer(external_id=customer)
            for number in range(rounds):
                answer = await caller.buy(f"{customer}-{number}", customer=PERSON | {"external_id": customer})
                assert answer.status in (200, 429)

    def look() -> None:
        for order in threaded.orders.values():
            assert order.status in ("Created", "Pending", "Completed")
        for known in threaded.customers:
            assert sum(threaded.balances(known).values()) > 0
            assert not threaded.walletable.wallet(known)
        for request in threaded.requests:
            assert request.status in (None, 200, 401, 422, 429)
        for basket in threaded.ecom.baskets.values():
            # Others put something in between two looks.
            before, pieces = basket.price, sum(piece.price for piece in basket.pieces)
            assert before <= pieces <= basket.price
        threaded.ledger.verify()

    def change() -> None:
        threaded.advance(0.01)
        threaded.fail_next("too_many_requests", path=BUY, optional=True)
        threaded.ecom.catalog[GOLD].stock = 5
        threaded.walletable.fees = Fees(vat=Decimal(1))
        threaded.route("GET", f"/partner/{threading.get_ident()}", [1])
        for known in threaded.customers:
            basket = threaded.ecom.fill_basket(known, {GOLD: 1})
            threaded.ecom.fill_basket(known, {"MNT0002": 2}, token=basket.token)
            threaded.ecom.webview_token(known)

    def again(action: Callable[[], None]) -> None:
        while not over.is_set():
            action()

    with ThreadPoolExecutor(8) as pool:
        others = [pool.submit(again, action) for action in (look, look, change, change)]
        traders = [pool.submit(asyncio.run, trade(customer)) for customer in customers]
        try:
            for trader in traders:
                trader.result()
        finally:
            over.set()
        for other in others:
            other.result()
    assert len(threaded.requests) > 2 * rounds * len(customers)
    bought = [request for request in threaded.requests if request.path == BUY and request.status == 200]
    assert len(threaded.orders) == len(bought)
    threaded.ledger.verify()


CHANGES: dict[str, Callable[[Sandbox], object]] = {
    "advance": lambda sandbox: sandbox.advance(1),
    "fail_next": lambda sandbox: sandbox.fail_next("forbidden", path="/other"),
    "faults": lambda sandbox: setattr(sandbox, "faults", Faults()),
    "route": lambda sandbox: sandbox.route("GET", "/other", 1),
    "reset": lambda sandbox: sandbox.reset(),
    "fill a basket": lambda sandbox: sandbox.ecom.fill_basket("CST-1", {GOLD: 1}),
    "fill a walletable basket": lambda sandbox: sandbox.walletable.fill_basket("CST-1", {BAR: 1}),
    "force a status": lambda sandbox: next(iter(sandbox.ecom.baskets.values())).force_status("Lost"),
    "webview_token": lambda sandbox: sandbox.ecom.webview_token("CST-1"),
    "card_page": lambda sandbox: sandbox.ecom.card_page(),
    "decline_next": lambda sandbox: sandbox.ecom.decline_next(),
    "callback_url": lambda sandbox: setattr(sandbox.ecom, "callback_url", None),
    "fees": lambda sandbox: setattr(sandbox.walletable, "fees", Fees()),
    "stock": lambda sandbox: setattr(sandbox.ecom.catalog[GOLD], "stock", 1),
    "price": lambda sandbox: setattr(sandbox.walletable.catalog[BAR], "price", Decimal(1)),
    "look at balances": lambda sandbox: sandbox.balances("CST-1"),
    "look at a bill": lambda sandbox: [
        sandbox.walletable.bill(basket) for basket in sandbox.walletable.baskets.values()
    ],
}


@pytest.mark.parametrize("name", CHANGES)
async def test_what_a_test_does_lies_between_two_steps_of_a_request(
    threaded: Sandbox, session: aiohttp.ClientSession, name: str
) -> None:
    """A condition is looked at by the server, in the middle of a request."""
    shopper = Shopper(session, threaded)
    await shopper.create_customer()
    threaded.ecom.fill_basket("CST-1", {GOLD: 1})
    threaded.walletable.fill_basket("CST-1", {BAR: 1})
    seen = len(threaded.requests)
    done: list[object] = []
    done_in_between: list[bool] = []
    changing = threading.Thread(target=lambda: done.append(CHANGES[name](threaded)))

    def change_in_a_request() -> bool:
        if len(threaded.requests) == seen:
            return False
        changing.start()
        changing.join(0.05)  # without a lock it would be through by then
        done_in_between.append(bool(done))
        return True

    async with anyio.create_task_group() as group:
        group.start_soon(threaded.until, change_in_a_request)
        await anyio.lowlevel.checkpoint()
        with contextlib.suppress(aiohttp.ClientError):  # a reset breaks it off
            await shopper.get("/x")
    changing.join()
    assert done_in_between == [False]
    assert len(done) == 1


async def test_going_through_something_goes_through_what_was_there(
    threaded: Sandbox, session: aiohttp.ClientSession
) -> None:
    caller = Caller(session, threaded)
    await caller.buy("ORD-1")
    token = threaded.ecom.fill_basket("CST-1", {GOLD: 1}).token
    pieces = iter(threaded.ecom.baskets[token].items)
    begun = [
        iter(threaded.orders),
        iter(threaded.customers),
        iter(threaded.ecom.baskets),
        iter(threaded.requests),
        reversed(threaded.requests),
        iter(threaded.ledger.entries),
    ]
    lengths = [1, 1, 1, len(threaded.requests), len(threaded.requests), len(threaded.ledger.entries)]
    await caller.create_customer(external_id="CST-2")
    await caller.buy("ORD-2")
    threaded.ecom.fill_basket("CST-1", {"MNT0002": 1}, token=token)
    threaded.ecom.fill_basket("CST-1", {GOLD: 1})
    assert [len(list(each)) for each in begun] == lengths
    assert list(pieces) == [GOLD]


class TestReset:
    """`reset` makes it what it was."""

    async def test_it_forgets_everything(self, threaded: Sandbox, session: aiohttp.ClientSession) -> None:
        async def trade() -> tuple[Any, ...]:
            shopper = Shopper(session, threaded)
            await shopper.create_customer()
            receipt = (await shopper.buy("ORD-1")).data
            return receipt, threaded.ecom.fill_basket("CST-1", {GOLD: 2}).token

        first = await trade()
        threaded.fail_next("forbidden")
        threaded.route("GET", "/partner/stub", [])
        threaded.change_password("another")
        threaded.ecom.catalog[GOLD].stock = 0
        threaded.advance(1000)
        url = threaded.url
        threaded.reset()
        assert (threaded.url, threaded.password) == (url, "demo")
        assert not threaded.orders
        assert not threaded.customers
        assert not threaded.requests
        assert not threaded.unmet_faults
        assert threaded.unauthorized == threaded.replayed == 0
        assert threaded.ledger.entries == ()
        assert threaded.ecom.catalog[GOLD].stock > 0
        assert (await Caller(session, threaded).get("/partner/stub")).status == 404
        threaded.reset()
        assert await trade() == first

    async def test_a_client_stays_logged_in(self, threaded: Sandbox, session: aiohttp.ClientSession) -> None:
        caller = Caller(session, threaded)
        await caller.get("/x")
        signer = caller.signer.challenge["opaque"]
        threaded.reset()
        assert (await caller.get("/x")).status == 404
        assert [request.status for request in threaded.requests] == [401, 404]
        assert caller.signer.challenge["opaque"] == signer

    async def test_a_request_under_way_is_broken_off_and_not_carried_out(
        self, threaded: Sandbox, session: aiohttp.ClientSession
    ) -> None:
        caller = Caller(session, threaded)
        await caller.create_customer()
        threaded.fail_next("delay", path=BUY, seconds=600)
        async with anyio.create_task_group() as group:
            group.start_soon(caller.buy_in_vain, "ORD-1")
            await threaded.until(lambda: threaded.requests[-1].fault == "delay")
            threaded.reset()
        assert not threaded.orders
        assert not threaded.requests

    async def test_a_request_in_between_is_broken_off_too(
        self, threaded: Sandbox, session: aiohttp.ClientSession
    ) -> None:
        caller = Caller(session, threaded)
        await caller.get("/x")
        threaded.route("POST", "/partner/stub", lambda _: threaded.reset())
        with pytest.raises(aiohttp.ClientError):
            await caller.post("/partner/stub", {})
        assert not threaded.requests

    async def test_the_faults_of_its_making_come_back(self) -> None:
        with Sandbox(seed=3).in_thread() as sandbox:
            faults = sandbox.faults
            sandbox.faults = type(faults)(one_time_nonces=True)
            sandbox.reset()
            assert sandbox.faults == faults
        sandbox.reset()  # also once it is closed
