"""`minted prices`: the prices of all products, once or live."""

from __future__ import annotations

import asyncio
import math
import os
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.live import Live

from minted_async import MintedClient
from minted_async.cli.advice import show_error
from minted_async.cli.board import PriceBoard
from minted_async.cli.console import digits, error_console, output_console, symbols_of
from minted_async.errors import MintedError
from minted_async.feeds import PriceFeed, Snapshot
from minted_async.sandbox import Sandbox

__all__ = ["Options", "run_prices"]

_FAILED = 1
_FRAME = 0.25
"""Seconds between two drawings: the age of the prices moves, whatever they do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for."""

    watch: bool
    json: bool
    interval: float
    currency: str | None
    customer: str | None


def run_prices(options: Options) -> int:
    """Show prices, and return the exit code."""
    try:
        asyncio.run(_show(options))
    except MintedError as error:
        show_error(error_console(), error)
        return _FAILED
    except BrokenPipeError:
        # Whoever read the lines has had enough; Python must not find the pipe broken again when it exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        if not options.watch:
            raise
    return 0


async def _show(options: Options) -> None:
    console = output_console()
    async with _connect() as (minted, place):
        feed = minted.price_feed(
            interval=options.interval,
            currency=options.currency,
            customer_external_id=options.customer,
            max_age=math.inf,
        )
        async with feed:
            if not options.watch:
                _once(console, feed, place, as_json=options.json)
            elif options.json:
                await _lines(feed)
            elif console.is_terminal:
                await _live(console, feed, place)
            else:
                await _log(console, feed, place)


@asynccontextmanager
async def _connect() -> AsyncGenerator[tuple[MintedClient, str]]:
    """A client of the API that the environment names, or of a sandbox; and what to call it."""
    if os.environ.get("MINTED_USERNAME") or os.environ.get("MINTED_PASSWORD"):
        async with MintedClient.from_env() as minted:
            yield minted, "from the API"
        return
    async with (
        Sandbox() as sandbox,
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url) as minted,
    ):
        yield minted, "from a sandbox: made up"


def _once(console: Console, feed: PriceFeed, place: str, *, as_json: bool) -> None:
    if as_json:
        _write(feed.latest)
    else:
        console.print(PriceBoard(feed, symbols_of(console), place, moving=False))


async def _lines(feed: PriceFeed) -> None:
    async for snapshot in feed:
        _write(snapshot)


def _write(snapshot: Snapshot) -> None:
    sys.stdout.write(snapshot.json.decode() + "\n")
    sys.stdout.flush()


async def _live(console: Console, feed: PriceFeed, place: str) -> None:
    board = PriceBoard(feed, symbols_of(console), place)
    with Live(board, console=console, auto_refresh=False) as live:
        while True:
            live.refresh()
            await asyncio.sleep(_FRAME)


async def _log(console: Console, feed: PriceFeed, place: str) -> None:
    """A line for each snapshot, where nothing can move."""
    console.print(f"Buy prices in {feed.latest.currency}, {place}; Ctrl-C stops it", soft_wrap=True)
    async for snapshot in feed:
        quotes = "  ".join(f"{quote.sku} {digits(quote.buy)}" for quote in snapshot.values())
        console.print(f"{snapshot.at.astimezone():%H:%M:%S}  {quotes}", soft_wrap=True)
