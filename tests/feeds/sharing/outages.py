"""Witnesses that share a feed, and everything that can happen to their Redis, its line, and their leader.

The tests play each outage once. `python -m tests.feeds.sharing.outages --seconds 600` plays them at random
for as long as one likes, and says what the witnesses have counted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tests.external import program
from tests.feeds.sharing.redis_server import FlakyTcp, RedisServer
from tests.feeds.sharing.witness import Tally
from tests.feeds.waiting import until

ROOT = Path(__file__).parents[3]

Outage: TypeAlias = Callable[["Stage"], Awaitable[None]]


class Process:
    """A witness in a process of its own, and what it told last."""

    def __init__(self, child: asyncio.subprocess.Process, url: str) -> None:
        self.child = child
        self.url = url
        self.tally = Tally()
        self._reading = asyncio.create_task(self._read())

    async def _read(self) -> None:
        assert self.child.stdout is not None
        async for line in self.child.stdout:
            with suppress(msgspec.DecodeError):  # killed in the middle of a line
                self.tally = msgspec.json.decode(line, type=Tally)

    def send(self, number: signal.Signals) -> None:
        os.kill(self.child.pid, number)

    async def end(self) -> None:
        if self.child.returncode is None:
            self.child.kill()
        await self.child.wait()
        await self._reading


@dataclass
class Stage:
    """Where outages are played.

    Attributes:
        redis: The server that all witnesses share.
        line: What half of them are connected through.
        interval: Seconds between two samples of the feed.
        max_age: Seconds after which its prices are too old.
        processes: The witnesses that run.
        gone: Those that were killed.
    """

    redis: RedisServer
    line: FlakyTcp
    interval: float
    max_age: float
    processes: list[Process]
    gone: list[Process]

    async def launch(self, url: str) -> None:
        arguments = ("-m", "tests.feeds.sharing.witness", url, str(self.interval), str(self.max_age))
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=ROOT,
        )
        self.processes.append(Process(child, url))

    async def all_sample(self, times: int = 5) -> None:
        """Wait until every witness has looked some more times."""
        before = [process.tally.samples for process in self.processes]
        await until(
            lambda: all(
                process.tally.samples >= count + times
                for process, count in zip(self.processes, before, strict=True)
            ),
            within=60,
        )

    async def all_fresh(self) -> None:
        """Wait until every witness is given prices again."""
        before = [process.tally for process in self.processes]
        await until(
            lambda: all(
                process.tally.samples - process.tally.stale > tally.samples - tally.stale
                for process, tally in zip(self.processes, before, strict=True)
            ),
            within=60,
        )

    def leader(self) -> Process:
        return next((each for each in self.processes if each.tally.role == "leader"), self.processes[0])

    def client(self) -> Any:
        return cast("Any", Redis).from_url(self.redis.url, socket_timeout=2)

    def tallies(self) -> list[Tally]:
        return [process.tally for process in (*self.processes, *self.gone)]

    def lies(self) -> list[Tally]:
        return [each for each in self.tallies() if each.too_old or each.backwards or each.too_young]


async def redis_stopped(stage: Stage) -> None:
    stage.redis.pause()
    await asyncio.sleep(random.uniform(0, 3 * stage.max_age))
    stage.redis.resume()


async def redis_slow(stage: Stage) -> None:
    stage.line.delay = random.uniform(0, stage.max_age)
    await asyncio.sleep(random.uniform(0, 4 * stage.max_age))
    stage.line.delay = 0.0


async def line_cut(stage: Stage) -> None:
    stage.line.cut()
    await asyncio.sleep(random.uniform(0, 3 * stage.max_age))
    stage.line.mend()


async def redis_killed(stage: Stage) -> None:
    stage.redis.kill()
    await asyncio.sleep(random.uniform(0, 3 * stage.max_age))
    stage.redis.start()


async def redis_replaced(stage: Stage) -> None:
    stage.redis.kill()
    stage.redis.start()


async def redis_full(stage: Stage) -> None:
    client = stage.client()
    await client.config_set("maxmemory", 1)
    await asyncio.sleep(random.uniform(0, 3 * stage.max_age))
    await client.config_set("maxmemory", 0)
    await client.aclose()


async def redis_fed_with_junk(stage: Stage) -> None:
    """Junk in the channel and in all keys, and messages of before once more."""
    client = stage.client()
    listening = client.pubsub()
    channels: list[bytes] = await client.pubsub_channels("minted:*")
    await listening.subscribe(*channels)
    messages: list[bytes] = []
    end = asyncio.get_running_loop().time() + 2 * stage.max_age
    while asyncio.get_running_loop().time() < end:
        message = await listening.get_message(ignore_subscribe_messages=True, timeout=stage.interval)
        if message is not None:
            messages.append(message["data"])
        for channel in channels:
            junk = random.choice([b"", b"x", random.randbytes(40), *messages[:-1][:3]])
            await client.publish(channel, junk)
    async for key in client.scan_iter("minted:*"):
        await client.set(key, random.choice([b"x", random.randbytes(16), *messages[:1]]))
    await listening.aclose()
    await client.aclose()


async def leader_stopped(stage: Stage) -> None:
    leader = stage.leader()
    leader.send(signal.SIGSTOP)
    await asyncio.sleep(random.uniform(0, 3 * stage.max_age))
    leader.send(signal.SIGCONT)


async def leader_killed(stage: Stage) -> None:
    leader = stage.leader()
    leader.send(signal.SIGKILL)
    stage.processes.remove(leader)
    stage.gone.append(leader)
    await leader.end()
    await stage.launch(leader.url)


OUTAGES: tuple[Outage, ...] = (
    redis_stopped,
    redis_slow,
    line_cut,
    redis_killed,
    redis_replaced,
    redis_full,
    redis_fed_with_junk,
    leader_stopped,
    leader_killed,
)


async def open_stage(
    stack: AsyncExitStack, redis: RedisServer, *, interval: float, max_age: float, processes: int
) -> Stage:
    """Start witnesses; they end with the stack."""
    line = await stack.enter_async_context(FlakyTcp(redis.port))
    stage = Stage(redis, line, interval, max_age, [], [])

    async def end() -> None:
        for process in stage.processes:
            await process.end()

    stack.push_async_callback(end)
    for number in range(processes):
        await stage.launch(redis.url if number % 2 else line.url)
    await stage.all_fresh()
    return stage


async def play(seconds: float, interval: float, max_age: float, processes: int) -> int:
    redis = RedisServer(program("redis-server", "redis-server"))
    redis.start()
    try:
        async with AsyncExitStack() as stack:
            stage = await open_stage(stack, redis, interval=interval, max_age=max_age, processes=processes)
            end = time.monotonic() + seconds
            played: dict[str, int] = {}
            while time.monotonic() < end:
                outage = random.choice(OUTAGES)
                with suppress(RedisError, OSError):  # of the outage's own client
                    await outage(stage)
                played[outage.__name__] = played.get(outage.__name__, 0) + 1
                await asyncio.sleep(random.uniform(0, 2 * max_age))
                if random.random() < 0.5:
                    await stage.all_fresh()
            await stage.all_fresh()
            tallies, lies = stage.tallies(), stage.lies()
    finally:
        redis.kill()
    lines = ["outages: " + ", ".join(f"{name} {count}" for name, count in sorted(played.items()))]
    for name in ("samples", "stale", "received", "dropped", "too_old", "backwards", "too_young"):
        lines.append(f"{name:<10} {sum(getattr(tally, name) for tally in tallies):,}")
    oldest = max(tally.oldest for tally in tallies)
    lines.append(f"oldest     {oldest:.3f} s given out, of {max_age:g} s allowed")
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if lies else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--interval", type=float, default=0.2)
    parser.add_argument("--max-age", type=float, default=1.0)
    parser.add_argument("--processes", type=int, default=4)
    options = parser.parse_args()
    sys.exit(asyncio.run(play(options.seconds, options.interval, options.max_age, options.processes)))
