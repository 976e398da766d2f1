"""Following an order through its states."""

from __future__ import annotations

import pytest

from minted_async import errors
from minted_async.sandbox import Faults, Sandbox
from minted_async.trades import Trades
from tests.trades.clocks import StandingTime
from tests.trades.orders import CUSTOMER, gold, lookups

pytestmark = pytest.mark.anyio


@pytest.fixture
async def external_id(trades: Trades) -> str:
    await trades.buy(customer=CUSTOMER, items=gold(), external_id="B-1")
    return "B-1"


async def test_waiting_ends_with_the_final_state(trades: Trades, external_id: str) -> None:
    order = await trades.wait(external_id, timeout=60)
    assert order.status_name == "Completed"


async def test_each_state_is_told_once(
    trades: Trades, sandbox: Sandbox, time: StandingTime, external_id: str
) -> None:
    script = iter(["Created", "Pending", "Pending", "Completed"])

    async def next_state(_: float) -> None:
        sandbox.orders[external_id].force_status(next(script))

    time.before_sleep = next_state
    assert [order.status_name async for order in trades.watch(external_id)] == [
        "Created",
        "Pending",
        "Completed",
    ]


async def test_an_unknown_state_is_news(
    trades: Trades, sandbox: Sandbox, time: StandingTime, external_id: str
) -> None:
    script = iter(["Created", "Melting", "Melting", "Refunded"])

    async def next_state(_: float) -> None:
        sandbox.orders[external_id].force_status(next(script))

    time.before_sleep = next_state
    seen = [order async for order in trades.watch(external_id)]
    assert [order.status_name for order in seen] == ["Created", "Melting", "Refunded"]
    assert seen[1].status_name is not None
    assert not seen[1].status_name.is_known


@pytest.mark.parametrize("state", ["Completed", "Cancelled", "Refunded"])
async def test_final_states_end_the_waiting(
    trades: Trades, sandbox: Sandbox, external_id: str, state: str
) -> None:
    sandbox.orders[external_id].force_status(state)
    assert (await trades.wait(external_id)).status_name == state
    assert lookups(sandbox, external_id) == 1


@pytest.mark.parametrize("until", ["Melting", {"Melting"}, ["Melting", "Poured"]])
async def test_any_states_can_be_waited_for(
    trades: Trades, sandbox: Sandbox, external_id: str, until: str | set[str] | list[str]
) -> None:
    sandbox.orders[external_id].force_status("Melting")
    assert (await trades.wait(external_id, until=until)).status_name == "Melting"


async def test_waiting_has_a_limit(
    trades: Trades, sandbox: Sandbox, time: StandingTime, external_id: str
) -> None:
    sandbox.orders[external_id].force_status("Pending")
    started = time.seconds
    with pytest.raises(errors.RequestTimeoutError, match="still 'Pending' after 30 s") as caught:
        await trades.wait(external_id, timeout=30)
    assert time.seconds - started <= 30
    assert (caught.value.external_id, caught.value.attempts) == (external_id, lookups(sandbox, external_id))


async def test_lookups_become_rarer(
    trades: Trades, sandbox: Sandbox, time: StandingTime, external_id: str
) -> None:
    sandbox.orders[external_id].force_status("Pending")
    time.slept.clear()
    with pytest.raises(errors.RequestTimeoutError):
        await trades.wait(external_id, timeout=300)
    assert 0.25 <= time.slept[0] <= 0.5
    assert all(5 <= wait <= 10 for wait in time.slept[6:])


async def test_lost_lookups_are_repeated(trades: Trades, sandbox: Sandbox, external_id: str) -> None:
    sandbox.fail_next("reset_before", times=9, method="GET")
    assert (await trades.wait(external_id)).status_name == "Completed"


async def test_an_outage_ends_the_waiting(trades: Trades, sandbox: Sandbox, external_id: str) -> None:
    sandbox.fail_next("reset_before", times=10, method="GET")
    with pytest.raises(errors.ConnectionLostError):
        await trades.wait(external_id)


async def test_the_server_is_left_alone_for_as_long_as_it_asks(
    trades: Trades, sandbox: Sandbox, time: StandingTime, external_id: str
) -> None:
    sandbox.faults = Faults(retry_after=42)
    sandbox.fail_next("too_many_requests", method="GET")
    time.slept.clear()
    await trades.wait(external_id)
    assert time.slept[0] == 42


async def test_an_order_that_does_not_exist_is_not_waited_for(trades: Trades) -> None:
    with pytest.raises(errors.NotFoundError) as caught:
        await trades.wait("NONE")
    assert caught.value.external_id == "NONE"
