"""A sandbox and trades that share one simulated time."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from minted_async import MintedClient
from minted_async.sandbox import Sandbox
from minted_async.trades import Trades
from tests.trades.clocks import StandingTime


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def time() -> StandingTime:
    return StandingTime()


@pytest.fixture
async def sandbox(time: StandingTime) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=time.sandbox_clock()) as sandbox:
        yield sandbox
        sandbox.ledger.verify()


@pytest.fixture
async def minted(sandbox: Sandbox) -> AsyncIterator[MintedClient]:
    async with MintedClient(
        sandbox.username, sandbox.password, base_url=sandbox.url, locale="en", retry=None
    ) as minted:
        yield minted


@pytest.fixture
def trades(minted: MintedClient, time: StandingTime) -> Trades:
    return minted.trades.with_options(clock=time.clock())
