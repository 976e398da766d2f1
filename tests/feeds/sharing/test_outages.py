"""Whatever happens to Redis or to a leader, no process gives out prices that are older than they may be."""

from __future__ import annotations

from contextlib import AsyncExitStack

import pytest

from tests.feeds.sharing.outages import OUTAGES, Outage, open_stage
from tests.feeds.sharing.redis_server import RedisServer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.__name__)
async def test_prices_never_lie_about_their_age(redis_server: RedisServer, outage: Outage) -> None:
    async with AsyncExitStack() as stack:
        stage = await open_stage(stack, redis_server, interval=0.1, max_age=0.5, processes=3)
        await outage(stage)
        await stage.all_sample()
        await stage.all_fresh()
        assert stage.lies() == []
        assert all(tally.samples for tally in stage.tallies())
