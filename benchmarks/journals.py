"""What a journal costs a purchase, beside the same purchases that are only kept in memory.

`python -m benchmarks.journals` from the root of the repository. The server is another process, and so is
PostgreSQL, which is started for it; alternating rounds, medians. A purchase fixes its price and is placed.
CPU is that of the buying process, its threads included.
"""

from __future__ import annotations

import asyncio
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import psycopg

from minted_async import MintedClient, models
from minted_async.trades import Journal, MemoryJournal, PostgresJournal, SqliteJournal
from minted_async.trades.journal.postgres_schema import SCHEMA
from tests.trades.postgres_server import PostgresServer, postgres_programs

ROUNDS = 7
PURCHASES = 640
CONCURRENCY = 64
AT_ONCE = 1000
SERVER = """
import asyncio, sys
from decimal import Decimal
from minted_async.sandbox import Sandbox

async def main():
    money = Decimal(10) ** 12
    async with Sandbox(username="bench", password="bench", max_requests=1, starting_cash=money) as sandbox:
        print(sandbox.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)

asyncio.run(main())
"""
CUSTOMER = models.OrderCustomer(
    external_id="CST-1",
    identity_number="10000000146",
    firstname="Deniz",
    lastname="Örnek",
    email="deniz@example.com",
    phone="+905550000000",
)
GOLD = [models.BuyItem(sku="GAU", amount=Decimal("0.5"))]


@dataclass
class Measured:
    """One kind of journal, and what was measured with it.

    Attributes:
        make: makes the journal.
        commits: how many transactions its storage has committed so far.
        cpu: CPU seconds a purchase, one for each round.
        seconds: how long each purchase took.
    """

    make: Callable[[], Journal]
    commits: Callable[[], int]
    cpu: list[float] = field(default_factory=list[float])
    seconds: list[float] = field(default_factory=list[float])


async def purchases(minted: MintedClient, count: int, concurrency: int, seconds: list[float]) -> float:
    """Place so many orders, so many at once; CPU seconds of one."""

    async def buy_some(some: int) -> None:
        for _ in range(some):
            started = time.perf_counter()
            await minted.trades.buy(customer=CUSTOMER, items=GOLD, currency_code="TRY")
            seconds.append(time.perf_counter() - started)

    start = time.process_time()
    await asyncio.gather(*(buy_some(count // concurrency) for _ in range(concurrency)))
    return (time.process_time() - start) / count


async def measure(url: str, kinds: dict[str, Measured]) -> None:
    for round_number in range(ROUNDS + 1):
        for kind in kinds.values():
            async with MintedClient("bench", "bench", base_url=url, journal=kind.make()) as minted:
                await purchases(minted, CONCURRENCY, CONCURRENCY, [])
                seconds: list[float] = []
                cpu = await purchases(minted, PURCHASES, CONCURRENCY, seconds)
            if round_number:  # the first one warms up
                kind.cpu.append(cpu)
                kind.seconds += seconds
    base = kinds["memory"]
    print(f"{PURCHASES} purchases in each of {ROUNDS} rounds, {CONCURRENCY} at once")
    print("journal     CPU a purchase         median        p99  (x p99 of memory)")
    for name, kind in kinds.items():
        cpu, plain = statistics.median(kind.cpu), statistics.median(base.cpu)
        p99, plain_p99 = percentile(kind.seconds), percentile(base.seconds)
        print(
            f"{name:9s}  {cpu * 1e6:6.0f} us  x{cpu / plain:.2f}"
            f"  {statistics.median(kind.seconds) * 1e3:8.1f} ms  {p99 * 1e3:8.1f} ms  x{p99 / plain_p99:.2f}"
        )


async def measure_commits(url: str, kinds: dict[str, Measured]) -> None:
    """How many commits a thousand purchases at once share: an order is written down and settled."""
    print(f"{AT_ONCE} purchases at once")
    for name, kind in kinds.items():
        async with MintedClient(
            "bench", "bench", base_url=url, journal=kind.make(), timeout=120, max_connections=200
        ) as minted:
            await minted.trades.open()
            before = kind.commits()
            await purchases(minted, AT_ONCE, AT_ONCE, [])
        print(f"{name:9s}  {kind.commits() - before} commits")


def percentile(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[98]


def sqlite_commits(path: Path) -> int:
    """SQLite counts them in the header of its file."""
    with path.open("rb") as file:
        file.seek(24)
        return int(struct.unpack(">I", file.read(4))[0])


def postgres_commits(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        assert row is not None
        return int(row[0])


def main() -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    assert server.stdin is not None
    url = server.stdout.readline().strip()
    database = PostgresServer(postgres_programs())
    database.start()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite"
        with psycopg.connect(database.url()) as connection:
            connection.execute(SCHEMA)
        kinds = {
            "memory": Measured(MemoryJournal, lambda: 0),
            "sqlite": Measured(lambda: SqliteJournal(path), lambda: sqlite_commits(path)),
            "postgres": Measured(
                lambda: PostgresJournal(database.url()), lambda: postgres_commits(database.url())
            ),
        }
        try:
            asyncio.run(measure(url, kinds))
            asyncio.run(measure_commits(url, kinds))
        finally:
            server.stdin.close()
            server.wait()
            database.stop()
            database.remove()


if __name__ == "__main__":
    main()
