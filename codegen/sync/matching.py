"""Finds out which operation of the spec a page of the documentation is about.

A page is the same as a row of `x-minted-docs` by its id, which outlives a renamed title and a moved path;
where row or page has no id, by title and place in the menu. A page that is no row is about the operation that
has its method and path. Where a page has a value in its path, such as the id of the customer that somebody
tried it with, the value stands for the parameter that the spec has there.

Several pages of one endpoint are one page (`as_one`): all that they show, required where all require it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from codegen.pages.examples import merged
from codegen.pages.facts import Body, Field, PageFacts, Parameter
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.operations import DocsRow, ListedRow, Method
from codegen.sync.changes import View

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_DIGITS_OF_A_VALUE = 5


@dataclass(frozen=True)
class Served:
    """A page that is about a method of the spec, and the row that it is, if it is one."""

    page: PageFacts
    method: Method
    row: DocsRow | None

    def view(self, at: str = "", field: Field | None = None, *, sent: bool = False) -> View:
        """What the page shows at a place."""
        return View(self.page, self.method.id, at, sent, field)


@dataclass(frozen=True)
class Matches:
    """All pages, by what they are about."""

    served: list[Served]
    new: list[tuple[PageFacts, ListedRow | None]]
    """Pages of what the spec does not have, each with the row of listed.yaml that it is, if it is one."""
    unmatched: list[tuple[DocsRow, Method]]
    """Rows of the spec that no page is."""


def match(pages: Sequence[PageFacts], spec: Spec) -> Matches:
    """Find what each page is about."""
    rows = {row: method for method in spec.methods for row in method.docs}
    row_of = _rows_of(pages, rows)
    # A row that is taken to share the page of another one is found with it.
    found = {row.page for row in row_of.values() if row.page}
    left = [row for row in rows if row not in row_of.values() and row.page not in found]
    matches = Matches([], [], [(row, rows[row]) for row in left])
    for index, page in enumerate(pages):
        row = row_of.get(index)
        method = rows[row] if row else _by_endpoint(page, spec)
        if method is not None:
            matches.served.append(Served(page, method, row))
        else:
            matches.new.append((page, _listed(page, spec.listed)))
    return matches


def skeleton(path: str) -> str:
    """A path without the names of its parameters."""
    return _PLACEHOLDER.sub("{}", path)


def looks_like_value(segment: str) -> bool:
    """Whether a part of a path is no word of the API but a value: digits, an id, an address."""
    digits = sum(letter.isdigit() for letter in segment)
    return digits >= _DIGITS_OF_A_VALUE or "@" in segment or not any(map(str.isalpha, segment))


def fits(path: str, template: str, *, values_only: bool = False) -> bool:
    """Whether a path is that of a template, perhaps with values in the places of its parameters."""
    ours, theirs = skeleton(template).split("/"), skeleton(path).split("/")
    return len(ours) == len(theirs) and all(
        one == other or (one == "{}" and (looks_like_value(other) or not values_only))
        for one, other in zip(ours, theirs, strict=True)
    )


def same_section(page: tuple[str, ...] | None, section: str) -> bool:
    """Whether a page's place in the menu can be a row's: one may name outer folders that the other omits.

    A page that stands in no folder is at the top, where the spec gives the name of the tab.
    """
    if page is None:
        return True
    row = section.split(" / ")
    if not page:
        return len(row) == 1
    shared = min(len(page), len(row))
    return page[-shared:] == tuple(row[-shared:])


def _rows_of(pages: Sequence[PageFacts], rows: Mapping[DocsRow, Method]) -> dict[int, DocsRow]:
    """The row of each page that is one, by the page's index; the surest first, and no row is taken twice."""
    ids = {page.page for page in pages if page.page}

    def sure(page: PageFacts, row: DocsRow) -> int:
        """3 by its id, 2 by title and place, 1 where one place names folders that the other omits, 0 none."""
        if page.page is not None and page.page == row.page:
            return 3
        told = page.section is not None or _same_endpoint(page, rows[row])
        named = told and row.title == page.title and row.page not in ids
        exact = " / ".join(page.section or ()) == row.section
        return named and same_section(page.section, row.section) and 1 + exact

    found: dict[int, DocsRow] = {}
    pairs = [(sure(page, row), index, row) for index, page in enumerate(pages) for row in rows]
    for level, index, row in sorted(pairs, key=lambda pair: -pair[0]):
        if level and index not in found and row not in found.values():
            found[index] = row
    return found


def _is_about(page: PageFacts, method: Method) -> bool:
    """What was seen of an operation is about that one only."""
    return method.id == page.operation if page.operation else _same_endpoint(page, method)


def _same_endpoint(page: PageFacts, method: Method) -> bool:
    return page.method == method.verb and fits(page.path, method.path, values_only=True)


def _by_endpoint(page: PageFacts, spec: Spec) -> Method | None:
    """The method with the page's verb and path; of several, the one whose body the page's is most like."""
    shape = page.body.shape if page.body else None
    shown = {field.name for field in (shape.fields or ())} if shape else set[str]()

    def likeness(method: Method) -> tuple[bool, int]:
        exact = skeleton(page.path) == skeleton(method.path)
        return exact, len(shown & spec.properties(method.body).keys()) if method.body else 0

    found = [method for method in spec.methods if _is_about(page, method)]
    return max(found, key=likeness, default=None)


def _listed(page: PageFacts, rows: Sequence[ListedRow]) -> ListedRow | None:
    """The listed row that a page is: by its id, or by title, place and method."""
    by_id = (row for row in rows if row.id == page.operation or (row.page and row.page == page.page))
    by_title = (
        row
        for row in rows
        if (row.page, row.title) == (None, page.title)
        and row.method in (None, page.method)
        and same_section(page.section, row.section)
    )
    return next(by_id, None) or next(by_title, None)


def as_one(pages: Sequence[PageFacts]) -> PageFacts:
    """One page that says what all say, named and dated as the newest, or as the first if none has a date."""
    return msgspec.structs.replace(
        max(pages, key=lambda page: page.modified_on or ""),
        deprecated=all(page.deprecated for page in pages),
        headers=tuple(_parameters([page.headers for page in pages])),
        parameters=tuple(_parameters([page.parameters for page in pages])),
        body=_body([page.body for page in pages if page.body]),
        answers=tuple(answer for page in pages for answer in page.answers),
    )


def _parameters(pages: Sequence[Sequence[Parameter]]) -> Iterator[Parameter]:
    found: dict[tuple[str, str], list[Parameter]] = {}
    for parameter in (parameter for page in pages for parameter in page):
        found.setdefault((parameter.location, parameter.name), []).append(parameter)
    for same in found.values():
        shown = next((parameter for parameter in same if parameter.shape.types), same[0])
        required = len(same) == len(pages) and all(parameter.required for parameter in same)
        yield msgspec.structs.replace(shown, required=required)


def _body(bodies: Sequence[Body]) -> Body | None:
    if not bodies:
        return None
    types = [body.media_type for body in bodies]
    shapes = [body.shape for body in bodies if body.shape]
    return Body(
        media_type=next((kind for kind in types if kind and not is_json(kind)), types[0]),
        shape=merged(shapes) if len(shapes) == len(bodies) else None,
    )
