"""A comparison for people, for programs and for pull requests."""

from __future__ import annotations

import msgspec
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from codegen.kinds import Kind
from codegen.release.comparison import Comparison
from codegen.release.differences import Difference

_STYLES = {Kind.BREAKING: "bold red"}


def print_table(comparison: Comparison, console: Console) -> None:
    """Print a table, breaking differences first, and a line that sums it up.

    Args:
        comparison: what to show.
        console: where to.
    """
    if comparison.differences:
        table = Table()
        for heading in ("kind", "what", "change", "spec"):
            table.add_column(heading, overflow="fold")
        for each in comparison.differences:
            style = _STYLES.get(each.kind, "")
            cells = (each.kind.value, each.name, each.message, each.pointer)
            table.add_row(*map(escape, cells), style=style)
        console.print(table)
    console.print(summary(comparison), markup=False, soft_wrap=True)


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON text."""
    shown = {
        "old": comparison.old,
        "new": comparison.new,
        "breaking": len(comparison.breaking),
        "additive": len(comparison.additive),
        "differences": [
            {
                "kind": each.kind,
                "effect": each.effect,
                "aspect": each.aspect,
                "name": each.name,
                "message": each.message,
                "pointer": each.pointer or None,
            }
            for each in comparison.differences
        ],
    }
    return msgspec.json.format(msgspec.json.encode(shown), indent=2).decode()


def as_markdown(comparison: Comparison) -> str:
    """The comparison for the text of a pull request."""
    lines = [f"## From {comparison.old} to {comparison.new}", "", summary(comparison)]
    for heading, differences in (("Breaking", comparison.breaking), ("Additive", comparison.additive)):
        if differences:
            lines += ["", f"### {heading}", "", *(_bullet(each) for each in differences)]
    return "\n".join(lines)


def summary(comparison: Comparison) -> str:
    """The comparison in one line."""
    breaking, additive = len(comparison.breaking), len(comparison.additive)
    if not breaking and not additive:
        return f"Nothing that users see differs between {comparison.old} and {comparison.new}."
    return f"From {comparison.old} to {comparison.new}: {breaking} breaking, {additive} additive."


def _bullet(difference: Difference) -> str:
    place = f" ({difference.pointer})" if difference.pointer else ""
    return f"- {difference.sentence}{place}"
