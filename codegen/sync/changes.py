"""What can differ between the documentation and the spec: the vocabulary of reports, deviations and edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self

from codegen.documents import Place
from codegen.findings import Kind
from codegen.pages.facts import Field, PageFacts, Shape

CLIENT_HEADERS = frozenset(
    {"api-version", "x-client-id", "accept-language", "content-type", "accept", "authorization"}
)
"""Headers that the client sends by itself."""

_BREAKS = Kind.BREAKING, Kind.BREAKING
_ADDS = Kind.ADDITIVE, Kind.ADDITIVE
_WORDS = Kind.WORDING, Kind.WORDING
_ADDS_SENT = Kind.ADDITIVE, Kind.BREAKING
_ADDS_ANSWERED = Kind.BREAKING, Kind.ADDITIVE


class Change(StrEnum):
    """What differs: the rule of an entry in deviations.yaml, what it means to callers, how reports say it."""

    kinds: tuple[Kind, Kind]
    """What it means of something that is sent, and of something that is answered."""
    says: str

    def __new__(cls, rule: str, kinds: tuple[Kind, Kind], says: str) -> Self:
        """A member is its rule."""
        change = str.__new__(cls, rule)
        change._value_, change.kinds, change.says = rule, kinds, says
        return change

    ENDPOINT_NEW = "endpoint-new", _ADDS, "{} is not in the spec"
    ENDPOINT_GONE = "endpoint-gone", _BREAKS, "no page of the site documents {} any more"
    ENDPOINT_MOVED = "endpoint-moved", _BREAKS, "{} {on}, {} in the spec"
    ENDPOINT_DOCUMENTED = "endpoint-documented", _ADDS, "{} is shown {on} now; the spec only lists it"
    PAGE_NEW = "page-new", _WORDS, "one more page documents {}"
    PAGE_GONE = "page-gone", _WORDS, "{} is no longer on the site; other pages document the endpoint"
    SECURITY = "security", _BREAKS, "authenticated by {} {on}, by {} in the spec"
    PARAMETER_ADDED = "parameter-added", _ADDS, "a new {} {} {on}; the spec does not have it"
    PARAMETER_REMOVED = "parameter-removed", _BREAKS, "no page has this parameter any more; the spec has it"
    BODY_ADDED = "body-added", _ADDS, "the page has a body, the spec none"
    BODY_REMOVED = "body-removed", _BREAKS, "no page shows a body, the spec has one"
    ANSWER_ADDED = "answer-added", _BREAKS, "the answer's data is shown {on}, the spec does not know it"
    ANSWER_REMOVED = "answer-removed", _BREAKS, "no page shows `data` in the answer, the spec does"
    FIELD_ADDED = "field-added", _ADDS, "a new {} field {on}{}, {}; the spec does not have it"
    FIELD_REMOVED = "field-removed", _BREAKS, "no page has this field any more; the spec has it"
    TYPE = "type", _BREAKS, "{} {on}, {} in the spec"
    REQUIRED = "required", _ADDS_ANSWERED, "required {on}, optional in the spec"
    OPTIONAL = "optional", _ADDS_SENT, "optional {on}, required in the spec"
    NULLABLE = "nullable", _ADDS_SENT, "can be null {on}, not in the spec"
    NOT_NULLABLE = "not-nullable", _ADDS_ANSWERED, "never null {on}, null in the spec too"
    ENUM_ADDED = "enum-added", _ADDS, "values {on} {}: {}"
    ENUM_REMOVED = "enum-removed", _BREAKS, "values of the spec {}: {}"
    API_VERSION = "api-version", _BREAKS, "api-version {} {on}, {} in the spec"
    DEPRECATED = "deprecated", _ADDS, "deprecated {on}, not in the spec"
    LAST_MODIFIED = "last-modified", _WORDS, "modified on {}, the spec has read it as of {}"
    RENAMED = "renamed", _WORDS, "called {} on the site, {} in the spec"
    PAGE_ID = "page-id", _WORDS, "the page's id is {}, in the spec {}"


BY_ABSENCE = frozenset({
    Change.ENDPOINT_GONE, Change.PAGE_GONE, Change.PARAMETER_REMOVED, Change.BODY_REMOVED,
    Change.ANSWER_REMOVED, Change.FIELD_REMOVED, Change.REQUIRED, Change.NOT_NULLABLE, Change.ENUM_REMOVED,
})  # fmt: skip
"""What holds only where no page says otherwise: true of all pages together, or not at all."""


@dataclass(frozen=True)
class View:
    """What one page shows at one place: of an endpoint as a whole, or of a value that is sent or answered."""

    page: PageFacts | None
    """None for what is on no page any more."""
    method: str
    """The method of the SDK that it is about, `orders.get`; empty for a new endpoint."""
    at: str = ""
    """Where on the page: `body.items[].sku`, `data.status_name`, `query.limit`; empty for the endpoint."""
    sent: bool = False
    """Whether it is about something that is sent, not answered."""
    field: Field | None = None
    """What the page shows there; None for a property of an object that the page shows without it."""

    @property
    def shape(self) -> Shape:
        """The form of what it shows."""
        return self.field.shape if self.field else Shape()

    @property
    def observed(self) -> bool:
        """Whether answers show it, and no page."""
        return self.page is not None and self.page.operation != ""


@dataclass(frozen=True)
class Drift:
    """One difference between the documentation and the spec."""

    change: Change
    views: tuple[View, ...]
    """What shows it."""
    place: Place
    """Where in the bundled spec: the node that differs; for something added, the node that it is added to
    (the schema of an object, an operation, a string schema for enum values, a row of `x-minted-docs`)."""
    said: tuple[str, ...] = ()
    """What the page says, and what the spec says, for the sentence of the change."""
    file: str = ""
    """The file of the spec that a person has to look at, below `openapi/`."""
    pointer: str = ""
    """JSON pointer into that file, of `place`."""
    field: Field | None = None
    """FIELD_ADDED and PARAMETER_ADDED: what the pages show together."""
    order: tuple[str, ...] = ()
    """FIELD_ADDED and ENUM_ADDED: the fields or values there, in the page's order."""
    values: tuple[str, ...] = ()
    """What exactly the pages say: types, values that came or went, an api-version, a date."""
    demands: bool = False
    """Whether it adds something without which calls that work today could fail."""
    certain: bool = True
    """False where an example or too few answers show it: for a person to look at, never for `--write`."""

    @property
    def kind(self) -> Kind:
        """What it means to callers."""
        kind = self.change.kinds[0 if self.sent else 1]
        return Kind.BREAKING if self.demands and kind is Kind.ADDITIVE else kind

    @property
    def message(self) -> str:
        """The difference in words, with both sides."""
        return self.change.says.format(*self.said, on="in answers" if self.observed else "on the page")

    @property
    def observed(self) -> bool:
        """Whether answers show it, and no page."""
        return any(view.observed for view in self.views)

    @property
    def pages(self) -> tuple[PageFacts, ...]:
        """The pages that show it."""
        return tuple({id(view.page): view.page for view in self.views if view.page}.values())

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it is about; none for a new endpoint."""
        return tuple(dict.fromkeys(view.method for view in self.views if view.method))

    @property
    def method(self) -> str | None:
        """The first method that it is about."""
        return next(iter(self.methods), None)

    @property
    def at(self) -> str:
        """Where on the first page."""
        return self.views[0].at

    @property
    def sent(self) -> bool:
        """Whether it is about something that is sent, not answered."""
        return any(view.sent for view in self.views)

    @property
    def page(self) -> str:
        """How reports name the pages that show it."""
        more = f" and {len(self.pages) - 3} more" if len(self.pages) > 3 else ""
        return ", ".join(page.label for page in self.pages[:3]) + more

    @property
    def where(self) -> str:
        """The method and the place on the page, `orders.get data.status_name`."""
        ends = self.pages[0].endpoint if self.pages else "the site"
        return " ".join(part for part in (self.method, self.at) if part) or ends
