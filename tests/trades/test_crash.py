"""Processes are killed in the middle of buying, again and again: the journal accounts for every order.

`MINTED_KILLS=100 pytest tests/trades/test_crash.py` kills more often.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sqlite3
import sys
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from minted_async.sandbox import Sandbox
from tests.trades.crash_program import Settings, Told, amount_of
from tests.trades.orders import sent_orders
from tests.trades.postgres_server import PostgresServer
from tests.trades.reconcile import FAULTS, STARTING_CASH

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

KILLS = int(os.environ.get("MINTED_KILLS", "6"))
ROOT = Path(__file__).parent.parent.parent


@asynccontextmanager
async def running() -> AsyncGenerator[Sandbox]:
    """A server that misbehaves, and whose prices live for a short time."""
    async with Sandbox(
        price_ttl=3, faults=FAULTS, starting_cash=STARTING_CASH, max_requests=1_000_000, nonce_lifetime=1e6
    ) as sandbox:
        yield sandbox
        sandbox.ledger.verify()


async def live(settings: Settings, *, until: int | None) -> list[Told]:
    """Run the program, kill it after so many outcomes; what it told."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-m", "tests.trades.crash_program"),
        msgspec.json.encode(settings).decode(),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    told: list[Told] = []
    async for line in process.stdout:
        if line.endswith(b"\n"):  # the last one may be cut
            told.append(msgspec.json.decode(line, type=Told))
            if len(told) == until:
                process.kill()
    assert await process.wait() == (0 if until is None else -signal.SIGKILL)
    return told


async def live_and_die(
    sandbox: Sandbox, journal: str, writers: int, *, after_kill: Callable[[int], None] = lambda kills: None
) -> list[Told]:
    """Several processes, each killed and started again; at last one that recovers what is left."""
    told: list[Told] = []
    kills = 0

    async def writer(index: int) -> None:
        nonlocal kills
        for life in range(KILLS // writers):
            settings = Settings(sandbox.url, journal, f"{index}-{life}", buys=True)
            told.extend(await live(settings, until=random.randrange(20, 120)))
            kills += 1
            await asyncio.to_thread(after_kill, kills)

    await asyncio.gather(*(writer(index) for index in range(writers)))
    told += await live(Settings(sandbox.url, journal, "last", buys=False), until=None)
    return told


def check(told: list[Told], outcomes: list[tuple[str, str | None]], sandbox: Sandbox) -> None:
    """Nobody was told what is not true, no order was sent twice, and the journal knows of every one."""
    assert max(sent_orders(sandbox).values()) == 1
    for entry in told:
        placed = sandbox.orders.get(entry.external_id)
        if entry.state == "placed":
            assert placed is not None
            assert (entry.guid, entry.total) == (placed.guid, placed.total)
        elif entry.state == "not placed":
            assert placed is None
    assert len(dict(outcomes)) == len(outcomes)
    assert None not in dict(outcomes).values()
    placed_ids = {external_id for external_id, outcome in outcomes if outcome == "placed"}
    assert placed_ids == set(sandbox.orders)
    assert set(sent_orders(sandbox)) <= set(dict(outcomes))
    check_balances(sandbox)


def check_balances(sandbox: Sandbox) -> None:
    gold: Counter[str] = Counter()
    for external_id, order in sandbox.orders.items():
        gold[order.customer.external_id] += amount_of(external_id)  # type: ignore[assignment]
    for customer in sandbox.customers:
        assert sandbox.balances(customer)["GAU"] == gold.get(customer, Decimal(0))


def recovered_twice(told: list[Told]) -> set[str]:
    recovered = Counter(entry.external_id for entry in told if entry.recovered and entry.state != "unknown")
    return {external_id for external_id, times in recovered.items() if times > 1}


async def test_two_processes_that_share_a_file_account_for_every_order(tmp_path: Path) -> None:
    path = tmp_path / "journal.sqlite"
    async with running() as sandbox:
        told = await live_and_die(sandbox, str(path), writers=2)
        with closing(sqlite3.connect(path)) as connection:
            outcomes = connection.execute("SELECT external_id, outcome FROM orders").fetchall()
        check(told, outcomes, sandbox)
    assert any(entry.recovered for entry in told)
    assert not recovered_twice(told)


async def test_three_processes_that_share_a_database_account_for_every_order(
    own_server: PostgresServer,
) -> None:
    """The database crashes too: twice, or five times in the long form."""
    import psycopg

    restarting = threading.Lock()

    def crash_database(kills: int) -> None:
        if kills % max(KILLS // 6, 2) == 0 and kills < KILLS:
            with restarting:
                own_server.stop()
                own_server.start()

    async with running() as sandbox:
        told = await live_and_die(sandbox, own_server.url(), writers=3, after_kill=crash_database)
        with psycopg.connect(own_server.url()) as connection:
            outcomes = connection.execute("SELECT external_id, outcome FROM minted_orders").fetchall()
        check(told, outcomes, sandbox)
    assert any(entry.recovered for entry in told)
