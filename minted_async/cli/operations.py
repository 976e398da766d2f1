"""`minted operations`: what can be called, read from the generated code."""

from __future__ import annotations

import difflib
from typing import Final

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from minted_async.cli.console import output_console
from minted_async.cli.failures import BadUsageError
from minted_async.generated.operations import LISTED, OPERATIONS
from minted_async.generated.resources import Resources

_WIDE: Final = 72
"""Columns from which on a call stands beside its name."""


def operations(resource: str | None = None, /) -> None:
    """List the operations of the API: those that are typed, and those of which only the name is known.

    Args:
        resource: Only those of one resource, such as `orders`.
    """
    ids = [*(operation.id for operation in OPERATIONS), *(entry.id for entry in LISTED)]
    names = list(dict.fromkeys(operation_id.partition(".")[0] for operation_id in ids))
    if resource is not None and resource not in names:
        near = difflib.get_close_matches(resource, names, 1)
        there_is = f"do you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        raise BadUsageError(f"no resource {resource!r}; {there_is}")
    console = output_console()
    for name in names if resource is None else [resource]:
        console.print(Text(f"minted.{name}", style="bold yellow"))
        console.print(Padding(Text(getattr(Resources, name).__doc__, style="dim"), (0, 0, 0, 2)))
        for operation in OPERATIONS:
            if (method := operation.id.removeprefix(f"{name}.")) != operation.id:
                call = f"{operation.method:<6}{operation.path}"
                _show(console, Text(method, style="bold"), call, operation.docs)
        for entry in LISTED:
            if (method := entry.id.removeprefix(f"{name}.")) != entry.id:
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
