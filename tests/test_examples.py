"""The examples run, as their docstrings say."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import anyio.to_thread
import msgspec
import pytest

from minted_async import MintedClient, models
from minted_async.sandbox import Sandbox

pytestmark = pytest.mark.anyio

ROOT = Path(__file__).parent.parent

BUYER = {
    "external_id": "CST-1",
    "firstname": "Defne",
    "lastname": "Kaya",
    "identity_number": "10000000146",
    "email": "defne@example.com",
    "phone": "+905550000000",
}


async def example(name: str, *arguments: str, **variables: str) -> str:
    """Run an example, in a thread so that a sandbox of this test can answer meanwhile."""

    def run() -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MINTED_")}
        done = subprocess.run(
            [sys.executable, "-W", "error", f"examples/{name}.py", *arguments],
            cwd=ROOT,
            env={**kept, "PYTHONPATH": str(ROOT), **variables},
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout

    return await anyio.to_thread.run_sync(run)


async def test_the_first_order_is_completed_on_a_sandbox_of_its_own() -> None:
    assert " is Completed: " in await example("first_order")


async def test_the_first_order_goes_where_the_environment_says_and_survives_a_lost_answer() -> None:
    async with Sandbox(username="shop", password="secret", status_delays=(0, 0)) as sandbox:
        sandbox.fail_next("reset_after", path="/partner/order/digital/buy")
        printed = await example(
            "first_order", MINTED_USERNAME="shop", MINTED_PASSWORD="secret", MINTED_BASE_URL=sandbox.url
        )
        assert len(sandbox.orders) == 1
    assert "The answer was lost: " in printed
    assert " is Completed: " in printed


async def test_gold_is_bought_although_the_answer_is_lost(tmp_path: Path) -> None:
    printed = await example("buy_gold", str(tmp_path / "orders.sqlite"))
    assert "Bought 0.5 g for " in printed
    assert printed.rstrip().endswith(" is Completed")


async def test_what_a_killed_run_left_open_is_accounted_for_by_the_next(tmp_path: Path) -> None:
    journal = str(tmp_path / "orders.sqlite")
    async with Sandbox(username="shop", password="secret", status_delays=(0, 0)) as sandbox:
        async with MintedClient("shop", "secret", base_url=sandbox.url, journal=journal) as dying:
            sandbox.fail_next("delay_after", path="/partner/order/digital/buy", seconds=60)
            order = asyncio.ensure_future(
                dying.trades.buy(
                    customer=msgspec.convert(BUYER, models.OrderCustomer),
                    items=[models.BuyItem(sku="GAU", amount=Decimal("0.5"))],
                    external_id="LEFT-OPEN",
                )
            )
            await sandbox.until(lambda: "LEFT-OPEN" in sandbox.orders)
            order.cancel()
            with pytest.raises(asyncio.CancelledError):
                await order
        printed = await example(
            "buy_gold",
            journal,
            MINTED_USERNAME="shop",
            MINTED_PASSWORD="secret",
            MINTED_BASE_URL=sandbox.url,
        )
        assert len(sandbox.orders) == 2
    assert "Left open by an earlier run: LEFT-OPEN: was placed" in printed
    assert "Bought 0.5 g for " in printed
