"""What can differ between the documentation and the spec: the vocabulary of reports, deviations and edits."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.pages.facts import Field, PageFacts, Parameter, Shape

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


class Drift(msgspec.Struct, frozen=True, kw_only=True):
    """One difference between the documentation and the spec."""

    change: Change
    kind: Kind
    message: str
    """The difference in words, with both sides: what the page says, what the spec says."""
    pages: tuple[PageFacts, ...] = ()
    """The pages that show it; empty for what is on no page any more."""
    methods: tuple[str, ...] = ()
    """The methods of the SDK that it is about, `orders.get`; empty for a new endpoint."""
    at: str = ""
    """Where on the page: `body.items[].sku`, `data.status_name`, `query.limit`; empty for the endpoint."""
    place: Place = ()
    """Where in the bundled spec: the node that differs; for something added, the node that it is added to
    (the schema of an object, an operation, a string schema for enum values, a row of `x-minted-docs`)."""
    file: str = ""
    """The file of the spec that a person has to look at, below `openapi/`."""
    pointer: str = ""
    """JSON pointer into that file, of `place`."""
    sent: bool = False
    """Whether it is about something that is sent, not answered."""
    field: Field | None = None
    """FIELD_ADDED: what the page shows, merged from all its pages."""
    before: tuple[str, ...] = ()
    """FIELD_ADDED: the fields in front of it on the page."""
    parameter: Parameter | None = None
    """PARAMETER_ADDED."""
    shape: Shape | None = None
    """BODY_ADDED, ENUM_ADDED: what the page shows there."""
    values: tuple[str, ...] = ()
    """ENUM_ADDED and ENUM_REMOVED: the values that came or went. API_VERSION, LAST_MODIFIED, PAGE_ID, RENAMED
    (title, then the levels of the section): what the page says."""
    certain: bool = True
    """False where only an example shows it: for a person to look at, never for `--write`."""

    @property
    def method(self) -> str | None:
        """The first method that it is about."""
        return self.methods[0] if self.methods else None

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
