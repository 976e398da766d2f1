"""Lays what pages show beside the places of the spec that it is about.

Several pages can show one endpoint, and one schema of the spec can serve several endpoints. So everything
that pages show is first gathered by the place of the spec that it belongs to, and judged there, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codegen.documents import Json, Place
from codegen.pages.facts import Body, PageFacts, Parameter, Shape
from codegen.spec import Spec
from codegen.spec.operations import Method
from codegen.spec.schemas import (
    Schema,
    branches,
    is_struct,
    look_up,
    mapping,
    nullable,
    reference,
    sequence,
    types,
)
from codegen.sync.comparing.matching import Matches, Served

JSON = "application/json"


@dataclass(frozen=True)
class View:
    """What one page shows of one place of the spec."""

    page: PageFacts
    method: str
    """The method of the SDK that the page is about."""
    at: str
    """Where on the page: `data.items[].sku`."""
    sent: bool
    shape: Shape
    required: bool | None = None
    """Whether the page requires it; False for a property that the page does not have."""
    examples: tuple[Json, ...] = ()
    """The values that the page's examples have there."""
    present: bool = True
    """False if the page shows the object without this property."""
    left_out: bool = False
    """Whether one of the page's examples has the object without this property."""


@dataclass
class Node:
    """A schema of the spec at one place, and what the pages show of it."""

    place: Place
    schema: Schema
    required: bool | None = None
    """Whether the spec requires it, None where that is no question: an array's items, the data itself."""
    views: list[View] = field(default_factory=list[View])


@dataclass
class Views:
    """Everything that the pages show, by place of the spec."""

    spec: Spec
    nodes: dict[Place, Node] = field(default_factory=dict[Place, Node])
    """Properties, parameters, items of arrays, bodies and answers."""
    objects: defaultdict[Place, list[View]] = field(
        default_factory=lambda: defaultdict[Place, list[View]](list)
    )
    """Objects whose fields the pages show."""

    def node(self, place: Place, schema: Schema, view: View, *, required: bool | None = None) -> None:
        """Lay a view beside a schema, and its inside beside what is inside the schema."""
        node = self.nodes.setdefault(place, Node(place, schema, required))
        node.views.append(view)
        if not view.present:
            return
        inner_place, inner = inside(self.spec, place, schema)
        if "array" in types(inner) and view.shape.items is not None:
            values = tuple(item for value in view.examples for item in sequence(value))
            item = replace(view, at=f"{view.at}[]", shape=view.shape.items, required=None, examples=values)
            self.node((*inner_place, "items"), mapping(inner.get("items")), item)
        elif is_struct(inner) and view.shape.fields is not None:
            self.objects[inner_place].append(view)
            for part_place, part in parts(self.spec, inner_place, inner):
                self.properties(part_place, part, view)

    def properties(self, place: Place, schema: Schema, view: View) -> None:
        """Lay the fields that a page shows beside the properties of an object."""
        required = sequence(schema.get("required"))
        for name, below in mapping(schema.get("properties")).items():
            shown = view.shape.field(name)
            values = tuple(
                value[name] for value in view.examples if isinstance(value, dict) and name in value
            )
            part = replace(
                view,
                at=f"{view.at}.{name}",
                shape=shown.shape if shown else Shape(),
                required=shown.required if shown else False,
                examples=values,
                present=shown is not None,
                left_out=any(isinstance(value, dict) and name not in value for value in view.examples),
            )
            self.node((*place, "properties", name), mapping(below), part, required=name in required)


def gather(spec: Spec, matches: Matches) -> Views:
    """Lay everything that matched pages show beside the spec.

    Args:
        spec: the spec.
        matches: which page is about which operation.

    Returns:
        The views of every place of the spec that a page shows something of.
    """
    views = Views(spec)
    for served in matches.served:
        operation = mapping(look_up(spec.document, served.method.place))
        _parameters(views, served)
        body = body_schema(spec, served.method)
        shown = json_body(served.page)
        if body is not None and shown is not None and shown.shape is not None:
            view = _view(served, "body", shown.shape, sent=True, examples=shown.examples)
            views.node(*body, view)
        answer = answer_place(served.method, operation)
        # What an answer holds of which the spec knows nothing is a difference of the whole operation.
        if answer is not None and served.method.result:
            for view in answer_views(served):
                views.node(answer, served.method.result, view)
    return views


def json_body(page: PageFacts) -> Body | None:
    """The body of a page if it is JSON, or does not say what it is."""
    if page.body is None or not is_json(page.body.media_type):
        return None
    return page.body


def is_json(media_type: str) -> bool:
    """Whether a media type can be JSON; `*/*` and nothing at all can."""
    name = media_type.partition(";")[0].strip().lower()
    return name in ("", "*/*", JSON) or name.endswith("+json")


def body_schema(spec: Spec, method: Method) -> tuple[Place, Schema] | None:
    """Place and schema of what a method sends, None if it sends nothing."""
    if method.body is None:
        return None
    return ("components", "schemas", method.body), spec.schemas[method.body]


def answer_place(method: Method, operation: Schema) -> Place | None:
    """Place of the schema of an operation's answer."""
    for status in sorted(mapping(operation.get("responses"))):
        if status.startswith("2"):
            return (*method.place, "responses", status, "content", JSON, "schema")
    return None


def answer_views(served: Served) -> Iterator[View]:
    """What a page shows of the data of its good answers; nothing where it does not show the data."""
    for answer in served.page.success:
        shape, examples = answer.shape, answer.examples
        at = "answer"
        if served.method.envelope:
            at = "data"
            field = shape.field("data") if shape else None
            shape = field.shape if field else None
            examples = tuple(
                value["data"] for value in examples if isinstance(value, dict) and "data" in value
            )
        if shape is not None and says_something(shape):
            yield _view(served, at, shape, sent=False, examples=examples)


def says_something(shape: Shape) -> bool:
    """Whether a page shows more than that there is a value; an object without fields is no more."""
    if shape.types == ("object",) or not shape.types:
        return bool(shape.fields or shape.enum or shape.alternatives)
    return True


def inside(spec: Spec, place: Place, schema: Schema) -> tuple[Place, Schema]:
    """Follow references, and `anyOf` with null, to the schema that says what the value is, with its place."""
    name = reference(schema)
    if name is not None and name in spec.schemas:
        return inside(spec, ("components", "schemas", name), spec.schemas[name])
    if len(branches(schema)) == 1:
        for index, branch in enumerate(sequence(schema.get("anyOf"))):
            if mapping(branch).get("type") != "null":
                return inside(spec, (*place, "anyOf", index), mapping(branch))
    return place, schema


def parts(spec: Spec, place: Place, schema: Schema) -> Iterator[tuple[Place, Schema]]:
    """An object and what it is composed of by `allOf`, each with its place."""
    yield place, schema
    for index, part in enumerate(sequence(schema.get("allOf"))):
        yield from parts(spec, *inside(spec, (*place, "allOf", index), mapping(part)))


def property_names(spec: Spec, place: Place) -> frozenset[str]:
    """The names of all properties of the object at a place, those of its parts too."""
    schema = mapping(look_up(spec.document, place))
    return frozenset(
        name for _, part in parts(spec, place, schema) for name in mapping(part.get("properties"))
    )


def lets_null_through(spec: Spec, schema: Schema) -> bool:
    """Whether a schema or what it refers to allows null."""
    if nullable(schema):
        return True
    name = reference(schema)
    return name is not None and name in spec.schemas and lets_null_through(spec, spec.schemas[name])


def _parameters(views: Views, served: Served) -> None:
    """Query parameters; those of the path are part of the path."""
    for parameter in served.method.located("query"):
        shown = _query(served.page, parameter.name)
        view = _view(served, f"query.{parameter.name}", shown.shape if shown else Shape(), sent=True)
        view = replace(view, required=shown.required if shown else False, present=shown is not None)
        views.node((*parameter.place, "schema"), parameter.schema, view, required=parameter.required)


def _query(page: PageFacts, name: str) -> Parameter | None:
    found = (entry for entry in page.parameters if entry.location == "query" and entry.name == name)
    return next(found, None)


def _view(served: Served, at: str, shape: Shape, *, sent: bool, examples: tuple[Json, ...] = ()) -> View:
    return View(served.page, served.method.id, at, sent, shape, examples=examples)
