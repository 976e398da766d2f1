"""`minted operations`: what can be called, read from the generated code."""

from __future__ import annotations

import difflib

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from minted_async.cli.console import error_console, output_console
from minted_async.generated.operations import LISTED, OPERATIONS
from minted_async.generated.resources import Resources

__all__ = ["show_operations"]

_BAD_USAGE = 2


def show_operations(resource: str | None) -> int:
    """Print the operations of all resources or of one, and return the exit code."""
    ids = [*(operation.id for operation in OPERATIONS), *(entry.id for entry in LISTED)]
    names = list(dict.fromkeys(operation_id.partition(".")[0] for operation_id in ids))
    if resource is not None and resource not in names:
        near = difflib.get_close_matches(resource, names, 1)
        there_is = f"do you mean {near[0]}?" if near else f"there are {', '.join(names)}"
        error_console().print(f"minted operations: no resource {resource!r}; {there_is}", soft_wrap=True)
        return _BAD_USAGE
    console = output_console()
    for name in names if resource is None else [resource]:
        console.print(Text(f"minted.{name}", style="bold yellow"))
        console.print(Padding(Text(getattr(Resources, name).__doc__, style="dim"), (0, 0, 0, 2)))
        console.print(_table(name))
        console.print()
    if resource is None:
        typed, listed = len(OPERATIONS), len(LISTED)
        console.print(
            f"{typed} operations are typed. Of {listed} only the name is known, from the documentation's "
            "menu: they can be called once the client is given their path, MintedClient(paths={...})."
        )
    return 0


def _table(resource: str) -> Table:
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for operation in OPERATIONS:
        if (method := _method(operation.id, resource)) is not None:
            docs = Text(operation.docs, style="dim")
            table.add_row(
                Text(f"  {method}", style="bold"), operation.method, Text.assemble(operation.path, "\n", docs)
            )
    for entry in LISTED:
        if (method := _method(entry.id, resource)) is not None:
            place = Text(f'listed only: "{entry.title}" in {entry.section}', style="dim")
            table.add_row(Text(f"  {method}"), Text(entry.method or "?", style="dim"), place)
    return table


def _method(operation_id: str, resource: str) -> str | None:
    owner, _, method = operation_id.partition(".")
    return method if owner == resource else None
