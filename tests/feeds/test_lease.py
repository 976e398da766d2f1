"""The lease and its fencing token, on a real Redis."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from minted_async.errors import ConfigurationError
from minted_async.feeds.link import RedisLink, open_link
from tests.feeds.redis_server import RedisServer

pytestmark = pytest.mark.anyio


def link(server: RedisServer, holder: str, *, lease: float = 30.0) -> RedisLink:
    return open_link(server.url, prefix="test", holder=holder, lease=lease, keep=60, timeout=2)


@pytest.fixture
async def links(redis_server: RedisServer) -> AsyncIterator[tuple[RedisLink, RedisLink]]:
    pair = link(redis_server, "one", lease=0.1), link(redis_server, "two", lease=0.1)
    yield pair
    for each in pair:
        await each.aclose()


async def test_one_of_many_gets_the_lease(redis_server: RedisServer) -> None:
    links = [link(redis_server, str(number)) for number in range(20)]
    tokens = await asyncio.gather(*(each.acquire() for each in links))
    assert sum(token is not None for token in tokens) == 1
    for each in links:
        await each.aclose()


async def test_a_lease_that_is_renewed_stays(links: tuple[RedisLink, RedisLink]) -> None:
    one, two = links
    token = await one.acquire()
    assert token is not None
    for _ in range(6):
        await asyncio.sleep(0.04)
        assert await one.renew(token)
        assert await two.acquire() is None


async def test_a_lease_that_is_not_renewed_goes_to_the_next_with_a_higher_token(
    links: tuple[RedisLink, RedisLink],
) -> None:
    one, two = links
    first = await one.acquire()
    await asyncio.sleep(0.15)
    second = await two.acquire()
    assert first is not None
    assert second is not None
    assert int(second) > int(first)
    assert not await one.renew(first)


async def test_a_leader_that_was_paused_cannot_overwrite_newer_prices(
    links: tuple[RedisLink, RedisLink],
) -> None:
    one, two = links
    first = await one.acquire()
    assert first is not None
    await asyncio.sleep(0.15)
    second = await two.acquire()
    assert second is not None
    assert await two.publish(second, b"new")
    # Even when the second is gone again and nobody holds the lease.
    await asyncio.sleep(0.15)
    assert not await one.publish(first, b"old")
    assert (await one.latest())[1] is not None
    assert ((await one.latest())[1] or b"").endswith(b"new")


async def test_a_late_leader_may_go_on_if_nobody_took_over(links: tuple[RedisLink, RedisLink]) -> None:
    one, two = links
    token = await one.acquire()
    assert token is not None
    await asyncio.sleep(0.15)
    assert await one.publish(token, b"prices")
    assert await two.acquire() is None


async def test_tokens_go_on_rising_when_redis_has_lost_its_memory(redis_server: RedisServer) -> None:
    one = link(redis_server, "one")
    first = await one.acquire()
    await one.aclose()
    redis_server.kill()
    redis_server.start()
    two = link(redis_server, "two")
    second = await two.acquire()
    assert first is not None
    assert second is not None
    assert int(second) > int(first)
    assert not await two.publish(first, b"old")
    await two.aclose()


async def test_giving_the_lease_back_is_told_to_everybody(links: tuple[RedisLink, RedisLink]) -> None:
    one, two = links
    token = await one.acquire()
    assert token is not None
    async with two.subscribe() as updates:
        assert await one.publish(token, b"prices")
        assert (await updates.next(2.0) or b"").endswith(b"prices")
        await one.release(token)
        assert await updates.next(2.0) == b""
        assert await updates.next(0.01) is None
    assert await two.acquire() is not None
    # A lease that is somebody else's is not given back.
    await one.release(token)
    assert await one.acquire() is None


async def test_the_time_of_redis_comes_with_the_newest_message(links: tuple[RedisLink, RedisLink]) -> None:
    stamp, message = await links[0].latest()
    assert message is None
    assert abs(stamp / 1e6 - datetime.now(UTC).timestamp()) < 5


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "redis://:secret@127.0.0.1:port/0", ""])
def test_a_url_that_is_none_is_refused_without_being_shown(url: str) -> None:
    with pytest.raises(ConfigurationError, match="share must be a URL") as caught:
        open_link(url, prefix="", holder="", lease=1, keep=1, timeout=1)
    assert "secret" not in repr(caught.value) + repr(caught.value.__cause__)


def test_without_redis_py_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis.asyncio", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'minted-async\[redis\]'"):
        open_link("redis://127.0.0.1:1", prefix="", holder="", lease=1, keep=1, timeout=1)


async def test_a_cancellation_is_never_lost(redis_server: RedisServer) -> None:
    async def work(held: RedisLink) -> None:
        await held.acquire()
        await held.latest()
        async with held.subscribe() as updates:
            await updates.next(0.01)

    for turns in range(40):
        held = link(redis_server, "one")
        task = asyncio.create_task(work(held))
        for _ in range(turns):
            await asyncio.sleep(0)
        unfinished = task.cancel()
        await asyncio.wait([task])
        assert task.cancelled() is unfinished
        await held.aclose()
