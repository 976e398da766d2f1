"""A comparison for people, for programs and for pull requests."""

from __future__ import annotations

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from codegen.kinds import Kind
from codegen.release.parts import Comparison, Difference


def print_table(comparison: Comparison, console: Console) -> None:
    """Print a table, breaking differences first, and a line that sums it up."""
    if comparison.differences:
        table = Table()
        for heading in ("kind", "what", "change", "spec"):
            table.add_column(heading, overflow="fold")
        for each in comparison.differences:
            style = "bold red" if each.kind is Kind.BREAKING else ""
            table.add_row(*map(escape, (each.kind.value, each.name, each.message, each.pointer)), style=style)
        console.print(table)
    console.print(summary(comparison), markup=False, soft_wrap=True)


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    counts = {"breaking": len(comparison.of(Kind.BREAKING)), "additive": len(comparison.of(Kind.ADDITIVE))}
    shown = {**counts, **msgspec.to_builtins(comparison)}
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def as_markdown(comparison: Comparison) -> str:
    """The comparison for the text of a pull request."""
    lines = [f"## From {comparison.old} to {comparison.new}", "", summary(comparison)]
    for kind in (Kind.BREAKING, Kind.ADDITIVE):
        if differences := comparison.of(kind):
            lines += ["", f"### {kind.capitalize()}", "", *map(_bullet, differences)]
    return "\n".join(lines)


def summary(comparison: Comparison) -> str:
    """The comparison in one line."""
    breaking, additive = len(comparison.of(Kind.BREAKING)), len(comparison.of(Kind.ADDITIVE))
    if not breaking and not additive:
        return f"Nothing that users see differs between {comparison.old} and {comparison.new}."
    return f"From {comparison.old} to {comparison.new}: {breaking} breaking, {additive} additive."


def _bullet(difference: Difference) -> str:
    return f"- {difference.sentence}" + (f" ({difference.pointer})" if difference.pointer else "")
