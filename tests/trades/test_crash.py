"""The process is killed in the middle of buying, again and again: the journal accounts for every order."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from minted_async.sandbox import Faults, Sandbox
from tests.trades.clocks import FastTime
from tests.trades.crash_program import Settings, Told, amount_of
from tests.trades.orders import sent_orders
from tests.trades.reconcile import STARTING_CASH

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"),
]

ORDERS = 10_000 if os.environ.get("CI") else 2_000
KILLS = 5
FAULTS = Faults(
    delay=(0.0, 0.02),
    reset_before=0.05,
    reset_after=0.05,
    truncate=0.02,
    server_error_html=0.01,
    server_error_html_after=0.01,
    stale_nonces=0.01,
)
ROOT = Path(__file__).parent.parent.parent


async def live(settings: Settings, *, until: int | None) -> tuple[list[Told], int]:
    """Run the program, kill it after so many outcomes; what it told, and its exit code."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.trades.crash_program",
        msgspec.json.encode(settings).decode(),
        stdout=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    assert process.stdout is not None
    told: list[Told] = []
    try:
        async for line in process.stdout:
            if line.endswith(b"\n"):  # the last one may be cut
                told.append(msgspec.json.decode(line, type=Told))
            if len(told) == until:
                process.kill()
    finally:
        if process.returncode is None and until is None:
            process.kill()
        code = await process.wait()
    return told, code


async def test_a_killed_process_accounts_for_every_order(tmp_path: Path) -> None:
    time = FastTime(60.0)
    journal = tmp_path / "journal.sqlite"
    share = ORDERS // (KILLS + 1)
    told: list[Told] = []
    async with Sandbox(
        clock=time.sandbox_clock(),
        faults=FAULTS,
        starting_cash=STARTING_CASH,
        max_requests=30 * ORDERS,
        nonce_lifetime=1e6,
    ) as sandbox:
        for life in range(KILLS + 1):
            settings = Settings(
                sandbox.url, str(journal), time.speed, time.start, first=life * share, count=share
            )
            last = life == KILLS
            # Each life ends at another point, and always with a hundred orders under way.
            told_now, code = await live(settings, until=None if last else share // 4 + life * share // 12)
            assert code == (0 if last else -signal.SIGKILL)
            told += told_now
        check_what_was_told(told, sandbox)
        check_journal(journal, sandbox)
        sandbox.ledger.verify()


def check_what_was_told(told: list[Told], sandbox: Sandbox) -> None:
    """Nobody was told what is not true, and no order was sent twice."""
    assert max(sent_orders(sandbox).values()) == 1
    assert any(entry.recovered and entry.state == "placed" for entry in told)
    assert any(entry.recovered and entry.state == "not placed" for entry in told)
    for entry in told:
        placed = sandbox.orders.get(entry.external_id)
        if entry.state == "placed":
            assert placed is not None
            assert (entry.guid, entry.total) == (placed.guid, placed.total)
        elif entry.state == "not placed":
            assert placed is None


def check_journal(path: Path, sandbox: Sandbox) -> None:
    """The journal says of each order what became of it, and adds up to what the customers own."""
    with closing(sqlite3.connect(path)) as connection:
        rows: list[tuple[str, str | None]] = connection.execute(
            "SELECT external_id, outcome FROM intentions"
        ).fetchall()
    outcomes = dict(rows)
    assert len(outcomes) == len(rows)
    assert None not in outcomes.values()
    placed = {external_id for external_id, outcome in outcomes.items() if outcome == "placed"}
    assert placed == set(sandbox.orders)
    assert set(sent_orders(sandbox)) <= set(outcomes)
    counts = Counter(outcomes.values())
    assert counts["placed"] > counts["not placed"] > 0
    for customer in sandbox.customers:
        numbers = [
            int(external_id.removeprefix("DYING-"))
            for external_id in placed
            if sandbox.orders[external_id].customer.external_id == customer
        ]
        owned = sandbox.balances(customer)
        assert owned["GAU"] == sum((amount_of(number) for number in numbers), Decimal(0))
        spent = sum((sandbox.orders[f"DYING-{number}"].total for number in numbers), Decimal(0))
        assert owned["TRY"] == STARTING_CASH - spent
