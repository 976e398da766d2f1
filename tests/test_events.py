"""Events: the end of each call, further attempts and challenges; what the callable does changes no call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from minted_async import MintedClient, RetryPolicy, models
from minted_async.errors import (
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
    assert challenges == [
        Challenged(operation="prices.fix", signed=False),
        Challenged(operation="prices.fix", signed=True),
    ]
    assert [finished(event) for event in events if isinstance(event, CallFinished)] == [
        ("prices.fix", 200, 1, True, None)
    ] * 2


async def test_a_callable_that_raises_is_logged_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def broken(event: Event) -> None:
        raise RuntimeError("the queue is full")

    async with LoopbackServer(answering(ORDER)) as server, server.client(events=broken) as minted:
        assert (await minted.orders.get("ORD-1")).order_code == "A"
    assert "events= raised for CallFinished, which changes nothing for the call" in caplog.text
    assert "the queue is full" in caplog.text


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
