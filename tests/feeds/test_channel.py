"""Readers find the newest value, see each at most once, and know what they skipped."""

from __future__ import annotations

import asyncio
import gc
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minted_async.feeds.channel import Channel, Reader

pytestmark = pytest.mark.anyio


async def play(steps: list[tuple[int, int]]) -> None:
    """Publish `count` values, let the reader take up to `takes`, and so on; each value is its own version."""
    channel: Channel[int] = Channel(asyncio.get_running_loop())
    reader = Reader(channel)
    seen: list[int] = []
    skipped = 0
    for count, takes in steps:
        for _ in range(count):
            channel.publish(channel.version + 1)
        for _ in range(takes):
            if seen[-1:] == [channel.version] or not channel.version:
                break
            seen.append(await anext(reader))
            skipped += reader.just_skipped
    assert all(earlier < later for earlier, later in pairwise(seen))
    assert reader.skipped == skipped
    if seen:
        assert len(seen) + reader.skipped == seen[-1]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=30))
def test_versions_rise_and_what_was_skipped_adds_up(steps: list[tuple[int, int]]) -> None:
    asyncio.run(play(steps))


async def test_a_late_reader_begins_with_the_newest_and_has_skipped_nothing() -> None:
    channel: Channel[str] = Channel(asyncio.get_running_loop())
    channel.publish("old")
    channel.publish("new")
    reader = Reader(channel)
    assert (await anext(reader), reader.skipped) == ("new", 0)


async def test_a_reader_from_now_waits_for_the_next_value() -> None:
    channel: Channel[str] = Channel(asyncio.get_running_loop())
    channel.publish("old")
    asyncio.get_running_loop().call_soon(channel.publish, "new")
    assert await anext(Reader(channel, from_now=True)) == "new"


async def test_closing_ends_waiting_and_slow_readers() -> None:
    channel: Channel[str] = Channel(asyncio.get_running_loop())
    channel.publish("first")
    slow, waiting = Reader(channel), Reader(channel, from_now=True)
    task = asyncio.ensure_future(anext(waiting, "ended"))
    await asyncio.sleep(0)
    channel.close()
    assert await task == "ended"
    assert await anext(slow, "ended") == "ended"


async def test_readers_are_counted_while_they_exist() -> None:
    channel: Channel[str] = Channel(asyncio.get_running_loop())
    readers = [Reader(channel) for _ in range(5)]
    assert channel.readers == 5
    await readers[0].aclose()
    await readers[0].aclose()
    assert channel.readers == 4
    assert await anext(readers[0], "ended") == "ended"
    readers.clear()
    gc.collect()
    assert channel.readers == 0


async def test_two_tasks_on_one_reader_both_get_on() -> None:
    channel: Channel[int] = Channel(asyncio.get_running_loop())
    reader = Reader(channel)
    first, second = asyncio.ensure_future(anext(reader)), asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0)
    channel.publish(1)
    done, _ = await asyncio.wait([first, second], return_when=asyncio.FIRST_COMPLETED)
    assert {task.result() for task in done} == {1}
    channel.publish(2)
    assert {await first, await second} == {1, 2}


async def test_a_reader_that_gave_up_waiting_can_go_on() -> None:
    channel: Channel[int] = Channel(asyncio.get_running_loop())
    reader = Reader(channel)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.001):
                await anext(reader)
    channel.publish(1)
    assert (await anext(reader), reader.skipped) == (1, 0)


async def test_closing_a_reader_ends_the_task_that_waits_in_it() -> None:
    channel: Channel[int] = Channel(asyncio.get_running_loop())
    reader = Reader(channel)
    waiting = asyncio.ensure_future(anext(reader, None))
    await asyncio.sleep(0)
    await reader.aclose()
    assert await waiting is None


async def test_a_wake_without_news_is_no_news() -> None:
    channel: Channel[int] = Channel(asyncio.get_running_loop())
    waiting = asyncio.ensure_future(anext(Reader(channel)))
    await asyncio.sleep(0)
    channel.waiters.wake()
    await asyncio.sleep(0)
    assert not waiting.done()
    channel.publish(1)
    assert await waiting == 1


async def test_readers_that_are_closed_and_cancelled_at_once_complain_about_nothing() -> None:
    loop = asyncio.get_running_loop()
    complaints: list[dict[str, object]] = []
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    channel: Channel[int] = Channel(loop)

    async def read() -> None:
        async for _ in Reader(channel):
            pass

    tasks = [asyncio.create_task(read()) for _ in range(100)]
    await asyncio.sleep(0)
    channel.close()
    assert sum(task.cancel() for task in tasks) == 100
    await asyncio.gather(*tasks, return_exceptions=True)
    del tasks
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
