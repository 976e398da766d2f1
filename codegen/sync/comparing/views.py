"""Lays what pages show beside the places of the spec that it is about.

Several pages can show one endpoint, and one schema of the spec can serve several endpoints. So everything
that pages show is first gathered by the place of the spec that it belongs to, and judged there, once. What
only an example shows is no statement about type, null or what is required: of it only the names of fields
count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codegen.documents import Json, Place
from codegen.pages.examples import inside as values_of
from codegen.pages.examples import items as items_of
from codegen.pages.facts import PageFacts, Shape
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, branches, is_struct, look_up, mapping, reference, sequence, types
from codegen.sync.matching import Matches, Served

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
    by_example: bool = False
    """Whether only an example of the page has it."""
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

    @property
    def present(self) -> list[View]:
        """The views that show it."""
        return [view for view in self.views if view.present]

    @property
    def sent(self) -> bool:
        """Whether it travels to the server."""
        return any(view.sent for view in self.views)


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

    def add(self, place: Place, schema: Schema, view: View, *, required: bool | None = None) -> None:
        """Lay a view beside a schema, and its inside beside what is inside the schema."""
        if not view.by_example:
            said = replace(view, shape=Shape()) if view.shape.by_example else view
            self.nodes.setdefault(place, Node(place, schema, required)).views.append(said)
        if not view.present:
            return
        inner_place, inner = inside(self.spec, place, schema)
        if "array" in types(inner) and view.shape.items is not None:
            values = tuple(items_of(view.examples))
            item = replace(view, at=f"{view.at}[]", shape=view.shape.items, required=None, examples=values)
            self.add((*inner_place, "items"), mapping(inner.get("items")), item)
        elif is_struct(inner) and view.shape.fields is not None:
            self.objects[inner_place].append(view)
            for part_place, part in parts(self.spec, inner_place, inner):
                self._properties(part_place, part, view)

    def _properties(self, place: Place, schema: Schema, view: View) -> None:
        """Lay the fields that a page shows beside the properties of an object."""
        required = sequence(schema.get("required"))
        known = view.shape.listed or view.shape.fields or ()
        for name, below in mapping(schema.get("properties")).items():
            shown = next((field for field in known if field.name == name), None)
            if shown is None and not view.shape.listed:
                continue  # the page lists no fields: that an example lacks one says nothing
            part = replace(
                view,
                at=f"{view.at}.{name}",
                shape=shown.shape if shown else Shape(),
                required=shown.required if shown else False,
                examples=tuple(values_of(view.examples, name)),
                present=shown is not None,
                by_example=shown is not None and shown.by_example,
                left_out=any(isinstance(value, dict) and name not in value for value in view.examples),
            )
            self.add((*place, "properties", name), mapping(below), part, required=name in required)


def gather(spec: Spec, matches: Matches) -> Views:
    """Lay everything that matched pages show beside the spec."""
    views = Views(spec)
    for served in matches.served:
        method, page = served.method, served.page
        if "parameters" not in page.gaps:
            _parameters(views, served)
        if method.body is not None and page.body and page.body.shape and is_json(page.body.media_type):
            view = View(page, method.id, "body", True, page.body.shape, examples=page.body.examples)
            views.add(("components", "schemas", method.body), spec.schemas[method.body], view)
        answer = answer_place(method, mapping(look_up(spec.document, method.place)))
        # What an answer holds of which the spec knows nothing is a difference of the whole operation.
        if answer is not None and method.result:
            for view in answer_views(served):
                views.add(answer, method.result, view)
    return views


def _parameters(views: Views, served: Served) -> None:
    """Query parameters; those of the path are part of the path."""
    shown = {entry.name: entry for entry in served.page.parameters if entry.location == "query"}
    for parameter in served.method.located("query"):
        found = shown.get(parameter.name)
        view = View(
            served.page,
            served.method.id,
            f"query.{parameter.name}",
            True,
            found.shape if found else Shape(),
            required=found.required if found else False,
            present=found is not None,
        )
        views.add((*parameter.place, "schema"), parameter.schema, view, required=parameter.required)


def answer_place(method: Method, operation: Schema) -> Place | None:
    """Place of the schema of an operation's answer."""
    for status in sorted(mapping(operation.get("responses"))):
        if status.startswith("2"):
            return (*method.place, "responses", status, "content", JSON, "schema")
    return None


def answer_views(served: Served) -> Iterator[View]:
    """What a page shows of the data of its good answers; nothing where it does not show the data."""
    for answer in served.page.success:
        shape, examples, at = answer.shape, answer.examples, "answer"
        if served.method.envelope:
            at = "data"
            field = shape.field("data") if shape else None
            shape, examples = field.shape if field else None, tuple(values_of(examples, "data"))
        if shape is not None and (says_something(shape) or shape.fields):
            yield View(served.page, served.method.id, at, False, shape, examples=examples)


def says_something(shape: Shape) -> bool:
    """Whether a page's schema shows more than that there is a value; an object without fields is no more."""
    if shape.by_example:
        return False
    if shape.types == ("object",) or not shape.types:
        return bool(shape.listed or shape.enum or shape.alternatives)
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
