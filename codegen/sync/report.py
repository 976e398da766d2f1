"""What a run of `codegen sync` has found, and what it is worth: the exit code, and the JSON for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from codegen.kinds import Kind
from codegen.pages.facts import PageFacts
from codegen.sync.changes import Drift
from codegen.sync.drift import Comparison
from codegen.sync.editing.planning import Plan, Review

NO_DRIFT, DRIFT, UNREADABLE = 0, 1, 2


class Unread(msgspec.Struct, frozen=True):
    """A page that could not be read."""

    source: str
    """Name of the file, or address."""
    title: str | None
    place: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.source, self.place, self.message) if part)


@dataclass(frozen=True)
class Report:
    """Everything that is to be said about one run."""

    pages: Sequence[PageFacts]
    """The pages that were read."""
    skipped: int
    """Pages that describe no endpoint."""
    unread: Sequence[Unread]
    comparison: Comparison
    plan: Plan
    """What `--write` does, and what is left for a person."""
    written: bool = False

    @property
    def exit_code(self) -> int:
        """0 nothing differs, or all of it was written; 1 there is drift; 2 pages could not be read."""
        if self.unread:
            return UNREADABLE
        left = self.plan.review if self.written else self.comparison.drifts
        return DRIFT if left else NO_DRIFT

    @property
    def remarks(self) -> list[tuple[PageFacts, str]]:
        """What the readers could not read of pages, or only with a guess."""
        return [(page, str(remark)) for page in self.pages for remark in page.remarks]

    def review_of(self, drift: Drift) -> Review | None:
        """What a person has to know about a difference that is not written, None for one that is."""
        return next((entry for entry in self.plan.review if entry.drift is drift), None)

    @property
    def summary(self) -> str:
        """The numbers in one line."""
        counts = Counter(drift.kind for drift in self.comparison.drifts)
        kinds = ", ".join(f"{counts[kind]} {kind}" for kind in Kind if counts[kind])
        found = f"{_count(len(self.comparison.drifts), 'difference')} ({kinds})" if kinds else "no drift"
        parts = [f"{_count(len(self.pages), 'page')} read: {found}"]
        if self.comparison.excused:
            parts.append(f"{_count(len(self.comparison.excused), 'recorded deviation')} left out")
        if self.skipped:
            parts.append(f"{_count(self.skipped, 'page')} without an endpoint")
        if self.unread:
            parts.append(f"{_count(len(self.unread), 'page')} could not be read")
        if self.written:
            parts.append(f"{len(self.plan.applied)} written, {len(self.plan.review)} left for review")
        return "; ".join(parts) + "."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def as_json(report: Report) -> str:
    """The whole report for programs, indented."""
    comparison = report.comparison
    document = {
        "summary": report.summary,
        "exit_code": report.exit_code,
        "pages": len(report.pages),
        "skipped": report.skipped,
        "written": report.written,
        "drift": [_drift(report, drift) for drift in comparison.drifts],
        "unread": report.unread,
        "remarks": [
            {"page": page.label, "source": page.source, "remark": text} for page, text in report.remarks
        ],
        "incomplete": comparison.partly,
        "deviations": {"used": comparison.excused, "unused": comparison.unused},
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _drift(report: Report, drift: Drift) -> dict[str, Any]:
    review = report.review_of(drift)
    return {
        "kind": drift.kind,
        "change": drift.change,
        "pages": [{"page": page.label, "source": page.source, "title": page.title} for page in drift.pages],
        "method": drift.method,
        "methods": drift.methods,
        "at": drift.at,
        "file": f"openapi/{drift.file}",
        "pointer": drift.pointer,
        "message": drift.message,
        "values": drift.values,
        "certain": drift.certain,
        "notes": [note.text for note in report.plan.notes if note.drift is drift],
        "review": None
        if review is None
        else {"reason": review.reason, "patch": review.patch, "beside": review.without},
    }
