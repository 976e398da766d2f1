"""What it costs to tell many readers a new price: a feed, beside the floor and an `asyncio.Queue` each.

The floor is what asyncio itself costs: tasks that wait on one future each, all set in one pass. It cannot be
undercut by anything that wakes tasks, except that it stands still for as long as the pass takes.

`python benchmarks/fan_out.py` takes about two minutes: each case runs in a process of its own, rounds
alternate, medians count. `--readers 1000 --rounds 1` is less work.

- wake: from when the new price is here until its reader's next line; wake CPU: what this process worked
  meanwhile, which other processes on the machine do not make longer
- CPU: microseconds of this process for each price that a reader got
- stall: how late a task that sleeps 2 ms at a time is woken, worst in each interval, median of the intervals;
  stall CPU: what this process worked meanwhile
- B/reader: memory of a waiting reader above a task that waits on a future of its own
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import statistics
import subprocess
import sys
import time
import tracemalloc
from array import array
from collections.abc import Awaitable, Callable
from decimal import Decimal

from minted_async import MintedClient, models
from minted_async.feeds import PriceFeed

LIMITS = {
    "CPU ratio": 1.3,
    "wake CPU ratio": 1.3,
    "many wake p99 ms": 400.0,
    "many wake CPU p99 ms": 400.0,
    "many stall CPU ms": 15.0,
    "B/reader": 80.0,
}
"""What must not be exceeded: of the floor, with ten times as many readers at 1 s, and by one reader."""

PRICES = [
    models.Price(
        currency_id=1,
        product_id=number,
        sku=f"SKU{number}",
        spot_price=Decimal("4212.5"),
        buy_price=Decimal("4260.9438"),
        sell_price=Decimal("4176.6938"),
    )
    for number in range(10)
]


class Meter:
    """Counts what happens while it runs."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self._published = 0.0
        self._worked = 0.0
        self._running = False
        self._began = 0.0
        # Arrays, for what the meter keeps must not set off the garbage collector.
        self._wakes = array("d")
        self._work = array("d")
        self._stalls = array("d")

    def publish(self) -> None:
        self._published, self._worked = time.perf_counter(), time.process_time()

    def deliver(self) -> None:
        if self._running:
            self._wakes.append(time.perf_counter() - self._published)
            if not len(self._wakes) % 50:  # it takes long to ask
                self._work.append(time.process_time() - self._worked)

    async def run(self, seconds: float) -> dict[str, float]:
        """Let it run, and sum up."""
        gc.collect()
        gc.freeze()
        tick = asyncio.create_task(self._tick())
        await asyncio.sleep(self.interval)
        cpu, self._began, self._running = time.process_time(), time.perf_counter(), True
        await asyncio.sleep(seconds)
        cpu, self._running = time.process_time() - cpu, False
        tick.cancel()
        late: dict[int, float] = {}
        busy: dict[int, float] = {}
        for at, wall, work in zip(self._stalls[::3], self._stalls[1::3], self._stalls[2::3], strict=True):
            slot = int((at - self._began) / self.interval)
            late[slot] = max(late.get(slot, 0.0), wall)
            busy[slot] = max(busy.get(slot, 0.0), work)
        hundredths = statistics.quantiles(self._wakes, n=100)
        return {
            "delivered": len(self._wakes),
            "wake p50 ms": 1000 * hundredths[49],
            "wake p99 ms": 1000 * hundredths[98],
            "wake CPU p99 ms": 1000 * statistics.quantiles(self._work, n=100)[98],
            "CPU us": 1e6 * cpu / len(self._wakes),
            "stall ms": 1000 * statistics.median(late.values()),
            "stall CPU ms": 1000 * statistics.median(busy.values()),
        }

    async def _tick(self) -> None:
        while True:
            before, work = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            if self._running:
                self._stalls.extend((now, now - before - 0.002, time.thread_time() - work))


async def end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def every(interval: float, publish: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        publish()
        due += interval
        await asyncio.sleep(max(0.0, due - loop.time()))


async def floor_case(meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    loop = asyncio.get_running_loop()
    waiting: list[asyncio.Future[None]] = []

    async def read() -> None:
        while True:
            future = loop.create_future()
            waiting.append(future)
            await future
            meter.deliver()

    def publish() -> None:
        nonlocal waiting
        due, waiting = waiting, []
        meter.publish()
        for future in due:
            future.set_result(None)

    tasks = [asyncio.create_task(read()) for _ in range(readers)]
    tasks.append(asyncio.create_task(every(meter.interval, publish)))
    result = await meter.run(seconds)
    await end(tasks)
    return result


async def queue_case(meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    """What is written in a hurry."""
    queues: list[asyncio.Queue[object]] = [asyncio.Queue(1) for _ in range(readers)]

    async def read(queue: asyncio.Queue[object]) -> None:
        while True:
            await queue.get()
            meter.deliver()

    def publish() -> None:
        meter.publish()
        for queue in queues:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(PRICES)

    tasks = [asyncio.create_task(read(queue)) for queue in queues]
    tasks.append(asyncio.create_task(every(meter.interval, publish)))
    result = await meter.run(seconds)
    await end(tasks)
    return result


async def feed_case(meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    async def ask() -> list[models.Price]:
        meter.publish()
        return PRICES

    async def read(feed: PriceFeed) -> None:
        async for _ in feed:
            meter.deliver()

    async with (
        MintedClient("demo", "demo") as minted,
        minted.price_feed(interval=meter.interval, source=ask) as feed,
    ):
        tasks = [asyncio.create_task(read(feed)) for _ in range(readers)]
        result = await meter.run(seconds)
        await end(tasks)
    return result


async def memory_case(meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    async def bare(future: asyncio.Future[None]) -> None:
        await future

    async def read(feed: PriceFeed) -> None:
        async for _ in feed:
            pass

    async def ask() -> list[models.Price]:
        return PRICES

    async def weigh(
        start: Callable[[], list[asyncio.Task[None]]], ready: Callable[[], Awaitable[object]]
    ) -> float:
        gc.collect()
        tracemalloc.start()
        tasks = start()
        await ready()
        gc.collect()
        weight = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        await end(tasks)
        return weight / readers

    loop = asyncio.get_running_loop()
    alone = await weigh(
        lambda: [asyncio.create_task(bare(loop.create_future())) for _ in range(readers)],
        lambda: asyncio.sleep(0.2),
    )
    async with MintedClient("demo", "demo") as minted, minted.price_feed(interval=0.5, source=ask) as feed:

        async def woken() -> None:
            # After a few prices: what a reader keeps when it has been woken counts too.
            await feed.wait_for(lambda prices: prices.version >= 4)
            await asyncio.sleep(0.3)

        reading = await weigh(lambda: [asyncio.create_task(read(feed)) for _ in range(readers)], woken)
    return {"B/reader": reading - alone}


CASES = {"floor": floor_case, "feed": feed_case, "queue": queue_case, "memory": memory_case}


def measure(name: str, readers: int, seconds: float, interval: float) -> dict[str, float]:
    """Run a case in a process of its own."""
    arguments = [sys.executable, __file__, "--run", name, str(readers), str(seconds), str(interval)]
    done = subprocess.run(arguments, stdout=subprocess.PIPE, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def medians(results: list[dict[str, float]]) -> dict[str, float]:
    return {name: statistics.median(result[name] for result in results) for name in results[0]}


def show(title: str, result: dict[str, float]) -> None:
    print(f"{title:<30}", "  ".join(f"{name} {value:,.2f}" for name, value in result.items()), flush=True)


def compare(
    names: list[str], readers: int, interval: float, options: argparse.Namespace
) -> dict[str, dict[str, float]]:
    """Some cases in alternating rounds."""
    rounds: list[dict[str, dict[str, float]]] = [
        {name: measure(name, readers, options.seconds, interval) for name in names}
        for _ in range(options.rounds)
    ]
    results = {name: medians([each[name] for each in rounds]) for name in names}
    for name, result in results.items():
        show(f"{name}, {readers:,} at {interval:g} s", result)
    return results


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--run", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        name, readers, seconds, interval = options.run
        case = CASES[name](Meter(float(interval)), int(readers), float(seconds))
        with contextlib.suppress(BrokenPipeError):
            print(json.dumps(asyncio.run(case)))
        return 0
    few = compare(["floor", "feed", "queue"], options.readers, 0.25, options)
    many = compare(["floor", "feed"], 10 * options.readers, 1.0, options)
    memory = measure("memory", options.readers, 0, 0.5)
    show("memory", memory)
    found = {
        "CPU ratio": few["feed"]["CPU us"] / few["floor"]["CPU us"],
        "wake CPU ratio": few["feed"]["wake CPU p99 ms"] / few["floor"]["wake CPU p99 ms"],
        "many wake p99 ms": many["feed"]["wake p99 ms"],
        "many wake CPU p99 ms": many["feed"]["wake CPU p99 ms"],
        "many stall CPU ms": many["feed"]["stall CPU ms"],
        "B/reader": memory["B/reader"],
    }
    for name, limit in LIMITS.items():
        verdict = "met" if found[name] <= limit else "MISSED"
        print(f"{name:<20} {found[name]:8.2f}  at most {limit:g}: {verdict}")
    return int(any(found[name] > limit for name, limit in LIMITS.items()))


if __name__ == "__main__":
    sys.exit(main())
