"""What an interrupt is told of the call that it came into; the signals themselves are in `test_programs`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest

from minted_async import errors, models
from minted_async.blocking.call import Call


def notes_after(make: Callable[[], Awaitable[object]], *, cancel: bool = False) -> list[str]:
    """The notes of an interrupt that came after a call had ended, or that cancelled it."""
    call: Call[object] = Call(make, threading.current_thread())

    async def perform() -> None:
        call.begin()
        if cancel:
            await asyncio.sleep(0)
            call.cancel()
        await asyncio.to_thread(call.wait)

    asyncio.run(perform())
    interrupt = KeyboardInterrupt()
    call.explain(interrupt)
    return interrupt.__notes__


def test_a_call_that_had_succeeded_names_its_order() -> None:
    async def buy() -> models.Order:
        return models.Order(guid="G", order_code="C", external_id="ORD-1", items=[])

    assert notes_after(buy) == ["the call had succeeded before it could be cancelled; external_id: ORD-1"]


def test_a_call_that_had_failed_says_how() -> None:
    async def fail() -> None:
        raise errors.NotSentError("no connection")

    assert notes_after(fail) == [
        "the call had failed before it could be cancelled: NotSentError('no connection')"
    ]


def test_a_call_that_knows_what_its_cancellation_means_says_it() -> None:
    async def trade() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError as cancelled:
            cancelled.add_note("cancelled: the order 'ORD-1' was not sent")
            raise

    assert notes_after(trade, cancel=True) == ["cancelled: the order 'ORD-1' was not sent"]


def test_a_call_that_is_cancelled_before_it_has_begun_is_never_made() -> None:
    made: list[str] = []

    async def make() -> None:
        made.append("made")

    call = Call(make, threading.current_thread())

    async def perform() -> None:
        call.begin()
        call.cancel()
        await asyncio.to_thread(call.wait)

    asyncio.run(perform())
    assert made == []
    with pytest.raises(errors.ConfigurationError, match="which was cancelled"):
        call.result()


def test_a_call_whose_loop_is_gone_is_not_waited_for() -> None:
    gone = threading.Thread(target=lambda: None)
    gone.start()
    gone.join()

    async def never() -> None:
        raise AssertionError

    with pytest.raises(
        errors.ConfigurationError, match="this client was closed while the call was under way"
    ):
        Call(never, gone).wait()
