"""`minted demo`: a purchase and a sale on a sandbox of its own, live on a terminal."""

from __future__ import annotations

import asyncio
import json
import math
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from string import Template
from typing import Final, Literal

from rich.console import Console, ConsoleOptions, RenderResult
from rich.rule import Rule
from rich.spinner import Spinner
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from minted_async import MintedClient, models
from minted_async.cli.console import (
    Column,
    FittedTable,
    Symbols,
    animate,
    digits,
    error_console,
    output_console,
    symbols_of,
)
from minted_async.cli.failures import ExitCode
from minted_async.cli.options import Amount, Flag
from minted_async.cli.prices import PriceBoard
from minted_async.cli.signals import run
from minted_async.sandbox import Clock, Sandbox

_CUSTOMER: Final = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)
_BUY: Final = "BUY-1"
_SELL: Final = "SELL-1"
_SEED: Final = 7

_TIME_LAPSE: Final = 4
"""How much faster the sandbox's time runs on the live screen: its prices move once in one of its seconds."""
_STATUS_DELAYS: Final = (0.3, 0.9)
"""Seconds of ours until the order is Pending, and Completed."""
_POLL: Final = 0.15
_PACE: Final = 0.4
"""Seconds before each step on the live screen, so that the eye can follow."""
_FRAME: Final = 1 / 12
_FULL_HEIGHT: Final = 21
"""Lines from which on there is room for the prices of all products."""
_WIDE: Final = 48
"""Columns from which on the result of a step stands beside its name."""
_LABEL: Final = 18
"""Letters of the longest name of a step."""

_LINES: Final = Template("""\
async with Sandbox($seed) as sandbox, MintedClient("demo", "demo", base_url=sandbox.url) as minted:
    await minted.customers.create(external_id="CST-1", firstname="Defne", lastname="Kaya")
    fix = await minted.prices.fix(type="digital", customer_external_id="CST-1")
    await minted.orders.buy(price_token=fix.token, external_id="BUY-1", customer=BUYER, items=[models.BuyItem(sku=$sku, amount=$amount)])
    while (await minted.orders.get("BUY-1")).status_name != "Completed": await asyncio.sleep(0.1)
    print(await minted.balances.customer("CST-1"))
    await minted.orders.sell(price_token=fix.token, external_id="SELL-1", items=[models.SellItem(sku=$sku, amount=$amount)])
    print(await minted.orders.get("BUY-1"), await minted.orders.get("SELL-1"))
""")  # noqa: E501

_PROGRAM: Final = Template('''\
"""Buy and sell on the embedded sandbox. For the real API write `MintedClient.from_env()` and no sandbox."""

import asyncio
from decimal import Decimal

from minted_async import MintedClient, models
from minted_async.sandbox import Sandbox

BUYER = models.OrderCustomer(
    external_id="CST-1",
    firstname="Defne",
    lastname="Kaya",
    identity_number="10000000146",
    email="defne@example.com",
    phone="+905550000000",
)


async def main() -> None:
$lines

asyncio.run(main())
''')
_HINTS: Final = {
    "As a program": "minted demo --code > journey.py && python journey.py",
    "To write your own": "minted sandbox",
    "All there is to call": "minted operations",
}


def demo(
    *,
    amount: Amount = Decimal("0.5"),
    sku: str = "GAU",
    locale: Literal["tr", "en"] = "en",
    seed: int = _SEED,
    plain: Flag = False,
    code: Flag = False,
) -> ExitCode:
    """Buy and sell gold on an embedded sandbox, in front of your eyes.

    Starts a sandbox on a free port of this machine and trades on it through the client: real HTTP, real
    digest authentication, made-up money. Takes about five seconds.

    Args:
        amount: How much to buy, in grams.
        sku: What to buy: GAU is gold, GAG is silver.
        locale: Language of what the API answers: `minted demo --sku TIN --locale tr` is refused in Turkish.
        seed: Prices follow from it.
        plain: No colours and no live screen. This is so by itself where the output is no terminal, and where
            NO_COLOR is set.
        code: Print the whole program that does the same, and nothing else.
    """
    lines = _LINES.substitute(
        seed="" if seed == _SEED else f"seed={seed}",
        sku=json.dumps(sku, ensure_ascii=False),  # a JSON string is a Python string too
        amount=f'Decimal("{digits(amount)}")',
    )
    if code:
        indented = "".join(f"    {line}\n" for line in lines.splitlines())
        sys.stdout.write(_PROGRAM.substitute(lines=indented))
        return ExitCode.DONE
    console = output_console(plain=plain)
    try:
        run(_travel(console, amount=amount, sku=sku, locale=locale, seed=seed))
    except KeyboardInterrupt:
        error_console().print("Stopped; the sandbox is closed.")
        return ExitCode.INTERRUPTED
    _show_lines(console, lines)
    return ExitCode.DONE


async def _travel(console: Console, *, amount: Decimal, sku: str, locale: str, seed: int) -> None:
    live = console.is_terminal
    lapse = _TIME_LAPSE if live else 1
    clock = Clock(monotonic=lambda: time.monotonic() * lapse)
    async with (
        Sandbox(
            seed=seed, clock=clock, status_delays=(_STATUS_DELAYS[0] * lapse, _STATUS_DELAYS[1] * lapse)
        ) as sandbox,
        MintedClient(sandbox.username, sandbox.password, base_url=sandbox.url, locale=locale) as minted,
        minted.price_feed(interval=1 / _TIME_LAPSE, max_age=math.inf) as feed,
    ):
        title = ("minted demo", "bold yellow")
        console.print(Text.assemble(title, f" on a sandbox at {sandbox.url}; its prices are made up\n"))
        journey, symbols = _Journey(minted, sku, amount), symbols_of(console)
        if live:
            skus = None if console.height >= _FULL_HEIGHT else [sku]
            board = PriceBoard(feed, symbols, "made up", skus=skus)
            await animate(console, _Screen(board, journey, symbols), journey.travel(_PACE), _FRAME)
        else:
            console.print(PriceBoard(feed, symbols, "made up", moving=False))
            console.print()
            await journey.travel(
                0,
                lambda step: console.print(
                    f"{symbols.done} {step:<{_LABEL}} {journey.texts[step]}", soft_wrap=True
                ),
            )
        _sum_up(console, sandbox, journey.orders)


class _Journey:
    """The steps, and what each of them has come to.

    Attributes:
        steps: Name of each step, and what does it.
        texts: What there is to tell of the steps so far.
        finished: Those that are done.
        current: The one under way.
        orders: Both, as they were read at last.
    """

    def __init__(self, minted: MintedClient, sku: str, amount: Decimal) -> None:
        self._minted = minted
        self._sku = sku
        self._amount = amount
        self._fix: models.PriceFix
        self.steps: dict[str, Callable[[], Awaitable[str]]] = {
            "Create a customer": self._create,
            "Fix prices": self._fix_prices,
            "Buy": self._buy,
            "Wait for the order": self._wait,
            "Read the balance": self._read_balance,
            "Sell": self._sell,
            "Read both orders": self._read_orders,
        }
        self.texts: dict[str, str] = {}
        self.finished: set[str] = set()
        self.current = ""
        self.orders: Sequence[models.Order] = ()

    async def travel(self, pace: float, done: Callable[[str], object] = lambda step: None) -> None:
        """Do one step after the other.

        Raises:
            MintedError: Whatever a call raises.
        """
        for step, act in self.steps.items():
            await asyncio.sleep(pace)
            self.current = step
            self.texts[step] = await act()
            self.finished.add(step)
            done(step)

    async def _create(self) -> str:
        customer = await self._minted.customers.create(
            external_id=_CUSTOMER.external_id, firstname=_CUSTOMER.firstname, lastname=_CUSTOMER.lastname
        )
        return f"{customer.external_id}, {customer.fullname}"

    async def _fix_prices(self) -> str:
        fix = self._fix = await self._minted.prices.fix(
            type="digital", customer_external_id=_CUSTOMER.external_id
        )
        price = next((price for price in fix.prices if price.sku == self._sku), None)
        if price is None:
            return f"{len(fix.prices)} products, locked for {fix.expire_ttl} s"
        return f"1 {self._sku} costs {digits(price.buy_price)} {fix.currency}, locked for {fix.expire_ttl} s"

    async def _buy(self) -> str:
        receipt = await self._minted.orders.buy(
            price_token=self._fix.token,
            external_id=_BUY,
            currency_code=self._fix.currency,
            customer=_CUSTOMER,
            items=[models.BuyItem(sku=self._sku, amount=self._amount)],
        )
        return self._placed(receipt, _BUY)

    async def _wait(self) -> str:
        """Read the order until it is completed, and tell each state that it goes through."""
        states: dict[str, None] = {}
        reads = 0
        while models.OrderStatus.COMPLETED not in states:
            await asyncio.sleep(_POLL if reads else 0)
            states[str((await self._minted.orders.get(_BUY)).status_name)] = None
            reads += 1
            self.texts[self.current] = f"{', '.join(states)} ({reads} reads)"
        return self.texts[self.current]

    async def _read_balance(self) -> str:
        lines = await self._minted.balances.customer(_CUSTOMER.external_id)
        held = [line for line in lines if line.currency_code == self._sku or line.is_cash]
        return ", ".join(f"{digits(line.balance)} {line.currency_code}" for line in held)

    async def _sell(self) -> str:
        receipt = await self._minted.orders.sell(
            price_token=self._fix.token,
            external_id=_SELL,
            currency_code=self._fix.currency,
            items=[models.SellItem(sku=self._sku, amount=self._amount)],
        )
        return self._placed(receipt, _SELL)

    async def _read_orders(self) -> str:
        self.orders = [await self._minted.orders.get(external_id) for external_id in (_BUY, _SELL)]
        return ", ".join(f"{order.external_id} {order.status_name}" for order in self.orders)

    def _placed(self, receipt: models.OrderReceipt, external_id: str) -> str:
        total = f"{digits(receipt.total)} {self._fix.currency}"
        return f"{digits(self._amount)} {self._sku} for {total}, order {external_id}"


class _Screen:
    """Prices that move above steps that get done, drawn by rich as often as it likes."""

    def __init__(self, board: PriceBoard, journey: _Journey, symbols: Symbols) -> None:
        self._board = board
        self._journey = journey
        self._symbols = symbols
        self._spinner = Spinner(symbols.spinner, style="yellow")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The screen as it is now. A small terminal gets less of the prices, and never less of a number."""
        yield self._board
        yield ""
        table = Table.grid(padding=(0, 1))
        for step in self._journey.steps:
            over, current = step in self._journey.finished, step == self._journey.current
            name = Text(f"{step:<{_LABEL}}", style="" if over else "bold" if current else "dim")
            sign = Text(self._symbols.done, "green") if over else Text(self._symbols.waiting, "dim")
            gap = " " if options.max_width >= _WIDE else "\n"
            text = self._journey.texts.get(step, "")
            table.add_row(
                self._spinner if current and not over else sign, name.append(gap + text if text else "")
            )
        yield table


def _sum_up(console: Console, sandbox: Sandbox, orders: Sequence[models.Order]) -> None:
    """The orders as they were read back, to the last decimal, and what it took."""
    bought, sold = orders
    currency = bought.currency_code
    columns = [
        Column("Order", right=False),
        Column("Kind", 3, right=False),
        Column("Amount", 1),
        Column("Price of 1", 2),
        Column(f"Total {currency}"),
        Column("Status", 4, right=False),
    ]
    rows: list[list[Text]] = []
    for order in (bought, sold):
        for item in order.items:
            amount, price, total = (
                "" if value is None else digits(value) for value in (item.amount, item.price, item.total)
            )
            cells = (order.external_id, order.type, f"{amount} {item.sku}", price, total, order.status_name)
            rows.append([Text(str(cell)) for cell in cells])
    console.print()
    console.print(
        FittedTable(columns, rows, box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
    )
    if bought.total is not None and sold.total is not None:
        spread = digits(bought.total - sold.total)
        console.print(f"Buying and selling back cost {spread} {currency}, the spread.", style="bold")
    console.print(
        f"It took {len(sandbox.requests)} HTTP requests; {sandbox.unauthorized} got the digest challenge.",
        style="dim",
    )


def _show_lines(console: Console, code: str) -> None:
    """The eight lines: numbered and coloured on a terminal, as they are elsewhere."""
    console.print()
    if console.is_terminal:
        console.print(Rule("The same in eight lines of Python", align="left", style="yellow"))
        console.print(Syntax(code.rstrip(), "python", theme="ansi_dark", line_numbers=True, word_wrap=True))
    else:
        console.print("The same in eight lines of Python:\n")
        console.print(code, end="", soft_wrap=True)
    console.print()
    for purpose, command in _HINTS.items():
        console.print(Text.assemble(f"{purpose:<22}", (command, "bold")), soft_wrap=True)
