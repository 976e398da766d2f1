"""Judges endpoints: which there are, where they stand in the menu, how they are called, whether they send and
answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.documents import Place
from codegen.pages.facts import PageFacts
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, ListedRow, Method
from codegen.sync.changes import CLIENT_HEADERS, Change, Drift, View
from codegen.sync.comparing.views import answer_views, says_something
from codegen.sync.matching import Matches, Served, as_one, fits, same_section, skeleton

_LEAVING = frozenset({"deprecated", "obsolete", "to be deprecated"})


def compare_menu(spec: Spec, matches: Matches) -> Iterator[Drift]:
    """Every page that came, went, moved or was renamed."""
    yield from _new(matches)
    for served in matches.served:
        if served.row is not None:
            yield from _row(served, served.row)
        elif served.page.page is not None or served.page.section:
            # A page without an id and a place cannot be told from the rows that are there.
            place = (*served.method.place, "x-minted-docs")
            yield Drift(Change.PAGE_NEW, (served.view(),), place, (served.page.endpoint,))
    remaining = {served.method.id for served in matches.served}
    for method in spec.methods:
        if method.id not in remaining:
            views = (View(None, method.id),)
            yield Drift(Change.ENDPOINT_GONE, views, method.place, (f"{method.verb} {method.path}",))
    for row, method in matches.unmatched:
        if method.id in remaining:
            label = row.page or f"{row.section} / {row.title}"
            yield Drift(Change.PAGE_GONE, (View(None, method.id, label),), row.place, (label,))


def _new(matches: Matches) -> Iterator[Drift]:
    """New endpoints, each with all its pages, and the rows of listed.yaml that they are."""
    endpoints: dict[tuple[str, str], list[tuple[PageFacts, ListedRow | None]]] = {}
    for page, listed in matches.new:
        endpoints.setdefault((page.method, skeleton(page.path)), []).append((page, listed))
    for found in endpoints.values():
        first = next((listed for _, listed in found if listed), None)
        change = Change.ENDPOINT_DOCUMENTED if first else Change.ENDPOINT_NEW
        rows = [(page, listed or first) for page, listed in found]
        views = tuple(View(page, row.id if row else "") for page, row in rows)
        yield Drift(change, views, first.place if first else ("paths",), (found[0][0].endpoint,))


def _row(served: Served, row: DocsRow) -> Iterator[Drift]:
    page, method, views = served.page, served.method, (served.view(),)
    theirs, ours = page.endpoint, f"{method.verb} {method.path}"
    if page.method != method.verb or not fits(page.path, method.path):
        yield Drift(Change.ENDPOINT_MOVED, views, method.place, (theirs, ours))
    if page.page is not None and page.page != row.page:
        yield Drift(Change.PAGE_ID, views, row.place, (page.page, row.page or "there is none"))
    if page.title != row.title or not same_section(page.section, row.section):
        name = " / ".join((*(page.section or [row.section]), page.title))
        yield Drift(Change.RENAMED, views, row.place, (name, f"{row.section} / {row.title}"))
    modified = page.modified_on
    if modified is not None and modified > (row.last_modified or "")[:10]:
        said = (modified, row.last_modified or "an unknown date")
        yield Drift(Change.LAST_MODIFIED, views, row.place, said)


def compare_operations(spec: Spec, matches: Matches) -> Iterator[Drift]:
    """Every difference that is about an operation as a whole."""
    for place, operation in spec.operations:
        served = [entry for entry in matches.served if entry.method.place == place]
        if served:
            yield from _call(served)
            yield from _parameters(served)
            yield from _answer(served)
            leaving = [one for one in served if one.page.deprecated or one.page.status in _LEAVING]
            if leaving and operation.get("deprecated") is not True:
                yield Drift(Change.DEPRECATED, tuple(one.view() for one in leaving), place)
    for method in spec.methods:
        served = [entry for entry in matches.served if entry.method.id == method.id]
        if served:
            yield from _body(method, served)


def _call(served: Sequence[Served]) -> Iterator[Drift]:
    """What pages say of the call as a whole that the spec says otherwise; each once, with all its pages."""
    shown: dict[tuple[Change, Place, str, tuple[str, ...], str], list[View]] = {}
    for entry in served:
        for said in _said_of_call(entry):
            shown.setdefault(said, []).append(entry.view(said[2], sent=True))
    for (change, place, _, theirs, ours), views in shown.items():
        yield Drift(change, tuple(views), place, (" or ".join(theirs), ours), values=theirs)


def _said_of_call(served: Served) -> Iterator[tuple[Change, Place, str, tuple[str, ...], str]]:
    """Change, place in the spec and on the page, what the page says, what the spec says."""
    page, method, body = served.page, served.method, served.page.body
    ours = "bearer" if method.bearer else "digest"
    if page.security and ours not in page.security:
        yield Change.SECURITY, method.place, "", page.security, ours
    if page.api_version and page.api_version != method.api_version:
        place = (*method.place, "x-minted-api-version")
        yield Change.API_VERSION, place, "", (page.api_version,), method.api_version or "none"
    if method.body and body and body.media_type and not is_json(body.media_type):
        yield Change.TYPE, (*method.place, "requestBody"), "body", (body.media_type,), "JSON"


def _parameters(served: Sequence[Served]) -> Iterator[Drift]:
    """Parameters of the query that came, and headers that the client does not send."""
    page, place = as_one([entry.page for entry in served]), served[0].method.place
    known = {("query", parameter.name) for entry in served for parameter in entry.method.located("query")}
    for found in (*page.parameters, *page.headers):
        key = (found.location, found.name)
        by_client = found.location == "header" and found.name.lower() in CLIENT_HEADERS
        if found.location == "path" or by_client or key in known:
            continue
        views = tuple(
            entry.view(".".join(key), each, sent=True)
            for entry in served
            for each in (*entry.page.parameters, *entry.page.headers)
            if (each.location, each.name) == key
        )
        what = "query parameter" if found.location == "query" else "header"
        said, demands = ("required" if found.required else "optional", what), found.required is True
        yield Drift(Change.PARAMETER_ADDED, views, place, said, field=found, demands=demands)


def _body(method: Method, served: Sequence[Served]) -> Iterator[Drift]:
    showing = [entry for entry in served if entry.page.body]
    # What is unknown is no difference.
    known = [entry for entry in showing if "body" not in entry.page.gaps]
    bodies = [entry.page.body for entry in known if entry.page.body]
    if method.body is not None and not showing:
        views = tuple(entry.view("body", sent=True) for entry in served)
        yield Drift(Change.BODY_REMOVED, views, (*method.place, "requestBody"))
    elif method.body is None and known:
        views = tuple(entry.view("body", sent=True) for entry in known)
        fields = [field for body in bodies if body.shape for field in body.shape.fields or ()]
        demands = any(body.required for body in bodies) or any(field.required for field in fields)
        yield Drift(Change.BODY_ADDED, views, method.place, demands=demands)


def _answer(served: Sequence[Served]) -> Iterator[Drift]:
    method = served[0].method
    if not method.result:
        shown = [view for entry in served for view in answer_views(entry) if says_something(view.shape)]
        if shown:
            yield Drift(Change.ANSWER_ADDED, tuple(shown), method.result_place)
    elif method.envelope:
        shapes = [answer.shape for entry in served for answer in entry.page.success if answer.shape]
        listing = [shape for shape in shapes if shape.listed]
        if listing and not any(shape.field("data") for shape in listing):
            views = tuple(entry.view("data") for entry in served)
            yield Drift(Change.ANSWER_REMOVED, views, method.result_place)
