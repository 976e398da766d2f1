"""`minted sandbox`: a Minted on this machine that serves until it is stopped."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import ipaddress
import shlex
import socket
import time
from collections.abc import Mapping, Sequence
from typing import Annotated, Final

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.table import Table
from rich.text import Text
from yarl import URL

from minted_async.cli.console import error_console, output_console
from minted_async.cli.failures import BadUsageError, ExitCode
from minted_async.cli.options import Texts
from minted_async.cli.signals import catch_stop_signals, until_stopped
from minted_async.sandbox import Faults, RecordedRequest, Sandbox

_UNANSWERED: Final = 1000
"""Requests that are remembered without an answer; clients that hang up leave such ones behind."""


def sandbox(
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8765,
    username: str = "demo",
    password: str = "demo",
    seed: int = 7,
    price_ttl: float = 240,
    currency: str = "TRY",
    fault: Texts = None,
    quiet: Annotated[bool, Parameter(name=["--quiet", "-q"], negative="", show_default=False)] = False,
) -> ExitCode:
    """Run a Minted of your own on this machine, until Ctrl-C.

    It answers like the documented API, shows each request that it gets, and forgets everything when it stops.
    Point a client at it, or curl.

    Args:
        host: Address to listen on; 0.0.0.0 is all of them, for a container or a test network.
        port: Port to listen on; 0 takes a free one.
        username: The only user.
        password: Their password.
        seed: Prices, ids and faults follow from it.
        price_ttl: Seconds that a price fix lives.
        currency: Currency of price fixes that ask for none: TRY, USD, EUR or GBP.
        fault: What goes wrong in a share of the calls, such as `too_many_requests=0.2`; may be given several
            times.
        quiet: Print the address and nothing else.
    """
    faults = _read_faults(fault or ())
    try:
        served = Sandbox(
            username=username,
            password=password,
            seed=seed,
            price_ttl=price_ttl,
            currency=currency,
            faults=faults,
            host=host,
            port=port,
        )
    except ValueError as error:  # which begins with the name of the argument
        argument, _, problem = str(error).partition(" ")
        raise BadUsageError(f"--{argument.replace('_', '-')} {problem}") from error
    try:
        asyncio.run(_serve(served, host, quiet=quiet))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason += "; --port 0 takes a free one"
        error_console().print(f"minted sandbox: {reason}", soft_wrap=True)
        return ExitCode.FAILED
    return ExitCode.DONE


async def _serve(sandbox: Sandbox, host: str, *, quiet: bool) -> None:
    console = output_console()
    stopped = catch_stop_signals(asyncio.get_running_loop())
    async with sandbox:
        if quiet:
            console.print(sandbox.url, soft_wrap=True)
            await stopped.wait()
            return
        _introduce(console, sandbox, host)
        problem = await until_stopped(_log(console, sandbox), stopped)
    if isinstance(problem, Exception):
        raise problem
    console.print(f"Stopped after {len(sandbox.orders)} orders.")


def _read_faults(settings: Sequence[str]) -> Faults:
    """Faults from `name=share` texts.

    Raises:
        BadUsageError: A text is no such thing, or a share is none.
    """
    shares = {entry.name for entry in dataclasses.fields(Faults) if entry.type == "float"}
    chosen: dict[str, float] = {}
    for setting in settings:
        name, _, share = setting.partition("=")
        if name not in shares:
            names = ", ".join(sorted(shares))
            raise BadUsageError(f"--fault takes NAME=SHARE, where NAME is one of {names}; not {setting!r}")
        try:
            chosen[name] = float(share)
        except ValueError:
            raise BadUsageError(f"--fault {name} takes a share from 0 to 1, not {share!r}") from None
    try:
        return dataclasses.replace(Faults(), **chosen)  # type: ignore[arg-type]
    except ValueError as error:
        raise BadUsageError(f"--fault: {error}") from error


def _introduce(console: Console, sandbox: Sandbox, host: str) -> None:
    curl = f"curl --digest -u {shlex.quote(f'{sandbox.username}:{sandbox.password}')} {sandbox.url}/partner"
    header = "-H 'x-client-id: web'"
    body = """-H 'Content-Type: application/json' -d '{"type": "digital"}'"""
    variables = {
        "MINTED_USERNAME": sandbox.username,
        "MINTED_PASSWORD": sandbox.password,
        "MINTED_BASE_URL": sandbox.url,
    }
    console.print(
        Text.assemble(("Minted sandbox", "bold yellow"), " at ", (sandbox.url, "bold")), soft_wrap=True
    )
    console.print("Made-up data; all of it is gone when the sandbox stops.")
    facts = Table.grid(padding=(0, 2))
    facts.add_row("user name", sandbox.username)
    facts.add_row("password", sandbox.password)
    console.print()
    console.print(facts)
    _commands(
        console,
        "Ask it with curl:",
        [
            f"{curl}/order/ORD-1 {header}",
            f"{curl}/pricefix {header} {body}",
        ],
    )
    address = URL(sandbox.url).host or ""
    alone = ipaddress.ip_address(address).is_loopback
    if not alone:
        variables["MINTED_ALLOW_HTTP"] = address
    _commands(console, "Point MintedClient.from_env() at it:", _exports(variables))
    if _is_everywhere(host):
        alone, name = False, socket.gethostname()
        variables |= {"MINTED_BASE_URL": f"http://{name}:{URL(sandbox.url).port}", "MINTED_ALLOW_HTTP": name}
        _commands(
            console, "Or from another machine, by this name or by another of this one:", _exports(variables)
        )
    if not alone:
        console.print(
            "\nOther machines reach it too: whoever does can read and change everything in it, and what is "
            "sent to it travels in the clear. This is for test networks only.",
            style="yellow",
        )
    console.print("\nCtrl-C stops it. Requests as they come:\n", style="dim")


def _exports(variables: Mapping[str, str]) -> list[str]:
    return [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]


def _is_everywhere(host: str) -> bool:
    """Whether an address to listen on means all of this machine's."""
    return ipaddress.ip_address(host if ":" in host else socket.gethostbyname(host)).is_unspecified


def _commands(console: Console, title: str, commands: Sequence[str]) -> None:
    console.print(f"\n{title}")
    for command in commands:
        # Not wrapped by us, so that a line can be copied from any width of terminal.
        console.print(Text(f"  {command}", style="cyan"), soft_wrap=True)


async def _log(console: Console, sandbox: Sandbox) -> None:
    log = _RequestLog(sandbox)
    while True:
        await sandbox.until(lambda: bool(log.news()))
        for request in log.take():
            console.print(_line(request), soft_wrap=True)


class _RequestLog:
    """Finds the requests that have come in since it was asked last."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._requests = sandbox.requests
        self._last: RecordedRequest | None = None
        self._open: list[RecordedRequest] = []

    def news(self) -> list[RecordedRequest]:
        """The requests that have been answered, or will never be, oldest first."""
        fresh: list[RecordedRequest] = []
        for request in reversed(self._requests):
            if request is self._last:
                break
            fresh.append(request)
        if fresh:
            self._last = fresh[0]
        self._open = [*self._open, *reversed(fresh)][-_UNANSWERED:]
        return [request for request in self._open if _is_over(request)]

    def take(self) -> list[RecordedRequest]:
        """The same, and they are no news any more."""
        over = self.news()
        self._open = [request for request in self._open if not _is_over(request)]
        return over


def _is_over(request: RecordedRequest) -> bool:
    return request.status is not None or request.fault in ("reset_before", "reset_after")


def _line(request: RecordedRequest) -> Text:
    status = "reset" if request.status is None else str(request.status)
    style = "green" if status.startswith("2") else "dim" if status == "401" else "red"
    note = "  digest challenge" if status == "401" and not request.authenticated else ""
    if request.fault is not None:
        note += f"  fault {request.fault}"
    return Text.assemble(
        (time.strftime("%H:%M:%S "), "dim"),
        (f"{status:<5} ", style),
        f"{request.method:<6} {request.path}",
        (note, "dim"),
    )
