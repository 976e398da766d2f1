"""Edits of pages and endpoints: they come, go, move and are renamed; so do bodies and answers as a whole."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy

from codegen.operations import ListedRow, Method
from codegen.sync.changes import Change
from tests.codegen.site.apidog import Node, toss
from tests.codegen.site.expectations import Edit, Expected, Site, Where
from tests.codegen.site.publish import PublishedPage, whole
from tests.codegen.site.spots import media_of

NEW_VERSION = "9"
NEW_DAY = "2099-12-31"

_BODY: Node = {
    "type": "object",
    "properties": {"reason": {"type": "string"}, "count": {"type": "integer"}},
    "x-apidog-orders": ["reason", "count"],
    "required": ["reason"],
}


def edits(site: Site) -> Iterator[Edit]:
    """Every edit of a page or an endpoint."""
    for method in site.spec.methods:
        yield from _of_method(site, method)
    for page in site.pages:
        yield from _of_page(site, page)
    for row in site.spec.listed:
        yield _documented(row)
    for number, verb in enumerate(("GET", "POST", "PUT", "DELETE")):
        yield _new(f"/partner/made-up/{number}", verb)


def _of_method(site: Site, method: Method) -> Iterator[Edit]:
    pages = site.of(method.id)
    siblings = [each.id for each in site.spec.methods if each.place == method.place]
    yield _version(method, siblings)
    yield _deprecated(method, siblings)
    yield _moved(method, pages, siblings)
    yield _page_new(method, pages[0], siblings)
    yield _gone(method)
    if method.body is None:
        yield _content(Change.BODY_ADDED, method, [method.id], "body", _add_body)
    else:
        yield _content(Change.BODY_REMOVED, method, [method.id], "body", _remove_body)
    if not method.result:
        yield _content(Change.ANSWER_ADDED, method, siblings, "data", _add_answer)
    elif method.envelope:
        yield _content(Change.ANSWER_REMOVED, method, siblings, "data", _remove_answer)
    if len(pages) > 1:
        yield _page_gone(method, pages[-1])


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
        expected=tuple(Expected(Change.ENDPOINT_MOVED, where, (verb, path), _label(page)) for page in pages),
        claims=_claims(siblings, "-path") | {(f"page {page.slug}", "moved") for page in pages},
    )


def _page_new(method: Method, like: PublishedPage, siblings: list[str]) -> Edit:
    """One more page of an endpoint, with a title and an id of its own."""
    identifier = _identifier("another", method.id)

    def apply(site: Site) -> None:
        page = deepcopy(like)
        page.title, page.page, page.slug, page.last_modified = (
            f"Another {like.title}",
            identifier,
            identifier,
            None,
        )
        site.pages.append(page)

    return Edit(
        name=f"{Change.PAGE_NEW} {method.id}",
        apply=apply,
        expected=(Expected(Change.PAGE_NEW, frozenset({(method.id, "")}), None, identifier),),
        # Its method is told by path and body, so these have to stay.
        claims=_claims(siblings, "-path") | {(method.id, "body"), (method.id, "-new page")},
        order=0,
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


def _page_gone(method: Method, page: PublishedPage) -> Edit:
    """One of several pages of a method goes."""

    def apply(site: Site) -> None:
        site.pages.remove(site.page(page.slug))

    return Edit(
        name=f"{Change.PAGE_GONE} {page.slug}",
        apply=apply,
        expected=(Expected(Change.PAGE_GONE, frozenset({(method.id, _label(page))})),),
        claims=frozenset({(f"page {page.slug}", ""), (method.id, "-page gone")}),
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


def _add_body(page: PublishedPage) -> None:
    media = {"schema": deepcopy(_BODY), "example": {"reason": "none", "count": 3}}
    page.operation["requestBody"] = {"content": {"application/json": media}}


def _remove_body(page: PublishedPage) -> None:
    del page.operation["requestBody"]


def _add_answer(page: PublishedPage) -> None:
    for media in media_of(page, "data"):
        media["schema"]["properties"]["data"] = deepcopy(_BODY)
        media["example"]["data"] = {"reason": "none", "count": 3}


def _remove_answer(page: PublishedPage) -> None:
    for media in media_of(page, "data"):
        for names in (media["schema"]["required"], media["schema"]["x-apidog-orders"]):
            names.remove("data")
        del media["schema"]["properties"]["data"], media["example"]["data"]


def _of_page(site: Site, page: PublishedPage) -> Iterator[Edit]:
    yield _page_fact(
        Change.LAST_MODIFIED, page, "modified", (NEW_DAY,), _set("last_modified", f"{NEW_DAY} 09:30:00")
    )
    if page.page is None:
        identifier = _identifier("found", page.slug)
        yield _page_fact(
            Change.PAGE_ID, page, "id", (identifier,), _set("page", identifier), label=identifier
        )
    else:
        title = f"Renamed {page.title}"
        yield _page_fact(Change.RENAMED, page, "menu", (title, *page.section), _set("title", title))
        section = ("Made Up", "A/B")
        yield _page_fact(Change.RENAMED, page, "menu", (page.title, *section), _set("section", section))


def _set(name: str, value: object) -> Callable[[PublishedPage], None]:
    return lambda page: setattr(page, name, value)


def _page_fact(
    change: Change,
    page: PublishedPage,
    what: str,
    values: tuple[str, ...],
    write: Callable[[PublishedPage], None],
    label: str | None = None,
) -> Edit:
    # A page without an id changes its label when it gets one, so others are told by their values alone.
    known = label or page.page
    return Edit(
        name=f"{change} {page.slug} {' / '.join(values)}",
        apply=lambda site: write(site.page(page.slug)),
        expected=(Expected(change, frozenset({(page.method, "")}), values, known),),
        claims=frozenset({(f"page {page.slug}", what), (f"method {page.method}", f"{page.slug} {what}")}),
    )


def _documented(row: ListedRow) -> Edit:
    verb = row.method or "GET"
    path = f"/partner/listed/{re.sub('[^a-z0-9]+', '-', row.id)}"
    page = made_up_page(
        row.title, tuple(row.section.split(" / ")), row.page or _identifier("listed", row.id), path, verb
    )
    return Edit(
        name=f"{Change.ENDPOINT_DOCUMENTED} {row.id}",
        apply=lambda site: site.pages.append(deepcopy(page)),
        expected=(Expected(Change.ENDPOINT_DOCUMENTED, frozenset({(row.id, "")}), None, page.page),),
        claims=frozenset({(row.id, "")}),
        order=0,
    )


def _new(path: str, verb: str) -> Edit:
    page = made_up_page(f"Made Up {verb}", ("Made Up",), _identifier("new", path), path, verb)
    return Edit(
        name=f"{Change.ENDPOINT_NEW} {verb} {path}",
        apply=lambda site: site.pages.append(deepcopy(page)),
        expected=(Expected(Change.ENDPOINT_NEW, frozenset({(None, "")}), None, page.page),),
        claims=frozenset({(path, "")}),
        order=0,
    )


def made_up_page(title: str, section: tuple[str, ...], page: str, path: str, verb: str) -> PublishedPage:
    """A page of an endpoint that no spec has: a body unless it only reads, and an answer in the envelope.

    Args:
        title: title of the page.
        section: its place in the menu, from the outermost folder in.
        page: its id.
        path: path of the endpoint.
        verb: HTTP method.
    """
    properties = {
        "data": deepcopy(_BODY),
        "success": {"type": "boolean"},
        "code": {"type": "integer"},
        "message": {"type": "string"},
    }
    schema: Node = {"type": "object", "properties": properties, "required": list(properties)}
    example = {"data": {"reason": "none", "count": 3}, "success": True, "code": 0, "message": ""}
    operation: Node = {
        "deprecated": False,
        "description": "",
        "tags": [],
        "parameters": [
            {
                "name": "api-version",
                "in": "header",
                "required": False,
                "example": "2",
                "schema": {"type": "string"},
            },
            {
                "name": "x-client-id",
                "in": "header",
                "required": True,
                "schema": {"type": "string", "default": "web"},
            },
        ],
        "responses": {
            "200": {
                "description": "",
                "content": {"application/json": {"schema": schema, "example": example}},
                "headers": {},
                "x-apidog-name": "OK",
            }
        },
        "security": [{"digest": []}],
        "x-apidog-folder": "",
        "x-apidog-status": "released",
    }
    document = whole(path, verb, operation, {})
    made = PublishedPage(title, section, page, page, None, "2099-01-01 12:00:00", document)
    if verb != "GET":
        _add_body(made)
    return made


def _label(page: PublishedPage) -> str:
    """How reports name a page."""
    return page.page or " / ".join((*page.section, page.title))


def _identifier(*words: str) -> str:
    """A page id that no page has."""
    return f"api-9{zlib.crc32('/'.join(words).encode()):010}"
