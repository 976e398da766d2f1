"""A running sandbox on a clock that only moves when told to, and callers that sign their requests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from minted_async.sandbox import Sandbox
from tests.sandbox.caller import Caller, standing_clock
from tests.sandbox.shopper import Shopper


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=standing_clock()) as sandbox:
        yield sandbox


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def caller(sandbox: Sandbox, session: aiohttp.ClientSession) -> Caller:
    return Caller(session, sandbox)


@pytest.fixture
async def shopper(sandbox: Sandbox, session: aiohttp.ClientSession) -> Shopper:
    """Its customer CST-1 exists."""
    shopper = Shopper(session, sandbox)
    await shopper.create_customer(gender="F", birthdate="1980-01-31")
    return shopper
