"""CPU, calls a second and waiting times of clients that take turns in one process.

A process of its own for each event loop, on one core; the server is on another. Every client has its turn in
every round, so that what the machine does besides hits all of them; the medians of the rounds count, and a
ratio is the median of the ratios within each round.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import NamedTuple, TypedDict

import uvloop

from benchmarks.clients import Call
from benchmarks.peers import CLIENTS
from benchmarks.server import Site, take_core


class Turn(NamedTuple):
    """What one client did in one round."""

    cpu: float
    rate: float
    p50: float
    p99: float


class Summary(TypedDict):
    """What one client does, at one level of concurrency.

    Attributes:
        cpu_us: CPU of the client's process for a call, microseconds.
        cpu_ratio: The same, beside the bare client.
        rate: Calls a second.
        rate_ratio: The same, beside the bare client.
        p50_ms: Half of the calls took less, milliseconds.
        p99_ms: All but one in a hundred took less, milliseconds.
    """

    cpu_us: float
    cpu_ratio: float
    rate: float
    rate_ratio: float
    p50_ms: float
    p99_ms: float


async def take_turn(call: Call, concurrency: int, calls: int) -> Turn:
    """Make so many calls, so many of them at once."""
    waits: list[float] = []
    left = iter(range(calls))

    async def work() -> None:
        for _ in left:
            begun = time.perf_counter()
            await call()
            waits.append(time.perf_counter() - begun)

    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.gather(*(work() for _ in range(concurrency)))
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    cuts = statistics.quantiles(waits, n=100, method="inclusive")
    return Turn(cpu / calls, calls / wall, cuts[49], cuts[98])


async def measure(
    site: Site, names: Sequence[str], concurrency: int, rounds: int, seconds: float
) -> dict[str, Summary]:
    """Let the clients take turns.

    Args:
        site: The server.
        names: The clients.
        concurrency: How many calls are made at once.
        rounds: How many turns each client has.
        seconds: How long a turn takes, about.
    """
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    async with AsyncExitStack() as stack:
        calls = {name: await stack.enter_async_context(CLIENTS[name].make(site)) for name in names}
        counts: dict[str, int] = {}
        for name, call in calls.items():
            await take_turn(call, concurrency, 2 * concurrency)
            probe = await take_turn(call, concurrency, max(100, 2 * concurrency))
            counts[name] = max(2 * concurrency, int(seconds * probe.rate))
        for _ in range(rounds):
            for name, call in calls.items():
                # Opens again what the server's or the client's patience has closed meanwhile.
                await take_turn(call, concurrency, max(20, concurrency))
                gc.collect()
                turns[name].append(await take_turn(call, concurrency, counts[name]))
    return {name: _summary(turns[name], turns[CLIENTS[name].against]) for name in names}


def _summary(own: list[Turn], bare: list[Turn]) -> Summary:
    def median(values: Sequence[float]) -> float:
        return statistics.median(values)

    pairs = list(zip(own, bare, strict=True))
    return Summary(
        cpu_us=median([turn.cpu for turn in own]) * 1e6,
        cpu_ratio=median([turn.cpu / other.cpu for turn, other in pairs]),
        rate=median([turn.rate for turn in own]),
        rate_ratio=median([turn.rate / other.rate for turn, other in pairs]),
        p50_ms=median([turn.p50 for turn in own]) * 1e3,
        p99_ms=median([turn.p99 for turn in own]) * 1e3,
    )


async def _levels(
    site: Site, names: list[str], levels: list[int], rounds: int, seconds: float
) -> dict[int, dict[str, Summary]]:
    return {
        level: await measure(site, [n for n in names if level <= CLIENTS[n].most], level, rounds, seconds)
        for level in levels
    }


def main() -> None:
    take_core(last=False)
    loop, site, names, levels, rounds, seconds = json.loads(sys.argv[1])
    factory = uvloop.new_event_loop if loop == "uvloop" else asyncio.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        print(json.dumps(runner.run(_levels(Site(*site), names, levels, rounds, seconds))))


if __name__ == "__main__":
    main()
