"""Edits of endpoints: version, path and state change, they go; bodies and answers come and go as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy

from codegen.spec.operations import Method
from codegen.sync.changes import Change
from tests.codegen.site.apidog import toss
from tests.codegen.site.expectations import Edit, Expected, Site, Where
from tests.codegen.site.made_up import MADE_UP, MADE_UP_EXAMPLE, add_body, label
from tests.codegen.site.publish import PublishedPage
from tests.codegen.site.spots import media_of

NEW_VERSION = "9"


def edits(site: Site) -> Iterator[Edit]:
    """Every edit of an endpoint."""
    for method in site.spec.methods:
        yield from _of_method(site, method)


def _of_method(site: Site, method: Method) -> Iterator[Edit]:
    siblings = [each.id for each in site.spec.methods if each.place == method.place]
    yield _version(method, siblings)
    yield _deprecated(method, siblings)
    yield _moved(method, site.of(method.id), siblings)
    yield _gone(method)
    if method.body is None:
        yield _content(Change.BODY_ADDED, method, [method.id], "body", add_body)
    else:
        yield _content(Change.BODY_REMOVED, method, [method.id], "body", _remove_body)
    if not method.result:
        yield _content(Change.ANSWER_ADDED, method, siblings, "data", _add_answer)
    elif method.envelope:
        yield _content(Change.ANSWER_REMOVED, method, siblings, "data", _remove_answer)


def _claims(methods: Iterable[str], what: str) -> frozenset[Where]:
    return frozenset((method, what) for method in methods)


def _version(method: Method, siblings: list[str]) -> Edit:
    def apply(site: Site) -> None:
        for page in site.of(method.id):
            headers = [entry for entry in page.operation["parameters"] if entry["name"] == "api-version"]
            for header in headers:
                header["example"] = NEW_VERSION
            if not headers:
                header = {"name": "api-version", "in": "header", "required": False, "example": NEW_VERSION}
                page.operation["parameters"].append(header | {"schema": {"type": "string"}})

    return Edit(
        name=f"{Change.API_VERSION} {method.id}",
        apply=apply,
        expected=(Expected(Change.API_VERSION, frozenset({(method.id, "")}), (NEW_VERSION,)),),
        claims=_claims(siblings, "-version"),
    )


def _deprecated(method: Method, siblings: list[str]) -> Edit:
    def apply(site: Site) -> None:
        for page in site.of(method.id):
            page.operation["deprecated"] = True
            if toss("word", page.slug):
                page.operation["x-apidog-status"] = "deprecated"

    return Edit(
        name=f"{Change.DEPRECATED} {method.id}",
        apply=apply,
        expected=(Expected(Change.DEPRECATED, frozenset({(method.id, "")})),),
        claims=_claims(siblings, "-deprecated"),
    )


def _moved(method: Method, pages: list[PublishedPage], siblings: list[str]) -> Edit:
    """The endpoint gets another path on all its pages, or another verb."""
    verb = "PUT" if toss("verb", method.id) else method.verb
    path = method.path if verb != method.verb else f"/v9{method.path}"

    def apply(site: Site) -> None:
        for page in site.of(method.id):
            operation = page.operation
            old = page.path
            page.document["paths"] = {old if path == method.path else f"/v9{old}": {verb.lower(): operation}}

    where = frozenset({(method.id, "")})
    return Edit(
        name=f"{Change.ENDPOINT_MOVED} {method.id}",
        apply=apply,
        expected=tuple(Expected(Change.ENDPOINT_MOVED, where, (verb, path), label(page)) for page in pages),
        claims=_claims(siblings, "-path") | {(f"page {page.slug}", "id") for page in pages},
    )


def _gone(method: Method) -> Edit:
    def apply(site: Site) -> None:
        site.pages[:] = [page for page in site.pages if page.method != method.id]

    return Edit(
        name=f"{Change.ENDPOINT_GONE} {method.id}",
        apply=apply,
        expected=(Expected(Change.ENDPOINT_GONE, frozenset({(method.id, "")})),),
        claims=frozenset({(method.id, "")} | {(f"method {method.id}", "")}),
        hides=True,
        order=2,
    )


def _content(
    change: Change, method: Method, methods: list[str], top: str, write: Callable[[PublishedPage], None]
) -> Edit:
    """The body or the answer comes or goes, on all pages that show it."""

    def apply(site: Site) -> None:
        for page in site.pages:
            if page.method in methods:
                write(page)

    return Edit(
        name=f"{change} {method.id}",
        apply=apply,
        expected=(Expected(change, _claims(methods, top)),),
        claims=_claims(methods, top),
        hides=True,
    )


def _remove_body(page: PublishedPage) -> None:
    del page.operation["requestBody"]


def _add_answer(page: PublishedPage) -> None:
    for media in media_of(page, "data"):
        media["schema"]["properties"]["data"] = deepcopy(MADE_UP)
        media["example"]["data"] = deepcopy(MADE_UP_EXAMPLE)


def _remove_answer(page: PublishedPage) -> None:
    for media in media_of(page, "data"):
        for names in (media["schema"]["required"], media["schema"]["x-apidog-orders"]):
            names.remove("data")
        del media["schema"]["properties"]["data"], media["example"]["data"]
