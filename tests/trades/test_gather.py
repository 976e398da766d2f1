"""Many orders at once: results in order, and nothing lost in a cancellation."""

from __future__ import annotations

import asyncio
import contextlib
from decimal import Decimal

import anyio
import pytest

from minted_async import errors, models
from minted_async.sandbox import FaultName, Faults, Sandbox
from minted_async.trades import Buy, Result, Sell, Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import BUY, CUSTOMER, gold, gold_to_sell, sent_orders

pytestmark = pytest.mark.anyio


def purchases(count: int) -> list[Buy]:
    return [
        Buy(customer=CUSTOMER, items=gold(f"0.{number:03}"), external_id=f"B-{number}")
        for number in range(1, count + 1)
    ]


async def test_results_come_in_the_order_of_the_requests(trades: Trades, sandbox: Sandbox) -> None:
    requests = [*purchases(20), Buy(customer=CUSTOMER, items=gold("0.00000001"), external_id="TOO-LITTLE")]
    results = await trades.gather(requests, limit=7)
    for request, result in zip(requests[:-1], results, strict=False):
        assert isinstance(result, models.Order)
        assert result.external_id == request.external_id
    assert isinstance(results[-1], errors.ValidationError)
    assert results[-1].external_id == "TOO-LITTLE"


async def test_no_more_than_the_limit_are_under_way(trades: Trades, sandbox: Sandbox) -> None:
    most = 0
    lock = await trades.fix_price(customer_external_id="CST-1")
    sandbox.faults = Faults(delay=(0.001, 0.01))

    def count() -> bool:
        nonlocal most
        under_way = sum(request.path == BUY and request.status is None for request in sandbox.requests)
        most = max(most, under_way)
        return len(sandbox.orders) == 30

    async with anyio.create_task_group() as group:
        group.start_soon(sandbox.until, count)
        await trades.gather(
            [Buy(customer=CUSTOMER, items=gold(), price_token=lock) for _ in range(30)], limit=5
        )
    assert 2 <= most <= 5


async def test_purchases_and_sales_mix_and_share_a_lock(trades: Trades, sandbox: Sandbox) -> None:
    await trades.buy(customer=CUSTOMER, items=gold("5"))
    lock = await trades.fix_price(customer_external_id="CST-1")
    results = await trades.gather(
        [
            Buy(customer=CUSTOMER, items=gold("1"), price_token=lock),
            Sell(items=gold_to_sell("2"), price_token=lock),
        ]
    )
    assert [result.type for result in results if isinstance(result, models.Order)] == ["Buy", "Sell"]
    assert sandbox.balances("CST-1")["GAU"] == 4


async def test_nothing_to_do_is_done(trades: Trades) -> None:
    assert await trades.gather([]) == []


@pytest.mark.parametrize("limit", [0, -1, 1.5, True])
async def test_the_limit_is_a_whole_number(trades: Trades, limit: int) -> None:
    with pytest.raises(errors.ConfigurationError, match="limit"):
        await trades.gather([], limit=limit)


async def test_the_id_is_known_before_anything_is_sent() -> None:
    first, second = Buy(customer=CUSTOMER, items=gold()), Sell(items=gold_to_sell())
    assert len({first.external_id, second.external_id}) == 2


@pytest.mark.parametrize("native", [True, False], ids=["task.cancel", "cancel scope"])
async def test_a_cancellation_leaves_each_order_absent_or_reported(
    native: bool, trades: Trades, sandbox: Sandbox
) -> None:
    heard: dict[str, Result] = {}
    sandbox.faults = Faults(delay=(0.0, 0.01), reset_after=0.1, reset_before=0.1)

    async def gather() -> None:
        await trades.gather(
            purchases(100),
            limit=10,
            settle_timeout=0,
            on_result=lambda request, result: heard.update({request.external_id: result}),
        )

    if native:
        task = asyncio.ensure_future(gather())
        await sandbox.until(lambda: len(sandbox.orders) >= 30)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    else:
        async with anyio.create_task_group() as group:
            group.start_soon(gather)
            await sandbox.until(lambda: len(sandbox.orders) >= 30)
            group.cancel_scope.cancel()
    sandbox.faults = Faults()
    open_ids = {recovery.external_id for recovery in await trades.recover(timeout=0)}
    told_open = {key for key, result in heard.items() if isinstance(result, errors.OutcomeUnknownError)}
    assert open_ids == told_open
    for recovery in await trades.recover():
        outcome = recovery.order or recovery.error
        assert outcome is not None
        heard[str(recovery.external_id)] = outcome
    assert set(sandbox.orders) == {key for key, result in heard.items() if isinstance(result, models.Order)}
    assert set(sent_orders(sandbox)) <= set(heard)
    assert len(heard) < 100


async def test_an_interrupted_order_is_told_to_be_open_or_not_sent(trades: Trades, sandbox: Sandbox) -> None:
    heard: dict[str, Result] = {}
    lock = await trades.fix_price(customer_external_id="CST-1")
    sandbox.fail_next("delay", path=BUY, seconds=60)
    sandbox.fail_next("delay", path="/partner/pricefix", seconds=60)
    requests = [
        Buy(customer=CUSTOMER, items=gold(), external_id="SENT", price_token=lock),
        Buy(customer=CUSTOMER, items=gold(), external_id="NOT-SENT"),
    ]
    async with anyio.create_task_group() as group:

        async def gather() -> None:
            await trades.gather(
                requests, on_result=lambda request, result: heard.update({request.external_id: result})
            )

        group.start_soon(gather)
        await sandbox.until(lambda: sum(request.fault == "delay" for request in sandbox.requests) == 2)
        group.cancel_scope.cancel()
    assert isinstance(heard["SENT"], errors.OutcomeUnknownError)
    assert heard["SENT"].certain_at is not None
    assert isinstance(heard["NOT-SENT"], errors.NotSentError)


@pytest.mark.parametrize(
    ("fault", "heard_of"),
    [("reset_after", errors.OutcomeUnknownError), ("reset_before", errors.OrderNotPlacedError)],
)
async def test_of_an_order_that_was_settled_meanwhile_a_cancellation_tells_what_became(
    fault: FaultName,
    heard_of: type[errors.MintedError],
    trades: Trades,
    sandbox: Sandbox,
    time: StandingTime,
) -> None:
    heard: list[Result] = []
    sandbox.fail_next(fault, path=BUY)
    sandbox.fail_next("reset_before", method="GET")
    with anyio.CancelScope() as scope:

        async def settle_and_cancel(_: float) -> None:
            time.before_sleep = None
            time.seconds += 300
            with contextlib.suppress(errors.OrderNotPlacedError):
                await trades.resolve("B-1")
            scope.cancel()

        time.before_sleep = settle_and_cancel
        await trades.gather(purchases(1), on_result=lambda _, result: heard.append(result))
    (result,) = heard
    assert type(result) is heard_of
    if isinstance(result, errors.OutcomeUnknownError):
        assert result.placed


async def test_a_failing_listener_is_not_swallowed(trades: Trades) -> None:
    def fail(request: Buy | Sell, result: Result) -> None:
        raise ZeroDivisionError(request.external_id)

    with pytest.raises(ZeroDivisionError, match="B-1"):
        await trades.gather(purchases(1), on_result=fail)


async def test_gold_is_exact(trades: Trades, sandbox: Sandbox) -> None:
    results = await trades.gather(purchases(50), limit=10)
    bought = sum(
        (item.amount or Decimal(0))
        for result in results
        if isinstance(result, models.Order)
        for item in result.items
    )
    assert sandbox.balances("CST-1")["GAU"] == bought == Decimal("1.275")
