"""Readers find the newest value, see each at most once, know what they skipped, and never stop the loop."""

from __future__ import annotations

import asyncio
import gc
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.feeds.broadcast import BATCH, Broadcast, Reader, WaitQueue

pytestmark = pytest.mark.anyio


def broadcast() -> Broadcast[int]:
    return Broadcast(asyncio.get_running_loop())


async def play(steps: list[tuple[int, int]]) -> None:
    """Publish `count` values, let the reader take up to `takes`, and so on; each value is its own version.

    A reader that has everything waits for the next value, which is then published.
    """
    values = broadcast()
    reader = Reader(values)
    seen: list[int] = []
    skipped = 0
    for count, takes in steps:
        for _ in range(count):
            values.publish(values.version + 1)
        for _ in range(takes):
            if seen[-1:] == [values.version] or not values.version:
                asyncio.get_running_loop().call_soon(values.publish, values.version + 1)
            seen.append(await anext(reader))
            skipped += reader.just_skipped
    assert all(earlier < later for earlier, later in pairwise(seen))
    assert reader.skipped == skipped
    if seen:
        assert len(seen) + reader.skipped == seen[-1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 3)), max_size=30))
def test_versions_rise_and_what_was_skipped_adds_up(steps: list[tuple[int, int]]) -> None:
    asyncio.run(play(steps))


async def test_a_late_reader_begins_with_the_newest_and_has_skipped_nothing() -> None:
    values = broadcast()
    values.publish(1)
    values.publish(2)
    reader = Reader(values)
    assert (await anext(reader), reader.skipped) == (2, 0)


async def test_a_reader_from_now_waits_for_the_next_value() -> None:
    values = broadcast()
    values.publish(1)
    asyncio.get_running_loop().call_soon(values.publish, 2)
    assert await anext(Reader(values, from_now=True)) == 2


async def test_a_late_reader_is_not_given_what_has_become_too_old() -> None:
    fresh = True
    values: Broadcast[int] = Broadcast(asyncio.get_running_loop(), lambda _: fresh)
    values.publish(1)
    reader = Reader(values)
    values.publish(2)
    fresh = False
    late = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0)
    assert not late.done()
    fresh = True
    values.publish(3)
    assert (await late, reader.skipped) == (3, 2)


async def test_a_value_that_grows_old_between_waking_and_the_step_of_its_reader_is_not_given() -> None:
    fresh = True
    values: Broadcast[int] = Broadcast(asyncio.get_running_loop(), lambda value: fresh or value > 1)
    reader = Reader(values)
    woken = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0)
    values.publish(1)
    fresh = False
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not woken.done()
    values.publish(2)
    assert (await woken, reader.skipped) == (2, 1)


async def test_a_reader_that_was_held_up_gets_the_value_that_came_after_the_one_it_was_woken_with() -> None:
    values: Broadcast[int] = Broadcast(asyncio.get_running_loop(), lambda value: value > 1)
    woken = asyncio.ensure_future(anext(Reader(values)))
    await asyncio.sleep(0)
    values.publish(1)
    values.publish(2)
    assert await woken == 2


async def test_closing_ends_waiting_and_slow_readers() -> None:
    values = broadcast()
    values.publish(1)
    slow, waiting = Reader(values), Reader(values, from_now=True)
    task = asyncio.ensure_future(anext(waiting, "ended"))
    await asyncio.sleep(0)
    values.close()
    assert await task == "ended"
    assert await anext(slow, "ended") == "ended"


async def test_what_ends_a_broadcast_is_raised_by_its_readers() -> None:
    values = broadcast()
    waiting = asyncio.ensure_future(anext(Reader(values)))
    await asyncio.sleep(0)
    values.close(LookupError("over"))
    for reading in (waiting, anext(Reader(values))):
        with pytest.raises(LookupError, match="over"):
            await reading
    lengths: list[int] = []
    for _ in range(20):
        with pytest.raises(LookupError) as caught:
            await anext(Reader(values))
        lengths.append(len(caught.traceback))
    assert lengths[-1] == lengths[0]


async def test_readers_are_counted_while_they_exist() -> None:
    values = broadcast()
    readers = [Reader(values) for _ in range(5)]
    assert values.readers == 5
    await readers[0].aclose()
    await readers[0].aclose()
    assert values.readers == 4
    assert await anext(readers[0], "ended") == "ended"
    readers.clear()
    gc.collect()
    assert values.readers == 0


async def test_two_tasks_on_one_reader_both_get_on() -> None:
    values = broadcast()
    reader = Reader(values)
    both = [asyncio.ensure_future(anext(reader)) for _ in range(2)]
    await asyncio.sleep(0)
    values.publish(1)
    assert await asyncio.gather(*both) == [1, 1]


async def test_a_reader_that_gave_up_waiting_can_go_on() -> None:
    values = broadcast()
    reader = Reader(values)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await anext(reader)
    values.publish(1)
    assert (await anext(reader), reader.skipped) == (1, 0)


async def test_closing_a_reader_ends_the_task_that_waits_in_it() -> None:
    reader = Reader(broadcast())
    waiting = asyncio.ensure_future(anext(reader, None))
    await asyncio.sleep(0)
    await reader.aclose()
    assert await waiting is None


async def test_readers_that_are_closed_and_cancelled_at_once_complain_about_nothing() -> None:
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    values = broadcast()

    async def read() -> None:
        async for _ in Reader(values):
            pass

    tasks = [asyncio.create_task(read()) for _ in range(100)]
    await asyncio.sleep(0)
    values.close()
    assert sum(task.cancel() for task in tasks) == 100
    await asyncio.gather(*tasks, return_exceptions=True)
    del tasks
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


async def test_one_turn_of_the_loop_wakes_a_limited_number() -> None:
    values = broadcast()
    woken = 0

    async def read() -> None:
        nonlocal woken
        async for _ in Reader(values):
            woken += 1

    tasks = [asyncio.create_task(read()) for _ in range(3000)]
    await asyncio.sleep(0)
    values.publish(1)
    seen = [0]
    while woken < 3000:
        await asyncio.sleep(0)
        seen.append(woken)
    assert max(after - before for before, after in pairwise(seen)) <= 600
    values.close()
    await asyncio.gather(*tasks)


async def test_whoever_is_woken_late_gets_the_newest_value() -> None:
    values = broadcast()
    tasks = [asyncio.ensure_future(anext(Reader(values))) for _ in range(3000)]
    await asyncio.sleep(0)
    values.publish(1)
    values.publish(2)
    given = await asyncio.gather(*tasks)
    assert given == sorted(given)
    assert set(given) == {1, 2}


async def test_a_notification_during_another_reaches_everybody_in_order() -> None:
    queue: WaitQueue[None] = WaitQueue(asyncio.get_running_loop())
    woken: list[int] = []

    async def wait(number: int) -> None:
        await queue.wait()
        woken.append(number)

    first = [asyncio.create_task(wait(number)) for number in range(1000)]
    await asyncio.sleep(0)
    queue.notify_all(None)
    second = [asyncio.create_task(wait(number)) for number in range(1000, 2000)]
    await asyncio.sleep(0)
    queue.notify_all(None)
    await asyncio.gather(*first, *second)
    assert woken == list(range(2000))
    assert len(queue) == 0


async def test_a_cancelled_waiter_does_not_touch_the_others() -> None:
    queue: WaitQueue[int] = WaitQueue(asyncio.get_running_loop())
    tasks = [asyncio.ensure_future(queue.wait()) for _ in range(3)]
    tasks[1].cancel()
    queue.notify_all(7)
    first, cancelled, third = await asyncio.gather(*tasks, return_exceptions=True)
    assert (first, third) == (7, 7)
    assert isinstance(cancelled, asyncio.CancelledError)


async def test_waiters_that_give_up_again_and_again_do_not_pile_up() -> None:
    queue: WaitQueue[None] = WaitQueue(asyncio.get_running_loop())
    kept = queue.wait()
    for _ in range(20_000):
        queue.wait().cancel()
    assert len(queue) <= 40 * BATCH
    queue.notify_all(None)
    await kept


async def test_readers_that_work_long_are_woken_few_at_a_time() -> None:
    queue: WaitQueue[None] = WaitQueue(asyncio.get_running_loop())
    turns: list[int] = []

    async def work() -> None:
        await queue.wait()
        turns[-1] += 1
        end = time.perf_counter() + 0.0005
        while time.perf_counter() < end:
            pass

    async def count() -> None:
        while True:
            turns.append(0)
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    for _ in range(2):
        tasks = [asyncio.create_task(work()) for _ in range(600)]
        await asyncio.sleep(0)
        queue.notify_all(None)
        await asyncio.gather(*tasks)
    counting.cancel()
    assert max(turns) <= BATCH
