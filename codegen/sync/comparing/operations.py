"""Judges endpoints: which there are, where they stand in the menu, how they are called, whether they send and
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.documents import Json
from codegen.pages.facts import PageFacts
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, ListedRow, Method
from codegen.spec.schemas import mapping, sequence, text
from codegen.sync.changes import CLIENT_HEADERS, Change, Drift, View
from codegen.sync.comparing.views import answer_views, says_something
from codegen.sync.matching import Matches, Served, fits, same_section, skeleton
from codegen.sync.several import as_one

_LEAVING = frozenset({"deprecated", "obsolete", "to be deprecated"})


# ---------------------------------------------------------------------- the menu
def compare_menu(spec: Spec, matches: Matches) -> Iterator[Drift]:
    """Every page that came, went, moved or was renamed."""
    yield from _new(matches)
    for served in matches.served:
        if served.row is not None:
            yield from _row(served, served.row)
        elif served.page.page is not None or served.page.section:
            # A page without an id and a place cannot be told from the rows that are there.
            message = f"one more page documents {served.page.method} {served.page.path}"
            place = (*served.method.place, "x-minted-docs")
            yield Drift(Change.PAGE_NEW, message, (served.view(),), place)
    remaining = {served.method.id for served in matches.served}
    for method in spec.methods:
        if method.id not in remaining:
            message = f"no page of the site documents {method.verb} {method.path} any more"
            views = (View(None, method.id),)
            yield Drift(Change.ENDPOINT_GONE, message, views, method.place)
    for row, method in matches.unmatched:
        if method.id in remaining:
            label = row.page or f"{row.section} / {row.title}"
            message = f"{label} is no longer on the site; other pages document the endpoint"
            views = (View(None, method.id, label),)
            yield Drift(Change.PAGE_GONE, message, views, row.place)


def _new(matches: Matches) -> Iterator[Drift]:
    """New endpoints, each with all its pages, and the rows of listed.yaml that they are."""
    endpoints: dict[tuple[str, str], list[tuple[PageFacts, ListedRow | None]]] = {}
    for page, listed in matches.new:
        endpoints.setdefault((page.method, skeleton(page.path)), []).append((page, listed))
    for found in endpoints.values():
        what = f"{found[0][0].method} {found[0][0].path}"
        rows = [listed for _, listed in found if listed]
        change, message = Change.ENDPOINT_NEW, f"{what} is not in the spec"
        if rows:
            change, message = Change.ENDPOINT_DOCUMENTED, f"{what} has a page now; the spec only lists it"
        views = tuple(View(page, row.id if (row := listed or next(iter(rows), None)) else "")
                      for page, listed in found)  # fmt: skip
        yield Drift(change, message, views, rows[0].place if rows else ("paths",))


def _row(served: Served, row: DocsRow) -> Iterator[Drift]:
    page, views = served.page, (served.view(),)
    yield from _moved(served)
    if page.page is not None and page.page != row.page:
        message = f"the page's id is {page.page}, in the spec {row.page or 'there is none'}"
        yield Drift(Change.PAGE_ID, message, views, row.place, values=(page.page,))
    if page.title != row.title or not same_section(page.section, row.section):
        section = page.section or row.section.split(" / ")
        message = f"called {' / '.join((*section, page.title))} on the site, "
        message += f"{row.section} / {row.title} in the spec"
        values = (page.title, *section)
        yield Drift(Change.RENAMED, message, views, row.place, values=values)
    modified = page.modified_on
    if modified is not None and modified > (row.last_modified or "")[:10]:
        seen = row.last_modified or "an unknown date"
        message = f"modified on {modified}, the spec has read it as of {seen}"
        change = Change.LAST_MODIFIED
        yield Drift(change, message, views, row.place, values=(modified,))


def _moved(served: Served) -> Iterator[Drift]:
    page, method = served.page, served.method
    theirs, ours = f"{page.method} {page.path}", f"{method.verb} {method.path}"
    same = page.method == method.verb and skeleton(page.path) == skeleton(method.path)
    with_value = page.method == method.verb and not same and fits(page.path, method.path)
    if theirs != ours and not with_value:
        change, message = Change.ENDPOINT_MOVED, f"{theirs} on the page, {ours} in the spec"
        if same:
            change = Change.PARAMETER_RENAMED
            message += "; only the name of a path parameter differs, what is sent is the same"
        yield Drift(change, message, (served.view(),), method.place)


# ---------------------------------------------------------------------- one operation
def compare_operations(spec: Spec, matches: Matches) -> Iterator[Drift]:
    """Every difference that is about an operation as a whole."""
    for place, operation in spec.operations:
        served = [entry for entry in matches.served if entry.method.place == place]
        if served:
            yield from _security(spec, served, operation)
            yield from _version(served, operation)
            yield from _deprecated(served, operation)
            yield from _parameters(served)
            yield from _answer(served)
    for method in spec.methods:
        served = [entry for entry in matches.served if entry.method.id == method.id]
        if served:
            yield from _body(method, served)


def _security(spec: Spec, served: Sequence[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    schemes = mapping(mapping(spec.document.get("components")).get("securitySchemes"))
    needs = sequence(operation.get("security", spec.document.get("security")))
    names = [name for need in needs for name in mapping(need)]
    ours = {text(mapping(schemes.get(name)).get("scheme")).lower() or name for name in names}
    for entry in served:
        theirs, place = entry.page.security, entry.method.place
        if theirs and not ours & set(theirs):
            message = (
                f"authenticated by {' or '.join(theirs)} on the page, by {' or '.join(ours)} in the spec"
            )
            views = (entry.view(),)
            yield Drift(Change.SECURITY, message, views, place, values=theirs)


def _version(served: Sequence[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    method, key = served[0].method, "x-minted-api-version"
    place = (*method.place, key) if key in operation else method.place
    by_version: dict[str | None, list[View]] = {}
    for entry in served:
        by_version.setdefault(entry.page.api_version, []).append(entry.view(sent=True))
    for version, views in by_version.items():
        if version is not None and version != method.api_version:
            message = f"api-version {version} on the page, {method.api_version or 'none'} in the spec"
            change, values = Change.API_VERSION, (version,)
            yield Drift(change, message, tuple(views), place, values=values)


def _deprecated(served: Sequence[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    leaving = [entry.view() for entry in served if entry.page.deprecated or entry.page.status in _LEAVING]
    if leaving and operation.get("deprecated") is not True:
        message, place = "deprecated on the page, not in the spec", served[0].method.place
        yield Drift(Change.DEPRECATED, message, tuple(leaving), place)


def _parameters(served: Sequence[Served]) -> Iterator[Drift]:
    """Parameters of the query that came, and headers that the client does not send."""
    method, page = served[0].method, as_one([entry.page for entry in served])
    known = {("query", parameter.name) for parameter in method.located("query")}
    for found in (*page.parameters, *page.headers):
        by_client = found.location == "header" and found.name.lower() in CLIENT_HEADERS
        if found.location == "path" or by_client or (found.location, found.name) in known:
            continue
        at = f"{found.location}.{found.name}"
        word = "required" if found.required else "optional"
        what = "query parameter" if found.location == "query" else "header"
        yield Drift(
            Change.PARAMETER_ADDED,
            f"a new {word} {what} on the page; the spec does not have it",
            tuple(
                entry.view(at, each, sent=True)
                for entry in served
                for each in (*entry.page.parameters, *entry.page.headers)
                if (each.location, each.name) == (found.location, found.name)
            ),
            method.place,
            field=found,
            demands=found.required is True,
        )


def _body(method: Method, served: Sequence[Served]) -> Iterator[Drift]:
    place = (*method.place, "requestBody")
    bodies = [(entry.view("body", sent=True), body) for entry in served if (body := entry.page.body)]
    if method.body is None:
        # What is unknown is no difference.
        shown = [(view, body) for view, body in bodies if view.page and "body" not in view.page.gaps]
        fields = [field for _, body in shown if body.shape for field in body.shape.fields or ()]
        if shown:
            yield Drift(
                Change.BODY_ADDED,
                "the page has a body, the spec none",
                tuple(view for view, _ in shown),
                method.place,
                demands=any(body.required for _, body in shown) or any(field.required for field in fields),
            )
        return
    if not bodies:
        message = "no page shows a body, the spec has one"
        views = tuple(entry.view("body", sent=True) for entry in served)
        yield Drift(Change.BODY_REMOVED, message, views, place)
    for view, body in bodies:
        if body.media_type and not is_json(body.media_type):
            message, values = (
                f"the body is {body.media_type} on the page, JSON in the spec",
                (body.media_type,),
            )
            yield Drift(Change.TYPE, message, (view,), place, values=values)


def _answer(served: Sequence[Served]) -> Iterator[Drift]:
    method, place = served[0].method, served[0].method.result_place
    if not method.result:
        shown = [view for entry in served for view in answer_views(entry) if says_something(view.shape)]
        if shown:
            message = "the page shows what the answer's data holds, the spec does not know it"
            yield Drift(Change.ANSWER_ADDED, message, tuple(shown), place)
    elif method.envelope and _without_data(served):
        message = "no page shows `data` in the answer, the spec does"
        views = tuple(entry.view("data") for entry in served)
        yield Drift(Change.ANSWER_REMOVED, message, views, place)


def _without_data(served: Sequence[Served]) -> bool:
    """Whether the fields of answers are shown, and none of them is `data`."""
    shapes = [answer.shape for entry in served for answer in entry.page.success if answer.shape is not None]
    shown = [shape for shape in shapes if shape.listed]
    return bool(shown) and not any(shape.field("data") for shape in shown)
