"""`minted doctor`: whether everything works between here and Minted, and what to do where it does not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from minted_async import MintedClient
from minted_async.cli.console import output_console
from minted_async.cli.failures import BadUsageError, by_variable
from minted_async.cli.options import Flag
from minted_async.cli.signals import run
from minted_async.doctor import AssumptionResult, Finding, Report, Verdict, examine
from minted_async.doctor.report import ASSUMPTIONS_TITLE
from minted_async.errors import ConfigurationError

_STYLES: Final = {
    Verdict.WELL: "green",
    Verdict.DIFFERS: "yellow",
    Verdict.UNREACHABLE: "bold red",
    Verdict.REFUSED: "bold red",
    Verdict.UNCHECKED: "dim",
}


_VERDICTS: Final = {True: Verdict.WELL, False: Verdict.DIFFERS, None: Verdict.UNCHECKED}

_OPTIONS: Final = {"order_id": "--order-id", "customer_id": "--customer-id", "Timeout.total": "--timeout"}
"""Settings of the examination, and the options by which the command was given them."""

_WIDE: Final = 72
"""Columns from which on a terminal has room for columns."""


def doctor(
    *,
    order_id: str | None = None,
    customer_id: str | None = None,
    probe: Flag = False,
    trust_env: Flag = False,
    timeout: float = 10.0,
    json: Flag = False,
    report: Path | None = None,
) -> int:
    """Check the way to Minted, the login, and what the API answers. Nothing is ordered or changed.

    Talks to the server of MINTED_BASE_URL with MINTED_USERNAME and MINTED_PASSWORD. It reads, and fixes
    prices. A wrong password is tried once. Nothing that it prints or writes holds a secret, an id or a value
    that came over the wire.

    Exit codes: 0 all is well, 1 something differs from what the SDK assumes, 2 the server cannot be reached,
    or it was asked for wrongly, 3 the credentials are refused.

    Args:
        order_id: Your id of an order, to see whether it can be read.
        customer_id: Your id of a customer.
        probe: Find out what a nonce of the login is good for; it takes ten seconds.
        trust_env: Go through the proxy that the environment names (HTTPS_PROXY, NO_PROXY).
        timeout: Seconds that each check may take.
        json: Print the report as JSON.
        report: A file that the report is written to, to be attached to a question.
    """
    console = output_console(plain=json)

    def show(item: Finding) -> None:
        if not json:
            _show(console, item, (item.verdict, item.check, item.seen), item.advice, _STYLES[item.verdict])

    async def check() -> Report:
        async with MintedClient.from_env(trust_env=trust_env) as minted:
            return await examine(
                minted,
                order_id=order_id,
                customer_id=customer_id,
                probe_nonces=probe,
                limit=timeout,
                on_finding=show,
            )

    fresh = report is not None and not report.exists()
    _write(report, "", mode="a")  # better refused now than when all was asked
    try:
        found = run(check())
    except BaseException as problem:
        if report is not None and fresh:
            report.unlink(missing_ok=True)
        if isinstance(problem, ConfigurationError):
            words = re.sub(
                "|".join(map(re.escape, _OPTIONS)), lambda name: _OPTIONS[name[0]], problem.happened
            )
            raise BadUsageError(by_variable(words)) from problem
        raise
    _write(report, found.to_text())
    if json:
        console.print(found.to_json().decode(), soft_wrap=True)
        return found.exit_code
    console.print(f"\n{ASSUMPTIONS_TITLE}\n")
    for result in found.assumptions:
        style = _STYLES[_VERDICTS[result.kept]]
        _show(console, result, (result.verdict, result.text), f"({result.seen})", style)
    return found.exit_code


def _show(
    console: Console, item: Finding | AssumptionResult, cells: Sequence[str], further: str, style: str
) -> None:
    """Print what was found: in columns in a terminal, as a line for programs."""
    if not console.is_terminal or console.width < _WIDE:
        console.print(Text(str(item), style=style), soft_wrap=True)
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=11, style=style)
    for _ in cells[2:]:
        table.add_column(width=20, overflow="fold")
    table.add_column(ratio=1)
    table.add_row(*map(Text, cells))
    if further:
        table.add_row(*("",) * (len(cells) - 1), Text(further, style="dim"))
    console.print(table)


def _write(report: Path | None, text: str, mode: Literal["a", "w"] = "w") -> None:
    if report is None:
        return
    try:
        with report.open(mode, encoding="utf-8") as file:
            file.write(text)
    except OSError as problem:
        raise BadUsageError(f"the report cannot be written: {problem}") from problem
