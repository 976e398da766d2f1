"""What it costs a purchase to travel alone, on a connection that has carried nothing.

The same POST on a kept connection and on one of its own each time, by aiohttp and by the SDK, with and
without TLS. The server is next door: a real one adds its distance, once for the connection and once or twice
for TLS.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from functools import partial
from typing import TypedDict
from urllib.request import urlopen

from benchmarks.clients import BUY, FIND, Call, bare_post, orders_buy, orders_find
from benchmarks.rounds import Turn, take_turn
from benchmarks.server import Site, take_core

KEPT = "bare aiohttp, kept connection"
FRESH = "bare aiohttp, a connection each"


class Purchase(TypedDict):
    """What a call costs.

    Attributes:
        cpu_us: CPU of the client's process, microseconds.
        cpu_ratio: The same, beside aiohttp on a kept connection.
        p50_ms: Half of the calls took less, milliseconds.
        p99_ms: All but one in a hundred took less, milliseconds.
        connections: How many connections the server saw for each call.
    """

    cpu_us: float
    cpu_ratio: float
    p50_ms: float
    p99_ms: float
    connections: float


def clients(*, tls: bool) -> dict[str, Callable[[Site], AbstractAsyncContextManager[Call]]]:
    return {
        KEPT: partial(bare_post, tls=tls),
        FRESH: partial(bare_post, tls=tls, keep=False),
        FIND: partial(orders_find, tls=tls),
        BUY: partial(orders_buy, tls=tls),
    }


async def measure(site: Site, *, tls: bool, rounds: int, calls: int) -> dict[str, Purchase]:
    turns: dict[str, list[Turn]] = {}
    opened: dict[str, int] = {}
    async with AsyncExitStack() as stack:
        made = {name: await stack.enter_async_context(make(site)) for name, make in clients(tls=tls).items()}
        for _ in range(rounds):
            for name, call in made.items():
                await take_turn(call, 1, 10)
                gc.collect()
                before = await asyncio.to_thread(connections, site)
                turns.setdefault(name, []).append(await take_turn(call, 1, calls))
                # One is that of the question itself.
                now = await asyncio.to_thread(connections, site) - before - 1
                opened[name] = opened.get(name, 0) + now
    return {
        name: Purchase(
            cpu_us=statistics.median(turn.cpu for turn in own) * 1e6,
            cpu_ratio=statistics.median(
                turn.cpu / bare.cpu for turn, bare in zip(own, turns[KEPT], strict=True)
            ),
            p50_ms=statistics.median(turn.p50 for turn in own) * 1e3,
            p99_ms=statistics.median(turn.p99 for turn in own) * 1e3,
            connections=opened[name] / (rounds * calls),
        )
        for name, own in turns.items()
    }


def connections(site: Site) -> int:
    """How many connections the server has seen."""
    with urlopen(f"{site.open}/connections") as response:
        return int(response.read())


def main() -> None:
    take_core(last=False)
    place, rounds, calls = json.loads(sys.argv[1])
    site = Site(*place)
    print(
        json.dumps(
            {
                "plain": asyncio.run(measure(site, tls=False, rounds=rounds, calls=calls)),
                "TLS": asyncio.run(measure(site, tls=True, rounds=rounds, calls=calls)),
            }
        )
    )


if __name__ == "__main__":
    main()
