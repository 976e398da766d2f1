"""Equal price fixes of one tick share one request, and nobody suffers from whom they share it with."""

from __future__ import annotations

import asyncio
import logging
from decimal import Decimal

import pytest

from minted_async import MintedClient
from minted_async.errors import RateLimitedError
from minted_async.sandbox import Faults, Sandbox

pytestmark = pytest.mark.anyio

FIX = "/partner/pricefix"


def fixes(sandbox: Sandbox) -> int:
    return sum(1 for request in sandbox.requests if request.authenticated and request.path == FIX)


async def test_a_burst_for_one_customer_is_one_request(minted: MintedClient, sandbox: Sandbox) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        before = fixes(sandbox)
        burst = await asyncio.gather(*(feed.fix(customer_external_id="CST-1") for _ in range(200)))
        assert fixes(sandbox) == before + 1
        assert len({fix.token for fix in burst}) == 1


async def test_different_customers_totals_and_currencies_share_nothing(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        burst = await asyncio.gather(
            feed.fix(customer_external_id="CST-1"),
            feed.fix(customer_external_id="CST-2"),
            feed.fix(customer_external_id="CST-1", currency="USD"),
            feed.fix(customer_external_id="CST-1", total=Decimal(100), currency="TRY"),
            feed.fix(customer_external_id="CST-1", total=Decimal(200), currency="TRY"),
        )
        assert len({fix.token for fix in burst}) == 5


async def test_without_the_option_everybody_gets_a_token_of_their_own(minted: MintedClient) -> None:
    async with minted.price_feed(interval=30) as feed:
        burst = await asyncio.gather(*(feed.fix() for _ in range(5)))
        assert len({fix.token for fix in burst}) == 5


async def test_the_client_itself_never_shares(minted: MintedClient) -> None:
    async with minted.price_feed(interval=30, coalesce=True):
        burst = await asyncio.gather(*(minted.prices.fix(type="digital") for _ in range(5)))
        assert len({fix.token for fix in burst}) == 5


async def test_the_feeds_own_poll_is_shared_too(minted: MintedClient, sandbox: Sandbox) -> None:
    async with minted.price_feed(interval=30, coalesce=True, customer_external_id="CST-1") as feed:
        fix = await feed.fix()
        assert fixes(sandbox) == 1
        assert [price.buy_price for price in fix.prices] == [quote.buy for quote in feed.latest.values()]


async def test_a_later_sharer_is_told_how_long_the_lock_still_lives(minted: MintedClient) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        first = await feed.fix(customer_external_id="CST-1")
        await asyncio.sleep(0.01)
        second = await feed.fix(customer_external_id="CST-1")
        assert second.token == first.token
        assert second.expire_ttl == first.expire_ttl - 1
        assert second.expires_at == first.expires_at


async def test_the_next_tick_gets_a_new_fix(minted: MintedClient) -> None:
    async with minted.price_feed(interval=0.1, coalesce=True) as feed:
        first = await feed.fix(customer_external_id="CST-1")
        await asyncio.sleep(0.12)
        assert (await feed.fix(customer_external_id="CST-1")).token != first.token


async def test_a_sharer_that_is_cancelled_leaves_the_others_alone(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        sandbox.faults = Faults(delay=(0.1, 0.1))
        tasks = [asyncio.create_task(feed.fix(customer_external_id="CST-1")) for _ in range(10)]
        await asyncio.sleep(0.03)
        for task in tasks[:5]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, asyncio.CancelledError) for result in results[:5])
        assert len({result.token for result in results[5:] if not isinstance(result, BaseException)}) == 1


async def test_a_request_that_nobody_waits_for_any_more_is_given_up(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        sandbox.faults = Faults(delay=(5.0, 5.0))
        tasks = [asyncio.create_task(feed.fix(customer_external_id="CST-1")) for _ in range(3)]
        await asyncio.sleep(0.03)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
        assert not [task for task in asyncio.all_tasks() if "shared price fix" in task.get_name()]
        sandbox.faults = Faults()
        assert (await feed.fix(customer_external_id="CST-1")).token


async def test_an_error_reaches_everybody_who_waits_and_is_not_kept(
    minted: MintedClient, sandbox: Sandbox
) -> None:
    async with minted.price_feed(interval=30, coalesce=True) as feed:
        sandbox.fail_next("too_many_requests", path=FIX)
        results = await asyncio.gather(
            *(feed.fix(customer_external_id="CST-1") for _ in range(20)), return_exceptions=True
        )
        assert all(isinstance(result, RateLimitedError) and result.retry_after == 1 for result in results)
        assert len({id(result) for result in results}) == 20
        assert (await feed.fix(customer_external_id="CST-1")).token


async def test_no_token_is_logged(minted: MintedClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with minted.price_feed(interval=0.02, coalesce=True) as feed:
        fix = await feed.fix()
        await feed.next()
        assert fix.token not in caplog.text
        assert fix.token not in repr([task.get_name() for task in asyncio.all_tasks()])
