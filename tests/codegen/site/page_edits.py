"""Edits of pages: they come, go, are renamed and get an id; listed and wholly new endpoints get a page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy

from codegen.spec.operations import ListedRow, Method
from codegen.sync.changes import Change
from tests.codegen.site.expectations import Edit, Expected, Site
from tests.codegen.site.made_up import identifier, label, made_up_page
from tests.codegen.site.publish import PublishedPage

NEW_DAY = "2099-12-31"


def edits(site: Site) -> Iterator[Edit]:
    """Every edit of a page, and every page that can come or go."""
    for method in site.spec.methods:
        pages = site.of(method.id)
        siblings = [each.id for each in site.spec.methods if each.place == method.place]
        yield _page_new(method, pages[0], siblings)
        if len(pages) > 1:
            yield _page_gone(method, pages[-1])
    for page in site.pages:
        yield from _of_page(page)
    for row in site.spec.listed:
        yield _documented(row)
    for number, verb in enumerate(("GET", "POST", "PUT", "DELETE")):
        yield _new(f"/partner/made-up/{number}", verb)


def _page_new(method: Method, like: PublishedPage, siblings: list[str]) -> Edit:
    """One more page of an endpoint, with a title and an id of its own."""
    made = identifier("another", method.id)

    def apply(site: Site) -> None:
        page = deepcopy(like)
        page.title, page.page, page.slug = f"Another {like.title}", made, made
        page.last_modified = None
        site.pages.append(page)

    return Edit(
        name=f"{Change.PAGE_NEW} {method.id}",
        apply=apply,
        expected=(Expected(Change.PAGE_NEW, frozenset({(method.id, "")}), None, made),),
        # Its method is told by path and body, so these have to stay.
        claims=frozenset(
            {(each, "-path") for each in siblings} | {(method.id, "body"), (method.id, "-new page")}
        ),
        order=0,
    )


def _page_gone(method: Method, page: PublishedPage) -> Edit:
    """One of several pages of a method goes."""

    def apply(site: Site) -> None:
        site.pages.remove(site.page(page.slug))

    return Edit(
        name=f"{Change.PAGE_GONE} {page.slug}",
        apply=apply,
        expected=(Expected(Change.PAGE_GONE, frozenset({(method.id, label(page))})),),
        claims=frozenset({(f"page {page.slug}", ""), (method.id, "-page gone")}),
        hides=True,
        order=2,
    )


def _of_page(page: PublishedPage) -> Iterator[Edit]:
    yield _page_fact(
        Change.LAST_MODIFIED, page, "modified", (NEW_DAY,), _set("last_modified", f"{NEW_DAY} 09:30:00")
    )
    if page.page is None:
        made = identifier("found", page.slug)
        yield _page_fact(Change.PAGE_ID, page, "id", (made,), _set("page", made), new_label=made)
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
    new_label: str | None = None,
) -> Edit:
    # A page without an id changes its label when it gets one, so others are told by their values alone.
    known = new_label or page.page
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
        row.title, tuple(row.section.split(" / ")), row.page or identifier("listed", row.id), path, verb
    )
    return Edit(
        name=f"{Change.ENDPOINT_DOCUMENTED} {row.id}",
        apply=lambda site: site.pages.append(deepcopy(page)),
        expected=(Expected(Change.ENDPOINT_DOCUMENTED, frozenset({(row.id, "")}), None, page.page),),
        claims=frozenset({(row.id, "")}),
        order=0,
    )


def _new(path: str, verb: str) -> Edit:
    page = made_up_page(f"Made Up {verb}", ("Made Up",), identifier("new", path), path, verb)
    return Edit(
        name=f"{Change.ENDPOINT_NEW} {verb} {path}",
        apply=lambda site: site.pages.append(deepcopy(page)),
        expected=(Expected(Change.ENDPOINT_NEW, frozenset({(None, "")}), None, page.page),),
        claims=frozenset({(path, "")}),
        order=0,
    )
