"""What a run of `codegen sync` has found: as Markdown, which a terminal shows as tables, and as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from codegen.findings import Kind
from codegen.pages.facts import PageFacts
from codegen.pages.site import Fetched
from codegen.sync.comparing.compare import Comparison
from codegen.sync.writing.plan import Fate, Plan
from codegen.terminal import one_line

NO_DRIFT, DRIFT, UNREADABLE = 0, 1, 2

_PLAIN = str.maketrans(
    {letter: f"&#{ord(letter)};" for letter in "&<>|#@"} | {letter: f"\\{letter}" for letter in "\\`*_[]~"}
)
"""Characters that Markdown would take for its own, and how they are written as text."""
_HEADINGS = {
    Kind.BREAKING: "Breaking for callers",
    Kind.ADDITIVE: "Additive",
    Kind.WORDING: "Wording: titles, dates and page ids",
}
_TABLE = ("| change | where | what | what becomes of it | page | spec |", "|---|---|---|---|---|---|")
_NOTHING_READ = "nothing was read: not one page of an endpoint is among what was given"


@dataclass(frozen=True)
class Report:
    """Everything that is to be said about one run."""

    pages: Sequence[PageFacts]
    """The pages that were read."""
    skipped: int
    """Pages that describe no endpoint."""
    unread: Sequence[Fetched]
    """Pages that could not be read, each with its problem."""
    comparison: Comparison
    plan: Plan
    """What `--write` does, and what is left for a person."""
    written: bool = False

    @property
    def exit_code(self) -> int:
        """0 nothing differs, or all of it was written; 1 there is drift; 2 a page could not be read."""
        if self.unread or not self.pages:
            return UNREADABLE
        left = self.plan.review if self.written else self.comparison.drifts
        return DRIFT if left else NO_DRIFT

    @property
    def summary(self) -> str:
        """The numbers in one line."""
        counts = Counter(drift.kind for drift in self.comparison.drifts)
        kinds = ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
        found = f"{_count(len(self.comparison.drifts), 'difference')} ({kinds})" if kinds else "no drift"
        noun = "operation" if self.pages and self.pages[0].operation else "page"
        parts = [f"{_count(len(self.pages), noun)} read: {found}" if self.pages else _NOTHING_READ]
        if self.comparison.excused:
            parts.append(f"{_count(len(self.comparison.excused), 'recorded deviation')} left out")
        if self.skipped:
            parts.append(f"{_count(self.skipped, 'page')} without an endpoint")
        if self.unread:
            parts.append(f"{_count(len(self.unread), 'page')} could not be read")
        if self.written:
            parts.append(f"{len(self.plan.applied)} written, {len(self.plan.review)} left for review")
        return "; ".join(parts) + "."

    def outcome(self, fate: Fate) -> str:
        """What becomes of a difference: that it is written, or why not."""
        if fate.reason:
            return f"left for review: {fate.reason}"
        return "written" if self.written else "--write writes it"

    def notes(self) -> Iterator[str]:
        """What else there is to know: what was not read, and what could not be seen."""
        for unread in self.unread:
            yield f"could not be read: {unread.source}: {unread.problem}"
        for page in self.pages:
            for remark in page.remarks:
                yield f"{page.label} ({page.source}): {remark}"
        for method in self.comparison.partly:
            yield f"{method}: not all its pages were read, so what is gone from them was not looked for"
        for entry in self.comparison.unused:
            places = ", ".join(filter(None, entry.at)) or "all of it"
            name = f"{entry.rule} of {entry.page or entry.method}, {places},"
            yield f"openapi/deviations.yaml: {name} covered nothing; take it out if the page has changed"
        for fate in self.plan.fates:
            yield from (f"{fate.drift.where}: {note}" for note in fate.notes)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_markdown(report: Report) -> str:
    """A report as the text of a pull request: each kind under its heading, with what becomes of each line."""
    lines = ["# The documentation and the spec", "", _text(report.summary), ""]
    for kind in Kind:
        fates = [fate for fate in report.plan.fates if fate.drift.kind is kind]
        if fates:
            lines += [f"## {_HEADINGS[kind]}", "", *_TABLE, *(_row(report, fate) for fate in fates), ""]
    remaining = list(report.notes())
    if remaining:
        lines += ["## Notes", "", *(f"- {_text(line)}" for line in remaining), ""]
    return "\n".join(lines)


def _row(report: Report, fate: Fate) -> str:
    drift = fate.drift
    ends = _code(f"openapi/{drift.file}#{drift.pointer}")
    said = map(_text, (drift.message, report.outcome(fate), drift.page))
    return f"| {' | '.join((_code(drift.change), _code(drift.where), *said, ends))} |"


def _text(text: str) -> str:
    """Text from a page as text in a Markdown table: no markup, no mentions, no new lines."""
    return one_line(text).translate(_PLAIN)


def _code(text: str) -> str:
    """Text as code in a Markdown table: between more backticks than it has in a row."""
    plain = one_line(text).replace("|", "\\|")
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    return f"{fence}{plain}{fence}"


def as_json(report: Report) -> str:
    """The whole report for programs, indented."""
    document = {
        "summary": report.summary,
        "exit_code": report.exit_code,
        "pages": len(report.pages),
        "skipped": report.skipped,
        "written": report.written,
        "drift": [_drift(fate) for fate in report.plan.fates],
        "unread": [
            {"source": page.source, "title": page.title, "message": page.problem} for page in report.unread
        ],
        "notes": [*report.notes()],
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _drift(fate: Fate) -> dict[str, Any]:
    drift = fate.drift
    said = ("kind", "change", "methods", "at", "pointer", "message", "values", "certain")
    return {
        **{name: getattr(drift, name) for name in said},
        "evidence": "observed" if drift.observed else "documented",
        "pages": [{"page": page.label, "source": page.source, "title": page.title} for page in drift.pages],
        "file": f"openapi/{drift.file}",
        "notes": fate.notes,
        "review": fate.reason or None,
    }
