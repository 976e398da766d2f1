"""The demo's live screen: prices that move, steps that get done."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from minted_async import models
from minted_async.cli.console import Symbols, digits, spark_line
from minted_async.cli.journey import Step

__all__ = ["METALS", "Screen", "price_table"]

_TREND_LENGTH = 12
_FULL_WIDTH = 76
_FULL_HEIGHT = 19
METALS = {"GAU": "gold", "GAG": "silver"}
"""What the documentation calls the products by; it does not explain the other ones."""


class _Course(NamedTuple):
    """The prices of one product so far."""

    first: Decimal
    recent: deque[Decimal]


class Screen:
    """The state of the journey, drawn by rich as often as it likes.

    Args:
        sku: The product that the journey is about; its row stands out.
        symbols: What the terminal can show.
        pace: Seconds to wait before each step, so that the eye can follow.
    """

    def __init__(self, sku: str, symbols: Symbols, pace: float) -> None:
        self._sku = sku
        self._symbols = symbols
        self._pace = pace
        self._fix: models.PriceFix | None = None
        self._courses: dict[str, _Course] = {}
        self._texts: dict[Step, str] = {}
        self._finished: set[Step] = set()
        self._current: Step | None = None
        self._spinner = Spinner(symbols.spinner, style="yellow")

    async def begin(self, step: Step) -> None:
        """Mark a step as under way."""
        await asyncio.sleep(self._pace)
        self._current = step

    def note(self, step: Step, text: str) -> None:
        """Tell something about a step."""
        self._texts[step] = text

    def done(self, step: Step, text: str) -> None:
        """Tick a step off."""
        self._texts[step] = text
        self._finished.add(step)
        self._current = None

    def prices(self, fix: models.PriceFix) -> None:
        """Take in new prices."""
        self._fix = fix
        for price in fix.prices:
            course = self._courses.setdefault(
                price.sku, _Course(price.buy_price, deque(maxlen=_TREND_LENGTH))
            )
            course.recent.append(price.buy_price)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The screen as it is now. A small terminal gets less of the prices, and never less of a number."""
        if self._fix is not None:
            fits = console.height >= _FULL_HEIGHT
            prices = [price for price in self._fix.prices if fits or price.sku == self._sku]
            yield self._prices(self._fix, prices, wide=options.max_width >= _FULL_WIDTH)
        yield self._steps()

    def _prices(self, fix: models.PriceFix, prices: Sequence[models.Price], *, wide: bool) -> RenderableType:
        table = _empty_price_table()
        trend = wide and bool(self._symbols.levels)
        if wide:
            table.add_column("Since start", justify="right")
        if trend:
            table.add_column("", width=_TREND_LENGTH)
        for price in prices:
            course = self._courses[price.sku]
            cells = _price_cells(price)
            if wide:
                cells.append(self._change(price.buy_price - course.first))
            if trend:
                cells.append(Text(spark_line(course.recent, self._symbols.levels), style="cyan"))
            table.add_row(*cells, style="bold" if price.sku == self._sku else "")
        return Panel(
            table,
            title=f"Prices in {fix.currency}",
            title_align="left",
            subtitle="made up, new ones four times a second",
            subtitle_align="right",
            border_style="yellow",
            box=box.ROUNDED,
            expand=False,
        )

    def _change(self, change: Decimal) -> Text:
        if change > 0:
            return Text(f"{self._symbols.up} {digits(change)}", style="green")
        if change < 0:
            return Text(f"{self._symbols.down} {digits(-change)}", style="red")
        return Text("0", style="dim")

    def _steps(self) -> RenderableType:
        table = Table.grid(padding=(0, 1))
        table.add_column(width=1)
        table.add_column(no_wrap=True)
        table.add_column()
        for step in Step:
            style = "bold" if step is self._current else "" if step in self._finished else "dim"
            table.add_row(self._sign(step), Text(step.value, style=style), Text(self._texts.get(step, "")))
        return table

    def _sign(self, step: Step) -> RenderableType:
        if step in self._finished:
            return Text(self._symbols.done, style="green")
        return self._spinner if step is self._current else Text(self._symbols.waiting, style="dim")


def price_table(fix: models.PriceFix) -> Table:
    """The prices of one moment."""
    table = _empty_price_table()
    for price in fix.prices:
        table.add_row(*_price_cells(price))
    return table


def _empty_price_table() -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    table.add_column("1 gram of")
    for name in ("Spot", "Buy", "Sell"):
        table.add_column(name, justify="right", overflow="fold")
    return table


def _price_cells(price: models.Price) -> list[Text]:
    metal = METALS.get(price.sku)
    name = f"{price.sku} ({metal})" if metal else price.sku
    return [
        Text(name),
        *(Text(digits(value)) for value in (price.spot_price, price.buy_price, price.sell_price)),
    ]
