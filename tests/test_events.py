"""Events: the end of each call, further attempts and challenges; what the callable does changes no call."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from minted_async import MintedClient, RetryPolicy, Timeout, models
from minted_async.errors import (
    ArgumentError,
    ConfigurationError,
    ConnectionLostError,
    DecodeError,
    NotFoundError,
    NotSentError,
    OutcomeUnknownError,
)
from minted_async.events import CallFinished, Challenged, Event, Retrying
from minted_async.sandbox import Sandbox
from tests.servers import (
    LoopbackServer,
    answering,
    close_after_reading,
    envelope,
    hang_after_reading,
    one_each,
    refusal,
    reset_after_reading,
    response,
)

pytestmark = pytest.mark.anyio

ORDER = envelope('{"guid":"G","order_code":"A","external_id":"O","items":[]}')


def finished(event: Event) -> tuple[Any, ...]:
    """The end of a call but for its seconds."""
    assert isinstance(event, CallFinished)
    assert event.seconds >= 0
    return event.operation, event.status, event.attempts, event.sent, event.error


async def test_the_end_of_a_call() -> None:
    events: list[Event] = []
    answers = answering(ORDER, refusal(404), envelope("5"))
    async with LoopbackServer(answers) as server, server.client(events=events.append) as minted:
        await minted.orders.get("ORD-1")
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-2")
        with pytest.raises(DecodeError):
            await minted.orders.get("ORD-3")
        await minted.with_options(locale="en").request("GET", "/partner/customer/CST-1")
    assert [finished(event) for event in events] == [
        ("orders.get", 200, 1, True, None),
        ("orders.get", 404, 1, True, "NotFoundError"),
        ("orders.get", 200, 1, True, "DecodeError"),
        ("request", 200, 1, True, None),
    ]


async def test_a_call_that_breaks() -> None:
    events: list[Event] = []
    async with LoopbackServer(close_after_reading) as server:
        minted = server.client(events=events.append, retry=None)
        with pytest.raises(ConnectionLostError):
            await minted.orders.get("ORD-1")
        with pytest.raises(OutcomeUnknownError):
            await minted.orders.buy(
                price_token="T",
                external_id="ORD-1",
                customer=models.OrderCustomer(
                    external_id="CST-1",
                    identity_number="10000000146",
                    firstname="Deniz",
                    lastname="Örnek",
                    email="deniz@example.com",
                    phone="+905550000000",
                ),
                items=[],
            )
    with pytest.raises(NotSentError):
        await minted.orders.get("ORD-1")
    await minted.aclose()
    with pytest.raises(ConfigurationError):
        await minted.orders.get("ORD-1")
    assert [finished(event) for event in events] == [
        ("orders.get", None, 1, True, "ConnectionLostError"),
        ("orders.buy", None, 1, True, "OutcomeUnknownError"),
        ("orders.get", None, 1, False, "NotSentError"),
        ("orders.get", None, 0, False, "ConfigurationError"),
    ]


async def test_further_attempts() -> None:
    events: list[Event] = []
    behaviour = one_each(reset_after_reading, answering(response("", 503), ORDER))
    retry = RetryPolicy(base_delay=0.001)
    async with (
        LoopbackServer(behaviour) as server,
        server.client(events=events.append, retry=retry) as minted,
    ):
        await minted.orders.get("ORD-1")
    first, second, last = events
    assert isinstance(first, Retrying)
    assert isinstance(second, Retrying)
    assert (first.operation, first.attempt, first.status, first.error) == (
        "orders.get",
        1,
        None,
        "ConnectionLostError",
    )
    assert (second.operation, second.attempt, second.status, second.error) == ("orders.get", 2, 503, None)
    assert first.wait >= 0
    assert finished(last) == ("orders.get", 200, 3, True, None)


async def test_a_challenge() -> None:
    events: list[Event] = []
    async with (
        Sandbox() as sandbox,
        MintedClient(
            sandbox.username, sandbox.password, base_url=sandbox.url, events=events.append
        ) as minted,
    ):
        await minted.prices.fix(type="digital")
        sandbox.fail_next("stale_nonces")
        await minted.prices.fix(type="digital")
    challenges = [event for event in events if isinstance(event, Challenged)]
    assert [(event.operation, event.signed) for event in challenges] == [
        ("prices.fix", False),
        ("prices.fix", True),
    ]
    assert [finished(event) for event in events if isinstance(event, CallFinished)] == [
        ("prices.fix", 200, 1, True, None)
    ] * 2


async def test_what_belongs_to_one_call_has_its_number() -> None:
    events: list[Event] = []
    async with (
        Sandbox() as sandbox,
        MintedClient(
            sandbox.username, sandbox.password, base_url=sandbox.url, events=events.append
        ) as minted,
    ):
        await minted.customers.create(external_id="CST-1")
        sandbox.fail_next("server_error", times=2)
        await asyncio.gather(*(minted.customers.get("CST-1") for _ in range(5)))
    ends = [event for event in events if isinstance(event, CallFinished)]
    tried = Counter(event.call for event in events if isinstance(event, Retrying))
    challenged = [event.call for event in events if isinstance(event, Challenged)]
    assert len({event.call for event in ends}) == 6
    assert {event.call: event.attempts - 1 for event in ends if event.attempts > 1} == tried
    assert challenged == [ends[0].call]


async def test_a_call_whose_arguments_are_refused_is_told_of() -> None:
    events: list[Event] = []
    minted = MintedClient("user", "password", events=events.append)
    with pytest.raises(ArgumentError):
        await minted.orders.get("")
    with pytest.raises(TypeError):
        await minted.orders.get(5)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    assert [finished(event) for event in events] == [
        ("orders.get", None, 0, False, "ArgumentError"),
        ("orders.get", None, 0, False, "TypeError"),
    ]


async def test_where_a_call_goes_is_told_as_far_as_no_id_can_stand_in_it() -> None:
    events: list[Event] = []
    async with LoopbackServer(answering(ORDER)) as server:
        paths = {"balances.partner": "GET /partner/P-77/balances"}
        base_url = f"{server.url}/tenants/T-1"
        async with server.client(events=events.append, base_url=base_url, paths=paths) as minted:
            await minted.orders.get("ORD-1")
            await minted.balances.partner()
            await minted.request("POST", "/partner/customer/CST-1/notes", json={})
    assert [
        (event.method, event.path, event.server) for event in events if isinstance(event, CallFinished)
    ] == [
        ("GET", "/partner/order/{external_order_id}", server.url),
        ("GET", None, server.url),
        ("POST", None, server.url),
    ]


async def test_the_time_in_line_for_a_connection_is_told() -> None:
    events: list[Event] = []
    async with (
        LoopbackServer(hang_after_reading) as server,
        server.client(
            events=events.append, max_connections=1, retry=None, timeout=Timeout(total=None, pool=0.01)
        ) as minted,
    ):
        blocking = asyncio.ensure_future(minted.orders.get("ORD-1"))
        await asyncio.sleep(0)  # it has the connection now
        with pytest.raises(NotSentError):
            await minted.orders.get("ORD-2")
        blocking.cancel()
        await asyncio.wait([blocking])
    waiting, first = events
    assert isinstance(waiting, CallFinished)
    assert isinstance(first, CallFinished)
    assert 0 < waiting.waited <= waiting.seconds
    assert first.waited == 0


@pytest.mark.parametrize("fault", [RuntimeError, asyncio.CancelledError])
async def test_a_callable_that_raises_is_logged_and_changes_nothing(
    caplog: pytest.LogCaptureFixture, fault: type[BaseException]
) -> None:
    def broken(event: Event) -> None:
        raise fault("the queue is full")

    async with LoopbackServer(answering(ORDER)) as server, server.client(events=broken) as minted:
        assert (await minted.orders.get("ORD-1")).order_code == "A"
    assert "events= raised for CallFinished, which changes nothing for the call" in caplog.text
    assert "the queue is full" in caplog.text


async def test_what_is_logged_of_a_callable_names_no_id_of_the_call(caplog: pytest.LogCaptureFixture) -> None:
    def broken(event: Event) -> None:
        try:
            raise OSError("the disk is full")
        except OSError as cause:
            raise RuntimeError("not counted") from cause

    async with LoopbackServer(answering(refusal(404))) as server, server.client(events=broken) as minted:
        with pytest.raises(NotFoundError):
            await minted.orders.get("ORD-1")
    assert "the disk is full" in caplog.text
    assert "not counted" in caplog.text
    assert "ORD-1" not in caplog.text


async def later(event: Event) -> None:
    """A function that nobody would await."""


def in_parts(event: Event) -> Iterator[Event]:
    """A function that does nothing until somebody asks it to go on."""
    yield event


class Later:
    async def __call__(self, event: Event) -> None:
        """As `later`."""


async def test_a_coroutine_is_seen_where_no_signature_tells_of_it(caplog: pytest.LogCaptureFixture) -> None:
    def soon(event: Event) -> object:
        return later(event)

    async with LoopbackServer(answering(ORDER)) as server, server.client(events=soon) as minted:
        assert (await minted.orders.get("ORD-1")).order_code == "A"
    assert "it gave a coroutine, which nobody awaits" in caplog.text


@pytest.mark.parametrize("events", [later, partial(later), Later(), in_parts, 5, "log"])
def test_what_is_no_plain_function_is_refused(events: Any) -> None:
    with pytest.raises(ConfigurationError, match="events must be a plain function"):
        MintedClient("user", "password", events=events)
