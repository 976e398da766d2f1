"""Waking many tasks without holding up the loop."""

from __future__ import annotations

import asyncio
import time

import pytest

from minted_async.feeds.waiters import Waiters

pytestmark = pytest.mark.anyio


async def wait(waiters: Waiters, woken: list[int], number: int) -> None:
    await waiters.join()
    woken.append(number)


async def test_one_turn_of_the_loop_wakes_one_portion() -> None:
    waiters = Waiters(asyncio.get_running_loop(), portion=10)
    woken: list[int] = []
    tasks = [asyncio.create_task(wait(waiters, woken, number)) for number in range(35)]
    await asyncio.sleep(0)
    waiters.wake()
    seen: list[int] = []
    while len(woken) < 35:
        await asyncio.sleep(0)
        seen.append(len(woken))
    assert max(after - before for before, after in zip([0, *seen], seen, strict=False)) == 10
    assert woken == list(range(35))
    await asyncio.gather(*tasks)


async def test_a_wake_during_a_wake_reaches_everybody_in_order() -> None:
    waiters = Waiters(asyncio.get_running_loop(), portion=4)
    woken: list[int] = []
    first = [asyncio.create_task(wait(waiters, woken, number)) for number in range(10)]
    await asyncio.sleep(0)
    waiters.wake()
    second = [asyncio.create_task(wait(waiters, woken, number)) for number in range(10, 20)]
    await asyncio.sleep(0)
    waiters.wake()
    await asyncio.gather(*first, *second)
    assert woken == list(range(20))
    assert len(waiters) == 0


async def test_a_cancelled_waiter_does_not_touch_the_others() -> None:
    waiters = Waiters(asyncio.get_running_loop())
    woken: list[int] = []
    tasks = [asyncio.create_task(wait(waiters, woken, number)) for number in range(3)]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0)
    waiters.wake()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert woken == [0, 2]


async def test_waiters_that_give_up_again_and_again_do_not_pile_up() -> None:
    waiters = Waiters(asyncio.get_running_loop())
    for _ in range(20_000):
        waiters.join().cancel()
    assert len(waiters) <= 1024


async def test_waking_nobody_is_no_work() -> None:
    waiters = Waiters(asyncio.get_running_loop())
    waiters.wake()
    assert len(waiters) == 0


async def test_readers_that_work_long_are_woken_few_at_a_time() -> None:
    loop = asyncio.get_running_loop()
    waiters = Waiters(loop)
    turns: list[int] = []

    async def work() -> None:
        await waiters.join()
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
        turns.append(0)
        waiters.wake()
        await asyncio.gather(*tasks)
    counting.cancel()
    # The first portion is what it is; from then on each fits a few milliseconds.
    assert max(turns[-10:]) <= 20
