"""Metrics as the SDK of OpenTelemetry exports them: calls, waits, 401s, the age of prices, open orders."""

from __future__ import annotations

import asyncio
import gc
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from minted_async import MintedClient, blocking
from minted_async.errors import AuthenticationError, ConfigurationError, NotFoundError, ServerError
from minted_async.feeds import PriceFeed
from minted_async.integrations.opentelemetry import Telemetry
from minted_async.sandbox import Sandbox
from tests.feeds.virtual_time import Ticker, VirtualTime
from tests.integrations.telemetry import Exported, attributes_of
from tests.servers import LoopbackServer, Wire, answering, envelope, refusal, response
from tests.trades.orders import CUSTOMER, gold

pytestmark = pytest.mark.anyio

ORDER = envelope('{"guid":"G","order_code":"A","external_id":"O","items":[]}')
AGE = "minted.feed.price.age"
UNSETTLED = "minted.trades.unsettled"
UNAUTHORIZED = "minted.client.unauthorized"


def client_of(sandbox: Sandbox, exported: Exported, **options: Any) -> MintedClient:
    return MintedClient(
        sandbox.username, sandbox.password, base_url=sandbox.url, events=exported.telemetry, **options
    )


async def test_how_long_calls_take_is_told_by_operation_and_by_how_they_end() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(ORDER, ORDER, refusal(404))) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        await minted.orders.get("ORD-1")
        await minted.orders.get("ORD-2")
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-3")
    good, bad = exported.metric("minted.client.call.duration")
    common = {
        "minted.operation": "orders.get",
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
    }
    assert good[0] == {**common, "http.response.status_code": 200}
    assert bad[0] == {**common, "http.response.status_code": 404, "error.type": "NotFoundError"}
    assert (good[1].count, bad[1].count) == (2, 1)
    spans = [end - began for span in exported.calls if (end := span.end_time) and (began := span.start_time)]
    assert good[1].sum + bad[1].sum == pytest.approx(sum(spans) / 1e9, abs=1e-6)
    assert good[1].explicit_bounds[0] == 0.005  # seconds


async def test_retries_are_counted_by_what_they_come_after() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(response("", 503))) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        with pytest.raises(ServerError):
            await minted.orders.get("ORD-1")
    assert exported.values("minted.client.retries") == [
        ({"minted.operation": "orders.get", "http.response.status_code": 503}, 2)
    ]


async def test_of_401s_those_that_are_usual_are_told_from_the_others() -> None:
    exported = Exported()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        await minted.prices.fix(type="digital")
        sandbox.fail_next("stale_nonces")
        await minted.prices.fix(type="digital")
        async with MintedClient("demo", "wrong", base_url=sandbox.url, events=exported.telemetry) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.prices.fix(type="digital")
    assert {
        attributes["minted.unauthorized.kind"]: count for attributes, count in exported.values(UNAUTHORIZED)
    } == {"unsigned": 2, "signed": 1, "refused": 1}
    assert {attributes["minted.operation"] for attributes, _ in exported.values(UNAUTHORIZED)} == {
        "prices.fix"
    }


async def test_the_wait_for_a_connection_is_measured() -> None:
    exported = Exported()
    arrived, may_answer = asyncio.Event(), asyncio.Event()

    async def behave(wire: Wire) -> None:
        while await wire.request() is not None:
            arrived.set()
            await may_answer.wait()
            await wire.send(ORDER)

    async with (
        LoopbackServer(behave) as server,
        server.client(events=exported.telemetry, max_connections=1) as minted,
    ):
        first = asyncio.ensure_future(minted.orders.get("ORD-1"))
        await arrived.wait()
        second = asyncio.ensure_future(minted.orders.get("ORD-2"))
        await asyncio.sleep(0)  # it stands in line now
        may_answer.set()
        await asyncio.gather(first, second)
    waits = [attributes_of(span)["minted.pool.wait"] for span in exported.calls]
    assert waits[0] == 0
    assert isinstance(waits[1], float)
    assert waits[1] > 0
    ((attributes, point),) = exported.metric("minted.client.pool.wait")
    assert attributes == {"server.address": "127.0.0.1", "server.port": server.port}
    assert (point.count, point.sum) == (2, waits[1])


async def test_a_call_that_is_refused_before_its_first_try_has_waited_for_nothing() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(ORDER)) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        with pytest.raises(TypeError):
            await minted.orders.get(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert exported.metric("minted.client.pool.wait") == []
    assert len(exported.metric("minted.client.call.duration")) == 1


def feed_of(minted: MintedClient, time: VirtualTime, source: Ticker) -> PriceFeed:
    return minted.price_feed(interval=1, source=source, clock=time.clock, first_timeout=0)


async def test_the_age_of_prices_grows_when_none_come_and_whatever_has_ended_the_feed() -> None:
    exported, time, source = Exported(), VirtualTime(), Ticker()
    source.gate.clear()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        feed = feed_of(minted, time, source)
        exported.telemetry.watch(feed)
        assert exported.values(AGE) == []  # not open
        async with feed:
            await time.run(5)
            assert exported.values(AGE) == []  # no prices
            source.gate.set()
            await time.settle()
            (((), fresh),) = [(tuple(key), age) for key, age in exported.values(AGE)]
            source.gate.clear()
            await time.run(100)
            # Far beyond what the feed gives out.
            assert [age for _, age in exported.values(AGE)] == [pytest.approx(fresh + 100, abs=1.1)]
            source.errors.append(ConfigurationError("this can never pass"))
            source.gate.set()
            await time.settle()
            assert feed.status.waits_for == "nothing"
            (_, before), *_ = exported.values(AGE)
            await time.run(50)
            assert exported.values(AGE) == [({}, before + 50)]
        assert exported.values(AGE) == []  # closed


async def test_of_feeds_without_a_name_the_oldest_prices_count() -> None:
    exported, time = Exported(), VirtualTime()
    sources = Ticker(), Ticker(), Ticker()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        first, second, third = (feed_of(minted, time, source) for source in sources)
        async with first, second, third:
            exported.telemetry.watch(first)
            exported.telemetry.watch(second)
            exported.telemetry.watch(third)
            exported.telemetry.watch(third, name="retail")  # which replaces the line before
            await time.run(0.5)
            sources[1].gate.clear()
            await time.run(10)
            ages = exported.values(AGE)
            assert [attributes for attributes, _ in ages] == [{}, {"minted.feed.name": "retail"}]
            assert ages[0][1] == second.age
            assert first.age is not None
            assert first.age < ages[0][1]
            assert ages[1][1] == third.age


@pytest.mark.parametrize("older", [0, 1])
async def test_what_two_telemetries_of_one_provider_watch_counts_together(older: int) -> None:
    """As when each client is given one of its own: neither hides what the other has seen."""
    exported, time = Exported(), VirtualTime()
    telemetries = exported.telemetry, Telemetry(meter_provider=exported.meters)
    sources = Ticker(), Ticker()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        feeds = [feed_of(minted, time, source) for source in sources]
        async with feeds[0], feeds[1]:
            for telemetry, feed in zip(telemetries, feeds, strict=True):
                telemetry.watch(feed)
            await time.run(0.5)
            sources[older].gate.clear()
            await time.run(10)
            assert exported.values(AGE) == [({}, feeds[older].age)]
            assert Exported().values(AGE) == []


async def test_what_is_watched_is_not_kept_alive() -> None:
    exported = Exported()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        exported.telemetry.watch(minted)
        exported.telemetry.watch(minted.with_options(locale="en"))
        forgotten = client_of(sandbox, exported)
        exported.telemetry.watch(forgotten, name="forgotten")
        assert [attributes for attributes, _ in exported.values(UNSETTLED)] == [
            {},
            {"minted.client.name": "forgotten"},
        ]
        del forgotten
        gc.collect()
        assert exported.values(UNSETTLED) == [({}, 0)]


async def test_orders_count_until_their_outcome_is_known_or_the_client_is_closed() -> None:
    exported = Exported()
    async with Sandbox() as sandbox, client_of(sandbox, exported) as minted:
        exported.telemetry.watch(minted)
        assert exported.values(UNSETTLED) == [({}, 0)]
        sandbox.fail_next("delay_after", path="/partner/order/digital/buy", seconds=60)
        buying = asyncio.ensure_future(
            minted.trades.buy(customer=CUSTOMER, items=gold("1"), external_id="B-1")
        )
        await sandbox.until(lambda: "B-1" in sandbox.orders)
        # As an exporter does it: from a thread of its own.
        assert await asyncio.to_thread(exported.values, UNSETTLED) == [({}, 1)]
        buying.cancel()
        await asyncio.wait([buying])
        assert exported.values(UNSETTLED) == [({}, 1)]
        await minted.trades.resolve("B-1")
        assert exported.values(UNSETTLED) == [({}, 0)]
    assert exported.values(UNSETTLED) == []


def test_blocking_clients_and_feeds_are_measured_too_and_their_calls_belong_to_the_span_around_them() -> None:
    exported = Exported()
    with (
        Sandbox().in_thread() as sandbox,
        blocking.MintedClient("demo", "demo", base_url=sandbox.url, events=exported.telemetry) as minted,
    ):
        exported.telemetry.watch(minted)
        sandbox.fail_next("delay_after", path="/partner/order/digital/buy")

        def while_it_is_placed() -> list[tuple[dict[str, Any], Any]]:
            sandbox.wait_until(lambda: "B-1" in sandbox.orders)
            return exported.values(UNSETTLED)

        with exported.tracer.start_as_current_span("task") as task, ThreadPoolExecutor() as threads:
            seen = threads.submit(while_it_is_placed)
            minted.trades.buy(customer=CUSTOMER, items=gold("1"), external_id="B-1")
        assert (seen.result(), exported.values(UNSETTLED)) == ([({}, 1)], [({}, 0)])
        assert all(span.parent == task.get_span_context() for span in exported.calls)
        with minted.price_feed() as feed:
            exported.telemetry.watch(feed)
            ((_, age),) = exported.values(AGE)
            assert age <= (feed.age or 0)
        assert exported.values(AGE) == []
    assert exported.values(UNSETTLED) == []


@pytest.mark.parametrize("what", [None, "feed", object()])
def test_what_cannot_be_watched_is_refused(what: Any) -> None:
    with pytest.raises(ConfigurationError, match="what must be"):
        Exported().telemetry.watch(what)
