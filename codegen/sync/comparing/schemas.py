"""Judges places of the spec by what pages show of them: fields that came or went, type, null, required,
values.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from codegen.documents import Place
from codegen.kinds import Kind
from codegen.pages.examples import merged
from codegen.pages.facts import Field, Shape
from codegen.spec import Spec
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
from codegen.sync.changes import Change, Drift
from codegen.sync.comparing.judge import Judge
from codegen.sync.comparing.views import Node, View, Views, inside, parts, says_something


# ---------------------------------------------------------------------- fields
def compare_objects(judge: Judge, views: Views) -> Iterator[Drift]:
    """Every field that came or went, and every parameter of the query that went."""
    for place, shown in views.objects.items():
        yield from _added(judge, place, shown)
    for node in views.nodes.values():
        if not node.present:
            yield from _removed(judge, node)


def _added(judge: Judge, place: Place, views: list[View]) -> Iterator[Drift]:
    schema = mapping(look_up(judge.spec.document, place))
    ours = {name for _, part in parts(judge.spec, place, schema) for name in mapping(part.get("properties"))}
    names = dict.fromkeys(field.name for view in views for field in view.shape.fields or ())
    for name in names:
        if name in ours:
            continue
        having = [(view, field) for view in views if (field := view.shape.field(name))]
        listing = [(view, field) for view, field in having if not field.by_example]
        below = [
            View(view.page, view.method, f"{view.at}.{name}", view.sent, view.shape)
            for view, _ in listing or having
        ]
        found = [field for _, field in listing or having]
        needed = len(found) == len(views) and all(each.required for each in found)
        field = Field(name=name, shape=merged([each.shape for each in found]), required=needed)
        required = "required" if field.required else "optional"
        message = f"a new {required} field on the page, {described(field.shape)}; the spec does not have it"
        if not listing:
            message = "in an example of the page, but in no field list and not in the spec"
        kind = Kind.BREAKING if below[0].sent and field.required else Kind.ADDITIVE
        order = [each.name for each in (listing or having)[0][0].shape.fields or ()]
        before = tuple(order[: order.index(name)])
        rest: dict[str, Any] = {"kind": kind, "field": field, "before": before, "certain": bool(listing)}
        yield from judge.shown(Change.FIELD_ADDED, message, below, place, **rest)


def _removed(judge: Judge, node: Node) -> Iterator[Drift]:
    of_object = node.place[-2] == "properties"
    change = Change.FIELD_REMOVED if of_object else Change.PARAMETER_REMOVED
    if node.schema.get("x-minted-source") == "example" or not judge.complete(node.place):
        return
    what = "field" if of_object else "parameter"
    message = f"no page has this {what} any more; the spec has it"
    yield from judge.shown(change, message, node.views, node.place, together=True)


def described(shape: Shape) -> str:
    """The form of a value in a few words."""
    words = " or ".join(shape.types) or "of no stated type"
    if shape.items is not None:
        words = f"array of {described(shape.items)}"
    if shape.enum is not None:
        words += f" ({', '.join(shape.enum)})"
    return words + (" or null" if shape.nullable else "")


# ---------------------------------------------------------------------- required, type, null
def compare_node(judge: Judge, node: Node) -> Iterator[Drift]:
    """Everything in which one schema differs from the pages, but for the fields inside it."""
    yield from _required(judge, node)
    if node.present:
        yield from _type(judge, node)
        yield from _null(judge, node)


def type_words(shape: Shape) -> tuple[str, ...]:
    """The JSON types that a page prints, those of a union's members together."""
    found = [*shape.types, *(name for member in shape.alternatives for name in type_words(member))]
    if not found and shape.enum is not None:
        found = ["string"]
    return tuple(sorted(set(found)))


def _spec_types(spec: Spec, schema: Schema) -> frozenset[str]:
    """The JSON types that the spec allows."""
    _, inner = inside(spec, (), schema)
    members = branches(inner)
    if members:
        return frozenset[str]().union(*(_spec_types(spec, member) for member in members))
    declared = types(inner)
    if not declared and is_struct(inner):
        return frozenset({"object"})
    return frozenset(declared or (("string",) if "enum" in inner or "const" in inner else ()))


def _required(judge: Judge, node: Node) -> Iterator[Drift]:
    # A property that no page has at all is not optional but gone.
    if node.required and node.present:
        views = [view for view in node.views if view.required is False]
        message = "optional on the page, required in the spec"
        yield from judge.shown(Change.OPTIONAL, message, views, node.place)
    elif node.required is False:
        demanded = bool(node.views) and all(view.required for view in node.views)
        # Whatever the flags say, what an answer's example lacks is optional.
        left_out = not node.sent and any(view.left_out for view in node.views)
        if demanded and judge.complete(node.place) and not left_out:
            message = "required on the page, optional in the spec"
            yield from judge.shown(Change.REQUIRED, message, node.views, node.place, together=True)


def _type(judge: Judge, node: Node) -> Iterator[Drift]:
    ours = _spec_types(judge.spec, node.schema)
    # Amounts are integers on some pages and numbers on others: a number reads both.
    accepted = ours | {"integer"} if "number" in ours else ours
    _, inner = inside(judge.spec, (), node.schema)
    free = types(inner) == ("object",) and not is_struct(inner)
    by_types: dict[tuple[str, ...], list[View]] = {}
    for view in node.present:
        theirs = type_words(view.shape)
        if not theirs or (not ours and not says_something(view.shape)):
            continue
        if not set(theirs) <= accepted or (free and view.shape.listed):
            by_types.setdefault(theirs, []).append(view)
    for theirs, found in by_types.items():
        said, written = " or ".join(theirs), " or ".join(sorted(ours)) or "anything"
        message = f"{said} on the page, {written} in the spec"
        if set(theirs) <= accepted:
            message = "the page shows the fields of what is any object in the spec"
        yield from judge.shown(Change.TYPE, message, found, node.place, values=theirs)


def _null(judge: Judge, node: Node) -> Iterator[Drift]:
    told = [view for view in node.present if type_words(view.shape)]
    nulls = [view for view in told if view.shape.nullable or None in view.examples]
    if _lets_null_through(judge.spec, node.schema):
        if not nulls and judge.complete(node.place):
            message = "never null on the page, null in the spec too"
            yield from judge.shown(Change.NOT_NULLABLE, message, told, node.place, together=True)
    elif _spec_types(judge.spec, node.schema):  # else it takes anything, null too
        views = [view for view in nulls if view.shape.nullable]
        message = "can be null on the page, not in the spec"
        yield from judge.shown(Change.NULLABLE, message, views, node.place)


def _lets_null_through(spec: Spec, schema: Schema) -> bool:
    name = reference(schema)
    known = name is not None and name in spec.schemas
    return nullable(schema) or (known and _lets_null_through(spec, spec.schemas[str(name)]))


# ---------------------------------------------------------------------- values
def compare_values(judge: Judge, nodes: Iterable[Node]) -> Iterator[Drift]:
    """Every enum value that came or went.

    One enum of the spec can stand for several fields; what one page does not list, another may.
    """
    by_enum: dict[Place, tuple[tuple[str, ...], list[View]]] = {}
    for node in nodes:
        place, inner = inside(judge.spec, node.place, node.schema)
        ours = _spec_enum(inner)
        views = [view for view in node.present if set(type_words(view.shape)) <= {"string"}]
        if ours is not None:
            by_enum.setdefault(place, (ours, []))[1].extend(views)
        else:
            yield from _values_added(judge, node.place, None, views)
    for place, (ours, views) in by_enum.items():
        yield from _values_added(judge, place, ours, views)
        yield from _values_removed(judge, place, ours, views)


def _spec_enum(schema: Schema) -> tuple[str, ...] | None:
    """The values that a schema of the spec allows, None if it lists none."""
    if "const" in schema:
        return (str(schema["const"]),)
    values = schema.get("enum")
    return None if values is None else tuple(str(value) for value in sequence(values) if value is not None)


def _values_added(
    judge: Judge, place: Place, ours: tuple[str, ...] | None, views: list[View]
) -> Iterator[Drift]:
    added: dict[str, list[View]] = {}
    for view in views:
        for value in view.shape.enum or ():
            if value not in (ours or ()) and judge.some(Change.ENUM_ADDED, [view], [value]):
                added.setdefault(value, []).append(view)
    if not added:
        return
    showing = list({id(view): view for found in added.values() for view in found}.values())
    message = f"values on the page that the spec does not have: {', '.join(added)}"
    if ours is None:
        message = f"the page lists the values, the spec takes any text: {', '.join(added)}"
    # Any text could be sent so far; what is answered stays text, whatever it is.
    closes = ours is None and any(view.sent for view in showing)
    rest: dict[str, Any] = {"kind": Kind.BREAKING if closes else Kind.ADDITIVE, "shape": showing[0].shape}
    yield from judge.shown(Change.ENUM_ADDED, message, showing, place, values=tuple(added), **rest)


def _values_removed(judge: Judge, place: Place, ours: tuple[str, ...], views: list[View]) -> Iterator[Drift]:
    told = [view for view in views if type_words(view.shape)]
    listed = {value for view in told for value in view.shape.enum or ()}
    gone = tuple(value for value in ours if value not in listed)
    if not gone or not judge.complete(place):
        return
    message = f"values of the spec that the page does not list: {', '.join(gone)}"
    if not listed:
        message = f"the page takes any text, the spec lists the values: {', '.join(gone)}"
    yield from judge.shown(Change.ENUM_REMOVED, message, told, place, together=True, values=gone)
