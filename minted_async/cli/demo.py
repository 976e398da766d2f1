"""`minted demo`: the journey on a sandbox of its own, live on a terminal and line by line elsewhere."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from rich.console import Console
from rich.live import Live
from rich.rule import Rule
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from minted_async import MintedClient, models
from minted_async.cli.advice import show_error
from minted_async.cli.console import digits, error_console, output_console, symbols_of
from minted_async.cli.journey import Outcome, Plan, Step, travel
from minted_async.cli.program import eight_lines, whole_program
from minted_async.cli.screen import Screen, price_table
from minted_async.errors import MintedError
from minted_async.sandbox import Clock, Sandbox

__all__ = ["run_demo", "show_program"]

_FAILED = 1
_INTERRUPTED = 130

_TIME_LAPSE = 4
"""How much faster the sandbox's time runs on the live screen: its prices move once in one of its seconds."""
_STATUS_DELAYS = (0.3, 0.9)
"""Seconds of ours until the order is Pending, and Completed."""
_PACE = 0.25
_WATCH = 1.0
_FRAME = 1 / 12


def show_program(plan: Plan) -> int:
    """Print the whole program, ready to be saved, and return the exit code."""
    sys.stdout.write(whole_program(plan))
    return 0


def run_demo(plan: Plan, *, plain: bool) -> int:
    """Travel, and return the exit code."""
    console = output_console(plain=plain)
    try:
        asyncio.run(_live(console, plan) if console.is_terminal else _plain(console, plan))
    except MintedError as error:
        show_error(error_console(), error)
        return _FAILED
    except KeyboardInterrupt:
        error_console().print("Stopped; the sandbox is closed.")
        return _INTERRUPTED
    _show_lines(console, plan)
    return 0


async def _live(console: Console, plan: Plan) -> None:
    clock = Clock(monotonic=lambda: time.monotonic() * _TIME_LAPSE)
    status_delays = (_STATUS_DELAYS[0] * _TIME_LAPSE, _STATUS_DELAYS[1] * _TIME_LAPSE)
    screen = Screen(plan.sku, symbols_of(console), _PACE)
    async with (
        Sandbox(seed=plan.seed, clock=clock, status_delays=status_delays) as sandbox,
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url, locale=plan.locale) as minted,
    ):
        _greet(console, sandbox)
        with Live(screen, console=console, auto_refresh=False) as live:
            async with _in_background(live, minted, screen):
                await asyncio.sleep(_WATCH)
                outcome = await travel(minted, plan, screen)
            live.refresh()
        _sum_up(console, sandbox, outcome)


@asynccontextmanager
async def _in_background(live: Live, minted: MintedClient, screen: Screen) -> AsyncGenerator[None]:
    """Keep the prices coming and the screen moving."""

    async def poll() -> None:
        while True:
            screen.prices(await minted.prices.fix(type="digital"))
            await asyncio.sleep(1 / _TIME_LAPSE)

    async def draw() -> None:
        while True:
            live.refresh()
            await asyncio.sleep(_FRAME)

    tasks = [asyncio.create_task(poll()), asyncio.create_task(draw())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task


class _Lines:
    """Tells the journey line by line."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._done = symbols_of(console).done

    async def begin(self, step: Step) -> None:
        """Nothing to tell yet."""

    def note(self, step: Step, text: str) -> None:
        """Only what a step has come to is told."""

    def done(self, step: Step, text: str) -> None:
        """One line a step."""
        self._console.print(f"{self._done} {step.value:<{_LABEL_WIDTH}} {text}", soft_wrap=True)

    def prices(self, fix: models.PriceFix) -> None:
        """The whole table, once."""
        self._console.print(f"\nPrices in {fix.currency}")
        self._console.print(price_table(fix))
        self._console.print()


_HINTS = {
    "As a program": "minted demo --code > journey.py && python journey.py",
    "To write your own": "minted sandbox",
    "All there is to call": "minted operations",
}
_LABEL_WIDTH = max(len(step.value) for step in Step)


async def _plain(console: Console, plan: Plan) -> None:
    async with (
        Sandbox(seed=plan.seed, status_delays=_STATUS_DELAYS) as sandbox,
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url, locale=plan.locale) as minted,
    ):
        _greet(console, sandbox)
        outcome = await travel(minted, plan, _Lines(console))
        _sum_up(console, sandbox, outcome)


def _greet(console: Console, sandbox: Sandbox) -> None:
    console.print(
        Text.assemble(
            ("minted demo", "bold yellow"), f" on a sandbox at {sandbox.url}; its prices are made up"
        )
    )
    console.print()


def _sum_up(console: Console, sandbox: Sandbox, outcome: Outcome) -> None:
    """The orders as they were read back, to the last decimal, and what it took."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    for name in ("Order", "Kind"):
        table.add_column(name)
    for name in ("Amount", "Price of 1", f"Total {outcome.bought.currency_code}"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("Status")
    for order in (outcome.bought, outcome.sold):
        for item in order.items:
            amounts = (item.amount, item.price, item.total)
            amount, price, total = ("" if value is None else digits(value) for value in amounts)
            table.add_row(
                order.external_id,
                str(order.type),
                f"{amount} {item.sku}",
                price,
                total,
                str(order.status_name),
            )
    console.print()
    console.print(table)
    if outcome.bought.total is not None and outcome.sold.total is not None:
        spread = digits(outcome.bought.total - outcome.sold.total)
        console.print(
            f"Buying and selling back cost {spread} {outcome.bought.currency_code}, the spread.", style="bold"
        )
    console.print(
        f"It took {len(sandbox.requests)} HTTP requests; {sandbox.unauthorized} got the digest challenge.",
        style="dim",
    )


def _numbered(console: Console, number: int, line: str) -> Text:
    """A line of Python with its number; where it is too long for the console, the rest is indented."""
    statement = line.lstrip()
    first = f"{number:>2}  {' ' * (len(line) - len(statement))}"
    rest = " " * (len(first) + 4)
    syntax = Syntax("", "python", theme="ansi_dark", background_color="default", word_wrap=True)
    highlighted = syntax.highlight(statement)
    highlighted.rstrip()
    parts = highlighted.wrap(console, max(20, console.width - len(rest)))
    lines = [Text.assemble((rest if index else first, "dim"), part) for index, part in enumerate(parts)]
    return Text("\n").join(lines)


def _show_lines(console: Console, plan: Plan) -> None:
    """The eight lines: numbered and coloured on a terminal, as they are elsewhere."""
    code = eight_lines(plan)
    console.print()
    if console.is_terminal:
        console.print(Rule("The same in eight lines of Python", align="left", style="yellow"))
        for number, line in enumerate(code.splitlines(), 1):
            console.print(_numbered(console, number, line), soft_wrap=True)
    else:
        console.print("The same in eight lines of Python:")
        console.print()
        console.print(code, end="", soft_wrap=True)
    console.print()
    for purpose, command in _HINTS.items():
        console.print(Text.assemble(f"{purpose:<22}", (command, "bold")), soft_wrap=True)
