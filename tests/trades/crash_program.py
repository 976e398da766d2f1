"""A program that buys until it is killed: `python -m tests.trades.crash_program SETTINGS`.

It prints a line of JSON for each outcome.
"""

from __future__ import annotations

import asyncio
import itertools
import sys
from decimal import Decimal
from typing import Literal

import anyio
import msgspec

from minted_async import MintedClient, RetryPolicy, errors, models
from minted_async.trades import Buy, Journal, PostgresJournal, Result, Sell, SqliteJournal, Trades
from tests.trades.orders import CUSTOMER

CONCURRENCY = 20
BATCH = 40
LEASE = 1.0


class Settings(msgspec.Struct):
    """What the program is told.

    Attributes:
        url: the server.
        journal: path of a file, or URL of a database.
        name: begins the ids of its orders.
        buys: whether it buys until it is killed, or only recovers what others left open.
    """

    url: str
    journal: str
    name: str
    buys: bool


class Told(msgspec.Struct):
    """What the program was told of one order, as far as it lived to tell."""

    external_id: str
    state: Literal["placed", "not placed", "unknown"]
    guid: str | None = None
    total: Decimal | None = None
    recovered: bool = False


def amount_of(external_id: str) -> Decimal:
    """The amount that an order is for follows from its id."""
    number = int(external_id.rpartition("-")[2])
    return Decimal(number * 7919 % 50_000 + 1).scaleb(-4)


def tell(external_id: str, outcome: object, *, recovered: bool = False) -> None:
    told = Told(external_id, "not placed", recovered=recovered)
    if isinstance(outcome, models.Order):
        told = Told(external_id, "placed", outcome.guid, outcome.total, recovered)
    elif isinstance(outcome, errors.OutcomeUnknownError):
        told = Told(external_id, "unknown", recovered=recovered)
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


def on_result(request: Buy | Sell, result: Result) -> None:
    tell(request.external_id, result)


async def recover(trades: Trades) -> int:
    """Recover while the journal may be away; how many orders there were."""
    while True:
        try:
            recoveries = await trades.recover(limit=CONCURRENCY)
        except errors.NotSentError:
            await anyio.sleep(0.1)
            continue
        for recovery in recoveries:
            assert recovery.external_id is not None
            tell(recovery.external_id, recovery.order or recovery.error, recovered=True)
        return len(recoveries)


async def buy(trades: Trades, name: str) -> None:
    """Buy for ever; each fourth order fixes its own price, the others share one."""
    for first in itertools.count(0, BATCH):
        try:
            lock = await trades.fix_price(customer_external_id="CST-0")
        except errors.MintedError:
            continue
        requests = [
            Buy(
                external_id=f"{name}-{number}",
                customer=msgspec.structs.replace(CUSTOMER, external_id=f"CST-{number % 20}"),
                items=[models.BuyItem(sku="GAU", amount=amount_of(f"{name}-{number}"))],
                currency_code="TRY",
                price_token=None if number % 4 == 0 else lock,
            )
            for number in range(first, first + BATCH)
        ]
        await trades.gather(requests, limit=CONCURRENCY, on_result=on_result, settle_timeout=1.0)


async def main(settings: Settings) -> None:
    journal: Journal
    if settings.journal.startswith("postgresql:"):
        journal = PostgresJournal(settings.journal, lease=LEASE, timeout=2.0)
    else:
        journal = SqliteJournal(settings.journal, lease=LEASE)
    async with MintedClient(
        "demo",
        "demo",
        base_url=settings.url,
        max_connections=2 * CONCURRENCY,
        retry=RetryPolicy(budget=1e6),
        journal=journal,
    ) as minted:
        trades = minted.trades.with_options(price_margin=0.2, absence_margin=0.5)
        if not settings.buys:
            while await recover(trades):
                pass
            return
        async with anyio.create_task_group() as group:
            # What an earlier life left open is found out while this one is already buying.
            group.start_soon(recover, trades)
            await buy(trades, settings.name)


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Settings)))
