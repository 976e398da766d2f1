"""What a page of the documentation says of one endpoint.

A fact that the page does not give is None, or empty where the field says so: never a guess. What could not be
read is a remark of the page.
"""

from __future__ import annotations

import msgspec

from codegen.documents import Json

ENOUGH = 3
"""Answers from which on what was seen in them is written."""


class Remark(msgspec.Struct, frozen=True, order=True):
    """Something on a page that could not be read."""

    place: str
    """Where: `line 12`, or a JSON pointer into the page's OpenAPI document; empty for the page as a whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


class PageError(Exception):
    """A page that cannot be read at all; its source is the name of a file, or an address."""

    def __init__(self, source: str, message: str, place: str = "") -> None:
        self.source = source
        self.remark = Remark(place, message)
        super().__init__(f"{source}: {self.remark}")


class NotAnEndpoint(PageError):  # noqa: N818 - nothing is wrong with the page
    """A page that is whole, but documents no endpoint: an overview, a guide. Callers count it and go on."""


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """The form of a value: a JSON schema, reduced to what pages say."""

    types: tuple[str, ...] = ()
    """JSON types without null (`string`, `number`, `integer`, `boolean`, `object`, `array`); empty where the
    page prints none."""
    nullable: bool = False
    """Whether the page says that null can stand here."""
    enum: tuple[str, ...] | None = None
    """Allowed values in the page's order, None where it lists none. Values that are no strings are left to
    `types`."""
    format: str | None = None
    pattern: str | None = None
    default: Json = None
    examples: tuple[Json, ...] = ()
    description: str = ""
    schema_name: str | None = None
    """Name of the shared schema that this is, such as `Order Item Schema`."""
    fields: tuple[Field, ...] | None = None
    """Fields of an object, never empty: an object without fields shows nothing, and then this is None."""
    items: Shape | None = None
    """What an array holds; None where the page does not say."""
    alternatives: tuple[Shape, ...] = ()
    """The alternatives of a union with more than one member besides null."""
    keyed: bool = False
    """Whether it is an object whose keys are data: `{"GAU": ..., "GAG": ...}`."""
    by_example: bool = False
    """Whether the page's schema does not say what it is, and only an example shows it."""
    rare: frozenset[str | None] = frozenset()
    """Values of `enum`, and None for null, that fewer than `ENOUGH` answers show."""

    def field(self, name: str) -> Field | None:
        """The field of this name, if the page shows it."""
        return next((field for field in self.fields or () if field.name == name), None)

    def always_has(self, name: str) -> bool:
        """Whether no example of the object lacks a field."""
        return all(name in example for example in self.examples if isinstance(example, dict))

    @property
    def listed(self) -> tuple[Field, ...]:
        """The fields that the page's schema lists; those that only an example shows are not among them."""
        return tuple(field for field in self.fields or () if not field.by_example)


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A field of an object, or whatever else has a name and a form."""

    name: str
    shape: Shape
    required: bool | None = None
    """None where the page does not say."""
    by_example: bool = False
    """Whether the page's schema does not list it, and only an example has it, or too few answers."""


class Parameter(Field, frozen=True, kw_only=True):
    """A parameter of the path or the query, or a header."""

    location: str
    """`path`, `query` or `header`."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What is sent or answered."""

    media_type: str = ""
    shape: Shape | None = None
    """None where the page does not show it."""


class Body(Content, frozen=True, kw_only=True):
    """What is sent."""

    required: bool | None = None


class Answer(Content, frozen=True, kw_only=True):
    """What is answered with one status, envelope included."""

    status: str
    """Three digits."""


class PageFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that one page says of one endpoint, or that was seen in the answers of one operation."""

    source: str
    """Name of the file, or address of the page."""
    title: str
    section: tuple[str, ...] | None = None
    """Place in the menu, from the outermost folder in; None where the page does not say."""
    page: str | None = None
    """`api-NUMBER`, which outlives a renamed title."""
    last_modified: str | None = None
    """As printed: `2023-10-11 19:12:51`, or `20 days ago` on older pages."""
    status: str | None = None
    """The page's own word for its state: `testing`, `released`, `deprecated`, ... in lower case."""
    deprecated: bool = False
    method: str
    """In upper case."""
    path: str
    """With single braces: `/partner/order/{external_order_id}`."""
    headers: tuple[Parameter, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    """Of path and query. A path parameter that stands in the path only is here too."""
    body: Body | None = None
    answers: tuple[Answer, ...] = ()
    security: tuple[str, ...] = ()
    """Ways to authenticate, in small letters (`digest`, `bearer`, `basic`, `apikey`); empty where it names
    none."""
    gaps: tuple[str, ...] = ()
    """Sections that are printed empty or missing (`parameters`, `body`, `answers`): what they hold is
    unknown."""
    remarks: tuple[Remark, ...] = ()
    operation: str = ""
    """Where it is no page: the operation, `orders.get`, whose answers were seen."""
    answered: int = 0
    """How many of them."""
    days: tuple[str, str] = ("", "")
    """The dates of the first and of the last."""

    @property
    def endpoint(self) -> str:
        """What it documents: `GET /partner/order/{external_order_id}`."""
        return f"{self.method} {self.path}"

    @property
    def label(self) -> str:
        """How reports name the page: its id, or its place in the menu; answers by their number and dates."""
        if self.operation:
            return f"observed: {self.operation} (answers: {self.answered}, {' to '.join(self.days)})"
        return self.page or " / ".join((*(self.section or ()), self.title))

    @property
    def modified_on(self) -> str | None:
        """The date of the last modification, `2023-10-11`; None where the page prints none or a relative
        one.
        """
        day = (self.last_modified or "")[:10]
        return day if day[:4].isdecimal() and day.count("-") == 2 else None

    @property
    def api_version(self) -> str | None:
        """What the page gives as the `api-version` header: its example, or its default."""
        for header in self.headers:
            if header.name.lower() == "api-version":
                values = (*header.shape.examples, header.shape.default)
                return next((str(value) for value in values if value not in (None, "")), None)
        return None

    @property
    def success(self) -> tuple[Answer, ...]:
        """The answers of calls that went well."""
        return tuple(answer for answer in self.answers if answer.status.startswith("2"))
