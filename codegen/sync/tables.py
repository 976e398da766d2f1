"""Shows a report to people: as a table on a terminal, as Markdown in a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from codegen.kinds import Kind
from codegen.sync.changes import Drift
from codegen.sync.report import Report

_COLOURS = {Kind.BREAKING: "bold red", Kind.ADDITIVE: "green", Kind.WORDING: "dim"}
_PLAIN = str.maketrans(
    {letter: f"&#{ord(letter)};" for letter in "&<>|#@"} | {letter: f"\\{letter}" for letter in "\\`*_[]~"}
)
"""Characters that Markdown would take for its own, and how they are written as text."""
_HEADINGS = {
    Kind.BREAKING: "Breaking for callers",
    Kind.ADDITIVE: "Additive",
    Kind.WORDING: "Wording: titles, dates and page ids",
}


def show(report: Report, console: Console, *, patches: bool = False) -> None:
    """Print a report to a terminal.

    Args:
        report: what was found.
        console: where to.
        patches: whether to print the patches for what is left for review.
    """
    if report.comparison.drifts:
        table = Table(show_lines=True)
        for heading in ("kind", "change", "where", "what", "page", "spec"):
            table.add_column(heading, overflow="fold")
        for drift in report.comparison.drifts:
            colour = _COLOURS[drift.kind]
            cells = (drift.kind, drift.change, where(drift), drift.message, drift.page, spec_place(drift))
            table.add_row(*(f"[{colour}]{escape(cell)}[/]" for cell in cells[:1]), *map(_shown, cells[1:]))
        console.print(table)
    for line in notes(report):
        console.print(_shown(line), highlight=False)
    if patches:
        for entry in report.plan.review:
            console.print(f"\n[bold]{_shown(where(entry.drift))}[/]: {_shown(entry.reason)}")
            if entry.without:
                console.print(_shown(entry.without), highlight=False)
            if entry.patch:
                console.print(Syntax(entry.patch, "diff", background_color="default"))
    console.print(escape(report.summary), highlight=False)


def as_markdown(report: Report) -> str:
    """A report as the text of a pull request: each kind under its heading, with patches to apply."""
    lines = ["# The documentation and the spec", "", _text(report.summary), ""]
    for kind in Kind:
        drifts = [drift for drift in report.comparison.drifts if drift.kind is kind]
        if drifts:
            lines += [f"## {_HEADINGS[kind]}", ""]
            lines += ["| change | where | what | page | spec |", "|---|---|---|---|---|"]
            lines += [_row(drift) for drift in drifts]
            lines.append("")
    lines += _for_review(report)
    remaining = list(notes(report))
    if remaining:
        lines += ["## Notes", "", *(f"- {_text(line)}" for line in remaining), ""]
    return "\n".join(lines)


def where(drift: Drift) -> str:
    """The method and the place on the page, `orders.get data.status_name`."""
    return " ".join(part for part in (drift.method, drift.at) if part) or "the site"


def spec_place(drift: Drift) -> str:
    """The file of the spec and the place in it."""
    return f"openapi/{drift.file}#{drift.pointer}"


def notes(report: Report) -> Iterator[str]:
    """What else there is to know: pages not read, guesses, and what could not be seen."""
    for unread in report.unread:
        yield f"could not be read: {unread}"
    for page, remark in report.remarks:
        yield f"{page.label} ({page.source}): {remark}"
    for method in report.comparison.partly:
        yield f"{method}: not all its pages were read, so what is gone from them was not looked for"
    for entry in report.comparison.unused:
        places = ", ".join(filter(None, entry.at)) or "all of it"
        name = f"{entry.rule} of {entry.page or entry.method}, {places},"
        yield f"openapi/deviations.yaml: {name} covered nothing; take it out if the page has changed for good"
    for note in report.plan.notes:
        yield f"{where(note.drift)}: {note.text}"
    for drift in report.comparison.drifts:
        if not drift.certain:
            yield f"{where(drift)} ({drift.page}): read with a guess, look at the page"


def _shown(text: str) -> str:
    """Text from a page as text on a terminal: no markup of rich's, and nothing that a terminal obeys."""
    return escape("".join(letter if letter.isprintable() else " " for letter in text))


def _row(drift: Drift) -> str:
    cells = (f"`{drift.change}`", _code(where(drift)), _text(drift.message), _text(drift.page))
    return "| " + " | ".join([*cells, _code(spec_place(drift))]) + " |"


def _for_review(report: Report) -> list[str]:
    if not report.plan.review:
        return []
    lines = ["## For review", ""]
    lines += [
        "Nothing is deleted, retyped or moved without a person. Each patch applies with `git apply`.",
        "",
    ]
    for entry in report.plan.review:
        lines += [f"### {_text(f'{where(entry.drift)}: {entry.drift.change}')}", ""]
        lines += [_text(entry.drift.message), "", _text(entry.reason), ""]
        if entry.without:
            lines += [_text(entry.without), ""]
        if entry.patch:
            fence = _fence(entry.patch)
            lines += [f"{fence}diff", entry.patch.rstrip("\n"), fence, ""]
    return lines


def _text(text: str) -> str:
    """Text from a page as text in a Markdown table: no markup, no mentions, no new lines."""
    return " ".join(text.split()).translate(_PLAIN)


def _code(text: str) -> str:
    """Text as code in a Markdown table."""
    plain = " ".join(text.split()).replace("|", "\\|")
    fence = _fence(plain, least=1)
    return f"{fence}{plain}{fence}"


def _fence(text: str, least: int = 3) -> str:
    """More backticks than the text has in a row."""
    runs = [len(run) for run in "".join(c if c == "`" else " " for c in text).split()]
    return "`" * max(least, max(runs, default=0) + 1)
