"""Any number of threads share one client: one event loop, one login, no deadlock."""

from __future__ import annotations

import contextlib
import os
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from minted_async import MintedClient as AsyncMintedClient
from minted_async import errors
from minted_async.blocking import MintedClient
from minted_async.blocking.room import Room
from minted_async.events import Event
from minted_async.sandbox import Sandbox
from minted_async.trades import Buy, Result, Sell, Trades
from tests.trades.orders import CUSTOMER, gold, sent_orders

MANY = 16


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "minted-blocking"]


def test_the_first_calls_of_many_threads_open_one_client(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    together = threading.Barrier(MANY)

    def call(number: int) -> str | None:
        together.wait(30)
        order = client.trades.buy(customer=CUSTOMER, items=gold(), external_id=f"ORD-{number}")
        return client.with_options(locale="tr").orders.get(f"ORD-{number}").external_id or order.external_id

    with ThreadPoolExecutor(MANY) as pool:
        found = list(pool.map(call, range(MANY)))
    assert found == [f"ORD-{number}" for number in range(MANY)]
    assert sent_orders(minted_sandbox) == dict.fromkeys(found, 1)
    assert minted_sandbox.unauthorized == 1
    assert len(own_threads()) == 1


def test_threads_that_ask_at_once_get_the_same_trades() -> None:
    """Two of them would not know of each other's open orders."""
    with ThreadPoolExecutor(2) as pool:
        for _ in range(50):
            minted = AsyncMintedClient("user", "password")
            together = threading.Barrier(2)

            def ask(minted: AsyncMintedClient = minted, together: threading.Barrier = together) -> Trades:
                together.wait(30)
                return minted.trades

            first, second = pool.submit(ask), pool.submit(ask)
            assert first.result() is second.result()


def test_making_a_client_starts_no_thread() -> None:
    before = own_threads()
    assert repr(MintedClient("user", "password").with_options(locale="en").orders)
    assert own_threads() == before


def test_closing_ends_the_thread(client: MintedClient) -> None:
    client.prices.fix(type="digital")
    assert len(own_threads()) == 1
    client.close()
    assert own_threads() == []


def test_threads_that_share_what_iter_gives_get_each_row_once(client: MintedClient) -> None:
    rows = iter(client.ecom.products.all(total=5))
    with ThreadPoolExecutor(4) as pool:
        parts = [pool.submit(lambda: [row.sku for row in rows]) for _ in range(4)]
    found = [sku for part in parts for sku in part.result()]
    assert sorted(found) == sorted(row.sku for row in client.ecom.products.all(total=100))


def test_a_call_that_waits_holds_up_no_other_and_hears_of_the_end(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    heard: list[errors.MintedError] = []

    def slowly() -> None:
        try:
            client.orders.get("SLOW")
        except errors.MintedError as error:
            heard.append(error)

    client.prices.fix(type="digital")  # logged in
    minted_sandbox.fail_next("delay", path="/partner/order/SLOW", seconds=600)
    slow = threading.Thread(target=slowly)
    slow.start()
    minted_sandbox.wait_until(lambda: not minted_sandbox.unmet_faults)
    assert client.prices.fix(type="digital").prices
    client.close()
    slow.join(30)
    assert len(heard) == 1


def test_a_call_from_the_function_that_events_are_told_to_is_refused(minted_sandbox: Sandbox) -> None:
    heard: list[BaseException | None] = []

    def on_event(event: Event) -> None:
        for call in (lambda: client.orders.get("ORD-1"), client.close, lambda: next(iter(rows))):
            try:
                call()
            except errors.ConfigurationError as error:
                heard.append(error)

    with MintedClient("demo", "demo", base_url=minted_sandbox.url, events=on_event) as client:
        rows = client.ecom.products.all(total=5)
        client.prices.fix(type="digital")
    assert len(heard) >= 3
    assert {str(error).partition(":")[2][:30] for error in heard} == {" hand over to another thread, "}


def test_a_callback_of_trades_that_calls_the_client_is_refused_and_the_orders_go_on(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    def on_result(request: Buy | Sell, result: Result) -> None:
        client.orders.get(request.external_id)

    requests = [Buy(external_id="ORD-1", customer=CUSTOMER, items=gold())]
    with pytest.raises(errors.ConfigurationError, match="would wait for itself"):
        client.trades.gather(requests, on_result=on_result)
    assert sent_orders(minted_sandbox) == {"ORD-1": 1}


@pytest.mark.parametrize("part", ["client", "orders", "trades", "rows"])
def test_what_cannot_be_pickled_says_where_to_make_it(client: MintedClient, part: str) -> None:
    parts: dict[str, object] = {
        "client": client,
        "orders": client.orders,
        "trades": client.trades,
        "rows": client.ecom.products.all(total=5),
    }
    with pytest.raises(
        errors.ConfigurationError, match=r"cannot be pickled, .*: make the client in the worker"
    ):
        pickle.dumps(parts[part])


def test_a_client_that_nobody_closed_or_can_reach_any_more_is_warned_of_and_ends(
    minted_sandbox: Sandbox,
) -> None:
    client = MintedClient("demo", "demo", base_url=minted_sandbox.url)
    client.prices.fix(type="digital")
    (thread,) = own_threads()
    with pytest.warns(
        ResourceWarning, match=rf"made at {os.fspath(__file__)}:\d+ was never closed: use `with "
    ):
        del client
    thread.join(30)
    assert not thread.is_alive()


def test_an_interrupt_while_the_thread_starts_leaves_no_thread_and_the_next_call_is_made(
    client: MintedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = threading.Thread.start

    def interrupted(thread: threading.Thread) -> None:
        start(thread)
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "start", interrupted)
    with contextlib.suppress(KeyboardInterrupt):
        client.prices.fix(type="digital")
    for thread in own_threads():
        thread.join(30)
    assert own_threads() == []
    assert client.prices.fix(type="digital").prices


def test_an_interrupt_before_the_thread_is_told_to_end_ends_it_all_the_same(
    client: MintedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.prices.fix(type="digital")

    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Room, "close", interrupted)
    with contextlib.suppress(KeyboardInterrupt):
        client.close()
    for thread in own_threads():
        thread.join(30)
    assert own_threads() == []
