"""A process with a shared feed that tells its parent, a line of JSON for each snapshot, how it is doing.

Run as `python -m tests.feeds.sharing.process SANDBOX REDIS INTERVAL`; ends when its input is closed.
"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import asdict

import msgspec

from minted_async import MintedClient
from minted_async.feeds import FeedStats, PriceFeed


class Report(msgspec.Struct):
    """One line.

    Attributes:
        stats: The feed's figures.
        buy: Price of gold.
        age: Age of the snapshot when its reader got it.
    """

    stats: FeedStats
    buy: str
    age: float


async def main(sandbox: str, redis: str, interval: float) -> None:
    loop = asyncio.get_running_loop()
    ended = loop.run_in_executor(None, sys.stdin.read)
    async with (
        MintedClient("demo", "demo", base_url=sandbox) as minted,
        minted.price_feed(interval=interval, share=redis) as feed,
    ):
        reading = asyncio.create_task(read(feed))
        await ended
    await reading


async def read(feed: PriceFeed) -> None:
    async for snapshot in feed:
        report = {"stats": asdict(feed.stats), "buy": str(snapshot["GAU"].buy), "age": snapshot.age}
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))
