"""A program that buys until it is killed: `python -m tests.trades.crash_program SETTINGS`.

It prints a line of JSON for each outcome.
"""

from __future__ import annotations

import asyncio
import sys
from decimal import Decimal
from typing import Literal

import anyio
import msgspec

from minted_async import MintedClient, RetryPolicy, errors, models
from minted_async.trades import Buy, PriceLock, Recovery, Result, Sell
from tests.trades.clocks import FastTime
from tests.trades.orders import CUSTOMER, lock_prices

CONCURRENCY = 100
BATCH = 500


class Settings(msgspec.Struct):
    """What the program is told."""

    url: str
    journal: str
    speed: float
    start: float
    first: int
    count: int


class Told(msgspec.Struct):
    """What the program was told of one order, as far as it lived to tell."""

    external_id: str
    state: Literal["placed", "not placed", "unknown"]
    guid: str | None = None
    total: Decimal | None = None
    recovered: bool = False


def purchases(numbers: range, shared: PriceLock) -> list[Buy]:
    """Orders by their numbers, from which the amount follows; each fourth fixes its own price."""
    return [
        Buy(
            external_id=f"DYING-{number}",
            customer=msgspec.structs.replace(CUSTOMER, external_id=f"CST-{number % 20}"),
            items=[models.BuyItem(sku="GAU", amount=amount_of(number))],
            currency_code="TRY",
            price_token=None if number % 4 == 0 else shared,
        )
        for number in numbers
    ]


def amount_of(number: int) -> Decimal:
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


async def main(settings: Settings) -> None:
    time = FastTime(settings.speed, settings.start)
    async with MintedClient(
        "demo",
        "demo",
        base_url=settings.url,
        max_connections=2 * CONCURRENCY,
        retry=RetryPolicy(budget=1e6),
        journal=settings.journal,
    ) as minted:
        trades = minted.trades.with_options(clock=time.clock())

        async def recover() -> None:
            recoveries: list[Recovery] = await trades.recover(limit=CONCURRENCY)
            for recovery in recoveries:
                tell(recovery.external_id, recovery.order or recovery.error, recovered=True)

        async with anyio.create_task_group() as group:
            # What an earlier life left open is found out while this one is already buying.
            group.start_soon(recover)
            end = settings.first + settings.count
            for first in range(settings.first, end, BATCH):
                lock = await lock_prices(trades)
                requests = purchases(range(first, min(first + BATCH, end)), lock)
                await trades.gather(requests, limit=CONCURRENCY, on_result=on_result)
        await recover()


if __name__ == "__main__":
    asyncio.run(main(msgspec.json.decode(sys.argv[1], type=Settings)))
