"""Compares the fields of an object of the spec with those that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from codegen.documents import Json, Place
from codegen.kinds import Kind
from codegen.pages.facts import Field, Shape
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.judge import Judge, present
from codegen.sync.comparing.views import Node, View, property_names

_EXAMPLE = "x-minted-source"


def compare_objects(
    judge: Judge, objects: Mapping[Place, list[View]], nodes: Mapping[Place, Node]
) -> Iterator[Drift]:
    """Every field that came or went.

    Args:
        judge: what every comparison needs.
        objects: the objects whose fields pages show.
        nodes: their properties.

    Yields:
        The differences.
    """
    for place, views in objects.items():
        yield from _added(judge, place, views)
        yield from _only_in_examples(judge, place, views)
    for place, node in nodes.items():
        if not present(node):
            yield from _removed(judge, node, _kind_of(place))


def merged(fields: list[Field], views: int) -> Field:
    """One field out of what several pages show of it.

    Args:
        fields: the field on each page that has it.
        views: how many pages show the object.

    Returns:
        The first page's field, with null and the values of all; required only if every page requires it.
    """
    first = fields[0]
    values = [value for field in fields for value in field.shape.enum or ()]
    shape = msgspec.structs.replace(
        first.shape,
        nullable=any(field.shape.nullable for field in fields),
        enum=tuple(dict.fromkeys(values)) if first.shape.enum is not None else None,
    )
    required = len(fields) == views and all(field.required for field in fields)
    return Field(name=first.name, shape=shape, required=required)


def _added(judge: Judge, place: Place, views: list[View]) -> Iterator[Drift]:
    ours = property_names(judge.spec, place)
    names = dict.fromkeys(field.name for view in views for field in view.shape.fields or ())
    for name in names:
        if name in ours:
            continue
        showing = judge.some(
            Change.FIELD_ADDED, [_below(view, name) for view in views if view.shape.field(name)]
        )
        fields = [view.shape.field(name) for view in views if view.shape.field(name)]
        if not showing:
            continue
        field = merged([field for field in fields if field], len(views))
        breaking = showing[0].sent and bool(field.required)
        words = "required" if field.required else "optional"
        yield judge.drift(
            Change.FIELD_ADDED,
            Kind.BREAKING if breaking else Kind.ADDITIVE,
            f"a new {words} field on the page, {described(field.shape)}; the spec does not have it",
            showing,
            place,
            field=field,
            certain=field.shape.enum_text is None,
        )


def _only_in_examples(judge: Judge, place: Place, views: list[View]) -> Iterator[Drift]:
    """Keys of examples that neither the page's own field list nor the spec has."""
    ours = property_names(judge.spec, place)
    listed = {field.name for view in views for field in view.shape.fields or ()}
    found: dict[str, list[View]] = {}
    for view in views:
        for name in keys(view.examples):
            if name not in ours and name not in listed:
                found.setdefault(name, []).append(_below(view, name))
    for name, showing in found.items():
        left = judge.some(Change.FIELD_ADDED, showing)
        if left:
            yield judge.drift(
                Change.FIELD_ADDED,
                Kind.ADDITIVE,
                "in an example of the page, but in no field list and not in the spec",
                left,
                place,
                field=Field(name=name, shape=Shape(), required=False),
                certain=False,
            )


def _kind_of(place: Place) -> Change:
    """What it is that is gone: a property, or a parameter of the query."""
    return Change.FIELD_REMOVED if place[-2] == "properties" else Change.PARAMETER_REMOVED


def _removed(judge: Judge, node: Node, change: Change) -> Iterator[Drift]:
    if node.schema.get(_EXAMPLE) == "example" or not judge.complete(node.place):
        return
    left = judge.every(change, node.views)
    if left:
        what = "field" if change is Change.FIELD_REMOVED else "parameter"
        message = f"no page has this {what} any more; the spec has it"
        yield judge.drift(change, Kind.BREAKING, message, left, node.place)


def keys(examples: Iterable[Json]) -> list[str]:
    """The keys of the objects among some examples."""
    return list(dict.fromkeys(key for value in examples if isinstance(value, dict) for key in value))


def described(shape: Shape) -> str:
    """The form of a value in a few words."""
    words = " or ".join(shape.types) or "of no stated type"
    if shape.items is not None:
        words = f"array of {described(shape.items)}"
    if shape.enum is not None:
        words += f" ({', '.join(shape.enum)})"
    return words + (" or null" if shape.nullable else "")


def _below(view: View, name: str) -> View:
    return View(view.page, view.method, f"{view.at}.{name}", view.sent, view.shape)
