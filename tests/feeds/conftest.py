"""A running sandbox and a client of it; time that does not pass by itself; a Redis of one's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from minted_async import MintedClient
from minted_async.sandbox import Sandbox
from tests.external import program
from tests.feeds.sharing.redis_server import RedisServer
from tests.feeds.virtual_time import VirtualTime


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def minted(sandbox: Sandbox) -> AsyncIterator[MintedClient]:
    async with MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as minted:
        yield minted


@pytest.fixture
def virtual() -> VirtualTime:
    return VirtualTime()


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis that belongs to one test, which may do with it what it likes."""
    server = RedisServer(program("redis-server", "redis-server"))
    server.start()
    try:
        yield server
    finally:
        server.kill()
