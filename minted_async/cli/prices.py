"""`minted prices`: the prices of all products, once or live."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Annotated, Final

from cyclopts import Parameter
from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from minted_async import MintedClient
from minted_async.cli.console import (
    METALS,
    Column,
    FittedTable,
    Symbols,
    animate,
    digits,
    output_console,
    spark_line,
    symbols_of,
)
from minted_async.cli.signals import run
from minted_async.feeds import PriceFeed, Quote, Snapshot
from minted_async.sandbox import Sandbox

_FRAME: Final = 0.25
"""Seconds between two drawings: the age of the prices moves, whatever they do."""
_COURSE: Final = 20
"""Letters of the longest course."""


def prices(
    *,
    watch: Annotated[bool, Parameter(name=["--watch", "-w"], negative="")] = False,
    json: Annotated[bool, Parameter(negative="")] = False,
    interval: float = 1.0,
    currency: str | None = None,
    customer: str | None = None,
) -> None:
    """Show the prices of all products: once, or live until Ctrl-C.

    They come from a sandbox of its own, made up, unless MINTED_USERNAME and MINTED_PASSWORD are set: then
    from the API (MINTED_BASE_URL), which locks a price at each question.

    Args:
        watch: Keep going: prices, their change, their course and their age, in a table that moves.
        json: A line of JSON for each snapshot instead of a table, for other programs.
        interval: Seconds between two questions.
        currency: Currency of the prices; that of the account if left out.
        customer: The partner's id of the customer to price for.
    """

    async def show() -> None:
        async with (
            _connect() as (minted, place),
            minted.price_feed(
                interval=interval, currency=currency, customer_external_id=customer, max_age=math.inf
            ) as feed,
        ):
            await (_watch if watch else _once)(output_console(), feed, place, as_json=json)

    try:
        run(show())
    except KeyboardInterrupt:
        if not watch:
            raise


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


async def _once(console: Console, feed: PriceFeed, place: str, *, as_json: bool) -> None:
    if as_json:
        _write(feed.latest)
    else:
        console.print(PriceBoard(feed, symbols_of(console), place, moving=False))


async def _watch(console: Console, feed: PriceFeed, place: str, *, as_json: bool) -> None:
    if console.is_terminal and not as_json:
        await animate(console, PriceBoard(feed, symbols_of(console), place), _read(feed), _FRAME)
        return
    if not as_json:
        console.print(f"Buy prices in {feed.latest.currency}, {place}; Ctrl-C stops it", soft_wrap=True)
    async for snapshot in feed:
        if as_json:
            _write(snapshot)
        else:
            quotes = "  ".join(f"{quote.sku} {digits(quote.buy)}" for quote in snapshot.values())
            console.print(f"{snapshot.at.astimezone():%H:%M:%S}  {quotes}", soft_wrap=True)


async def _read(feed: PriceFeed) -> None:
    async for _ in feed:
        pass


def _write(snapshot: Snapshot) -> None:
    sys.stdout.write(snapshot.json.decode() + "\n")
    sys.stdout.flush()


class PriceBoard:
    """The prices of a feed, drawn by rich as often as it likes.

    Args:
        feed: Where the prices come from; its history is the course.
        symbols: What the terminal can show.
        place: Where the prices come from, in words.
        moving: Whether there is a change and a course to show.
        skus: The products to show; None for all.
    """

    def __init__(
        self,
        feed: PriceFeed,
        symbols: Symbols,
        place: str,
        *,
        moving: bool = True,
        skus: Sequence[str] | None = None,
    ) -> None:
        self._feed = feed
        self._symbols = symbols
        self._place = place
        self._moving = moving
        self._skus = skus
        self._first = dict(feed.latest)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as it is now."""
        newest = self._feed.latest
        columns = [Column("Product", right=False), Column("Buy"), Column("Sell", 1)]
        columns += [Column("Spot", 5), Column("Spread", 6)]
        if self._moving:
            columns += [Column("Change", 3, least=10)]
            columns += [Column("", 4, right=False, least=6, course=True)] if self._symbols.levels else []
        yield FittedTable(
            columns,
            [
                self._cells(quote)
                for quote in newest.values()
                if self._skus is None or quote.sku in self._skus
            ],
            title=f"Prices in {newest.currency}, {self._place}",
            title_justify="left",
            caption=self._caption(),
            caption_justify="left",
            box=box.ROUNDED,
            border_style="yellow",
            header_style="dim",
        )

    def _cells(self, quote: Quote) -> list[Text]:
        metal = METALS.get(quote.sku)
        cells = [
            Text(f"{quote.sku} ({metal})" if metal else quote.sku, style="bold"),
            *(Text(digits(price)) for price in (quote.buy, quote.sell, quote.spot, quote.spread)),
        ]
        if self._moving:
            first = self._first.get(quote.sku)
            cells.append(self._change(quote.buy - first.buy) if first is not None else Text())
            if self._symbols.levels:
                cells.append(Text(self._course(quote.sku), style="cyan"))
        return cells

    def _change(self, change: Decimal) -> Text:
        if change > 0:
            return Text(f"{self._symbols.up} {digits(change)}", style="green")
        if change < 0:
            return Text(f"{self._symbols.down} {digits(-change)}", style="red")
        return Text("0", style="dim")

    def _course(self, sku: str) -> str:
        recent = [snapshot[sku].buy for snapshot in self._feed.history[-_COURSE:] if sku in snapshot]
        return spark_line(recent, self._symbols.levels) if recent else ""

    def _caption(self) -> Text:
        """How old the prices are, at every width, and how asking for them goes."""
        stats, newest = self._feed.stats, self._feed.latest
        age = f"{newest.age:.1f} s old"
        if stats.failing:
            return Text(f"{age}; no new prices, trying again: {stats.last_error}", style="red")
        if self._moving:
            return Text(f"{age}; {stats.polls} questions so far; Ctrl-C stops it", style="dim")
        return Text(f"{age}, asked at {newest.at.astimezone():%H:%M:%S}", style="dim")
