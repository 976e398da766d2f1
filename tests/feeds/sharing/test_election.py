"""A feed in several processes with a real Redis between them: one polls, and nobody notices which."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import msgspec
import pytest
from redis.asyncio import Redis

from minted_async import MintedClient, models
from minted_async.errors import ConfigurationError
from minted_async.feeds import PriceFeed, Snapshot
from minted_async.sandbox import Sandbox
from tests.feeds.sharing.process import Report
from tests.feeds.sharing.redis_server import FlakyTcp, RedisServer
from tests.feeds.virtual_time import Ticker
from tests.feeds.waiting import until

pytestmark = pytest.mark.anyio

INTERVAL = 0.3
ROOT = Path(__file__).parents[3]


class Process:
    """A child with a feed, and what it has reported."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child = child
        self.reports: list[Report] = []
        self.heard = 0.0
        self._reading = asyncio.create_task(self._read())

    @property
    def role(self) -> str | None:
        return self.reports[-1].stats.role if self.reports else None

    async def _read(self) -> None:
        assert self.child.stdout is not None
        async for line in self.child.stdout:
            self.reports.append(msgspec.json.decode(line, type=Report))
            self.heard = asyncio.get_running_loop().time()

    def kill(self, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.child.pid, number)

    async def end(self) -> None:
        if self.child.returncode is None:
            self.child.kill()
        await self.child.wait()
        await self._reading


class Fleet:
    """Starts children, and ends every one of them."""

    def __init__(self, stack: AsyncExitStack, sandbox: Sandbox) -> None:
        self._stack = stack
        self._sandbox = sandbox
        self.processes: list[Process] = []

    async def launch(self, redis: str, count: int) -> list[Process]:
        for _ in range(count):
            child = await asyncio.create_subprocess_exec(
                *(
                    sys.executable,
                    "-m",
                    "tests.feeds.sharing.process",
                    self._sandbox.url,
                    redis,
                    str(INTERVAL),
                ),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                cwd=ROOT,
            )
            process = Process(child)
            self._stack.push_async_callback(process.end)
            self.processes.append(process)
        await until(lambda: all(process.reports for process in self.processes), within=30)
        return self.processes

    def leaders(self) -> list[Process]:
        return [
            process
            for process in self.processes
            if process.child.returncode is None and process.role == "leader"
        ]

    def polls(self) -> int:
        return sum(1 for request in self._sandbox.requests if request.authenticated)


@pytest.fixture
async def fleet(sandbox: Sandbox) -> AsyncIterator[Fleet]:
    async with AsyncExitStack() as stack:
        yield Fleet(stack, sandbox)


async def test_eight_processes_poll_like_one_and_all_see_every_price(
    fleet: Fleet, redis_server: RedisServer
) -> None:
    processes = await fleet.launch(redis_server.url, 8)
    await until(lambda: len(fleet.leaders()) == 1)
    polls, counts = fleet.polls(), [len(process.reports) for process in processes]
    await until(lambda: all(len(p.reports) >= count + 6 for p, count in zip(processes, counts, strict=True)))
    # Eight that poll for themselves would have polled once for each report.
    reported = sum(len(process.reports) for process in processes) - sum(counts)
    assert fleet.polls() - polls <= reported / 3
    for process in processes:
        versions = [report.stats.version for report in process.reports]
        assert versions == sorted(set(versions))
    await until(lambda: len(fleet.leaders()) == 1)


async def test_a_leader_that_is_killed_is_replaced(fleet: Fleet, redis_server: RedisServer) -> None:
    processes = await fleet.launch(redis_server.url, 3)
    await until(lambda: len(fleet.leaders()) == 1)
    (leader,) = fleet.leaders()
    others = [process for process in processes if process is not leader]
    leader.kill()
    await leader.child.wait()
    counts = [len(process.reports) for process in others]
    await until(lambda: all(len(p.reports) > count + 1 for p, count in zip(others, counts, strict=True)))
    await until(lambda: len(fleet.leaders()) == 1)
    assert leader not in fleet.leaders()


async def test_a_leader_that_was_stopped_and_goes_on_becomes_a_follower(
    fleet: Fleet, redis_server: RedisServer
) -> None:
    processes = await fleet.launch(redis_server.url, 3)
    await until(lambda: len(fleet.leaders()) == 1)
    (old,) = fleet.leaders()
    old.kill(signal.SIGSTOP)
    others = [process for process in processes if process is not old]
    await until(lambda: any(process.role == "leader" for process in others))
    old.kill(signal.SIGCONT)
    await until(lambda: old.role == "follower" and len(fleet.leaders()) == 1)
    for process in processes:
        versions = [report.stats.version for report in process.reports]
        assert versions == sorted(set(versions))


async def test_a_leader_that_ends_hands_over_at_once(fleet: Fleet, redis_server: RedisServer) -> None:
    await fleet.launch(redis_server.url, 2)
    await until(lambda: len(fleet.leaders()) == 1)
    (leader,) = fleet.leaders()
    assert leader.child.stdin is not None
    leader.child.stdin.close()
    assert await asyncio.wait_for(leader.child.wait(), 20) == 0
    await until(lambda: len(fleet.leaders()) == 1)


async def test_redis_killed_and_started_again(fleet: Fleet, redis_server: RedisServer) -> None:
    processes = await fleet.launch(redis_server.url, 3)
    await until(lambda: len(fleet.leaders()) == 1)
    redis_server.kill()
    await until(lambda: all(process.role == "alone" for process in processes))
    alone = [process.reports[-1].stats for process in processes]
    assert all(stats.redis == "lost" and stats.redis_error for stats in alone)
    counts, polls = [process.reports[-1].stats.polls for process in processes], fleet.polls()
    clock = asyncio.get_running_loop().time
    began = clock()
    # Each for itself, at the same interval.
    await until(
        lambda: all(
            process.reports[-1].stats.polls >= count + 5
            for process, count in zip(processes, counts, strict=True)
        )
    )
    assert fleet.polls() - polls <= 3 * ((clock() - began) / INTERVAL + 2)
    redis_server.start()
    await until(
        lambda: sorted(str(process.role) for process in processes) == ["follower", "follower", "leader"]
    )
    assert all(process.reports[-1].stats.redis == "connected" for process in processes)


# The rest needs no processes of its own: two feeds of one process know as little of each other.


def newer_than(version: int) -> Callable[[Snapshot], bool]:
    return lambda prices: prices.version > version


async def pair(
    stack: AsyncExitStack, minted: MintedClient, first: str, second: str
) -> tuple[PriceFeed, PriceFeed]:
    one = await stack.enter_async_context(minted.price_feed(interval=INTERVAL, share=first))
    two = await stack.enter_async_context(minted.price_feed(interval=INTERVAL, share=second))
    assert (one.stats.role, two.stats.role) == ("leader", "follower")
    return one, two


async def test_a_reader_cannot_tell_the_difference(minted: MintedClient, redis_server: RedisServer) -> None:
    async with AsyncExitStack() as stack:
        leader, follower = await pair(stack, minted, redis_server.url, redis_server.url)
        seen: list[dict[Decimal, Snapshot]] = [{}, {}]

        async def read(feed: PriceFeed, snapshots: dict[Decimal, Snapshot]) -> None:
            async for snapshot in feed:
                snapshots[snapshot["GAU"].buy] = snapshot

        tasks = [
            asyncio.create_task(read(*pairing)) for pairing in zip((leader, follower), seen, strict=True)
        ]
        await until(lambda: len(seen[0].keys() & seen[1].keys()) >= 3)
        for price in seen[0].keys() & seen[1].keys():
            ours, theirs = seen[0][price], seen[1][price]
            assert theirs == ours
            assert list(theirs) == list(ours)
            assert theirs.currency == ours.currency == "TRY"
            assert [str(quote.buy) for quote in ours.values()] == [
                str(quote.buy) for quote in theirs.values()
            ]
            # It knows when they were asked for, within the round trips: never as younger than they are.
            assert theirs.moment.taken <= ours.moment.taken
        versions = [snapshot.version for snapshot in seen[1].values()]
        assert versions == sorted(set(versions))
        assert follower.stats.polls == 0
        assert follower.stats.received > 0
    await asyncio.gather(*tasks)


async def test_a_newcomer_has_the_newest_prices_before_the_next_ones_are_made(
    minted: MintedClient, redis_server: RedisServer, sandbox: Sandbox
) -> None:
    async with (
        minted.price_feed(interval=30, share=redis_server.url) as leader,
        minted.price_feed(interval=30, share=redis_server.url, first_timeout=20) as newcomer,
    ):
        assert newcomer.latest == leader.latest
        assert newcomer.stats.role == "follower"
        assert sum(1 for request in sandbox.requests if request.authenticated) == 1


async def test_a_network_that_stands_still_makes_both_sides_poll_until_it_moves_again(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with FlakyTcp(redis_server.port) as line, AsyncExitStack() as stack:
        far, near = await pair(stack, minted, line.url, redis_server.url)
        line.cut()
        # The leader is cut off: it goes on for itself, the other one takes the lease.
        await until(lambda: far.stats.role == "alone" and near.stats.role == "leader")
        assert (far.stats.redis, near.stats.redis) == ("lost", "connected")
        for feed in (far, near):
            version = feed.stats.version
            await feed.wait_for(newer_than(version + 1), timeout=20)
        line.mend()
        await until(lambda: far.stats.role == "follower")
        assert near.stats.role == "leader"
        received = far.stats.received
        await until(lambda: far.stats.received >= received + 2)


async def test_a_follower_that_is_cut_off_polls_for_itself(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with FlakyTcp(redis_server.port) as line, AsyncExitStack() as stack:
        near, far = await pair(stack, minted, redis_server.url, line.url)
        line.cut()
        await until(lambda: far.stats.role == "alone")
        polls = far.stats.polls
        await until(lambda: far.stats.polls >= polls + 2)
        line.mend()
        await until(lambda: far.stats.role == "follower")
        assert near.stats.role == "leader"


async def test_a_redis_that_is_stopped_and_goes_on(minted: MintedClient, redis_server: RedisServer) -> None:
    async with AsyncExitStack() as stack:
        feeds = await pair(stack, minted, redis_server.url, redis_server.url)
        redis_server.pause()
        await until(lambda: all(feed.stats.role == "alone" for feed in feeds))
        redis_server.resume()
        await until(lambda: sorted(feed.stats.role for feed in feeds) == ["follower", "leader"])


async def test_without_redis_a_feed_begins_alone_and_says_so(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    redis_server.kill()
    async with minted.price_feed(interval=INTERVAL, share=redis_server.url) as feed:
        assert feed.latest.version >= 1
        assert (feed.stats.role, feed.stats.redis) == ("alone", "lost")
        redis_server.start()
        await until(lambda: feed.stats.role == "leader")
        assert feed.stats.redis == "connected"


async def test_a_leader_that_cannot_reach_the_source_steps_down(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    broken, whole = Ticker(), Ticker()
    async with (
        minted.price_feed(interval=0.05, source=broken, share=redis_server.url, share_name="x") as first,
        minted.price_feed(interval=0.05, source=whole, share=redis_server.url, share_name="x") as second,
    ):
        assert (first.stats.role, second.stats.role) == ("leader", "follower")
        broken.errors = [OSError("no route")] * 1000
        await until(lambda: second.stats.role == "leader")
        received = first.stats.received
        await until(lambda: first.stats.received > received + 3)


async def test_feeds_of_other_customers_accounts_and_names_do_not_meet(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    share = redis_server.url
    async with AsyncExitStack() as stack:
        feeds = [
            await stack.enter_async_context(feed)
            for feed in (
                minted.price_feed(interval=30, share=share),
                minted.price_feed(interval=30, share=share, customer_external_id="CST-1"),
                minted.price_feed(interval=30, share=share, currency="USD"),
                minted.price_feed(interval=30, share=share, share_name="other"),
                minted.price_feed(interval=31, share=share),
            )
        ]
        assert [feed.stats.role for feed in feeds] == ["leader"] * 5


async def test_nothing_secret_reaches_redis(minted: MintedClient, redis_server: RedisServer) -> None:
    tokens: list[str] = []

    async def ask() -> models.PriceFix:
        fix = await minted.prices.fix(type="digital", customer_external_id="CST-SECRET")
        tokens.append(fix.token)
        return fix

    async with minted.price_feed(interval=0.05, source=ask, share=redis_server.url, share_name="x") as feed:
        await feed.wait_for(lambda prices: prices.version >= 3)
        client = cast("Any", Redis).from_url(redis_server.url)
        keys = [key async for key in client.scan_iter()]
        held = b"".join([bytes(key) + (await client.get(key) or b"") for key in keys])
        await client.aclose()
    assert len(keys) == 3
    assert b"GAU" in held
    assert not any(token.encode() in held for token in tokens)
    assert b"CST-SECRET" not in held
    assert b"demo" not in held


async def test_junk_in_redis_is_dropped_counted_and_logged_once(
    minted: MintedClient, redis_server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with AsyncExitStack() as stack:
        _, follower = await pair(stack, minted, redis_server.url, redis_server.url)
        client = cast("Any", Redis).from_url(redis_server.url)
        (channel,) = await client.pubsub_channels()
        for junk in (b"x", b"0" * 16, b"\x93\x01\x02\x03", b"\xdd\xff\xff\xff\xff"):
            assert await client.publish(channel, junk) >= 1
        await client.aclose()
        await until(lambda: follower.stats.dropped == 4)
        received = follower.stats.received
        await until(lambda: follower.stats.received >= received + 2)
        assert all(quote.buy.is_finite() for quote in follower.latest.values())
    assert sum("is dropped" in record.message for record in caplog.records) == 1


async def test_a_message_with_an_absurd_number_does_not_silence_the_followers(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with AsyncExitStack() as stack:
        _, follower = await pair(stack, minted, redis_server.url, redis_server.url)
        client = cast("Any", Redis).from_url(redis_server.url)
        (channel,) = await client.pubsub_channels()
        async with client.pubsub() as listener:
            await listener.subscribe(channel)
            while (message := await listener.get_message(timeout=20))["type"] != "message":
                pass
        forged = msgspec.msgpack.decode(message["data"])
        seconds, microseconds = await client.time()
        forged[2:4] = 2**53, seconds * 1_000_000 + microseconds
        received = follower.stats.received
        await client.publish(channel, msgspec.msgpack.encode(forged))
        await client.aclose()
        await until(lambda: follower.stats.dropped)
        await until(lambda: follower.stats.received > received + 3)
        assert follower.stats.role == "follower"


async def test_a_flood_of_junk_leaves_the_loop_to_others(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with AsyncExitStack() as stack:
        _, follower = await pair(stack, minted, redis_server.url, redis_server.url)
        client = cast("Any", Redis).from_url(redis_server.url)
        (channel,) = await client.pubsub_channels()
        async with client.pipeline() as many:
            for _ in range(2000):
                many.publish(channel, b"junk")
            await many.execute()
        await client.aclose()
        seen = [follower.stats.dropped]
        async with asyncio.timeout(10):
            while seen[-1] < 2000:
                await asyncio.sleep(0)
                seen.append(follower.stats.dropped)
        assert max(after - before for before, after in pairwise(seen)) <= 50


async def test_a_flood_of_junk_keeps_nobody_from_the_lease(
    fleet: Fleet, minted: MintedClient, redis_server: RedisServer
) -> None:
    (leader,) = await fleet.launch(redis_server.url, 1)
    await until(lambda: leader.role == "leader")
    client = cast("Any", Redis).from_url(redis_server.url)
    async with minted.price_feed(interval=INTERVAL, share=redis_server.url) as follower:
        await until(lambda: follower.stats.received)
        (channel,) = await client.pubsub_channels()

        enough = asyncio.Event()

        async def flood() -> None:
            while not enough.is_set():
                await client.publish(channel, b"junk")

        flooding = asyncio.create_task(flood())
        leader.kill()
        await until(lambda: follower.stats.role == "leader")
        version = follower.stats.version
        await follower.wait_for(newer_than(version + 1), timeout=10)
        enough.set()
        await flooding
    await client.aclose()


async def test_a_lease_that_nobody_holds_silences_nobody(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    client = cast("Any", Redis).from_url(redis_server.url)
    async with minted.price_feed(interval=INTERVAL, share=redis_server.url) as feed:
        await until(lambda: feed.stats.role == "leader")
        (lease,) = [key async for key in client.scan_iter("*:lease")]
    await client.set(lease, b"junk without an end")
    await client.aclose()
    async with minted.price_feed(interval=INTERVAL, share=redis_server.url) as feed:
        await feed.wait_for(newer_than(2), timeout=10)
        assert feed.stats.role == "leader"


async def test_a_follower_says_that_it_waits_for_the_leader(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with AsyncExitStack() as stack:
        leader, follower = await pair(stack, minted, redis_server.url, redis_server.url)
        assert (follower.status.waits_for, follower.status.due) == ("leader", None)
        assert leader.status.waits_for in ("interval", "answer")


async def test_a_leader_whose_client_is_closed_hands_over_and_ends(
    minted: MintedClient, sandbox: Sandbox, redis_server: RedisServer
) -> None:
    async with (
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as other,
        other.price_feed(interval=INTERVAL, share=redis_server.url) as leader,
        minted.price_feed(interval=INTERVAL, share=redis_server.url) as follower,
    ):
        assert (leader.stats.role, follower.stats.role) == ("leader", "follower")
        await other.aclose()
        with pytest.raises(ConfigurationError):
            async for _ in leader:
                pass
        await until(lambda: follower.stats.role == "leader")
        await follower.next(timeout=10)


async def test_a_redis_that_refuses_to_write_is_a_lost_redis(
    minted: MintedClient, redis_server: RedisServer
) -> None:
    async with minted.price_feed(interval=INTERVAL, share=redis_server.url) as feed:
        await until(lambda: feed.stats.role == "leader")
        client = cast("Any", Redis).from_url(redis_server.url)
        # As after a failover: this one is a replica now, of a primary that is not there.
        await client.execute_command("REPLICAOF", "127.0.0.1", "1")
        await until(lambda: feed.stats.redis == "lost")
        assert "read only replica" in (feed.stats.redis_error or "")
        await feed.next(timeout=20)
        await client.execute_command("REPLICAOF", "NO", "ONE")
        await until(lambda: feed.stats.role == "leader")
        await client.aclose()
