"""Compares operations with their pages: version, parameters, whether there is a body, and an answer."""

from __future__ import annotations

from collections.abc import Iterator

from codegen.documents import Json
from codegen.kinds import Kind
from codegen.pages.facts import Parameter
from codegen.spec.operations import Method
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.matching import Matches, Served
from codegen.sync.comparing.views import answer_place, answer_views, is_json, json_body

_CLIENT_HEADERS = frozenset(
    {"api-version", "x-client-id", "accept-language", "content-type", "accept", "authorization"}
)
"""Headers that the client sends by itself."""
_LEAVING = frozenset({"deprecated", "obsolete", "to be deprecated"})


def compare_operations(judge: Judge, matches: Matches) -> Iterator[Drift]:
    """Every difference that is about an operation as a whole.

    Args:
        judge: what every comparison needs.
        matches: which page is about which operation.

    Yields:
        The differences.
    """
    for place, operation in judge.spec.operations:
        served = [entry for entry in matches.served if entry.method.place == place]
        if served:
            yield from _version(judge, served, operation)
            yield from _deprecated(judge, served, operation)
            yield from _parameters(judge, served)
            yield from _answer(judge, served, operation)
    for method in judge.spec.methods:
        served = [entry for entry in matches.served if entry.method.id == method.id]
        if served:
            yield from _body(judge, method, served)


def _version(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    method = served[0].method
    place = (*method.place, "x-minted-api-version")
    if "x-minted-api-version" not in operation:
        place = method.place
    by_version = {entry.page.api_version: entry for entry in reversed(served)}
    for version, entry in by_version.items():
        if version is not None and version != method.api_version:
            message = f"api-version {version} on the page, {method.api_version or 'none'} in the spec"
            yield from judge.of_page(
                Change.API_VERSION, Kind.BREAKING, message, entry, place, sent=True, values=(version,)
            )


def _deprecated(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    if operation.get("deprecated") is True:
        return
    leaving = [entry for entry in served if entry.page.deprecated or entry.page.status in _LEAVING]
    for entry in leaving[:1]:
        message = "deprecated on the page, not in the spec"
        yield from judge.of_page(Change.DEPRECATED, Kind.ADDITIVE, message, entry, entry.method.place)


def _parameters(judge: Judge, served: list[Served]) -> Iterator[Drift]:
    """Parameters of the query that came, and headers that the client does not send."""
    method = served[0].method
    known = {("query", parameter.name) for parameter in method.located("query")}
    for entry in served:
        for parameter in _shown(entry):
            key = (parameter.location, parameter.name)
            if key in known:
                continue
            known.add(key)
            required = all(_requires(other, key) for other in served)
            what = "query parameter" if parameter.location == "query" else "header"
            word = "required" if required else "optional"
            yield from judge.of_page(
                Change.PARAMETER_ADDED,
                Kind.BREAKING if required else Kind.ADDITIVE,
                f"a new {word} {what} on the page; the spec does not have it",
                entry,
                method.place,
                at=".".join(key),
                sent=True,
                parameter=parameter,
            )


def _shown(served: Served) -> list[Parameter]:
    query = [item for item in served.page.parameters if item.location == "query"]
    return [*query, *(item for item in served.page.headers if item.name.lower() not in _CLIENT_HEADERS)]


def _requires(served: Served, key: tuple[str, str]) -> bool:
    return any((item.location, item.name) == key and item.required for item in _shown(served))


def _body(judge: Judge, method: Method, served: list[Served]) -> Iterator[Drift]:
    bodies = [entry for entry in served if entry.page.body is not None]
    place = (*method.place, "requestBody")
    if method.body is None:
        for entry in bodies[:1]:
            yield from _body_added(judge, entry)
        return
    if not bodies and judge.complete(method.place):
        message = "no page shows a body, the spec has one"
        yield from judge.of_page(
            Change.BODY_REMOVED, Kind.BREAKING, message, served[0], place, at="body", sent=True
        )
    for entry in bodies:
        media_type = entry.page.body.media_type if entry.page.body else ""
        if not is_json(media_type):
            message = f"the body is {media_type} on the page, JSON in the spec"
            yield from judge.of_page(
                Change.TYPE, Kind.BREAKING, message, entry, place, at="body", sent=True, values=(media_type,)
            )


def _body_added(judge: Judge, entry: Served) -> Iterator[Drift]:
    body = json_body(entry.page)
    shape = body.shape if body else None
    fields = (shape.fields if shape else None) or ()
    demanded = (body is not None and body.required is True) or any(field.required for field in fields)
    yield from judge.of_page(
        Change.BODY_ADDED,
        Kind.BREAKING if demanded else Kind.ADDITIVE,
        "the page has a body, the spec none",
        entry,
        entry.method.place,
        at="body",
        sent=True,
        shape=shape,
    )


def _answer(judge: Judge, served: list[Served], operation: dict[str, Json]) -> Iterator[Drift]:
    method = served[0].method
    place = answer_place(method, operation)
    if place is None:
        return
    if not method.result:
        views = [(entry, view) for entry in served for view in answer_views(entry)]
        for entry, view in views[:1]:
            message = "the page shows what the answer's data holds, the spec does not know it"
            yield from judge.of_page(
                Change.ANSWER_ADDED, Kind.BREAKING, message, entry, place, at="data", shape=view.shape
            )
    elif method.envelope and _without_data(served) and judge.complete(place):
        message = "no page shows `data` in the answer, the spec does"
        yield from judge.of_page(Change.ANSWER_REMOVED, Kind.BREAKING, message, served[0], place, at="data")


def _without_data(served: list[Served]) -> bool:
    """Whether the fields of answers are shown, and none of them is `data`."""
    shapes = [answer.shape for entry in served for answer in entry.page.success if answer.shape is not None]
    shown = [shape for shape in shapes if shape.fields]
    return bool(shown) and not any(shape.field("data") for shape in shown)
