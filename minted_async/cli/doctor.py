"""`minted doctor`: whether everything works between here and Minted, and what to do where it does not."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from rich.text import Text

from minted_async import MintedClient
from minted_async.cli.console import output_console
from minted_async.cli.failures import BadUsageError
from minted_async.cli.options import Flag
from minted_async.doctor import Finding, Report, Verdict, examine
from minted_async.doctor.report import ASSUMPTIONS_TITLE
from minted_async.errors import ConfigurationError

_STYLES: Final = {
    Verdict.WELL: "green",
    Verdict.DIFFERS: "yellow",
    Verdict.UNREACHABLE: "bold red",
    Verdict.REFUSED: "bold red",
    Verdict.UNCHECKED: "dim",
}


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
            console.print(Text(str(item), style=_STYLES[item.verdict]), soft_wrap=True)

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

    _write(report, "")
    try:
        found = asyncio.run(check())
    except ConfigurationError as problem:
        raise BadUsageError(str(problem)) from problem
    _write(report, found.to_text())
    if json:
        console.print(found.to_json().decode(), soft_wrap=True)
        return found.exit_code
    console.print(f"\n{ASSUMPTIONS_TITLE}\n")
    for result in found.assumptions:
        console.print(Text(str(result), style="dim" if result.kept is None else ""), soft_wrap=True)
    return found.exit_code


def _write(report: Path | None, text: str) -> None:
    if report is None:
        return
    try:
        report.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadUsageError(f"the report cannot be written: {problem}") from problem
