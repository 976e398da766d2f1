"""The table of `minted prices`: price, change, course and age of each product."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from rich import box
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from minted_async.cli.console import Symbols, digits, spark_line
from minted_async.cli.screen import METALS
from minted_async.feeds import PriceFeed, Quote

__all__ = ["PriceBoard"]

_WIDE: Final = 96
"""Columns from which on there is room for all that can be shown."""
_COURSES: Final = ((_WIDE, 20), (80, 10), (0, 6))
"""Columns from which on a course may have so many letters."""


class PriceBoard:
    """A feed, drawn by rich as often as it likes.

    Args:
        feed: Where the prices come from; its history is the course.
        symbols: What the terminal can show.
        place: Where the prices come from, in words.
        moving: Whether there is a change and a course to show.
    """

    def __init__(self, feed: PriceFeed, symbols: Symbols, place: str, *, moving: bool = True) -> None:
        self._feed = feed
        self._symbols = symbols
        self._place = place
        self._moving = moving
        self._first = dict(feed.latest)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The table as it is now. A narrow terminal gets less of the course, and never less of a number."""
        newest = self._feed.latest
        wide = options.max_width >= _WIDE
        length = next(letters for columns, letters in _COURSES if options.max_width >= columns)
        table = Table(
            title=f"Prices in {newest.currency}, {self._place}",
            title_justify="left",
            caption=self._caption(),
            caption_justify="left",
            box=box.ROUNDED,
            border_style="yellow",
            header_style="dim",
        )
        table.add_column("Product", no_wrap=True)
        for name in ("Buy", "Sell", *(("Spot", "Spread") if wide else ())):
            table.add_column(name, justify="right", overflow="fold")
        if self._moving:
            table.add_column("Change", justify="right")
            if self._symbols.levels:
                table.add_column("", width=length)
        table.add_column("Age", justify="right")
        for quote in newest.values():
            table.add_row(*self._cells(quote, length, wide=wide))
        yield table

    def _cells(self, quote: Quote, length: int, *, wide: bool) -> list[Text]:
        metal = METALS.get(quote.sku)
        prices = [quote.buy, quote.sell, *((quote.spot, quote.spread) if wide else ())]
        cells = [
            Text(f"{quote.sku} ({metal})" if metal else quote.sku, style="bold"),
            *(Text(digits(price)) for price in prices),
        ]
        if self._moving:
            first = self._first.get(quote.sku)
            cells.append(self._change(quote.buy - first.buy) if first is not None else Text())
            if self._symbols.levels:
                cells.append(Text(self._course(quote.sku, length), style="cyan"))
        cells.append(Text(f"{quote.age:.1f} s", style="dim"))
        return cells

    def _change(self, change: Decimal) -> Text:
        if change > 0:
            return Text(f"{self._symbols.up} {digits(change)}", style="green")
        if change < 0:
            return Text(f"{self._symbols.down} {digits(-change)}", style="red")
        return Text("0", style="dim")

    def _course(self, sku: str, length: int) -> str:
        recent = [snapshot[sku].buy for snapshot in self._feed.history[-length:] if sku in snapshot]
        return spark_line(recent, self._symbols.levels) if recent else ""

    def _caption(self) -> Text:
        stats = self._feed.stats
        if stats.failing:
            return Text(f"no new prices, trying again: {stats.last_error}", style="red")
        if self._moving:
            return Text(f"{stats.polls} questions so far; Ctrl-C stops it", style="dim")
        return Text(f"asked at {self._feed.latest.at.astimezone():%H:%M:%S}", style="dim")
