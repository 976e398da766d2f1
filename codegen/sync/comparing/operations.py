"""Judges endpoints: which there are, where they stand in the menu, how they are called, whether they send and
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from codegen.documents import Json
from codegen.findings import pointer
from codegen.kinds import Kind
from codegen.pages.facts import PageFacts, Parameter
from codegen.pages.operation import is_json
from codegen.spec.bundle import LISTED_FILE
from codegen.spec.operations import Method
from codegen.sync.changes import CLIENT_HEADERS, Change, Drift
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.views import answer_place, answer_views, says_something
from codegen.sync.matching import Matches, Row, Served, fits, same_section, skeleton

_LEAVING = frozenset({"deprecated", "obsolete", "to be deprecated"})


# ---------------------------------------------------------------------- the menu
def compare_menu(judge: Judge, matches: Matches, *, whole_site: bool) -> Iterator[Drift]:
    """Every page that came, went, moved or was renamed."""
    yield from _new(judge, matches)
    for served in matches.served:
        yield from _page_new(judge, served) if served.row is None else _row(judge, served, served.row)
    for method in judge.spec.methods if whole_site else ():
        gone = [row for row in matches.unmatched if row.method.id == method.id]
        if gone and judge.complete(method.place):
            remain = any(served.method.id == method.id for served in matches.served)
            yield from _pages_gone(judge, gone) if remain else _endpoint_gone(judge, method)


def _new(judge: Judge, matches: Matches) -> Iterator[Drift]:
    """New endpoints, each with all its pages, and the rows of listed.yaml that they are."""
    rows = {listed.id: listed for _, listed in matches.listed}
    endpoints: dict[tuple[str, str], tuple[list[PageFacts], dict[str, None]]] = {}
    for page, listed in (*matches.listed, *((page, None) for page in matches.new)):
        pages, methods = endpoints.setdefault((page.method, skeleton(page.path)), ([], {}))
        pages.append(page)
        if listed is not None:
            methods[listed.id] = None
    for pages, methods in endpoints.values():
        what = f"{pages[0].method} {pages[0].path}"
        change = Change.ENDPOINT_DOCUMENTED if methods else Change.ENDPOINT_NEW
        method = next(iter(methods), None)
        left = tuple(page for page in pages if not judge.deviations.excuse(change, page, method, ""))
        if left and methods:
            message = f"{what} has a page now; the spec only lists it"
            row = pointer(rows[next(iter(methods))].index)
            told = {"methods": tuple(methods), "file": LISTED_FILE, "pointer": row}
            yield judge.drift(change, message, (), pages=left, **told)
        elif left:
            message = f"{what} is not in the spec" + (f"; {len(left)} pages" if len(left) > 1 else "")
            yield judge.drift(change, message, ("paths",), pages=left)


def _page_new(judge: Judge, served: Served) -> Iterator[Drift]:
    page = served.page
    # A page without an id and a place cannot be told from the rows that are there.
    if page.page is not None or page.section:
        message = f"one more page documents {page.method} {page.path}"
        place = (*served.method.place, "x-minted-docs")
        yield from judge.of_page(Change.PAGE_NEW, message, served, place)


def _row(judge: Judge, served: Served, row: Row) -> Iterator[Drift]:
    page = served.page
    yield from _moved(judge, served)
    if page.page is not None and page.page != row.page:
        message = f"the page's id is {page.page}, in the spec {row.page or 'there is none'}"
        yield from judge.of_page(Change.PAGE_ID, message, served, row.place, values=(page.page,))
    if page.title != row.title or not same_section(page.section, row.section):
        section = page.section or row.section
        message = f"called {' / '.join((*section, page.title))} on the site, "
        message += f"{' / '.join((*row.section, row.title))} in the spec"
        values = (page.title, *section)
        yield from judge.of_page(Change.RENAMED, message, served, row.place, values=values)
    modified = page.modified_on
    if modified is not None and modified > (row.last_modified or "")[:10]:
        seen = row.last_modified or "an unknown date"
        message = f"modified on {modified}, the spec has read it as of {seen}"
        yield from judge.of_page(Change.LAST_MODIFIED, message, served, row.place, values=(modified,))


def _moved(judge: Judge, served: Served) -> Iterator[Drift]:
    page, method = served.page, served.method
    theirs, ours = f"{page.method} {page.path}", f"{method.verb} {method.path}"
    same = page.method == method.verb and skeleton(page.path) == skeleton(method.path)
    with_value = page.method == method.verb and not same and fits(page.path, method.path)
    if theirs == ours or with_value:
        return
    message, kind = f"{theirs} on the page, {ours} in the spec", Kind.BREAKING
    if same:
        message += "; only the name of a path parameter differs, what is sent is the same"
        kind = Kind.WORDING
    values = (page.method, page.path)
    yield from judge.of_page(Change.ENDPOINT_MOVED, message, served, kind=kind, values=values)


def _endpoint_gone(judge: Judge, method: Method) -> Iterator[Drift]:
    if not judge.deviations.excuse(Change.ENDPOINT_GONE, None, method.id, ""):
        message = f"no page of the site documents {method.verb} {method.path} any more"
        yield judge.drift(Change.ENDPOINT_GONE, message, method.place, methods=(method.id,))


def _pages_gone(judge: Judge, gone: list[Row]) -> Iterator[Drift]:
    for row in gone:
        if not judge.deviations.excuse(Change.PAGE_GONE, None, row.method.id, row.label):
            message = f"{row.label} is no longer on the site; other pages document the endpoint"
            rest = {"methods": (row.method.id,), "at": row.label}
            yield judge.drift(Change.PAGE_GONE, message, row.place, **rest)


# ---------------------------------------------------------------------- one operation
def compare_operations(judge: Judge, matches: Matches) -> Iterator[Drift]:
    """Every difference that is about an operation as a whole."""
    for place, operation in judge.spec.operations:
        served = [entry for entry in matches.served if entry.method.place == place]
        if served:
            yield from _security(judge, served)
            yield from _version(judge, served, operation)
            yield from _deprecated(judge, served, operation)
            yield from _parameters(judge, served)
            yield from _answer(judge, served, operation)
    for method in judge.spec.methods:
        served = [entry for entry in matches.served if entry.method.id == method.id]
        if served:
            yield from _body(judge, method, served)


def _security(judge: Judge, served: list[Served]) -> Iterator[Drift]:
    for entry in served:
        ours, theirs = "bearer" if entry.method.bearer else "digest", entry.page.security
        if theirs and ours not in theirs:
            message = f"authenticated by {' or '.join(theirs)} on the page, by {ours} in the spec"
            yield from judge.of_page(Change.SECURITY, message, entry, values=theirs)


def _version(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    method = served[0].method
    key = "x-minted-api-version"
    place = (*method.place, key) if key in operation else method.place
    by_version = {entry.page.api_version: entry for entry in reversed(served)}
    for version, entry in by_version.items():
        if version is not None and version != method.api_version:
            message = f"api-version {version} on the page, {method.api_version or 'none'} in the spec"
            rest: dict[str, Any] = {"sent": True, "values": (version,)}
            yield from judge.of_page(Change.API_VERSION, message, entry, place, **rest)


def _deprecated(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    leaving = [entry for entry in served if entry.page.deprecated or entry.page.status in _LEAVING]
    if leaving and operation.get("deprecated") is not True:
        message = "deprecated on the page, not in the spec"
        yield from judge.of_page(Change.DEPRECATED, message, leaving[0])


def _parameters(judge: Judge, served: list[Served]) -> Iterator[Drift]:
    """Parameters of the query that came, and headers that the client does not send."""
    known = {("query", each.name) for entry in served for each in entry.method.located("query")}
    for entry in served:
        for parameter in _shown(entry):
            key = (parameter.location, parameter.name)
            if key in known:
                continue
            known.add(key)
            required = all(_requires(other, key) for other in served)
            what = "query parameter" if parameter.location == "query" else "header"
            word = "required" if required else "optional"
            message = f"a new {word} {what} on the page; the spec does not have it"
            kind = Kind.BREAKING if required else Kind.ADDITIVE
            rest: dict[str, Any] = {"kind": kind, "at": ".".join(key), "sent": True, "parameter": parameter}
            yield from judge.of_page(Change.PARAMETER_ADDED, message, entry, **rest)


def _shown(served: Served) -> list[Parameter]:
    query = [item for item in served.page.parameters if item.location == "query"]
    return [*query, *(item for item in served.page.headers if item.name.lower() not in CLIENT_HEADERS)]


def _requires(served: Served, key: tuple[str, str]) -> bool:
    return any((item.location, item.name) == key and item.required for item in _shown(served))


def _body(judge: Judge, method: Method, served: list[Served]) -> Iterator[Drift]:
    bodies = [(entry, entry.page.body) for entry in served if entry.page.body is not None]
    if method.body is None:
        for entry, body in bodies[:1]:
            if "body" in entry.page.gaps:
                continue  # what is unknown is no difference
            fields = (body.shape.fields if body.shape else None) or ()
            demanded = body.required is True or any(field.required for field in fields)
            kind = Kind.BREAKING if demanded else Kind.ADDITIVE
            rest: dict[str, Any] = {"kind": kind, "at": "body", "sent": True, "shape": body.shape}
            message = "the page has a body, the spec none"
            yield from judge.of_page(Change.BODY_ADDED, message, entry, **rest)
        return
    place = (*method.place, "requestBody")
    if not bodies and judge.complete(method.place):
        message = "no page shows a body, the spec has one"
        yield from judge.of_page(Change.BODY_REMOVED, message, served[0], place, at="body", sent=True)
    for entry, body in bodies:
        if body.media_type and not is_json(body.media_type):
            message = f"the body is {body.media_type} on the page, JSON in the spec"
            rest = {"at": "body", "sent": True, "values": (body.media_type,)}
            yield from judge.of_page(Change.TYPE, message, entry, place, **rest)


def _answer(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    method = served[0].method
    place = answer_place(method, operation)
    if place is None:
        return
    if not method.result:
        views = [(e, view) for e in served for view in answer_views(e) if says_something(view.shape)]
        for entry, _ in views[:1]:
            message = "the page shows what the answer's data holds, the spec does not know it"
            yield from judge.of_page(Change.ANSWER_ADDED, message, entry, place, at="data")
    elif method.envelope and _without_data(served) and judge.complete(place):
        message = "no page shows `data` in the answer, the spec does"
        yield from judge.of_page(Change.ANSWER_REMOVED, message, served[0], place, at="data")


def _without_data(served: list[Served]) -> bool:
    """Whether the fields of answers are shown, and none of them is `data`."""
    shapes = [answer.shape for entry in served for answer in entry.page.success if answer.shape is not None]
    shown = [shape for shape in shapes if shape.listed]
    return bool(shown) and not any(shape.field("data") for shape in shown)
