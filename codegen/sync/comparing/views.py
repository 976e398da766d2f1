"""Lays what pages show beside the places of the spec that it is about.

Several pages can show one endpoint, and one schema of the spec can serve several endpoints. So everything
that pages show is first gathered by the place of the spec that it belongs to, and judged there, once. What
only an example shows is no statement about type, null or what is required: of it only the names of fields
count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

import msgspec

from codegen.documents import Place
from codegen.pages.facts import Field, Shape
from codegen.pages.operation import is_json
from codegen.spec import Spec
from codegen.spec.schemas import Schema, is_struct, mapping, nullable, reference, sequence, types
from codegen.sync.changes import View
from codegen.sync.matching import Matches, Served

Fields: TypeAlias = dict[str, tuple[Place, Schema, bool]]
"""Fields of an object by name: place, schema, and whether it is required."""


@dataclass(frozen=True)
class Known:
    """What the spec says of a value, references and compositions followed."""

    place: Place
    """Of the schema that says it."""
    types: frozenset[str] = frozenset()
    """Without null; empty where anything goes."""
    null: bool = False
    enum: tuple[str, ...] | None = None
    items: Schema | None = None
    fields: Fields | None = None
    """None where it is no object with fields."""


def known(spec: Spec, place: Place, schema: Schema) -> Known:
    """What the spec says at a place."""
    name = reference(schema)
    if name is not None:
        return known(spec, ("components", "schemas", name), spec.schemas[name])
    union = "oneOf" if "oneOf" in schema else "anyOf"
    branches = enumerate(map(mapping, sequence(schema.get(union))))
    members = [known(spec, (*place, union, at), each) for at, each in branches if each.get("type") != "null"]
    if len(members) == 1:
        return replace(members[0], null=nullable(schema) or members[0].null)
    values = [schema["const"]] if "const" in schema else schema.get("enum")
    found = {*types(schema), *(kind for member in members for kind in member.types)}
    if not found and (values is not None or is_struct(schema)):
        found = {"object" if values is None else "string"}
    required = sequence(schema.get("required"))
    fields: Fields = {
        name: ((*place, "properties", name), mapping(node), name in required)
        for name, node in mapping(schema.get("properties")).items()
    }
    for index, part in enumerate(map(mapping, sequence(schema.get("allOf")))):
        fields = (known(spec, (*place, "allOf", index), part).fields or {}) | fields
    return Known(
        place,
        types=frozenset(found),
        null=nullable(schema),
        enum=None if values is None else tuple(str(value) for value in sequence(values) if value is not None),
        items=mapping(schema.get("items")) if "array" in found else None,
        fields=fields if is_struct(schema) else None,
    )


@dataclass
class Node:
    """A place of the spec, and what the pages show there."""

    place: Place
    known: Known
    required: bool | None
    """Whether the spec requires it, None where that is no question: an array's items, the data itself."""
    uncertain: bool
    """Whether the spec has it from an example only."""
    views: list[View] = field(default_factory=list[View])

    @property
    def stated(self) -> list[View]:
        """The views that say whether it is there."""
        return [view for view in self.views if view.field is None or not view.field.by_example]


Nodes: TypeAlias = dict[Place, Node]
"""Properties, parameters, items of arrays, bodies and answers, by place."""


def gather(spec: Spec, matches: Matches) -> Nodes:
    """Lay everything that matched pages show beside the spec."""
    nodes: Nodes = {}
    for served in matches.served:
        method, page = served.method, served.page
        if "parameters" not in page.gaps:
            # Those of the path are part of the path.
            shown = {entry.name: entry for entry in page.parameters if entry.location == "query"}
            for ours in method.located("query"):
                view = served.view(f"query.{ours.name}", shown.get(ours.name), sent=True)
                lay(nodes, spec, (*ours.place, "schema"), ours.schema, view, required=ours.required)
        if method.body is not None and page.body and page.body.shape and is_json(page.body.media_type):
            view = served.view("body", Field(name="body", shape=page.body.shape), sent=True)
            lay(nodes, spec, ("components", "schemas", method.body), spec.schemas[method.body], view)
        # What an answer holds of which the spec knows nothing is a difference of the whole operation.
        for view in answer_views(served) if method.result else ():
            lay(nodes, spec, method.result_place, method.result, view)
    return nodes


def lay(
    nodes: Nodes, spec: Spec, place: Place, schema: Schema, view: View, *, required: bool | None = None
) -> None:
    """Lay a view beside a schema, and its inside beside what is inside the schema."""
    ours, shape = known(spec, place, schema), view.shape
    uncertain = schema.get("x-minted-source") == "example"
    nodes.setdefault(place, Node(place, ours, required, uncertain)).views.append(view)
    if ours.items is not None and shape.items is not None:
        by_example = view.field is not None and view.field.by_example
        item = Field(name="[]", shape=shape.items, by_example=by_example)
        lay(nodes, spec, (*ours.place, "items"), ours.items, replace(view, at=f"{view.at}[]", field=item))
    listed = shape.listed or shape.fields or ()
    for name, (below, inner, needed) in (ours.fields or {}).items() if listed else ():
        shown = next((field for field in listed if field.name == name), None)
        if shown is None and not shape.listed:
            continue  # the page lists no fields: that an example lacks one says nothing
        if shown is not None and shown.required and not view.sent and not shape.always_has(name):
            # Whatever the flags say, what an answer's example lacks is optional.
            shown = msgspec.structs.replace(shown, required=None)
        part = replace(view, at=f"{view.at}.{name}", field=shown)
        lay(nodes, spec, below, inner, part, required=needed)


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
