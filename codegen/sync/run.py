"""One run of `codegen sync`: from the bytes of pages to a report, and to the spec's files if so wished."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from codegen.pages.facts import NotAnEndpoint, PageError, PageFacts
from codegen.pages.reader import read_page
from codegen.pages.sources import Fetched, Unfetched
from codegen.project import Project
from codegen.spec import Spec, load_spec
from codegen.spec.schemas import sequence
from codegen.sync.comparing.deviations import load_deviations
from codegen.sync.drift import compare
from codegen.sync.editing.planning import plan
from codegen.sync.editing.write import apply
from codegen.sync.report import Report, Unread


@dataclass
class Reading:
    """What came of reading pages."""

    pages: list[PageFacts] = field(default_factory=list[PageFacts])
    skipped: int = 0
    """Pages that describe no endpoint."""
    unread: list[Unread] = field(default_factory=list[Unread])


def read_all(sources: Iterable[Fetched | Unfetched], spec: Spec) -> Reading:
    """Read every page; one that cannot be read does not keep the others from it.

    Args:
        sources: the pages as they came.
        spec: its enum values help to split those that a page prints run together.

    Returns:
        The pages, and what could not be read.
    """
    reading = Reading()
    vocabulary = enum_values(spec)
    for source in sources:
        if isinstance(source, Unfetched):
            reading.unread.append(Unread(source.source, source.title, "", source.message))
            continue
        try:
            reading.pages.append(read_page(source.source, source.content, vocabulary=vocabulary))
        except NotAnEndpoint:
            reading.skipped += 1
        except PageError as error:
            remark = error.remark
            reading.unread.append(Unread(error.source, source.title, remark.place, remark.message))
    return reading


def enum_values(spec: Spec) -> frozenset[str]:
    """Every value of every enum of a spec."""
    return frozenset(
        value
        for schema in spec.schemas.values()
        for value in sequence(schema.get("enum"))
        if isinstance(value, str)
    )


def make_report(project: Project, sources: Iterable[Fetched | Unfetched], *, whole_site: bool) -> Report:
    """Compare pages with the spec of a checkout, and plan how the spec follows. Writes nothing.

    Args:
        project: the checkout.
        sources: the pages as they came.
        whole_site: whether these are all pages that there are.

    Returns:
        The report.

    Raises:
        SpecError: the spec or its deviations cannot be read.
    """
    spec = load_spec(project.openapi)
    reading = read_all(sources, spec)
    unread = [name for page in reading.unread for name in (page.title, page.source) if name]
    comparison = compare(
        reading.pages, spec, load_deviations(project.openapi), whole_site=whole_site, unread=unread
    )
    planned = plan(project.root, comparison.drifts)
    return Report(reading.pages, reading.skipped, reading.unread, comparison, planned)


def follow(project: Project, report: Report) -> Report:
    """Write what a report plans into the spec, and generate the code anew: all of it, or nothing.

    Args:
        project: the checkout.
        report: what was found.

    Returns:
        The report as it is then.

    Raises:
        SpecError: the spec would break a rule; nothing was written.
        GeneratorError: the generator failed; nothing was written.
    """
    if report.plan.files:
        apply(project, report.plan)
    return replace(report, written=True)
