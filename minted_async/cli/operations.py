"""`minted operations`: what can be called, read from the generated code."""

from __future__ import annotations

import difflib
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from minted_async.cli.console import output_console
from minted_async.cli.failures import BadUsageError
from minted_async.generated.operations import LISTED, OPERATIONS, RESOURCES
from minted_async.generated.resources import Resources

_WIDE: Final = 72
"""Columns from which on a call stands beside its name."""


def operations(resource: str | None = None, /) -> None:
    """List the operations of the API: those that are typed, and those of which only the name is known.

    Args:
        resource: Only those of one resource and of what is below it, such as `orders` or `ecom`.
    """
    names = [name for name in RESOURCES if f"{name}.".startswith(f"{resource or name}.")]
    if not names:
        near = difflib.get_close_matches(resource or "", RESOURCES, 1)
        there_is = f"do you mean {near[0]}?" if near else f"there are {', '.join(RESOURCES)}"
        raise BadUsageError(f"no resource {resource!r}; {there_is}")
    console = output_console()
    for name in names:
        # What is no property of a client is reached with a token.
        token = "" if hasattr(Resources, name.partition(".")[0]) else "(token)"
        console.print(Text(f"minted.{name}{token}", style="bold yellow"))
        console.print(Padding(Text(RESOURCES[name].__doc__ or "", style="dim"), (0, 0, 0, 2)))
        for operation in OPERATIONS:
            owner, _, method = operation.id.rpartition(".")
            if owner == name:
                call = f"{operation.method:<6} {operation.path}"
                _show(console, Text(method, style="bold"), call, operation.docs)
        for entry in LISTED:
            owner, _, method = entry.id.rpartition(".")
            if owner == name:
                place = f'listed only: "{entry.title}" in {entry.section}'
                _show(console, Text(method), entry.method or "?", place)
        console.print()
    if resource is None:
        console.print(
            f"{len(OPERATIONS)} operations are typed. Of {len(LISTED)} only the name is known, from the "
            "documentation's menu: they can be called once the client is given their path, "
            "MintedClient(paths={...})."
        )


def _show(console: Console, method: Text, call: str, source: str) -> None:
    wide = console.width >= _WIDE
    method.pad_right(22 - len(method))
    console.print(Text.assemble("  ", method, "" if wide else "\n    ", call), soft_wrap=True)
    console.print(Padding(Text(source, style="dim"), (0, 0, 0, 30 if wide else 4)))
