"""Orders that are placed once, by threads: lost answers, many at once, quotes, watching, recovery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from minted_async import errors, models
from minted_async.blocking import MintedClient
from minted_async.sandbox import Sandbox
from minted_async.trades import Buy, Outcome, Result, Sell
from tests.trades.orders import BUY, CUSTOMER, gold, gold_to_sell, lookups, sent_orders


def test_an_order_whose_answer_is_lost_is_found_and_sent_once(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    minted_sandbox.fail_next("reset_after", path=BUY)
    order = client.trades.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1")
    assert order.external_id == "ORD-1"
    assert sent_orders(minted_sandbox) == {"ORD-1": 1}


def test_an_order_that_is_not_found_in_time_is_resolved_later(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    minted_sandbox.fail_next("reset_after", path=BUY)
    minted_sandbox.fail_next("server_error", times=20, path="/partner/order/ORD-1", optional=True)
    with pytest.raises(errors.OutcomeUnknownError, match=r"`minted\.trades\.resolve\('ORD-1'\)`"):
        client.trades.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1", settle_timeout=0.1)
    minted_sandbox.forget_faults()
    assert client.trades.resolve("ORD-1").external_id == "ORD-1"


def test_an_order_is_sold_at_a_fixed_price(client: MintedClient) -> None:
    client.trades.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1")
    lock = client.trades.fix_price(customer_external_id="CST-1")
    sold = client.trades.sell(items=gold_to_sell(), customer_external_id="CST-1", price_token=lock)
    assert sold.items[0].amount == Decimal("0.2")


def test_many_orders_are_placed_at_once_and_each_result_is_told(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    told: list[str] = []

    def on_result(request: Buy | Sell, result: Result) -> None:
        assert isinstance(result, models.Order)
        told.append(request.external_id)

    requests = [Buy(external_id=f"ORD-{n}", customer=CUSTOMER, items=gold()) for n in range(6)]
    results = client.trades.gather(requests, limit=3, on_result=on_result)
    placed = [result.external_id for result in results if isinstance(result, models.Order)]
    assert placed == [request.external_id for request in requests]
    assert sorted(told) == placed


def test_a_quote_is_bought_once(client: MintedClient, minted_sandbox: Sandbox) -> None:
    quote = client.trades.quote(customer_external_id="CST-1", currency="TRY")
    client.trades.buy(quote=quote.id, customer=CUSTOMER, items=gold(), external_id="ORD-1")
    with pytest.raises(errors.QuoteUsedError):
        client.trades.buy(quote=quote, customer=CUSTOMER, items=gold("0.7"), external_id="ORD-2")
    assert sent_orders(minted_sandbox) == {"ORD-1": 1}


@pytest.mark.minted_sandbox(status_delays=(0, 0))
def test_an_order_is_watched_until_it_is_completed(client: MintedClient) -> None:
    order = client.trades.buy(customer=CUSTOMER, items=gold())
    states = [change.status_name for change in client.trades.watch(order, timeout=30)]
    assert states[-1] == "Completed"
    assert client.trades.wait(order).status_name == "Completed"


def test_watching_may_be_left_and_closed(client: MintedClient) -> None:
    order = client.trades.buy(customer=CUSTOMER, items=gold())
    with client.trades.watch(order) as changes:
        assert next(changes).external_id == order.external_id
    assert list(changes) == []


def test_threads_that_share_what_watches_an_order_get_each_change_once(
    client: MintedClient, minted_sandbox: Sandbox
) -> None:
    order = client.trades.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1")
    changes = client.trades.watch(order)
    with ThreadPoolExecutor(3) as pool:
        parts = [pool.submit(lambda: [change.status_name for change in changes]) for _ in range(3)]
        lookups_before = lookups(minted_sandbox, "ORD-1")
        minted_sandbox.wait_until(lambda: lookups(minted_sandbox, "ORD-1") > lookups_before)
        minted_sandbox.advance(3600)
        closing = pool.submit(changes.close)
    states = sorted(str(state) for part in parts for state in part.result())
    assert len(states) == len(set(states))
    assert "Completed" in states
    closing.result()


def test_other_options_share_the_open_orders(client: MintedClient, minted_sandbox: Sandbox) -> None:
    minted_sandbox.fail_next("server_error_html_after", path=BUY)
    minted_sandbox.fail_next("server_error", times=20, path="/partner/order/ORD-1", optional=True)
    hasty = client.trades.with_options(settle_timeout=0)
    with pytest.raises(errors.OutcomeUnknownError):
        hasty.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1")
    minted_sandbox.forget_faults()
    (recovery,) = client.trades.recover()
    assert recovery.order is not None
    assert recovery.external_id == "ORD-1"


def test_an_order_is_in_the_journal_when_the_client_is_closed(
    minted_sandbox: Sandbox, tmp_path: Path
) -> None:
    journal = tmp_path / "orders.sqlite"
    for _ in range(2):
        with MintedClient("demo", "demo", base_url=minted_sandbox.url, journal=journal) as client:
            if client.trades.outcome("ORD-1") is None:
                client.trades.buy(customer=CUSTOMER, items=gold(), external_id="ORD-1")
            else:
                record = client.trades.outcome("ORD-1")
                assert record is not None
                assert record.outcome is Outcome.PLACED
    assert sent_orders(minted_sandbox) == {"ORD-1": 1}
