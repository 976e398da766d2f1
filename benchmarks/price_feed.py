"""What ten thousand readers cost: with a price feed, with an asyncio.Queue each, and with a poll each.

Each case runs in a process of its own against the same sandbox in yet another one, whose CPU does not count:
`python benchmarks/price_feed.py` takes about a minute, `--readers 1000 --seconds 4` is less work, and
`--case feed` is one case.

- upstream: requests a second; delivered: prices that readers got, of those they wanted
- wake: from the answer's arrival to the reader's next line
- stall: how late a task that sleeps 2 ms at a time is woken, worst in each interval, median of the intervals;
  stall CPU: what this process worked meanwhile, which other processes on the machine do not make longer
- B/reader: memory of a waiting reader above a bare waiting task
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import math
import resource
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path

from minted_async import Clock, MintedClient, errors, models
from minted_async.feeds import PriceFeed
from minted_async.sandbox import Sandbox

WANTED = 0.25
"""Seconds after which a reader wants a new price."""

LIMITS = {
    "upstream /s": (5.0, "at most"),
    "delivered %": (98.0, "at least"),
    "wake p99 ms": (100.0, "at most"),
    "CPU %": (35.0, "at most"),
    "stall ms": (5.0, "at most"),
    "B/reader": (1600.0, "at most"),
}


class Meter:
    """Counts what happens between `start` and `stop`."""

    def __init__(self, interval: float) -> None:
        self.interval = interval
        self.answered = 0.0
        self.requests = 0
        self.delivered = 0
        self.wakes: list[float] = []
        self._stalls: list[tuple[float, float, float]] = []
        self._running = False
        self._began = 0.0
        self._cpu = 0.0

    def deliver(self) -> None:
        if self._running:
            self.delivered += 1
            self.wakes.append(time.perf_counter() - self.answered)

    def ask(self) -> None:
        self.requests += self._running

    async def run(self, seconds: float, readers: int) -> dict[str, float]:
        """Let it run, and sum up."""
        gc.collect()
        gc.freeze()
        tick = asyncio.create_task(self._tick())
        self._running, self._began, self._cpu = True, time.perf_counter(), time.process_time()
        await asyncio.sleep(seconds)
        cpu, elapsed = time.process_time() - self._cpu, time.perf_counter() - self._began
        self._running = False
        tick.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await tick
        late: dict[int, float] = {}
        busy: dict[int, float] = {}
        for at, wall, work in self._stalls:
            slot = int((at - self._began) / self.interval)
            late[slot] = max(late.get(slot, 0.0), wall)
            busy[slot] = max(busy.get(slot, 0.0), work)
        return {
            "upstream /s": self.requests / elapsed,
            "delivered %": 100 * self.delivered / (readers * elapsed / self.interval),
            "wake p50 ms": 1000 * percentile(self.wakes, 50),
            "wake p99 ms": 1000 * percentile(self.wakes, 99),
            "CPU %": 100 * cpu / elapsed,
            "stall ms": 1000 * statistics.median(late.values()),
            "stall CPU ms": 1000 * statistics.median(busy.values()),
        }

    async def _tick(self) -> None:
        while True:
            before, work = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.002)
            now = time.perf_counter()
            self._stalls.append((now, now - before - 0.002, time.thread_time() - work))


def percentile(values: list[float], share: int) -> float:
    return statistics.quantiles(values, n=100)[share - 1] if len(values) > 1 else math.nan


def counted(minted: MintedClient, meter: Meter) -> Callable[[], Awaitable[models.PriceFix]]:
    """`prices.fix` that notes when it was asked and when it answered."""

    async def ask() -> models.PriceFix:
        meter.ask()
        fix = await minted.prices.fix(type="digital")
        meter.answered = time.perf_counter()
        return fix

    return ask


async def settle(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def feed_case(minted: MintedClient, meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    async def read(feed: PriceFeed) -> None:
        async for _ in feed:
            meter.deliver()

    async with minted.price_feed(interval=meter.interval, source=counted(minted, meter)) as feed:
        tasks = [asyncio.create_task(read(feed)) for _ in range(readers)]
        await feed.next()
        result = await meter.run(seconds, readers)
        await settle(tasks)
    return result


async def queue_case(minted: MintedClient, meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    """What is written in a hurry: one poller that puts each answer into a queue of each reader."""
    queues: list[asyncio.Queue[models.PriceFix]] = [asyncio.Queue(1) for _ in range(readers)]
    ask = counted(minted, meter)

    async def poll() -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            fix = await ask()
            for queue in queues:
                if queue.full():
                    queue.get_nowait()
                queue.put_nowait(fix)
            due += meter.interval
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def read(queue: asyncio.Queue[models.PriceFix]) -> None:
        while True:
            await queue.get()
            meter.deliver()

    tasks = [asyncio.create_task(read(queue)) for queue in queues]
    tasks.append(asyncio.create_task(poll()))
    await asyncio.sleep(meter.interval)
    result = await meter.run(seconds, readers)
    await settle(tasks)
    return result


async def polling_case(minted: MintedClient, meter: Meter, readers: int, seconds: float) -> dict[str, float]:
    """Each reader asks for itself. What counts as waking is the whole wait for the price that it wanted."""

    async def read(number: int) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time() + meter.interval * number / readers
        while True:
            await asyncio.sleep(max(0.0, due - loop.time()))
            meter.ask()
            wanted = time.perf_counter()
            with contextlib.suppress(errors.MintedError):
                await minted.prices.fix(type="digital")
                meter.answered = wanted
                meter.deliver()
            due = max(due + meter.interval, loop.time())

    tasks = [asyncio.create_task(read(number)) for number in range(readers)]
    await asyncio.sleep(meter.interval)
    result = await meter.run(seconds, readers)
    result["upstream /s"] = meter.delivered / seconds
    await settle(tasks)
    return result


async def memory_case(minted: MintedClient, readers: int) -> dict[str, float]:
    """Memory of a waiting reader above that of a bare waiting task."""

    async def bare(future: asyncio.Future[None]) -> None:
        await future

    async def read(feed: PriceFeed) -> None:
        async for _ in feed:
            pass

    async def weigh(tasks: Callable[[], list[asyncio.Task[None]]]) -> float:
        gc.collect()
        tracemalloc.start()
        made = tasks()
        await asyncio.sleep(0.2)
        gc.collect()
        weight = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        await settle(made)
        return weight / readers

    loop = asyncio.get_running_loop()
    alone = await weigh(lambda: [asyncio.create_task(bare(loop.create_future())) for _ in range(readers)])
    async with minted.price_feed(interval=60) as feed:
        reading = await weigh(lambda: [asyncio.create_task(read(feed)) for _ in range(readers)])
    return {"B/reader": reading - alone}


async def day_case() -> dict[str, float]:
    """24 hours of ticks, one a second, with ten readers, on a clock that jumps."""
    now = 0.0

    async def jump(seconds: float) -> None:
        nonlocal now
        now += seconds
        await asyncio.sleep(0)

    price = models.Price(
        currency_id=1,
        product_id=1,
        sku="GAU",
        spot_price=Decimal(2),
        buy_price=Decimal(3),
        sell_price=Decimal(1),
    )

    async def ask() -> list[models.Price]:
        await asyncio.sleep(0)
        return [price]

    async def read(feed: PriceFeed) -> None:
        async for _ in feed:
            pass

    clock = Clock(monotonic=lambda: now, sleep=jump)
    began = time.perf_counter()
    async with MintedClient("demo", "demo") as minted:
        feed = minted.price_feed(interval=1.0, source=ask, clock=clock, max_age=math.inf)
        async with feed:
            tasks = [asyncio.create_task(read(feed)) for _ in range(10)]
            await feed.wait_for(lambda prices: now >= 3600)
            before = memory()
            await feed.wait_for(lambda prices: now >= 24 * 3600)
            after = memory()
            ticks = feed.stats.version
            await settle(tasks)
    return {"ticks": ticks, "seconds": time.perf_counter() - began, "growth kB": (after - before) / 1024}


def memory() -> int:
    """Bytes of this process's memory that are in use."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


CASES = {"feed": feed_case, "queue": queue_case, "polling": polling_case}


async def run_case(name: str, url: str, readers: int, seconds: float, interval: float) -> dict[str, float]:
    if name == "day":
        return await day_case()
    async with MintedClient("demo", "demo", base_url=url) as minted:
        await minted.prices.fix(type="digital")
        if name == "memory":
            return await memory_case(minted, readers)
        return await CASES[name](minted, Meter(interval), readers, seconds)


async def serve() -> None:
    async with Sandbox(max_requests=100) as sandbox:
        print(sandbox.url, flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def measure(name: str, url: str, readers: int, seconds: float, interval: float = WANTED) -> dict[str, float]:
    """Run a case in a process of its own."""
    arguments = [name, url, str(readers), str(seconds), str(interval)]
    done = subprocess.run(
        [sys.executable, __file__, "--run", *arguments], stdout=subprocess.PIPE, text=True, check=True
    )
    result: dict[str, float] = json.loads(done.stdout)
    return result


def show(title: str, result: dict[str, float]) -> None:
    print(f"{title:<34}", "  ".join(f"{name} {value:,.1f}" for name, value in result.items()), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--case", choices=[*CASES, "memory", "many", "day"], default=None)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--run", nargs=5, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve())
        return 0
    if options.run:
        name, url, readers, seconds, interval = options.run
        print(json.dumps(asyncio.run(run_case(name, url, int(readers), float(seconds), float(interval)))))
        return 0
    with subprocess.Popen(
        [sys.executable, __file__, "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        try:
            return report(server.stdout.readline().strip(), options)
        finally:
            server.stdin.close()


def report(url: str, options: argparse.Namespace) -> int:
    readers: int = options.readers
    wanted = [options.case] if options.case else [*CASES, "memory", "many", "day"]
    results: dict[str, dict[str, float]] = {}
    for name in wanted:
        if name == "many":
            results[name] = measure("feed", url, 5 * readers, options.seconds, interval=1.0)
            show(f"feed, {5 * readers:,} readers, 1 s", results[name])
            continue
        results[name] = measure(name, url, readers, options.seconds)
        show({"day": "feed, 24 h in fast-forward"}.get(name, f"{name}, {readers:,} readers"), results[name])
    ours = {**results.get("feed", {}), **results.get("memory", {})}
    for other in ("queue", "polling"):
        if other in results and "feed" in results:
            ratio = results[other]["CPU %"] / results[other]["delivered %"]
            own = ours["CPU %"] / ours["delivered %"]
            print(f"CPU for each delivered price, {other} against feed: x{ratio / own:.1f}")
    missed = [
        name for name, (limit, kind) in LIMITS.items() if name in ours and _misses(ours[name], limit, kind)
    ]
    for name in missed:
        print(f"missed: {name} is {ours[name]:,.1f}, wanted {LIMITS[name][1]} {LIMITS[name][0]:g}")
    return 1 if missed else 0


def _misses(value: float, limit: float, kind: str) -> bool:
    return value > limit if kind == "at most" else value < limit


if __name__ == "__main__":
    sys.exit(main())
