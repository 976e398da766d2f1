"""What a person who reads an error should do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from minted_async import errors

__all__ = ["show_error"]


def show_error(console: Console, error: errors.MintedError) -> None:
    """Show an error as a panel: class, message, the fields that are wrong, advice."""
    parts: list[RenderableType] = [Text(str(error))]
    if isinstance(error, errors.APIError):
        details: object = error.errors
        if isinstance(details, Mapping):
            parts += [Text(), _fields(cast("Mapping[str, object]", details))]
    parts += [Text(), Text(error.advice, style="bold")]
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


def _fields(details: Mapping[str, object]) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, messages in details.items():
        lines = cast("list[object]", messages) if isinstance(messages, list) else [messages]
        table.add_row(Text(str(name), style="cyan"), Text("\n".join(map(str, lines))))
    return table
