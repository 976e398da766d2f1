"""Compares the rows of the spec with the pages of the site: which there are, their names and their age."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from codegen.findings import pointer
from codegen.kinds import Kind
from codegen.pages.facts import PageFacts
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.operations import ListedRow, Method
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.matching import Matches, Row, Served, same_section, skeleton


def compare_menu(judge: Judge, matches: Matches, *, whole_site: bool) -> Iterator[Drift]:
    """Every page that came, went, moved or was renamed.

    Args:
        judge: what every comparison needs.
        matches: which page is about which operation.
        whole_site: whether all pages of the site were looked at, so that what is missing is gone.

    Yields:
        The differences.
    """
    for page in matches.new:
        yield from _new(judge, page)
    for page, listed in matches.listed:
        yield from _documented(judge, page, listed)
    for served in matches.served:
        yield from _page_new(judge, served) if served.row is None else _row(judge, served, served.row)
    if whole_site:
        for method in judge.spec.methods:
            gone = [row for row in matches.unmatched if row.method.id == method.id]
            if gone and judge.complete(method.place):
                remain = any(served.method.id == method.id for served in matches.served)
                yield from _pages_gone(judge, gone) if remain else _endpoint_gone(judge, method)


def _new(judge: Judge, page: PageFacts) -> Iterator[Drift]:
    if not judge.deviations.excuse(Change.ENDPOINT_NEW, page, None, ""):
        message = f"{page.method} {page.path} is not in the spec"
        yield judge.difference(Change.ENDPOINT_NEW, Kind.ADDITIVE, message, ("paths",), pages=(page,))


def _documented(judge: Judge, page: PageFacts, listed: ListedRow) -> Iterator[Drift]:
    if not judge.deviations.excuse(Change.ENDPOINT_DOCUMENTED, page, listed.id, ""):
        message = f"{page.method} {page.path} has a page now; the spec only lists it"
        drift = judge.difference(
            Change.ENDPOINT_DOCUMENTED, Kind.ADDITIVE, message, (), pages=(page,), method=listed.id
        )
        yield msgspec.structs.replace(drift, file=LISTED_FILE, pointer=pointer(listed.index))


def _page_new(judge: Judge, served: Served) -> Iterator[Drift]:
    page = served.page
    # A page without an id and a place cannot be told from the rows that are there.
    if page.page is not None or page.section:
        message = f"one more page documents {page.method} {page.path}"
        place = (*served.method.place, "x-minted-docs")
        yield from judge.of_page(Change.PAGE_NEW, Kind.WORDING, message, served, place)


def _row(judge: Judge, served: Served, row: Row) -> Iterator[Drift]:
    page = served.page
    yield from _moved(judge, served)
    if page.page is not None and page.page != row.page:
        message = f"the page's id is {page.page}, in the spec {row.page or 'there is none'}"
        yield from judge.of_page(
            Change.PAGE_ID, Kind.WORDING, message, served, row.place, values=(page.page,)
        )
    if page.title != row.title or not same_section(page.section, row.section):
        section = page.section or row.section
        message = f"called {' / '.join((*section, page.title))} on the site, "
        message += f"{' / '.join((*row.section, row.title))} in the spec"
        values = (page.title, *section)
        yield from judge.of_page(Change.RENAMED, Kind.WORDING, message, served, row.place, values=values)
    modified = page.modified_on
    if modified is not None and modified > (row.last_modified or "")[:10]:
        message = (
            f"modified on {modified}, the spec has read it as of {row.last_modified or 'an unknown date'}"
        )
        yield from judge.of_page(
            Change.LAST_MODIFIED, Kind.WORDING, message, served, row.place, values=(modified,)
        )


def _moved(judge: Judge, served: Served) -> Iterator[Drift]:
    page, method = served.page, served.method
    theirs, ours = f"{page.method} {page.path}", f"{method.verb} {method.path}"
    if theirs == ours:
        return
    message, kind = f"{theirs} on the page, {ours} in the spec", Kind.BREAKING
    if page.method == method.verb and skeleton(page.path) == skeleton(method.path):
        message += "; only the name of a path parameter differs, what is sent is the same"
        kind = Kind.WORDING
    values = (page.method, page.path)
    yield from judge.of_page(Change.ENDPOINT_MOVED, kind, message, served, method.place, values=values)


def _endpoint_gone(judge: Judge, method: Method) -> Iterator[Drift]:
    if not judge.deviations.excuse(Change.ENDPOINT_GONE, None, method.id, ""):
        message = f"no page of the site documents {method.verb} {method.path} any more"
        yield judge.difference(Change.ENDPOINT_GONE, Kind.BREAKING, message, method.place, method=method.id)


def _pages_gone(judge: Judge, gone: list[Row]) -> Iterator[Drift]:
    for row in gone:
        name = row.page or " / ".join((*row.section, row.title))
        if not judge.deviations.excuse(Change.PAGE_GONE, None, row.method.id, name):
            message = f"{name} is no longer on the site; other pages document the endpoint"
            yield judge.difference(
                Change.PAGE_GONE, Kind.WORDING, message, row.place, method=row.method.id, at=name
            )
