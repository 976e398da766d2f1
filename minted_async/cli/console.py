"""Where the command writes to: colours and movement for a terminal, plain text for everything else."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Collection, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.live import Live
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

T = TypeVar("T")
METALS = {"GAU": "gold", "GAG": "silver"}
"""What the documentation calls the products by; it does not explain the other ones."""


def output_console(*, plain: bool = False) -> Console:
    """Standard output.

    Args:
        plain: No colours, whatever the terminal can do.
    """
    if plain or not _is_lively():
        return Console(color_system=None, force_terminal=False, highlight=False, emoji=False, markup=False)
    return Console(highlight=False, emoji=False, markup=False)


def error_console() -> Console:
    """Standard error; without colours unless it is a terminal."""
    return Console(stderr=True, highlight=False, emoji=False, markup=False)


def _is_lively() -> bool:
    """Whether standard output is a terminal that can show colours and whose user has not refused them."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@dataclass(frozen=True, slots=True)
class Symbols:
    """The signs that the output uses, as far as its encoding has them."""

    done: str
    waiting: str
    up: str
    down: str
    levels: str
    spinner: str
    arrow: str


_UNICODE = Symbols("✔", "·", "▲", "▼", "▁▂▃▄▅▆▇█", "dots", "→")
_ASCII = Symbols("+", ".", "^", "v", "", "line", "->")


def symbols_of(console: Console) -> Symbols:
    """Signs that a console can show."""
    return _UNICODE if console.encoding.startswith("utf") else _ASCII


def spark_line(values: Collection[Decimal], levels: str) -> str:
    """A course of prices, a letter for each, from the lowest level to the highest."""
    low, high = min(values), max(values)
    if low == high:
        return levels[0] * len(values)
    top = len(levels) - 1
    return "".join(levels[int((value - low) * top / (high - low))] for value in values)


def digits(amount: Decimal) -> str:
    """An amount to its last decimal: no rounding, no exponent, no separators."""
    return f"{amount:f}"


class Column(NamedTuple):
    """A column of a `FittedTable`.

    Attributes:
        name: Its heading.
        rank: When it is left out: the highest first, 0 never.
        right: Whether it stands at the right, as numbers do.
        least: Letters that are kept free for it, so that a table that moves does not jump.
        course: Its cells may be cut to the last letters, the newest ones, as there is room for.
    """

    name: str
    rank: int = 0
    right: bool = True
    least: int = 0
    course: bool = False


class FittedTable:
    """A table that leaves out whole columns where the terminal is narrow, and never a part of a number.

    Args:
        columns: The first one names what a row is about.
        rows: A cell for each column.
        options: Of `rich.table.Table`.
    """

    def __init__(self, columns: Sequence[Column], rows: Sequence[Sequence[Text]], **options: Any) -> None:
        self._columns = columns
        self._rows = rows
        self._options = options

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """As many columns as fit; where not even those of rank 0 do, a line for each cell."""
        shown = [*range(len(self._columns))]
        while (spare := options.max_width - self._width(console, shown)) < 0:
            optional = [index for index in shown if self._columns[index].rank]
            if not optional:
                yield from self._list()
                return
            shown.remove(max(optional, key=lambda index: self._columns[index].rank))
        yield self._table(shown, spare)

    def _width(self, console: Console, shown: Sequence[int]) -> int:
        unlimited = console.options.update(max_width=10_000)
        return Measurement.get(console, unlimited, self._table(shown, 0)).maximum

    def _table(self, shown: Sequence[int], spare: int) -> Table:
        table = Table(**self._options)
        for index in shown:
            name, _, right, least, _ = self._columns[index]
            table.add_column(name, justify="right" if right else "left", no_wrap=True, min_width=least)
        for row in self._rows:
            table.add_row(*(self._cell(row, index, spare) for index in shown))
        return table

    def _cell(self, row: Sequence[Text], index: int, spare: int) -> Text:
        column = self._columns[index]
        return row[index][-(column.least + spare) :] if column.course else row[index]

    def _list(self) -> Iterator[Text]:
        for subject, *cells in self._rows:
            yield subject
            for column, cell in zip(self._columns[1:], cells, strict=True):
                yield Text.assemble(f" {column.name} ", cell)


async def animate(console: Console, picture: RenderableType, work: Coroutine[Any, Any, T], frame: float) -> T:
    """Draw a picture again and again while something goes on.

    Args:
        console: A terminal.
        picture: What is drawn, as it is at that moment.
        work: What goes on.
        frame: Seconds between two drawings.

    Raises:
        OutputError: It cannot be drawn; the work has been cancelled.
    """
    doing = asyncio.ensure_future(work)
    try:
        with Live(picture, console=console, auto_refresh=False) as live:
            while not doing.done():
                live.refresh()
                await asyncio.wait((doing,), timeout=frame)
            live.refresh()
    finally:
        doing.cancel()
        await asyncio.gather(doing, return_exceptions=True)
    return doing.result()
