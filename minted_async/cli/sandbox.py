"""`minted sandbox`: a Minted on this machine that serves until it is stopped."""

from __future__ import annotations

import asyncio
import dataclasses
import errno
import shlex
import signal
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

from rich.console import Console
from rich.table import Table
from rich.text import Text

from minted_async.cli.console import error_console, output_console
from minted_async.sandbox import Faults, RecordedRequest, Sandbox

__all__ = ["Options", "run_sandbox"]

_FAILED = 1
_UNANSWERED = 1000
"""Requests that are remembered without an answer; clients that hang up leave such ones behind."""
_STOPPING = (signal.SIGINT, signal.SIGTERM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the sandbox is started with."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    seed: int
    price_ttl: float
    currency: str
    faults: Sequence[str]
    quiet: bool


def run_sandbox(options: Options) -> int:
    """Serve until SIGINT or SIGTERM, and return the exit code."""
    try:
        sandbox = Sandbox(
            username=options.username,
            password=options.password,
            seed=options.seed,
            price_ttl=options.price_ttl,
            currency=options.currency,
            faults=_read_faults(options.faults),
            host=options.host,
            port=options.port,
        )
        asyncio.run(_serve(sandbox, options))
    except (OSError, OverflowError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            reason += "; --port 0 takes a free one"
        error_console().print(f"minted sandbox: {reason}", soft_wrap=True)
        return _FAILED
    return 0


async def _serve(sandbox: Sandbox, options: Options) -> None:
    console = output_console()
    with _stop_signals() as stopped:
        async with sandbox:
            if options.quiet:
                console.print(sandbox.url, soft_wrap=True)
                await stopped.wait()
            else:
                _introduce(console, sandbox)
                log = asyncio.create_task(_log(console, sandbox))
                await stopped.wait()
                log.cancel()
                with suppress(asyncio.CancelledError):
                    await log
    if not options.quiet:
        console.print(f"Stopped after {len(sandbox.orders)} orders.")


@contextmanager
def _stop_signals() -> Generator[asyncio.Event]:
    """An event that SIGINT and SIGTERM set. `loop.add_signal_handler` does the same, but not on Windows."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in _STOPPING}

    def stop(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopped.set)

    for number in _STOPPING:
        signal.signal(number, stop)
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _read_faults(settings: Sequence[str]) -> Faults:
    """Faults from `name=share` texts.

    Raises:
        ValueError: A text is no such thing, or a share is none.
    """
    shares = {entry.name for entry in dataclasses.fields(Faults) if entry.type == "float"}
    chosen: dict[str, float] = {}
    for setting in settings:
        name, _, share = setting.partition("=")
        if name not in shares:
            names = ", ".join(sorted(shares))
            raise ValueError(f"--fault takes NAME=SHARE, where NAME is one of {names}; not {setting!r}")
        try:
            chosen[name] = float(share)
        except ValueError:
            raise ValueError(f"--fault {name} takes a share from 0 to 1, not {share!r}") from None
    return dataclasses.replace(Faults(), **chosen)  # type: ignore[arg-type]


def _introduce(console: Console, sandbox: Sandbox) -> None:
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
    _commands(
        console,
        "Point MintedClient.from_env() at it:",
        [f"export {name}={shlex.quote(value)}" for name, value in variables.items()],
    )
    console.print("\nCtrl-C stops it. Requests as they come:\n", style="dim")


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
