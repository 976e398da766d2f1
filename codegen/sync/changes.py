"""What can differ between the documentation and the spec: the vocabulary of reports, deviations and edits."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.pages.facts import Field, PageFacts, Shape

CLIENT_HEADERS = frozenset(
    {"api-version", "x-client-id", "accept-language", "content-type", "accept", "authorization"}
)
"""Headers that the client sends by itself."""


class Change(StrEnum):
    """What differs. The values are the `rule` of an entry in deviations.yaml."""

    ENDPOINT_NEW = "endpoint-new"
    """Pages document an endpoint that the spec does not have, not even listed."""
    ENDPOINT_GONE = "endpoint-gone"
    """No page of a whole site documents an operation any more."""
    ENDPOINT_MOVED = "endpoint-moved"
    """The page of an operation gives another method or path."""
    ENDPOINT_DOCUMENTED = "endpoint-documented"
    """An operation that is only listed has a page."""
    PAGE_NEW = "page-new"
    """One more page documents an endpoint that the spec has."""
    PAGE_GONE = "page-gone"
    """One of several pages of an operation is no longer on the site."""
    SECURITY = "security"
    """The page authenticates in another way than the client."""
    PARAMETER_RENAMED = "parameter-renamed"
    """The page gives a parameter of the path another name; what is sent is the same."""
    PARAMETER_ADDED = "parameter-added"
    PARAMETER_REMOVED = "parameter-removed"
    BODY_ADDED = "body-added"
    BODY_REMOVED = "body-removed"
    ANSWER_ADDED = "answer-added"
    """The page shows the answer's data, of which the spec knows nothing."""
    ANSWER_REMOVED = "answer-removed"
    """The page shows an answer without data."""
    FIELD_ADDED = "field-added"
    FIELD_REMOVED = "field-removed"
    TYPE = "type"
    REQUIRED = "required"
    """The page requires what is optional in the spec."""
    OPTIONAL = "optional"
    """The page makes optional what the spec requires."""
    NULLABLE = "nullable"
    """The page lets null through, the spec does not."""
    NOT_NULLABLE = "not-nullable"
    """The spec lets null through, the page does not."""
    ENUM_ADDED = "enum-added"
    """The page lists values that the spec does not have, or lists values where the spec has none."""
    ENUM_REMOVED = "enum-removed"
    """The spec has values that the page does not list, or has values where the page lists none."""
    API_VERSION = "api-version"
    DEPRECATED = "deprecated"
    LAST_MODIFIED = "last-modified"
    RENAMED = "renamed"
    """Title or place in the menu."""
    PAGE_ID = "page-id"
    """The page has an id, which the spec does not know yet."""


_WORDING = frozenset({
    Change.PAGE_NEW, Change.PAGE_GONE, Change.PAGE_ID, Change.LAST_MODIFIED, Change.RENAMED,
    Change.PARAMETER_RENAMED,
})  # fmt: skip
_ADDITIVE = frozenset({
    Change.ENDPOINT_NEW, Change.ENDPOINT_DOCUMENTED, Change.PARAMETER_ADDED, Change.BODY_ADDED,
    Change.FIELD_ADDED, Change.ENUM_ADDED, Change.DEPRECATED,
})  # fmt: skip
_ADDITIVE_WHERE_SENT = frozenset({Change.OPTIONAL, Change.NULLABLE})
_ADDITIVE_WHERE_ANSWERED = frozenset({Change.REQUIRED, Change.NOT_NULLABLE})
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


@dataclass(frozen=True)
class Drift:
    """One difference between the documentation and the spec."""

    change: Change
    message: str
    """The difference in words, with both sides: what the page says, what the spec says."""
    views: tuple[View, ...]
    """What shows it."""
    place: Place = ()
    """Where in the bundled spec: the node that differs; for something added, the node that it is added to
    (the schema of an object, an operation, a string schema for enum values, a row of `x-minted-docs`)."""
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
    """False where only an example shows it: for a person to look at, never for `--write`."""

    @property
    def kind(self) -> Kind:
        """What it means to callers."""
        if self.change in _WORDING:
            return Kind.WORDING
        additive = _ADDITIVE | (_ADDITIVE_WHERE_SENT if self.sent else _ADDITIVE_WHERE_ANSWERED)
        return Kind.ADDITIVE if self.change in additive and not self.demands else Kind.BREAKING

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
        ends = f"{self.pages[0].method} {self.pages[0].path}" if self.pages else "the site"
        return " ".join(part for part in (self.method, self.at) if part) or ends
