"""The lease, its fencing token and the shared time, on a real Redis."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import pytest
from redis.asyncio import Redis

from minted_async import Clock
from minted_async.errors import ConfigurationError
from minted_async.feeds import Moment, Snapshot
from minted_async.feeds.sharing.message import decode
from minted_async.feeds.sharing.redis import SharedFeedStore, open_store
from minted_async.feeds.source import read_sample
from tests.feeds.sharing.redis_server import RedisServer
from tests.feeds.virtual_time import price

pytestmark = pytest.mark.anyio

Pair: TypeAlias = tuple[SharedFeedStore, SharedFeedStore]

CLOCK = Clock()


def store(server: RedisServer) -> SharedFeedStore:
    return open_store(server.url, prefix="test", lease=60, keep=60, timeout=5, clock=CLOCK)


async def lease_left(server: RedisServer, *, becomes: int | None = None) -> int:
    """Milliseconds that the lease still lives, which may be fewer from now on; -2 when it is over."""
    client = cast("Any", Redis).from_url(server.url)
    if becomes is not None:
        await client.pexpire("test:lease", becomes)
    left: int = await client.pttl("test:lease")
    await client.aclose()
    return left


def snapshot(buy: str, taken: float | None = None, number: int = 1) -> Snapshot:
    moment = Moment(datetime.now(UTC), time.monotonic() if taken is None else taken)
    return read_sample([price(buy=buy)], moment, "TRY").numbered(number)


async def newest(of: SharedFeedStore) -> str:
    return str(decode(await of.latest(), of.time, CLOCK).quotes["GAU"].buy)


@pytest.fixture
async def stores(redis_server: RedisServer) -> AsyncIterator[Pair]:
    pair = store(redis_server), store(redis_server)
    yield pair
    for each in pair:
        await each.aclose()


async def test_one_of_many_gets_the_lease(redis_server: RedisServer) -> None:
    stores = [store(redis_server) for _ in range(20)]
    tokens = await asyncio.gather(*(each.acquire() for each in stores))
    assert sum(token is not None for token in tokens) == 1
    for each in stores:
        await each.aclose()


async def test_a_lease_that_is_renewed_or_published_under_stays(
    redis_server: RedisServer, stores: Pair
) -> None:
    one, two = stores
    token = await one.acquire()
    assert token is not None
    for number in range(2):
        assert await lease_left(redis_server, becomes=20_000) <= 20_000
        assert await (one.publish(token, snapshot("1")) if number else one.renew(token))
        assert await lease_left(redis_server) > 20_000
        assert await two.acquire() is None


async def test_a_lease_that_is_not_renewed_goes_to_the_next_with_a_higher_token(
    redis_server: RedisServer, stores: Pair
) -> None:
    one, two = stores
    first = await one.acquire()
    assert await lease_left(redis_server, becomes=0) == -2
    second = await two.acquire()
    assert first is not None
    assert second is not None
    assert int(second) > int(first)
    assert not await one.renew(first)


async def test_a_leader_that_was_paused_cannot_overwrite_newer_prices(
    redis_server: RedisServer, stores: Pair
) -> None:
    one, two = stores
    first = await one.acquire()
    assert first is not None
    assert await lease_left(redis_server, becomes=0) == -2
    second = await two.acquire()
    assert second is not None
    assert await two.publish(second, snapshot("2"))
    # Even when the second is gone again and nobody holds the lease.
    assert await lease_left(redis_server, becomes=0) == -2
    assert not await one.publish(first, snapshot("1"))
    assert await newest(one) == "2"


async def test_a_late_leader_may_go_on_if_nobody_took_over(redis_server: RedisServer, stores: Pair) -> None:
    one, two = stores
    token = await one.acquire()
    assert token is not None
    assert await lease_left(redis_server, becomes=0) == -2
    assert await one.publish(token, snapshot("1"))
    assert await two.acquire() is None


async def test_tokens_go_on_rising_when_redis_has_lost_its_memory(redis_server: RedisServer) -> None:
    one = store(redis_server)
    first = await one.acquire()
    await one.aclose()
    redis_server.kill()
    redis_server.start()
    two = store(redis_server)
    second = await two.acquire()
    assert first is not None
    assert second is not None
    assert int(second) > int(first)
    assert not await two.publish(first, snapshot("1"))
    await two.aclose()


async def test_giving_the_lease_back_is_told_to_everybody(
    stores: Pair,
) -> None:
    one, two = stores
    token = await one.acquire()
    assert token is not None
    async with two.subscribe() as updates:
        assert await one.publish(token, snapshot("1"))
        assert b"GAU" in (await updates.next(20.0) or b"")
        await one.release(token)
        assert await updates.next(20.0) == b""
        assert await updates.next(0.01) is None
    assert await two.acquire() is not None
    # A lease that is somebody else's is not given back.
    await one.release(token)
    assert await one.acquire() is None


async def test_there_may_be_no_prices_yet(stores: Pair) -> None:
    assert await stores[0].latest() == b""


async def test_a_message_that_waits_while_redis_stands_still_is_as_old_as_it_is(
    redis_server: RedisServer,
) -> None:
    leader, follower = store(redis_server), store(redis_server)
    token = await leader.acquire()
    assert token is not None
    async with follower.subscribe() as updates:
        await follower.latest()
        asked = time.monotonic()
        redis_server.pause()
        publishing = asyncio.create_task(leader.publish(token, snapshot("1", asked)))
        await asyncio.sleep(0.5)
        redis_server.resume()
        assert await publishing
        message = await updates.next(20.0)
        assert message
        sample = decode(message, follower.time, CLOCK)
    # By the clock of the one who asked, which on one machine is everybody's.
    assert sample.moment.taken <= asked
    assert sample.moment.age >= 0.5
    for each in (leader, follower):
        await each.aclose()


async def test_prices_that_redis_thinks_will_be_asked_for_are_not_published(
    stores: Pair,
) -> None:
    one, two = stores
    token = await one.acquire()
    assert token is not None
    # As after the clock of Redis was set back.
    assert await one.publish(token, snapshot("1", time.monotonic() + 3600))
    assert await one.latest() == b""
    assert await two.acquire() is None
    assert await one.publish(token, snapshot("2"))
    assert await newest(two) == "2"


@pytest.mark.parametrize("left", ["nothing", "an endless lease", "a lease for a year", "junk", "lists"])
async def test_what_somebody_else_has_written_keeps_nobody_from_the_lease(
    redis_server: RedisServer, stores: Pair, left: str
) -> None:
    client = cast("Any", Redis).from_url(redis_server.url)
    if left == "an endless lease":
        await client.set("test:lease", b"junk")
    elif left == "a lease for a year":
        await client.set("test:lease", b"junk", ex=365 * 86400)
    elif left == "junk":
        await client.set("test:fence", b"\xffnan")
    elif left == "lists":
        for key in ("fence", "lease", "latest"):
            await client.rpush(f"test:{key}", b"junk")
    await client.aclose()
    one, two = stores
    token = await one.acquire()
    assert token is not None
    assert int(token) > 10**12
    assert await one.renew(token)
    assert await two.acquire() is None
    assert await two.latest() == b""
    assert await one.publish(token, snapshot("1"))
    assert await newest(two) == "1"


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "redis://:secret@127.0.0.1:port/0", ""])
def test_a_url_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigurationError, match="share must be a URL") as caught:
        open_store(url, prefix="", lease=1, keep=1, timeout=1, clock=CLOCK)
    assert "secret" not in repr(caught.value) + repr(caught.value.__cause__)


def test_without_redis_py_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'minted-async\[redis\]'"):
        open_store("redis://127.0.0.1:1", prefix="", lease=1, keep=1, timeout=1, clock=CLOCK)


async def test_a_cancellation_is_never_lost(redis_server: RedisServer) -> None:
    async def work(held: SharedFeedStore) -> None:
        await held.acquire()
        await held.latest()
        async with held.subscribe() as updates:
            await updates.next(0.01)

    for turns in range(40):
        held = store(redis_server)
        task = asyncio.create_task(work(held))
        for _ in range(turns):
            await asyncio.sleep(0)
        unfinished = task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() is unfinished
        await held.aclose()
