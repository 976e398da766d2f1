"""Operations of the spec as the generator sees them: methods, parameters, rows of the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from codegen.documents import Json, Place
from codegen.spec.schemas import Schema, look_up, mapping, reference, sequence, text

VERBS = ("get", "post", "put", "patch", "delete")
EVIDENCE = ("documented", "sibling", "addressed", "listed")
"""From strong to weak. Of what is addressed, method and path are known, and not what is sent."""

PAGE = "page"
"""The parameter that says which page of a list is asked for."""

_SHARED = ("api_version", "envelope", "idempotent", "harmless", "alone", "lookup")
_SAID = {name: f"x-minted-{name.replace('_', '-')}" for name in (*_SHARED, "note", "evidence", "docs", "all")}


class DocsRow(msgspec.Struct, frozen=True):
    """One row of the documentation's menu that an operation serves."""

    title: str
    section: str
    evidence: str
    place: Place
    page: str | None = None
    last_modified: str | None = None
    method: str | None = None
    """The method that the row documents, where an operation serves several."""


class Parameter(msgspec.Struct, frozen=True, rename={"location": "in"}):
    """A parameter, or a field of a body."""

    name: str
    """On the wire; empty for a body that is sent as it is."""
    location: str
    """`path`, `query` or `body`."""
    schema: dict[str, Any]
    place: Place
    required: bool = False
    description: str = ""


class Named(msgspec.Struct, frozen=True, kw_only=True, rename=_SAID):
    """What becomes a method of a resource; its id is `resource.method`; the resource may have dots too."""

    id: str
    description: str = ""

    @property
    def resource(self) -> str:
        """The part of the id before the last dot."""
        return self.id.rpartition(".")[0]

    @property
    def name(self) -> str:
        """The part of the id after the last dot."""
        return self.id.rpartition(".")[2]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of all that it becomes."""
        return (self.id,)


class Method(Named, frozen=True, kw_only=True, rename=_SAID):
    """One method of a resource: an HTTP operation, or one of the bodies that an operation takes."""

    summary: str = ""
    note: str = ""
    """What its pages leave open: for those who judge the evidence, not for those who call."""
    evidence: str
    docs: tuple[DocsRow, ...]
    verb: str
    path: str
    parameters: tuple[Parameter, ...]
    body: str | None
    """Name of the body's schema."""
    result: dict[str, Any]
    """Schema of the answer's data; empty where no page shows it."""
    result_place: Place
    """Where that schema stands, or belongs."""
    result_description: str
    api_version: str | None = None
    envelope: bool = True
    idempotent: bool = False
    harmless: bool = False
    alone: bool = False
    lookup: str | None = None
    bearer: bool
    """Whether it is sent with a token of its own, not with the partner's user name and password."""
    all: str = ""
    """Name of the method that gives the rows of all its pages; empty where there is none."""
    place: Place

    @property
    def open(self) -> bool:
        """Whether it takes fields of which the spec knows nothing."""
        return self.evidence == "addressed"

    @property
    def ids(self) -> tuple[str, ...]:
        """Its own, and that of the method that gives the rows of all pages."""
        return (self.id, f"{self.resource}.{self.all}") if self.all else (self.id,)

    def located(self, location: str) -> tuple[Parameter, ...]:
        """The parameters of one location, `path` or `query`; those of the path in the order of the path."""
        found = [parameter for parameter in self.parameters if parameter.location == location]
        if location == "path":
            found.sort(key=lambda parameter: self.path.find("{" + parameter.name + "}"))
        return tuple(found)


class ListedRow(Named, frozen=True, kw_only=True):
    """A row of the menu of which only the name and the place are known."""

    title: str
    section: str
    method: str | None = None
    page: str | None = None
    index: int
    answer: dict[str, Any] = {}
    """Schema of the answer's data, where a page shows that and not the path; empty elsewhere."""
    also: tuple[ListedRow, ...]
    """Further rows of the menu that are taken to be the same operation."""

    @property
    def place(self) -> Place:
        """Where the bundle has it."""
        return "listed", self.index

    @property
    def rows(self) -> tuple[ListedRow, ...]:
        """This row, and those that are the same."""
        return (self, *self.also)


@dataclass(frozen=True)
class Resource:
    """A tag of the spec: a class of methods, and of the resources whose names go on after its own."""

    name: str
    description: str
    methods: tuple[Method, ...]
    listed: tuple[ListedRow, ...]
    children: tuple[Resource, ...]
    class_name: str
    """`CardPayments` for `card_payments`, `EcomOrders` for `ecom.orders`."""

    @property
    def attribute(self) -> str:
        """What it is called where it is found, `orders` for `ecom.orders`."""
        return self.name.rpartition(".")[2]

    @property
    def entries(self) -> tuple[Method | ListedRow, ...]:
        """All its methods, typed ones first."""
        return (*self.methods, *self.listed)

    @property
    def bearer(self) -> bool:
        """Whether it is reached with a token of its own."""
        return any(method.bearer for method in self.methods)


def read_operations(document: dict[str, Json]) -> Iterator[tuple[Place, dict[str, Json]]]:
    """Every operation of a bundled document as written, with its place."""
    for path, item in mapping(document.get("paths")).items():
        for verb in VERBS:
            operation = mapping(item).get(verb)
            if isinstance(operation, dict):
                yield ("paths", path, verb), operation


def read_methods(document: dict[str, Json]) -> Iterator[Method]:
    """Every method of a bundled document: one for each operation, or for each of its `x-minted-methods`."""
    for place, operation in read_operations(document):
        shared = (*place[:2], "parameters")
        parameters = (
            *_parameters(look_up(document, shared), shared),
            *_parameters(operation.get("parameters"), (*place, "parameters")),
        )
        for entry in map(mapping, sequence(operation.get("x-minted-methods"))):
            # A method takes the parameters that it names; without names, all.
            names = entry.get("parameters")
            own = (each for each in parameters if not isinstance(names, list) or each.name in names)
            yield _method(operation, entry, tuple(own), place)
        if "x-minted-methods" not in operation:
            yield _method(operation, operation, parameters, place)


def _method(
    operation: dict[str, Json], entry: dict[str, Json], parameters: tuple[Parameter, ...], place: Place
) -> Method:
    identifier = text(entry.get("id") or entry.get("operationId"))
    rows: list[dict[str, Any]] = [
        {**mapping(row), "place": (*place, "x-minted-docs", index)}
        for index, row in enumerate(sequence(operation.get("x-minted-docs")))
    ]
    own = [row for row in rows if row.get("method") in (None, identifier)]
    known = [text(row.get("evidence")) for row in own if row.get("evidence") in EVIDENCE]
    evidence = min(known, key=EVIDENCE.index, default=text(operation.get("x-minted-evidence")))
    body = mapping(entry.get("body")) if "body" in entry else _json_schema(operation.get("requestBody"))
    responses = mapping(operation.get("responses"))
    good = min(responses, default="")
    answer = mapping(responses.get(good))
    # Nobody knows what is moved by a call of which the body is not known.
    unknown = evidence == "addressed" and place[2] != "get"
    said = {
        **{key: operation[key] for key in map(_SAID.get, _SHARED) if key in operation},
        **entry,
        "id": identifier,
        "x-minted-evidence": evidence,
        "x-minted-docs": own,
        "verb": str(place[2]).upper(),
        "path": place[1],
        "parameters": parameters,
        "body": reference(body) if evidence != "addressed" else None,
        "result": _json_schema(answer),
        "result_place": (*place, "responses", good, "content", "application/json", "schema"),
        "result_description": answer.get("description", ""),
        **({"x-minted-alone": True} if unknown else {}),
        "bearer": {"bearer": []} in sequence(entry.get("security")),
        "place": place,
    }
    return msgspec.convert(said, Method)


def _parameters(node: Json, place: Place) -> Iterator[Parameter]:
    for index, entry in enumerate(map(mapping, sequence(node))):
        yield msgspec.convert({**entry, "place": (*place, index)}, Parameter)


def _json_schema(node: Json) -> Schema:
    """The schema of a request body's or response's JSON, empty if it has none."""
    return mapping(look_up(node, ("content", "application/json", "schema")))


def read_listed(row: dict[str, Json], index: int) -> ListedRow:
    """A row of listed.yaml, and those that are the same."""
    whole = {**row, "index": index, "also": []}
    also = [{**whole, **mapping(other)} for other in sequence(row.get("also"))]
    return msgspec.convert({**whole, "also": also}, ListedRow)
