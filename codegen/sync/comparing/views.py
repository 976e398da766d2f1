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

import msgspec

from codegen.documents import Place
from codegen.pages.facts import Field, Shape
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.operations import Method
from codegen.spec.schemas import Schema, branches, is_struct, look_up, mapping, reference, sequence, types
from codegen.sync.changes import View
from codegen.sync.matching import Matches, Served

JSON = "application/json"


@dataclass
class Node:
    """A schema of the spec at one place, and what the pages show of it."""

    place: Place
    schema: Schema
    required: bool | None
    """Whether the spec requires it, None where that is no question: an array's items, the data itself."""
    inner_place: Place
    inner: Schema
    """What says what the value is: references and `anyOf` with null followed."""
    views: list[View] = field(default_factory=list[View])

    @property
    def present(self) -> list[View]:
        """The views that show it."""
        return [view for view in self.views if view.field]


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
        node = Node(place, schema, required, *inside(self.spec, place, schema))
        shown = view.field
        if shown is None or not shown.by_example:
            by_example = shown is not None and shown.shape.by_example
            said = msgspec.structs.replace(shown, shape=Shape()) if shown and by_example else shown
            self.nodes.setdefault(place, node).views.append(replace(view, field=said))
        if "array" in types(node.inner) and view.shape.items is not None:
            item = Field(name="[]", shape=view.shape.items, by_example=shown is not None and shown.by_example)
            below = mapping(node.inner.get("items"))
            self.add((*node.inner_place, "items"), below, replace(view, at=f"{view.at}[]", field=item))
        elif is_struct(node.inner) and view.shape.fields is not None:
            self.objects[node.inner_place].append(view)
            for part_place, part in parts(self.spec, node.inner_place, node.inner):
                self._properties(part_place, part, view)

    def _properties(self, place: Place, schema: Schema, view: View) -> None:
        """Lay the fields that a page shows beside the properties of an object."""
        required = sequence(schema.get("required"))
        known = view.shape.listed or view.shape.fields or ()
        for name, below in mapping(schema.get("properties")).items():
            shown = next((field for field in known if field.name == name), None)
            if shown is None and not view.shape.listed:
                continue  # the page lists no fields: that an example lacks one says nothing
            if shown is not None and shown.required and not view.sent and not view.shape.always_has(name):
                # Whatever the flags say, what an answer's example lacks is optional.
                shown = msgspec.structs.replace(shown, required=None)
            part = replace(view, at=f"{view.at}.{name}", field=shown)
            self.add((*place, "properties", name), mapping(below), part, required=name in required)


def gather(spec: Spec, matches: Matches) -> Views:
    """Lay everything that matched pages show beside the spec."""
    views = Views(spec)
    for served in matches.served:
        method, page = served.method, served.page
        if "parameters" not in page.gaps:
            # Those of the path are part of the path.
            shown = {entry.name: entry for entry in page.parameters if entry.location == "query"}
            for known in method.located("query"):
                view = served.view(f"query.{known.name}", shown.get(known.name), sent=True)
                views.add((*known.place, "schema"), known.schema, view, required=known.required)
        if method.body is not None and page.body and page.body.shape and is_json(page.body.media_type):
            view = served.view("body", Field(name="body", shape=page.body.shape), sent=True)
            views.add(("components", "schemas", method.body), spec.schemas[method.body], view)
        answer = answer_place(method, mapping(look_up(spec.document, method.place)))
        # What an answer holds of which the spec knows nothing is a difference of the whole operation.
        if answer is not None and method.result:
            for view in answer_views(served):
                views.add(answer, method.result, view)
    return views


def answer_place(method: Method, operation: Schema) -> Place | None:
    """Place of the schema of an operation's answer."""
    for status in sorted(mapping(operation.get("responses"))):
        if status.startswith("2"):
            return (*method.place, "responses", status, "content", JSON, "schema")
    return None


def answer_views(served: Served) -> Iterator[View]:
    """What a page shows of the data of its good answers; nothing where it does not show the data."""
    for answer in served.page.success:
        shown = Field(name="answer", shape=answer.shape or Shape())
        if served.method.envelope:
            shown = shown.shape.field("data") or Field(name="data", shape=Shape())
        if says_something(shown.shape) or shown.shape.fields:
            yield served.view(shown.name, Field(name=shown.name, shape=shown.shape))


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
