"""Finds out which operation of the spec a page of the documentation is about.

A page is the same as a row of `x-minted-docs` by its id, which outlives a renamed title and a moved path;
where row or page has no id, by title and place in the menu. A page that is no row is about the operation that
has its method and path. Where a page has a value in its path, such as the id of the customer that somebody
tried it with, the value stands for the parameter that the spec has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from codegen.documents import Json, Place
from codegen.pages.facts import PageFacts
from codegen.spec import Spec
from codegen.spec.operations import ListedRow, Method
from codegen.spec.schemas import SCHEMA_PREFIX, mapping, sequence, text

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_UUID = re.compile(r"[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
_DIGITS_OF_A_VALUE = 5


@dataclass(frozen=True)
class Row:
    """A row of the menu that an operation serves, with its place in the bundled spec."""

    method: Method
    place: Place
    title: str
    section: tuple[str, ...]
    page: str | None
    last_modified: str | None

    @property
    def label(self) -> str:
        """How reports name it."""
        return self.page or " / ".join((*self.section, self.title))


@dataclass(frozen=True)
class Served:
    """A page that is about a method of the spec, and the row that it is, if it is one."""

    page: PageFacts
    method: Method
    row: Row | None


@dataclass
class Matches:
    """All pages, by what they are about."""

    served: list[Served] = field(default_factory=list[Served])
    listed: list[tuple[PageFacts, ListedRow]] = field(default_factory=list[tuple[PageFacts, ListedRow]])
    new: list[PageFacts] = field(default_factory=list[PageFacts])
    unmatched: list[Row] = field(default_factory=list[Row])
    """Rows of the spec that no page is."""


def match(pages: Sequence[PageFacts], spec: Spec) -> Matches:
    """Find what each page is about."""
    rows = list(_rows(spec))
    row_of = _rows_of(pages, rows)
    # A row that is taken to share the page of another one is found with it.
    found = {row.page for row in row_of.values() if row.page}
    left = [row for row in rows if row not in row_of.values() and row.page not in found]
    matches = Matches(unmatched=left)
    for index, page in enumerate(pages):
        row = row_of.get(index)
        method = row.method if row else _by_endpoint(page, spec)
        if method is not None:
            matches.served.append(Served(page, method, row))
        elif (listed := _listed(page, spec.listed)) is not None:
            matches.listed.append((page, listed))
        else:
            matches.new.append(page)
    return matches


def schemas_of(spec: Spec, method: Method) -> frozenset[str]:
    """The schemas that a method sends or answers."""
    body: list[Json] = [{"$ref": f"{SCHEMA_PREFIX}{method.body}"}] if method.body else []
    return spec.closure([*body, dict(method.result)])


def skeleton(path: str) -> str:
    """A path without the names of its parameters."""
    return _PLACEHOLDER.sub("{}", path)


def looks_like_value(segment: str) -> bool:
    """Whether a part of a path is no word of the API but a value: digits, an id, an address."""
    digits = sum(letter.isdigit() for letter in segment)
    letters = any(letter.isalpha() for letter in segment)
    return (
        not letters or digits >= _DIGITS_OF_A_VALUE or "@" in segment or _UUID.fullmatch(segment) is not None
    )


def fits(path: str, template: str, *, values_only: bool = False) -> bool:
    """Whether a path is that of a template, perhaps with values in the places of its parameters."""
    ours, theirs = skeleton(template).split("/"), skeleton(path).split("/")
    return len(ours) == len(theirs) and all(
        one == other or (one == "{}" and (looks_like_value(other) or not values_only))
        for one, other in zip(ours, theirs, strict=True)
    )


def same_section(page: tuple[str, ...] | None, row: tuple[str, ...]) -> bool:
    """Whether a page's place in the menu can be a row's: one may name outer folders that the other omits.

    A page that stands in no folder is at the top, where the spec gives the name of the tab.
    """
    if page is None:
        return True
    if not page:
        return len(row) == 1
    shared = min(len(page), len(row))
    return page[-shared:] == row[-shared:]


def _rows(spec: Spec) -> Iterator[Row]:
    """Every row that the operations of a spec serve."""
    methods = {method.id: method for method in spec.methods}
    for place, operation in spec.operations:
        own = [method for method in spec.methods if method.place == place]
        for index, raw in enumerate(map(mapping, sequence(operation.get("x-minted-docs")))):
            method = methods.get(text(raw.get("method"))) or (own[0] if own else None)
            if method is not None:
                yield Row(
                    method=method,
                    place=(*place, "x-minted-docs", index),
                    title=text(raw.get("title")),
                    section=_levels(text(raw.get("section"))),
                    page=text(raw.get("page")) or None,
                    last_modified=text(raw.get("last_modified")) or None,
                )


def _levels(section: str) -> tuple[str, ...]:
    return tuple(part for part in section.split(" / ") if part)


def _rows_of(pages: Sequence[PageFacts], rows: Sequence[Row]) -> dict[int, Row]:
    """The row of each page that is one, by the page's index; no row is taken twice."""
    found: dict[int, Row] = {}
    free = list(rows)
    ids = {page.page for page in pages}

    def take(index: int, candidates: Iterable[Row]) -> None:
        row = next(iter(candidates), None)
        if row is not None:
            found[index] = row
            free.remove(row)

    def named(page: PageFacts, *, exact: bool) -> Iterator[Row]:
        for row in free:
            there = page.section == row.section if exact else same_section(page.section, row.section)
            told = page.section is not None or _same_endpoint(page, row.method)
            if row.title == page.title and (row.page is None or row.page not in ids) and there and told:
                yield row

    for index, page in enumerate(pages):
        take(index, [row for row in free if page.page and row.page == page.page])
    for exact in (True, False):
        for index, page in enumerate(pages):
            if index not in found:
                take(index, named(page, exact=exact))
    return found


def _same_endpoint(page: PageFacts, method: Method) -> bool:
    return page.method == method.verb and fits(page.path, method.path, values_only=True)


def _by_endpoint(page: PageFacts, spec: Spec) -> Method | None:
    """The method with the page's verb and path; of several, the one whose body the page's is most like."""
    shape = page.body.shape if page.body else None
    shown = {field.name for field in (shape.fields or ())} if shape else set[str]()

    def likeness(method: Method) -> tuple[bool, int]:
        exact = skeleton(page.path) == skeleton(method.path)
        return exact, len(shown & spec.properties(method.body).keys()) if method.body else 0

    found = [method for method in spec.methods if _same_endpoint(page, method)]
    return max(found, key=likeness, default=None)


def _listed(page: PageFacts, rows: Sequence[ListedRow]) -> ListedRow | None:
    """The listed row that a page is: by its id, or by title, place and method."""
    by_id = [row for row in rows if row.page is not None and row.page == page.page]
    by_title = [
        row
        for row in rows
        if row.page is None
        and row.title == page.title
        and row.method in (None, page.method)
        and same_section(page.section, _levels(row.section))
    ]
    return next(iter([*by_id, *by_title]), None)
