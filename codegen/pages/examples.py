"""Values that pages show, and what several pages show of one value."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import msgspec

from codegen.documents import Json
from codegen.pages.facts import Field, Shape

_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object", list: "array"}


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


def kinds_of(values: Iterable[Json]) -> tuple[str, ...]:
    """The type of some values; none where they have several."""
    kinds = {_KINDS[type(value)] for value in values if value is not None}
    if kinds == {"integer", "number"}:
        return ("number",)
    return tuple(kinds) if len(kinds) == 1 else ()


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
