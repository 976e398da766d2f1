"""Spans as the SDK of OpenTelemetry exports them: one a call, whatever becomes of it, and nothing secret."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Decision, Sampler, SamplingResult
from opentelemetry.trace import NoOpTracer, NoOpTracerProvider, Span, StatusCode

from minted_async import MintedClient, Timeout, errors
from minted_async.integrations.opentelemetry import Telemetry
from minted_async.sandbox import Sandbox
from tests.integrations.telemetry import Exported, attributes_of
from tests.servers import (
    Behaviour,
    LoopbackServer,
    Wire,
    answering,
    close_after_reading,
    envelope,
    one_each,
    refusal,
    reset_after_reading,
)

pytestmark = pytest.mark.anyio

ORDER = envelope('{"guid":"G","order_code":"A","external_id":"O","items":[]}')


def error_of(span: ReadableSpan) -> object:
    return attributes_of(span).get("error.type")


def span_times(span: ReadableSpan) -> tuple[int, int]:
    assert span.start_time is not None
    assert span.end_time is not None
    return span.start_time, span.end_time


async def test_a_call_is_a_span_by_the_conventions_for_http() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(ORDER)) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        with exported.tracer.start_as_current_span("a page"):
            await minted.orders.get("ORD-1")
    call, page = exported.spans
    assert call.name == "orders.get"
    assert call.attributes == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "minted.pool.wait": 0.0,
        "minted.sent": True,
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "url.scheme": "http",
        "url.template": "/partner/order/{external_order_id}",
    }
    assert (call.status.status_code, call.events) == (StatusCode.UNSET, ())
    assert call.instrumentation_scope is not None
    assert call.instrumentation_scope.name == "minted_async"
    (began, ended), (page_began, _) = span_times(call), span_times(page)
    assert page_began < ended
    assert began < ended


async def test_the_span_around_a_call_is_its_parent_under_gather_too() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(ORDER)) as server,
        server.client(events=exported.telemetry) as minted,
    ):

        async def page(number: int) -> None:
            with exported.tracer.start_as_current_span(f"page of {number} calls"):
                for _ in range(number):
                    await get(minted)

        await asyncio.gather(*map(page, range(1, 8)))
    pages = {span.context.span_id: span.name for span in exported.spans if span.context and not span.parent}
    calls = Counter(pages[call.parent.span_id] for call in exported.calls if call.parent is not None)
    assert calls == {f"page of {number} calls": number for number in range(1, 8)}


async def test_the_calls_of_a_feed_belong_to_the_span_in_which_it_is_opened() -> None:
    exported = Exported()
    async with (
        Sandbox() as sandbox,
        MintedClient(
            sandbox.username, sandbox.password, base_url=sandbox.url, events=exported.telemetry
        ) as minted,
        AsyncExitStack() as stack,
    ):
        with exported.tracer.start_as_current_span("the start") as start:
            feed = await stack.enter_async_context(minted.price_feed(interval=0.01))
        await feed.next(timeout=10)
    parents = {call.parent and call.parent.span_id for call in exported.calls}
    assert parents == {start.get_span_context().span_id}


async def test_further_attempts_and_challenges_are_events_of_the_span() -> None:
    exported = Exported()
    async with (
        Sandbox() as sandbox,
        MintedClient(
            sandbox.username, sandbox.password, base_url=sandbox.url, events=exported.telemetry
        ) as minted,
    ):
        await minted.customers.create(external_id="CST-1")
        sandbox.fail_next("server_error")
        sandbox.fail_next("stale_nonces")
        await minted.customers.get("CST-1")
    first, call = exported.calls
    assert [event.name for event in first.events] == ["minted.challenge"]
    assert [(event.name, attributes_of(event)) for event in call.events] == [
        (
            "minted.retry",
            {
                "minted.retry.attempt": 1,
                "minted.retry.wait": attributes_of(call.events[0])["minted.retry.wait"],
                "http.response.status_code": 500,
            },
        ),
        ("minted.challenge", {"minted.challenge.signed": True}),
    ]
    began, ended = span_times(call)
    assert began <= call.events[0].timestamp <= call.events[1].timestamp <= ended
    assert [attributes_of(span)["http.request.resend_count"] for span in (first, call)] == [1, 2]
    assert call.status.status_code is StatusCode.UNSET


Use = Callable[[MintedClient], Awaitable[object]]


def get(minted: MintedClient) -> Awaitable[object]:
    return minted.orders.get("ORD-1")


def create(minted: MintedClient) -> Awaitable[object]:
    return minted.customers.create(external_id="CST-1")


ENDS: dict[str, tuple[Behaviour, Use, str]] = {
    "refused by the server": (answering(refusal(404)), get, "NotFoundError"),
    "answered with what it cannot be": (answering(envelope("5")), get, "DecodeError"),
    "broken off while it reads": (close_after_reading, get, "ConnectionLostError"),
    "broken off while it changes something": (reset_after_reading, create, "OutcomeUnknownError"),
    "refused for its argument": (answering(ORDER), lambda minted: minted.orders.get(""), "ArgumentError"),
    "refused for a type": (answering(ORDER), lambda minted: minted.orders.get(5), "TypeError"),  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
}


@pytest.mark.parametrize("end", ENDS)
async def test_a_call_that_fails_is_one_span_with_its_error(end: str) -> None:
    exported = Exported()
    behaviour, use, error = ENDS[end]
    async with (
        LoopbackServer(behaviour) as server,
        server.client(events=exported.telemetry, retry=None) as minted,
    ):
        with pytest.raises((errors.MintedError, TypeError)) as raised:
            await use(minted)
    assert type(raised.value).__name__ == error
    (call,) = exported.calls
    assert (error_of(call), call.status.status_code, call.status.description) == (
        error,
        StatusCode.ERROR,
        None,
    )


def hanging(arrived: asyncio.Event) -> Behaviour:
    """Read a request, say so, and never answer it."""

    async def behave(wire: Wire) -> None:
        await wire.request()
        arrived.set()
        await wire.hang()

    return behave


async def test_a_call_that_is_cancelled_is_one_span_that_says_whether_it_had_left() -> None:
    exported = Exported()
    arrived = asyncio.Event()
    async with LoopbackServer(hanging(arrived)) as server, server.client(events=exported.telemetry) as minted:
        task = asyncio.ensure_future(create(minted))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    (call,) = exported.calls
    assert error_of(call) == "CancelledError"
    assert attributes_of(call)["minted.sent"] is True


async def test_what_never_leaves_is_a_span_too() -> None:
    exported = Exported()
    arrived = asyncio.Event()
    async with LoopbackServer(hanging(arrived)) as server:
        minted = server.client(
            events=exported.telemetry,
            max_connections=1,
            retry=None,
            timeout=Timeout(total=None, pool=0.01),
        )
        blocking = asyncio.ensure_future(get(minted))
        await arrived.wait()
        with pytest.raises(errors.NotSentError):
            await get(minted)
        blocking.cancel()
        await asyncio.wait([blocking])
    await minted.aclose()
    with pytest.raises(errors.ConfigurationError):
        await get(minted)
    unsent, cancelled, closed = exported.calls
    assert [error_of(span) for span in (unsent, cancelled, closed)] == [
        "NotSentError",
        "CancelledError",
        "ConfigurationError",
    ]
    assert [attributes_of(span)["minted.sent"] for span in (unsent, closed)] == [False, False]


async def test_a_path_that_the_caller_wrote_out_is_not_told() -> None:
    exported = Exported()
    async with (
        LoopbackServer(answering(envelope("{}"))) as server,
        server.client(
            events=exported.telemetry, paths={"balances.partner": "GET /partner/P-77/balances"}
        ) as minted,
    ):
        await minted.request("POST", "/partner/customer/CST-1/notes", json={})
        await minted.balances.partner()
    request, listed = exported.calls
    assert (request.name, listed.name) == ("request", "balances.partner")
    assert attributes_of(request)["http.request.method"] == "POST"
    assert not {"url.template", "url.full", "url.path"} & ({*attributes_of(request), *attributes_of(listed)})


async def test_the_default_port_is_told_and_no_path_of_the_server() -> None:
    exported = Exported()
    async with MintedClient(
        "user", "password", base_url="https://api.example.com/tenants/T-1", events=exported.telemetry
    ) as minted:
        with pytest.raises(errors.ArgumentError):
            await minted.orders.get("")
    (call,) = exported.calls
    assert call.attributes is not None
    assert (call.attributes["server.address"], call.attributes["server.port"]) == ("api.example.com", 443)
    assert "T-1" not in exported.everything()


class Deciding(Sampler):
    """Drops what went well, which it can because it is asked when all is known."""

    def should_sample(
        self, parent_context: Context | None, trace_id: int, name: str, *args: Any, **kwargs: Any
    ) -> SamplingResult:
        attributes = kwargs.get("attributes") or args[1]
        kept = "error.type" in attributes
        return SamplingResult(Decision.RECORD_AND_SAMPLE if kept else Decision.DROP, attributes)

    def get_description(self) -> str:
        return "errors only"


async def test_a_sampler_decides_and_knows_how_the_call_ended() -> None:
    exported = Exported(Deciding())
    async with (
        LoopbackServer(answering(ORDER, refusal(404))) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        await get(minted)
        with pytest.raises(errors.NotFoundError):
            await get(minted)
    assert [error_of(span) for span in exported.calls] == ["NotFoundError"]


async def test_calls_that_are_not_sampled_are_measured() -> None:
    exported = Exported(ALWAYS_OFF)
    async with (
        LoopbackServer(answering(ORDER)) as server,
        server.client(events=exported.telemetry) as minted,
    ):
        await get(minted)
    assert exported.spans == []
    ((_, point),) = exported.metric("minted.client.call.duration")
    assert point.count == 1


async def test_one_telemetry_serves_clients_of_several_loops_at_once() -> None:
    exported = Exported()

    async def calls(url: str) -> None:
        async with MintedClient("user", "password", base_url=url, events=exported.telemetry) as minted:
            await asyncio.gather(*(get(minted) for _ in range(10)))

    retried = one_each(close_after_reading, answering(ORDER))
    async with LoopbackServer(retried) as first, LoopbackServer(answering(ORDER)) as second:
        await asyncio.gather(
            *(asyncio.to_thread(asyncio.run, calls(server.url)) for server in (first, second))
        )
        ports = Counter(attributes_of(span)["server.port"] for span in exported.calls)
        assert ports == {first.port: 10, second.port: 10}
        retried_at = [attributes_of(span)["server.port"] for span in exported.calls if span.events]
        assert retried_at == [first.port]


class BrokenTracer(NoOpTracer):
    def start_span(self, *args: Any, **kwargs: Any) -> Span:
        raise RuntimeError("the tracer is broken")


class BrokenTracers(NoOpTracerProvider):
    def get_tracer(self, *args: Any, **kwargs: Any) -> BrokenTracer:
        return BrokenTracer()


async def test_a_tracer_that_raises_breaks_no_call(caplog: pytest.LogCaptureFixture) -> None:
    telemetry = Telemetry(tracer_provider=BrokenTracers())
    async with LoopbackServer(answering(ORDER)) as server, server.client(events=telemetry) as minted:
        assert (await minted.orders.get("ORD-1")).order_code == "A"
    assert "the tracer is broken" in caplog.text


PROGRAM = """
import asyncio
from minted_async import MintedClient
from minted_async.integrations.opentelemetry import Telemetry
from minted_async.sandbox import Sandbox
from opentelemetry import metrics, trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

telemetry = Telemetry()
spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(spans))
metrics.set_meter_provider(MeterProvider([reader]))

async def main():
    async with Sandbox() as sandbox, MintedClient(
        sandbox.username, sandbox.password, base_url=sandbox.url, events=telemetry
    ) as minted:
        telemetry.watch(minted)
        await minted.prices.fix(type="digital")

asyncio.run(main())
print([span.name for span in spans.get_finished_spans()])
print("minted.client.call.duration" in reader.get_metrics_data().to_json())
"""


def test_the_providers_that_the_program_sets_are_used_even_if_it_sets_them_later() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM], capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("['prices.fix']\nTrue\n", "")


def test_without_opentelemetry_the_import_says_what_to_install() -> None:
    program = (
        "import sys; sys.modules['opentelemetry'] = None; import minted_async.integrations.opentelemetry"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "minted_async.integrations.opentelemetry needs OpenTelemetry: pip install" in done.stderr
