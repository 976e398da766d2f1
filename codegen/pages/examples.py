"""Schema and examples read together, and what several pages show of one value."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from codegen.documents import Json
from codegen.pages.facts import Field, Shape

_MAX_LEVELS: Final = 40
_FIELD_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")


def with_examples(shape: Shape, examples: Iterable[Json], level: int = 0) -> Shape:
    """Complete a shape by examples of it.

    An object without fields, an array without items and a value without a type are what Apidog writes for
    what nobody has described: they show nothing, and the examples speak for them. A key that only an example
    has is added to the fields. Nothing that the schema does say is changed; each value of an example becomes
    one of the shape at its place.
    """
    shape = msgspec.structs.replace(shape, examples=(*examples, *shape.examples))
    values = [value for value in shape.examples if value is not None]
    if not values or shape.alternatives or shape.keyed or level > _MAX_LEVELS:
        return shape
    if shape == Shape(nullable=shape.nullable, examples=shape.examples, description=shape.description):
        shape = msgspec.structs.replace(shape, types=_types(values), by_example=True)
    if _is(shape, "object", shape.fields is not None):
        objects = [value for value in values if isinstance(value, dict)]
        known = [
            msgspec.structs.replace(
                field, shape=with_examples(field.shape, inside(objects, field.name), level + 1)
            )
            for field in shape.fields or ()
        ]
        found = [*known, *_more(objects, {field.name for field in known}, level)]
        return msgspec.structs.replace(shape, fields=tuple(found) or None)
    if _is(shape, "array", shape.items is not None):
        of = with_examples(shape.items or Shape(), items(values), level + 1)
        return msgspec.structs.replace(shape, items=None if of == Shape(examples=of.examples) else of)
    return shape


def _is(shape: Shape, kind: str, shown: bool) -> bool:
    return shape.types == (kind,) or (not shape.types and shown)


def _more(objects: Sequence[dict[str, Json]], known: set[str], level: int) -> list[Field]:
    """The fields that only examples show; none where the keys are data and no names."""
    names = [name for name in dict.fromkeys(name for value in objects for name in value) if name not in known]
    if not known and not all(_FIELD_NAME.fullmatch(name) for name in names):
        return []
    return [
        Field(name=name, shape=_only_shown(inside(objects, name), level), by_example=True) for name in names
    ]


def _only_shown(values: Sequence[Json], level: int) -> Shape:
    return msgspec.structs.replace(with_examples(Shape(), values, level + 1), by_example=True)


def _types(values: Sequence[Json]) -> tuple[str, ...]:
    """The type of some values; none where they have several."""
    kinds = {_type(value) for value in values}
    if kinds == {"integer", "number"}:
        return ("number",)
    return tuple(kinds) if len(kinds) == 1 else ()


def _type(value: Json) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case _:
            return "array"


# ---------------------------------------------------------------------- several shapes
def merged(shapes: Sequence[Shape]) -> Shape:
    """What several pages show of one value: all fields and values, required where every shape requires it."""
    first = next((shape for shape in shapes if shape.fields), shapes[0])
    objects = [shape for shape in shapes if shape.fields]
    found: dict[str, list[Field]] = {}
    for each in (field for shape in objects for field in shape.fields or ()):
        found.setdefault(each.name, []).append(each)
    fields = tuple(
        msgspec.structs.replace(
            same[0],
            shape=merged([each.shape for each in sorted(same, key=lambda each: each.by_example)]),
            by_example=all(each.by_example for each in same),
            required=len(same) == len(objects) and all(each.required for each in same),
        )
        for same in found.values()
    )
    values = tuple(dict.fromkeys(value for shape in shapes for value in shape.enum or ()))
    return msgspec.structs.replace(
        first,
        nullable=any(shape.nullable for shape in shapes),
        enum=values if first.enum is not None else None,
        examples=tuple(example for shape in shapes for example in shape.examples),
        fields=fields or None if len(objects) > 1 else first.fields,
    )


# ---------------------------------------------------------------------- values
def inside(values: Iterable[Json], name: str) -> list[Json]:
    """The values of a key in those that have it."""
    return [value[name] for value in values if isinstance(value, dict) and name in value]


def items(values: Iterable[Json]) -> list[Json]:
    """The items of all lists among some values."""
    return [item for value in values if isinstance(value, list) for item in value]


def distinct(values: Sequence[Json]) -> tuple[Json, ...]:
    """The values, each once; 1, 1.0 and true are three values."""
    once: dict[str, Json] = {}
    for value in values:
        once.setdefault(json.dumps(value), value)
    return tuple(once.values())
