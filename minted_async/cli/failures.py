"""What went wrong, in words and as an exit code."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import cast

from rich import box
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from minted_async.cli.console import error_console
from minted_async.errors import APIError, ArgumentError, MintedError, OutcomeUnknownError


class ExitCode(IntEnum):
    """How a command ends."""

    DONE = 0
    FAILED = 1
    BAD_USAGE = 2
    UNKNOWN = 3
    """An order may exist: not the code of a failure, after which a script would try again."""
    INTERRUPTED = 130


class BadUsageError(Exception):
    """The command was asked for something that cannot be meant."""


def report(error: MintedError) -> ExitCode:
    """Show an error as a panel (class, message, the fields that are wrong, advice), and return its code."""
    parts: list[RenderableType] = [Text(str(error))]
    details: object = error.errors if isinstance(error, APIError) else None
    if isinstance(details, Mapping):
        parts += [Text(), _fields(cast("Mapping[str, object]", details))]
    parts += [Text(), Text(error.advice, style="bold")]
    console = error_console()
    console.print(
        Panel(
            Group(*parts),
            title=Text(type(error).__name__, style="bold"),
            title_align="left",
            border_style="red",
            box=box.ROUNDED,
            padding=(0, 1),
        )
    )
    if isinstance(error, ArgumentError):
        return ExitCode.BAD_USAGE
    if not isinstance(error, OutcomeUnknownError):
        return ExitCode.FAILED
    if error.external_id is not None:
        console.print(f"See what became of it: minted order get {error.external_id}", soft_wrap=True)
    return ExitCode.DONE if error.placed else ExitCode.UNKNOWN


def _fields(details: Mapping[str, object]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, messages in details.items():
        lines = cast("list[object]", messages) if isinstance(messages, list) else [messages]
        table.add_row(Text(str(name), style="cyan"), Text("\n".join(map(str, lines))))
    return table
